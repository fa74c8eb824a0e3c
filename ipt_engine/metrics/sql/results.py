"""Whether two results are the same up to the order of columns and, perhaps, of rows."""

from collections import Counter
from collections.abc import Hashable, Sequence

from ipt_engine.metrics.sql.execution import Rows

_MOST_VISITS = 10_000_000  # cells, beyond one visit to each
_Colours = list[int]


def same_results(answer: Rows, gold: Rows, ordered: bool) -> bool:
    """Whether some order of the answer's columns makes the two results equal.

    As in the official scorer (`result_eq`), 1 equals 1.0, NULL equals NULL, and two results
    without rows are equal whatever their columns.

    Args:
        answer: Rows of the answer's query.
        gold: Rows of the gold query.
        ordered: Whether rows must stand in the same order; else they are compared as multisets.
    """
    if not answer and not gold:
        return True
    if len(answer) != len(gold) or len(answer[0]) != len(gold[0]):
        return False
    mine, theirs = _columns(answer), _columns(gold)
    if ordered:
        return Counter(mine) == Counter(theirs)
    if Counter(answer) == Counter(gold):
        return True
    counts = [[frozenset(Counter(column).items()) for column in side] for side in (mine, theirs)]
    if Counter(counts[0]) != Counter(counts[1]):
        return False
    colours = _refined(answer, gold)
    return colours is not None and _Search(mine, theirs, *colours).found()


def _columns(rows: Rows) -> list[tuple[Hashable, ...]]:
    return list(zip(*rows, strict=True))


def _refined(answer: Rows, gold: Rows) -> tuple[_Colours, _Colours] | None:
    """A colour for each column of both sides; only columns of one colour can correspond.

    Colour refinement, as for graph isomorphism: a row is told by its cells' values and columns,
    a column by its cells' values and rows, until nothing more is told apart.

    Returns:
        Colours of the answer's and of the gold result's columns; None if they cannot match.
    """
    width = len(gold[0])
    sides = (answer, gold)
    columns: tuple[_Colours, _Colours] = ([0] * width, [0] * width)
    told = 0
    while True:
        names: dict[Hashable, int] = {}
        rows = [
            [_number(names, _counted(row, colours)) for row in side]
            for side, colours in zip(sides, columns, strict=True)
        ]
        if Counter(rows[0]) != Counter(rows[1]):
            return None
        names = {}
        new = [
            [
                _number(names, (colour, _counted(column, marks)))
                for column, colour in zip(_columns(side), colours, strict=True)
            ]
            for side, marks, colours in zip(sides, rows, columns, strict=True)
        ]
        columns = (new[0], new[1])
        if Counter(columns[0]) != Counter(columns[1]):
            return None
        if len(names) == told:
            return columns
        told = len(names)


def _number(names: dict[Hashable, int], key: Hashable) -> int:
    """The key's number: equal keys have equal ones."""
    return names.setdefault(key, len(names))


def _counted(cells: Sequence[Hashable], marks: Sequence[int]) -> Hashable:
    return frozenset(Counter(zip(cells, marks, strict=True)).items())


class _Search:
    """Tries columns one after another; after each, the rows' beginnings must agree."""

    def __init__(
        self,
        answer: Sequence[tuple[Hashable, ...]],
        gold: Sequence[tuple[Hashable, ...]],
        answer_colours: _Colours,
        gold_colours: _Colours,
    ) -> None:
        self._answer = answer
        self._colours = answer_colours
        # Rare colours first: what has one candidate needs no trying.
        often = Counter(gold_colours)
        order = sorted(range(len(gold)), key=lambda i: (often[gold_colours[i]], gold_colours[i]))
        self._gold = [(gold[i], gold_colours[i]) for i in order]
        self._visits_left = len(gold) * len(gold[0]) + _MOST_VISITS

    def found(self) -> bool:
        start = [0] * len(self._answer[0])
        return self._place(0, frozenset(), start, start)

    def _place(
        self, depth: int, used: frozenset[int], mine: Sequence[int], theirs: Sequence[int]
    ) -> bool:
        """Whether the gold columns from `depth` on have partners among those not `used`.

        `mine` and `theirs` number each row's beginning, equal beginnings with equal numbers.
        """
        if depth == len(self._gold):
            return True
        wanted, colour = self._gold[depth]
        tried = set()
        for place, column in enumerate(self._answer):
            if place in used or self._colours[place] != colour or column in tried:
                continue
            tried.add(column)
            self._visits_left -= len(column)
            # Only results made to be hard come to this; they count as different.
            if self._visits_left < 0:
                return False
            names: dict[Hashable, int] = {}
            longer = [_number(names, pair) for pair in zip(theirs, wanted, strict=True)]
            other = [_number(names, pair) for pair in zip(mine, column, strict=True)]
            if Counter(longer) == Counter(other) and self._place(
                depth + 1, used | {place}, other, longer
            ):
                return True
        return False
