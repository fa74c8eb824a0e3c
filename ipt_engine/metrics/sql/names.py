"""Which column a name means: aliases, the tables in FROM, and the queries around."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from ipt_engine.metrics.sql.query import UnreadableSQL
from ipt_engine.metrics.sql.schema import Schema

# What a column of a query in FROM or WITH belongs to.
DERIVED = "(derived)"


@dataclass(frozen=True)
class Scope:
    """The names that a SELECT can use.

    Attributes:
        schema: The database's tables.
        outer: The scope of the query around this one.
        sources: Alias (or name) in FROM to the table it means, or `DERIVED`, in order.
        derived: Names of the queries in WITH.
        aliases: Names given in SELECT, to their expressions.
    """

    schema: Schema
    outer: "Scope | None" = None
    sources: Mapping[str, str] = field(default_factory=dict)
    derived: frozenset[str] = frozenset()
    aliases: Mapping[str, exp.Expr] = field(default_factory=dict)

    def table(self, name: str) -> str:
        """The table (in lower case) or query of that name.

        Raises:
            UnreadableSQL: If there is none.
        """
        name = name.lower()
        scope: Scope | None = self
        while scope is not None:
            if name in scope.derived:
                return DERIVED
            scope = scope.outer
        if name not in self.schema.tables:
            raise UnreadableSQL(f"no table {name!r}")
        return name

    def column(self, qualifier: str, name: str) -> str | None:
        """The column as "table.column"; None if there is none of that name.

        A name without a table is that of the first table in FROM that has it, as in the
        official scorer; the queries around are asked next.
        """
        name = name.lower()
        if qualifier:
            source = self._source(qualifier.lower())
            return f"{source}.{name}" if source and self._has(source, name) else None
        scope: Scope | None = self
        while scope is not None:
            found = [source for source in scope.sources.values() if scope._has(source, name)]
            if found:
                # A real table first: what a derived one has is not looked up.
                return f"{min(found, key=lambda source: source == DERIVED)}.{name}"
            scope = scope.outer
        return None

    def _source(self, qualifier: str) -> str | None:
        scope: Scope | None = self
        while scope is not None:
            if qualifier in scope.sources:
                return scope.sources[qualifier]
            scope = scope.outer
        return None

    def _has(self, source: str, name: str) -> bool:
        return source == DERIVED or name == "*" or name in self.schema.tables[source]
