"""What a person writes in the Playground: an input with its expected answer, a demonstration."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import data, engine
from dashboard.components import text
from dashboard.state import View
from ipt_engine.records import Example
from ipt_engine.retrievers import Demonstration
from ipt_engine.tasks import get_task

OWN = "your own"
"""Id of a demonstration that the user wrote."""
LONGEST = 2000
"""Characters of a text that is typed: what the model can read, roughly."""
_HALVES = ("input", "answer")
_SHOWN_OF_AN_EXAMPLE = 90


def own_input(view: View, place: DeltaGenerator, task: str) -> Example:
    """Fields for an input of one's own, and for the answer that one expects."""
    like = next(iter(data.examples(task, "train").values()), None)
    written = place.text_input(
        f"{text.markdown(get_task(task).input_label)} (yours)",
        key=view.words("text"),
        placeholder=f"Such as: {text.shorten(like.input, _SHOWN_OF_AN_EXAMPLE)}" if like else None,
        on_change=view.forget,
        args=("demonstrations",),
    )
    expected = place.text_input(
        "Expected answer (optional)",
        key=view.words("expected"),
        placeholder="With one, the answers get scores and the swap bench works",
    )
    references = (taken(expected, "expected answer"),)
    return Example(engine.YOURS, taken(written, "input"), references)


def own_demonstration(view: View, query: Example) -> list[Demonstration]:
    """A demonstration that the user writes; used once both halves are added."""
    kept = {half: st.session_state[view.words(f"own_{half}")] for half in _HALVES}
    missing = [half for half in _HALVES if not kept[half].strip() or len(kept[half]) > LONGEST]
    label = "My own demonstration (in use)" if not missing else "Write a demonstration"
    if len(missing) == 1:
        label = f"Your demonstration lacks its {missing[0]}"
    with st.popover(label, icon=":material/edit:", type="tertiary"):
        # A form keeps what is typed in it, however the popover is closed.
        with st.form("playground.own", border=False):
            for half in _HALVES:
                if view.arriving or _draft(view, half) not in st.session_state:
                    st.session_state[_draft(view, half)] = kept[half]
                st.text_area(half.capitalize(), key=_draft(view, half))
            with st.container(horizontal=True):
                st.form_submit_button(
                    "Add" if missing else "Change",
                    key="playground.own.add",
                    type="primary",
                    on_click=_add,
                    args=(view,),
                )
                if any(kept.values()):
                    st.form_submit_button(
                        "Remove", key="playground.own.remove", on_click=_remove, args=(view,)
                    )
        for half in _HALVES:
            taken(kept[half], half)
        if len(missing) == 1 and not kept[missing[0]].strip():
            st.warning(f"The {missing[0]} is missing: without it nothing of yours is shown.")
        st.caption("Shown to ICL and IPT beside the ticked ones, once both are added.")
    if missing:
        return []
    score = engine.similarity(query.input, kept["input"])
    return [Demonstration(Example(OWN, kept["input"], (kept["answer"],)), score)]


def taken(written: str | None, what: str) -> str:
    """What somebody typed; nothing where it is longer than any model can be shown, which is said.

    The field itself has no limit: it would refuse a paste without a word.
    """
    written = written or ""
    if len(written) <= LONGEST:
        return written
    st.error(
        f"Your {what} has {len(written):,} characters, and at most {LONGEST:,} are taken. "
        "Shorten it.",
        icon=":material/error:",
    )
    return ""


def _draft(view: View, half: str) -> str:
    return view.key(f"draft_{half}")


def _add(view: View) -> None:
    for half in _HALVES:
        view.set(f"own_{half}", st.session_state[_draft(view, half)])


def _remove(view: View) -> None:
    for half in _HALVES:
        view.set(f"own_{half}", "")
        st.session_state[_draft(view, half)] = ""
