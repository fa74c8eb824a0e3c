"""`Format`: how the files of a known data set become examples, and what the readers share."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ipt_engine.disk import unreadable
from ipt_engine.errors import DataError
from ipt_engine.records import Example
from ipt_engine.tasks.base import Split, Stop

# A tab, and whatever `str.splitlines` takes for the end of a line.
_BREAK = re.compile("[\t\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")


class Malformed(ValueError):
    """A record cannot be used; the message names the field and what was expected there."""


@dataclass(frozen=True)
class BadRecord:
    """A record that cannot be used.

    Attributes:
        where: Its place in the file, such as "line 12" or "record 3".
        reason: What is wrong with it, naming the field.
    """

    where: str
    reason: str


Records = Iterator[tuple[str, Any]]
"""Places in the file ("line 12") with what stands there."""

Read = Iterator[Example | BadRecord]
"""What a reader yields, in the file's order; an example's id is its number in the file."""


def _nothing_else(path: Path) -> tuple[Path, ...]:
    return ()


def _no_resources(path: Path, example: Example) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Format:
    """A data set's original format, and the task that its records ask.

    Attributes:
        name: Key in `FORMATS`, and the task's name unless another is given.
        title: As `Task.title`; so are the fields after it.
        metrics: Those of the field, the primary one first. Those that are not there, or lack
            what they need of the files, are left out when a task is made.
        read: The records of a file. Raises `DataError` if it is no such file at all.
        official: File names of the data set as published, by split: patterns of which the first
            that matches counts.
        companions: Other files that a file cannot be read without; they are hashed with it.
        resources: `Task.resources` of an example of that file.
    """

    name: str
    title: str
    description: str
    instruction: str
    input_label: str
    output_label: str
    metrics: tuple[str, ...]
    stop: Stop
    max_new_tokens: int
    licence: str
    source: str
    linearisation: str
    read: Callable[[Path], Read]
    official: Mapping[Split, tuple[str, ...]]
    companions: Callable[[Path], tuple[Path, ...]] = _nothing_else
    resources: Callable[[Path, Example], Mapping[str, str]] = _no_resources


def convert(records: Records, parse: Callable[[Any], Example]) -> Read:
    """Each record parsed, or named as bad; ids become the records' numbers, from 1."""
    for number, (where, record) in enumerate(records, start=1):
        try:
            if isinstance(record, Malformed):
                raise record
            yield replace(_writable(parse(record)), id=str(number))
        except Malformed as error:
            yield BadRecord(where, str(error))


def _writable(example: Example) -> Example:
    """The example, if its texts are whole: JSON can hold half a character, which no file can.

    Raises:
        Malformed: If they are not.
    """
    for text in (example.input, *example.references, *example.context.values()):
        if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
            raise Malformed(f"a text holds half of a surrogate pair: {shown(ascii(text))}")
    return example


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 file with their numbers, without line ends; blank lines count."""
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            for number, line in enumerate(file, start=1):
                yield number, line.rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(unreadable(path, error, "a UTF-8 text file")) from error


def json_lines(path: Path) -> Records:
    """The objects of a JSONL file; blank lines are passed over."""
    for number, line in read_lines(path):
        if line.strip():
            yield f"line {number}", _parsed(line)


def json_list(path: Path) -> Records:
    """The elements of a file that is one JSON list."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(unreadable(path, error, "a UTF-8 JSON file")) from error
    except json.JSONDecodeError as error:
        raise DataError(
            f"{path}, line {error.lineno}: not valid JSON ({error.msg}). Expected one JSON list."
        ) from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: JSON that cannot be read ({error}).") from error
    if not isinstance(content, list):
        raise DataError(f"{path} must hold a JSON list, found {type(content).__name__}.")
    for number, record in enumerate(content, start=1):
        yield f"record {number}", record


def text_of(record: Any, name: str, *, empty: bool = False) -> str:
    """A record's field as text on one line.

    Raises:
        Malformed: If the record is no object, or the field no text, or empty though `empty` is
            false.
    """
    if not isinstance(record, dict):
        raise Malformed(f"expected a JSON object, found {type(record).__name__}")
    if name not in record:
        raise Malformed(f"field {name!r} is missing; there are: {', '.join(map(str, record))}")
    value = record[name]
    if not isinstance(value, str) or not (empty or value.strip()):
        wanted = "a text" if empty else "a non-empty text"
        raise Malformed(f"field {name!r} must be {wanted}, found {shown(value)}")
    return one_line(value)


def list_of(record: Any, name: str) -> list[Any]:
    """A record's field as a list that is not empty.

    Raises:
        Malformed: If it is anything else.
    """
    if not isinstance(record, dict):
        raise Malformed(f"expected a JSON object, found {type(record).__name__}")
    value = record.get(name)
    if not isinstance(value, list) or not value:
        raise Malformed(f"field {name!r} must be a non-empty list, found {shown(value)}")
    return value


def references_of(texts: Iterable[tuple[str, Any]]) -> tuple[str, ...]:
    """Accepted answers from named values: those that are None or empty are left out.

    Raises:
        Malformed: If one is no text, or none is left.
    """
    found = []
    name = "references"
    for name, value in texts:
        if value is not None and not isinstance(value, str):
            raise Malformed(f"field {name!r} must be a text, found {shown(value)}")
        if value is not None and value.strip():
            found.append(one_line(value))
    if not found:
        raise Malformed(f"field {name!r}: there is no answer that is not empty")
    return tuple(found)


def label_of(record: Any, name: str) -> str | None:
    """A field that groups examples; None where it is missing or no text."""
    value = record.get(name)
    return value if isinstance(value, str) and value.strip() else None


def one_line(text: str) -> str:
    """The text with line breaks and tabs, and spaces around them, as one space each."""
    if not _BREAK.search(text):
        return text.strip()
    return " ".join(part.strip() for part in _BREAK.split(text) if part.strip())


def shown(value: Any) -> str:
    """A value in an error message, short."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 a line's room


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        return Malformed(f"not valid JSON ({error.msg}, column {error.colno})")
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or lists thousands deep.
        return Malformed(f"JSON that cannot be read ({error})")
