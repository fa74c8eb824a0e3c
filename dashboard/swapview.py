"""The causal answer: the same input with its nearest example, and with less similar ones."""

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard import findings, theme
from dashboard.components.answers import answers
from dashboard.components.figure import figure
from dashboard.components.links import evaluate_link
from dashboard.findings import Scope
from dashboard.state import View
from ipt_engine import plots
from ipt_engine.methods import METHODS

if TYPE_CHECKING:
    from ipt_engine.findings import Swap
    from ipt_engine.report.parts import Answer

TITLES = {name: method.title for name, method in METHODS.items()}
ARMS = {
    "dense": "the nearest",
    "median": "a middling",
    "farthest": "the farthest",
    "random": "a random",
}
"""Retriever to what it shows."""
OUTCOMES = {"score": "Score", "gold": "Log-probability of the reference"}


def draw_swap(view: View, scope: Scope, task: str) -> "list[Answer]":
    """The verdicts, the picture and its rows; what to run where there is nothing.

    Returns:
        The answers shown.
    """
    st.header(
        "Does a nearer demonstration help the same input?",
        help="Inputs that are hard also lack near neighbours. Here the input stays the same, and "
        "only its demonstration changes: what then changes is the demonstration's doing.",
    )
    if findings.swap(scope, task) is None:
        draw_missing(task)
        return []
    picked = st.segmented_control(
        "Measured by",
        list(OUTCOMES),
        key=view.choice("outcome", list(OUTCOMES)),
        format_func=OUTCOMES.__getitem__,
        required=True,
        label_visibility="collapsed",
    )
    found = findings.swap(scope, task, picked == "gold")
    assert found is not None
    from ipt_engine.report.wording import answer, measure_of  # noqa: PLC0415 loads scipy

    told = [answer(verdict) for verdict in found.verdicts.values()]
    answers(told)
    with st.container(key="wide-swap"):
        left, right = st.columns(2, gap="medium")
    with left:
        plot = plots.arm_scores(found.arms, TITLES, measure_of(found.outcome), theme=theme.mode())
        alt = "Score with the nearest, a median, a random and the farthest demonstration"
        figure(plot, found.arms, f"arms-{picked}", alt, 400)
    with right:
        ways = found.contrasts[found.contrasts["way"] == _way(found)]
        plot = plots.contrast_dots(ways, TITLES, found.outcome.unit, theme.mode())
        figure(plot, ways, f"contrasts-{picked}", "Gain of the nearer demonstration", 400)
    st.dataframe(
        _rows(found, picked), hide_index=True, key=f"swap.{picked}", alt="The same as rows"
    )
    return told


def draw_missing(task: str) -> None:
    """Where there are no such runs: the way to each, on the page Train or by its command."""
    st.caption(
        "For this task there are no runs of one prompt with different demonstrations. They take "
        "no training, an evaluation each: on the page Train, or by these commands."
    )
    with st.container(horizontal=True):
        for name, title in ARMS.items():
            evaluate_link(f"With {title} demonstration", task=task, method="icl", retriever=name)
    st.code(
        "\n".join(f"ipt run --task {task} --method icl --retriever {name}" for name in ARMS),
        language=None,
    )


def _way(found: "Swap") -> str:
    """Corpus scores where the outcome has them."""
    ways: list[Any] = found.contrasts["way"].tolist()
    return "corpus" if "corpus" in ways else "mean"


def _rows(found: "Swap", picked: str) -> pd.DataFrame:
    from ipt_engine.report.wording import intervals, number  # noqa: PLC0415 loads scipy

    digits = 2 if picked == "gold" else 1
    rows = found.arms
    return pd.DataFrame(
        {
            "method": [TITLES[method] for method in rows["method"]],
            "demonstration": rows["arm"],
            "mean similarity": [number(value, 2) for value in rows["similarity"]],
            found.outcome.unit: [number(value, digits) for value in rows["score"]],
            "95 % interval": intervals(rows, digits),
            "inputs": rows["n"],
            "runs": rows["n_runs"],
        }
    )
