"""Exact match: the share of answers that are right in every character but for spacing."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ipt_engine.metrics.base import FloatArray, Metric

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


def exact_match_score(stats: npt.ArrayLike) -> FloatArray:
    """Percentage of right answers.

    Args:
        stats: (..., 2) right answers and answers.

    Returns:
        (...) percentages; nan where there is no answer.
    """
    stats = np.asarray(stats, dtype=np.float64)
    right, count = stats[..., 0], stats[..., 1]
    share = np.full_like(right, np.nan)
    np.divide(100.0 * right, count, out=share, where=count > 0)
    return share[()]


EXACT_MATCH = Metric(
    name="exact_match",
    title="Exact match",
    explanation="Percentage of answers that equal a reference, spacing aside.",
    stat_names=("correct", "count"),
    statistics=exact_match_statistics,
    score=exact_match_score,
    example_score=exact_match_score,
)
