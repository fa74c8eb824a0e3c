"""`Example`, one input with its accepted answers, and its JSONL form."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ipt_engine.errors import DataError


@dataclass(frozen=True)
class Example:
    """One input of a task.

    Attributes:
        id: Unique within the task, over all splits.
        input: The text the model answers.
        references: Accepted answers; the first is the one shown and trained on.
        domain: What the example is about, for grouping; None where unknown.
        pattern: Which form the example takes, for grouping; None where unknown.
        context: What a metric has to know besides the references, by name (such as the
            database that a query is for).
    """

    id: str
    input: str
    references: tuple[str, ...]
    domain: str | None = None
    pattern: str | None = None
    context: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def answer(self) -> str:
        """The reference that demonstrations show and training learns."""
        return self.references[0]

    def to_json(self) -> str:
        """The example as one line of JSON with a fixed key order."""
        record: dict[str, Any] = {
            "id": self.id,
            "input": self.input,
            "references": list(self.references),
        }
        if self.domain is not None:
            record["domain"] = self.domain
        if self.pattern is not None:
            record["pattern"] = self.pattern
        if self.context:
            record["context"] = dict(self.context)
        return json.dumps(record, ensure_ascii=False)


def read_jsonl(path: Path) -> list[Example]:
    """Read examples, one JSON object a line.

    Raises:
        DataError: If the file is missing or a record is malformed; names file, line and field.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"Cannot read {path}: {error}. Expected a UTF-8 JSONL file.") from error
    examples: list[Example] = []
    seen: set[str] = set()
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        example = _parse(line, f"{path}, line {number}")
        if example.id in seen:
            raise DataError(f"{path}, line {number}: the id {example.id!r} is used twice.")
        seen.add(example.id)
        examples.append(example)
    if not examples:
        raise DataError(f"{path} holds no records. Expected one JSON object a line.")
    return examples


def write_jsonl(path: Path, examples: Iterable[Example]) -> None:
    """Write examples, one JSON object a line, UTF-8, ending in a newline."""
    path.write_text("".join(f"{e.to_json()}\n" for e in examples), encoding="utf-8", newline="\n")


def content_hash(examples: Iterable[Example]) -> str:
    """A SHA-256 (hex) of the examples' content, in order: edited data gets another hash."""
    digest = hashlib.sha256()
    for line in _lines(examples):
        digest.update(line)
    return digest.hexdigest()


def _lines(examples: Iterable[Example]) -> Iterator[bytes]:
    for example in examples:
        yield example.to_json().encode() + b"\n"


def _parse(line: str, where: str) -> Example:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise DataError(f"{where}: not valid JSON ({error.msg}).") from error
    if not isinstance(record, dict):
        raise DataError(f"{where}: expected a JSON object, found {type(record).__name__}.")
    for name in ("id", "input"):
        if not isinstance(record.get(name), str) or not record[name].strip():
            raise DataError(f"{where}: field {name!r} must be a non-empty text.")
    references = record.get("references")
    if (
        not isinstance(references, list)
        or not references
        or not all(isinstance(r, str) and r.strip() for r in references)
    ):
        raise DataError(f"{where}: field 'references' must be a list of at least one text.")
    for name in ("domain", "pattern"):
        if not isinstance(record.get(name), str | None):
            raise DataError(f"{where}: field {name!r} must be a text, or be left out.")
    context = record.get("context", {})
    if not isinstance(context, dict) or not all(isinstance(v, str) for v in context.values()):
        raise DataError(f"{where}: field 'context' must map names to texts, or be left out.")
    return Example(
        id=record["id"],
        input=record["input"],
        references=tuple(references),
        domain=record.get("domain"),
        pattern=record.get("pattern"),
        context=context,
    )
