"""Spider's exact set match (Yu et al. 2018, https://aclanthology.org/D18-1425)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from ipt_engine.errors import DataError
from ipt_engine.metrics.base import Metric
from ipt_engine.metrics.shares import SHARE_NAMES, share_score
from ipt_engine.metrics.sql.matching import same_parts
from ipt_engine.metrics.sql.query import Query, UnreadableSQL
from ipt_engine.metrics.sql.reading import read_query
from ipt_engine.metrics.sql.schema import load_schema


def spider_exact_match_statistics(
    prediction: str, references: Sequence[str], context: Mapping[str, str]
) -> tuple[float, ...]:
    """Whether the answer has the parts of one of the gold queries (0 or 1), and 1 for the answer.

    Args:
        prediction: An SQL query; one that cannot be read is wrong.
        references: Gold queries.
        context: `tables`, the path of a tables.json, and `db_id`, the database's name in it.

    Raises:
        DataError: If a gold query cannot be read, or the tables.json has no such database.
    """
    tables, db_id = context["tables"], context["db_id"]
    golds = [_gold(reference, tables, db_id) for reference in references]
    try:
        answer = read_query(prediction, load_schema(tables, db_id))
    except UnreadableSQL:
        return 0.0, 1.0
    return float(any(same_parts(answer, gold) for gold in golds)), 1.0


@lru_cache(maxsize=4096)
def _gold(sql: str, tables: str, db_id: str) -> Query:
    try:
        return read_query(sql, load_schema(tables, db_id))
    except UnreadableSQL as error:
        raise DataError(
            f"The gold query {sql!r} of database {db_id!r} cannot be read ({error}). "
            "Correct it, or its entry in tables.json."
        ) from None


SPIDER_EXACT_MATCH = Metric(
    name="spider_exact_match",
    title="Exact set match",
    explanation=(
        "Percentage of SQL answers that have the gold query's parts (SELECT, FROM, WHERE, "
        "GROUP BY, ORDER BY, …), whatever the values and the order. DISTINCT does not count."
    ),
    stat_names=SHARE_NAMES,
    statistics=spider_exact_match_statistics,
    score=share_score,
    example_score=share_score,
    needs=("db_id", "tables"),
)
