"""What is claimed of similarity across inputs, and whether it holds here.

The intervals are those of `similarity`: a bootstrap over examples. They say how a number would vary
with other test inputs, not with other seeds.
"""

import numpy as np
import pandas as pd
from scipy import stats

from ipt_engine.analysis.similarity import Correlation, overall_gain, spearman
from ipt_engine.analysis.statistics import CONFIDENCE, Estimate
from ipt_engine.analysis.verdicts import Verdict, detectable_difference, outcome_of
from ipt_engine.metrics import get_metric

NEGLIGIBLE_RHO = 0.1
"""A rank correlation up to this is taken as none."""
NEGLIGIBLE_POINTS = 1.0
"""A gain up to so many points of a metric, of a hundred, is taken as none."""
_RANK_VARIANCE = 1.06


def gain_rises(paired: pd.DataFrame, without: str = "PT", with_: str = "IPT") -> Verdict:
    """Whether the gain rises with similarity from input to input.

    Args:
        paired: From `similarity.paired_gain`.
        without: The method without demonstrations, for people.
        with_: The method with them.
    """
    found = spearman(paired)
    return judged(
        f"The gain of {with_} over {without} rises with similarity",
        estimate_of(found),
        NEGLIGIBLE_RHO,
        "Spearman's rho",
        detectable_rho(found.n),
        "Spearman's rank correlation of each input's gain, its mean over the seeds, with the "
        f"similarity; interval: percentile bootstrap over {found.n} test inputs.",
    )


def beats(paired: pd.DataFrame, metric: str, without: str = "PT", with_: str = "IPT") -> Verdict:
    """Whether one method beats the other over all inputs of a task.

    The seeds are taken as they are. Whether other seeds would agree is for an interval over seeds
    to say.

    Args:
        paired: From `similarity.paired_gain`.
        metric: Its name.
        without: The method that should lose (a), for people.
        with_: The method that should win (b).
    """
    found = overall_gain(paired, metric)
    return judged(
        f"{with_} beats {without}",
        found,
        NEGLIGIBLE_POINTS,
        f"{get_metric(metric).title} points",
        _detectable_gain(found),
        "Difference of the corpus scores, the seeds of each input together; interval: paired "
        f"percentile bootstrap over {found.n} test inputs.",
    )


def judged(
    claim: str,
    estimate: Estimate,
    margin: float,
    unit: str,
    detectable: float | None,
    method: str,
) -> Verdict:
    """The verdict on a claim that a number lies above zero.

    Args:
        claim: In a sentence, as if it held.
        estimate: The number. An interval with a reason is one that leaves something out, such
            as the seeds: nothing is decided by it.
        margin: Up to this it is negligible.
        unit: What it counts.
        detectable: As `Verdict` has it.
        method: Likewise.
    """
    reason = estimate.reason
    outcome = "undecided" if reason else outcome_of(estimate, 0.0, margin)
    if outcome == "undecided" and reason is None:
        reason = "the interval allows an effect that matters and none"
    if outcome == "does not hold" and estimate.high is not None and estimate.high < 0:
        reason = "it is the other way round: the whole interval lies below 0"
    return Verdict(claim, outcome, estimate, 0.0, margin, unit, detectable, method, reason)


def estimate_of(correlation: Correlation) -> Estimate:
    """A rank correlation as verdicts want it."""
    found = correlation
    return Estimate(found.rho, found.low, found.high, found.n, found.reason)


def detectable_rho(n: int, controls: int = 0) -> float | None:
    """The smallest rank correlation that n pairs would show with a chance of 80 %.

    By Fisher's z, whose variance for Spearman's rho is near 1.06 / (n - 3) (Fieller, Hartley and
    Pearson 1957, Tests for rank correlation coefficients); each variable held constant takes one
    more from n (Fisher 1924, The distribution of the partial correlation coefficient).

    Args:
        n: Pairs.
        controls: Variables held constant.

    Returns:
        0 to 1, or None with too few pairs.
    """
    free = n - 3 - controls
    if free < 1:
        return None
    return float(np.tanh(detectable_difference(float(np.sqrt(_RANK_VARIANCE / free)), np.inf)))


def _detectable_gain(found: Estimate) -> float | None:
    """From the standard error that the interval's width stands for."""
    if found.low is None or found.high is None:
        return None
    widths = 2 * float(stats.norm.ppf(0.5 + CONFIDENCE / 2))
    return detectable_difference((found.high - found.low) / widths, np.inf)
