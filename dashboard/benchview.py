"""The swap bench of the Playground: the same input with several kinds of demonstration."""

from uuid import uuid4

import pandas as pd
import streamlit as st

from dashboard import data, engine, swapping, theme
from dashboard.components import terms, text
from dashboard.components.figure import figure
from dashboard.components.panels import logprob
from dashboard.components.progress import progress
from dashboard.state import SWAP_JOB, SWAP_SESSION
from ipt_engine import plots
from ipt_engine.methods import METHOD_TITLES
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
_WITH = {
    "none": "without a demonstration",
    "wrong answer": "with the nearest input and a wrong answer",
    "other task": "with another task's demonstration",
    swapping.CHOSEN: "with your choice of demonstrations",
}


def draw_bench(question: engine.Question) -> None:
    """The bench for the present input; its parts refresh without the rest of the page.

    Args:
        question: What the Playground asks.
    """
    st.header(
        "Swap bench",
        help="The same input with its nearest, a middling, a random and the farthest training "
        "example, with a wrong answer, with another task's example, and with your choice if it is "
        "none of these. If demonstrations work by what they say, the reference answer should "
        "become more likely the nearer they are.",
    )
    bench = swapping.find(question, data.store()) if question.judged else None
    session = st.session_state.setdefault(SWAP_SESSION, uuid4().hex)
    before: swapping.Swap | None = st.session_state.get(SWAP_JOB)
    if before is not None and before is not bench:
        # Of an input that was left. Others may have the same one open, which all begin with.
        before.leave(session)
    if bench is not None:
        bench.watch(session)
    st.session_state[SWAP_JOB] = bench
    if not question.judged:
        st.caption("Takes an input of the test set, whose reference answer is known.")
        return
    live = bench is not None and bench.running
    st.fragment(_draw, run_every=0.5 if live else None)(question, live)


def _draw(question: engine.Question, live: bool) -> None:
    bench: swapping.Swap | None = st.session_state.get(SWAP_JOB)
    if bench is not None and bench.running:
        progress(bench, "swap.stop")
        return
    if live:
        # It has just ended: the page stops refreshing this part.
        st.rerun()
    rows = None if bench is None else bench.rows_beside(question.demonstrations)
    if bench is not None and bench.error:
        st.caption(text.markdown(bench.error))
    if bench is None or rows is None:
        _offer("Swap the demonstration", question)
        return
    _show(rows, question.task)
    if not bench.covers(question.demonstrations):
        _offer("Swap again with your choice", question)


def _offer(label: str, question: engine.Question) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(label, key="swap.go", icon=":material/swap_horiz:"):
            swapping.start(question, data.store())
            st.rerun()
        st.html(
            '<div class="ipt-small">Takes about half a minute; longer the first time, and while '
            "a training runs.</div>"
        )


def _show(rows: pd.DataFrame, task: str) -> None:
    st.html(f'<div class="ipt-answer">{_best(rows)}</div>')
    shown = rows[rows["kind"] != "none"]
    if {"nearest", "farthest"} <= set(shown["kind"]):
        st.html(f'<div class="ipt-line">{" ".join(_moves(shown))}</div>')
    plot = plots.swap_dots(rows, METHOD_TITLES, theme.mode())
    alt = "Log-probability of the reference with each kind of demonstration"
    figure(plot, rows, "swap-bench", alt, 380)
    metric = get_metric(get_task(task).metric)
    table = rows.assign(method=[METHOD_TITLES[method] for method in rows["method"]])
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


def _best(rows: pd.DataFrame) -> str:
    """Which way of answering makes the reference the most probable."""
    best = rows.loc[rows["gold_logprob"].idxmax()]
    kind = str(best["kind"])
    return (
        f"Here <b>{text.html(METHOD_TITLES[best['method']])}</b> "
        f"{text.html(_WITH.get(kind, f'with the {kind} demonstration'))} gives the reference "
        f"answer the highest probability ({logprob(best['gold_logprob'])})."
    )


def _moves(shown: pd.DataFrame) -> list[str]:
    """How the reference's log-probability moves from the nearest to the farthest."""
    told = []
    for method, rows in shown.groupby("method", sort=False):
        by_kind = rows.set_index("kind")["gold_logprob"]
        change = by_kind["nearest"] - by_kind["farthest"]
        more = "more" if change >= 0 else "less"
        told.append(
            f"{text.html(METHOD_TITLES[str(method)])}: with the nearest demonstration the "
            f"reference is <b>{abs(change):.1f}</b> {terms.term('nats')} {more} likely than with "
            "the farthest."
        )
    return told
