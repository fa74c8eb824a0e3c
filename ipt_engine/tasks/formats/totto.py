"""ToTTo (Parikh et al. 2020), raw JSONL: a table with highlighted cells to a sentence."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ipt_engine.records import Example
from ipt_engine.tasks.formats.base import (
    Format,
    Malformed,
    Read,
    convert,
    json_lines,
    list_of,
    one_line,
    references_of,
    shown,
    text_of,
)

_PAIR = 2


def read(path: Path) -> Read:
    """The records of a raw ToTTo file."""
    return convert(json_lines(path), _example)


class Cell(NamedTuple):
    """A table's cell with the room it takes, counted from 0; ends are exclusive.

    Attributes:
        value: Its text.
        is_header: Whether it names a row or a column.
        top: First row.
        bottom: Row after the last.
        left: First column, once the spans of the cells before and above are counted.
        right: Column after the last.
    """

    value: str
    is_header: bool
    top: int
    bottom: int
    left: int
    right: int


def place(table: list[Any]) -> list[list[Cell]]:
    """The cells of each row as listed, each where row and column spans put it.

    A cell goes to the first column that no cell from above reaches down into, as in HTML.

    Raises:
        Malformed: If a cell is not one.
    """
    taken: set[tuple[int, int]] = set()
    rows = []
    for top, row in enumerate(table):
        if not isinstance(row, list):
            raise Malformed(f"field 'table' must hold lists of cells, found {shown(row)}")
        cells: list[Cell] = []
        left = 0
        for raw in row:
            value, is_header, height, width = _parts(raw)
            while (top, left) in taken:
                left += 1
            # A span may say more than the table has; only rows that are there matter.
            bottom = min(top + height, len(table))
            if bottom > top + 1:
                taken |= {(r, c) for r in range(top + 1, bottom) for c in range(left, left + width)}
            cells.append(Cell(value, is_header, top, bottom, left, left + width))
            left += width
        rows.append(cells)
    return rows


@dataclass(frozen=True)
class Header:
    """A header cell, and whether it names columns or rows."""

    cell: Cell
    names_columns: bool


def find_headers(rows: list[list[Cell]]) -> list[Header]:
    """The header cells that say something, from the top and from the left.

    One in a row of other cells names that row only; else a cell far down a column of row headers
    would take all those above it for its own, as it does in ToTTo's baseline.
    """
    found = []
    for row in rows:
        said = [cell for cell in row if cell.value]
        names_columns = all(cell.is_header for cell in said)
        found += [Header(cell, names_columns) for cell in said if cell.is_header]
    return found


def headers_of(cell: Cell, headers: list[Header]) -> tuple[list[str], list[str]]:
    """The headers of a cell's columns, from the top, and of its rows, from the left.

    As in ToTTo's baseline, a header counts if it stands above and shares a column, or to the
    left and shares a row; unlike there, row spans count too. Equal ones are named once.
    """
    above, beside = [], []
    for header in headers:
        other = header.cell
        if header.names_columns:
            if other.bottom <= cell.top and other.left < cell.right and cell.left < other.right:
                above.append(other.value)
        elif other.right <= cell.left and other.top < cell.bottom and cell.top < other.bottom:
            beside.append(other.value)
    return list(dict.fromkeys(above)), list(dict.fromkeys(beside))


def _parts(raw: Any) -> tuple[str, bool, int, int]:
    """Value, whether a header, rows and columns taken."""
    if not isinstance(raw, dict) or not isinstance(raw.get("value"), str):
        raise Malformed(f"field 'table' must hold cells with a text 'value', found {shown(raw)}")
    spans = [raw.get("row_span", 1), raw.get("column_span", 1)]
    for name, span in zip(("row_span", "column_span"), spans, strict=True):
        if not isinstance(span, int) or not 1 <= span <= _WIDEST:
            raise Malformed(f"field 'table': {name} must lie in 1 to {_WIDEST}, found {span!r}")
    return one_line(raw["value"]), raw.get("is_header") is True, spans[0], spans[1]


_WIDEST = 10_000
"""No table has so many rows or columns; a larger span would take all memory."""


def _highlighted(record: Any, rows: list[list[Cell]]) -> Iterator[Cell]:
    for pair in list_of(record, "highlighted_cells"):
        if (
            not isinstance(pair, list)
            or len(pair) != _PAIR
            or not all(isinstance(number, int) for number in pair)
            or not 0 <= pair[0] < len(rows)
            or not 0 <= pair[1] < len(rows[pair[0]])
        ):
            raise Malformed(
                "field 'highlighted_cells' must hold [row, column] of cells that are there, "
                f"found {shown(pair)}"
            )
        yield rows[pair[0]][pair[1]]


def _example(record: Any) -> Example:
    title = text_of(record, "table_page_title")
    section = text_of(record, "table_section_title", empty=True)
    rows = place(list_of(record, "table"))
    parts = [f"<page_title> {title} </page_title>"]
    if section:
        parts.append(f"<section_title> {section} </section_title>")
    parts.append("<table>")
    headers = find_headers(rows)
    for cell in _highlighted(record, rows):
        above, beside = headers_of(cell, headers)
        parts.append("<cell>")
        parts += [cell.value] if cell.value else []
        parts += [f"<col_header> {header} </col_header>" for header in above]
        parts += [f"<row_header> {header} </row_header>" for header in beside]
        parts.append("</cell>")
    parts.append("</table>")
    notes = list_of(record, "sentence_annotations")
    if not all(isinstance(note, dict) for note in notes):
        raise Malformed("field 'sentence_annotations' must hold objects with a 'final_sentence'")
    texts = (("sentence_annotations.final_sentence", n.get("final_sentence")) for n in notes)
    return Example(id="", input=" ".join(parts), references=references_of(texts))


TOTTO = Format(
    name="totto",
    title="ToTTo",
    description="Write one sentence about the highlighted cells of a table.",
    instruction="Write one sentence that describes the highlighted cells of the table.",
    input_label="Table",
    output_label="Sentence",
    metrics=("bleu_lower", "bleu", "chrf", "rouge_l"),
    stop="newline",
    max_new_tokens=128,
    licence="CC BY-SA 3.0",
    source="Parikh et al. 2020, ToTTo: A Controlled Table-To-Text Generation Dataset",
    linearisation=(
        "Page and section title, then each highlighted cell with the headers of its columns and "
        "rows, in tags, as ToTTo's own baseline writes them; nothing else of the table."
    ),
    read=read,
    official={
        "train": ("totto_train_data.jsonl", "*train*.jsonl"),
        "dev": ("totto_dev_data.jsonl", "dev*.jsonl", "*dev*.jsonl"),
        # The published test file is unlabelled: it has no sentences to judge by.
        "test": ("test*.jsonl",),
    },
)
