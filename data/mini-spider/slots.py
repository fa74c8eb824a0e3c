"""What fills the slots of a pattern: names, values and phrases of one database, drawn together."""

import random
import sqlite3
from collections.abc import Iterator

from phrases import Bridge, Category, Database, Link, Number, Table

AGGREGATES = ("AVG", "AVG", "MAX", "MIN", "SUM")
STEPS = ((20000, 1000), (2000, 100), (200, 10), (50, 5), (0, 1))
"""Widest span of a column, and what its thresholds are multiples of."""
UPWARD = 0.6
"""Probability that the higher numbers are asked for, not the lower."""
Slots = dict[str, str]


class Filler:
    """Draws slots for a database, so that what they say holds of its rows."""

    def __init__(self, about: Database, rows: sqlite3.Connection) -> None:
        """Take the phrases and the rows."""
        self._about = about
        self._rows = rows

    def single(self, draw: random.Random) -> Slots:
        """Slots of one table, one of its number columns and one of its categories."""
        return self._table(draw.choice(sorted(self._about.tables)), draw)

    def linked(self, draw: random.Random) -> Slots:
        """Slots of a child table, and with `p_` before their names those of its parent."""
        if not self._about.links:
            raise LookupError("no links")
        link: Link = draw.choice(list(self._about.links))
        child, parent = self._table(link.child, draw), self._table(link.parent, draw)
        slots = child | {f"p_{name}": value for name, value in parent.items()}
        slots |= {
            "key": f"{link.parent}_id",
            "by": link.of.format(parent["row"]),
            "has": link.has,
            "had": link.had,
            "its": link.its,
        }
        if "such" in parent:
            slots["by_such"] = link.of.format(parent["such"])
        return slots

    def bridged(self, draw: random.Random) -> Slots:
        """Slots of a table of pairs, and those of the two tables, the other's with `p_`."""
        if not self._about.bridges:
            raise LookupError("no bridges")
        bridge: Bridge = draw.choice(list(self._about.bridges))
        ends = [(bridge.left, bridge.right, bridge.there), (bridge.right, bridge.left, bridge.back)]
        one, other, phrase = draw.choice(ends)
        here, there = self._table(one, draw), self._table(other, draw)
        slots = here | {f"p_{name}": value for name, value in there.items()}
        most = phrase.format(f"the most {there['many']}")
        return slots | {"pairs": bridge.table, "tail": phrase.format(there["row"]), "most_of": most}

    def _table(self, name: str, draw: random.Random) -> Slots:
        table = self._about.tables[name]
        row = draw.choice(self._column(name, table.label))
        slots = {
            "t": name,
            "one": name,
            "many": table.plural,
            "who": table.who,
            "label": table.label,
            "labels": f"{table.label}s",
            "row": table.named.format(row),
            "bare": str(row),
            "name": _literal(row),
            "k": str(draw.randint(2, 5)),
        }
        numbers = [c for c, about in table.columns.items() if isinstance(about, Number)]
        categories = [c for c, about in table.columns.items() if isinstance(about, Category)]
        if numbers:
            column = draw.choice(numbers)
            slots |= self._number(name, column, draw)
        if categories:
            column = draw.choice(categories)
            slots |= self._category(name, table, column, draw)
        column = draw.choice(sorted(table.columns))
        return slots | {"col": column, "column": table.columns[column].noun}

    def _number(self, table: str, column: str, draw: random.Random) -> Slots:
        about = self._about.tables[table].columns[column]
        values = sorted(self._column(table, column))
        low, high = sorted(draw.sample(_round_values(values), 2))
        upward = draw.random() < UPWARD
        beside = ("later than", "earlier than") if about.high == "latest" else ("above", "below")
        slots = {
            "n": column,
            "number": about.noun,
            "a_number": f"{'an' if about.noun[0] in 'aeiou' else 'a'} {about.noun}",
            "op": ">" if upward else "<",
            "above": beside[0] if upward else beside[1],
            "clause": (about.more if upward else about.less).format(low if upward else high),
            "x": str(low if upward else high),
            "lo": str(low),
            "hi": str(high),
            "under": about.less.format(low),
            "over": about.more.format(high),
            "more_low": about.more.format(low),
            "less_high": about.less.format(high),
            "high": about.high,
            "low": about.low,
            "extreme": about.high if upward else about.low,
            "max": "MAX" if upward else "MIN",
            "desc": " DESC" if upward else "",
            "order": "descending" if upward else "ascending",
        }
        if about.most:
            ends = (about.most, about.least)
            slots["most"], slots["least"] = ends if upward else ends[::-1]
        aggregate = draw.choice(AGGREGATES[: None if about.total else -1])
        words = {"AVG": "average", "SUM": "total", "MAX": about.high, "MIN": about.low}
        return slots | {"agg": aggregate, "statistic": words[aggregate]}

    def _category(self, name: str, table: Table, column: str, draw: random.Random) -> Slots:
        about = table.columns[column]
        values = sorted(set(self._column(name, column)))
        value, second = draw.sample(values, 2)
        many = about.phrase.replace("*", table.plural)
        most = draw.random() < UPWARD
        return {
            "c": column,
            "cat": about.noun,
            "cats": about.nouns,
            "v": _literal(value),
            "v2": _literal(second),
            "value": str(value),
            "such": many.format(value),
            "such_or": many.format(f"{value} or {second}"),
            "such_one": about.phrase.replace("*", name).format(value),
            "count_most": "most" if most else "fewest",
            "common": "most common" if most else "rarest",
            "count_desc": " DESC" if most else "",
        }

    def _column(self, table: str, column: str) -> list[str | int]:
        return [row[0] for row in self._rows.execute(f"SELECT {column} FROM {table} ORDER BY id")]


def _round_values(values: list[int]) -> list[int]:
    """Thresholds between the lowest and the highest value, rounded by their span."""
    span = values[-1] - values[0]
    years = values[0] > 1800 and values[-1] < 2030  # noqa: PLR2004
    step = 1 if years else next(step for least, step in STEPS if span > least)
    return list(_multiples(values[0] + 1, values[-1] - 1, step))


def _multiples(low: int, high: int, step: int) -> Iterator[int]:
    first = -(-low // step) * step
    return iter(range(first, high + 1, step))


def _literal(value: str | int) -> str:
    return str(value) if isinstance(value, int) else f"'{value}'"
