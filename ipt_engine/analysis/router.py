"""Is it worth choosing for each input, by its similarity, whether to show demonstrations?

A router shows them (method b, IPT say) where the nearest training input is at least as similar as
a cut, and none (method a, PT) elsewhere. The best cut of some examples flatters itself on these
examples, so a router is judged where it was not fitted: the examples are split into halves, each
half is answered with the cut that is best on the other, and this is repeated. Best means by the
corpus metric; always and never are cuts too.

The splits share their examples, so their spread does not say how sure the result is. Corrections
of it (Nadeau and Bengio 2003, Inference for the generalization error) come out much too wide where
the best cut is unstable. The interval is a bootstrap over examples around the whole procedure: each
draw is split anew, all copies of an example into the same half, and the spread of the draws is the
standard error. `benchmarks/simulate_similarity.py` measures how often it is right.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from ipt_engine.analysis.cuts import ALWAYS, NEVER, Cuts, cuts_of
from ipt_engine.analysis.frames import tidy_frame
from ipt_engine.analysis.similarity import Threshold
from ipt_engine.analysis.similarity_claims import NEGLIGIBLE_POINTS, judged
from ipt_engine.analysis.statistics import (
    CONFIDENCE,
    NOTHING_VARIES,
    ROUNDING,
    Estimate,
    percentile_interval,
    resample_counts,
)
from ipt_engine.analysis.verdicts import Verdict, detectable_difference
from ipt_engine.metrics import FloatArray, get_metric

POLICIES = ("always_a", "always_b", "router", "oracle")
SPLITS = 100
"""Each gives two fits and two judgements, one for each half."""
MIN_ROUTED = 20
"""With fewer pairs a half is too small to fit a cut on."""
_DRAWS = 200
_SPLITS_OF_A_DRAW = 5


@dataclass(frozen=True)
class Routing:
    """What routing by similarity is worth.

    Attributes:
        policies: A row for each of `POLICIES`: policy, score (on inputs that were not used to
            fit the cut), low, high, shown (share of inputs answered with demonstrations), n.
            The oracle takes for each input what turned out better, luck included: no router
            reaches it.
        over_a: The router's gain over always showing none, in points.
        over_b: Its gain over always showing demonstrations.
        always: Share of the fits in which the best was to show demonstrations always.
        never: Share of those in which it was to show none.
    """

    policies: pd.DataFrame
    over_a: Estimate
    over_b: Estimate
    always: float | None
    never: float | None


def route(paired: pd.DataFrame, metric: str, splits: int = SPLITS, seed: int = 0) -> Routing:
    """Judge routing by similarity against always doing the same, and against the oracle.

    Args:
        paired: From `similarity.paired_gain`. Pairs without a similarity are left out.
        metric: Its name.
        splits: Into halves, each judged with the cut of the other.
        seed: Of the splits and of the bootstrap.
    """
    n = int(paired["similarity"].notna().sum())
    if n < MIN_ROUTED:
        reason = f"{n} pairs are too few: at least {MIN_ROUTED} are needed"
        nothing = Estimate(None, None, None, n, reason)
        empty = tidy_frame([], _COLUMNS, ("policy",), ("n",))
        return Routing(empty, nothing, nothing, None, None)
    cuts = cuts_of(paired, get_metric(metric))
    random = np.random.default_rng(seed)
    scores, shown, fits = _judge(cuts, np.ones((splits, n)), random)
    drawn = np.repeat(resample_counts(n, _DRAWS, seed), _SPLITS_OF_A_DRAW, axis=0)
    draws, _, _ = _judge(cuts, drawn, random)
    value = scores.mean(axis=0)
    spread = draws.reshape(_DRAWS, _SPLITS_OF_A_DRAW, len(POLICIES)).mean(axis=1)
    records = []
    # A router that always does the same gains nothing in any draw, and that is a finding. Where
    # the methods' difference is the same in all draws, no draw says anything.
    stuck = np.ptp(cuts.metric.gain(spread[:, 0], spread[:, 1])) < ROUNDING
    for place, policy in enumerate(POLICIES):
        found = _estimate(value[place], spread[:, place], n, np.ptp(spread[:, place]) < ROUNDING)
        record = {"policy": policy, "score": found.value, "low": found.low, "high": found.high}
        records.append(record | {"shown": shown[:, place].mean(), "n": n})
    router = POLICIES.index("router")
    over_a, over_b = (
        _estimate(
            float(cuts.metric.gain(value[k], value[router])),
            cuts.metric.gain(spread[:, k], spread[:, router]),
            n,
            bool(stuck),
        )
        for k in (POLICIES.index("always_a"), POLICIES.index("always_b"))
    )
    return Routing(
        policies=tidy_frame(records, _COLUMNS, ("policy",), ("n",)),
        over_a=over_a,
        over_b=over_b,
        always=float((fits == ALWAYS).mean()),
        never=float((fits == NEVER).mean()),
    )


_COLUMNS = ("policy", "score", "low", "high", "shown", "n")
_Z = float(stats.norm.ppf(0.5 + CONFIDENCE / 2))


def routing_pays(found: Routing, metric: str) -> Verdict:
    """Whether choosing by similarity beats always doing the same.

    It has to beat both, always and never showing demonstrations, so both intervals have to lie
    above zero, and neither needs a correction (intersection-union test, Berger 1982). The estimate
    is the lower of the two gains, its ends the lower ones of the two intervals.

    Args:
        found: From `route`.
        metric: Its name.
    """
    gains = (found.over_a, found.over_b)
    least = Estimate(
        _least([gain.value for gain in gains]),
        _least([gain.low for gain in gains]),
        _least([gain.high for gain in gains]),
        found.over_a.n,
        found.over_a.reason,
    )
    # The spread of the gain that is in the way of the claim.
    hurdle = min(gains, key=lambda gain: gain.value if gain.value is not None else 0.0)
    error = None
    if hurdle.low is not None and hurdle.high is not None:
        error = (hurdle.high - hurdle.low) / (2 * _Z)
    return judged(
        "Choosing by similarity beats always doing the same",
        least,
        NEGLIGIBLE_POINTS,
        f"{get_metric(metric).title} points over the better of always and never",
        # Where every draw does always the same, nothing is known of a spread.
        detectable_difference(error, np.inf) if error else None,
        f"Cut fitted on one half of {least.n} test inputs and judged on the other, repeated "
        "splits; interval: bootstrap over test inputs around splitting, fitting and judging.",
    )


def best_cut(paired: pd.DataFrame, metric: str) -> Threshold:
    """The cut that would have scored best, with its interval: the one to use from now on.

    The interval is that of the best cuts of bootstrap draws, ends at the similarities seen, and
    is rough: a best cut jumps from example to example, and for such numbers the bootstrap is no
    more than a guide (Abrevaya and Huang 2005, On the bootstrap of the maximum score estimator).

    Args:
        paired: From `similarity.paired_gain`. Pairs without a similarity are left out.
        metric: Its name.

    Returns:
        Verdict "threshold", or "always" or "never" where no cut in between scores better, or
        "undecided" with too few pairs.
    """
    n = int(paired["similarity"].notna().sum())
    if n < MIN_ROUTED:
        reason = f"{n} pairs are too few: at least {MIN_ROUTED} are needed"
        return Threshold("undecided", None, None, None, n, reason)
    cuts = cuts_of(paired, get_metric(metric))
    value = float(cuts.fitted(np.ones((1, n)))[0])
    if value == NEVER:
        return Threshold("never", None, None, None, n, "no cut scores better than showing none")
    if value == ALWAYS:
        reason = "no cut scores better than always showing demonstrations"
        return Threshold("always", None, None, None, n, reason)
    x = cuts.similarity
    interval = percentile_interval(np.clip(cuts.fitted(resample_counts(n)), x[0], x[-1]))
    low, high = interval or (None, None)
    return Threshold("threshold", value, low, high, n)


def cut_curve(paired: pd.DataFrame, metric: str) -> pd.DataFrame:
    """What each cut scores on the very examples that it would be chosen by.

    Its highest point is therefore too high; `route` says what is left of it on other examples.

    Args:
        paired: From `similarity.paired_gain`. Pairs without a similarity are left out.
        metric: Its name.

    Returns:
        threshold (from the lowest similarity seen, which means always showing demonstrations,
        to the highest, which means never), score, low, high (95 % bootstrap interval of the
        cut by itself), shown (share of inputs answered with demonstrations), n.
    """
    columns = ("threshold", "score", "low", "high", "shown", "n")
    n = int(paired["similarity"].notna().sum())
    if n < MIN_ROUTED:
        return tidy_frame([], columns, (), ("n",))
    cuts = cuts_of(paired, get_metric(metric))
    draws = cuts.scores(resample_counts(n))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
    frame = pd.DataFrame(
        {
            "threshold": cuts.places,
            "score": cuts.scores(np.ones((1, n)))[0],
            "low": low,
            "high": high,
            "shown": 1 - np.append(cuts.starts, n) / n,
        }
    )
    return frame.assign(n=n)


def _judge(
    cuts: Cuts, counts: FloatArray, random: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Split each draw, fit on each half and judge on the other.

    Returns:
        (draws, policies) scores and shares of b, means over the halves, and (2, draws) cuts.
    """
    first = counts * halves(counts, random)
    parts = (first, counts - first)
    fits = [cuts.fitted(part) for part in parts]
    scores, shown = [], []
    for part, fit in zip(parts, reversed(fits), strict=True):
        fixed = np.full_like(fit, NEVER), np.full_like(fit, ALWAYS)
        found = [*(cuts.routed(part, cut) for cut in (*fixed, fit)), cuts.oracle(part)]
        scores.append(np.stack([score for score, _ in found], axis=1))
        shown.append(np.stack([share for _, share in found], axis=1))
    return np.mean(scores, axis=0), np.mean(shown, axis=0), np.stack(fits)


def halves(counts: FloatArray, random: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Split each draw at random into halves, all copies of an example in the same.

    Args:
        counts: (draws, n) how often each example is in each draw.
        random: Where the splits come from.

    Returns:
        (draws, n) whether an example that was drawn is in the first half.
    """
    keys = np.where(counts > 0, random.random(counts.shape), 2.0)
    ranks = keys.argsort(axis=1).argsort(axis=1)
    first: npt.NDArray[np.bool_] = ranks < (counts > 0).sum(axis=1, keepdims=True) // 2
    return first


def _estimate(value: float, draws: FloatArray, n: int, stuck: bool) -> Estimate:
    if stuck:
        return Estimate(float(value), None, None, n, NOTHING_VARIES)
    half = _Z * float(np.std(draws, ddof=1))
    return Estimate(float(value), float(value) - half, float(value) + half, n)


def _least(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return min(known) if len(known) == len(values) else None
