"""What sqlglot's trees of SQLite queries hold, and where."""

from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from ipt_engine.metrics.sql.names import DERIVED
from ipt_engine.metrics.sql.query import UnreadableSQL
from ipt_engine.metrics.sql.text import is_select, tidy

_LONGEST = 20_000  # characters; Spider's longest query has about 600


def one_query(sql: str) -> exp.Expr:
    """The tree of a text that is one SELECT, set operations included.

    Raises:
        UnreadableSQL: If it is not.
    """
    if len(sql) > _LONGEST:
        raise UnreadableSQL(f"longer than {_LONGEST} characters")
    # sqlglot would print a warning about some other statements.
    if not is_select(sql):
        raise UnreadableSQL("not one SELECT")
    try:
        found = [tree for tree in sqlglot.parse(tidy(sql), read="sqlite") if tree is not None]
    except (SqlglotError, RecursionError, ValueError) as error:
        raise UnreadableSQL(str(error).partition("\n")[0]) from None
    if len(found) != 1 or not isinstance(bare(found[0]), exp.Query):
        raise UnreadableSQL("not one SELECT")
    return found[0]


def bare(node: exp.Expr) -> exp.Expr:
    """The node without the brackets around it."""
    while isinstance(node, exp.Paren) or (isinstance(node, exp.Subquery) and not node.alias):
        node = node.this
    return node


def parts(tree: exp.Expr) -> Iterator[tuple[str, exp.Select]]:
    """The SELECTs that set operations join, each with the operation on its left ("" at first).

    The ORDER BY and LIMIT behind them belong to the last, where the official parser sees them.
    """
    tree = bare(tree)
    last: dict[str, exp.Expr] = {}
    found: list[tuple[str, exp.Expr]] = []
    while isinstance(tree, exp.SetOperation):
        every = "" if tree.args.get("distinct") or not isinstance(tree, exp.Union) else " all"
        found.append((tree.key + every, bare(tree.expression)))
        last |= {k: tree.args[k] for k in ("order", "limit", "offset") if tree.args.get(k)}
        tree = bare(tree.this)
    found.append(("", tree))
    for operation, part in reversed(found):
        if not isinstance(part, exp.Select):
            raise UnreadableSQL("a set operation of something else than SELECTs")
        whole = part.copy() if last and part is found[0][1] else part
        if whole is not part:
            for name, value in last.items():
                whole.set(name, value)
        yield operation, whole


def from_items(node: exp.Select) -> list[exp.Table | exp.Subquery]:
    """The tables and queries in FROM, in order, those in brackets too."""
    from_ = node.args.get("from_")
    pending: list[exp.Expr] = [from_.this] if from_ else []
    pending += [join.this for join in node.args.get("joins") or ()]
    found: list[exp.Table | exp.Subquery] = []
    while pending:
        item = pending.pop(0)
        inside = item.this if isinstance(item, (exp.Subquery, exp.Paren)) else None
        if isinstance(inside, (exp.Table, exp.Subquery)):
            pending[:0] = [inside, *(join.this for join in item.args.get("joins") or ())]
            continue
        if not (isinstance(item, exp.Table) and item.name) and not isinstance(item, exp.Subquery):
            raise UnreadableSQL(f"{item.key} in FROM")
        found.append(item)
        pending[:0] = [join.this for join in item.args.get("joins") or ()]
    return found


def source_name(node: exp.Expr) -> str:
    """A table's name in lower case; the same word for every query in FROM."""
    return node.name.lower() if isinstance(node, exp.Table) else DERIVED
