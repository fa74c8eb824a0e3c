"""By what similarity is measured: chosen, and where that takes encoding, asked for and shown."""

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import measuring
from dashboard.components import text
from dashboard.components.progress import progress
from dashboard.readonly import WHY, read_only
from dashboard.state import View
from ipt_engine.nearness import WORDS

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

KNOWN = {"": "the runs' encoder", WORDS: "words alone (TF-IDF)"}
_LOOK_SECONDS = 0.5


def choose_measure(view: View, column: "DeltaGenerator") -> str | None:
    """What similarity is measured by; None for that of the runs' own encoder.

    Where nothing may be changed, only what needs no other encoder can be chosen.
    """
    key = view.choice("measure", list(KNOWN)) if read_only() else view.words("measure")
    chosen = st.session_state[key]
    picked = column.selectbox(
        "Similarity by",
        [*KNOWN, *([chosen] if chosen not in KNOWN else [])],
        key=key,
        format_func=lambda name: KNOWN.get(name, name),
        accept_new_options=not read_only(),
        help="Choose one, or type a sentence-transformers folder or hub id: the similarity of each "
        "input to its nearest training input is then measured by that. The demonstrations stay "
        "those that the runs showed.",
    )
    return picked or None


def is_measured(task: str, measure: str | None) -> bool:
    """Whether similarity by a measure is at hand; where it is not, ask, or show how far it is.

    An address can name any encoder, so none is fetched or run before someone asks for it here.
    """
    if measure is None or measure in KNOWN or measuring.is_encoded(task, measure):
        return True
    found = measuring.find(task, measure)
    running = found is not None and found.running
    with st.container(border=True):
        st.fragment(_draw, run_every=_LOOK_SECONDS if running else None)(task, measure, running)
    return False


def _draw(task: str, measure: str, running: bool) -> None:
    found = measuring.find(task, measure)
    if found is not None and found.running:
        progress(found, "similarity.stop")
        return
    if running:
        # The page has what it waited for, or has to say why it has not.
        st.rerun()
    st.html(
        f'<div class="ipt-answer">How near the inputs are by {text.html(measure)} is not measured '
        "yet.</div>"
    )
    if found is not None and found.error:
        st.warning(text.markdown(found.error))
    st.write(
        f"Up to {len(measuring.texts(task))} inputs are to be encoded, about a minute for a "
        "thousand. An encoder that is not on this machine is first fetched from the model hub."
    )
    asked = st.button(
        "Measure",
        key="similarity.measure.start",
        icon=":material/straighten:",
        disabled=read_only(),
        help=WHY if read_only() else None,
    )
    if asked:
        measuring.start(task, measure)
        st.rerun()
