"""What of a held-out split stands in the training data: the report of `ipt tasks check`."""

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components import text
from dashboard.state import View
from ipt_engine.analysis.leakage import CLOSE, NEAR
from ipt_engine.tasks import Task

if TYPE_CHECKING:
    from ipt_engine.checking import Leakage, TaskReport

_MOST_PAIRS = 200


def draw_report(view: View, task: Task) -> None:
    """The report where it was asked for, else the button that asks.

    Args:
        view: The page's choices; `check` says that it was asked for.
        task: The task.
    """
    checked = st.session_state[view.flag("check")]
    if not checked:
        st.button("Look", icon=":material/search:", key="data.look", on_click=_ask, args=(view,))
        st.caption(
            "Compares all texts of test and dev with those of train. The first time, they are "
            "encoded: about a minute for a thousand."
        )
        return
    with st.status("Reading", expanded=False) as status:
        report = data.task_report(task, lambda what: status.update(label=what))
        status.update(label="Looked at all texts", state="complete")
    _say(report)
    _counts(report)
    for leakage in report.leakage:
        _pairs(task, leakage)


def _ask(view: View) -> None:
    view.set("check", True)


def _say(report: "TaskReport") -> None:
    test = report.leakage[0]
    found = report.similarity
    same = len(test.same_answer)
    line = (
        f"<b>{same}</b> of {test.n:,} test examples ({same / max(1, test.n):.0%}) have their input "
        "in train, exactly or nearly, with the same answer."
    )
    if found.n:
        line += (
            f" A test input's nearest training input has a similarity of {found.low:.2f} to "
            f"{found.high:.2f}, median {found.median:.2f}."
        )
    st.html(f'<div class="ipt-answer">{line}</div>')


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
    st.dataframe(pd.DataFrame(rows), hide_index=True, height="content", alt="Duplicates")
    st.caption(
        "Exact: case and spacing aside. Near: Jaccard index of the texts' shingles. Close: cosine "
        "of their embeddings. Short answers are the same by right."
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
    with st.expander(text.markdown(f"Pairs of {leakage.split} and train ({len(rows)})")):
        st.dataframe(
            pd.DataFrame(rows[:_MOST_PAIRS]),
            hide_index=True,
            column_config={"value": st.column_config.NumberColumn("alike", format="%.3f")},
            alt=f"Pairs of {leakage.split} and train",
        )
