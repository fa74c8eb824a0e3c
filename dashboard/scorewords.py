"""How runs have scored, in words: a sentence for one task, a small table for several."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components import terms, text
from dashboard.runscores import RunScores
from ipt_engine.methods import METHODS
from ipt_engine.metrics import get_metric
from ipt_engine.plots import METHOD_COLOURS

_MIXED = "Lowest to highest: these runs differ in more than their seed, so they have no mean."


def say_scores(found: RunScores) -> None:
    """Say each method's scores, with what its seeds do.

    Args:
        found: The runs' scores.
    """
    if len(found.panels) == 1:
        ((panel, about),) = found.panels.items()
        parts = [
            f"{_method(row.method)} {_score(row)}{_of(row)}"
            for row in found.table[found.table["panel"] == panel].itertuples()
        ]
        st.html(
            f'<div class="ipt-answer">{text.html(about.title)}, '
            f"{terms.metric(found.metrics[panel])}: {', '.join(parts)}.</div>"
        )
    elif found.panels:
        _table(found)


def _table(found: RunScores) -> None:
    """A row for each panel, a column for each method."""
    methods = [name for name in METHODS if name in set(found.table["method"])]
    heads = "".join(f"<th scope='col'>{_method(name)}</th>" for name in methods)
    body = ""
    for panel, about in found.panels.items():
        rows = {r.method: r for r in found.table[found.table["panel"] == panel].itertuples()}
        metric = terms.metric(get_metric(found.metrics[panel]).name)
        cells = "".join(f"<td>{_cell(rows.get(name))}</td>" for name in methods)
        body += (
            f"<tr><th scope='row'>{text.html(about.title)} "
            f"<span class='ipt-small'>{metric}</span></th>{cells}</tr>"
        )
    st.html(
        f'<div class="ipt-answer"><b>{len(found.runs):,} runs</b>: scores of one row may be '
        "compared, as means, or lowest to highest where the runs' settings differ.</div>"
        "<div class='ipt-scroll' tabindex='0'><table class='ipt-table ipt-dense'>"
        f"<thead><tr><th scope='col'>Task</th>{heads}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(row: Any) -> str:
    if row is None:
        return text.explained("–", "This was not run.", "ipt-missing")
    count = f"{row.n_seeds} run{'s' * (row.n_seeds > 1)}"
    return f"{_score(row)} <span class='ipt-small'>{count}</span>"


def _method(name: str) -> str:
    return terms.method(name, METHOD_COLOURS[name])


def _score(row: Any) -> str:
    """HTML of a method's mean and spread, or of its range where the runs are not alike."""
    if pd.isna(row.mean):
        return text.explained(f"<b>{row.least:.1f} to {row.most:.1f}</b>", _MIXED)
    spread = " " + terms.term("spread", f"± {row.sd:.1f}") if row.n_seeds > 1 else ""
    return f"<b>{row.mean:.1f}</b>{spread}"


def _of(row: Any) -> str:
    """Of how many runs, in a sentence."""
    if pd.isna(row.mean):
        return f" ({row.n_seeds} runs of several settings)"
    return f" ({row.n_seeds} runs)" if row.n_seeds > 1 else ""
