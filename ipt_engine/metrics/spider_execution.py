"""Spider's execution match (Zhong et al. 2020, https://aclanthology.org/2020.emnlp-main.29)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

from ipt_engine.errors import DataError
from ipt_engine.metrics.base import Metric
from ipt_engine.metrics.shares import SHARE_NAMES, share_score
from ipt_engine.metrics.sql.execution import DEFAULT_LIMITS, QueryFailed, Rows, run_query
from ipt_engine.metrics.sql.results import same_results
from ipt_engine.metrics.sql.text import is_ordered, tidy, without_distinct


def spider_execution_statistics(
    prediction: str,
    references: Sequence[str],
    context: Mapping[str, str],
    keep_distinct: bool = False,
) -> tuple[float, ...]:
    """Whether the answer gives the rows of one of the gold queries (0 or 1), and 1 for the answer.

    Args:
        prediction: An SQL query; one that is refused, fails or takes too long is wrong.
        references: Gold queries.
        context: `database`, the path of a SQLite file.
        keep_distinct: Whether DISTINCT is left where it stands; else it is taken out of the
            answer and the gold queries alike.

    Raises:
        DataError: If there is no such file, or a gold query fails on it.
    """
    database = context["database"]
    answer = _prepared(prediction, keep_distinct)
    right = any(
        _gives(answer, gold, database)
        for gold in (_prepared(reference, keep_distinct) for reference in references)
    )
    return float(right), 1.0


def _prepared(sql: str, keep_distinct: bool) -> str:
    return tidy(sql) if keep_distinct else without_distinct(tidy(sql))


def _gives(answer: str, gold: str, database: str) -> bool:
    """Whether the answer's rows are the gold query's."""
    wanted = _gold_rows(gold, database, _changed(database))
    try:
        # A result with more rows is wrong, so there is no need to read them.
        found = run_query(database, answer, replace(DEFAULT_LIMITS, rows=len(wanted)))
    except QueryFailed:
        return False
    return same_results(found, wanted, is_ordered(gold))


def _changed(database: str) -> int:
    try:
        return Path(database).stat().st_mtime_ns
    except OSError as error:
        raise DataError(
            f"{database}: no database there ({error.strerror}). Give the path of a SQLite file."
        ) from None


@lru_cache(maxsize=512)
def _gold_rows(sql: str, database: str, changed: int) -> Rows:
    """A gold query's rows; `changed` only tells one state of the file from another."""
    try:
        return run_query(database, sql)
    except QueryFailed as error:
        raise DataError(
            f"The gold query {sql!r} fails on {database} ({error}). Correct it or the database."
        ) from None


SPIDER_EXECUTION = Metric(
    name="spider_execution",
    title="Execution match, DISTINCT ignored",
    explanation=(
        "Percentage of SQL answers that give the gold query's rows on the database, in any order "
        "of columns, and of rows unless the gold query has ORDER BY. DISTINCT is taken out of both."
    ),
    stat_names=SHARE_NAMES,
    statistics=spider_execution_statistics,
    score=share_score,
    example_score=share_score,
    needs=("database",),
)

SPIDER_EXECUTION_DISTINCT = replace(
    SPIDER_EXECUTION,
    name="spider_execution_distinct",
    title="Execution match, DISTINCT kept",
    explanation=(
        "Percentage of SQL answers that give the gold query's rows on the database, in any order "
        "of columns, and of rows unless the gold query has ORDER BY. Both run as written."
    ),
    statistics=partial(spider_execution_statistics, keep_distinct=True),
)
