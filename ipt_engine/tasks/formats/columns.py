"""One's own table: CSV, JSON Lines or Parquet with an input column and answer columns."""

import csv
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ipt_engine.disk import unreadable
from ipt_engine.errors import DataError
from ipt_engine.records import Example
from ipt_engine.tasks.formats.base import (
    Malformed,
    Read,
    Records,
    convert,
    json_lines,
    json_list,
    shown,
)


@dataclass(frozen=True)
class Columns:
    """Which columns hold what.

    Attributes:
        input: The column with the text to answer.
        answers: Columns with accepted answers; the first that is not empty is trained on. A
            cell may be a list of texts.
        context: (name, column) of what a metric has to know besides the answers.
    """

    input: str
    answers: tuple[str, ...]
    context: tuple[tuple[str, str], ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every column that is read."""
        return (self.input, *self.answers, *(column for _, column in self.context))


def read(path: Path, columns: Columns) -> Read:
    """The rows of a table; answers keep their lines, and those that are empty are left out.

    Raises:
        DataError: If the file's kind is unknown, or it cannot be read or lacks a column.
    """
    return convert(_reader(path)(path, columns), partial(example_of, columns=columns))


def preview(path: Path, rows: int = 5) -> tuple[list[str], list[dict[str, Any]]]:
    """What columns a table has, and its first rows that can be read.

    Args:
        path: The file.
        rows: How many at most.

    Returns:
        Names of columns in the order they come, and the rows.

    Raises:
        DataError: If the file's kind is unknown, or it cannot be read.
    """
    found = []
    for _, record in _reader(path)(path, None):
        if isinstance(record, Mapping):
            found.append(dict(record))
        if len(found) == rows:
            break
    return list(dict.fromkeys(str(name) for row in found for name in row)), found


def example_of(record: Any, columns: Columns) -> Example:
    """A row as an example.

    Raises:
        Malformed: If the input is empty, there is no answer, or a value is no text.
    """
    if not isinstance(record, Mapping):
        raise Malformed(f"expected a JSON object, found {type(record).__name__}")
    references = tuple(answer for name in columns.answers for answer in _texts(record, name))
    if not references:
        names = ", ".join(map(repr, columns.answers))
        raise Malformed(f"field {names}: there is no answer that is not empty")
    return Example(
        id="",
        input=_only(record, columns.input),
        references=references,
        context={name: _only(record, column) for name, column in columns.context},
    )


def check_columns(found: Iterable[str], columns: Columns, where: object) -> None:
    """Refuse a table without the columns.

    Raises:
        DataError: Names the column that is missing and those there are.
    """
    there = list(found)
    missing = [name for name in columns.all if name not in there]
    if missing:
        raise DataError(
            f"{where} has no column {missing[0]!r}. It has: {', '.join(there) or 'none'}."
        )


def _reader(path: Path) -> Callable[[Path, Columns | None], Records]:
    kind = path.suffix.lower()
    if kind not in _READERS:
        raise DataError(
            f"{path} is no table that can be read. Expected one of: {', '.join(_READERS)}."
        )
    return _READERS[kind]


def _only(record: Mapping[str, Any], name: str) -> str:
    found = list(_texts(record, name))
    if len(found) != 1:
        what = "is empty" if not found else f"holds {len(found)} texts"
        raise Malformed(f"field {name!r} must be one text, but {what}")
    return found[0]


def _texts(record: Mapping[str, Any], name: str) -> Iterator[str]:
    """The texts of a cell, those that are None or empty left out."""
    if name not in record:
        raise Malformed(f"field {name!r} is missing; there are: {', '.join(map(str, record))}")
    value = record[name]
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, bool) or not isinstance(item, str | int | float | None):
            raise Malformed(
                f"field {name!r} must be a text or a list of texts, found {shown(item)}"
            )
        if item is None or (isinstance(item, float) and math.isnan(item)):
            continue
        text = str(item).replace("\r\n", "\n").strip()
        if text:
            yield text


def _csv(path: Path, columns: Columns | None) -> Records:
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    reader: Any = None
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            header: list[str] = next(reader, [])
            if columns is not None:
                check_columns(header, columns, path)
            if len(set(header)) != len(header):
                raise DataError(f"{path}, line 1: two columns have the same name.")
            after = reader.line_num
            for row in reader:
                # A quoted cell may run over several lines; the first of them is named.
                where, after = f"line {after + 1}", reader.line_num
                if row and len(row) != len(header):
                    message = f"expected {len(header)} cells, found {len(row)}"
                    yield where, Malformed(f"{message}; the columns are: {', '.join(header)}")
                elif row:
                    yield where, dict(zip(header, row, strict=True))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(unreadable(path, error, "a UTF-8 CSV file")) from error
    except csv.Error as error:
        raise DataError(f"{path}, line {reader.line_num}: not valid CSV ({error}).") from error


def _json(path: Path, columns: Columns | None) -> Records:
    return json_lines(path) if path.suffix.lower() == ".jsonl" else json_list(path)


def _parquet(path: Path, columns: Columns | None) -> Records:
    import pyarrow as pa  # noqa: PLC0415 takes a while, and the other kinds do without
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        with pq.ParquetFile(path) as file:
            wanted = None
            if columns is not None:
                check_columns(file.schema_arrow.names, columns, path)
                wanted = list(dict.fromkeys(columns.all))
            number = 0
            for batch in file.iter_batches(columns=wanted):
                for row in batch.to_pylist():
                    number += 1
                    yield f"row {number}", row
    except (OSError, pa.ArrowException) as error:
        first = str(error).partition("\n")[0]
        raise DataError(f"Cannot read {path}: {first}. Expected a Parquet file.") from error


_READERS: dict[str, Callable[[Path, Columns | None], Records]] = {
    ".csv": _csv,
    ".tsv": _csv,
    ".jsonl": _json,
    ".json": _json,
    ".parquet": _parquet,
}
KINDS = tuple(_READERS)
"""Endings of the files that can be read."""
