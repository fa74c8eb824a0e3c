"""The table of runs: tick one to see it, several to compare."""

import pandas as pd
import streamlit as st

from dashboard.components import terms
from dashboard.state import View
from ipt_engine.methods import METHODS
from ipt_engine.metrics import METRICS
from ipt_engine.tasks import task_title

_ALL_SHOWN = 8
_COLUMNS = {
    "run_id": st.column_config.TextColumn("run", width=118),
    "task": st.column_config.TextColumn("task", width=95),
    "method": st.column_config.TextColumn("method", width=85),
    "score": st.column_config.NumberColumn("score", format="%.1f", width=62),
    "metric": st.column_config.TextColumn("metric", width=95),
    "n": st.column_config.NumberColumn("inputs", width=62),
    "split": st.column_config.TextColumn("split", help="Which examples were answered.", width=55),
    "seed": st.column_config.NumberColumn("seed", help=terms.TERMS["seed"], width=55),
    "num_fewshot": st.column_config.NumberColumn(
        "demonstrations", help=terms.TERMS["demonstration"], width=112
    ),
    "retriever": st.column_config.TextColumn("retriever", width=80),
    "num_virtual_tokens": st.column_config.NumberColumn(
        "virtual tokens", help=terms.TERMS["virtual tokens"], width=105
    ),
    "prompt_id": st.column_config.TextColumn("prompt", width=118),
    "base_model_title": st.column_config.TextColumn("base model", width="medium"),
    "created": st.column_config.DatetimeColumn("made", format="YYYY-MM-DD HH:mm", width="medium"),
    "shipped": st.column_config.CheckboxColumn("shipped", help=terms.TERMS["shipped"], width=70),
}


def pick_runs(view: View, runs: pd.DataFrame) -> list[str]:
    """Draw the table, newest first; the ids of the ticked runs.

    Args:
        view: The page's choices; the ticked runs are kept in it as `runs`.
        runs: Rows of `RunStore.runs`.
    """
    shown = runs.iloc[::-1].reset_index(drop=True)
    ids = shown["run_id"].tolist()
    picked = st.session_state[view.several("runs", ids)]
    table = shown[list(_COLUMNS)].assign(
        task=shown["task"].map({t: task_title(t) for t in set(shown["task"])}),
        method=[METHODS[m].title for m in shown["method"]],
        metric=[METRICS[m].title if m in METRICS else m for m in shown["metric"]],
        created=pd.to_datetime(shown["created"], utc=True, format="ISO8601"),
    )
    event = st.dataframe(
        table,
        key=_key(view, ids),
        hide_index=True,
        column_config=_COLUMNS,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [ids.index(i) for i in picked]}},
        height="auto" if len(table) <= _ALL_SHOWN else 330,
        placeholder="",
        alt="Runs of the store",
    )
    chosen = [ids[row] for row in sorted(event["selection"]["rows"])]
    view.set("runs", chosen)
    return chosen


def tick(view: View, runs: pd.DataFrame, run_id: str) -> None:
    """Tick one run's row alone; for callbacks, before the table is drawn.

    Args:
        view: As `pick_runs` has it.
        runs: The rows of the table.
        run_id: The run.
    """
    ids = runs["run_id"].tolist()[::-1]
    view.set("runs", [run_id])
    st.session_state[_key(view, ids)] = {"selection": {"rows": [ids.index(run_id)]}}


def _key(view: View, ids: list[str]) -> str:
    # A table of other rows is another table: its ticks are kept by id, not by place.
    return f"{view.page}.table.{hash(tuple(ids))}"
