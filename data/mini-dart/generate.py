"""Makes mini-dart: sets of triples with sentences that state them.

    python generate.py [--out FOLDER]

The same bytes come out every time, on any machine. `names.py` has the vocabulary, `domains_*.py`
what is said and in which words; here are the knobs, the sentence plans and the drawing.
"""

import argparse
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domains_culture import CULTURE
from domains_people import PEOPLE
from domains_places import PLACES
from domains_rare import ABSENT, RARE
from names import POOLS
from wording import Domain

COMMON = CULTURE | PLACES | PEOPLE

SEED = 20230222
SIZES = {"train": 800, "dev": 120, "test": 240}
SHARES = {
    "train": {"neighbour": 0.2, "fresh": 0.77, "rare": 0.03},
    "dev": {"neighbour": 0.42, "fresh": 0.3, "held out": 0.1, "rare": 0.06, "absent": 0.12},
    "test": {"neighbour": 0.42, "fresh": 0.3, "held out": 0.1, "rare": 0.06, "absent": 0.12},
}
"""How a split's examples come about.

neighbour: a train input with one or two other values; fresh: new values for a pattern of a
common domain; held out: relations of a common domain that train never has together; rare: a
domain that train hardly has; absent: a domain that train does not have.
"""
SECOND_CHANGE = 0.1
"""Probability that a neighbour has two other values, not one."""
RECURRING = {"train": 0.25, "dev": 0.6, "test": 0.6}
"""Probability that a value in a common domain is one that train has already."""
WORDINGS = 5
"""Most wordings of a pattern."""
HOUSE_WORDING = 0.5
"""Probability that the first reference has the pattern's first wording, not any other."""
MAIN_PHRASE = 0.7
"""Probability that a wording uses a relation's first phrase, not any other."""
REFERENCES = {"train": (1, 2), "dev": (2, 3), "test": (2, 3)}
"""Fewest and most references of an example, as far as its pattern has as many wordings."""
LONGEST_INPUT = 168
"""Characters; keeps inputs within about 60 tokens."""

PLANS = {
    1: ["{s} {v0}.", "{o0} {i0}."],
    2: [
        "{s} {v01}.",
        "{m0}, {s} {v1}.",
        "{s}, {w} {v0}, {v1}.",
        "{s}, {m0}, {v1}.",
        "{o0} {i0}, {w} {v1}.",
    ],
    3: [
        "{m0}, {s} {v12}.",
        "{s}, {w} {v0}, {v12}.",
        "{s}, {m0}, {v12}.",
        "{m0}, {s}, {w} {v1}, {v2}.",
        "{o0} {i0}, {w} {v12}.",
    ],
    4: [
        "{m0}, {s}, {w} {v1}, {v23}.",
        "{s}, {m0}, {v123}.",
        "{m0}, {s} {v123}.",
        "{o0} {i0}, {w} {v123}.",
    ],
}
"""Sentence plans for a number of facts about one subject.

s: the subject; w: "who" or "which" for it; v: verb phrases, joined; m: a modifier; i: an
inverse; o: an object. Digits count the facts in any order.
"""
CHAIN_PLANS = {
    2: ["{s} {v0}, {w0} {vc}.", "{o0}, {w0} {vc}, {i0}.", "{mc}, {o0} {i0}."],
    3: ["{m1}, {s} {v0}, {w0} {vc}.", "{s} {v10}, {w0} {vc}.", "{o0}, {w0} {vc}, {i0}, {w} {v1}."],
}
"""Plans where the last fact, c, is about fact 0's object."""

DIGITS_OR_POOL = re.compile(r"\{(?:(\d+)-(\d+)(?:/(\d+))?|([^}]+))\}")
SLOT = re.compile(r"\{([svwmio])(\w*)\}")
TWO_FORMS = re.compile(r"<([^|>]*)\|([^>]*)>")


@dataclass(frozen=True)
class Case:
    """A pattern of a domain with its values: the subject's, then one for each fact."""

    domain: str
    about: Domain
    pattern: str
    values: tuple[str, ...]

    @property
    def facts(self) -> list[str]:
        """Names of the relations; the last may have its base before " > "."""
        return self.pattern.split(", ")

    @property
    def pools(self) -> list[str]:
        """The pools of the values."""
        relations = self.about.relations
        return [self.about.subject, *(relations[f.split(" > ")[-1]].values for f in self.facts)]

    @property
    def input(self) -> str:
        """The triples as text."""
        subject, *objects = (TWO_FORMS.sub(r"\1", value) for value in self.values)
        triples = []
        for fact, value in zip(self.facts, objects, strict=True):
            base, _, relation = fact.rpartition(" > ")
            of = objects[self.facts.index(base)] if base else subject
            triples.append(f"{of} | {relation.split('=')[0]} | {value}")
        return " ; ".join(triples)

    def say(self, wording: str) -> str:
        """The sentence that a wording makes of the values."""
        subject, *objects = (TWO_FORMS.sub(r"\2", value) for value in self.values)
        slots = {f"o{i}": value for i, value in enumerate(objects)}
        slots |= {f"an{i}": _with_article(value) for i, value in enumerate(objects)}
        sentence = wording.format(s=subject, **slots)
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

    def make(self, split: str) -> Iterator[dict[str, object]]:
        """Yield a split's records; no input comes twice, in any split or letter case."""
        draw = random.Random(f"{SEED}-{split}")
        for number, kind in enumerate(_kinds(split, draw), start=1):
            while True:
                case = self._draw_case(kind, split, draw)
                new = case.input.lower() not in self._inputs
                if new and len(case.input) <= LONGEST_INPUT:
                    break
            self._inputs.add(case.input.lower())
            if split == "train":
                self._cases.append(case)
                for pool, value in zip(case.pools, case.values, strict=True):
                    if value not in self._values[pool]:
                        self._values[pool].append(value)
            yield {
                "id": f"mini-dart-{split}-{number:04d}",
                "input": case.input,
                "references": references(case, split, draw),
                "domain": case.domain,
                "pattern": case.pattern,
            }

    def _draw_case(self, kind: str, split: str, draw: random.Random) -> Case:
        if kind == "neighbour" and self._cases:
            return self._neighbour(draw.choice(self._cases), draw)
        domains = {"rare": RARE, "absent": ABSENT}.get(kind, COMMON)
        domain = draw.choice(sorted(domains))
        about = domains[domain]
        pattern = draw.choice(about.held_out if kind == "held out" else about.patterns)
        values: list[str] = []
        for pool in Case(domain, about, pattern, ()).pools:
            recurs = domains is COMMON and draw.random() < RECURRING[split]
            known = self._values[pool] if recurs else []
            value = draw.choice(known) if known else draw_value(pool, draw)
            while value in values:
                value = draw_value(pool, draw)
            values.append(value)
        return Case(domain, about, pattern, tuple(values))

    def _neighbour(self, case: Case, draw: random.Random) -> Case:
        values = list(case.values)
        places = [place for place, pool in enumerate(case.pools) if pool in POOLS]
        for place in draw.sample(places, 2 if draw.random() < SECOND_CHANGE else 1):
            pool = case.pools[place]
            while values[place] in case.values:
                values[place] = draw_value(pool, draw)
        return Case(case.domain, case.about, case.pattern, tuple(values))


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
        return f"{number:,}" if step else str(number)

    return DIGITS_OR_POOL.sub(put, draw.choice(POOLS[pool]))


def references(case: Case, split: str, draw: random.Random) -> list[str]:
    """The sentences of a case, the one to learn from first."""
    house, *others = wordings(case)
    if others and draw.random() >= HOUSE_WORDING:
        chosen = draw.choice(others)
        others[others.index(chosen)], house = house, chosen
    number = draw.randint(*REFERENCES[split])
    chosen_others = draw.sample(others, min(number - 1, len(others)))
    return [case.say(wording) for wording in (house, *chosen_others)]


def wordings(case: Case) -> list[str]:
    """The wordings of a case's pattern: always the same, with slots for the values."""
    draw = random.Random(f"{SEED}-{case.domain}-{case.pattern}")
    found: list[str] = []
    for _ in range(20 * WORDINGS):
        wording = _draw_wording(case, draw)
        if wording and wording not in found:
            found.append(wording)
    return found[:WORDINGS]


def _draw_wording(case: Case, draw: random.Random) -> str | None:
    """A plan filled with phrases, or None where a relation lacks the phrase that it asks for."""
    names = case.facts
    chained = " > " in names[-1]
    order = draw.sample(range(len(names)), len(names))
    if chained:
        base = names.index(names[-1].split(" > ")[0])
        order.sort(key=lambda place: (place != base, place == len(names) - 1))
    plan = draw.choice((CHAIN_PLANS if chained else PLANS)[len(names)])

    def phrase(kind: str, which: str) -> str:
        place = len(names) - 1 if which == "c" else order[int(which)]
        subject = f"{{o{order[0]}}}" if which == "c" else "{s}"
        relation = case.about.relations[names[place].split(" > ")[-1]]
        text = {"v": relation.verb, "m": relation.modifier, "i": relation.inverse}[kind]
        options = text.split(" / ")
        if chained and kind + which == "v0":
            # The clause that follows is about the object, so nothing may come between.
            options = [option for option in options if option.endswith("{o}")]
        if not options or not options[0]:
            raise LookupError(f"{names[place]} has no such phrase")
        main = len(options) == 1 or draw.random() < MAIN_PHRASE
        chosen = options[0] if main else draw.choice(options[1:])
        return chosen.format(s=subject, o=f"{{o{place}}}", an=f"{{an{place}}}")

    def put(slot: re.Match[str]) -> str:
        kind, which = slot.groups()
        if kind == "s":
            return "{s}"
        if kind == "o":
            return f"{{o{order[int(which)]}}}"
        if kind == "w":
            pool = case.pools[order[int(which)] + 1] if which else case.about.subject
            return "who" if pool == "person" else "which"
        return _join([phrase(kind, place) for place in which])

    try:
        return SLOT.sub(put, plan)
    except LookupError:
        return None


def _join(phrases: list[str]) -> str:
    """Verb phrases as a list; a "was" that all share is said once."""
    if all(phrase.startswith("was ") for phrase in phrases):
        phrases = [phrases[0], *(phrase.removeprefix("was ") for phrase in phrases[1:])]
    *most, last = phrases
    return f"{', '.join(most)} and {last}" if most else last


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
