"""Sentence plans by name, and the making of sentences from them.

In a plan, `{p1:2}` is a phrase for several things, `{p1:1}` or `{p1}` for one. The slots are a
statement's phrases and texts, and the domain's words: one, many, scope, group, that, there.
"""

import random
import re

from forms import Statement
from tables import Table

WORDINGS = 5
"""Most wordings of a pattern."""
MAIN_PLAN = 0.4
"""Probability that a wording uses the first plan, not any other."""
MAIN_PHRASE = 0.7
"""Probability that a wording uses a phrase's first alternative, not any other."""

PLANS = {
    "count": [
        "{count} of the {group} {p1:2}.",
        "of the {group}, {count} {p1:2}.",
        "there are {count} {many} {scope} {that} {p1:2}.",
        "{count} {many} {scope} {p1:2}.",
        "the number of {many} {scope} {that} {p1:2} is {count}.",
    ],
    "count both": [
        "{count} of the {group} {p1:2} and {p2:2}.",
        "of the {group} {that} {p1:2}, {count} {p2:2}.",
        "there are {count} {many} {scope} {that} {p1:2} and {p2:2}.",
    ],
    "unique": [
        "only one {one} {scope} {p1}.",
        "there is only one {one} {scope} {that} {p1}.",
        "just one of the {group} {p1}.",
        "exactly one {one} {scope} {p1}.",
    ],
    "unique named": [
        "{s} is the only {one} {scope} {that} {p1}.",
        "the only {one} {scope} {that} {p1} is {s}.",
        "of the {group}, only {s} {p1}.",
        "of all {many} {scope}, {s} is the only one {that} {p1}.",
    ],
    "most": [
        "most of the {group} {p1:2}.",
        "most {many} {scope} {p1:2}.",
        "the majority of the {group} {p1:2}.",
        "more than half of the {group} {p1:2}.",
    ],
    "all": [
        "all of the {group} {p1:2}.",
        "all {many} {scope} {p1:2}.",
        "every {one} {scope} {p1}.",
        "each of the {group} {p1}.",
    ],
    "most among": [
        "of the {group} {that} {p1:2}, most {p2:2}.",
        "among the {group} {that} {p1:2}, the majority {p2:2}.",
        "most of the {group} {that} {p1:2} {p2:2}.",
    ],
    "all among": [
        "of the {group} {that} {p1:2}, all {p2:2}.",
        "every {one} {scope} {that} {p1} {p2}.",
        "all {many} {scope} {that} {p1:2} {p2:2}.",
    ],
    "first": [
        "{s} is {high}.",
        "{high} is {s}.",
        "of the {group}, {s} {top}.",
        "no other {one} {scope} {more}.",
        "every other {one} {scope} {less}.",
    ],
    "place": [
        "{s} is {high}.",
        "{high} is {s}.",
        "of the {group}, {s} {top}.",
        "among the {group}, {s} {top}.",
    ],
    "place among": [
        "of the {group} {that} {p1:2}, {s} {top}.",
        "among the {group} {that} {p1:2}, {s} {top}.",
        "{s} {top} of all {many} {scope} {that} {p1:2}.",
    ],
    "extreme": ["{max}.", "{high} {eq}.", "of the {group}, the one {that} {top} {eq}."],
    "nth extreme": [
        "{high} {eq}.",
        "of the {group}, the one {that} {top} {eq}.",
        "among the {group}, the one {that} {top} {eq}.",
    ],
    "compare": [
        "{a} {more}.",
        "{b} {less}.",
        "{a}, one of the {group}, {more}.",
        "among the {group}, {a} {more}.",
        "{b}, one of the {group}, {less}.",
    ],
    "both": [
        "{a} and {b} {p1}.",
        "among the {group}, {a} and {b} {p1}.",
        "{a} and {b}, both {many} {scope}, {p1}.",
    ],
    "aggregate": ["{whole}."],
    "aggregate among": ["{whole}."],
}
PAST = {
    "is": "was",
    "are": "were",
    "has": "had",
    "have": "had",
    "differ": "differed",
    "belong": "belonged",
}
SLOT = re.compile(r"\{(\w+)(?::([12]))?\}")
TWO_FORMS = re.compile(r"<([^|>]*)\|([^>]*)>")

Wording = tuple[str, tuple[tuple[str, int], ...]]
"""A plan, and for each phrase in it which alternative is used."""


def sentences(statement: Statement, table: Table, seed: int) -> list[str]:
    """The sentences of a statement, in an order that is its pattern's own."""
    draw = random.Random(f"{seed}-{table.domain}-{statement.form}-{statement.columns}")
    found: list[Wording] = []
    for _ in range(30 * WORDINGS):
        wording = _draw_wording(statement, draw)
        if wording not in found:
            found.append(wording)
    made = [_fill(wording, statement, table) for wording in found[:WORDINGS]]
    return list(dict.fromkeys(made))


def _draw_wording(statement: Statement, draw: random.Random) -> Wording:
    plan, *others = PLANS[statement.plan]
    if others and draw.random() >= MAIN_PLAN:
        plan = draw.choice(others)
    chosen = []
    for slot, _ in SLOT.findall(plan):
        options = statement.phrases.get(slot, "").count(" / ")
        if slot in statement.phrases:
            other = options and draw.random() >= MAIN_PHRASE
            chosen.append((slot, draw.randint(1, options) if other else 0))
    # A group that is narrowed down brings its condition's phrase along.
    if "whole" in statement.phrases and "p1" in statement.phrases:
        chosen.append(("p1", 0))
    return plan, tuple(chosen)


def _fill(wording: Wording, statement: Statement, table: Table) -> str:
    plan, chosen = wording
    phrases = {slot: statement.phrases[slot].split(" / ")[place] for slot, place in chosen}
    about = table.about
    group = (
        "{many} {scope} {that} {p1:2}" if statement.plan == "aggregate among" else "{many} {scope}"
    )
    texts = {
        "one": about.one,
        "many": about.many,
        "group": group,
        "that": "who" if about.person else "that",
        "scope": table.scope,
        **statement.texts,
    }
    tell = _in_the_past if about.past else str

    def put(slot: re.Match[str]) -> str:
        name, number = slot.groups()
        if name in texts:
            return texts[name]
        return TWO_FORMS.sub(r"\2" if number == "2" else r"\1", tell(phrases[name]))

    text = tell(plan)
    while SLOT.search(text):
        text = SLOT.sub(put, text)
    return text[0].upper() + text[1:]


def _in_the_past(phrase: str) -> str:
    return re.sub(r"(?<![{\w])\w+(?![}\w])", lambda word: PAST.get(word[0], word[0]), phrase)
