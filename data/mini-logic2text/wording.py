"""How mini-logic2text words things: what a domain is, and the two kinds of columns.

Alternatives of a phrase are parted by " / ", the first being the more frequent. `<a|b>` reads `a`
after one thing and `b` after several. In phrases, `{v}` is a value, `{o}` the other of two things,
`{n}` a difference, `{nth}` nothing or "second " and so on, `{one}`, `{many}` and `{scope}` the
domain's words, and `{group}` is "{many} {scope}".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """A column of words.

    Attributes:
        header: Its name.
        values: Pool of its values, or the values, parted by ", ".
        phrases: By operator (eq, not_eq), what is said of a thing with the value; and by "same"
            and "different" what is said of two.
    """

    header: str
    values: str
    phrases: Mapping[str, str]


@dataclass(frozen=True)
class Numbers:
    """A column of whole numbers.

    Attributes:
        header: Its name.
        lowest: The least value.
        highest: The largest value.
        step: What values are multiples of, from the lowest on.
        cut: What thresholds are multiples of.
        phrases: By operator, what is said. Besides the comparisons: "top" and "bottom" (what
            the first or nth does), "high" and "low" (the same as a noun), "more" and "fewer" (than
            another), "ahead" and "behind" (by how much), "same", "different", "max" and "min" (a
            sentence on the extreme), "avg" and "sum" (a sentence); one without a phrase is not
            asked for.
    """

    header: str
    lowest: int
    highest: int
    step: int
    cut: int
    phrases: Mapping[str, str]


@dataclass(frozen=True)
class Domain:
    """One kind of table.

    Attributes:
        one: What a row is about.
        many: The same in the plural.
        key: Header of the column of names.
        names: Templates of a name, parted by " / ".
        scopes: Templates of what the rows have in common, such as "in {county} County".
        columns: The other columns.
        person: Whether the rows are about people.
        past: Whether what is told is over; the phrases of sizes may then be in the present, and
            are put into the past.
    """

    one: str
    many: str
    key: str
    names: str
    scopes: Sequence[str]
    columns: Sequence[Words | Numbers]
    person: bool = False
    past: bool = False


def words(header: str, values: str, eq: str, not_eq: str, both: str) -> Words:
    """A column of words.

    Args:
        header: Its name.
        values: Its pool or values.
        eq: What is said of a thing with the value.
        not_eq: What is said of one without.
        both: What is said of two things, with `<the same X|different Xs>`.
    """
    same, _, rest = both.partition("<")
    one, _, other = rest.partition("|")
    other, _, tail = other.partition(">")
    phrases = {
        "eq": eq,
        "not_eq": not_eq,
        "same": f"{same}{one}{tail}",
        "different": f"{same}{other}{tail}",
    }
    return Words(header, values, phrases)


def measure(
    header: str,
    numbers: tuple[int, int, int, int],
    noun: str,
    adjectives: str,
    unit: str,
    tail: str = "",
) -> Numbers:
    """A column of sizes: "is 40 metres long".

    Args:
        header: Its name.
        numbers: Lowest, highest, step and cut.
        noun: Such as "length".
        adjectives: Such as "longer, longest, shorter, shortest".
        unit: In the plural, such as "metres".
        tail: The adjective that follows the unit, such as "long".
    """
    longer, longest, shorter, shortest = adjectives.split(", ")
    size = f"{{v}} {unit} {tail}".strip()
    phrases = {
        "eq": f"<is|are> {size}",
        "greater": f"<is|are> more than {size} / <is|are> over {size}",
        "less": f"<is|are> less than {size} / <is|are> under {size}",
        "greater_eq": f"<is|are> at least {size} / <is|are> {{v}} {unit} {tail} or more",
        "less_eq": f"<is|are> at most {size} / <is|are> no more than {size}",
        "top": f"is the {{nth}}{longest}",
        "bottom": f"is the {{nth}}{shortest}",
        "high": f"the {{nth}}{longest} {{one}} {{scope}}",
        "low": f"the {{nth}}{shortest} {{one}} {{scope}}",
        "more": f"is {longer} than {{o}}",
        "fewer": f"is {shorter} than {{o}}",
        "ahead": f"is {{n}} {unit} {longer} than {{o}}",
        "behind": f"is {{n}} {unit} {shorter} than {{o}}",
        "same": f"have the same {noun}",
        "different": f"differ in {noun}",
        "max": f"the greatest {noun} among the {{group}} is {{v}} {unit}",
        "min": f"the smallest {noun} among the {{group}} is {{v}} {unit}",
        "avg": f"the average {noun} of the {{group}} is {{v}} {unit} / on average, the {{group}} "
        f"are {size}",
    }
    return Numbers(header, *numbers, phrases)


def amount(
    header: str,
    numbers: tuple[int, int, int, int],
    verb: str,
    noun: str,
    *,
    clause: bool = False,
    total: bool = True,
) -> Numbers:
    """A column of how many: "has 4 lanes".

    Args:
        header: Its name.
        numbers: Lowest, highest, step and cut.
        verb: After one thing and after several, such as "has|have".
        noun: What is counted, in the plural.
        clause: Whether it takes a verb to say which one: "the player who scored the most goals",
            not "the bridge with the most lanes".
        total: Whether a sum makes sense.
    """
    one, many = verb.split("|")
    with_most = f"{{that}} {one}" if clause else "with"
    phrases = {
        "eq": f"<{verb}> {{v}} {noun}",
        "greater": f"<{verb}> more than {{v}} {noun} / <{verb}> over {{v}} {noun}",
        "less": f"<{verb}> fewer than {{v}} {noun} / <{verb}> under {{v}} {noun}",
        "greater_eq": f"<{verb}> at least {{v}} {noun} / <{verb}> {{v}} {noun} or more",
        "less_eq": f"<{verb}> at most {{v}} {noun} / <{verb}> {{v}} {noun} or fewer",
        "top": f"{one} the {{nth}}most {noun}",
        "bottom": f"{one} the {{nth}}fewest {noun}",
        "high": f"the {{one}} {{scope}} {with_most} the {{nth}}most {noun}",
        "low": f"the {{one}} {{scope}} {with_most} the {{nth}}fewest {noun}",
        "more": f"{one} more {noun} than {{o}}",
        "fewer": f"{one} fewer {noun} than {{o}}",
        "ahead": f"{one} {{n}} more {noun} than {{o}}",
        "behind": f"{one} {{n}} fewer {noun} than {{o}}",
        "same": f"{many} the same number of {noun}",
        "different": f"{many} different numbers of {noun}",
        "max": f"the highest number of {noun} among the {{group}} is {{v}}",
        "min": f"the lowest number of {noun} among the {{group}} is {{v}}",
        "avg": f"on average, the {{group}} {many} {{v}} {noun} / the average number of {noun} "
        f"among the {{group}} is {{v}}",
    }
    if total:
        phrases["sum"] = (
            f"the {{group}} {many} {{v}} {noun} in total / together, the {{group}} {many} {{v}} "
            f"{noun} / the total number of {noun} among the {{group}} is {{v}}"
        )
    return Numbers(header, *numbers, phrases)


def figure(
    header: str,
    numbers: tuple[int, int, int, int],
    noun: str,
    unit: str,
    *,
    adjectives: str = "higher, highest, lower, lowest",
    past: bool = False,
) -> Numbers:
    """A column of sizes that things have: "has a top speed of 180 km/h".

    Args:
        header: Its name.
        numbers: Lowest, highest, step and cut.
        noun: Such as "top speed".
        unit: In the plural, such as "km/h"; empty if there is none.
        adjectives: Of the noun.
        past: Whether the verb is "had".
    """
    higher, highest, lower, lowest = adjectives.split(", ")
    one, both = ("had", "had") if past else ("has", "have")
    verb = f"<{one}|{both}>"
    a, some = (f"{'an' if word[0] in 'aeiou' else 'a'} {word}" for word in (noun, higher))
    unit = f" {unit}" if unit else ""
    phrases = {
        "eq": f"{verb} {a} of {{v}}{unit}",
        "greater": f"{verb} {a} of more than {{v}}{unit} / {verb} {a} of over {{v}}{unit} / "
        f"{verb} {a} above {{v}}{unit}",
        "less": f"{verb} {a} of less than {{v}}{unit} / {verb} {a} of under {{v}}{unit} / "
        f"{verb} {a} below {{v}}{unit}",
        "greater_eq": f"{verb} {a} of at least {{v}}{unit} / {verb} {a} of {{v}}{unit} or more",
        "less_eq": f"{verb} {a} of at most {{v}}{unit} / {verb} {a} of {{v}}{unit} or less",
        "top": f"{one} the {{nth}}{highest} {noun}",
        "bottom": f"{one} the {{nth}}{lowest} {noun}",
        "high": f"the {{one}} {{scope}} with the {{nth}}{highest} {noun}",
        "low": f"the {{one}} {{scope}} with the {{nth}}{lowest} {noun}",
        "more": f"{one} {some} {noun} than {{o}}",
        "fewer": f"{one} a {lower} {noun} than {{o}}",
        "ahead": f"{one} {a} {{n}}{unit} {higher} than {{o}}",
        "behind": f"{one} {a} {{n}}{unit} {lower} than {{o}}",
        "same": f"{both} the same {noun}",
        "different": f"differ in {noun}",
        "max": f"the {highest} {noun} among the {{group}} is {{v}}{unit}",
        "min": f"the {lowest} {noun} among the {{group}} is {{v}}{unit}",
        "avg": f"the average {noun} of the {{group}} is {{v}}{unit} / on average, the {{group}} "
        f"{both} {a} of {{v}}{unit}",
    }
    return Numbers(header, *numbers, phrases)


def year(
    header: str, numbers: tuple[int, int, int, int], verb: str, newest: str, oldest: str
) -> Numbers:
    """A column of years: "was built in 1932".

    Args:
        header: Its name.
        numbers: Lowest, highest, step and cut.
        verb: After one thing and after several, such as "was built|were built".
        newest: Adjective of the one with the latest year.
        oldest: Adjective of the one with the earliest year.
    """
    one, many = verb.split("|")
    phrases = {
        "eq": f"<{verb}> in {{v}}",
        "greater": f"<{verb}> after {{v}} / <{verb}> later than {{v}}",
        "less": f"<{verb}> before {{v}} / <{verb}> earlier than {{v}}",
        "greater_eq": f"<{verb}> in {{v}} or later",
        "less_eq": f"<{verb}> in {{v}} or earlier",
        "top": f"is the {{nth}}{newest}",
        "bottom": f"is the {{nth}}{oldest}",
        "high": f"the {{nth}}{newest} {{one}} {{scope}}",
        "low": f"the {{nth}}{oldest} {{one}} {{scope}}",
        "more": f"{one} later than {{o}} / {one} after {{o}}",
        "fewer": f"{one} earlier than {{o}} / {one} before {{o}}",
        "ahead": f"{one} {{n}} years after {{o}}",
        "behind": f"{one} {{n}} years before {{o}}",
        "same": f"{many} in the same year",
        "different": f"{many} in different years",
        "max": f"the {newest} of the {{group}} {one} in {{v}}",
        "min": f"the {oldest} of the {{group}} {one} in {{v}}",
    }
    return Numbers(header, *numbers, phrases)
