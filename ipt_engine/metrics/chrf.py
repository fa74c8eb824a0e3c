"""chrF (Popović 2015, https://aclanthology.org/W15-3049) as sacreBLEU computes it."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import sacrebleu

from ipt_engine.metrics.base import FloatArray, Metric

_ORDER = 6
_BETA = 2
_NAMES = tuple(f"{kind}_{n}" for n in range(1, _ORDER + 1) for kind in ("hyp", "ref", "match"))


@cache
def _scorer() -> sacrebleu.CHRF:
    return sacrebleu.CHRF(char_order=_ORDER, word_order=0, beta=_BETA)


def chrf_statistics(prediction: str, references: Sequence[str]) -> tuple[float, ...]:
    """Character n-grams in the answer, in the reference that fits best, and in both.

    Raises:
        RuntimeError: If the installed sacreBLEU no longer works as expected.
    """
    # sacreBLEU publishes a sentence's chrF but not its counts, so this one call is private.
    counts = _scorer()._extract_corpus_statistics([prediction], [[r] for r in references])[0]
    if len(counts) != len(_NAMES):
        raise RuntimeError(
            f"sacreBLEU gave {len(counts)} chrF counts, expected {len(_NAMES)}. "
            "Install the version of sacrebleu that IPT Lab names in its requirements."
        )
    return tuple(map(float, counts))


def chrf_score(stats: npt.ArrayLike) -> FloatArray:
    """Score summed statistics, 0 to 100.

    The formula is that of sacreBLEU's chrF2 (6 character orders, no words, beta 2, no epsilon
    smoothing), written for many sums at once.

    Args:
        stats: (..., 18) in the order of `CHRF.stat_names`.

    Returns:
        (...) scores; nan where there is no reference.
    """
    stats = np.asarray(stats, dtype=np.float64)
    written, reference, match = (stats[..., kind::3] for kind in range(3))
    there = (written > 0) & (reference > 0)
    orders = np.maximum(there.sum(axis=-1), 1)
    none = np.zeros_like(match)
    precision = np.divide(match, written, out=none.copy(), where=there).sum(axis=-1) / orders
    recall = np.divide(match, reference, out=none.copy(), where=there).sum(axis=-1) / orders
    weight = _BETA**2
    below = weight * precision + recall
    score = np.divide(
        100.0 * (1 + weight) * precision * recall,
        below,
        out=np.zeros_like(below),
        where=below > 0,
    )
    return np.where(reference[..., 0] > 0, score, np.nan)[()]


CHRF = Metric(
    name="chrf",
    title="chrF",
    explanation=(
        "How many character sequences of up to six characters the answer shares with the "
        "reference, 0 to 100."
    ),
    stat_names=_NAMES,
    statistics=chrf_statistics,
    score=chrf_score,
    example_score=chrf_score,
)
