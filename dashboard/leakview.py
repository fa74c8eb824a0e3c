"""What of a held-out split stands in the training data: the report of `ipt tasks check`."""

import shlex
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard import overlap
from dashboard.components import text
from dashboard.components.progress import progress
from dashboard.state import View
from ipt_engine.analysis.leakage import CLOSE, NEAR, SHINGLE
from ipt_engine.tasks import Task

if TYPE_CHECKING:
    from ipt_engine.checking import Leakage, TaskReport

_MOST_PAIRS = 200
_EXACT = "The same text, case and spacing aside."
_NEAR = (
    f"At least {NEAR:.0%} of all pieces of {SHINGLE} characters that stand in one of the two texts "
    "stand in both (Jaccard index of their shingles). Finds a changed digit or full stop."
)
_CLOSE = (
    f"The two texts' sentence embeddings have a cosine of at least {CLOSE:g}. Finds the same said "
    "in other words, and texts that differ in a name or a number only."
)


def draw_report(view: View, task: Task) -> None:
    """The report where it was asked for, else the button that asks.

    Args:
        view: The page's choices; `check` says that it was asked for.
        task: The task.
    """
    asked = st.session_state[view.flag("check")]
    if asked and overlap.find(task) is None:
        overlap.start(task)
    found = overlap.find(task) if asked else None
    live = found is not None and found.running
    st.fragment(_draw, run_every=0.7 if live else None)(view, task, live)


def _draw(view: View, task: Task, live: bool) -> None:
    check = overlap.find(task) if view.get("check") else None
    if check is not None and check.running:
        progress(check, "data.stop")
        return
    if live:
        # It has just ended: the page stops refreshing this part.
        st.rerun()
    if check is None or check.report is None:
        if check is not None and check.error:
            st.caption(text.markdown(check.error))
        if st.button("Check for overlap", icon=":material/search:", key="data.look"):
            view.set("check", True)
            overlap.start(task)
            st.rerun()
        st.caption(
            "Compares all texts of test and dev with those of train. The first time, they are "
            "encoded: about a minute for a thousand."
        )
        return
    _show(task, check.report)


def _show(task: Task, report: "TaskReport") -> None:
    _say(report)
    _counts(report)
    for leakage in report.leakage:
        _pairs(task, leakage)
    with st.expander("How to make these numbers again"):
        st.code(shlex.join(["ipt", "tasks", "check", task.name]), language=None)


def _say(report: "TaskReport") -> None:
    test = report.leakage[0]
    found = report.similarity
    same = len(test.same_answer)
    line = (
        f"<b>{same}</b> of {test.n:,} test examples ({same / max(1, test.n):.0%}) have their input "
        "in train, exactly or nearly, with the same answer."
    )
    others = len(alike(test) - set(test.same_answer))
    if others:
        line += (
            f" <b>{others}</b> {'more has' if others == 1 else 'more have'} such an input there "
            "with another answer, which may be as it should be: read the pairs below."
        )
    if found.n:
        line += (
            f" A test input's nearest training input has a similarity of {found.low:.2f} to "
            f"{found.high:.2f}, median {found.median:.2f}."
        )
    st.html(f'<div class="ipt-answer">{line}</div>')


def alike(leakage: "Leakage") -> set[int]:
    """Places of the held-out examples whose input is in train, exactly, nearly or closely."""
    found = leakage.inputs
    return {match.held_out for match in (*found.exact, *found.near, *found.close)}


def _counts(report: "TaskReport") -> None:
    rows = [
        {
            "found in train": f"{leakage.split} {part}",
            "of": leakage.n,
            "exact": len(overlap.exact),
            f"near, ≥ {NEAR:g}": len(overlap.near),
            f"close, ≥ {CLOSE:g}": len(overlap.close),
        }
        for leakage in report.leakage
        for part, overlap in (("inputs", leakage.inputs), ("answers", leakage.answers))
    ]
    help_of = dict(zip(list(rows[0])[2:], (_EXACT, _NEAR, _CLOSE), strict=True))
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content",
        alt="Duplicates",
        column_config={
            name: st.column_config.NumberColumn(name, help=words) for name, words in help_of.items()
        },
    )
    st.caption(
        "Exact: the same text, case and spacing aside. Near: almost the same letters. Close: "
        "almost the same meaning. Short answers, such as labels, may well come in both without "
        "anything being wrong. The columns' headings say more on hover."
    )


def _pairs(task: Task, leakage: "Leakage") -> None:
    kinds = {"exact": leakage.inputs.exact, "near": leakage.inputs.near}
    kinds["close"] = leakage.inputs.close
    held, train = task.load(leakage.split), task.load("train")
    rows = [
        {
            "kind": kind,
            "value": match.value,
            f"{leakage.split} input": held[match.held_out].input,
            "training input": train[match.train].input,
        }
        for kind, matches in kinds.items()
        for match in sorted(matches, key=lambda match: -match.value)
    ]
    if not rows:
        return
    shown = f"first {_MOST_PAIRS} of {len(rows):,}" if len(rows) > _MOST_PAIRS else f"{len(rows)}"
    with st.expander(text.markdown(f"Pairs of {leakage.split} and train ({shown})")):
        st.dataframe(
            pd.DataFrame(rows[:_MOST_PAIRS]),
            hide_index=True,
            column_config={"value": st.column_config.NumberColumn("alike", format="%.3f")},
            alt=f"Pairs of {leakage.split} and train",
        )
