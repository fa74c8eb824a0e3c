"""Does one method vary less between seeds than another? Ratios of spreads, by task and over tasks.

Throughout, a is the method that is claimed to vary more and b the one that is claimed to vary
less; what a run is, and what its spread holds, is said in `spread`. What of a spread is due to how
seeds meet these few test inputs is much the same for all methods, so that a ratio lies nearer to
1 than it would with many inputs.

Intervals are those of normal scores. With heavy tails (one training in many goes wrong) they are
too narrow: `benchmarks/simulate_seeds.py` shows by how much.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import digamma, polygamma

from ipt_engine.analysis.frames import tidy_frame
from ipt_engine.analysis.power import (
    MOST_SEEDS,
    detectable_ratio,
    pooled_df,
    seeds_for_difference,
    seeds_to_decide,
)
from ipt_engine.analysis.spread import ONE_SEED, scores_by, sd_interval
from ipt_engine.analysis.statistics import CONFIDENCE, Estimate
from ipt_engine.analysis.verdicts import POWER, Verdict, outcome_of
from ipt_engine.methods import METHODS
from ipt_engine.metrics import FloatArray

MARGIN = 0.25
"""A spread up to a quarter larger is a negligible difference: of half a point where seeds
spread by 2, and no reason to choose a method."""
_TAIL = (1 - CONFIDENCE) / 2
_NO_RUNS = "there are no runs of one method"
_SAME = "all seeds score the same: there is no spread to compare"


@dataclass(frozen=True)
class PooledRatio:
    """A ratio of spreads over several tasks.

    Attributes:
        estimate: The ratio with its 95 % interval; its n counts runs.
        df_a: Degrees of freedom of a's spread in the F distribution of the ratio's square.
        df_b: Of b's.
        n_tasks: Tasks pooled.
        left_out: Those that could not be, each with its reason.
    """

    estimate: Estimate
    df_a: float | None
    df_b: float | None
    n_tasks: int
    left_out: tuple[str, ...]


def ratio_table(
    runs: pd.DataFrame, a: str = "pt", b: str = "ipt", by: str = "method"
) -> pd.DataFrame:
    """How many times b's spread a's is, task by task.

    Args:
        runs: As `spread.spread_table` takes them.
        a: The method that is claimed to vary more.
        b: The one that is claimed to vary less.
        by: The column that names the method.

    Returns:
        task, ratio (of the standard deviations, a's to b's), low and high (95 % F interval),
        n_seeds_a, n_seeds_b and reason.
    """
    records = []
    for task, scores_a, scores_b in _both(runs, a, b, by):
        reason = _unfit(scores_a, scores_b)
        found = Estimate(None, None, None, 0) if reason else _pooled([(scores_a, scores_b)])[0]
        records.append(
            {"task": task, "ratio": found.value, "low": found.low, "high": found.high}
            | {"n_seeds_a": len(scores_a), "n_seeds_b": len(scores_b), "reason": reason}
        )
    columns = ["task", "ratio", "low", "high", "n_seeds_a", "n_seeds_b", "reason"]
    return tidy_frame(records, columns, ["task", "reason"], ["n_seeds_a", "n_seeds_b"])


def pooled_ratio(
    runs: pd.DataFrame, a: str = "pt", b: str = "ipt", by: str = "method"
) -> PooledRatio:
    """How many times b's spread a's is, over all tasks: the geometric mean of the tasks' ratios.

    Tasks have scales of their own: a seed may matter ten times as much in one as in another, in
    whatever points it is scored. A ratio of summed variances would be that of the task with the
    largest scale, with the degrees of freedom of all; and a scale to divide by would itself
    have to be estimated from those few runs. A ratio within a task has no scale. Its logarithm
    is that of an F, shifted by the log of the true ratio, with a known mean and variance
    (Bartlett and Kendall 1946), so the logs are averaged, weighted by their known precisions.
    What comes out is again the log of an F to within a thousandth of coverage, with as many
    degrees of freedom for either side as give its share of the average the variance that it has.
    They are fewer than the sum over tasks (7.0 rather than 10 for five tasks of three seeds):
    that is what not knowing the scales costs, and any scale-free estimate pays most of it. The
    ratio need not be the same in all tasks; the interval is of their (weighted) geometric mean
    in these tasks.

    Args:
        runs: As `spread.spread_table` takes them.
        a: The method that is claimed to vary more.
        b: The one that is claimed to vary less.
        by: The column that names the method.
    """
    used, left_out = [], []
    for task, scores_a, scores_b in _both(runs, a, b, by):
        reason = _unfit(scores_a, scores_b)
        if reason is None:
            used.append((scores_a, scores_b))
        else:
            left_out.append(f"{task} ({reason})")
    if not used:
        reason = "no task has a spread of both methods" + "".join(f"; {x}" for x in left_out)
        return PooledRatio(Estimate(None, None, None, 0, reason), None, None, 0, tuple(left_out))
    return PooledRatio(*_pooled(used), len(used), tuple(left_out))


def stability_verdict(
    runs: pd.DataFrame, a: str = "pt", b: str = "ipt", by: str = "method", margin: float = MARGIN
) -> Verdict:
    """Does b vary less between seeds than a, over all tasks?

    Args:
        runs: As `spread.spread_table` takes them.
        a: The method that is claimed to vary more.
        b: The one that is claimed to vary less.
        by: The column that names the method.
        margin: A ratio up to 1 + margin is negligible.
    """
    pooled = pooled_ratio(runs, a, b, by)
    outcome = outcome_of(pooled.estimate, 1.0, margin)
    title_a, title_b = (METHODS[m].title if m in METHODS else m for m in (a, b))
    plural = "" if pooled.n_tasks == 1 else "s"
    detectable, reasons = None, []
    if pooled.df_a is not None and pooled.df_b is not None:
        detectable = detectable_ratio(pooled.df_a, pooled.df_b) - 1
    if outcome == "undecided" and pooled.estimate.value is not None:
        reasons.append(_what_it_takes(pooled.estimate.value, pooled.n_tasks, margin))
    elif pooled.estimate.reason:
        reasons.append(pooled.estimate.reason)
    if pooled.left_out and pooled.n_tasks:
        reasons.append(f"left out: {', '.join(pooled.left_out)}")
    return Verdict(
        claim=f"{title_b} varies less between seeds than {title_a}.",
        outcome=outcome,
        estimate=pooled.estimate,
        null=1.0,
        margin=margin,
        unit=f"{title_a}'s spread over seeds is {{}} times {title_b}'s",
        detectable=detectable,
        method=(
            f"{title_a}'s standard deviation over seeds by {title_b}'s, on the same test inputs; "
            f"geometric mean of {pooled.n_tasks} task{plural}, with an F interval."
        ),
        reason="; ".join(reasons) or None,
    )


def seeds_table(
    runs: pd.DataFrame,
    a: str = "pt",
    b: str = "ipt",
    by: str = "method",
    no_luck: Collection[str] = (),
    inputs: Mapping[str, float | None] | None = None,
) -> pd.DataFrame:
    """How many seeds it would take to tell two methods' means apart.

    Args:
        runs: As `spread.spread_table` takes them.
        a: A method.
        b: The method compared with it.
        by: The column that names the method.
        no_luck: Names of methods without luck, whose one run is all there is.
        inputs: By task, what the test inputs add to the squared standard error of the difference
            (`means.SeedEstimate.example_variance`; None where it is unknown): the question is
            then of new test inputs too, and seeds alone may not be enough. Without it, it is of
            these inputs alone.

    Returns:
        task, difference (of the mean scores, b's less a's), sd_a, sd_b, n_seeds_a, n_seeds_b,
        needed (seeds for each, if difference and spreads are the true ones, with 80 % power; nan
        where there is none) and reason.
    """
    records = []
    for task, scores_a, scores_b in _both(runs, a, b, by):
        counts = {"n_seeds_a": len(scores_a), "n_seeds_b": len(scores_b)}
        sds = [_sd(scores, name in no_luck) for scores, name in ((scores_a, a), (scores_b, b))]
        record = {"task": task, "sd_a": sds[0], "sd_b": sds[1], **counts}
        of_inputs = 0.0 if inputs is None else inputs[task]
        records.append(record | _needed(scores_a, scores_b, sds, of_inputs))
    numbers = ["difference", "sd_a", "sd_b", "needed"]
    columns = ["task", *numbers, "n_seeds_a", "n_seeds_b", "reason"]
    return tidy_frame(records, columns, ["task", "reason"], ["n_seeds_a", "n_seeds_b"])


def _sd(scores: FloatArray, no_luck: bool) -> float | None:
    return 0.0 if no_luck and len(scores) == 1 else sd_interval(scores).value


def _needed(
    a: FloatArray, b: FloatArray, sds: Sequence[float | None], of_inputs: float | None
) -> dict[str, Any]:
    if len(a) == 0 or len(b) == 0:
        return {"reason": _NO_RUNS}
    difference = float(b.mean() - a.mean())
    if sds[0] is None or sds[1] is None:
        return {"difference": difference, "reason": ONE_SEED}
    if sds[0] == sds[1] == 0:
        return {"difference": difference, "reason": "no seed changes either score"}
    if of_inputs is None:
        return {"difference": difference, "reason": "too few test inputs to tell what they add"}
    needed = seeds_for_difference(difference, sds[0], sds[1], of_inputs)
    reason = None if needed else f"more than {MOST_SEEDS} seeds would be needed"
    if needed is None and seeds_for_difference(difference, sds[0], sds[1]) is not None:
        reason = "more test inputs are needed: on so few, no number of seeds would do"
    return {"difference": difference, "needed": needed, "reason": reason}


def _pooled(pairs: Sequence[tuple[FloatArray, FloatArray]]) -> tuple[Estimate, float, float]:
    """The ratio of spreads, with its F interval and degrees of freedom; see `pooled_ratio`."""
    df_a, df_b = (np.array([len(pair[side]) - 1.0 for pair in pairs]) for side in (0, 1))
    log = np.log([a.var(ddof=1) / b.var(ddof=1) for a, b in pairs])
    precision = 1 / (polygamma(1, df_a / 2) + polygamma(1, df_b / 2))
    weights = precision / precision.sum()
    pooled_a, pooled_b = pooled_df(df_a, weights), pooled_df(df_b, weights)
    centred = float((weights * (log - _log_bias(df_a) + _log_bias(df_b))).sum())
    # Back on the scale of an F: of one task this is the plain ratio of its variances.
    square = np.exp(centred + _log_bias(pooled_a) - _log_bias(pooled_b))
    high, low = square / stats.f.ppf([_TAIL, 1 - _TAIL], pooled_a, pooled_b)
    n = sum(len(a) + len(b) for a, b in pairs)
    value, low, high = (float(np.sqrt(x)) for x in (square, low, high))
    return Estimate(value, low, high, n), pooled_a, pooled_b


def _log_bias(df: Any) -> Any:
    """The mean of the log of a variance that is 1 in truth (Bartlett and Kendall 1946)."""
    return digamma(df / 2) - np.log(df / 2)


def _what_it_takes(ratio: float, n_tasks: int, margin: float) -> str:
    seeds = seeds_to_decide(ratio, n_tasks, margin)
    if seeds is None:
        return f"a ratio of {ratio:.2f} would take more than {MOST_SEEDS} seeds to decide"
    return (
        f"if the true ratio is {ratio:.2f}, {seeds} seeds for each method and task would decide it "
        f"with a chance of {100 * POWER:.0f} %"
    )


def _unfit(a: FloatArray, b: FloatArray) -> str | None:
    for scores in (a, b):
        if len(scores) < 2:  # noqa: PLR2004 a spread needs two
            return ONE_SEED if len(scores) else _NO_RUNS
    return _SAME if np.ptp(a) == 0 or np.ptp(b) == 0 else None


def _both(
    runs: pd.DataFrame, a: str, b: str, by: str
) -> Iterator[tuple[str, FloatArray, FloatArray]]:
    found = dict(scores_by(runs, ["task", by]))
    none = np.empty(0)
    for task in dict.fromkeys(task for task, name in found if name in (a, b)):
        yield task, found.get((task, a), none), found.get((task, b), none)
