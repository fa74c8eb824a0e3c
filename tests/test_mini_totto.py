"""mini-totto: sentences say the highlighted cells and the titles' names, and nothing else."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ipt_engine.tasks import TASKS

FOLDER = Path(__file__).resolve().parent.parent / "data" / "mini-totto"
SPLITS = ("train", "dev", "test")
ORDINALS = {
    "1st": "first",
    "2nd": "second",
    "3rd": "third",
    "4th": "fourth",
    "5th": "fifth",
    "6th": "sixth",
    "7th": "seventh",
    "8th": "eighth",
    "9th": "ninth",
    "10th": "tenth",
    "11th": "eleventh",
}
NUMBER = re.compile(r"\d[\d,.:-]*\d|\d")
NAME = re.compile(r"\b[A-Z]\w*")
# What a page's title may start with and a sentence leaves out.
KIND_OF_PAGE = re.compile(r"^(List|Lighthouses|Locomotives|Minor planets)\b")


@cache
def records(split: str) -> list[dict[str, Any]]:
    lines = (FOLDER / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def everything() -> list[dict[str, Any]]:
    return [record for split in SPLITS for record in records(split)]


def sentences() -> list[tuple[dict[str, Any], str]]:
    return [(record, text) for record in everything() for text in record["references"]]


def parts(record: dict[str, Any]) -> tuple[str, str, list[tuple[str, str]]]:
    """Page, section and (value, header) of each cell, read from the input."""
    page, section, *cells = record["input"].split(" ; ")
    assert page.startswith("page: "), record["id"]
    assert section.startswith("section: "), record["id"]
    found = [re.fullmatch(r"cell: (.+) \(([^()]+)\)", cell) for cell in cells]
    pairs = [(match[1], match[2]) for match in found if match]
    assert 1 <= len(pairs) == len(cells) <= 4, record["id"]
    return page.removeprefix("page: "), section.removeprefix("section: "), pairs


def as_said(value: str) -> str:
    """A cell's value in a sentence: places as words, minutes in full."""
    return ORDINALS.get(value, re.sub(r" min$", " minutes", value))


def says(text: str, value: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE) is not None


def test_the_pattern_names_the_headers_in_order() -> None:
    for record in everything():
        columns = record["pattern"].partition(": ")[2].split(", ")
        headers = [column.removesuffix(" 2").split("=")[0] for column in columns]
        assert [header for _, header in parts(record)[2]] == headers, record["id"]


def test_every_highlighted_value_is_said() -> None:
    for record, sentence in sentences():
        for value, _ in parts(record)[2]:
            assert says(sentence, as_said(value)), (record["id"], value)


def test_numbers_said_are_those_of_titles_and_cells() -> None:
    for record, sentence in sentences():
        page, section, cells = parts(record)
        values = [value for value, _ in cells if value not in ORDINALS]
        expected = set(NUMBER.findall(" ; ".join([page, section, *values])))
        assert set(NUMBER.findall(sentence)) == expected, (record["id"], sentence)


def test_places_said_are_those_of_the_cells() -> None:
    for record, sentence in sentences():
        cells = parts(record)[2]
        expected = {ORDINALS[value] for value, _ in cells if value in ORDINALS}
        # "First Division" is a name, and "first shown" or "first description" is no place.
        rest = re.sub(r"\b(First|Second) Division|\bfirst (shown|descri)", "", sentence).lower()
        found = set(re.findall(rf"\b({'|'.join(ORDINALS.values())})\b", rest))
        assert found == expected, (record["id"], sentence)


def test_names_said_are_those_of_titles_and_cells() -> None:
    for record, sentence in sentences():
        page, section, cells = parts(record)
        values = " ; ".join(value for value, _ in cells)
        due = set(NAME.findall(f"{KIND_OF_PAGE.sub('', page)} ; {values}"))
        # A capital that only starts the sentence names nothing.
        inside = set(NAME.findall(sentence[0].lower() + sentence[1:]))
        assert inside <= due | set(NAME.findall(section)), (record["id"], sentence)
        assert due <= set(NAME.findall(sentence)), (record["id"], sentence)


def test_sentences_are_well_formed() -> None:
    for record, sentence in sentences():
        assert re.fullmatch(r"[A-Z0-9].*[^.,;]\.", sentence), sentence
        assert not re.search(r"[\[\]{}<>|;]| [,.]|,,|\. [A-Z]", sentence), sentence
        assert not re.search(r"\b[Aa] [AEIOUaeiou]|\b[Aa]n [^AEIOUaeiou]", sentence), sentence
        assert not re.search(r"\b([a-z]+) \1\b", sentence), sentence
        assert not re.search(r"(?<![\d,.])1 [a-z]+s\b", sentence), sentence
        assert len(set(record["references"])) == len(record["references"])


def test_rows_of_a_table_differ_and_years_rise() -> None:
    for record in everything():
        cells = parts(record)[2]
        assert len(set(cells)) == len(cells), record["id"]
        years = [int(value) for value, _ in cells if re.fullmatch(r"(19|20)\d\d", value)]
        rows = {"year", "released", "launched", "from", "until"}
        if {header for value, header in cells if value.isdecimal()} <= rows:
            assert years == sorted(years), record["id"]


def test_dev_and_test_have_several_references() -> None:
    for split in ("dev", "test"):
        assert all(len(record["references"]) >= 2 for record in records(split))


@pytest.mark.parametrize("split", ["dev", "test"])
def test_no_sentence_of_train_is_an_answer(split: str) -> None:
    shown = {text.casefold() for record in records("train") for text in record["references"]}
    for record in records(split):
        assert not shown & {text.casefold() for text in record["references"]}, record["id"]


def test_some_patterns_and_domains_are_not_in_train() -> None:
    train = {(record["domain"], record["pattern"]) for record in records("train")}
    domains = {domain for domain, _ in train}
    asked = [(record["domain"], record["pattern"]) for record in records("test")]
    new_patterns = {key for key in asked if key not in train and key[0] in domains}
    assert len(new_patterns) >= 10
    assert len({domain for domain, _ in asked} - domains) >= 3


def test_a_pattern_has_a_main_wording_and_others() -> None:
    """With the values blanked out, sentences of a pattern fall into a few shapes."""
    shapes: dict[tuple[str, str], list[str]] = {}
    for record in records("train"):
        page, section, cells = parts(record)
        sentence = record["references"][0].removesuffix(".")
        for value in sorted((as_said(value) for value, _ in cells), key=len, reverse=True):
            sentence = re.sub(re.escape(value), "#", sentence, flags=re.IGNORECASE)
        titles = set(re.findall(r"\w+", f"{page} {section}"))
        shape = " ".join("#" if word in titles else word for word in sentence.split())
        shapes.setdefault((record["domain"], record["pattern"]), []).append(shape)
    often = {key: found for key, found in shapes.items() if len(found) >= 5}
    assert len(often) >= 50
    assert sum(len(set(found)) >= 2 for found in often.values()) >= 0.95 * len(often)
    share = sum(max(map(found.count, found)) for found in often.values())
    assert 0.35 <= share / sum(map(len, often.values())) <= 0.75


def test_the_task_gives_the_file_s_records() -> None:
    task = TASKS["mini-totto"]
    for split in SPLITS:
        for example, record in zip(task.load(split), records(split), strict=True):
            assert (example.id, example.input) == (record["id"], record["input"])
            assert list(example.references) == record["references"]
    assert "cell: VALUE (HEADER)" in task.linearisation
