"""Tables of one's own: CSV, JSON Lines and Parquet say the same; bad rows are named."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ipt_engine.errors import DataError
from ipt_engine.records import Example
from ipt_engine.tasks.formats import BadRecord
from ipt_engine.tasks.formats.columns import Columns, read

COLUMNS = Columns("question", ("sql", "other"), (("db_id", "base"),))
ROWS: list[dict[str, Any]] = [
    {"question": 'Which, "if any"?', "sql": "SELECT 1", "other": None, "base": "a"},
    {"question": "All?", "sql": "SELECT\n  2", "other": "SELECT 3", "base": "b"},
]
EXPECTED = [
    Example("1", 'Which, "if any"?', ("SELECT 1",), context={"db_id": "a"}),
    Example("2", "All?", ("SELECT\n  2", "SELECT 3"), context={"db_id": "b"}),
]
CSV = (
    'base,question,sql,other,unused\na,"Which, ""if any""?",SELECT 1,,x\n'
    'b,All?,"SELECT\n  2",SELECT 3,y\n'
)


def table(folder: Path, kind: str) -> Path:
    path = folder / f"mine.{kind}"
    if kind == "csv":
        path.write_text(CSV, "utf-8")
    elif kind == "jsonl":
        path.write_text("".join(f"{json.dumps(row)}\n" for row in ROWS), "utf-8")
    elif kind == "json":
        path.write_text(json.dumps(ROWS), "utf-8")
    else:
        pq.write_table(pa.Table.from_pylist(ROWS), path)
    return path


@pytest.mark.parametrize("kind", ["csv", "jsonl", "json", "parquet"])
def test_all_kinds_say_the_same(tmp_path: Path, kind: str) -> None:
    assert list(read(table(tmp_path, kind), COLUMNS)) == EXPECTED


@pytest.mark.parametrize(
    "line", ['{"q": "\\ud83d", "a": "x"}', '{"q": ' + "9" * 5000 + "}", "[" * 100_000]
)
def test_json_that_no_one_can_use_is_a_bad_record(tmp_path: Path, line: str) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(f'{line}\n{{"q": "x", "a": "\\ud83d\\ude00"}}\n')
    bad, good = read(path, Columns("q", ("a",)))
    assert isinstance(bad, BadRecord) and bad.where == "line 1"
    assert isinstance(good, Example) and good.answer == "\U0001f600"


def test_a_csv_of_a_spreadsheet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(b"\xef\xbb\xbf" + CSV.replace("\n", "\r\n").encode())
    assert list(read(path, COLUMNS)) == EXPECTED


def test_a_list_of_answers_is_several(tmp_path: Path) -> None:
    path = tmp_path / "mine.parquet"
    pq.write_table(pa.Table.from_pylist([{"q": "x", "a": ["one", None, "", "two"]}]), path)
    (found,) = read(path, Columns("q", ("a",)))
    assert isinstance(found, Example) and found.references == ("one", "two")


def test_numbers_are_texts_and_nan_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text('{"q": 7, "a": 1.5}\n{"q": 8, "a": NaN}\n')
    first, second = read(path, Columns("q", ("a",)))
    assert isinstance(first, Example) and (first.input, first.references) == ("7", ("1.5",))
    assert second == BadRecord("line 2", "field 'a': there is no answer that is not empty")


def test_bad_rows_of_a_csv_are_named_by_their_first_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text('q,a\n"two\nlines",x\n,y\nonly\nq4,\n\nq5,z\n')
    found = list(read(path, Columns("q", ("a",))))
    assert [item.where for item in found if isinstance(item, BadRecord)] == [
        "line 4", "line 5", "line 6"
    ]  # fmt: skip
    empty, short, unanswered = (item for item in found if isinstance(item, BadRecord))
    assert empty.reason == "field 'q' must be one text, but is empty"
    assert short.reason == "expected 2 cells, found 1; the columns are: q, a"
    assert "field 'a': there is no answer" in unanswered.reason
    assert [item.id for item in found if isinstance(item, Example)] == ["1", "5"]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"q": "x"}, "field 'a' is missing; there are: q"),
        ({"q": "x", "a": {"b": 1}}, "must be a text or a list of texts"),
        ({"q": "x", "a": True}, "must be a text or a list of texts"),
        ({"q": ["x", "y"], "a": "z"}, "field 'q' must be one text, but holds 2 texts"),
        ([1], "expected a JSON object, found list"),
    ],
)
def test_bad_records_of_json_are_named(tmp_path: Path, record: Any, reason: str) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(f'{{"q": "x", "a": "y"}}\n\n{json.dumps(record)}\n')
    _, bad = read(path, Columns("q", ("a",)))
    assert isinstance(bad, BadRecord) and bad.where == "line 3"
    assert reason in bad.reason


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("mine.csv", b"q,b\n1,2\n", "has no column 'a'. It has: q, b"),
        ("mine.csv", b"", "has no column 'q'. It has: none"),
        ("mine.csv", b"q,a,a\n1,2,3\n", "line 1: two columns have the same name"),
        ("mine.csv", b'q,a\n1,"2\n', "line 2: not valid CSV"),
        (
            "mine.csv",
            b"q,a\n\xff,2\n",
            r"Cannot read .*mine\.csv: it is not UTF-8\. Save it as UTF-8\.$",
        ),
        ("mine.parquet", b"PAR1 not", "Expected a Parquet file"),
        ("mine.xlsx", b"PK", r"Expected one of: \.csv, \.tsv, \.jsonl, \.json, \.parquet"),
    ],
)
def test_what_is_no_such_table_is_refused(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        list(read(path, Columns("q", ("a",))))
