"""Intervals: Student's over seeds, the bootstrap over examples. Missing comes with a reason."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import stats

from ipt_engine.metrics import FloatArray

CONFIDENCE = 0.95
DRAWS = 1000
MIN_EXAMPLES = 5
"""With fewer examples an interval from variance components says too little to be shown."""
MIN_BOOTSTRAPPED = 10
"""With fewer, one by the bootstrap alone."""
ROUNDING = 1e-9
"""A smaller difference of two scores, in points, is that of floating point."""
NOTHING_VARIES = "nothing varies between these examples, so nothing is known of the spread"


@dataclass(frozen=True)
class Estimate:
    """A number with its interval.

    Attributes:
        value: None where it cannot be computed.
        low: Lower end of the 95 % interval; None where there is none.
        high: Upper end.
        n: Observations that it rests on.
        reason: Why value or interval is missing; None if neither is.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    reason: str | None = None

    @property
    def decided(self) -> bool:
        """Whether the interval lies on one side of zero."""
        if self.low is None or self.high is None:
            return False
        return self.low > 0 or self.high < 0

    def within(self, bounds: tuple[float, float]) -> "Estimate":
        """The same with an interval that ends where the values that are possible do."""
        if self.low is None or self.high is None:
            return self
        return replace(self, low=max(self.low, bounds[0]), high=min(self.high, bounds[1]))


def mean_interval(values: Sequence[float] | FloatArray) -> Estimate:
    """The mean with Student's t interval, for a handful of seeds.

    Args:
        values: One for each seed, all finite.
    """
    array = np.asarray(values, dtype=np.float64)
    n = len(array)
    if n == 0:
        return Estimate(None, None, None, 0, "there are no runs")
    mean = float(array.mean())
    if n == 1:
        return Estimate(mean, None, None, 1, "one seed: the spread is unknown")
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, n - 1) * array.std(ddof=1) / np.sqrt(n))
    return Estimate(mean, mean - half, mean + half, n)


@functools.lru_cache(maxsize=4)
def resample_counts(n: int, draws: int = DRAWS, seed: int = 0) -> FloatArray:
    """How often each of `n` examples is in each bootstrap draw, (draws, n); not to be written to.

    A score of a draw is then that of `counts @ statistics`: no text is scored again.
    """
    picks = np.random.default_rng(seed).integers(n, size=(draws, n))
    flat = (picks + np.arange(draws)[:, None] * n).ravel()
    counts = np.bincount(flat, minlength=draws * n).reshape(draws, n).astype(np.float64)
    # The same draws are asked for again and again: of every variant, every task.
    counts.flags.writeable = False
    return counts


def percentile_interval(draws: npt.ArrayLike) -> tuple[float, float] | None:
    """The middle 95 % of bootstrap draws.

    Returns:
        Low and high, or None if more than one draw in twenty cannot be computed (is nan).
    """
    array = np.asarray(draws, dtype=np.float64)
    finite = array[np.isfinite(array)]
    if len(finite) < CONFIDENCE * len(array) or len(finite) == 0:
        return None
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(finite, [tail, 1 - tail])
    return float(low), float(high)


def bootstrap_estimate(value: float, draws: npt.ArrayLike, n: int) -> Estimate:
    """A value with a t interval by the standard error that bootstrap draws give it.

    With some ten observations the draws' own percentiles hold the truth in 75 to 90 %, and
    corrected ones (BCa) in no more; a t interval does in 92 % and more
    (`benchmarks/simulate_similarity.py`).

    Args:
        value: Of the observations as they are; nan where it cannot be computed.
        draws: The same of each bootstrap draw.
        n: Observations.

    Returns:
        Without an interval where there are too few observations, or where all draws are the
        same: then nothing is known of a spread, and it is not that there is none.
    """
    if not np.isfinite(value):
        return Estimate(None, None, None, n, "it cannot be computed from these examples")
    array = np.asarray(draws, dtype=np.float64)
    finite = array[np.isfinite(array)]
    if n < MIN_BOOTSTRAPPED or len(finite) < CONFIDENCE * len(array):
        return Estimate(value, None, None, n, f"too few examples ({n}) for an interval")
    if np.ptp(finite) < ROUNDING:
        return Estimate(value, None, None, n, NOTHING_VARIES)
    error = float(finite.std(ddof=1)) * np.sqrt(n / (n - 1))
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, n - 1) * error)
    return Estimate(value, value - half, value + half, n)


def midranks(values: FloatArray, counts: FloatArray) -> FloatArray:
    """Ranks within bootstrap draws, ties sharing their mean rank.

    Args:
        values: (n,) observations.
        counts: (draws, n) how often each is in each draw.

    Returns:
        (draws, n) rank that each observation has in each draw (of no meaning where its count
        is 0).
    """
    _, group = np.unique(values, return_inverse=True)
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(group.max() + 1))
    sizes = np.add.reduceat(counts[:, order], starts, axis=1)
    ranks: FloatArray = (np.cumsum(sizes, axis=1) - (sizes - 1) / 2)[:, group]
    return ranks


def standardised_ranks(values: FloatArray, counts: FloatArray) -> FloatArray:
    """Midranks within bootstrap draws, scaled so that sums of products are rank correlations.

    Args:
        values: (n,) observations.
        counts: (draws, n) how often each is in each draw.

    Returns:
        (draws, n); `(counts * a * b).sum(axis=1)` of two of them is Spearman's rho in each
        draw. nan where all observations of a draw are the same.
    """
    ranks = midranks(values, counts)
    centred = ranks - (counts * ranks).sum(axis=1, keepdims=True) / counts.sum(
        axis=1, keepdims=True
    )
    norm = np.sqrt((counts * centred**2).sum(axis=1, keepdims=True))
    scaled: FloatArray = np.divide(centred, norm, out=np.full_like(centred, np.nan), where=norm > 0)
    return scaled


def weighted_line(
    x: FloatArray, y: FloatArray, counts: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Least-squares lines through bootstrap draws.

    Args:
        x: (n,) or (draws, n).
        y: (n,) or (draws, n).
        counts: (draws, n) weight of each point.

    Returns:
        (draws,) intercepts and slopes; nan where all x of a draw are the same.
    """
    total = counts.sum(axis=1)
    mean_x, mean_y = (counts * x).sum(axis=1) / total, (counts * y).sum(axis=1) / total
    dx, dy = x - mean_x[:, None], y - mean_y[:, None]
    spread = (counts * dx**2).sum(axis=1)
    slope = np.divide(
        (counts * dx * dy).sum(axis=1), spread, out=np.full_like(spread, np.nan), where=spread > 0
    )
    return mean_y - slope * mean_x, slope
