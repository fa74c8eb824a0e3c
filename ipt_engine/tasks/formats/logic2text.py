"""Logic2Text (Chen et al. 2020): a logic form over a table to a sentence."""

from pathlib import Path
from typing import Any

from ipt_engine.errors import DataError
from ipt_engine.records import Example
from ipt_engine.tasks.formats.base import (
    Format,
    Read,
    Records,
    convert,
    json_list,
    label_of,
    read_lines,
    references_of,
    text_of,
)

_LOGIC, _SENTENCES = ".logic_str.txt", ".sent.txt"


def read(path: Path) -> Read:
    """The records of a JSON file; or of a `.logic_str.txt`, whose sentences lie in `.sent.txt`."""
    if path.name.endswith(_LOGIC):
        return convert(_pairs(path), _example)
    return convert(json_list(path), _example)


def companions(path: Path) -> tuple[Path, ...]:
    """The sentences of a file of logic forms."""
    return (_sentences(path),) if path.name.endswith(_LOGIC) else ()


def _sentences(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(_LOGIC) + _SENTENCES)


def _pairs(path: Path) -> Records:
    forms = [line for _, line in read_lines(path)]
    sentences = [line for _, line in read_lines(_sentences(path))]
    if len(forms) != len(sentences):
        raise DataError(
            f"{path} has {len(forms)} lines and {_sentences(path).name} has {len(sentences)}. "
            "Expected a sentence for each logic form."
        )
    for number, (form, sentence) in enumerate(zip(forms, sentences, strict=True), start=1):
        yield f"line {number}", {"logic_str": form, "sent": sentence}


def _example(record: Any) -> Example:
    logic = text_of(record, "logic_str")
    sentence = text_of(record, "sent")
    topic = text_of(record, "topic") if "topic" in record else None
    return Example(
        id="",
        input=logic if topic is None else f"{topic} | {logic}",
        references=references_of([("sent", sentence)]),
        pattern=label_of(record, "action"),
        context={"logic": logic},
    )


LOGIC2TEXT = Format(
    name="logic2text",
    title="Logic2Text",
    description="Write a sentence that says what a logic form over a table says.",
    instruction="Write one sentence that says what the logic form says.",
    input_label="Logic form",
    output_label="Sentence",
    metrics=("bleu", "blec", "chrf", "rouge_l"),
    stop="newline",
    max_new_tokens=96,
    licence="MIT",
    source="Chen et al. 2020, Logic2Text: High-Fidelity Natural Language Generation",
    linearisation=(
        "The table's topic, then ` | `, then the logic form; the logic form alone where the file "
        "has no topics."
    ),
    read=read,
    official={
        "train": ("train.json", f"train{_LOGIC}"),
        "dev": ("valid.json", f"valid{_LOGIC}"),
        "test": ("test.json", f"test{_LOGIC}"),
    },
    companions=companions,
)
