"""Makes mini-dart: sets of triples with sentences that state them.

    python generate.py [--out FOLDER]

The same bytes come out every time. The knobs below decide how near test inputs lie to train
inputs and how much there is to learn; they were set on dev, from prompt tuning and in-context
learning alone.
"""

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

from domains import COMMON, POOLS, RARE, Pattern

SEED = 20230222
SIZES = {"train": 800, "dev": 120, "test": 240}
FAR_VALUES = 0.4
"""Share of each pool's values that train never sees."""
RARE_IN_TRAIN = 0.0
RARE_IN_EVALUATION = 0.3
"""Share of examples with a rare pattern."""
NEIGHBOURS = 0.35
"""Share of dev's and test's examples that change one value of a train input."""
FAR_WITH_COMMON = 0.7
"""Share of far values in dev's and test's other examples of common patterns."""
MOST_REFERENCES = {"train": 1, "dev": 3, "test": 3}


def main() -> None:
    """Write the three files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    seen: set[str] = set()
    drawn: list[tuple[str, int, dict[str, str]]] = []
    for split, size in SIZES.items():
        lines = [json.dumps(record) for record in make_split(split, size, seen, drawn)]
        text = "\n".join(lines) + "\n"
        (out / f"{split}.jsonl").write_text(text, encoding="utf-8", newline="\n")


def make_split(
    split: str, size: int, seen: set[str], drawn: list[tuple[str, int, dict[str, str]]]
) -> Iterator[dict[str, object]]:
    """Yield a split's records.

    Args:
        split: Its name.
        size: How many.
        seen: Inputs so far; none comes twice in any split.
        drawn: Train's domains, patterns and values, filled by train and used by the others.
    """
    draw = random.Random(f"{SEED}-{split}")
    made = 0
    while made < size:
        rare = draw.random() < (RARE_IN_TRAIN if split == "train" else RARE_IN_EVALUATION)
        if split != "train" and not rare and draw.random() < NEIGHBOURS / (1 - RARE_IN_EVALUATION):
            domain, number, values = draw.choice(drawn)
            values = change_one(values, draw)
        else:
            domains = RARE if rare else COMMON
            domain = draw.choice(sorted(domains))
            number = draw.randrange(len(domains[domain]))
            far = 0.0 if split == "train" else 0.8 if rare else FAR_WITH_COMMON
            values = draw_values(domains[domain][number][0], far, draw)
        pattern = (RARE if rare else COMMON)[domain][number]
        text = triples(pattern, values)
        if text.lower() in seen:
            continue
        seen.add(text.lower())
        if split == "train":
            drawn.append((domain, number, values))
        made += 1
        yield {
            "id": f"mini-dart-{split}-{made:04d}",
            "input": text,
            "references": sentences(pattern, values, MOST_REFERENCES[split], draw),
            "domain": domain,
            "pattern": f"{domain}-{'rare' if rare else 'common'}-{number + 1}",
        }


def draw_values(facts: str, far: float, draw: random.Random) -> dict[str, str]:
    """A value for each pool that the facts name, from its far part with probability `far`."""
    values = {}
    for name in pools_of(facts):
        pool = POOLS[name]
        cut = len(pool) - round(len(pool) * FAR_VALUES)
        values[name] = draw.choice(pool[cut:] if draw.random() < far else pool[:cut])
    return values


def change_one(values: dict[str, str], draw: random.Random) -> dict[str, str]:
    """The same values but for one, which is another of its pool."""
    name = draw.choice(sorted(values))
    others = [value for value in POOLS[name] if value != values[name]]
    return values | {name: draw.choice(others)}


def pools_of(facts: str) -> list[str]:
    """Names of the pools in a pattern's facts, in order."""
    words = [part.strip() for triple in facts.split(";") for part in triple.split("|")]
    ends = [word for place, word in enumerate(words) if place % 3 != 1]
    return [word for word in dict.fromkeys(ends) if word in POOLS]


def triples(pattern: Pattern, values: dict[str, str]) -> str:
    """The input: subject | relation | object, triples parted by semicolons."""
    parts = []
    for triple in pattern[0].split(" ; "):
        subject, relation, value = triple.split(" | ")
        ends = [values.get(end, end) for end in (subject, value)]
        # Names keep their article inside a sentence; in a triple they stand without it.
        ends = [end.removeprefix("the ") for end in ends]
        parts.append(f"{ends[0]} | {relation} | {ends[1]}")
    return " ; ".join(parts)


def sentences(
    pattern: Pattern, values: dict[str, str], most: int, draw: random.Random
) -> list[str]:
    """Up to `most` of the pattern's sentences, in drawn order, with the values put in."""
    chosen = draw.sample(pattern[1], min(most, len(pattern[1])))
    filled = [sentence.format(**values) for sentence in chosen]
    return [sentence[0].upper() + sentence[1:] for sentence in filled]


if __name__ == "__main__":
    main()
