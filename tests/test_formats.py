"""The original files of known data sets: what a record becomes, and which are refused where."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipt_engine.errors import DataError
from ipt_engine.records import Example
from ipt_engine.tasks.formats import FORMATS, BadRecord, spider
from tests.original_records import (
    LOGIC,
    MTOP_ROW,
    SCHEMA,
    cell,
    dart,
    logic2text,
    question,
    totto,
    write_json,
    write_lines,
)

AGREED_METRICS = {
    "bleu", "bleu_lower", "chrf", "ter", "rouge_l", "exact_match", "blec", "mtop_exact_match",
    "mtop_template", "spider_exact_match", "spider_execution",
}  # fmt: skip


def read(name: str, path: Path) -> list[Example | BadRecord]:
    return list(FORMATS[name].read(path))


def only(name: str, path: Path) -> Example:
    (found,) = read(name, path)
    assert isinstance(found, Example)
    return found


def test_totto_names_headers_over_row_and_column_spans(tmp_path: Path) -> None:
    found = only("totto", write_lines(tmp_path / "dev.jsonl", json.dumps(totto())))
    # [3, 1] is Skye: its row's list begins after Heron, which reaches down from the row above.
    assert found.input == (
        "<page_title> Ferries </page_title> <section_title> Routes </section_title> <table> "
        "<cell> Skye <col_header> Crossing </col_header> <col_header> To </col_header> "
        "<row_header> Heron </row_header> </cell> "
        # Heron above Gull names a row of its own, and is no header of the column.
        "<cell> Gull <col_header> Ferry </col_header> </cell> </table>"
    )
    assert found.references == ("Heron sails to Skye.",)
    assert found.id == "1"


def test_totto_leaves_out_an_empty_section_and_missing_sentences(tmp_path: Path) -> None:
    notes = [{"final_sentence": None}, {"final_sentence": " "}, {"final_sentence": "A."}]
    record = totto(table_section_title="", sentence_annotations=notes)
    found = only("totto", write_lines(tmp_path / "dev.jsonl", json.dumps(record)))
    assert "section" not in found.input
    assert found.references == ("A.",)


def test_dart_joins_triples(tmp_path: Path) -> None:
    found = only("dart", write_json(tmp_path / "dev.json", [dart()]))
    assert found.input == "Heron | sails to | Skye ; Heron | built | 1990"
    assert found.references == (
        "Heron, built in 1990, sails to Skye.",
        "The Heron of 1990 sails to Skye.",
    )
    assert found.domain == "own"


def test_logic2text_keeps_the_logic_for_its_metric(tmp_path: Path) -> None:
    found = only("logic2text", write_json(tmp_path / "valid.json", [logic2text()]))
    assert found.input == f"ferries | {LOGIC}"
    assert found.context == {"logic": LOGIC}
    assert found.references == ("one ferry sails to skye .",)
    assert found.pattern == "count"


def test_logic2text_reads_aligned_lines(tmp_path: Path) -> None:
    forms = write_lines(tmp_path / "train.logic_str.txt", LOGIC, LOGIC)
    sentences = write_lines(tmp_path / "train.sent.txt", "one .", "")
    first, second = read("logic2text", forms)
    assert isinstance(first, Example)
    assert (first.input, first.references) == (LOGIC, ("one .",))
    assert second == BadRecord("line 2", "field 'sent' must be a non-empty text, found ''")
    assert FORMATS["logic2text"].companions(forms) == (sentences,)
    write_lines(sentences, "one .")
    with pytest.raises(DataError, match="2 lines and train.sent.txt has 1"):
        read("logic2text", forms)


def test_spider_lays_out_question_schema_and_foreign_keys(tmp_path: Path) -> None:
    write_json(tmp_path / "tables.json", [SCHEMA])
    path = write_json(tmp_path / "dev.json", [question()])
    found = only("spider", path)
    assert found.input == (
        "Which ferries? | ferry : id, Home port | trip : id, ferry_id | trip.ferry_id = ferry.id"
    )
    # Spaces count inside quotes alone.
    assert found.answer == "SELECT name , count(*) FROM ferry WHERE name = 'Old  Heron'"
    assert found.context == {"db_id": "harbour"}
    tables = str(tmp_path / "tables.json")
    assert FORMATS["spider"].resources(path, found) == {"tables": tables}
    database = tmp_path / "database" / "harbour" / "harbour.sqlite"
    database.parent.mkdir(parents=True)
    database.touch()
    there = {"tables": tables, "database": str(database)}
    assert FORMATS["spider"].resources(path, found) == there
    assert FORMATS["spider"].resources(path, Example("x", "y", ("z",))) == {}


def test_spider_needs_its_schemas(tmp_path: Path) -> None:
    path = write_json(tmp_path / "dev.json", [question()])
    with pytest.raises(DataError, match=r"tables\.json is missing.*beside dev\.json"):
        read("spider", path)
    write_json(tmp_path / "tables.json", [SCHEMA, {"db_id": "x"}])
    with pytest.raises(DataError, match=r"tables\.json, record 2: not a schema"):
        read("spider", path)


def test_spiders_test_file_has_schemas_of_its_own(tmp_path: Path) -> None:
    write_json(tmp_path / "tables.json", [])
    special = write_json(tmp_path / "test_tables.json", [SCHEMA])
    path = write_json(tmp_path / "test.json", [question()])
    assert spider.companions(path) == (special,)
    assert only("spider", path).domain == "harbour"


def test_mtop_reads_both_forms_and_quotes_mean_nothing(tmp_path: Path) -> None:
    rows = write_lines(tmp_path / "test.txt", "\t".join(MTOP_ROW), "\t".join(MTOP_ROW))
    first, second = read("mtop", rows)
    assert isinstance(first, Example) and isinstance(second, Example)
    assert first.input == second.input == 'the "Heron to Skye'
    assert first.references == ("[IN:GET_FERRY x ]",)
    assert (first.domain, first.pattern) == ("travel", "IN:GET_FERRY")
    record = {"question": "ferries?", "logical_form": "[IN:GET_FERRY ferries ]"}
    found = only("mtop", write_lines(tmp_path / "train.jsonl", json.dumps(record)))
    assert (found.input, found.answer) == ("ferries?", "[IN:GET_FERRY ferries ]")


Make = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("name", "make", "changes", "field"),
    [
        ("totto", totto, {"highlighted_cells": [[3, 2]]}, "highlighted_cells"),
        ("totto", totto, {"highlighted_cells": [[-1, 0]]}, "highlighted_cells"),
        ("totto", totto, {"highlighted_cells": []}, "highlighted_cells"),
        ("totto", totto, {"table": [["Heron"]]}, "table"),
        ("totto", totto, {"table": [[cell("x", columns=0)]]}, "column_span"),
        ("totto", totto, {"table": [[cell("x", rows=10**9)]]}, "row_span"),
        ("totto", totto, {"table_page_title": None}, "table_page_title"),
        ("totto", totto, {"sentence_annotations": [{}]}, "final_sentence"),
        ("totto", totto, {"sentence_annotations": ["x"]}, "sentence_annotations"),
        ("dart", dart, {"tripleset": []}, "tripleset"),
        ("dart", dart, {"tripleset": [["Heron", "sails to"]]}, "tripleset"),
        ("dart", dart, {"tripleset": [["Heron", "sails to", ""]]}, "tripleset"),
        ("dart", dart, {"annotations": [{"text": None}]}, "annotations.text"),
        ("dart", dart, {"annotations": [{"text": 3}]}, "annotations.text"),
        ("logic2text", logic2text, {"sent": ""}, "sent"),
        ("logic2text", logic2text, {"logic_str": None}, "logic_str"),
        ("spider", question, {"db_id": "nowhere"}, "db_id"),
        ("spider", question, {"query": ""}, "query"),
        ("spider", question, {"question": ["which"]}, "question"),
    ],
)
def test_a_malformed_record_is_named_by_place_and_field(
    tmp_path: Path, name: str, make: Make, changes: dict[str, Any], field: str
) -> None:
    write_json(tmp_path / "tables.json", [SCHEMA])
    records = [make(), make(**changes), "no object", make()]
    path = tmp_path / "dev.json"
    if name == "totto":
        write_lines(path, *(json.dumps(record) for record in records[:3]), "{", json.dumps(make()))
        place = "line"
    else:
        write_json(path, records)
        place = "record"
    first, bad, text, *rest = read(name, path)
    assert isinstance(first, Example)
    assert isinstance(bad, BadRecord) and bad.where == f"{place} 2"
    assert field in bad.reason
    assert text == BadRecord(f"{place} 3", "expected a JSON object, found str")
    if name == "totto":
        assert isinstance(rest[0], BadRecord) and "not valid JSON" in rest[0].reason
    # What follows a bad record is read, and keeps its number.
    assert isinstance(rest[-1], Example) and rest[-1].id == ("5" if name == "totto" else "4")


def test_a_malformed_line_of_mtop_is_named(tmp_path: Path) -> None:
    empty = [*MTOP_ROW[:6], "", MTOP_ROW[7]]
    path = write_lines(tmp_path / "t.txt", "a\tb", "\t".join(empty), "", "\t".join(MTOP_ROW))
    short, without, good = read("mtop", path)
    assert isinstance(short, BadRecord) and short.where == "line 1"
    assert "expected 8 columns parted by tabs, found 2" in short.reason
    assert isinstance(without, BadRecord) and without.where == "line 2"
    assert "'decoupled form'" in without.reason
    assert isinstance(good, Example)


@pytest.mark.parametrize("name", ["dart", "logic2text", "spider"])
@pytest.mark.parametrize(
    ("content", "message"),
    [(b"[1,", "line 1: not valid JSON"), (b"{}", "JSON list, found dict"), (b"\xff", "UTF-8")],
)
def test_a_file_of_another_kind_is_refused_whole(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    write_json(tmp_path / "tables.json", [SCHEMA])
    path = tmp_path / "dev.json"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        read(name, path)


def test_formats_are_declared_whole() -> None:
    assert list(FORMATS) == [format_.name for format_ in FORMATS.values()]
    for format_ in FORMATS.values():
        assert set(format_.metrics) <= AGREED_METRICS
        assert set(format_.official) == {"train", "dev", "test"}
        assert format_.licence and format_.source and format_.linearisation
