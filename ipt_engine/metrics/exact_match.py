"""Exact match: the share of answers that are right in every character but for spacing."""

import re
from collections.abc import Sequence

from ipt_engine.metrics.base import Metric
from ipt_engine.metrics.shares import SHARE_NAMES, share_score

_BRACKET = re.compile(r"([\[\]])")


def normalise(text: str) -> str:
    """One space between words and around square brackets, none at the ends.

    A model is not judged by how it spaces a tree: "[IN:CALL[SL:WHO Ann]]" and
    "[IN:CALL [SL:WHO Ann ] ]" are the same.
    """
    return " ".join(_BRACKET.sub(r" \1 ", text).split())


def exact_match_statistics(prediction: str, references: Sequence[str]) -> tuple[float, ...]:
    """Whether the answer equals one of the references (0 or 1), and 1 for the answer."""
    written = normalise(prediction)
    return float(any(written == normalise(reference) for reference in references)), 1.0


EXACT_MATCH = Metric(
    name="exact_match",
    title="Exact match",
    explanation="Percentage of answers that equal a reference, spacing aside.",
    stat_names=SHARE_NAMES,
    statistics=exact_match_statistics,
    score=share_score,
    example_score=share_score,
)
