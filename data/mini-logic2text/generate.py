"""Makes mini-logic2text: logic forms over tables, with sentences that say what they say.

    python generate.py [--out FOLDER]

The same bytes come out every time, on any machine. `names.py` has the vocabulary, `domains_*.py`
the tables' columns and how they are worded, `tables.py` fills tables, `forms.py` finds true
statements, `plans.py` makes sentences of them; here are the knobs and the drawing.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

from domains_culture import CULTURE
from domains_people import PEOPLE
from domains_places import PLACES
from domains_rare import ABSENT, RARE
from forms import NoneFits, Statement, Teller
from plans import sentences
from tables import Table, draw_table

COMMON = CULTURE | PEOPLE | PLACES

SEED = 20201108
SIZES = {"train": 800, "dev": 120, "test": 240}
EVALUATION = {"neighbour": 0.3, "fresh": 0.25, "held out": 0.1, "rare": 0.07, "absent": 0.28}
SHARES = {
    "train": {"fresh": 0.97, "rare": 0.03},
    "dev": EVALUATION,
    "test": EVALUATION,
}
"""How a split's examples come about.

neighbour: a statement of train's form and table with other values; fresh: a new table of a common
domain; held out: the same with a form that train does not have; rare: a domain that train hardly
has; absent: a domain that train does not have.
"""
SAME_TABLE = {"train": 0.75, "dev": 0.3, "test": 0.3}
"""Probability that a statement is about a table that its split has already."""
HOUSE_WORDING = 0.5
"""Probability that the first reference has the pattern's first wording, not any other."""
REFERENCES = {"train": (1, 2), "dev": (2, 3), "test": (2, 3)}
"""Fewest and most references of an example, as far as its pattern has as many wordings."""
LONGEST_INPUT = 58
"""By `length`, which is seldom less than the tokens of SmolLM2."""
TRIES = 60
"""Draws of values for a form and a table before another form is drawn."""

FORMS = {
    "count": [
        "filter_eq",
        "filter_eq",
        "filter_greater",
        "filter_less",
        "filter_greater_eq",
        "filter_not_eq",
        "filter_eq, filter_less",
    ],
    "superlative": ["argmax", "argmax", "argmin", "max", "min", "argmax, filter_eq"],
    "ordinal": ["nth_argmax", "nth_argmax", "nth_argmin", "nth_max"],
    "comparative": ["greater", "greater", "less", "less", "diff", "eq"],
    "aggregation": ["avg", "avg", "sum", "avg, filter_eq"],
    "majority": [
        "most_eq",
        "most_eq",
        "all_eq",
        "most_greater",
        "most_less",
        "most_greater_eq",
        "all_greater",
        "most_eq, filter_eq",
    ],
    "unique": [
        "filter_eq",
        "filter_eq, named",
        "filter_eq, named",
        "filter_greater, named",
        "filter_less, named",
        "filter_greater",
    ],
}
"""Forms by kind of logic; what is there twice comes twice as often."""
HELD_OUT = {
    "count": ["filter_less_eq", "filter_eq, filter_greater"],
    "superlative": ["argmin, filter_eq"],
    "ordinal": ["nth_min"],
    "comparative": ["not_eq"],
    "aggregation": ["sum, filter_eq"],
    "majority": ["all_less", "most_greater, filter_eq"],
    "unique": ["filter_less"],
}
"""Forms that train does not have."""


def main() -> None:
    """Write the four files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    maker = Maker()
    for split in SIZES:
        _write(out / f"{split}.jsonl", list(maker.make(split)))
    _write(out / "tables.jsonl", [table.record for table in maker.tables])


def _write(path: Path, records: list[dict[str, object]]) -> None:
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


class Maker:
    """Draws examples; train comes first, for the other splits build on it."""

    def __init__(self) -> None:
        """Start with nothing drawn."""
        self.tables: list[Table] = []
        self._inputs: set[str] = set()
        self._learnt: set[str] = set()
        self._told: list[tuple[Table, str]] = []

    def make(self, split: str) -> Iterator[dict[str, object]]:
        """Yield a split's records; no input comes twice, in any split or letter case."""
        draw = random.Random(f"{SEED}-{split}")
        own: list[Table] = []
        for number, kind in enumerate(_kinds(split, draw), start=1):
            forms = HELD_OUT if kind == "held out" else FORMS
            logic = draw.choice(sorted(forms))
            while True:
                if kind == "neighbour":
                    table, form = draw.choice(self._told)
                else:
                    form = f"{logic}: {draw.choice(forms[logic])}"
                    table = self._draw_table(kind, split, own, draw)
                statement = tell(table, form, draw)
                if statement is None:
                    continue
                text = f"{table.topic} | {statement.logic}"
                if text.lower() in self._inputs or length(text) > LONGEST_INPUT:
                    continue
                answers = references(statement, table, split, draw)
                # A demonstration must not hold the answer.
                if split == "train" or not self._learnt & set(answers):
                    break
            self._inputs.add(text.lower())
            if table not in self.tables:
                self.tables.append(table)
            if table not in own and kind != "neighbour":
                own.append(table)
            if split == "train":
                self._learnt |= set(answers)
                self._told.append((table, form))
            yield {
                "id": f"mini-logic2text-{split}-{number:04d}",
                "input": text,
                "references": answers,
                "domain": table.domain,
                "pattern": form,
                "context": {"logic": statement.logic},
            }

    def _draw_table(self, kind: str, split: str, own: list[Table], draw: random.Random) -> Table:
        domains = {"rare": RARE, "absent": ABSENT}.get(kind, COMMON)
        domain = draw.choice(sorted(domains))
        known = [table for table in own if table.domain == domain]
        if known and draw.random() < SAME_TABLE[split]:
            return draw.choice(known)
        while True:
            table = draw_table(len(self.tables) + 1, domain, domains[domain], draw)
            if table.topic not in {other.topic for other in self.tables}:
                return table


def tell(table: Table, form: str, draw: random.Random) -> Statement | None:
    """A true statement of a form about a table, or None if none was found."""
    teller = Teller(table, draw)
    for _ in range(TRIES):
        try:
            return teller.tell(form)
        except NoneFits:
            continue
    return None


def length(text: str) -> float:
    """About how many tokens a text has: a word, a digit and a mark are one each, and some more."""
    pieces = re.findall(r"[A-Za-zé']+|\d| (?=\d)|[^\w\s]|_", text)
    return len(pieces) + len(re.findall(r"\b[A-Z]|['é]", text))


def references(statement: Statement, table: Table, split: str, draw: random.Random) -> list[str]:
    """The sentences of a statement, the one to learn from first."""
    house, *others = sentences(statement, table, SEED)
    if others and draw.random() >= HOUSE_WORDING:
        chosen = draw.choice(others)
        others[others.index(chosen)], house = house, chosen
    number = draw.randint(*REFERENCES[split])
    return [house, *draw.sample(others, min(number - 1, len(others)))]


def _kinds(split: str, draw: random.Random) -> list[str]:
    """One kind for each example of a split, in exact shares and drawn order."""
    size = SIZES[split]
    kinds = [kind for kind, share in SHARES[split].items() for _ in range(round(share * size))]
    kinds = (kinds + ["fresh"] * size)[:size]
    draw.shuffle(kinds)
    return kinds


if __name__ == "__main__":
    main()
