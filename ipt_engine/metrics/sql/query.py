"""The parts of a query that exact set match compares, as values."""

from dataclasses import dataclass


class UnreadableSQL(Exception):
    """A query that cannot be parsed, or that names what the database does not have."""


@dataclass(frozen=True)
class Condition:
    """One comparison.

    Attributes:
        negated: Whether NOT applies to it.
        op: "=", "in", "like", …; "" for what is no plain comparison of a column.
        left: Left side as text; the whole comparison where `op` is "".
        values: Right side: a nested query, a text, or None where values do not count.
    """

    negated: bool
    op: str
    left: str
    values: "tuple[Query | str | None, ...]" = ()


@dataclass(frozen=True)
class Conditions:
    """Comparisons in the order written, and the "and" or "or" between them."""

    units: tuple[Condition, ...] = ()
    connectors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Query:
    """A query's parts; expressions are texts in which columns go by "table.column".

    Attributes:
        select: What is selected.
        distinct: Whether SELECT DISTINCT; always False where DISTINCT does not count.
        tables: Tables in FROM, or the query that stands for one.
        joins: The conditions after ON.
        where: The conditions after WHERE.
        group: Expressions of GROUP BY.
        having: The conditions after HAVING.
        order: Expressions of ORDER BY.
        direction: "asc" or "desc", of the last expression that has one.
        limit: Whether there is a LIMIT.
        set_op: "union", "intersect", "except" or "union all", with
        other: the query on its right.
        extra: What the official parser does not know (outer joins, OFFSET, WITH, windows).
    """

    select: tuple[str, ...]
    distinct: bool = False
    tables: "tuple[str | Query, ...]" = ()
    joins: Conditions = Conditions()
    where: Conditions = Conditions()
    group: tuple[str, ...] = ()
    having: Conditions = Conditions()
    order: tuple[str, ...] = ()
    direction: str | None = None
    limit: bool = False
    set_op: str | None = None
    other: "Query | None" = None
    extra: tuple[str, ...] = ()
