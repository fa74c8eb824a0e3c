"""Execution match: SQLite's own answers, brute force over columns, and hostile queries."""

import hashlib
import itertools
import random
import sqlite3
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ipt_engine.errors import DataError
from ipt_engine.metrics import get_metric
from ipt_engine.metrics.sql.execution import Limits, QueryFailed, run_query
from ipt_engine.metrics.sql.results import same_results
from ipt_engine.metrics.sql.text import is_ordered, is_select, tidy, without_distinct
from tests.real_data import needs_real_data
from tests.spider_files import (
    dev,
    plain_rows,
    real_context,
    renamed,
    write_database,
)

IGNORED, KEPT = "spider_execution", "spider_execution_distinct"
Rows = list[tuple[Any, ...]]


def score(answer: str, gold: str, context: dict[str, str], name: str = IGNORED) -> float:
    return get_metric(name).judge(answer, [gold], context)[name]


@pytest.fixture(scope="module")
def bands(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {"database": str(write_database(tmp_path_factory.mktemp("bands")))}


def brute_force(answer: Rows, gold: Rows, ordered: bool) -> bool:
    """The definition as it stands: some order of columns makes the rows equal."""
    if not answer and not gold:
        return True
    if len(answer) != len(gold) or len(answer[0]) != len(gold[0]):
        return False
    for order in itertools.permutations(range(len(gold[0]))):
        turned = [tuple(row[i] for i in order) for row in answer]
        if turned == gold or (not ordered and Counter(turned) == Counter(gold)):
            return True
    return False


CASES = [
    # gold, answer, DISTINCT ignored, DISTINCT kept
    ("SELECT name FROM band", "SELECT T1.name FROM band AS T1 WHERE founded > 0", 100, 100),
    ("SELECT name, city FROM band", "SELECT city, name FROM band", 100, 100),
    ("SELECT name FROM band", "SELECT name FROM band ORDER BY name DESC", 100, 100),
    ("SELECT name FROM band ORDER BY name", "SELECT name FROM band ORDER BY name DESC", 0, 0),
    ("SELECT city FROM band", "SELECT DISTINCT city FROM band", 100, 0),
    ("SELECT count(city) FROM band", "SELECT count(DISTINCT city) FROM band", 100, 0),
    ("SELECT DISTINCT city FROM band", "SELECT city FROM band GROUP BY city", 0, 100),
    ("SELECT name FROM player WHERE age > 30", "SELECT name FROM player WHERE age >= 31", 100, 100),
    ("SELECT name FROM player WHERE age > 30", "SELECT name FROM player WHERE age > 31", 0, 0),
    ("SELECT name FROM player WHERE age > = 31", "SELECT name FROM player WHERE age>30;", 100, 100),
    ('SELECT name FROM band WHERE city = "Ulm"', "SELECT 'Fern'", 100, 100),
    ("SELECT count(*) FROM band", "SELECT 3.0", 100, 100),
    ("SELECT count(*) FROM band", "SELECT '3'", 0, 0),
    ("SELECT age FROM player WHERE name = 'Di'", "SELECT NULL", 100, 100),
    (
        "SELECT name FROM band WHERE founded > 9999",
        "SELECT * FROM player WHERE age > 999",
        100,
        100,
    ),
    ("SELECT name FROM player", "SELECT name FROM player", 100, 100),
    ("SELECT name FROM band", "SELECT name FROM band UNION ALL SELECT 'Oak'", 0, 0),
    ("SELECT guests FROM gig", "SELECT guests FROM gig WHERE gig_id < 4 UNION ALL SELECT 80", 0, 0),
    ("SELECT name, name FROM band", "SELECT name FROM band", 0, 0),
]


@pytest.mark.parametrize(("gold", "answer", "ignored", "kept"), CASES)
def test_by_hand(gold: str, answer: str, ignored: int, kept: int, bands: dict[str, str]) -> None:
    assert score(answer, gold, bands) == ignored
    assert score(answer, gold, bands, KEPT) == kept


@pytest.mark.parametrize("seed", range(40))
def test_results_against_all_permutations(seed: int) -> None:
    draw = random.Random(seed)
    values = [0, 1, None, "a"][: draw.randint(2, 4)]
    found = Counter()
    for _ in range(60):
        width, length = draw.randint(1, 5), draw.randint(0, 6)
        gold = [tuple(draw.choice(values) for _ in range(width)) for _ in range(length)]
        order = draw.sample(range(width), width)
        answer = [tuple(row[i] for i in order) for row in gold]
        if draw.random() < 0.5:
            draw.shuffle(answer)
        if answer and draw.random() < 0.5:
            # Swapping two cells of a column keeps every column's values.
            grid = [list(row) for row in answer]
            a, b, column = draw.randrange(length), draw.randrange(length), draw.randrange(width)
            grid[a][column], grid[b][column] = grid[b][column], grid[a][column]
            answer = [tuple(row) for row in grid]
        for ordered in (True, False):
            wanted = brute_force(answer, gold, ordered)
            found[wanted] += 1
            assert same_results(answer, gold, ordered) == wanted
    assert min(found[True], found[False]) > 5


def test_many_columns_do_not_explode() -> None:
    draw = random.Random(1)
    start = time.monotonic()
    gold = [tuple(draw.randrange(2) for _ in range(60)) for _ in range(80)]
    order = draw.sample(range(60), 60)
    answer = [tuple(row[i] for i in order) for row in draw.sample(gold, 80)]
    assert same_results(answer, gold, ordered=False)
    # As regular as can be: every row and column alike, so nothing tells columns apart.
    circle = [tuple(int((i - j) % 40 in (0, 1, 5)) for j in range(40)) for i in range(40)]
    other = [tuple(int((i - j) % 40 in (0, 2, 5)) for j in range(40)) for i in range(40)]
    assert same_results([row[::-1] for row in circle], circle, ordered=False)
    assert not same_results(other, circle, ordered=False)
    same = [(1,) * 300] * 50
    assert same_results(same, same[:], ordered=False)
    assert time.monotonic() - start < 10


ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
LONG = "WITH RECURSIVE c(x) AS (SELECT 'aaaaaaaaaa' UNION ALL SELECT x || x FROM c LIMIT 13) "
CROSS = "gig a, gig b, gig c, gig d, gig e, gig f, gig g, gig h, gig i, gig j, gig k, gig l, gig m"
DOUBLING = ", ".join(["c0 AS (SELECT 1 x)", *(f"c{i} AS (SELECT a.x FROM c{i - 1} a, c{i - 1} b)"
                                            for i in range(1, 25))])  # fmt: skip
REFUSED = [
    "",
    "nonsense",
    "SELECT",
    "SELECT name FROM nowhere",
    "VALUES (1)",
    "EXPLAIN SELECT 1",
    "INSERT INTO band VALUES (9, 'x', 'y', 1)",
    "WITH x AS (SELECT 1) DELETE FROM band",
    "DROP TABLE band",
    "/* SELECT */ DROP TABLE band",
    "SELECT 1; DROP TABLE band",
    "SELECT 1; SELECT 2",
    "ATTACH '{folder}/new.sqlite' AS new",
    "VACUUM INTO '{folder}/new.sqlite'",
    "PRAGMA table_info(band)",
    "PRAGMA writable_schema = ON",
    "SELECT * FROM pragma_table_info('band')",
    "SELECT load_extension('evil')",
    "SELECT writefile('{folder}/new', 'x')",
    "SELECT readfile('/etc/passwd')",
    "SELECT fts3_tokenizer('x')",
    "SELECT randomblob(1000000000)",
    "SELECT random()",
    "SELECT length(zeroblob(1000000000))",
    "SELECT printf('%.500000000c', 'x')",
    "SELECT group_concat(a.x) FROM (SELECT hex(zeroblob(9000)) AS x) a, gig b, gig c",
    ENDLESS + "SELECT * FROM c",
    ENDLESS + "SELECT count(*) FROM c",
    ENDLESS + "SELECT x FROM c ORDER BY x",
    f"SELECT count(*) FROM {CROSS}",
    f"SELECT * FROM {CROSS}",
    f"SELECT count(*) FROM (SELECT DISTINCT a.rowid * b.rowid, c.rowid || d.rowid FROM {CROSS})",
    LONG + f"SELECT sum(instr(x, substr(x, 1, 40000) || 'b')) FROM c, {CROSS}",
    LONG + f"SELECT sum(replace(x, substr(x, 1, 40000) || 'b', 'c') = '') FROM c, {CROSS}",
    LONG + f"SELECT sum(x LIKE '%a%a%a%a%a%a%a%a%b') FROM c, {CROSS}",
    LONG + f"SELECT x FROM c, {CROSS} WHERE length(x) > 9000",
    LONG + f"SELECT sum(length(trim(hex(zeroblob(49000)), x || '0'))) FROM c, {CROSS}",
    f"WITH {DOUBLING} SELECT count(*) FROM c24",
    "SELECT " + "(" * 5000 + "1" + ")" * 5000,
    "SELECT 1" + " UNION SELECT 1" * 3000,
    "SELECT " + "name, " * 3000 + "name FROM band",
    "SELECT \x00",
    "SELECT '\ud800'",
    "SELECT abs(-9223372036854775807 - 1)",
]


@pytest.mark.parametrize("sql", REFUSED, ids=lambda sql: ascii(sql[:60]))
def test_hostile_queries_fail_soon_and_change_nothing(sql: str, tmp_path: Path) -> None:
    database = write_database(tmp_path)
    before = hashlib.sha256(database.read_bytes()).hexdigest()
    start = time.monotonic()
    with pytest.raises(QueryFailed):
        run_query(
            str(database),
            sql.replace("{folder}", str(tmp_path)),
            Limits(steps=3_000_000, seconds=2, rows=1000, size=1_000_000),
        )
    assert time.monotonic() - start < 15
    assert [path.name for path in tmp_path.iterdir()] == ["bands.sqlite"]
    assert hashlib.sha256(database.read_bytes()).hexdigest() == before


def test_a_hostile_answer_is_wrong(bands: dict[str, str]) -> None:
    for answer in (
        "DROP TABLE band",
        "SELECT 1; SELECT 2",
        ENDLESS + "SELECT * FROM c",
        "",
        "\x00",
    ):
        for name in (IGNORED, KEPT):
            assert get_metric(name).judge(answer, ["SELECT name FROM band"], bands) == {
                name: 0.0,
                f"{name}__correct": 0.0,
                f"{name}__count": 1.0,
            }


def test_limits_are_the_same_on_every_machine(bands: dict[str, str]) -> None:
    sql = ENDLESS.replace("FROM c", "FROM c WHERE x < 1000") + "SELECT count(*) FROM c"
    assert run_query(bands["database"], sql) == [(1000,)]
    with pytest.raises(QueryFailed, match="interrupted"):
        run_query(bands["database"], sql, Limits(steps=5_000))


def test_what_reading_needs_is_allowed(bands: dict[str, str]) -> None:
    for sql in (
        "SELECT name FROM sqlite_master WHERE type = 'table'",
        "SELECT city, group_concat(name), round(avg(founded), 1) FROM band GROUP BY city",
        "SELECT upper(name), substr(city, 1, 2), strftime('%Y', '2020-02-03') FROM band",
        "SELECT name, rank() OVER (ORDER BY age) FROM player",
        "SELECT round(avg(age), 2), CAST(max(age) AS text) FROM player",
        ENDLESS.replace("FROM c", "FROM c WHERE x < 9") + "SELECT x FROM c",
        "SELECT name FROM band WHERE name LIKE 'O%' OR name GLOB 'F*' AND EXISTS (SELECT 1)",
        "-- a remark\nSELECT name FROM player; -- another",
    ):
        assert run_query(bands["database"], sql) == plain_rows(bands["database"], sql)


def test_text_that_is_not_utf8_is_read(bands: dict[str, str]) -> None:
    gold = "SELECT name FROM player WHERE age = 40"
    assert run_query(bands["database"], gold) == [("M",)]
    assert score("SELECT name FROM player WHERE player_id = 5", gold, bands) == 100


def test_a_write_ahead_log_is_seen(tmp_path: Path) -> None:
    database = write_database(tmp_path)
    writer = sqlite3.connect(database)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("INSERT INTO band VALUES (4, 'Pine', 'Ulm', 2020)")
    writer.commit()
    assert run_query(str(database), "SELECT count(*) FROM band") == [(4,)]
    writer.close()


def test_odd_paths(tmp_path: Path) -> None:
    folder = tmp_path / "a?mode=rw#b %41&c"
    folder.mkdir()
    assert run_query(str(write_database(folder)), "SELECT count(*) FROM band") == [(3,)]


def test_errors_of_the_data_are_one_line(bands: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gold query 'SELECT x FROM band' fails.*no such column"):
        score("SELECT name FROM band", "SELECT x FROM band", bands)
    with pytest.raises(DataError, match="no database there"):
        score("SELECT 1", "SELECT 1", {"database": str(tmp_path / "none.sqlite")})
    with pytest.raises(ValueError, match="'database'"):
        get_metric(KEPT).judge("SELECT 1", ["SELECT 1"], {})
    (tmp_path / "text.sqlite").write_text("no database at all" * 100)
    with pytest.raises(DataError, match="not a database"):
        score("SELECT 1", "SELECT name FROM band", {"database": str(tmp_path / "text.sqlite")})


def test_a_changed_database_is_asked_again(tmp_path: Path) -> None:
    database = write_database(tmp_path)
    context = {"database": str(database)}
    assert score("SELECT 3", "SELECT count(*) FROM band", context) == 100
    with sqlite3.connect(database) as connection:
        connection.execute("DELETE FROM band WHERE band_id = 3")
    connection.close()
    assert score("SELECT 2", "SELECT count(*) FROM band", context) == 100


def test_any_of_several_gold_queries_will_do(bands: dict[str, str]) -> None:
    golds = ["SELECT name FROM band", "SELECT city FROM band"]
    assert get_metric(KEPT).judge("SELECT city FROM band", golds, bands)[KEPT] == 100


def test_text_before_it_is_read() -> None:
    assert without_distinct("SELECT DISTINCT a, count(distinct b)") == "SELECT  a, count( b)"
    for quoted in ("'a distinct b'", '"distinct"', "[distinct]", "`distinct`", "-- distinct\n1"):
        assert without_distinct(f"SELECT {quoted}") == f"SELECT {quoted}"
    assert (
        without_distinct("SELECT a IS NOT DISTINCT  FROM b") == "SELECT a IS NOT DISTINCT  FROM b"
    )
    assert without_distinct("SELECT undistinct, distinct_a") == "SELECT undistinct, distinct_a"
    assert (
        tidy(" a > = 1 or b ! = 2 and c < = year ( curdate() ) ")
        == "a >= 1 or b != 2 and c <= 2020"
    )
    assert is_ordered("select a from t Order\n By a")
    assert not is_ordered("select 'order by' from t")
    assert is_select("-- drop\n/* x */ Select 1")
    assert not is_select("-- select\n drop table x")
    assert not is_select("'select'")


@needs_real_data
def test_every_dev_gold_query_matches_itself() -> None:
    for example in dev():
        context = real_context(example["db_id"])
        assert score(example["query"], example["query"], context) == 100
        assert score(renamed(example["query"]), example["query"], context, KEPT) == 100


@needs_real_data
@pytest.mark.parametrize("name", [IGNORED, KEPT])
def test_other_queries_of_the_database_against_sqlite(name: str) -> None:
    examples = [e for e in dev() if e["query"].lower().count("distinct") < 2]
    verdicts: Counter[bool] = Counter()
    for first, second in itertools.chain(
        zip(examples, examples[1:], strict=False),
        zip(examples, examples[2:], strict=False),
        zip(examples, examples[5:], strict=False),
    ):
        if first["db_id"] != second["db_id"] or first["query"] == second["query"]:
            continue
        gold, answer = first["query"], second["query"]
        given = gold, answer
        if name == IGNORED:
            # None of these queries has the word inside quotes.
            given = tuple(q.replace("DISTINCT", "").replace("distinct", "") for q in given)
        context = real_context(first["db_id"])
        rows = [plain_rows(context["database"], query) for query in given]
        if max((len(side[0]) for side in rows if side), default=0) > 5:
            continue
        wanted = brute_force(rows[1], rows[0], ordered="order by" in gold.lower())
        verdicts[wanted] += 1
        assert score(answer, gold, context, name) == 100 * wanted, (answer, gold)
    assert min(verdicts.values()) > 20
