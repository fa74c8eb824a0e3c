"""How many seeds would it take? Sample sizes for ratios of spreads and for differences of means."""

from bisect import bisect_left

import numpy as np
from scipy import stats
from scipy.optimize import brentq
from scipy.special import polygamma

from ipt_engine.analysis.statistics import CONFIDENCE
from ipt_engine.analysis.verdicts import POWER
from ipt_engine.metrics import FloatArray

MOST_SEEDS = 1000
"""Where more would be needed, no number is named."""
_UPPER = 0.5 + CONFIDENCE / 2
_COUNTS = range(2, MOST_SEEDS + 1)


def detectable_ratio(df_a: float, df_b: float) -> float:
    """The smallest true ratio of standard deviations, above 1, that an F interval would show.

    If the square of an observed ratio is the true one's times an F, the interval lies above 1
    with a chance of 80 % at sqrt(F(0.975) / F(0.2)).

    Args:
        df_a: Degrees of freedom of the larger standard deviation.
        df_b: Of the smaller.
    """
    f = stats.f(df_a, df_b)
    return float(np.sqrt(f.ppf(_UPPER) / f.ppf(1 - POWER)))


def pooled_df(dfs: FloatArray, weights: FloatArray) -> float:
    """Degrees of freedom of a geometric mean of independent variances.

    The log of a variance with f degrees of freedom varies by trigamma(f / 2) (Bartlett and
    Kendall 1946); sought is the f of the weighted mean of such logs.

    Args:
        dfs: Of each variance.
        weights: Of its log in the mean; they sum to 1.
    """
    variance = float((weights**2 * polygamma(1, dfs / 2)).sum())
    found = brentq(lambda x: np.log(polygamma(1, np.exp(x)) / variance), -20.0, 20.0)
    return 2 * float(np.exp(found))


def seeds_for_ratio(ratio: float, n_tasks: int) -> int | None:
    """Seeds for each method and task with which a pooled ratio is told from 1, with 80 % power.

    Args:
        ratio: The true ratio of standard deviations, either way up.
        n_tasks: Tasks pooled (`stability.pooled_ratio`).

    Returns:
        The number, or None if `MOST_SEEDS` are not enough.
    """
    ratio = max(ratio, 1 / ratio)

    def enough(seeds: int) -> bool:
        df = pooled_df(np.full(n_tasks, seeds - 1.0), np.full(n_tasks, 1 / n_tasks))
        return detectable_ratio(df, df) <= ratio

    place = bisect_left(_COUNTS, True, key=enough)
    return _COUNTS[place] if place < len(_COUNTS) else None


def seeds_to_decide(ratio: float, n_tasks: int, margin: float) -> int | None:
    """Seeds for each method and task that would decide, either way, whether a ratio is above 1.

    Args:
        ratio: The true ratio. Above 1 the claim can come to hold; below 1 + margin it can be
            shown not to matter. In between, the easier counts.
        n_tasks: Tasks pooled.
        margin: A ratio up to 1 + margin is negligible.

    Returns:
        The number, or None if `MOST_SEEDS` are not enough.
    """
    distances = [d for d in (ratio, (1 + margin) / ratio) if d > 1]
    return seeds_for_ratio(max(distances, default=1.0), n_tasks)


def seeds_for_difference(
    difference: float, sd_a: float, sd_b: float, example_variance: float = 0.0
) -> int | None:
    """Seeds for each method with which two means are told apart, with 80 % power.

    The power is that of a two-sided 5 % t test with unequal spreads (noncentral t, Satterthwaite's
    degrees of freedom).

    Args:
        difference: The true difference, in points.
        sd_a: One method's standard deviation over seeds; 0 if there is no luck in it.
        sd_b: The other's.
        example_variance: What the test inputs add to the squared standard error
            (`means.SeedEstimate`): seeds do not lessen it. 0 asks about these inputs alone.

    Returns:
        The number, or None if `MOST_SEEDS` are not enough.
    """

    def enough(seeds: int) -> bool:
        parts = np.array([sd_a**2, sd_b**2]) / seeds
        total = parts.sum() + example_variance
        if total == 0:
            return difference != 0
        luck = (parts**2).sum() / (seeds - 1)
        df = total**2 / luck if luck > 0 else np.inf
        return _power(abs(difference) / np.sqrt(total), float(df)) >= POWER

    place = bisect_left(_COUNTS, True, key=enough)
    return _COUNTS[place] if place < len(_COUNTS) else None


_MANY = 1e4


def _power(distance: float, df: float) -> float:
    """Of a t test whose true value lies that many standard errors from 0."""
    if df > _MANY:
        return float(stats.norm.cdf(distance - stats.norm.ppf(_UPPER)))
    critical = stats.t.ppf(_UPPER, df)
    both = stats.nct.sf(critical, df, distance) + stats.nct.cdf(-critical, df, distance)
    # Far out, scipy's noncentral t may give nan; the power is 1 there.
    return float(np.nan_to_num(both, nan=1.0))
