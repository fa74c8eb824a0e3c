"""ROUGE-L (Lin 2004): the longest common subsequence, as the package rouge-score computes it."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ipt_engine.metrics.base import FloatArray, Metric


@cache
def _scorer() -> Any:
    from rouge_score.rouge_scorer import RougeScorer  # noqa: PLC0415 loads nltk, a second

    return RougeScorer(["rougeL"], use_stemmer=False)


def rouge_l_statistics(prediction: str, references: Sequence[str]) -> tuple[float, ...]:
    """F-measure (0 to 1) with the reference that fits best, and 1 for the answer."""
    return float(_scorer().score_multi(list(references), prediction)["rougeL"].fmeasure), 1.0


def rouge_l_score(stats: npt.ArrayLike) -> FloatArray:
    """The mean F-measure, 0 to 100.

    Args:
        stats: (..., 2) sum of F-measures, and answers.

    Returns:
        (...) scores; nan where there is no answer.
    """
    stats = np.asarray(stats, dtype=np.float64)
    total, count = stats[..., 0], stats[..., 1]
    mean = np.full_like(total, np.nan)
    np.divide(100.0 * total, count, out=mean, where=count > 0)
    return mean[()]


ROUGE_L = Metric(
    name="rouge_l",
    title="ROUGE-L",
    explanation=(
        "How much of the answer and of the reference is one and the same sequence of words, "
        "gaps allowed, 0 to 100."
    ),
    stat_names=("f_measure", "count"),
    statistics=rouge_l_statistics,
    score=rouge_l_score,
    example_score=rouge_l_score,
)
