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
        sentence: The same in a sentence, with the interval.
        run_ids: The runs behind it.
    """

    value: str
    spread: str
    best: bool
    sentence: str
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
        return f"<td>{text.explained('–', 'This was not run.', 'ipt-missing')}</td>"
    address = text.html(f"runs?{urlencode({'runs': ','.join(cell.run_ids)})}")
    told = text.html(cell.sentence + (" It beats every other way." if cell.best else ""))
    return (
        f"<td><a class='ipt-tip' href='{address}' data-tip='{told}' aria-description='{told}'>"
        f"<b>{text.html(cell.value)}</b>{' ★' if cell.best else ''}</a>"
        f"<div class='ipt-small'>{text.html(cell.spread) or '&nbsp;'}</div></td>"
    )
