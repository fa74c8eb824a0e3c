"""Each input's gain with all runs and with each left out: how a number varies with the seeds.

A number computed from mean gains, such as their rank correlation with similarity, has two kinds of
luck in it, as a mean score has (see `means`): the seeds trained with, and the inputs asked. It is
no mean over seeds, so what a seed adds is told by leaving it out: of k runs, the jackknife's
variance is (k - 1) / k times the summed squares of how far the k numbers lie from their mean (Efron
and Tibshirani 1993, An Introduction to the Bootstrap, chapter 11). PT's seeds and IPT's are luck
apart, so each method's runs are left out in turn and the variances added.

As in `means`, that variance holds what seeds do differently on these inputs, which the bootstrap
over inputs holds too: the jackknife's variance within the bootstrap draws is that part, and it is
taken off once. For a mean the result is that of `means`, number for number. Correlations are judged
on Fisher's z scale, where their spread depends little on where they lie.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ipt_engine.analysis.means import seed_group, unknown_luck
from ipt_engine.analysis.similarity import Correlation
from ipt_engine.analysis.statistics import CONFIDENCE
from ipt_engine.analysis.verdicts import detectable_difference
from ipt_engine.metrics import FloatArray, get_metric

_ROUNDING = 1e-18
"""A smaller variance is that of floating point."""


@dataclass(frozen=True)
class RunGains:
    """Gains of one method over another, input by input.

    Attributes:
        examples: Ids of the inputs that all runs answered.
        gains: (1 + left out, inputs) points: means over all runs, then over all but one, for
            each run of each method that has several.
        groups: How many runs were left out in turn, for each such method.
        reason: Whose luck is not known, because it has a single run; None if all is.
    """

    examples: pd.Index
    gains: FloatArray
    groups: tuple[int, ...] = ()
    reason: str | None = None

    def of(self, examples: "pd.Series[str]") -> FloatArray:
        """The gains of some of the `examples`, in the order given."""
        return self.gains[:, self.examples.get_indexer(pd.Index(examples))]


def run_gains(ledger_a: pd.DataFrame, ledger_b: pd.DataFrame, metric: str) -> RunGains:
    """Pair the runs of two methods input by input, leaving out each in turn.

    Args:
        ledger_a: Rows with example_id, the metric and `means.seed_columns(metric)`, of the
            method without demonstrations: of runs of which no two share a seed.
        ledger_b: The same of the method with them.
        metric: Its name.
    """
    spec, sides = get_metric(metric), []
    for ledger in (ledger_a, ledger_b):
        rows = ledger.dropna(subset=[metric, *spec.columns()])
        sides.append(rows.pivot(index="example_id", columns="run_id", values=metric).dropna())
    both = pd.Index(sides[0].index.intersection(sides[1].index))
    a, b = (side.loc[both].to_numpy(dtype=np.float64) for side in sides)
    groups = [seed_group(ledger, metric) for ledger in (ledger_a, ledger_b)]
    if 0 in (a.shape[1], b.shape[1]):
        return RunGains(both[:0], np.empty((1, 0)))
    without_a, without_b = _left_out(a), _left_out(b)
    gains = [
        spec.gain(a.mean(axis=1), b.mean(axis=1))[None],
        spec.gain(without_a, b.mean(axis=1)),
        spec.gain(a.mean(axis=1), without_b),
    ]
    counts = tuple(len(side) for side in (without_a, without_b) if len(side))
    return RunGains(both, np.concatenate(gains), counts, unknown_luck(groups))


def _left_out(scores: FloatArray) -> FloatArray:
    """(runs, inputs) mean scores without each run in turn; (0, inputs) where there is one run.

    Args:
        scores: (inputs, runs).
    """
    k = scores.shape[1]
    if k == 1:
        return np.empty((0, len(scores)))
    rest: FloatArray = (scores.sum(axis=1, keepdims=True) - scores).T / (k - 1)
    return rest


def spread(
    found: FloatArray, draws: FloatArray, groups: tuple[int, ...], n: int
) -> tuple[float, float]:
    """The variance of a number for new seeds and new inputs, and its degrees of freedom.

    Args:
        found: (1 + left out,) the number, with all runs and without each.
        draws: (draws, 1 + left out) the same in bootstrap draws of the inputs.
        groups: As `RunGains` has them.
        n: Inputs.

    Returns:
        The variance, and Satterthwaite's (1946) degrees of freedom; 0 and infinity where nothing
        varies.
    """
    parts, mixed, start = [], 0.0, 1
    for k in groups:
        own = slice(start, start + k)
        apart = found[own] - found[own].mean()
        parts.append(((k - 1) / k * float(apart @ apart), k - 1))
        moved = draws[:, own] - draws[:, own].mean(axis=1, keepdims=True)
        mixed += (k - 1) / k * float(moved.var(axis=0, ddof=1).sum())
        start += k
    # A true variance near 0 may be estimated as less.
    parts.append((max(float(draws[:, 0].var(ddof=1)) - mixed, 0.0) * n / (n - 1), n - 1))
    total = sum(part for part, _ in parts)
    if total < _ROUNDING:
        return 0.0, float(np.inf)
    return total, float(total**2 / sum(part**2 / freedom for part, freedom in parts))


def correlation_over_runs(
    found: FloatArray, draws: FloatArray, n: int, runs: RunGains
) -> Correlation:
    """A rank correlation for new seeds and new inputs.

    Args:
        found: (1 + left out,) rho with all runs and without each.
        draws: (draws, 1 + left out) the same in bootstrap draws of the inputs.
        n: Inputs that it is over.
        runs: The gains behind it.
    """
    rho = float(found[0])
    if not np.isfinite(rho):
        return Correlation(None, None, None, None, n, "it cannot be computed from these inputs")
    kept = draws[np.isfinite(draws).all(axis=1)]
    if len(kept) < CONFIDENCE * len(draws) or not np.isfinite(found).all():
        return Correlation(rho, None, None, None, n, "too many ties for an interval")
    variance, df = spread(found, kept, runs.groups, n)
    if variance == 0 or abs(rho) >= 1:
        return Correlation(rho, None, None, None, n, "all draws of the inputs give the same")
    # By the derivative of Fisher's z = artanh(rho).
    error = float(np.sqrt(variance)) / (1 - rho**2)
    z = float(np.arctanh(rho))
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, df)) * error
    low, high = float(np.tanh(z - half)), float(np.tanh(z + half))
    if runs.reason is not None:
        return Correlation(rho, low, high, None, n, runs.reason)
    p = float(2 * stats.t.sf(abs(z) / error, df))
    detectable = float(np.tanh(detectable_difference(error, df)))
    return Correlation(rho, low, high, p, n, None, detectable)
