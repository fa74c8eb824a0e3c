"""Logic forms over a table: read, and found to be true or false.

The notation is Logic2Text's (Chen et al. 2020), `eq { count { filter_eq { all_rows ; country ;
Norvia } } ; 3 } = true`. Meanings follow its published definitions where they are loose: `most`
holds from a third of the rows on, rounded down, and `round_eq` allows 15 %. Cells are text; what
is compared is the first number in them, or the date, or else the text. A filter for a text, or
for part of a date, keeps the cells that contain it.
"""

import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from ipt_engine.errors import DataError

ROUND_TOLERANCE = 0.15
"""Relative difference that `round_eq` allows."""
MOST_PART = 3
"""`most` holds if at least the rows divided by this, rounded down, match."""

MONTHS = ["january", "february", "march", "april", "may", "june"]
MONTHS += ["july", "august", "september", "october", "november", "december"]
NO_YEAR = 2260
"""Stands for a date's year where none is said, as in the published definitions."""
TOTAL = re.compile(r"\s*totals?\s*:?\s*$", re.IGNORECASE)
MONTH = re.compile(rf"\b({'|'.join(f'{month}|{month[:3]}' for month in MONTHS)}|sept)\b")
NUMBER = re.compile(r"[-+]?\s?(?:\d+(?:\s?[:,.]\s?\d+)*|\.\d+)(?=\D|$)")
PIECE = re.compile(r"[{};]|(?:(?! [{};](?: |$))[^{}])+")
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "eq": lambda a, b: math.isclose(a, b, rel_tol=1e-9),
    "not_eq": lambda a, b: not math.isclose(a, b, rel_tol=1e-9),
    "greater": operator.gt,
    "greater_eq": operator.ge,
    "less": operator.lt,
    "less_eq": operator.le,
}


@dataclass(frozen=True)
class Call:
    """An operator with its arguments."""

    operator: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True)
class Rows:
    """Some of a table's rows."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> list[str]:
        """The cells under a header.

        Raises:
            DataError: If there is no such header.
        """
        if name not in self.header:
            raise DataError(f"No column {name!r}. The table has: {', '.join(self.header)}.")
        place = self.header.index(name)
        return [row[place] for row in self.rows]

    def where(self, keep: Sequence[bool]) -> "Rows":
        """The rows that are to be kept."""
        kept = tuple(row for row, wanted in zip(self.rows, keep, strict=True) if wanted)
        return Rows(self.header, kept)


Node: TypeAlias = Call | str
Value: TypeAlias = Rows | str | float | bool


def parse(logic: str) -> Node:
    """The tree of a logic form; a trailing `= true` is left out.

    Raises:
        DataError: If brackets do not match or an operator has no arguments.
    """
    text = re.sub(r"\s*=\s*true\s*$", "", logic)
    pieces = [piece.strip() for piece in PIECE.findall(text) if piece.strip()]
    node, end = _read(pieces, 0, logic)
    if end != len(pieces):
        raise DataError(f"Text after the end of the logic form: {logic!r}. Check its brackets.")
    return node


def holds(logic: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a logic form is true of a table.

    Args:
        logic: The form, with or without `= true`.
        header: Names of the columns.
        rows: Cells, row by row, each as long as the header. A row of totals is left out.

    Raises:
        DataError: If the form cannot be read, names an unknown operator or column, is no
            statement, or asks for something that the table does not have (such as the largest
            number of a column without numbers).
    """
    kept = [tuple(row) for row in rows if not any(TOTAL.match(cell) for cell in row)]
    table = Rows(tuple(header), tuple(kept))
    found = _value(parse(logic), table)
    if not isinstance(found, bool):
        raise DataError(f"Not a statement: {logic!r}. Expected a form that is true or false.")
    return found


def number_of(text: str) -> float | None:
    """The first number in a text, as 1200.5 for "1,200.5 m"; None if it has none.

    A sum such as "71 + 68 = 139" counts as what it comes to.
    """
    match = NUMBER.search(text, text.find("=") + 1) or NUMBER.search(text)
    if match is None:
        return None
    digits = re.sub(r"[\s,:]", "", match[0])
    # Several points part groups or fields, as in 1.200.500.
    return float(digits if digits.count(".") < 2 else digits.replace(".", ""))  # noqa: PLR2004


def date_of(text: str) -> float | None:
    """A date with a month's name as a number that orders dates by days; None if it is none."""
    month = MONTH.search(text.lower())
    if month is None:
        return None
    year = re.search(r"\b\d{4}\b", text)
    day = re.search(r"\b\d{1,2}\b", text)
    # Months of 31 days keep the order; only `diff` of dates would need a calendar.
    return (
        (int(year[0]) if year else NO_YEAR) * 372
        + [name[:3] for name in MONTHS].index(month[1][:3]) * 31
        + (int(day[0]) if day else 1)
    )


def _read(pieces: Sequence[str], at: int, logic: str) -> tuple[Node, int]:
    if at >= len(pieces) or pieces[at] in {"{", "}", ";"}:
        raise DataError(f"A value is missing in the logic form {logic!r}.")
    name, at = pieces[at], at + 1
    if at >= len(pieces) or pieces[at] != "{":
        return name, at
    arguments: list[Node] = []
    while pieces[at] in {"{", ";"}:
        argument, at = _read(pieces, at + 1, logic)
        arguments.append(argument)
        if at >= len(pieces) or pieces[at] == "{":
            raise DataError(f"Brackets do not match in the logic form {logic!r}.")
    return Call(name, tuple(arguments)), at + 1


def _value(node: Node, table: Rows) -> Value:
    if isinstance(node, str):
        return table if node == "all_rows" else node
    run = OPERATORS.get(node.operator)
    if run is None:
        raise DataError(f"Unknown operator {node.operator!r}. Known: {', '.join(OPERATORS)}.")
    try:
        return run(*(_value(argument, table) for argument in node.arguments))
    except (TypeError, AttributeError, ValueError) as error:
        raise DataError(
            f"The operator {node.operator!r} does not take these arguments ({error})."
        ) from error


def _contains(text: str, part: str) -> bool:
    return "".join(part.lower().split()) in "".join(text.lower().split())


def _same_text(a: str, b: str) -> bool:
    return _contains(a, b) or _contains(b, a)


def _compare(name: str, a: Value, b: Value) -> bool:
    """Compare as numbers, dates or texts, whichever the two are."""
    if isinstance(a, str) and isinstance(b, str):
        dates = date_of(a), date_of(b)
        if None not in dates:
            return COMPARISONS[name](*dates)  # type: ignore[arg-type]
        if name in {"eq", "not_eq"} and not (_is_number(a) or _is_number(b)):
            return _same_text(a, b) == (name == "eq")
    one, other = _number(a), _number(b)
    if one is None or other is None:
        if name in {"eq", "not_eq"}:
            return _same_text(str(a), str(b)) == (name == "eq")
        return False
    return COMPARISONS[name](one, other)


def _is_number(text: str) -> bool:
    return NUMBER.fullmatch(text.strip()) is not None


def _number(value: Value) -> float | None:
    return number_of(value) if isinstance(value, str) else float(value)  # type: ignore[arg-type]


def _matches(name: str, rows: Rows, column: str, value: str) -> list[bool]:
    cells = rows.column(column)
    if name in {"eq", "not_eq"}:
        # A whole number of a column of dates is a year, so part of a text.
        as_text = not _is_number(value) or any(date_of(cell) is not None for cell in cells)
        if as_text:
            return [_contains(cell, value) == (name == "eq") for cell in cells]
    return [_compare(name, cell, value) for cell in cells]


def _filter(name: str, rows: Rows, column: str, value: str) -> Value:
    return rows.where(_matches(name, rows, column, value))


def _all(name: str, rows: Rows, column: str, value: str) -> Value:
    return all(_matches(name, rows, column, value))


def _most(name: str, rows: Rows, column: str, value: str) -> Value:
    return sum(_matches(name, rows, column, value)) >= len(rows.rows) // MOST_PART


def _ranked(rows: Rows, column: str, order: str, largest: bool) -> tuple[tuple[str, ...], str]:
    """The row at a place in a column's order, with the cell; equal cells keep their order."""
    cells = rows.column(column)
    dated = [date_of(cell) for cell in cells]
    keys = dated if any(key is not None for key in dated) else [number_of(c) for c in cells]
    ranked = [(key, place) for place, key in enumerate(keys) if key is not None]
    ranked.sort(key=lambda pair: (-pair[0] if largest else pair[0], pair[1]))
    if not 1 <= int(order) <= len(ranked):
        raise DataError(f"Column {column!r} has {len(ranked)} numbers, so none in place {order}.")
    place = ranked[int(order) - 1][1]
    return rows.rows[place], cells[place]


def _cell(largest: bool, rows: Rows, column: str, order: str = "1") -> Value:
    return _ranked(rows, column, order, largest)[1]


def _row(largest: bool, rows: Rows, column: str, order: str = "1") -> Value:
    return Rows(rows.header, (_ranked(rows, column, order, largest)[0],))


def _hop(rows: Rows, column: str) -> Value:
    cells = rows.column(column)
    if not cells:
        raise DataError(f"No row is left to take the {column!r} of.")
    return cells[0]


def _numbers(rows: Rows, column: str) -> list[float]:
    found = [n for cell in rows.column(column) if (n := number_of(cell)) is not None]
    if not found:
        raise DataError(f"Column {column!r} has no numbers.")
    return found


def _avg(rows: Rows, column: str) -> Value:
    found = _numbers(rows, column)
    return math.fsum(found) / len(found)


def _diff(a: Value, b: Value) -> Value:
    one, other = _number(a), _number(b)
    if one is None or other is None:
        raise DataError(f"No difference between {a!r} and {b!r}: one of them is no number.")
    return one - other


def _round_eq(a: Value, b: Value) -> Value:
    one, other = _number(a), _number(b)
    if one is None or other is None:
        return _compare("eq", a, b)
    return math.isclose(one, other, rel_tol=ROUND_TOLERANCE)


OPERATORS: dict[str, Callable[..., Value]] = {
    "count": lambda rows: float(len(rows.rows)),
    "only": lambda rows: len(rows.rows) == 1,
    "and": lambda a, b: bool(a) and bool(b),
    "hop": _hop,
    "avg": _avg,
    "sum": lambda rows, column: math.fsum(_numbers(rows, column)),
    "max": partial(_cell, True),
    "min": partial(_cell, False),
    "argmax": partial(_row, True),
    "argmin": partial(_row, False),
    "nth_max": partial(_cell, True),
    "nth_min": partial(_cell, False),
    "nth_argmax": partial(_row, True),
    "nth_argmin": partial(_row, False),
    "diff": _diff,
    "round_eq": _round_eq,
    "filter_all": lambda rows, column: rows.where([True for _ in rows.column(column)]),
    **{name: partial(_compare, name) for name in COMPARISONS},
    **{f"filter_{name}": partial(_filter, name) for name in COMPARISONS},
    **{f"all_{name}": partial(_all, name) for name in COMPARISONS},
    **{f"most_{name}": partial(_most, name) for name in COMPARISONS},
}
"""What each operator does with its arguments."""
