"""Makes mini-spider: questions about small databases, with the SQL that answers them.

    python generate.py [--out FOLDER]

The same bytes come out every time, on any machine. `databases/NAME.sql` holds the databases,
`databases_*.py` how they are spoken of, `patterns_*.py` the queries with their questions; here are
the knobs and the drawing. Every query is run, and one that finds nothing is drawn again.
"""

import argparse
import json
import random
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from databases_leisure import LEISURE
from databases_rare import ABSENT, RARE
from databases_work import WORK
from patterns_groups import GROUPS
from patterns_joins import JOINS
from patterns_rows import ROWS
from schema import linearise, spider_tables
from slots import Filler

SEED = 20230222
SIZES = {"train": 800, "dev": 120, "test": 240}
SHARES = {
    "train": {"common": 0.985, "rare": 0.015},
    "dev": {"common": 0.575, "rare": 0.125, "absent": 0.3},
    "test": {"common": 0.575, "rare": 0.125, "absent": 0.3},
}
"""Which databases a split asks about.

common: those that all splits have; rare: those that train hardly has; absent: those that train
does not have.
"""
LONGEST_INPUT = 57
"""Words, marks and digits; keeps inputs within 60 tokens."""
PATIENCE = 300
"""Draws of a pattern before another one takes its place."""
FOLDER = Path(__file__).resolve().parent / "databases"
COMMON = LEISURE | WORK
DATABASES = COMMON | RARE | ABSENT
PATTERNS = ROWS | GROUPS | JOINS
PIECE = re.compile(r"[A-Za-z]+|[^A-Za-z\s]")
TOP = re.compile(r"SELECT .+? FROM (.+) ORDER BY (.+?)(?: DESC)? LIMIT (\d+)")


@dataclass(frozen=True)
class Case:
    """A question about a database, with the queries that answer it."""

    database: str
    pattern: str
    question: str
    queries: tuple[str, ...]

    @property
    def input(self) -> str:
        """What the model reads."""
        return f"{self.question} | {linearise(open_database(self.database))}"


def main() -> None:
    """Write the three splits and tables.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    maker = Maker()
    for split in SIZES:
        lines = [json.dumps(record, ensure_ascii=False) for record in maker.make(split)]
        text = "".join(f"{line}\n" for line in lines)
        (out / f"{split}.jsonl").write_text(text, encoding="utf-8", newline="\n")
    schemas = [spider_tables(name, open_database(name)) for name in sorted(DATABASES)]
    text = json.dumps(schemas, indent=1) + "\n"
    (out / "tables.json").write_text(text, encoding="utf-8", newline="\n")


class Maker:
    """Draws examples; no question and no query comes in two splits."""

    def __init__(self) -> None:
        """Start with nothing drawn."""
        self._inputs: set[str] = set()
        self._split_of: dict[tuple[str, str], str] = {}

    def make(self, split: str) -> Iterator[dict[str, object]]:
        """Yield a split's records."""
        draw = random.Random(f"{SEED}-{split}")
        plan = zip(_kinds(split, draw), _patterns(split, draw), strict=True)
        for number, (kind, pattern) in enumerate(plan, start=1):
            case = self._draw_new(kind, pattern, split, draw)
            self._inputs.add(case.input.lower())
            for query in case.queries:
                self._split_of[case.database, query] = split
            yield {
                "id": f"mini-spider-{split}-{number:04d}",
                "input": case.input,
                "references": list(case.queries),
                "domain": DATABASES[case.database].domain,
                "pattern": case.pattern,
                "context": {"db_id": case.database},
            }

    def _draw_new(self, kind: str, pattern: str, split: str, draw: random.Random) -> Case:
        databases = {"common": COMMON, "rare": RARE, "absent": ABSENT}[kind]
        while True:
            for _ in range(PATIENCE):
                case = draw_case(draw.choice(sorted(databases)), pattern, draw)
                if case is not None and self._is_new(case, split):
                    return case
            # All that the pattern can ask of these databases may have been asked.
            pattern = draw.choice(sorted(PATTERNS))

    def _is_new(self, case: Case, split: str) -> bool:
        asked = [self._split_of.get((case.database, query), split) for query in case.queries]
        return case.input.lower() not in self._inputs and set(asked) == {split}


def draw_case(name: str, kind: str, draw: random.Random) -> Case | None:
    """A case of a database, or None where what was drawn cannot be asked or answered."""
    pattern = PATTERNS[kind]
    rows = open_database(name)
    filler = Filler(DATABASES[name], rows)
    wording = draw.choice(pattern.questions)
    try:
        slots = getattr(filler, pattern.slots)(draw)
        question = wording.format(**slots)
        queries = [q.format(**slots) for q in (pattern.query, pattern.equivalent) if q]
    except LookupError:
        return None
    case = Case(name, kind, question[0].upper() + question[1:], tuple(queries))
    short = len(PIECE.findall(case.input)) <= LONGEST_INPUT
    return case if short and is_answered(case, rows) else None


def is_answered(case: Case, rows: sqlite3.Connection) -> bool:
    """Whether the queries find something, the same, and no tie decides what.

    Raises:
        AssertionError: If two queries that should be equivalent are not.
    """
    first, *others = (rows.execute(query).fetchall() for query in case.queries)
    for other in others:
        assert sorted(other) == sorted(first), case
    top = TOP.fullmatch(case.queries[0])
    if top:
        source, key, limit = top.groups()
        found = rows.execute(f"SELECT {key} FROM {source} ORDER BY {key}").fetchall()
        if "DESC" in case.queries[0]:
            found.reverse()
        # One more than wanted could stand in the last one's place, or all are wanted anyway.
        if len(found) <= int(limit) or found[int(limit) - 1] == found[int(limit)]:
            return False
    return bool(first) and first not in ([(0,)], [(None,)])


@cache
def open_database(name: str) -> sqlite3.Connection:
    """The database in memory."""
    connection = sqlite3.connect(":memory:")
    connection.executescript((FOLDER / f"{name}.sql").read_text(encoding="utf-8"))
    return connection


def _kinds(split: str, draw: random.Random) -> list[str]:
    """One kind for each example of a split, in exact shares and drawn order."""
    kinds = [
        kind for kind, share in SHARES[split].items() for _ in range(round(share * SIZES[split]))
    ]
    draw.shuffle(kinds)
    return kinds


def _patterns(split: str, draw: random.Random) -> list[str]:
    """One pattern for each example of a split, by weight, each at least once, in drawn order."""
    size = SIZES[split]
    whole = sum(pattern.weight for pattern in PATTERNS.values())
    counts = {name: max(1, round(size * p.weight / whole)) for name, p in PATTERNS.items()}
    # What rounding gives too much or too little, the most frequent one balances.
    counts[max(counts, key=lambda name: counts[name])] += size - sum(counts.values())
    patterns = [name for name, number in counts.items() for _ in range(number)]
    draw.shuffle(patterns)
    return patterns


if __name__ == "__main__":
    main()
