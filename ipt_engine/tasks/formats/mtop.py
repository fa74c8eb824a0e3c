"""MTOP (Li et al. 2021): a request to its tree of intents and slots."""

from pathlib import Path
from typing import Any

from ipt_engine.records import Example
from ipt_engine.tasks.formats.base import (
    Format,
    Malformed,
    Read,
    Records,
    convert,
    json_lines,
    label_of,
    read_lines,
    references_of,
    text_of,
)

_COLUMNS = (
    "id", "intent", "slots", "utterance", "domain", "locale", "decoupled form", "tokens"
)  # fmt: skip


def read(path: Path) -> Read:
    """The records of a `.jsonl` with `question` and `logical_form`, else of the original TSV."""
    return convert(json_lines(path) if path.suffix == ".jsonl" else _rows(path), _example)


def _rows(path: Path) -> Records:
    """Quotes mean nothing in these files: a line that opens one would swallow those after it."""
    for number, line in read_lines(path):
        if not line.strip():
            continue
        values = line.split("\t")
        if len(values) != len(_COLUMNS):
            message = f"expected {len(_COLUMNS)} columns parted by tabs, found {len(values)}"
            reason = Malformed(f"{message}; they are: {', '.join(_COLUMNS)}")
            yield f"line {number}", reason
        else:
            yield f"line {number}", dict(zip(_COLUMNS, values, strict=True))


def _example(record: Any) -> Example:
    original = isinstance(record, dict) and "utterance" in record
    question = "utterance" if original else "question"
    tree = "decoupled form" if original else "logical_form"
    return Example(
        id="",
        input=text_of(record, question),
        references=references_of([(tree, text_of(record, tree))]),
        domain=label_of(record, "domain"),
        pattern=label_of(record, "intent"),
    )


MTOP = Format(
    name="mtop",
    title="MTOP",
    description="Turn a spoken request into a bracketed tree of intents and slots.",
    instruction="Write the request as a bracketed tree of intents and slots.",
    input_label="Request",
    output_label="Tree",
    metrics=("mtop_exact_match", "mtop_template", "exact_match"),
    stop="newline",
    max_new_tokens=192,
    licence="CC BY-SA 4.0",
    source="Li et al. 2021, MTOP: A Comprehensive Multilingual Semantic Parsing Benchmark",
    linearisation="The request's words as they stand.",
    read=read,
    official={
        "train": ("train.txt", "train*.jsonl", "train*.txt"),
        "dev": ("eval.txt", "eval*.jsonl", "eval*.txt"),
        "test": ("test.txt", "test*.jsonl", "test*.txt"),
    },
)
