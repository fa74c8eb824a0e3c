"""Exact set match: whether two queries have the same parts."""

from collections import Counter

from ipt_engine.metrics.sql.query import Query


def same_parts(answer: Query, gold: Query) -> bool:
    """Whether every part of the answer matches the gold query's, as the official scorer has it.

    SELECT, the conditions of WHERE and the tables of FROM match in any order. GROUP BY, HAVING
    (which counts only beside a GROUP BY) and ORDER BY match in the order written. What ON says
    does not count, except for the keywords in it.
    """
    return (
        Counter(answer.select) == Counter(gold.select)
        and Counter(answer.where.units) == Counter(gold.where.units)
        and set(answer.where.connectors) == set(gold.where.connectors)
        and answer.group == gold.group
        and (not gold.group or answer.having == gold.having)
        and answer.order == gold.order
        and (not gold.order or answer.limit == gold.limit)
        and keywords(answer) == keywords(gold)
        and _same_other(answer, gold)
        and (not gold.tables or Counter(answer.tables) == Counter(gold.tables))
        and answer.extra == gold.extra
    )


def _same_other(answer: Query, gold: Query) -> bool:
    if answer.other is None or gold.other is None:
        return answer.other is gold.other
    return answer.set_op == gold.set_op and same_parts(answer.other, gold.other)


def keywords(query: Query) -> set[str]:
    """The clauses and operators that a query uses, nested queries aside."""
    clauses = {
        "where": query.where.units,
        "group": query.group,
        "having": query.having.units,
        "order": query.order,
        query.direction: query.order,
        "limit": query.limit,
        query.set_op: query.other,
    }
    found = {name for name, used in clauses.items() if name and used}
    conditions = (query.joins, query.where, query.having)
    units = [unit for part in conditions for unit in part.units]
    if any("or" in part.connectors for part in conditions):
        found.add("or")
    if any(unit.negated for unit in units):
        found.add("not")
    return found | {unit.op for unit in units if unit.op in {"in", "like"}}
