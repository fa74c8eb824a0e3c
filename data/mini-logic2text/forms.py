"""True statements of tables: each a logic form with what its sentences need.

Truth is worked out here from the table's cells, not by an executor of logic forms, so that one can
be tested with the other.
"""

import operator
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from tables import Table
from wording import Numbers, Words

COMPARE: dict[str, Callable[[object, object], bool]] = {
    "eq": operator.eq,
    "not_eq": operator.ne,
    "greater": operator.gt,
    "less": operator.lt,
    "greater_eq": operator.ge,
    "less_eq": operator.le,
}
ORDINALS = ["", "", "second ", "third ", "fourth "]
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight"]
ON_WORDS = 0.8
"""Probability that "eq" is about a column of words, not of numbers."""
FEWEST = 3
"""Rows that there must be for "most", "all" or "the longest" of some."""
LEAST = 2
"""Least number that is said of a column: 0 and 1 would need other wordings."""


class NoneFits(Exception):
    """The table has nothing of this form to say, with the values drawn."""


@dataclass
class Statement:
    """What is said of a table.

    Attributes:
        form: The pattern: kind and operators.
        logic: The logic form.
        plan: Name of the sentence plans.
        columns: Headers of the columns that it is about.
        phrases: Slots of the plans that a column's phrase fills, with alternatives.
        texts: Values of the other slots.
    """

    form: str
    logic: str
    plan: str
    columns: list[str] = field(default_factory=list)
    phrases: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    """A filter: an operator, a column and a value, with the rows that pass."""

    compare: str
    column: Words | Numbers
    value: str | int
    passing: tuple[bool, ...]

    @property
    def arguments(self) -> str:
        """Column and value, as in a logic form."""
        return f"{self.column.header} ; {self.value}"

    def rows(self, rows: str = "all_rows") -> str:
        """The filter of some rows, as in a logic form."""
        return f"filter_{self.compare} {{ {rows} ; {self.arguments} }}"


class Teller:
    """Draws true statements of one table."""

    def __init__(self, table: Table, draw: random.Random) -> None:
        """Start with a table and a source of chance."""
        self.table = table
        self.draw = draw
        self.words = [c for c in table.about.columns if isinstance(c, Words)]
        self.numbers = [c for c in table.about.columns if isinstance(c, Numbers)]

    def tell(self, form: str) -> Statement:
        """A statement of a form.

        Raises:
            NoneFits: If the values drawn allow none.
        """
        kind, _, rest = form.partition(": ")
        operators = rest.split(", ")
        statement: Statement = getattr(self, f"_{kind}")(*operators)
        statement.form = form
        statement.logic += " = true"
        return statement

    def _condition(self, compare: str, besides: Sequence[object] = ()) -> Condition:
        """A filter that some rows pass and others do not."""
        on_words = compare == "not_eq" or (compare == "eq" and self.draw.random() < ON_WORDS)
        options = [c for c in (self.words if on_words else self.numbers) if c not in besides]
        if not options:
            raise NoneFits
        column = self.draw.choice(options)
        cells = self.table.cells(column)
        if isinstance(column, Words) or compare == "eq":
            value = self.draw.choice(cells)
        else:
            low, high = min(cells), max(cells)
            cuts = [n for n in range(0, high + 1, column.cut) if low <= n <= high]
            if not cuts:
                raise NoneFits
            value = self.draw.choice(cuts)
        if isinstance(value, int) and value < LEAST:
            raise NoneFits
        passing = tuple(COMPARE[compare](cell, value) for cell in cells)
        return Condition(compare, column, value, passing)

    def _say(self, statement: Statement, *conditions: Condition) -> Statement:
        """The statement with its conditions' words: slots p, and p2 for the second."""
        for place, condition in enumerate(conditions):
            slot = f"p{place + 1}"
            phrase = condition.column.phrases[condition.compare]
            statement.phrases[slot] = phrase.replace("{v}", str(condition.value))
            statement.columns.append(condition.column.header)
        return statement

    def _count(self, first: str, second: str = "") -> Statement:
        one = self._condition(first.removeprefix("filter_"))
        conditions, rows, passing = [one], one.rows(), one.passing
        if second:
            two = self._condition(second.removeprefix("filter_"), [one.column])
            conditions, rows = [one, two], two.rows(rows)
            passing = tuple(a and b for a, b in zip(passing, two.passing, strict=True))
            if passing in (one.passing, two.passing):
                raise NoneFits
        count = sum(passing)
        if not 1 < count < len(passing):
            raise NoneFits
        logic = f"eq {{ count {{ {rows} }} ; {count} }}"
        plan = "count both" if second else "count"
        statement = Statement("", logic, plan, texts={"count": NUMBERS[count]})
        return self._say(statement, *conditions)

    def _unique(self, compare: str, named: str = "") -> Statement:
        one = self._condition(compare.removeprefix("filter_"))
        if sum(one.passing) != 1:
            raise NoneFits
        logic = f"only {{ {one.rows()} }}"
        if not named:
            return self._say(Statement("", logic, "unique"), one)
        name = self.table.names[one.passing.index(True)]
        logic = f"and {{ {logic} ; {_named(one.rows(), self.table, name)} }}"
        return self._say(Statement("", logic, "unique named", texts={"s": name}), one)

    def _majority(self, name: str, filtered: str = "") -> Statement:
        quantity, _, compare = name.partition("_")
        conditions, rows = [], "all_rows"
        inside = (True,) * len(self.table.rows)
        if filtered:
            conditions.append(self._condition("eq"))
            rows, inside = conditions[0].rows(), conditions[0].passing
        besides = [condition.column for condition in conditions]
        said = self._condition(compare, besides)
        matching = sum(a and b for a, b in zip(inside, said.passing, strict=True))
        share = Fraction(matching, sum(inside))
        # The published executor calls a third "most"; these are most in the common sense.
        fits = share == 1 if quantity == "all" else Fraction(1, 2) < share < 1
        if not fits or sum(inside) < FEWEST or (filtered and sum(inside) == len(inside)):
            raise NoneFits
        logic = f"{name} {{ {rows} ; {said.arguments} }}"
        plan = f"{quantity} among" if filtered else quantity
        return self._say(Statement("", logic, plan), *conditions, said)

    def _superlative(self, name: str, filtered: str = "") -> Statement:
        return self._place(name, 1, bool(filtered))

    def _ordinal(self, name: str) -> Statement:
        return self._place(name, self.draw.choice([2, 2, 3, 4]), False)

    def _place(self, name: str, order: int, filtered: bool) -> Statement:
        column = self.draw.choice(self.numbers)
        rows, conditions, inside = "all_rows", [], (True,) * len(self.table.rows)
        if filtered:
            conditions.append(self._condition("eq", [column]))
            rows, inside = conditions[0].rows(), conditions[0].passing
            if not FEWEST <= sum(inside) < len(inside):
                raise NoneFits
        largest = name.endswith("max")
        ranked = sorted(
            (
                (cell, subject)
                for cell, subject, wanted in zip(
                    self.table.cells(column), self.table.names, inside, strict=True
                )
                if wanted
            ),
            reverse=largest,
        )
        values = [value for value, _ in ranked]
        value = values[order - 1] if order <= len(values) else LEAST - 1
        # Without ties further up, either, or "second" could mean two things.
        if value < LEAST or len(set(values[: order + 1])) < min(order + 1, len(values)):
            raise NoneFits
        subject = ranked[order - 1][1]
        arguments = f"{rows} ; {column.header}" + (f" ; {order}" if order > 1 else "")
        end = ("top", "high", "max") if largest else ("bottom", "low", "min")
        texts = {"nth": ORDINALS[order], "s": str(subject)}
        phrases = {"top": column.phrases[end[0]], "high": column.phrases[end[1]]}
        if "arg" in name:
            logic = _named(f"{name} {{ {arguments} }}", self.table, str(subject))
            plan = "place among" if filtered else "place" if order > 1 else "first"
            phrases["less"] = column.phrases["fewer" if largest else "more"].replace("{o}", "{s}")
            phrases["more"] = column.phrases["more" if largest else "fewer"].replace("{o}", "{s}")
        else:
            logic = f"eq {{ {name} {{ {arguments} }} ; {value} }}"
            plan = "extreme" if order == 1 else "nth extreme"
            phrases["eq"] = column.phrases["eq"].replace("{v}", str(value))
            phrases["max"] = column.phrases[end[2]].replace("{v}", str(value))
        statement = Statement("", logic, plan, [column.header], phrases, texts)
        return self._say(statement, *conditions)

    def _comparative(self, name: str) -> Statement:
        both = name in {"eq", "not_eq"}
        column = self.draw.choice([*self.words, *self.numbers] if both else self.numbers)
        one, other = self.draw.sample(range(len(self.table.rows)), 2)
        cells = self.table.cells(column)
        a, b = cells[one], cells[other]
        names = [self.table.names[place] for place in (one, other)]
        first, second = (
            f"hop {{ filter_eq {{ all_rows ; {self.table.about.key} ; {n} }} ; {column.header} }}"
            for n in names
        )
        texts = {"a": names[0], "b": names[1]}
        if both:
            if not COMPARE[name](a, b):
                raise NoneFits
            phrases = {"p1": column.phrases["same" if name == "eq" else "different"]}
            logic = f"{name} {{ {first} ; {second} }}"
            return Statement("", logic, "both", [column.header], phrases, texts)
        if name == "diff":
            if not isinstance(a, int) or not isinstance(b, int) or a - b < LEAST:
                raise NoneFits
            logic = f"eq {{ diff {{ {first} ; {second} }} ; {a - b} }}"
            more, less = (column.phrases[p].replace("{n}", str(a - b)) for p in ("ahead", "behind"))
        else:
            if not COMPARE[name](a, b):
                raise NoneFits
            logic = f"{name} {{ {first} ; {second} }}"
            more, less = column.phrases["more"], column.phrases["fewer"]
            if name == "less":
                more, less = less, more
        phrases = {"more": more.replace("{o}", "{b}"), "less": less.replace("{o}", "{a}")}
        return Statement("", logic, "compare", [column.header], phrases, texts)

    def _aggregation(self, name: str, filtered: str = "") -> Statement:
        column = self.draw.choice([c for c in self.numbers if name in c.phrases] or [None])
        if column is None:
            raise NoneFits
        rows, conditions, inside = "all_rows", [], (True,) * len(self.table.rows)
        if filtered:
            conditions.append(self._condition("eq", [column]))
            rows, inside = conditions[0].rows(), conditions[0].passing
            if not 1 < sum(inside) < len(inside):
                raise NoneFits
        cells = [c for c, wanted in zip(self.table.cells(column), inside, strict=True) if wanted]
        value = Fraction(sum(cells), len(cells) if name == "avg" else 1)
        tenths = round(value * 10)
        # Half a tenth would be rounded up by some and down by others.
        if value < LEAST or abs(value * 10 - tenths) == Fraction(1, 2):
            raise NoneFits
        shown = str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"
        logic = f"round_eq {{ {name} {{ {rows} ; {column.header} }} ; {shown} }}"
        phrases = {"whole": column.phrases[name].replace("{v}", shown)}
        plan = "aggregate among" if filtered else "aggregate"
        statement = Statement("", logic, plan, [column.header], phrases)
        return self._say(statement, *conditions)


def _named(rows: str, table: Table, name: str) -> str:
    """That a row has a name, as in a logic form."""
    return f"eq {{ hop {{ {rows} ; {table.about.key} }} ; {name} }}"
