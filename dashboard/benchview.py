"""The swap bench of the Playground: the same input with six kinds of demonstration."""

import pandas as pd
import streamlit as st

from dashboard import data, engine, theme
from dashboard.components import text
from dashboard.components.figure import figure
from dashboard.state import SWAP_JOB
from ipt_engine import plots
from ipt_engine.methods import METHODS
from ipt_engine.metrics import get_metric
from ipt_engine.tasks import get_task

_COLUMNS = (
    "method",
    "kind",
    "similarity",
    "gold_logprob",
    "score",
    "prediction",
    "demonstration",
)
TITLES = {name: method.title for name, method in METHODS.items()}


def draw_bench(question: engine.Question) -> None:
    """The bench for the present input; its parts refresh without the rest of the page.

    Args:
        question: What the Playground asks; its demonstrations do not count.
    """
    st.subheader(
        "Swap bench",
        help="The same input with its nearest, a middling, a random and the farthest training "
        "example, with a wrong answer, and with another task's example. If demonstrations work by "
        "what they say, the reference answer should become more likely the nearer they are.",
    )
    if not question.judged:
        st.caption("Takes an input of the test set, whose reference answer is known.")
        return
    bench: engine.Swap | None = st.session_state.get(SWAP_JOB)
    if bench is not None and not _same(bench.question, question):
        bench.stopping.set()
        bench = st.session_state[SWAP_JOB] = None
    live = bench is not None and bench.running
    st.fragment(_draw, run_every=0.5 if live else None)(question)


def _draw(question: engine.Question) -> None:
    bench: engine.Swap | None = st.session_state.get(SWAP_JOB)
    if bench is not None and bench.running:
        st.html(f'<div class="ipt-small">{text.html(bench.doing)}&nbsp;</div>')
        if st.button("Stop", key="swap.stop", icon=":material/stop:"):
            bench.stopping.set()
        return
    if bench is not None and st.session_state.pop("swap.live", False):
        # It has just ended: the page stops refreshing this part.
        st.rerun()
    if bench is None or bench.rows is None:
        if bench is not None and bench.error:
            st.caption(text.markdown(bench.error))
        if st.button("Swap the demonstration", key="swap.go", icon=":material/swap_horiz:"):
            st.session_state[SWAP_JOB] = engine.swap(question, data.store())
            st.session_state["swap.live"] = True
            st.rerun()
        return
    _show(bench.rows, question.task)


def _show(rows: pd.DataFrame, task: str) -> None:
    shown = rows[rows["kind"] != "none"]
    if {"nearest", "farthest"} <= set(shown["kind"]):
        st.html(f'<div class="ipt-line">{" ".join(_moves(shown))}</div>')
    plot = plots.swap_dots(rows, TITLES, theme.mode())
    alt = "Log-probability of the reference with each kind of demonstration"
    figure(plot, rows, "swap-bench", alt, 380)
    metric = get_metric(get_task(task).metric)
    table = rows.assign(method=[TITLES[method] for method in rows["method"]])
    st.dataframe(
        table[list(_COLUMNS)],
        hide_index=True,
        key="swap.rows",
        alt="What was shown and written with each kind of demonstration",
        column_config={
            "kind": st.column_config.TextColumn("demonstration", width=115),
            "method": st.column_config.TextColumn(width=80),
            "similarity": st.column_config.NumberColumn(format="%.2f", width=80),
            "gold_logprob": st.column_config.NumberColumn(
                "log p(reference)", format="%.1f", width=115
            ),
            "score": st.column_config.NumberColumn(metric.title, format="%.1f", width=80),
            "prediction": st.column_config.TextColumn("what it writes", width=300),
            "demonstration": st.column_config.TextColumn("what was shown", width=420),
        },
    )


def _moves(shown: pd.DataFrame) -> list[str]:
    """How the reference's log-probability moves from the nearest to the farthest."""
    told = []
    for method, rows in shown.groupby("method", sort=False):
        by_kind = rows.set_index("kind")["gold_logprob"]
        change = by_kind["nearest"] - by_kind["farthest"]
        more = "more" if change >= 0 else "less"
        told.append(
            f"{text.html(TITLES[str(method)])}: with the nearest demonstration the reference is "
            f"<b>{abs(change):.1f}</b> nats {more} likely than with the farthest."
        )
    return told


def _same(one: engine.Question, other: engine.Question) -> bool:
    return (one.task, one.base_model, one.text, one.prompts) == (
        other.task,
        other.base_model,
        other.text,
        other.prompts,
    )
