"""Choosing what the Playground shows the model: a soft prompt, and demonstrations."""

import time
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import engine
from dashboard.components import terms, text
from dashboard.sentences import seed_words
from dashboard.state import PINNED, View
from ipt_engine.estimates import duration
from ipt_engine.methods import METHODS
from ipt_engine.records import Example
from ipt_engine.retrievers import Demonstration

_ROWS_HEIGHT = 215
_ROWS_IN_SIGHT = 5


def pick_prompt(view: View, method: str, fitting: pd.DataFrame) -> str | None:
    """A selectbox over a method's prompts, lowest dev loss first; None if there are none."""
    title = f"{METHODS[method].title} prompt"
    if fitting.empty:
        st.selectbox(title, [], disabled=True, placeholder="None for this task yet", index=None)
        return None
    fitting = fitting.sort_values(["best_dev_loss", "created"], ascending=[True, False])
    labels = {row.prompt_id: _label(row) for row in fitting.itertuples()}
    picked: str = st.selectbox(
        title,
        list(labels),
        key=view.choice(method, list(labels), _usual(fitting)),
        format_func=labels.__getitem__,
        help=terms.TERMS["soft prompt"]
        + " Sorted by dev loss, lowest first. "
        + terms.TERMS["dev loss"],
    )
    return picked


def _usual(fitting: pd.DataFrame) -> str:
    """The prompt that is open at first: of the setting with the most prompts, that of least seed.

    The other pages rest on that setting. PT and IPT then stand beside each other with the same
    seed, which other pages open too; between seeds, a lower dev loss is mostly luck.

    Args:
        fitting: Prompts, lowest dev loss first; of settings with as many, the better one counts.
    """
    alike = ["num_virtual_tokens", "steps", "data_hash", "weights_hash", "shipped"]
    same = [group for _, group in fitting.groupby(alike, sort=False, dropna=False)]
    usual = max(same, key=len)
    # Of crossed trainings, those whose two seeds are the same stand for their seed.
    crossed = usual["order_seed"].ne(usual["seed"])
    return str(
        usual.assign(_crossed=crossed).sort_values(["_crossed", "seed"])["prompt_id"].iloc[0]
    )


def pick_demonstrations(view: View, task: str, query: Example) -> list[Demonstration]:
    """A table of training examples by similarity; the ticked ones are shown to ICL and IPT."""
    if not query.input.strip():
        st.info("Type an input: then the training examples are ranked by similarity to it.")
        return []
    place = st.empty()
    started = time.monotonic()

    def report(what: str, done: int, total: int) -> None:
        spent = time.monotonic() - started
        left = f"about {duration(spent / done * (total - done))} left" if done else "starting"
        place.progress(done / total, f"{what}, once on this machine: {left}")

    ranked = engine.ranked_demonstrations(task, query, report)
    place.empty()
    nearest = ranked["id"].tolist()
    picked = st.session_state[view.several("demonstrations", nearest, nearest[:1])]
    table = f"playground.table.{task}.{query.id}.{hash(query.input)}.{view.clicks}"
    ranked = _pinned(view, ranked, picked, table)
    ids = ranked["id"].tolist()
    event = st.dataframe(
        ranked[["similarity", "input", "answer", "id"]],
        key=table,
        hide_index=True,
        width="content",
        height=_ROWS_HEIGHT,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [ids.index(i) for i in picked]}},
        alt="Training examples ranked by similarity to the input",
        column_config={
            "similarity": st.column_config.ProgressColumn(
                "similarity",
                format="%.2f",
                min_value=0.0,
                max_value=1.0,
                width=90,
                help=terms.TERMS["similarity"],
            ),
            "input": st.column_config.TextColumn("demonstration input", width=190),
            "answer": st.column_config.TextColumn("its answer", width=190),
            "id": st.column_config.TextColumn("id", width=145),
        },
    )
    rows = sorted(event["selection"]["rows"])
    view.set("demonstrations", [ids[row] for row in rows])
    chosen = ranked.iloc[rows]
    return [
        Demonstration(Example(row.id, row.input, (row.answer,)), float(row.similarity))
        for row in chosen.itertuples()
    ]


def _pinned(view: View, ranked: pd.DataFrame, picked: list[str], table: str) -> pd.DataFrame:
    """The ranking, with what a link ticked below the rows in sight put on top.

    That is settled when the table opens: a row ticked later must not move under the pointer.
    """
    opened = st.session_state.get(PINNED)
    if view.arriving or opened is None or opened[0] != table:
        below = set(picked) - set(ranked["id"].iloc[:_ROWS_IN_SIGHT])
        opened = st.session_state[PINNED] = (table, below)
    on_top = ranked["id"].isin(opened[1])
    return pd.concat([ranked[on_top], ranked[~on_top]], ignore_index=True)


def read_in_full(demonstrations: Sequence[Demonstration]) -> None:
    """The chosen demonstrations as whole texts, by the ids that the panels name."""
    if not demonstrations:
        return
    with st.popover("Read in full", icon=":material/article:", type="tertiary"):
        for shown in demonstrations:
            text.plain(shown.example.input, f"{shown.example.id}, {shown.similarity:.2f} similar")
            text.plain(shown.example.answer, "Its answer")


def _label(row: Any) -> str:
    """A prompt in one line of plain text, short enough for its box, what tells it apart first."""
    loss = "unknown" if pd.isna(row.best_dev_loss) else f"{row.best_dev_loss:.2f}"
    told = "imported" if row.imported else f"loss {loss}"
    length = f"{row.num_virtual_tokens} tokens"
    return " · ".join((told, seed_words(row._asdict()), length, row.prompt_id[:6]))
