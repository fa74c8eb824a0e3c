"""Exact set match against Spider's published parses, and by hand after the official scorer."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ipt_engine.errors import DataError
from ipt_engine.metrics import get_metric
from ipt_engine.metrics.sql.query import Condition, Conditions, Query
from ipt_engine.metrics.sql.reading import Mode, read_query
from ipt_engine.metrics.sql.schema import load_schema
from tests.real_data import needs_real_data
from tests.spider_files import REAL, dev, real_context, renamed, write_tables

METRIC = get_metric("spider_exact_match")


def score(answer: str, gold: str, context: dict[str, str]) -> float:
    return METRIC.judge(answer, [gold], context)["spider_exact_match"]


@pytest.fixture(scope="module")
def bands(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {"db_id": "bands", "tables": str(write_tables(tmp_path_factory.mktemp("bands")))}


JOINED = "SELECT T1.name FROM band AS T1 JOIN player AS T2 ON T1.band_id = T2.home_band "
NESTED = "SELECT name FROM band WHERE band_id IN (SELECT home_band FROM player WHERE age > 30)"

SAME = {
    "aliases": (JOINED, renamed(JOINED)),
    "no aliases": (JOINED, "SELECT band.name FROM band JOIN player ON band_id = home_band"),
    "alias without AS": ("SELECT T1.name FROM band AS T1", "select b.NAME from BAND b"),
    "order of SELECT": ("SELECT name, city FROM band", "SELECT city, name FROM band"),
    "order of conditions": (
        "SELECT name FROM band WHERE city = 'Ulm' AND founded > 2000 AND name != 'Oak'",
        "SELECT name FROM band WHERE name != 'x' AND founded > 1 AND city = 'y'",
    ),
    "order of AND and OR": (
        "SELECT name FROM band WHERE city = 'Ulm' OR founded > 2000 AND name != 'Oak'",
        "SELECT name FROM band WHERE name != 'Oak' AND founded > 2000 OR city = 'Ulm'",
    ),
    "order of tables": (
        JOINED,
        "SELECT T1.name FROM player AS T2 JOIN band AS T1 ON T1.band_id = T2.home_band",
    ),
    "values": (
        "SELECT name FROM player WHERE age BETWEEN 20 AND 30",
        "SELECT name FROM player WHERE age BETWEEN 1 AND 2",
    ),
    "value in double quotes": (
        'SELECT name FROM band WHERE city = "Ulm"',
        "SELECT name FROM band WHERE city = 'Bern'",
    ),
    "column in double quotes": (
        "SELECT name FROM band WHERE city = 'Ulm'",
        """SELECT "name" FROM "band" WHERE "city" = 'Ulm'""",
    ),
    "values of a nested query": (NESTED, NESTED.replace("30", "40")),
    "alias in a nested query": (
        NESTED,
        NESTED.replace("age", "p.age").replace("player", "player p"),
    ),
    "LIMIT's number": (
        "SELECT name FROM player ORDER BY age LIMIT 1",
        "SELECT name FROM player ORDER BY age LIMIT 3",
    ),
    "DISTINCT": ("SELECT city FROM band", "SELECT DISTINCT city FROM band"),
    "DISTINCT in COUNT": ("SELECT count(city) FROM band", "SELECT count(DISTINCT city) FROM band"),
    "foreign key": (
        "SELECT T1.band_id FROM band AS T1 JOIN player AS T2 ON T1.band_id = T2.home_band",
        "SELECT T2.home_band FROM band AS T1 JOIN player AS T2 ON T1.band_id = T2.home_band",
    ),
    "foreign key in GROUP BY": (
        JOINED + "GROUP BY T1.band_id ORDER BY count(*) DESC",
        JOINED + "GROUP BY T2.home_band ORDER BY count(*) DESC",
    ),
    "another way to join": (
        JOINED,
        JOINED.replace("T1.band_id = T2.home_band", "T1.name = T2.name"),
    ),
    "ASC written out": (
        "SELECT name FROM player ORDER BY age",
        "SELECT name FROM player ORDER BY age ASC",
    ),
    "brackets that change nothing": (
        "SELECT name FROM band WHERE city = 'Ulm' AND founded > 2000",
        "SELECT (name) FROM band WHERE ((city = 'Ulm') AND (founded > 2000))",
    ),
    "split operators and a semicolon": (
        "SELECT name FROM player WHERE age >= 3",
        "SELECT name FROM player WHERE age > = 3 ;",
    ),
    "INNER": (JOINED, JOINED.replace("JOIN", "INNER JOIN")),
    "HAVING needs GROUP BY to count": (
        "SELECT count(*) FROM band HAVING count(*) > 1",
        "SELECT count(*) FROM band HAVING max(founded) > 1",
    ),
    "direction of the last": (
        "SELECT name FROM player ORDER BY age DESC, name",
        "SELECT name FROM player ORDER BY age, name DESC",
    ),
    "set operation": (
        "SELECT name FROM band WHERE city = 'Ulm' UNION SELECT name FROM player",
        "SELECT DISTINCT T1.name FROM band T1 WHERE city = 'x' UNION SELECT T1.name FROM player T1",
    ),
}

DIFFERENT = {
    "other column": ("SELECT name FROM band", "SELECT city FROM band"),
    "column of another table": (JOINED, JOINED.replace("T1.name", "T2.name")),
    "one column more": ("SELECT name FROM band", "SELECT name, name FROM band"),
    "aggregate": ("SELECT max(age) FROM player", "SELECT min(age) FROM player"),
    "dropped WHERE": ("SELECT name FROM band WHERE city = 'Ulm'", "SELECT name FROM band"),
    "operator": (
        "SELECT name FROM player WHERE age > 30",
        "SELECT name FROM player WHERE age >= 30",
    ),
    "AND to OR": (
        "SELECT name FROM band WHERE city = 'Ulm' AND founded > 2000",
        "SELECT name FROM band WHERE city = 'Ulm' OR founded > 2000",
    ),
    "brackets that change the meaning": (
        "SELECT name FROM band WHERE city = 'Ulm' OR founded > 2000 AND name = 'Oak'",
        "SELECT name FROM band WHERE (city = 'Ulm' OR founded > 2000) AND name = 'Oak'",
    ),
    "NOT": (NESTED, NESTED.replace(" IN ", " NOT IN ")),
    "NOT LIKE": (
        "SELECT name FROM band WHERE name LIKE 'O%'",
        "SELECT name FROM band WHERE name NOT LIKE 'O%'",
    ),
    "direction": (
        "SELECT name FROM player ORDER BY age",
        "SELECT name FROM player ORDER BY age DESC",
    ),
    "LIMIT": (
        "SELECT name FROM player ORDER BY age LIMIT 1",
        "SELECT name FROM player ORDER BY age",
    ),
    "LIMIT without ORDER BY": ("SELECT name FROM player LIMIT 1", "SELECT name FROM player"),
    "OFFSET": ("SELECT name FROM player LIMIT 1", "SELECT name FROM player LIMIT 1 OFFSET 2"),
    "GROUP BY": (
        "SELECT city, count(*) FROM band GROUP BY city",
        "SELECT city, count(*) FROM band GROUP BY founded",
    ),
    "order of GROUP BY": (
        "SELECT count(*) FROM band GROUP BY city, founded",
        "SELECT count(*) FROM band GROUP BY founded, city",
    ),
    "HAVING": (
        "SELECT city FROM band GROUP BY city HAVING count(*) > 1",
        "SELECT city FROM band GROUP BY city HAVING count(*) < 1",
    ),
    "tables": (
        "SELECT name FROM band",
        "SELECT T1.name FROM band AS T1 JOIN player AS T2 ON T1.band_id = T2.home_band",
    ),
    "outer join": (JOINED, JOINED.replace("JOIN", "LEFT JOIN")),
    "set operation": (
        "SELECT name FROM band UNION SELECT name FROM player",
        "SELECT name FROM band EXCEPT SELECT name FROM player",
    ),
    "UNION ALL": (
        "SELECT name FROM band UNION SELECT name FROM player",
        "SELECT name FROM band UNION ALL SELECT name FROM player",
    ),
    "right side of a set operation": (
        "SELECT name FROM band UNION SELECT name FROM player",
        "SELECT name FROM band UNION SELECT name FROM player WHERE age > 3",
    ),
    # A query in a condition is compared as it stands: the official scorer rebuilds neither its
    # DISTINCT nor its foreign keys.
    "DISTINCT in a nested query": (NESTED, NESTED.replace("SELECT home", "SELECT DISTINCT home")),
    "foreign key in a nested query": (
        "SELECT name FROM band WHERE band_id IN (SELECT T2.home_band FROM band AS T1 JOIN player "
        "AS T2 ON T1.band_id = T2.home_band)",
        "SELECT name FROM band WHERE band_id IN (SELECT T1.band_id FROM band AS T1 JOIN player "
        "AS T2 ON T1.band_id = T2.home_band)",
    ),
    # Nor are a FROM query's values taken out.
    "value of a query in FROM": (
        "SELECT count(*) FROM (SELECT name FROM player WHERE age > 30)",
        "SELECT count(*) FROM (SELECT name FROM player WHERE age > 40)",
    ),
    # Foreign keys unite columns of the tables in FROM alone.
    "foreign key of a table not in FROM": (
        "SELECT home_band FROM player",
        "SELECT band_id FROM band",
    ),
}

UNREADABLE = [
    "",
    "I do not know",
    "SELECT",
    "SELECT name FROM",
    "SELECT name FROM nowhere",
    "SELECT missing FROM band",
    "SELECT T3.name FROM band AS T1",
    "SELECT name FROM band WHERE city = missing",
    "SELECT name FROM band; SELECT name FROM band",
    "DROP TABLE band",
    "VACUUM INTO 'x'",
    "SELECT name FROM band WHERE " + "(" * 3000 + "1" + ")" * 3000,
    "SELECT name FROM band" + " " * 30_000,
    "SELECT 'name FROM band",
    "\x00\ud800",
]


@pytest.mark.parametrize("case", SAME)
def test_what_does_not_count(case: str, bands: dict[str, str]) -> None:
    gold, answer = SAME[case]
    assert score(answer, gold, bands) == 100
    assert score(gold, answer, bands) == 100


@pytest.mark.parametrize("case", DIFFERENT)
def test_what_counts(case: str, bands: dict[str, str]) -> None:
    gold, answer = DIFFERENT[case]
    assert score(gold, gold, bands) == score(answer, answer, bands) == 100
    assert score(answer, gold, bands) == 0
    assert score(gold, answer, bands) == 0


@pytest.mark.parametrize("answer", UNREADABLE, ids=lambda answer: repr(answer[:40]))
def test_an_answer_that_cannot_be_read_is_wrong(
    answer: str, bands: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    assert METRIC.judge(answer, ["SELECT name FROM band"], bands) == {
        "spider_exact_match": 0.0,
        "spider_exact_match__correct": 0.0,
        "spider_exact_match__count": 1.0,
    }
    assert caplog.text == ""


def test_any_of_several_gold_queries_will_do(bands: dict[str, str]) -> None:
    golds = ["SELECT name FROM band", "SELECT city FROM band"]
    assert METRIC.judge("SELECT city FROM band", golds, bands)["spider_exact_match"] == 100


def test_unusual_sql_equals_itself(bands: dict[str, str]) -> None:
    for sql in (
        "WITH old AS (SELECT name FROM player WHERE age > 30) SELECT count(*) FROM old",
        "SELECT CASE WHEN age > 30 THEN 'old' ELSE 'young' END AS kind FROM player ORDER BY kind",
        "SELECT name, rank() OVER (ORDER BY age) FROM player",
        "SELECT round(avg(age), 1), cast(max(age) AS text) FROM player GROUP BY 2",
        "SELECT name FROM band b WHERE NOT EXISTS (SELECT 1 FROM gig WHERE host_band = b.band_id)",
        "SELECT max(age) - min(age) FROM player",
        "SELECT x.n FROM (SELECT name AS n FROM band) AS x JOIN player ON x.n = player.name",
    ):
        assert score(sql, sql, bands) == 100
        assert score(sql, "SELECT name FROM band", bands) == 0


def test_errors_of_the_data_are_one_line(bands: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gold query 'SELECT x FROM band'.*no column.*Correct"):
        score("SELECT name FROM band", "SELECT x FROM band", bands)
    with pytest.raises(DataError, match="no database 'choirs'"):
        score("SELECT 1", "SELECT 1", {**bands, "db_id": "choirs"})
    with pytest.raises(DataError, match="cannot be read"):
        score("SELECT 1", "SELECT 1", {**bands, "tables": str(tmp_path / "none.json")})
    broken = tmp_path / "tables.json"
    broken.write_text('{"a": 1}')
    with pytest.raises(DataError, match=r"no tables\.json"):
        score("SELECT 1", "SELECT 1", {**bands, "tables": str(broken)})
    broken.write_text('[{"db_id": "bands"}]')
    with pytest.raises(DataError, match="malformed"):
        score("SELECT 1", "SELECT 1", {**bands, "tables": str(broken)})
    with pytest.raises(ValueError, match="'db_id'"):
        METRIC.judge("SELECT 1", ["SELECT 1"], {})


def test_a_changed_tables_file_is_read_again(tmp_path: Path) -> None:
    path = write_tables(tmp_path)
    assert "age" in load_schema(str(path), "bands").tables["player"]
    path.write_text(path.read_text("utf-8").replace('"age"', '"years"'), "utf-8")
    assert "years" in load_schema(str(path), "bands").tables["player"]


AGGREGATES = ("", "max", "min", "count", "sum", "avg")
OPERATORS = ("not", "between", "=", ">", "<", ">=", "<=", "!=", "in", "like", "is", "exists")


class Published:
    """A parse as dev.json has it, made by Spider's own parser, in our form."""

    def __init__(self, entry: dict[str, Any]) -> None:
        tables = [name.lower() for name in entry["table_names_original"]]
        self.tables = tables
        self.columns = [
            f"{tables[table]}.{name.lower()}" if table >= 0 else "*"
            for table, name in entry["column_names_original"]
        ]

    def query(self, sql: dict[str, Any], values: bool = False) -> Query:
        """The query; with `values` those of its conditions count, as inside FROM."""
        found = [op for op in ("union", "intersect", "except") if sql[op]]
        order = sql["orderBy"]
        return Query(
            select=tuple(self.selected(*item) for item in sql["select"][1]),
            distinct=sql["select"][0],
            tables=tuple(
                self.query(what, values=True) if kind == "sql" else self.tables[what]
                for kind, what in sql["from"]["table_units"]
            ),
            joins=self.conditions(sql["from"]["conds"], values),
            where=self.conditions(sql["where"], values),
            group=tuple(self.column(unit) for unit in sql["groupBy"]),
            having=self.conditions(sql["having"], values),
            order=tuple(self.unit(unit) for unit in order[1]) if order else (),
            direction=order[0] if order else None,
            limit=sql["limit"] is not None,
            set_op=found[0] if found else None,
            other=self.query(sql[found[0]], values) if found else None,
        )

    def column(self, unit: list[Any]) -> str:
        aggregate, number, distinct = unit
        name = ("distinct " if distinct else "") + self.columns[number]
        return f"{AGGREGATES[aggregate]}({name})" if aggregate else name

    def unit(self, unit: list[Any]) -> str:
        sign = ("", "-", "+", "*", "/")[unit[0]]
        left = self.column(unit[1])
        return f"({left} {sign} {self.column(unit[2])})" if sign else left

    def selected(self, aggregate: int, unit: list[Any]) -> str:
        return f"{AGGREGATES[aggregate]}({self.unit(unit)})" if aggregate else self.unit(unit)

    def conditions(self, given: list[Any], values: bool) -> Conditions:
        units = tuple(self.condition(unit, values) for unit in given[::2])
        return Conditions(units, tuple(given[1::2]))

    def condition(self, given: list[Any], values: bool) -> Condition:
        negated, op, unit, *right = given
        slots = right if OPERATORS[op] == "between" else right[:1]
        told = tuple(self.value(slot, values) for slot in slots)
        return Condition(negated, OPERATORS[op], self.unit(unit), told)

    def value(self, given: Any, values: bool) -> Query | str | None:
        if isinstance(given, dict):
            return self.query(given, values)
        if not values:
            return None
        if isinstance(given, list):
            return self.column(given)
        return repr(given.strip('"')) if isinstance(given, str) else repr(float(given))


@needs_real_data
def test_every_dev_query_is_read_as_spiders_own_parser_reads_it() -> None:
    entries = {e["db_id"]: e for e in json.loads((REAL / "tables.json").read_text("utf-8"))}
    unlike = set()
    for example in dev():
        schema = load_schema(str(REAL / "tables.json"), example["db_id"])
        wanted = Published(entries[example["db_id"]]).query(example["sql"])
        if read_query(example["query"], schema, Mode()) != wanted:
            unlike.add(example["query"])
    # Where its parser is known to misread: it passes over an OR behind a comparison with a
    # column, and takes an alias given twice for the last table of that name.
    misread = ("OR T1.AirportCode  =", "FROM Likes AS T1 JOIN Highschooler AS T2 ON T1.liked_id")
    assert len(unlike) == 3
    assert all(any(part in query for part in misread) for query in unlike)


def with_other_values(sql: str) -> str:
    sql = re.sub(r"'[^']*'|\"[^\"]*\"", "'other'", sql)
    return re.sub(r"([=<>]\s*|and\s+|limit\s+)\d+\b", r"\g<1>77", sql, flags=re.IGNORECASE)


def with_conditions_reversed(sql: str) -> str:
    """Conditions of a WHERE without brackets, OR or BETWEEN, from last to first."""
    found = re.search(r"\bwhere\s+([^();]*?)(?=\s*(?:group|order|limit|;|$))", sql, re.IGNORECASE)
    if not found or re.search(r"\b(or|between|union|intersect|except)\b", found[1], re.IGNORECASE):
        return sql
    parts = re.split(r"\s+and\s+", found[1], flags=re.IGNORECASE)
    return sql[: found.start(1)] + " AND ".join(reversed(parts)) + sql[found.end(1) :]


def with_distinct_changed(sql: str) -> str:
    """DISTINCT of the first SELECT, put in or left out."""
    if re.match(r"select\s+distinct", sql, re.IGNORECASE):
        return re.sub(r"distinct", "", sql, count=1, flags=re.IGNORECASE)
    return re.sub(r"select", "SELECT DISTINCT", sql, count=1, flags=re.IGNORECASE)


def with_foreign_key_swapped(sql: str) -> str:
    """T1.a for T2.b, where these are joined by the only ON and linked; else unchanged."""
    on = re.findall(r"\bon\s+(T\d)\.(\w+)\s*=\s*(T\d)\.(\w+)", sql, re.IGNORECASE)
    if len(on) != 1 or len(re.findall(r"\bselect\b", sql, re.IGNORECASE)) != 1:
        return sql
    left, right = f"{on[0][0]}.{on[0][1]}", f"{on[0][2]}.{on[0][3]}"
    swap = {left.lower(): right, right.lower(): left}
    return re.sub(r"\bT\d\.\w+", lambda m: swap.get(m[0].lower(), m[0]), sql, flags=re.IGNORECASE)


def is_linked(example: dict[str, Any], schema_links: dict[str, set[tuple[str, str]]]) -> bool:
    on = re.search(r"\bon\s+T\d\.(\w+)\s*=\s*T\d\.(\w+)", example["query"], re.IGNORECASE)
    return on is not None and (on[1].lower(), on[2].lower()) in schema_links[example["db_id"]]


def edited(pattern: str, by: str) -> Any:
    return lambda sql: re.sub(pattern, by, sql, count=1, flags=re.IGNORECASE)


# Each edit, what the official scorer makes of it, and how many dev queries it should apply to.
EDITS = {
    "nothing": (lambda sql: sql + " ;", 100, 1034),
    "aliases": (renamed, 100, 400),
    "spacing and case": (
        lambda sql: re.sub(r"\s+", "  ", sql).replace("SELECT", "select"),
        100,
        900,
    ),
    "values": (with_other_values, 100, 400),
    "order of conditions": (with_conditions_reversed, 100, 30),
    "DISTINCT": (with_distinct_changed, 100, 1000),
    "dropped LIMIT": (edited(r"limit\s+\d+\s*$", ""), 0, 100),
    "dropped ORDER BY": (edited(r"order\s+by\s[^()]*$", ""), 0, 80),
    "dropped WHERE": (edited(r"where\s[^()]*$", ""), 0, 200),
    "dropped GROUP BY": (edited(r"group\s+by\s+[\w.]+", ""), 0, 250),
    "dropped column": (edited(r"^(select[^(),]*),[^(),]*(?=\sfrom)", r"\1"), 0, 100),
    "operator": (edited(r"\s=\s*(?=['\"\d])", " > "), 0, 300),
    "direction": (edited(r"\bdesc\b", "ASC"), 0, 100),
    "aggregate": (edited(r"\bavg\s*\(", "sum("), 0, 60),
    "set operation": (edited(r"\b(intersect|except)\b", "UNION"), 0, 60),
}


@needs_real_data
@pytest.mark.parametrize("edit", EDITS)
def test_edits_of_dev_queries(edit: str) -> None:
    change, wanted, least = EDITS[edit]
    wrong, count = [], 0
    for example in dev():
        gold = example["query"]
        # Values inside FROM count, see above.
        if change(gold) == gold or (edit == "values" and re.search(r"FROM\s*\(", gold)):
            continue
        count += 1
        if score(change(gold), gold, real_context(example["db_id"])) != wanted:
            wrong.append((change(gold), gold))
    assert wrong == []
    assert count >= least


@needs_real_data
def test_foreign_keys_of_dev_queries() -> None:
    links: dict[str, set[tuple[str, str]]] = {}
    for entry in json.loads((REAL / "tables.json").read_text("utf-8")):
        names = [name.lower() for _, name in entry["column_names_original"]]
        pairs = [(names[a], names[b]) for a, b in entry["foreign_keys"]]
        links[entry["db_id"]] = {*pairs, *((b, a) for a, b in pairs)}
    wrong, count = [], 0
    for example in dev():
        gold = example["query"]
        answer = with_foreign_key_swapped(gold)
        if answer.split("FROM")[0] != gold.split("FROM")[0] and is_linked(example, links):
            count += 1
            if score(answer, gold, real_context(example["db_id"])) != 100:
                wrong.append((answer, gold))
    assert wrong == []
    assert count >= 5
