"""Tables with made-up contents."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from names import POOLS
from wording import Domain, Numbers, Words

ROWS = (5, 8)
"""Fewest and most rows."""
KINDS = (2, 4)
"""Fewest and most values of a column of words."""
UNIFORM = 0.12
"""Probability that all rows have the same word in a column."""

DIGITS_OR_POOL = re.compile(r"\{(?:(\d+)-(\d+)|([^}]+))\}")


@dataclass(frozen=True)
class Table:
    """A table of a domain.

    Attributes:
        number: Which one it is.
        domain: Key of the domain.
        about: The domain.
        scope: What the rows have in common.
        rows: The cells: a name, then one for each column.
    """

    number: int
    domain: str
    about: Domain
    scope: str
    rows: tuple[tuple[str | int, ...], ...]

    @property
    def topic(self) -> str:
        """What the table is about; unique among the tables."""
        return f"{self.about.many} {self.scope}"

    @property
    def header(self) -> list[str]:
        """Names of the columns."""
        return [self.about.key, *(column.header for column in self.about.columns)]

    @property
    def names(self) -> list[str]:
        """What the rows are about."""
        return [str(row[0]) for row in self.rows]

    def cells(self, column: Words | Numbers) -> list[str | int]:
        """A column's cells."""
        place = 1 + list(self.about.columns).index(column)
        return [row[place] for row in self.rows]

    @property
    def record(self) -> dict[str, object]:
        """The table as JSON."""
        return {
            "id": f"table-{self.number:04d}",
            "topic": self.topic,
            "domain": self.domain,
            "header": self.header,
            "rows": [[str(cell) for cell in row] for row in self.rows],
        }


def draw_table(number: int, domain: str, about: Domain, draw: random.Random) -> Table:
    """A table with drawn contents."""
    size = draw.randint(*ROWS)
    names = _several(about.names.split(" / "), size, draw)
    columns = [_cells(column, size, draw) for column in about.columns]
    scope = draw_value(draw.choice(about.scopes), draw)
    return Table(number, domain, about, scope, tuple(zip(names, *columns, strict=True)))


def draw_value(template: str, draw: random.Random) -> str:
    """A template with values for its slots."""

    def put(match: re.Match[str]) -> str:
        low, high, pool = match.groups()
        return (
            draw_value(draw.choice(POOLS[pool]), draw)
            if pool
            else str(draw.randint(int(low), int(high)))
        )

    return DIGITS_OR_POOL.sub(put, template)


def _cells(column: Words | Numbers, size: int, draw: random.Random) -> Sequence[str | int]:
    if isinstance(column, Numbers):
        return _numbers(column, size, draw)
    options = POOLS.get(column.values) or column.values.split(", ")
    kinds = 1 if draw.random() < UNIFORM else min(draw.randint(*KINDS), len(options))
    values = _several(options, kinds, draw)
    # One value is more frequent than the others, or there would hardly be majorities.
    cells = [draw.choice(values[: 1 + draw.randrange(kinds)]) for _ in range(size - kinds)]
    cells += values
    draw.shuffle(cells)
    return cells


def _numbers(column: Numbers, size: int, draw: random.Random) -> list[int]:
    """Numbers that lie in a part of the column's range, as those of one list do."""
    values = range(column.lowest, column.highest + 1, column.step)
    part = max(size, int(len(values) * draw.uniform(0.3, 1)))
    start = draw.randrange(max(1, len(values) - part + 1))
    return draw.choices(values[start : start + part], k=size)


def _several(templates: Sequence[str], number: int, draw: random.Random) -> list[str]:
    """Different values, none of which contains another, so that a filter finds only one."""
    values: list[str] = []
    while len(values) < number:
        value = draw_value(draw.choice(templates), draw)
        small = value.lower()
        if not any(small in other.lower() or other.lower() in small for other in values):
            values.append(value)
    return values
