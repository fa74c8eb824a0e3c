"""TER, translation edit rate (Snover et al. 2006), as sacreBLEU computes it."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import sacrebleu

from ipt_engine.metrics.base import FloatArray, Metric


@cache
def _scorer() -> sacrebleu.TER:
    return sacrebleu.TER()


def ter_statistics(prediction: str, references: Sequence[str]) -> tuple[float, ...]:
    """Edits to the closest reference, and the references' mean length in words.

    Raises:
        RuntimeError: If the installed sacreBLEU no longer works as expected.
    """
    # sacreBLEU publishes a sentence's TER but not its counts, so this one call is private.
    counts = _scorer()._extract_corpus_statistics([prediction], [[r] for r in references])[0]
    if len(counts) != len(TER.stat_names):
        raise RuntimeError(
            f"sacreBLEU gave {len(counts)} TER counts, expected {len(TER.stat_names)}. "
            "Install the version of sacrebleu that IPT Lab names in its requirements."
        )
    return tuple(map(float, counts))


def ter_score(stats: npt.ArrayLike) -> FloatArray:
    """Edits for each hundred words of the reference; sacreBLEU's formula.

    Args:
        stats: (..., 2) edits and reference words.

    Returns:
        (...) scores, 0 and up: 100 where there are edits and the reference is empty.
    """
    stats = np.asarray(stats, dtype=np.float64)
    edits, words = stats[..., 0], stats[..., 1]
    score = np.where(edits > 0, 100.0, 0.0)
    np.divide(100.0 * edits, words, out=score, where=words > 0)
    return score[()]


TER = Metric(
    name="ter",
    title="TER",
    explanation=(
        "Edits (words put in, taken out, changed or moved) that turn the answer into the "
        "reference, for each hundred words. Lower is better."
    ),
    stat_names=("edits", "reference_length"),
    statistics=ter_statistics,
    score=ter_score,
    example_score=ter_score,
    higher_is_better=False,
    range=(0.0, float("inf")),
)
