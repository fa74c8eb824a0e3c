"""mini-spider: SQLite runs every query, and the questions say what they ask."""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ipt_engine.records import Example
from ipt_engine.tasks import TASKS

TASK = TASKS["mini-spider"]
SPLITS = ("train", "dev", "test")
SOURCE = Path(__file__).resolve().parent.parent / "data" / "mini-spider"
SCRIPTS = {path.stem: path.read_text("utf-8") for path in (SOURCE / "databases").glob("*.sql")}
SCHEMAS = {entry["db_id"]: entry for entry in json.loads((SOURCE / "tables.json").read_text())}
FEATURES = (
    *(" JOIN ", "GROUP BY", "HAVING", "(SELECT", "IN (SELECT", "ORDER BY", "DESC", "LIMIT"),
    *("UNION", "INTERSECT", "EXCEPT", "DISTINCT", "BETWEEN", " OR ", " AND "),
    *("COUNT(", "AVG(", "SUM(", "MIN(", "MAX("),
)
KEYWORDS = (
    "SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT JOIN ON AS AND OR NOT IN BETWEEN UNION "
    "INTERSECT EXCEPT DISTINCT COUNT AVG SUM MIN MAX DESC"
)


@pytest.fixture(scope="module")
def rows_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Runs a query on a database, made from the SQL text without our code."""
    connections = {}
    for name, script in SCRIPTS.items():
        connections[name] = sqlite3.connect(":memory:")
        connections[name].executescript(script)
    yield lambda name, query: connections[name].execute(query).fetchall()
    for connection in connections.values():
        connection.close()


def every_example() -> list[Example]:
    return [example for split in SPLITS for example in TASK.load(split)]


def text_values(query: str) -> list[str]:
    return re.findall(r"'([^']*)'", query)


def test_every_query_runs_and_hardly_any_finds_nothing(rows_of: Any) -> None:
    for split in SPLITS:
        found = [
            rows_of(example.context["db_id"], query)
            for example in TASK.load(split)
            for query in example.references
        ]
        empty = [rows for rows in found if rows in ([], [(0,)], [(None,)])]
        assert len(empty) <= 0.05 * len(found)


def test_all_references_of_a_question_find_the_same(rows_of: Any) -> None:
    several = [example for example in every_example() if len(example.references) > 1]
    assert len(several) > 100
    for example in several:
        found = [Counter(rows_of(example.context["db_id"], q)) for q in example.references]
        assert all(rows == found[0] for rows in found), example.id


def test_no_tie_decides_what_a_limit_leaves(rows_of: Any) -> None:
    limited = [example for example in every_example() if " LIMIT " in example.answer]
    assert limited
    for example in limited:
        query = example.answer
        row = "T2.id" if " JOIN " in query else "id"
        row = f"MIN({row})" if "GROUP BY" in query else row
        first, last = (
            rows_of(example.context["db_id"], query.replace(" LIMIT", f", {row}{way} LIMIT"))
            for way in ("", " DESC")
        )
        assert first == last, example.id


@pytest.mark.parametrize("split", SPLITS)
def test_every_kind_of_query_occurs(split: str) -> None:
    answers = [example.answer for example in TASK.load(split)]
    assert [feature for feature in FEATURES if not any(feature in a for a in answers)] == []
    simple = [a for a in answers if a.count("SELECT") == 1 and " JOIN " not in a]
    assert 0.6 <= len(simple) / len(answers) <= 0.9


def test_a_question_says_the_values_of_its_queries() -> None:
    for example in every_example():
        question = example.input.split(" | ")[0]
        for query in example.references:
            for value in text_values(query):
                assert value in question, example.id
            # LIMIT 1 is "the oldest"; aliases and foreign keys are no values.
            numbers = re.findall(r"(?<![\w.])\d+", query.replace(" LIMIT 1", ""))
            assert set(numbers) <= set(re.findall(r"\d+", question)), example.id


def test_a_question_has_no_name_or_number_that_its_query_lacks() -> None:
    for example in every_example():
        question = example.input.split(" | ")[0]
        said = " ".join(text_values(example.answer))
        for number in re.findall(r"(?<!\w)\d+", question):
            assert number in example.answer, example.id
        for name in re.findall(r"\b[A-Z]\w+", question[0].lower() + question[1:]):
            assert name in said, example.id


def test_queries_are_one_line_in_one_style() -> None:
    keywords = KEYWORDS.lower().split()
    for example in every_example():
        for query in example.references:
            assert re.fullmatch(r"SELECT [^\n;\"]+", query), example.id
            bare = re.sub(r"'[^']*'", "", query)
            assert not [word for word in re.findall(r"\w+", bare) if word in keywords], example.id
            names = re.findall(r"\b[A-Z]\w+", bare)
            assert set(names) <= {"T1", "T2", "T3"} | set(KEYWORDS.split())
            assert ("T1" in names) == ("JOIN" in names), example.id


def test_no_query_is_in_two_splits() -> None:
    train, dev, test = (
        {(e.context["db_id"], query) for e in TASK.load(split) for query in e.references}
        for split in SPLITS
    )
    assert not train & dev
    assert not train & test
    assert not dev & test


def test_some_databases_are_not_in_train() -> None:
    used = {split: Counter(e.context["db_id"] for e in TASK.load(split)) for split in SPLITS}
    for split in ("dev", "test"):
        absent = sum(n for name, n in used[split].items() if name not in used["train"])
        assert 0.2 <= absent / used[split].total() <= 0.5
        assert len(set(used[split]) - set(used["train"])) >= 4
    assert set().union(*used.values()) == set(SCRIPTS) == set(SCHEMAS)


def test_every_pattern_is_asked_in_several_wordings() -> None:
    openings: dict[str, set[str]] = {}
    for example in TASK.load("train"):
        question = example.input.split(" | ")[0].split()
        openings.setdefault(str(example.pattern), set()).add(" ".join(question[:2]))
    assert [pattern for pattern, found in openings.items() if len(found) < 2] == []


def test_the_databases_are_small_and_whole(rows_of: Any) -> None:
    assert len(SCRIPTS) >= 16
    for name in SCRIPTS:
        tables = [t for (t,) in rows_of(name, "SELECT name FROM sqlite_master")]
        tables = [table for table in tables if not table.startswith("sqlite_")]
        assert 2 <= len(tables) <= 4
        assert all(6 <= rows_of(name, f"SELECT COUNT(*) FROM {t}")[0][0] <= 30 for t in tables)
        assert rows_of(name, "PRAGMA foreign_key_check") == []
        assert any(rows_of(name, f"PRAGMA foreign_key_list({table})") for table in tables)


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_tables_json_says_what_the_sql_says(name: str) -> None:
    entry, script = SCHEMAS[name], SCRIPTS[name]
    created = re.findall(r"CREATE TABLE (\w+) \(\n(.*?)\n\);", script, re.DOTALL)
    assert [table for table, _ in created] == entry["table_names_original"]
    columns, types = [[-1, "*"]], ["text"]
    for number, (_, body) in enumerate(created):
        for column, kind in re.findall(r"^  (\w+) (INTEGER|TEXT)", body, re.MULTILINE):
            columns.append([number, column])
            types.append({"INTEGER": "number", "TEXT": "text"}[kind])
    assert entry["column_names_original"] == columns
    assert entry["column_types"] == types
    named = [f"{entry['table_names_original'][t]}.{c}" for t, c in columns[1:]]
    pairs = {(named[a - 1], named[b - 1]) for a, b in entry["foreign_keys"]}
    assert pairs == {
        (f"{table}.{column}", f"{parent}.id")
        for table, body in created
        for column, parent in re.findall(r"(\w+) INTEGER NOT NULL REFERENCES (\w+) \(id\)", body)
    }
    assert pairs
    keys = {named[place - 1] for place in entry["primary_keys"]}
    assert keys >= {f"{table}.id" for table, body in created if "PRIMARY KEY (" not in body}


def test_an_input_is_the_question_and_the_schema() -> None:
    with_keys = 0
    for example in every_example():
        entry = SCHEMAS[example.context["db_id"]]
        tables = entry["table_names_original"]
        columns = entry["column_names_original"]
        schema = [
            f"{table} : {', '.join(c for t, c in columns if t == number)}"
            for number, table in enumerate(tables)
        ]
        named = [f"{tables[t]}.{c}" for t, c in columns[1:]]
        keys = [f"{named[a - 1]} = {named[b - 1]}" for a, b in entry["foreign_keys"]]
        question, *rest = example.input.split(" | ")
        assert re.fullmatch(r"[A-Z][^|]*[.?]", question)
        assert rest in (schema, schema + keys), example.id
        assert (rest != schema) == (len(tables) == 2), example.id
        with_keys += rest != schema
    assert with_keys > 0.8 * len(every_example())
