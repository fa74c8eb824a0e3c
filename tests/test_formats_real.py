"""The samples of the public data sets load whole; counted against their README."""

import json
from pathlib import Path

import pytest

from ipt_engine.records import Example
from ipt_engine.tasks.formats import FORMATS
from tests.real_data import FOLDER, needs_real_data

pytestmark = needs_real_data

# As the samples' README counts them.
COUNTS = [
    ("totto", "totto/dev_sample.jsonl", 5),
    ("totto", "totto/tiny_raw_totto_dev.jsonl", 50),
    ("totto", "totto/train_sample.jsonl", 3),
    ("dart", "dart/dart-v1.1.1-full-dev.json", 2768),
    ("logic2text", "logic2text/valid.json", 1095),
    ("logic2text", "logic2text/train.logic_str.txt", 8566),
    ("spider", "spider/dev.json", 1034),
    ("spider", "spider/train_spider.question_query_dbid.json", 7000),
    ("mtop", "mtop/test_first300.txt", 300),
    ("mtop", "mtop/train.question_logical_form.jsonl", 15667),
    ("mtop", "mtop/eval.question_logical_form.jsonl", 2235),
]


def load(name: str, path: str) -> list[Example]:
    """All records; a bad one fails, and is named."""
    found = list(FORMATS[name].read(FOLDER / path))
    bad = [record for record in found if not isinstance(record, Example)]
    assert not bad, f"{path}: {bad[:3]}"
    return [record for record in found if isinstance(record, Example)]


@pytest.mark.parametrize(("name", "path", "count"), COUNTS, ids=[path for _, path, _ in COUNTS])
def test_every_record_loads(name: str, path: str, count: int) -> None:
    examples = load(name, path)
    assert len(examples) == count
    format_ = FORMATS[name]
    answers = [answer for example in examples for answer in example.references]
    assert not [text for text in answers if "\n" in text or not text.strip()]
    # Text, code and trees have three characters a token or more.
    assert max(map(len, answers)) / 3 < format_.max_new_tokens


def test_dart_has_all_texts() -> None:
    examples = load("dart", "dart/dart-v1.1.1-full-dev.json")
    assert sum(len(example.references) for example in examples) == 6980


def test_spiders_queries_are_those_of_the_gold_file() -> None:
    examples = load("spider", "spider/dev.json")
    lines = (FOLDER / "spider" / "dev_gold.sql").read_text("utf-8").splitlines()
    gold = [line.rsplit("\t", 1) for line in lines if line.strip()]
    assert [(" ".join(e.answer.split()), e.context["db_id"]) for e in examples] == [
        (" ".join(query.split()), database) for query, database in gold
    ]
    path = FOLDER / "spider" / "dev.json"
    resources = [FORMATS["spider"].resources(path, example) for example in examples]
    assert all(Path(found["database"]).is_file() for found in resources)
    assert len({found["database"] for found in resources}) == 20


def test_every_highlighted_cell_of_totto_is_in_the_input() -> None:
    for path in ("totto/dev_sample.jsonl", "totto/tiny_raw_totto_dev.jsonl"):
        records = map(json.loads, (FOLDER / path).read_text("utf-8").splitlines())
        for example, record in zip(load("totto", path), records, strict=True):
            assert example.input.count("<cell>") == len(record["highlighted_cells"])
            for row, column in record["highlighted_cells"]:
                value = record["table"][row][column]["value"].strip()
                assert f"<cell> {value}" in example.input
            assert 2 <= len(example.references) <= 3
            # The longest of the samples would be five times this with ToTTo's own heuristic.
            assert len(example.input) < 1500
