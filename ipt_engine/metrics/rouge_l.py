"""ROUGE-L (Lin 2004): the longest common subsequence, as the package rouge-score computes it."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from ipt_engine.metrics.base import Metric
from ipt_engine.metrics.shares import share_score


@cache
def _scorer() -> Any:
    from rouge_score.rouge_scorer import RougeScorer  # noqa: PLC0415 loads nltk, a second

    return RougeScorer(["rougeL"], use_stemmer=False)


def rouge_l_statistics(prediction: str, references: Sequence[str]) -> tuple[float, ...]:
    """F-measure (0 to 1) with the reference that fits best, and 1 for the answer."""
    return float(_scorer().score_multi(list(references), prediction)["rougeL"].fmeasure), 1.0


ROUGE_L = Metric(
    name="rouge_l",
    title="ROUGE-L",
    explanation=(
        "How much of the answer and of the reference is one and the same sequence of words, "
        "gaps allowed, 0 to 100."
    ),
    stat_names=("f_measure", "count"),
    statistics=rouge_l_statistics,
    score=share_score,
    example_score=share_score,
)
