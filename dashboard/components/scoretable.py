"""Scores by task and way of answering, as a table that reads like one in print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from dashboard.components import terms, text
from ipt_engine.plots import METHOD_COLOURS


@dataclass(frozen=True)
class Cell:
    """One score.

    Attributes:
        value: The mean, as text.
        spread: Spread and number of seeds, as text; "" where there is no spread.
        best: Whether it beats every other way on its task.
        hover: The same in a sentence.
        run_ids: The runs behind it.
    """

    value: str
    spread: str
    best: bool
    hover: str
    run_ids: Sequence[str]


@dataclass(frozen=True)
class Column:
    """A way of answering.

    Attributes:
        method: The method's name, whose colour the column has.
        detail: What tells it from others of the method; may be "".
    """

    method: str
    detail: str


def score_table(
    columns: Sequence[Column], rows: Mapping[tuple[str, str], Mapping[Column, Cell]]
) -> None:
    """Draw the table.

    Args:
        columns: In their order.
        rows: By (task, metric), as people read them: the cells that there are.
    """
    heads = "".join(
        f"<th scope='col'>{terms.method(c.method, METHOD_COLOURS[c.method])}"
        f"<div class='ipt-small'>{text.html(c.detail) or '&nbsp;'}</div></th>"
        for c in columns
    )
    body = "".join(
        f"<tr><th scope='row'>{text.html(task)}<div class='ipt-small'>{text.html(metric)}</div>"
        f"</th>{''.join(_cell(cells.get(column)) for column in columns)}</tr>"
        for (task, metric), cells in rows.items()
    )
    st.html(
        "<div class='ipt-scroll' tabindex='0'><table class='ipt-table'>"
        f"<thead><tr><th scope='col'>Task</th>{heads}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return "<td class='ipt-missing' title='This was not run.'>–</td>"
    address = text.html(f"runs?{urlencode({'runs': ','.join(cell.run_ids)})}")
    star = (
        " <span class='ipt-best' title='Beats every other way on this task.'>★</span>"
        if cell.best
        else ""
    )
    return (
        f"<td><a href='{address}' title='{text.html(cell.hover)}'><b>{text.html(cell.value)}</b>"
        f"{star}</a><div class='ipt-small'>{text.html(cell.spread) or '&nbsp;'}</div></td>"
    )
