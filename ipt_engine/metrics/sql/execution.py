"""A query's rows from a SQLite file that no query can change, and none can hang.

Guarded in five ways, since the query may be anything that a model wrote:

- the file is opened read-only, and SQLite's authorizer allows nothing but reading and a list of
  harmless functions: no ATTACH, PRAGMA, CREATE, INSERT, load_extension;
- the text must be one statement that begins with SELECT or WITH;
- the work is limited in steps of SQLite's virtual machine, which are the same on every machine,
  so that a limit never decides differently elsewhere; a clock stands behind it;
- SQLite's own limits bound a text's or row's length, the SQL's length and its nesting, and a heap
  limit bounds memory; nothing spills to disk;
- no more rows or bytes are taken out than asked for.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ipt_engine.metrics.sql.text import is_select

Rows = list[tuple[Any, ...]]

_STEPS_BETWEEN_CHECKS = 100
_HEAP = 256 * 2**20  # bytes, for all SQLite connections of the process
_SQLITE_LIMITS = {
    # No step is ever slow with so little text: 100,000 characters in 100,000 take 0.2 s.
    sqlite3.SQLITE_LIMIT_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 500,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 100,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
# What computes with values. Left out: what loads code or tells about the connection; printf and
# format, which can spend minutes on one value; and random numbers, with which one answer would be
# right today and wrong tomorrow.
_FUNCTIONS = """
    abs avg char coalesce concat concat_ws count cume_dist date datetime dense_rank first_value
    glob group_concat hex ifnull iif instr julianday lag last_value lead length like lower
    ltrim max min nth_value ntile nullif percent_rank quote rank replace round row_number
    rtrim sign soundex strftime string_agg substr substring sum time total trim typeof unicode
    unixepoch upper zeroblob
    acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10
    log2 mod pi pow power radians sin sinh sqrt tan tanh trunc
    """
_ALLOWED = frozenset(_FUNCTIONS.split())
# With a second argument a single one of these takes seconds for long texts.
_SLOW_WITH_TWO = ("trim", "ltrim", "rtrim")
_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}


class QueryFailed(Exception):
    """A query that was refused, is wrong, or went over a limit; the message says which."""


@dataclass(frozen=True)
class Limits:
    """How much one query may take.

    Attributes:
        steps: Instructions of SQLite's virtual machine.
        seconds: Wall-clock time; far more than the steps take, in case single steps are slow.
        rows: Rows taken out; the next one is an error.
        size: Characters and bytes of text and blobs taken out.
    """

    steps: int = 100_000_000
    seconds: float = 20.0
    rows: int = 200_000
    size: int = 64 * 2**20


DEFAULT_LIMITS = Limits()


def run_query(database: str, sql: str, limits: Limits = DEFAULT_LIMITS) -> Rows:
    """All rows of one SELECT.

    Text that is not UTF-8 loses the bytes that are not, as in the official scorer.

    Args:
        database: Path of a SQLite file.
        sql: The query.
        limits: What it may take.

    Raises:
        QueryFailed: If the query is no single SELECT, fails, or goes over a limit.
        FileNotFoundError: If there is no such file.
    """
    if not Path(database).is_file():
        raise FileNotFoundError(f"{database}: no such SQLite file. Give the database's path.")
    if not is_select(sql):
        raise QueryFailed("not a SELECT")
    try:
        with _open(database, limits) as connection:
            return _fetch(connection, sql, limits)
    except (sqlite3.Error, sqlite3.Warning, MemoryError, ValueError, OverflowError) as error:
        raise QueryFailed(str(error) or type(error).__name__) from None


def _fetch(connection: sqlite3.Connection, sql: str, limits: Limits) -> Rows:
    rows: Rows = []
    size = 0
    for row in connection.execute(sql):
        size += sum(len(cell) for cell in row if isinstance(cell, (str, bytes)))
        if len(rows) >= limits.rows or size > limits.size:
            raise QueryFailed(f"more than {limits.rows} rows or {limits.size} characters")
        rows.append(row)
    return rows


@contextmanager
def _open(database: str, limits: Limits) -> Iterator[sqlite3.Connection]:
    """A guarded connection, closed in the end."""
    path = Path(database).resolve()
    # A file that nobody is writing to is opened without locks, so that a read-only folder will
    # do; beside an unfinished write-ahead log SQLite has to see that log.
    still = not path.with_name(f"{path.name}-wal").exists()
    uri = f"{path.as_uri()}?mode=ro" + ("&immutable=1" if still else "")
    connection = sqlite3.connect(uri, uri=True, cached_statements=0)
    try:
        connection.text_factory = lambda raw: raw.decode("utf-8", errors="ignore")
        for setting in ("trusted_schema = OFF", "temp_store = MEMORY", "query_only = ON"):
            connection.execute(f"PRAGMA {setting}")
        # It can be lowered only, and holds for the whole process; 0 would mean no limit.
        connection.execute(f"PRAGMA hard_heap_limit = {_HEAP}")
        for limit, most in _SQLITE_LIMITS.items():
            connection.setlimit(limit, most)
        for name in _SLOW_WITH_TWO:
            connection.create_function(name, 2, _refuse)
        connection.set_authorizer(_authorise)
        connection.set_progress_handler(_Meter(limits), _STEPS_BETWEEN_CHECKS)
        yield connection
    finally:
        connection.close()


def _authorise(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action in _READING:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and second and second.lower() in _ALLOWED:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _refuse(*_: object) -> None:
    raise ValueError


class _Meter:
    """Called every so many steps; a true answer stops the query."""

    def __init__(self, limits: Limits) -> None:
        self._checks = limits.steps // _STEPS_BETWEEN_CHECKS
        self._end = time.monotonic() + limits.seconds

    def __call__(self) -> int:
        self._checks -= 1
        return int(self._checks < 0 or time.monotonic() > self._end)
