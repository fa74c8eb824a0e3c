"""sqlglot's tree of a query to the parts that exact set match compares."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp

from ipt_engine.metrics.sql.names import DERIVED, Scope
from ipt_engine.metrics.sql.query import Condition, Conditions, Query, UnreadableSQL
from ipt_engine.metrics.sql.schema import Schema
from ipt_engine.metrics.sql.trees import bare, from_items, one_query, parts, source_name

_COMPARISONS: dict[type[exp.Expr], tuple[str, bool]] = {
    exp.EQ: ("=", False),
    exp.NEQ: ("!=", False),
    exp.GT: (">", False),
    exp.GTE: (">=", False),
    exp.LT: ("<", False),
    exp.LTE: ("<=", False),
    exp.Like: ("like", False),
    exp.In: ("in", False),
    exp.Between: ("between", False),
    exp.Is: ("is", False),
    exp.NullSafeEQ: ("is", False),
    exp.NullSafeNEQ: ("is", True),
}
_ARITHMETIC: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
_READ = {"with_", "expressions", "distinct", "from_", "joins"}
_READ |= {"where", "group", "having", "order", "limit"}
_PLAIN_JOINS = {"", "INNER", "CROSS"}


@dataclass(frozen=True)
class Mode:
    """What counts when two readings are compared.

    The official scorer drops DISTINCT and unites foreign keys in the query itself and in those
    joined to it by UNION, INTERSECT and EXCEPT. A query nested in a condition is compared as it
    stands, but for its values; one in FROM even with them.

    Attributes:
        leads: Columns to those that stand for them.
        distinct: Whether DISTINCT counts.
        values: Whether values count.
    """

    leads: Mapping[str, str] = field(default_factory=dict)
    distinct: bool = True
    values: bool = False


def read_query(sql: str, schema: Schema, mode: Mode | None = None) -> Query:
    """The parts of a query.

    Args:
        sql: The query.
        schema: Its database's tables.
        mode: What counts; by default what exact set match compares.

    Raises:
        UnreadableSQL: If it is not one SELECT, or names what the database does not have.
    """
    tree = one_query(sql)
    try:
        return _Reader(mode or _official_mode(tree, schema)).query(tree, Scope(schema))
    except RecursionError:
        raise UnreadableSQL("nested too deeply") from None


def _official_mode(tree: exp.Expr, schema: Schema) -> Mode:
    """Without DISTINCT, and foreign keys united for the columns of the first FROM's tables."""
    first = next(parts(tree))[1]
    tables = {item.name.lower() for item in from_items(first) if isinstance(item, exp.Table)}
    leads = {c: lead for c, lead in schema.leads.items() if c.rpartition(".")[0] in tables}
    return Mode(leads, distinct=False)


@dataclass(frozen=True)
class _Reader:
    mode: Mode

    def query(self, node: exp.Expr, outer: Scope) -> Query:
        """A SELECT with what set operations join to it."""
        node = bare(node)
        with_ = node.args.get("with_") if isinstance(node, exp.SetOperation) else None
        named, extra = self._named(with_, outer)
        read = [(op, self._select(part, named)) for op, part in parts(node)]
        set_op, whole = read.pop()
        while read:
            before, left = read.pop()
            whole = replace(left, set_op=set_op, other=whole)
            set_op = before
        return replace(whole, extra=(*extra, *whole.extra))

    def _select(self, node: exp.Select, outer: Scope) -> Query:
        outer, extra = self._named(node.args.get("with_"), outer)
        scope = self._sources(node, outer)
        aliases = {e.alias.lower(): e.this for e in node.expressions if isinstance(e, exp.Alias)}
        select = tuple(self._text(e.unalias(), scope) for e in node.expressions)
        scope = replace(scope, aliases=aliases)
        tables, joins, outer_joins = self._from(node, scope)
        group, order = node.args.get("group"), node.args.get("order")
        directions = [o.args.get("desc") for o in order.expressions] if order else []
        given = [desc for desc in directions if desc is not None]
        others = [
            f"{name} {self._text(value, scope)}"
            for name, value in node.args.items()
            if name not in _READ and isinstance(value, exp.Expr)
        ]
        return Query(
            select=select,
            distinct=self.mode.distinct and bool(node.args.get("distinct")),
            tables=tables,
            joins=joins,
            where=self._clause(node, "where", scope),
            group=tuple(self._ranked(e, select, scope) for e in group.expressions) if group else (),
            having=self._clause(node, "having", scope),
            order=tuple(self._ordering(o.this, select, scope) for o in order.expressions)
            if order
            else (),
            direction=("desc" if given and given[-1] else "asc") if order else None,
            limit=bool(node.args.get("limit")),
            extra=(*extra, *outer_joins, *others),
        )

    def _named(self, with_: exp.Expr | None, scope: Scope) -> tuple[Scope, tuple[str, ...]]:
        """The scope with the names that WITH gives, and the queries they stand for as text."""
        extra = []
        for each in with_.expressions if with_ is not None else ():
            name = each.alias.lower()
            if with_ is not None and with_.args.get("recursive"):
                scope = replace(scope, derived=scope.derived | {name})
            inside = _Reader(replace(self.mode, values=True)).query(each.this, scope)
            extra.append(f"with {name} {inside}")
            scope = replace(scope, derived=scope.derived | {name})
        return scope, tuple(extra)

    def _sources(self, node: exp.Select, outer: Scope) -> Scope:
        """The scope inside a SELECT: what its FROM names."""
        found: dict[str, str] = {}
        for item in from_items(node):
            if isinstance(item, exp.Table):
                found[item.alias_or_name.lower()] = outer.table(item.name)
            else:
                found[item.alias.lower() or f"{DERIVED} {len(found)}"] = DERIVED
        return Scope(outer.schema, outer, found, outer.derived)

    def _from(
        self, node: exp.Select, scope: Scope
    ) -> tuple[tuple[str | Query, ...], Conditions, tuple[str, ...]]:
        """The tables in FROM, the conditions after ON, and joins that are not plain ones."""
        as_written = _Reader(Mode(values=True))
        tables: list[str | Query] = []
        for item in from_items(node):
            if isinstance(item, exp.Table):
                table = scope.table(item.name)
                tables.append(item.name.lower() if table == DERIVED else table)
            else:
                tables.append(as_written.query(item.this, scope.outer or scope))
        units: list[Condition] = []
        connectors: list[str] = []
        extra = []
        for join in node.find_all(exp.Join, bfs=False):
            if join.parent_select is not node:
                continue
            kind = " ".join(filter(None, (join.method, join.side, join.kind)))
            if kind not in _PLAIN_JOINS:
                extra.append(f"{kind.lower()} join {source_name(join.this)}")
            on = join.args.get("on")
            # sqlglot puts ON TRUE where there is no ON.
            told = isinstance(on, exp.Expr) and not isinstance(on, exp.Boolean)
            found = [self._conditions(join.args["on"], scope)] if told else []
            if join.args.get("using"):
                using = ", ".join(name.name.lower() for name in join.args["using"])
                found.append(Conditions((Condition(False, "=", f"using {using}"),)))
            for conditions in found:
                connectors += ["and"] * bool(units) + list(conditions.connectors)
                units += conditions.units
        return tuple(tables), Conditions(tuple(units), tuple(connectors)), tuple(extra)

    def _clause(self, node: exp.Select, name: str, scope: Scope) -> Conditions:
        clause = node.args.get(name)
        return self._conditions(clause.this, scope) if clause else Conditions()

    def _conditions(self, node: exp.Expr, scope: Scope) -> Conditions:
        """Comparisons joined by AND and OR, brackets dropped where they change nothing."""
        node = bare(node)
        if not isinstance(node, (exp.And, exp.Or)):
            return Conditions((self._condition(node, scope),))
        sides = []
        for side in (node.this, node.expression):
            if isinstance(node, exp.And) and isinstance(bare(side), exp.Or):
                sides.append(Conditions((self._other(bare(side), scope),)))
            else:
                sides.append(self._conditions(side, scope))
        left, right = sides
        return Conditions(left.units + right.units, (*left.connectors, node.key, *right.connectors))

    def _condition(self, node: exp.Expr, scope: Scope) -> Condition:
        negated = False
        while isinstance(node, exp.Not):
            negated, node = not negated, bare(node.this)
        if node.args.get("negate"):
            negated = not negated
        op, reverse = _COMPARISONS.get(type(node), ("", False))
        left = node.this
        plain = op and left.find(exp.Column, exp.Star) and not left.find(exp.Query)
        if not plain:
            return replace(self._other(node, scope), negated=negated)
        if isinstance(node, exp.Between):
            right = [node.args["low"], node.args["high"]]
        elif isinstance(node, exp.In):
            right = [v for v in (node.args.get("query"), node.args.get("field")) if v]
            right += node.expressions
        else:
            right = [node.expression]
        values = tuple(self._value(value, scope) for value in right)
        if isinstance(node, exp.In) and not any(values):
            values = (None,)  # how long a list is does not count either
        return Condition(negated != reverse, op, self._text(left, scope), values)

    def _other(self, node: exp.Expr, scope: Scope) -> Condition:
        """A condition that the official parser does not know, as one text."""
        if isinstance(node, (exp.And, exp.Or)):
            return Condition(False, "", str(self._conditions(node, scope)))
        return Condition(False, "", self._text(node, scope))

    def _value(self, node: exp.Expr, scope: Scope) -> Query | str | None:
        inside = bare(node)
        if isinstance(inside, exp.Query):
            return self._nested(inside, scope)
        # Read even where it does not count: a column that does not exist makes an answer wrong.
        text = self._text(inside, scope)
        return text if self.mode.values or inside.find(exp.Query) else None

    def _nested(self, node: exp.Expr, scope: Scope) -> Query:
        return _Reader(Mode(values=self.mode.values)).query(node, scope)

    def _ordering(self, node: exp.Expr, select: tuple[str, ...], scope: Scope) -> str:
        """An expression of ORDER BY, where a name given in SELECT comes before a column's."""
        named = isinstance(node, exp.Column) and not node.table
        if named and node.name.lower() in scope.aliases:
            return self._text(scope.aliases[node.name.lower()], replace(scope, aliases={}))
        return self._ranked(node, select, scope)

    def _ranked(self, node: exp.Expr, select: tuple[str, ...], scope: Scope) -> str:
        """An expression of GROUP BY or ORDER BY, which may be a place in SELECT."""
        if isinstance(node, exp.Literal) and not node.is_string and node.name.isdecimal():
            place = int(node.name)
            if 1 <= place <= len(select):
                return select[place - 1]
        return self._text(node, scope)

    def _text(self, node: exp.Expr, scope: Scope) -> str:
        """An expression as text that is the same for the same expression."""
        node = bare(node)
        if isinstance(node, exp.Star):
            return "*"
        if isinstance(node, exp.Column):
            return self._column(node, scope)
        if isinstance(node, (exp.Literal, exp.Boolean)):
            return self._literal(node)
        if isinstance(node, exp.Query):
            return str(self._nested(node, scope))
        if isinstance(node, (exp.And, exp.Or)):
            return str(self._conditions(node, scope))
        return self._operation(node, scope)

    def _operation(self, node: exp.Expr, scope: Scope) -> str:
        if isinstance(node, exp.Distinct):
            inner = ", ".join(self._text(e, scope) for e in node.expressions)
            return f"distinct {inner}" if self.mode.distinct else inner
        if type(node) in _ARITHMETIC:
            sign = _ARITHMETIC[type(node)]
            return f"({self._text(node.this, scope)} {sign} {self._text(node.expression, scope)})"
        given = []
        for name, value in node.args.items():
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, exp.Expr):
                    given.append(self._text(each, scope))
                elif each and name != "big_int":
                    given.append(name if each is True else str(each).lower())
        return f"{node.key}({', '.join(given)})"

    def _column(self, node: exp.Column, scope: Scope) -> str:
        found = scope.column(node.table, node.name or "*")
        if found is not None:
            return self.mode.leads.get(found, found)
        if not node.table and node.name.lower() in scope.aliases:
            meant = scope.aliases[node.name.lower()]
            return self._text(meant, replace(scope, aliases={}))
        # SQLite, too, takes a name in double quotes that no column has for a text.
        if not node.table and isinstance(node.this, exp.Identifier) and node.this.quoted:
            return self._literal(exp.Literal.string(node.name))
        raise UnreadableSQL(f"no column {node.sql()!r}")

    def _literal(self, node: exp.Literal | exp.Boolean) -> str:
        if not self.mode.values:
            return "?"
        if isinstance(node, exp.Boolean) or node.is_string:
            return repr(node.this)
        try:
            return repr(float(node.name))
        except ValueError:
            return node.name
