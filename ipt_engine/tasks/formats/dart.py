"""DART (Nan et al. 2021), v1.1.1 JSON: sets of triples to a text."""

from pathlib import Path
from typing import Any

from ipt_engine.records import Example
from ipt_engine.tasks.formats.base import (
    Format,
    Malformed,
    Read,
    convert,
    json_list,
    label_of,
    list_of,
    one_line,
    references_of,
    shown,
)

_PARTS = 3


def read(path: Path) -> Read:
    """The records of a DART file: `tripleset` and `annotations[].text`."""
    return convert(json_list(path), _example)


def _example(record: Any) -> Example:
    triples = list_of(record, "tripleset")
    for triple in triples:
        if (
            not isinstance(triple, list)
            or len(triple) != _PARTS
            or not all(isinstance(part, str) and part.strip() for part in triple)
        ):
            raise Malformed(f"field 'tripleset' must hold lists of three texts: {shown(triple)}")
    notes = list_of(record, "annotations")
    if not all(isinstance(note, dict) for note in notes):
        raise Malformed("field 'annotations' must hold objects with a 'text'")
    return Example(
        id="",
        input=" ; ".join(" | ".join(map(one_line, triple)) for triple in triples),
        references=references_of(("annotations.text", note.get("text")) for note in notes),
        domain=label_of(notes[0], "source"),
    )


DART = Format(
    name="dart",
    title="DART",
    description="Write what a set of triples says.",
    instruction="Write one sentence that states all of the facts.",
    input_label="Facts",
    output_label="Sentence",
    metrics=("bleu", "chrf", "ter"),
    stop="newline",
    max_new_tokens=128,
    licence="MIT",
    source="Nan et al. 2021, DART: Open-Domain Structured Data Record to Text Generation",
    linearisation="Each triple as `subject | relation | object`, joined by ` ; `.",
    read=read,
    official={
        "train": ("dart-v*-full-train.json", "*train*.json"),
        "dev": ("dart-v*-full-dev.json", "*dev*.json"),
        "test": ("dart-v*-full-test.json", "*test*.json"),
    },
)
