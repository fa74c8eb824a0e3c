"""The swap bench of the Playground: the same input with several kinds of demonstration."""

from uuid import uuid4

import pandas as pd
import streamlit as st

from dashboard import benchwords, data, engine, swapping, theme
from dashboard.components import terms, text
from dashboard.components.figure import figure
from dashboard.components.progress import progress
from dashboard.state import SWAP_JOB, SWAP_SESSION
from ipt_engine import plots
from ipt_engine.methods import METHOD_TITLES
from ipt_engine.metrics import get_metric

_COLUMNS = (
    "method",
    "kind",
    "similarity",
    "gold_logprob",
    "score",
    "prediction",
    "demonstration",
)


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
        st.caption(
            "Takes an input whose reference answer is known: of the test set, or your own with an "
            "expected answer."
        )
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
    _show(rows, question)
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


def _show(rows: pd.DataFrame, question: engine.Question) -> None:
    st.html(f'<div class="ipt-answer">{benchwords.best(rows)}</div>')
    for line in (benchwords.against_none(rows), benchwords.nearest_to_farthest(rows)):
        st.html(f'<div class="ipt-line">{line}</div>')
    plot = plots.swap_dots(rows, METHOD_TITLES, theme.mode())
    alt = "Log-probability of the reference with each kind of demonstration"
    figure(plot, rows, "swap-bench", alt, 380)
    metric = next(iter(engine.judges(question.task, question.example)), None)
    table = rows.assign(method=[METHOD_TITLES[method] for method in rows["method"]])
    st.dataframe(
        table[[name for name in _COLUMNS if metric or name != "score"]],
        hide_index=True,
        key="swap.rows",
        placeholder="",
        alt="What was shown and written with each kind of demonstration",
        column_config={
            "kind": st.column_config.TextColumn("demonstration", width=115),
            "method": st.column_config.TextColumn(width=80),
            "similarity": st.column_config.NumberColumn(format="%.2f", width=80),
            "gold_logprob": st.column_config.NumberColumn(
                "log p(reference)",
                format="%.1f",
                width=115,
                help=terms.TERMS["gold log-probability"],
            ),
            "score": st.column_config.NumberColumn(
                get_metric(metric).title if metric else None, format="%.1f", width=80
            ),
            "prediction": st.column_config.TextColumn("what it writes", width=300),
            "demonstration": st.column_config.TextColumn("what was shown", width=420),
        },
    )
