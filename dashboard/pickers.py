"""Choosing what the Playground shows the model: a soft prompt, and demonstrations."""

import time
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import engine
from dashboard.components import terms
from dashboard.state import View
from ipt_engine.estimates import duration
from ipt_engine.methods import METHODS
from ipt_engine.records import Example
from ipt_engine.retrievers import Demonstration

_ROWS_HEIGHT = 215


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
        key=view.choice(method, list(labels)),
        format_func=labels.__getitem__,
        help=terms.TERMS["soft prompt"] + " Sorted by dev loss, lowest first.",
    )
    return picked


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
    ids = ranked["id"].tolist()
    picked = st.session_state[view.several("demonstrations", ids, ids[:1])]
    event = st.dataframe(
        ranked[["similarity", "input", "answer", "id"]],
        key=f"playground.table.{task}.{query.id}.{hash(query.input)}",
        hide_index=True,
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
                width=100,
                help=terms.TERMS["similarity"],
            ),
            "input": st.column_config.TextColumn("demonstration input", width=290),
            "answer": st.column_config.TextColumn("its answer", width=330),
            "id": st.column_config.TextColumn("id", width=150),
        },
    )
    rows = sorted(event["selection"]["rows"])
    view.set("demonstrations", [ids[row] for row in rows])
    chosen = ranked.iloc[rows]
    return [
        Demonstration(Example(row.id, row.input, (row.answer,)), float(row.similarity))
        for row in chosen.itertuples()
    ]


def own_demonstration(view: View, query: Example) -> list[Demonstration]:
    """A demonstration that the user writes; used once both halves are filled."""
    written = bool(st.session_state.get(view.key("own_answer")))
    label = "My own demonstration (in use)" if written else "Write one of my own"
    with st.popover(label, icon=":material/edit:", type="tertiary"):
        example_input = st.text_area("Input", key=view.words("own_input"), max_chars=2000)
        answer = st.text_area("Answer", key=view.words("own_answer"), max_chars=2000)
        st.caption("Shown to ICL and IPT beside the ticked ones, once both are filled in.")
    if not (example_input.strip() and answer.strip()):
        return []
    score = engine.similarity(query.input, example_input)
    return [Demonstration(Example("own-demonstration", example_input, (answer,)), score)]


def _label(row: Any) -> str:
    """A prompt in one line of plain text, what tells it apart first."""
    loss = "unknown" if pd.isna(row.best_dev_loss) else f"{row.best_dev_loss:.2f}"
    parts = [
        "imported" if row.imported else f"dev loss {loss}",
        f"seed {row.seed}",
        row.prompt_id[:6],
    ]
    parts += [f"{row.num_virtual_tokens} tokens", *(["shipped"] if row.shipped else [])]
    return " · ".join(parts)
