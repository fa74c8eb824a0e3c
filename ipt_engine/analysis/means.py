"""Means over seeds and their differences, with the test inputs nested in the seeds.

A method's score has two kinds of luck in it: the seeds it was trained with, and the test inputs
it was judged on. An interval here speaks for both: for other seeds and for other inputs. With k
seeds, n inputs and a score that is a mean over answers, the mean score varies by

    seeds / k  +  inputs / n  +  seeds with inputs / (k n)

(the two-way random-effects model; Searle, Casella and McCulloch 1992, chapter 4). The variance of
the k corpus scores, divided by k, holds the first and the last term: the seeds saw the same
inputs, so what they do differently on them is in it. The middle term is what the seeds share: the
covariance of two seeds' corpus scores over bootstrap draws of the inputs. The bootstrap variance
of the mean score, which comes to mind first, would count the last term twice. Both parts are
computed from corpus scores, so a score that is no mean, such as BLEU, is treated alike. The
degrees of freedom are Satterthwaite's (1946), which are somewhat too many where few seeds make most
of the variance: simulated 95 % intervals cover 91 to 96 % with 3 seeds, and 94 to 95 % with 5
(`benchmarks/simulate_seeds.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

import numpy as np
import pandas as pd
from scipy import stats

from ipt_engine.analysis.statistics import (
    CONFIDENCE,
    MIN_EXAMPLES,
    Estimate,
    resample_counts,
)
from ipt_engine.analysis.verdicts import detectable_difference
from ipt_engine.methods import METHODS
from ipt_engine.metrics import FloatArray, Metric, get_metric

_ROUNDING = 1e-18
"""A smaller variance is that of floating point."""
_KEYS = ["run_id", "example_id", "method", "retriever"]


@dataclass(frozen=True)
class SeedEstimate:
    """A mean score over seeds, or a difference of two, and how sure one can be of it.

    Attributes:
        estimate: The number, in points of the metric, with its 95 % interval; its n counts test
            inputs. With a reason and an interval both, the interval leaves out the seeds.
        standard_error: None where there is no interval.
        df: Its degrees of freedom.
        p: Of a true value of 0, two-sided; None too where a spread over seeds is unknown.
        detectable: The smallest true value that would have been told from 0 with a chance of
            80 %; None as `p`.
        seed_variance: What the seeds add to the squared standard error: 0 of methods in which
            there is no luck, None where it is unknown.
        example_variance: What the test inputs add to it.
        n_seeds: Runs of the method, or of both.
    """

    estimate: Estimate
    standard_error: float | None
    df: float | None
    p: float | None
    detectable: float | None
    seed_variance: float | None
    example_variance: float | None
    n_seeds: tuple[int, ...]


@dataclass(frozen=True)
class SeedGroup:
    """The runs of one variant, as `combined` needs them.

    Attributes:
        title: The method's name for people.
        examples: Ids of the test inputs that all runs answered.
        statistics: (test inputs, runs, statistics) of the answers.
        n_runs: Runs.
        luck: Whether another seed would have given other answers.
        scores: By metric, the scores of all `examples` once they were asked for.
    """

    title: str
    examples: pd.Index
    statistics: FloatArray
    n_runs: int
    luck: bool
    scores: dict[str, FloatArray] = field(default_factory=dict, compare=False, repr=False)


def seed_columns(metric: str) -> list[str]:
    """The ledger's columns that this module needs."""
    return [*_KEYS, *get_metric(metric).columns()]


def seed_mean(ledger: pd.DataFrame, metric: str) -> SeedEstimate:
    """A method's mean corpus score over its seeds.

    Args:
        ledger: Rows with `seed_columns(metric)` of one variant's runs: the same in everything
            but the seeds, which no two of them share (`variants.seed_runs` picks such runs). Test
            inputs that some run has no answer to are left out.
        metric: Its name.
    """
    return combined([seed_group(ledger, metric)], metric)


def seed_difference(ledger_a: pd.DataFrame, ledger_b: pd.DataFrame, metric: str) -> SeedEstimate:
    """How much better b's mean corpus score is than a's, over the inputs that both answered.

    The inputs are paired: what makes one hard for both methods cancels out. The seeds are not: two
    trainings with the same seed share a number, not luck. A method without soft prompt and
    without demonstrations drawn at random has no luck in it; its single run is all there is.
    (The ledger does not know of sampled answers and of demonstrations in random order. Run such
    a method with several seeds: then they count.)

    Args:
        ledger_a: As `seed_mean` takes it.
        ledger_b: The same of the method compared with it.
        metric: Its name.
    """
    return combined([seed_group(ledger_a, metric), seed_group(ledger_b, metric)], metric)


def seed_group(ledger: pd.DataFrame, metric: str) -> SeedGroup:
    """Arrange the runs of one variant; see `seed_mean`."""
    columns = get_metric(metric).columns()
    rows = ledger.dropna(subset=columns)
    n_runs = rows["run_id"].nunique()
    answers = rows["example_id"].map(rows["example_id"].value_counts())
    full = rows[answers == n_runs].sort_values(["example_id", "run_id"])
    methods = [METHODS[name] for name in rows["method"].unique()]
    drawn = bool(rows["retriever"].eq("random").any())
    return SeedGroup(
        title=" and ".join(method.title for method in methods),
        examples=pd.Index(full["example_id"].iloc[:: max(n_runs, 1)]),
        statistics=full[columns].to_numpy(np.float64).reshape(-1, max(n_runs, 1), len(columns)),
        n_runs=n_runs,
        luck=drawn or any(method.soft_prompt for method in methods),
    )


def unknown_luck(groups: Sequence[SeedGroup]) -> str | None:
    """What an interval leaves out where a method with luck in it has a single run; else None."""
    unknown = dict.fromkeys(group.title for group in groups if group.luck and group.n_runs == 1)
    if not unknown:
        return None
    who = " and ".join(unknown)
    return f"one seed of {who}: the interval is over test inputs alone, not over seeds"


def combined(groups: Sequence[SeedGroup], metric: str) -> SeedEstimate:
    """The mean of one group, or the gain of the second over the first.

    Args:
        groups: One or two.
        metric: Its name.
    """
    spec = get_metric(metric)
    n_seeds = tuple(group.n_runs for group in groups)
    if 0 in n_seeds:
        return _nothing("there are no runs", 0, n_seeds)
    common = reduce(pd.Index.intersection, (group.examples for group in groups))
    n = len(common)
    if n == 0:
        return _nothing("no test example was answered by all runs", 0, n_seeds)
    scores = [_corpus_scores(group, common, spec) for group in groups]
    means = [float(rows[0].mean()) for rows in scores]
    value = float(spec.gain(*means)) if len(means) > 1 else means[0]
    if not np.isfinite(value):
        return _nothing("it cannot be computed from these examples", n, n_seeds)
    draws = np.concatenate([rows[1:] for rows in scores], axis=1)
    draws = draws[np.isfinite(draws).all(axis=1)]
    if n < MIN_EXAMPLES or len(draws) < CONFIDENCE * (len(scores[0]) - 1):
        return _nothing(f"too few examples ({n}) for an interval", n, n_seeds, value)
    seeds = [_seed_variance(rows[0], group) for rows, group in zip(scores, groups, strict=True)]
    parts = {"inputs": (_example_variance(draws, n_seeds) * n / (n - 1), n - 1)}
    for place, (part, k) in enumerate(zip(seeds, n_seeds, strict=True)):
        parts[f"seeds {place}"] = (part or 0.0, max(k - 1, 1))
    found = _with_interval(value, n, parts, unknown_luck(groups), n_seeds)
    if len(groups) > 1:
        return found
    return replace(found, estimate=found.estimate.within(spec.range))


def _with_interval(
    value: float,
    n: int,
    parts: dict[str, tuple[float, int]],
    unknown: str | None,
    n_seeds: tuple[int, ...],
) -> SeedEstimate:
    """Student's interval from variances, each with its degrees of freedom."""
    total = sum(variance for variance, _ in parts.values())
    if total < _ROUNDING:
        return _nothing("nothing varies between examples or seeds", n, n_seeds, value)
    df = total**2 / sum(variance**2 / freedom for variance, freedom in parts.values())
    error = float(np.sqrt(total))
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, df)) * error
    inputs = parts["inputs"][0]
    return SeedEstimate(
        estimate=Estimate(value, value - half, value + half, n, unknown),
        standard_error=error,
        df=df,
        p=None if unknown else float(2 * stats.t.sf(abs(value) / error, df)),
        detectable=None if unknown else detectable_difference(error, df),
        seed_variance=None if unknown else total - inputs,
        example_variance=inputs,
        n_seeds=n_seeds,
    )


def _seed_variance(scores: FloatArray, group: SeedGroup) -> float | None:
    if len(scores) > 1:
        return float(scores.var(ddof=1)) / len(scores)
    return None if group.luck else 0.0


def _example_variance(draws: FloatArray, n_seeds: tuple[int, ...]) -> float:
    """The bootstrap variance of what the seeds of a group share, or of its difference.

    Args:
        draws: (draws, runs) corpus scores, the runs of one group after those of the other.
        n_seeds: Runs of each group.
    """
    covariance = np.atleast_2d(np.cov(draws, rowvar=False))
    ends = np.cumsum([0, *n_seeds])
    blocks = [slice(a, b) for a, b in zip(ends[:-1], ends[1:], strict=True)]
    shared = sum(_between_seeds(covariance[block, block]) for block in blocks)
    if len(blocks) > 1:
        shared -= 2 * float(covariance[blocks[0], blocks[1]].mean())
    # A true variance near 0 may be estimated as less.
    return max(shared, 0.0)


def _between_seeds(covariance: FloatArray) -> float:
    k = len(covariance)
    if k == 1:
        return float(covariance[0, 0])
    return float(covariance.sum() - np.trace(covariance)) / (k * (k - 1))


def _corpus_scores(group: SeedGroup, examples: pd.Index, spec: Metric) -> FloatArray:
    """(1 + draws, runs): each run's corpus score, of the examples and of bootstrap draws of them.

    The draws of as many examples are always the same, so that two groups' draws are paired.
    """
    n = len(examples)
    # Of many variants each is compared with all others, mostly on the same examples.
    whole = examples.equals(group.examples)
    if whole and spec.name in group.scores:
        return group.scores[spec.name]
    statistics = group.statistics[group.examples.get_indexer(examples)]
    flat = statistics.reshape(n, -1)
    draws = np.concatenate([flat.sum(axis=0)[None], resample_counts(n) @ flat])
    scores = spec.score(draws.reshape(-1, *statistics.shape[1:]))
    if whole:
        group.scores[spec.name] = scores
    return scores


def _nothing(
    reason: str, n: int, n_seeds: tuple[int, ...], value: float | None = None
) -> SeedEstimate:
    estimate = Estimate(value, None, None, n, reason)
    return SeedEstimate(estimate, None, None, None, None, None, None, n_seeds)
