"""Scores that are a mean over answers: statistics are (right answers, or their sum; answers)."""

import numpy as np
import numpy.typing as npt

from ipt_engine.metrics.base import FloatArray

SHARE_NAMES = ("correct", "count")


def share_score(stats: npt.ArrayLike) -> FloatArray:
    """A hundred times the mean: the percentage of right answers.

    Args:
        stats: (..., 2) right answers (or the sum of scores from 0 to 1), and answers.

    Returns:
        (...) percentages; nan where there is no answer.
    """
    stats = np.asarray(stats, dtype=np.float64)
    right, count = stats[..., 0], stats[..., 1]
    share = np.full_like(right, np.nan)
    np.divide(100.0 * right, count, out=share, where=count > 0)
    return share[()]
