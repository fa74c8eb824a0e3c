"""BLEC: does a text say what a logic form says?

Shu et al. 2021, "Logic-Consistency Text Generation from Semantic Parses" (Findings of ACL),
with word lists of our own. The logic string is split at its brackets and semicolons. Every
operator that people put into words has to be found in the text by one of these words, every
number by its digits or a word for it, and a "not" in the text needs one in the logic. It needs no
model; what it misses is a word that is not in the lists, and the right words in wrong places.
"""

import re
from collections.abc import Mapping, Sequence

from ipt_engine.metrics.base import Metric
from ipt_engine.metrics.number_words import number_words
from ipt_engine.metrics.shares import SHARE_NAMES, share_score

_MOST = (
    "most", "majority", "mostly", "more than half", "over half", "largely", "usually", "mainly",
)  # fmt: skip
_ALL = (
    "all", "every", "each", "always", "both", "none", "never", "only", "entire", "any", "no",
    "entirely", "everyone", "100",
)  # fmt: skip
_GREATER = (
    "more", "over", "above", "higher", "greater", "larger", "after", "later", "longer", "bigger",
    "better", "exceed", "exceeds", "exceeded", "further", "outscored", "beat", "surpassed",
    "older", "taller", "heavier", "farther", "most", "at least", "or more", "since", "positive",
    "past", "second", "worse", "slower", "up to", "and up", "least",
)  # fmt: skip
_LESS = (
    "less", "under", "below", "lower", "fewer", "smaller", "before", "earlier", "prior", "shorter",
    "better", "faster", "until", "quicker", "older", "first", "ahead", "younger", "preceded",
    "most", "or less", "or fewer", "top", "up to", "negative", "between", "sooner", "lighter",
    "worse", "within", "closer", "no more", "through", "by",
)  # fmt: skip
_HIGH = (
    "highest", "most", "largest", "greatest", "biggest", "longest", "maximum", "max", "latest",
    "newest", "tallest", "heaviest", "more", "higher", "recent",
)  # fmt: skip
_LOW = (
    "lowest", "least", "smallest", "fewest", "shortest", "minimum", "min", "earliest", "less",
    "fewer", "lower", "lightest",
)  # fmt: skip
_EITHER = (
    "top", "best", "worst", "first", "last", "record", "final", "lead", "leading", "peak",
    "winner", "winning", "won", "champion", "high", "low", "opening", "recorded", "ranked",
    "second", "third", "fourth", "fifth", "sixth", "seventh", "1st", "2nd", "3rd", "4th", "5th",
    "runner",
)  # fmt: skip
_SUPERLATIVE = re.compile(r"\b[a-z]{2,}est\b")
"""Fastest, oldest, closest: which end is meant depends on what is measured."""

ALIASES: dict[str, tuple[str, ...]] = {
    "only": (
        "only", "sole", "solely", "one", "once", "alone", "single", "unique", "just", "first time",
    ),
    "avg": ("average", "averaged", "averages", "averaging", "mean"),
    "sum": (
        "total", "combined", "sum", "all", "together", "altogether", "totaled", "totaling",
        "totals", "totalled", "overall", "accumulated", "cumulative", "amounted", "number",
    ),
    "diff": (
        "than", "more", "less", "before", "after", "difference", "later", "earlier", "ahead",
        "behind", "between", "fewer", "apart",
    ),
    "not_eq": ("not", "n't", "different", "whereas", "while", "other", "but", "unlike", "than"),
    **dict.fromkeys(("greater", "filter_greater", "filter_greater_eq"), _GREATER),
    **dict.fromkeys(("less", "filter_less", "filter_less_eq"), _LESS),
    **dict.fromkeys(("max", "argmax", "nth_max", "nth_argmax"), _HIGH),
    **dict.fromkeys(("min", "argmin", "nth_min", "nth_argmin"), _LOW),
    **{
        f"{amount}_{kind}": words
        for amount, words in (("most", _MOST), ("all", _ALL))
        for kind in ("eq", "not_eq", "greater", "less", "greater_eq", "less_eq")
    },
}  # fmt: skip
"""The words that each operator may be put into; an operator that is not here is not looked for."""

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def misses(text: str, logic: str, references: Sequence[str] = ()) -> list[str]:
    """What of a logic form a text does not say, such as "avg" or "number: 16".

    Args:
        text: The text judged.
        logic: The logic string.
        references: Texts that are right; a number that they lack too is not asked for.
    """
    words = _plain(text)
    pieces = [piece.strip() for piece in re.split(r"[{};]", logic) if piece.strip()]
    found = [piece for piece in pieces if piece in ALIASES and not _says(words, piece)]
    for number in sorted(_numbers(pieces)):
        excused = references and not any(_has_number(_plain(r), number) for r in references)
        if not _has_number(words, number) and not excused:
            found.append(f"number: {number}")
    if _has(words, ("not", "n't")) and "not" not in logic:
        found.append("not")
    return list(dict.fromkeys(found))


def _numbers(pieces: Sequence[str]) -> set[str]:
    """The numbers of a logic form, but for the 1 of "the first highest", which nobody says."""
    numbers: set[str] = set()
    for before, piece in zip(["", *pieces], pieces, strict=False):
        numbers |= set() if piece == "1" and before else set(_NUMBER.findall(piece))
    return numbers


def _says(words: str, operator: str) -> bool:
    if _has(words, ALIASES[operator]):
        return True
    if ALIASES[operator] not in {_HIGH, _LOW}:
        return False
    # Any other superlative will do, unless the text says the opposite.
    opposite = _LOW if ALIASES[operator] == _HIGH else _HIGH
    some = _has(words, _EITHER) or bool(_SUPERLATIVE.search(words))
    return some and not _has(words, opposite)


def _has(words: str, aliases: Sequence[str]) -> bool:
    return any(f" {alias} " in words for alias in aliases)


def _plain(text: str) -> str:
    """Lower-case words with a space on both sides of each; of marks, those in numbers stay."""
    spaced = re.sub(r"n['\N{RIGHT SINGLE QUOTATION MARK}]t\b", " n't", text.lower())
    kept = re.sub(r"[^a-z0-9.,'-]+|[.,](?!\d)|(?<!n)'|'(?!t\b)", " ", spaced)
    return f" {' '.join(kept.split())} "


def _has_number(words: str, number: str) -> bool:
    digits = number.replace(",", "")
    if digits in {found.replace(",", "") for found in _NUMBER.findall(words)}:
        return True
    return "." not in digits and _has(
        words.replace("-", " "), [w.replace("-", " ") for w in number_words(int(digits))]
    )


def blec_statistics(
    prediction: str, references: Sequence[str], context: Mapping[str, str]
) -> tuple[float, ...]:
    """Whether the text says all that the logic form says (0 or 1), and 1 for the text."""
    return float(
        bool(prediction.strip()) and not misses(prediction, context["logic"], references)
    ), 1.0


BLEC = Metric(
    name="blec",
    title="BLEC",
    explanation=(
        "Percentage of answers that name every operator and number of the logic form. "
        "A check by words, not by sense."
    ),
    stat_names=SHARE_NAMES,
    statistics=blec_statistics,
    score=share_score,
    example_score=share_score,
    needs=("logic",),
)
