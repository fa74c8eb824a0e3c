"""What is claimed of similarity across inputs, and whether it holds here.

A claim is judged for new seeds and new inputs alike: an interval that leaves the seeds out, because
a method has one of them, decides nothing.
"""

import numpy as np
import pandas as pd

from ipt_engine.analysis.means import SeedEstimate
from ipt_engine.analysis.run_gains import RunGains, correlation_over_runs
from ipt_engine.analysis.similarity import Correlation, unfit
from ipt_engine.analysis.statistics import Estimate, resample_counts, standardised_ranks
from ipt_engine.analysis.verdicts import Verdict, outcome_of
from ipt_engine.metrics import FloatArray, get_metric

NEGLIGIBLE_RHO = 0.1
"""A rank correlation up to this is taken as none."""
NEGLIGIBLE_POINTS = 1.0
"""A gain up to so many points of a metric, of a hundred, is taken as none."""


def rise_of(paired: pd.DataFrame, runs: RunGains) -> Correlation:
    """Rank correlation of the gain with similarity; does the gain rise with it at all?

    Args:
        paired: example_id and similarity, from `similarity.paired_gain`. Inputs without a
            similarity are left out.
        runs: The gains of the same inputs, from `run_gains.run_gains`.
    """
    known = paired[paired["example_id"].isin(runs.examples)].dropna(subset=["similarity"])
    x, gains = known["similarity"].to_numpy(np.float64), runs.of(known["example_id"])
    n = len(known)
    reason = unfit(x, gains[0])
    if reason is not None:
        return Correlation(None, None, None, None, n, reason)
    found, draws = (_rhos(x, gains, counts) for counts in (np.ones((1, n)), resample_counts(n)))
    return correlation_over_runs(found[0], draws, n, runs)


def gain_rises(found: Correlation, without: str = "PT", with_: str = "IPT") -> Verdict:
    """Whether the gain rises with similarity from input to input.

    Args:
        found: From `rise_of`.
        without: The method without demonstrations, for people.
        with_: The method with them.
    """
    return judged(
        f"The gain of {with_} over {without} rises with similarity",
        estimate_of(found),
        NEGLIGIBLE_RHO,
        "Spearman's rho",
        found.detectable,
        "Spearman's rank correlation of each input's gain, its mean over the seeds, with the "
        f"similarity; t interval for new seeds and new inputs on Fisher's z scale (bootstrap over "
        f"{found.n} test inputs, jackknife over seeds).",
    )


def beats(found: SeedEstimate, metric: str, without: str = "PT", with_: str = "IPT") -> Verdict:
    """Whether one method beats the other over all inputs of a task.

    Args:
        found: The gain, from `means.seed_difference`.
        metric: Its name.
        without: The method that should lose (a), for people.
        with_: The method that should win (b).
    """
    return judged(
        f"{with_} beats {without}",
        found.estimate,
        NEGLIGIBLE_POINTS,
        f"{get_metric(metric).title} points",
        found.detectable,
        "Difference of the mean corpus scores; t interval for new seeds and new inputs "
        f"({found.estimate.n} test inputs, paired; variance components, Satterthwaite's degrees "
        "of freedom).",
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


def _rhos(x: FloatArray, gains: FloatArray, counts: FloatArray) -> FloatArray:
    """(draws, gains) rank correlation of the similarities with each row of gains."""
    weighted = counts * standardised_ranks(x, counts)
    found = [(weighted * standardised_ranks(row, counts)).sum(axis=1) for row in gains]
    return np.stack(found, axis=1)
