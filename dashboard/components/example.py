"""One test input opened: what it is, what was shown, what each method wrote, how it scored."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboard.components import terms, text
from dashboard.components.panels import Panel, logprob, panels
from ipt_engine.methods import METHODS
from ipt_engine.records import Example

COLUMNS = (
    "run_id",
    "method",
    "seed",
    "example_id",
    "input",
    "references",
    "prediction",
    "demonstration_ids",
    "demonstration_similarities",
    "nearest_similarity",
    "gold_logprob",
    "generated_tokens",
)
"""Columns of the ledger that `show_example` reads, besides the metrics'."""


def show_example(
    rows: pd.DataFrame, metrics: list[str], train: Mapping[str, Example], key: str
) -> None:
    """Draw one example.

    Args:
        rows: Ledger rows of this example, one for each run.
        metrics: Names of the metrics to show.
        train: The task's training examples by id, for the demonstrations' texts.
        key: Tells this drawing apart from others on the page.
    """
    first = rows.iloc[0]
    left, right = st.columns(2, gap="medium")
    with left:
        text.plain(first["input"], f"Input ({first['example_id']})")
        text.plain("\n".join(first["references"]), "Reference")
    with right:
        demonstrations = _demonstrations(rows, train)
        st.html(
            f'<div class="ipt-label">{terms.term("demonstration", "Demonstrations")}</div>'
            + ("".join(demonstrations) or '<div class="ipt-small">None were shown.</div>')
        )
    # Runs of the same method stand below each other, a row of panels for each.
    for place, group in rows.groupby(rows.groupby("method").cumcount()):
        panels(_drawn(group, metrics, train), first["input"], f"{key}-{place}")


def _drawn(
    rows: pd.DataFrame, metrics: list[str], train: Mapping[str, Example]
) -> dict[str, Panel]:
    drawn = {}
    for row in rows.itertuples():
        shown = [train[i] for i in row.demonstration_ids if i in train]
        drawn[row.method] = Panel(
            answer=row.prediction,
            note=f"run {row.run_id}, seed {row.seed}",
            scores={name: getattr(row, name) for name in metrics},
            facts=[f"{row.generated_tokens} tokens", logprob(row.gold_logprob)],
            demonstrations=[part for e in shown for part in (e.input, e.answer)],
        )
    return drawn


def _demonstrations(rows: pd.DataFrame, train: Mapping[str, Example]) -> list[str]:
    """HTML of each demonstration that any of the rows' methods was shown."""
    by_id: dict[str, tuple[float, list[str]]] = {}
    for row in rows.itertuples():
        for shown, similarity in zip(
            row.demonstration_ids, row.demonstration_similarities, strict=True
        ):
            title = METHODS[row.method].title
            by_id.setdefault(shown, (similarity, []))[1].append(title)
    drawn = []
    for shown, (similarity, titles) in sorted(by_id.items(), key=lambda item: -item[1][0]):
        example = train.get(shown)
        content = f"{example.input}  →  {example.answer}" if example else "(no longer in the data)"
        drawn.append(
            f'<div class="ipt-text">{text.html(content)}</div><div class="ipt-small">'
            f"{text.html(shown)}, similarity {similarity:.2f}, shown to "
            f"{text.html(' and '.join(titles))}</div>"
        )
    return drawn
