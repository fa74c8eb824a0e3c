"""Makes mini-totto: highlighted cells of tables with sentences that say them.

    python generate.py [--out FOLDER]

The same bytes come out every time, on any machine. `names.py` has the vocabulary, `tables_*.py`
the tables and their wordings; here are the knobs and the drawing.
"""

import argparse
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from layout import Table
from names import POOLS
from tables_culture import CULTURE
from tables_places import PLACES
from tables_public import PUBLIC
from tables_rare import ABSENT, RARE
from tables_sport import SPORT

COMMON = CULTURE | SPORT | PUBLIC | PLACES
DOMAINS = COMMON | RARE | ABSENT

SEED = 20230227
SIZES = {"train": 800, "dev": 120, "test": 240}
SHARES = {
    "train": {"neighbour": 0.2, "fresh": 0.785, "rare": 0.015},
    "dev": {"neighbour": 0.36, "fresh": 0.28, "held out": 0.1, "rare": 0.06, "absent": 0.2},
    "test": {"neighbour": 0.36, "fresh": 0.28, "held out": 0.1, "rare": 0.06, "absent": 0.2},
}
"""How a split's examples come about.

neighbour: a train input with one or two other values; fresh: new values for a pattern of a
common domain; held out: columns of a common domain that train never highlights together; rare: a
domain that train hardly has; absent: a domain that train does not have.
"""
SECOND_CHANGE = 0.1
"""Probability that a neighbour has two other values, not one."""
RECURRING = {"train": 0.25, "dev": 0.25, "test": 0.25}
"""Probability that a value in a common domain is one that train has already."""
MAIN_WORDING = 0.5
"""Probability that the first reference has the pattern's main wording, not any other."""
REFERENCES = {"train": (1, 2), "dev": (2, 3), "test": (2, 3)}
"""Fewest and most references of an example, as far as its pattern has as many wordings."""
MOST_TRIES = 10_000
LONGEST_INPUT = 274
"""Letters, with a digit or a mark counted as six; keeps inputs within about 60 tokens."""
RISING = {"year", "recent year", "term start", "place", "platform"}
"""Pools whose values rise from left to right and from row to row, as in a sorted table."""

DIGITS_OR_POOL = re.compile(r"\{(?:(\d+)-(\d+)(?:/(\d+))?|([^}]+))\}")
OPTIONAL = re.compile(r"\[([^\]]*)\]")
SLOT = re.compile(r"\{(an )?([^}]+)\}")
TWO_FORMS = re.compile(r"<([^|>]*)\|([^>]*)>")


@dataclass(frozen=True)
class Case:
    """A pattern of a table with its values.

    `page` and `section` are titles with slots for names; `values` are those names and the cells,
    by pool and by column.
    """

    domain: str
    table_name: str
    columns: tuple[str, ...]
    page: str
    section: str
    values: dict[str, str]

    @property
    def table(self) -> Table:
        """The table that the case is of."""
        return DOMAINS[self.domain][self.table_name]

    @property
    def pools(self) -> dict[str, str]:
        """The pool of each value."""
        titled = {name: name for _, name in SLOT.findall(self.page + self.section)}
        return titled | {column: self.table.columns[_header(column)] for column in self.columns}

    @property
    def input(self) -> str:
        """Titles and highlighted cells as text."""
        shown = {name: TWO_FORMS.sub(r"\1", value) for name, value in self.values.items()}
        parts = [f"page: {_fill(self.page, shown)}", f"section: {_fill(self.section, shown)}"]
        for column in self.columns:
            parts.append(f"cell: {shown[column]} ({_header(column).split('=')[0]})")
        return " ; ".join(parts)

    def say(self, wording: str) -> str:
        """The sentence that a wording makes of the values."""
        said = {name: TWO_FORMS.sub(r"\2", value) for name, value in self.values.items()}
        sentence = _fill(wording, said)
        return sentence[0].upper() + sentence[1:]


def main() -> None:
    """Write the three files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    maker = Maker()
    for split in SIZES:
        lines = [json.dumps(record, ensure_ascii=False) for record in maker.make(split)]
        text = "".join(f"{line}\n" for line in lines)
        (out / f"{split}.jsonl").write_text(text, encoding="utf-8", newline="\n")


class Maker:
    """Draws examples; train comes first, for the other splits build on it."""

    def __init__(self) -> None:
        """Start with nothing drawn."""
        self._inputs: set[str] = set()
        self._cases: list[Case] = []
        self._values: defaultdict[str, list[str]] = defaultdict(list)
        self._decks: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)

    def make(self, split: str) -> Iterator[dict[str, object]]:
        """Yield a split's records; no input comes twice, in any split or letter case."""
        draw = random.Random(f"{SEED}-{split}")
        for number, kind in enumerate(_kinds(split, draw), start=1):
            near = kind == "neighbour" and self._cases
            dealt = None if near else self._deal(kind, draw)
            for _ in range(MOST_TRIES):
                case = self._fresh(dealt, split, draw) if dealt else self._neighbour(draw)
                new = case.input.lower() not in self._inputs
                if new and _length(case.input) <= LONGEST_INPUT:
                    break
            else:
                raise SystemExit(
                    f"No new input of kind {kind} for {split} in {MOST_TRIES} tries: raise "
                    "LONGEST_INPUT or lower SIZES."
                )
            self._inputs.add(case.input.lower())
            if split == "train":
                self._cases.append(case)
                for name, pool in case.pools.items():
                    if case.values[name] not in self._values[pool]:
                        self._values[pool].append(case.values[name])
            yield {
                "id": f"mini-totto-{split}-{number:04d}",
                "input": case.input,
                "references": references(case, split, draw),
                "domain": case.domain,
                "pattern": f"{case.table_name}: {', '.join(case.columns)}",
            }

    def _fresh(self, dealt: tuple[str, str, str], split: str, draw: random.Random) -> Case:
        domain, name, pattern = dealt
        table = DOMAINS[domain][name]
        page, section = (draw.choice(text.split(" / ")) for text in (table.page, table.section))
        blank = Case(domain, name, tuple(pattern.split(", ")), page, section, {})
        values: dict[str, str] = {}
        for place, pool in blank.pools.items():
            recurs = domain in COMMON and draw.random() < RECURRING[split]
            known = self._values[pool] if recurs else []
            value = draw.choice(known) if known else draw_value(pool, draw)
            while value in values.values():
                value = draw_value(pool, draw)
            values[place] = value
        return _with_values(blank, values)

    def _deal(self, kind: str, draw: random.Random) -> tuple[str, str, str]:
        """Domain, table and pattern from a shuffled deck, so that all come about equally often."""
        deck = self._decks[kind]
        if not deck:
            for domain, tables in {"rare": RARE, "absent": ABSENT}.get(kind, COMMON).items():
                for name, table in tables.items():
                    patterns = table.held_out if kind == "held out" else table.patterns
                    deck += [(domain, name, pattern) for pattern in patterns]
            draw.shuffle(deck)
        return deck.pop()

    def _neighbour(self, draw: random.Random) -> Case:
        case = draw.choice(self._cases)
        values = dict(case.values)
        places = [place for place, pool in case.pools.items() if pool in POOLS]
        for place in draw.sample(places, 2 if draw.random() < SECOND_CHANGE else 1):
            pool = case.pools[place]
            while values[place] in case.values.values():
                values[place] = draw_value(pool, draw)
        return _with_values(case, values)


def draw_value(pool: str, draw: random.Random) -> str:
    """A value of a pool; a name that is no pool's is the value itself."""
    if pool not in POOLS:
        return pool
    inside: list[str] = []

    def put(match: re.Match[str]) -> str:
        low, high, step, name = match.groups()
        if name:
            inside.append(draw_value(name, draw))
            while inside[-1] in inside[:-1]:
                inside[-1] = draw_value(name, draw)
            return inside[-1]
        number = draw.randrange(int(low), int(high) + 1, int(step or 1))
        return f"{number:,}" if step == "1" else str(number)

    return DIGITS_OR_POOL.sub(put, draw.choice(POOLS[pool]))


def references(case: Case, split: str, draw: random.Random) -> list[str]:
    """The sentences of a case, the one to learn from first."""
    main, *others = wordings(case)
    if others and draw.random() >= MAIN_WORDING:
        chosen = draw.choice(others)
        others[others.index(chosen)], main = main, chosen
    number = draw.randint(*REFERENCES[split])
    chosen_others = draw.sample(others, min(number - 1, len(others)))
    return [case.say(wording) for wording in (main, *chosen_others)]


def wordings(case: Case) -> list[str]:
    """The wordings that say all values of the case and nothing else, the main one first."""
    wanted = set(case.pools)

    def keep(part: re.Match[str]) -> str:
        names = {name for _, name in SLOT.findall(part.group(1))}
        return part.group(1) if names <= wanted else ""

    expanded = [OPTIONAL.sub(keep, wording) for wording in case.table.wordings]
    suitable = [text for text in expanded if {name for _, name in SLOT.findall(text)} == wanted]
    return list(dict.fromkeys(suitable))


def _with_values(case: Case, values: dict[str, str]) -> Case:
    """The case with those values, the cells of a rising pool put in order."""
    for pool in sorted(RISING):
        places = [place for place in case.columns if case.pools[place] == pool]
        rising = sorted((values[place] for place in places), key=_first_number)
        values |= zip(places, rising, strict=True)
    return Case(case.domain, case.table_name, case.columns, case.page, case.section, values)


def _length(text: str) -> int:
    """Letters, and six for any other sign: the tokenizer gives each digit a token of its own."""
    return sum(1 if sign.isalpha() else 6 for sign in text if sign != " ")


def _first_number(value: str) -> int:
    found = re.search(r"\d+", value)
    return int(found.group()) if found else 0


def _fill(text: str, values: dict[str, str]) -> str:
    def put(slot: re.Match[str]) -> str:
        article, name = slot.groups()
        return _with_article(values[name]) if article else values[name]

    return SLOT.sub(put, text)


def _header(column: str) -> str:
    """The column of a cell in whichever row: "title" for "title 2"."""
    return column.removesuffix(" 2")


def _kinds(split: str, draw: random.Random) -> list[str]:
    """One kind for each example of a split, in exact shares and drawn order."""
    size = SIZES[split]
    kinds = [kind for kind, share in SHARES[split].items() for _ in range(round(share * size))]
    kinds = (kinds + ["fresh"] * size)[:size]
    draw.shuffle(kinds)
    return kinds


def _with_article(value: str) -> str:
    return f"{'an' if value[0] in 'AEIOUaeiou' else 'a'} {value}"


if __name__ == "__main__":
    main()
