"""Makes mini-mtop: requests to a voice assistant with their intent trees.

    python generate.py [--out FOLDER]

The same bytes come out every time. Utterance and tree come from one wording, so they cannot
disagree. The knobs below decide how hard the task is and how near test inputs lie to train
inputs; they were set on dev, from prompt tuning and in-context learning alone.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

from domains import COMMON, POOLS, RARE

SEED = 20230222
SIZES = {"train": 800, "dev": 120, "test": 240}
FAR_VALUES = 0.4
"""Share of each pool's values that train never sees."""
RARE_IN_TRAIN = 0.1
RARE_IN_EVALUATION = 0.3
"""Share of examples with a rare wording."""
FAR_WITH_COMMON = 0.1
"""Share of far values in dev's and test's examples of common wordings."""
SLOT = re.compile(r"\{([A-Z_]+):([a-z]+)\}")


def main() -> None:
    """Write the three files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    seen: set[str] = set()
    for split, size in SIZES.items():
        lines = [json.dumps(record) for record in make_split(split, size, seen)]
        text = "\n".join(lines) + "\n"
        (out / f"{split}.jsonl").write_text(text, encoding="utf-8", newline="\n")


def make_split(split: str, size: int, seen: set[str]) -> Iterator[dict[str, object]]:
    """Yield a split's records; `seen` keeps inputs from coming twice in any split."""
    draw = random.Random(f"{SEED}-{split}")
    made = 0
    while made < size:
        rare = draw.random() < (RARE_IN_TRAIN if split == "train" else RARE_IN_EVALUATION)
        domains = RARE if rare else COMMON
        domain = draw.choice(sorted(domains))
        intent = draw.choice(sorted(domains[domain]))
        wordings = domains[domain][intent]
        number = draw.randrange(len(wordings))
        far = 0.0 if split == "train" else 0.8 if rare else FAR_WITH_COMMON
        utterance, tree = fill(intent, wordings[number], far, draw)
        key = " ".join(utterance.lower().split())
        if key in seen:
            continue
        seen.add(key)
        made += 1
        yield {
            "id": f"mini-mtop-{split}-{made:04d}",
            "input": utterance,
            "references": [tree],
            "domain": domain,
            "pattern": f"{intent.lower()}-{'rare' if rare else 'common'}-{number + 1}",
        }


def fill(intent: str, wording: str, far: float, draw: random.Random) -> tuple[str, str]:
    """Draw a value for each slot: the utterance and its tree."""
    nodes: list[str] = []
    used: set[str] = set()

    def put(match: re.Match[str]) -> str:
        label, pool = match.groups()
        value = draw_value(pool, far, draw)
        while value in used:
            value = draw_value(pool, far, draw)
        used.add(value)
        nodes.append(f"[SL:{label} {value} ]")
        return value

    utterance = SLOT.sub(put, wording)
    return utterance, " ".join([f"[IN:{intent}", *nodes, "]"])


def draw_value(pool: str, far: float, draw: random.Random) -> str:
    """A value of the pool: from its last part, which train never sees, with probability `far`."""
    values = POOLS[pool]
    cut = len(values) - round(len(values) * FAR_VALUES)
    return draw.choice(values[cut:] if draw.random() < far else values[:cut])


if __name__ == "__main__":
    main()
