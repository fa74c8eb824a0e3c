"""When does a demonstration help? The gain of one method over another against similarity.

Throughout, a is the method without and b the method with demonstrations (PT and IPT, say), and
a gain is b − a in points of the metric. Intervals come from a paired bootstrap over examples:
they say how the numbers would vary with other test inputs, not with other seeds.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ipt_engine.analysis.statistics import (
    DRAWS,
    Estimate,
    bootstrap_estimate,
    percentile_interval,
    resample_counts,
    weighted_line,
)
from ipt_engine.metrics import FloatArray, Metric, get_metric

Binning = Literal["width", "quantile"]
X = Literal["nearest_similarity", "similarity"]
Verdict = Literal["threshold", "always", "never", "undecided"]
MIN_PAIRS = 10
"""Fewer pairs than this give no correlation and no threshold."""
_ENDS = (0.05, 0.95)


@dataclass(frozen=True)
class Correlation:
    """Spearman's rank correlation.

    Attributes:
        rho: -1 to 1; None where it cannot be computed.
        low: Lower end of the 95 % interval; None where there is none.
        high: Upper end.
        p: Probability of a rho at least so far from 0 if there were no relation.
        n: Pairs.
        reason: Why something is missing, or what the interval leaves out; None if nothing.
        detectable: The smallest rho that would have been told from 0 with a chance of 80 %; None
            where it is not known.
    """

    rho: float | None
    low: float | None
    high: float | None
    p: float | None
    n: int
    reason: str | None = None
    detectable: float | None = None


@dataclass(frozen=True)
class Threshold:
    """The similarity above which b pays.

    Attributes:
        verdict: "threshold" if there is one, "always" or "never" if b pays at all, or at none,
            of the similarities seen, else "undecided".
        value: The similarity; None unless the verdict is "threshold".
        low: Lower end of its 95 % interval, cut at the similarities seen; None as `value`.
        high: Upper end.
        n: Pairs.
        reason: The verdict in words, where there is no value; else None.
    """

    verdict: Verdict
    value: float | None
    low: float | None
    high: float | None
    n: int
    reason: str | None = None


def paired_columns(metric: str) -> list[str]:
    """The ledger's columns that `paired_gain` needs."""
    needed = ["example_id", "nearest_similarity", "similarity", metric]
    return [*needed, *get_metric(metric).columns()]


def paired_gain(
    ledger_a: pd.DataFrame, ledger_b: pd.DataFrame, metric: str, x: X = "nearest_similarity"
) -> pd.DataFrame:
    """Pair two methods example by example.

    All runs of both count. Two trainings with the same seed share a number, not luck, so there
    are no pairs of seeds to be made.

    Args:
        ledger_a: Rows of the method without demonstrations, of one or more runs.
        ledger_b: Rows of the method with them, same task.
        metric: Its name.
        x: Which similarity: of the nearest training input whatever the method shows, or of
            the most similar demonstration shown.

    Returns:
        One row for each example that both answered, by similarity: example_id, similarity,
        score_a, score_b, gain (means over seeds; above 0 where b is better), n_pairs (seeds
        behind them, the larger number), and the statistics, means over seeds, as a__<stat> and
        b__<stat>: sums of a method with more seeds would weigh more where both are mixed.
    """
    spec = get_metric(metric)
    left, right = _by_example(ledger_a, spec, "a"), _by_example(ledger_b, spec, "b")
    both = left.join(right, how="inner")
    similarity = _mean_of(ledger_b, x).combine_first(_mean_of(ledger_a, x)).reindex(both.index)
    frame = pd.DataFrame(
        {
            "similarity": similarity,
            "score_a": both["score_a"],
            "score_b": both["score_b"],
            "gain": spec.gain(both["score_a"], both["score_b"]),
            "n_pairs": both[["runs_a", "runs_b"]].max(axis=1).astype("int64"),
        }
    )
    kept = [column for side in "ab" for column in _sides(spec, side)]
    frame = frame.join(both[kept])
    frame.index.name = "example_id"
    return frame.reset_index().sort_values(["similarity", "example_id"], ignore_index=True)


def overall_gain(paired: pd.DataFrame, metric: str) -> Estimate:
    """The gain in corpus score over all pairs, with its interval.

    Args:
        paired: From `paired_gain`, perhaps filtered.
        metric: Its name.
    """
    if paired.empty:
        return Estimate(None, None, None, 0, "there are no pairs")
    spec = get_metric(metric)
    counts = resample_counts(len(paired))
    value, draws = _gains(paired, spec, counts)
    return bootstrap_estimate(value, draws, len(paired))


def bin_gain(
    paired: pd.DataFrame, metric: str, n_bins: int = 6, binning: Binning = "width"
) -> pd.DataFrame:
    """Scores and gain by similarity.

    Args:
        paired: From `paired_gain`. Pairs without a similarity are left out.
        metric: Its name.
        n_bins: At most so many bins; ties in the similarity can make it fewer.
        binning: Bins of equal width, or of equally many examples.

    Returns:
        One row for each bin: low, high, center (similarities), n, then score_a, score_b and
        gain (corpus scores of the bin) each with _low and _high (95 % intervals, for other
        inputs and these seeds), and reason (why something is nan, or None).
    """
    spec = get_metric(metric)
    known = paired.dropna(subset=["similarity"])
    values = known["similarity"].to_numpy(dtype=np.float64)
    edges = _edges(values, n_bins, binning)
    place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    records = []
    for index, (low, high) in enumerate(zip(edges[:-1], edges[1:], strict=True)):
        inside = known[place == index]
        record = {"low": low, "high": high, "center": (low + high) / 2, "n": len(inside)}
        records.append(record | _bin_record(inside, spec))
    names = ["score_a", "score_b", "gain"]
    columns = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
    frame = pd.DataFrame(records, columns=["low", "high", "center", "n", *columns, "reason"])
    # Where no bin has an interval, pandas takes the column for one of objects.
    frame[columns] = frame[columns].astype("float64")
    frame["reason"] = pd.Series([r["reason"] for r in records], dtype=object, index=frame.index)
    return frame


def threshold(paired: pd.DataFrame) -> Threshold:
    """The similarity above which b pays: where a straight line through the gains crosses zero.

    There is a threshold only if the 95 % interval of the line's slope lies above zero and the
    crossing lies among the similarities seen. Otherwise b pays always (never) if the line lies
    above (below) zero, with its interval, at both ends of the middle 90 % of similarities.

    Args:
        paired: From `paired_gain`. Pairs without a similarity are left out.
    """
    x, y = _points(paired)
    n = len(x)
    reason = unfit(x, y)
    if reason is not None:
        return Threshold("undecided", None, None, None, n, reason)
    lines = weighted_line(x, y, resample_counts(n))
    verdict, reason = _verdict(x, *lines)
    if verdict != "threshold":
        return Threshold(verdict, None, None, None, n, reason)
    intercept, slope = (float(v[0]) for v in weighted_line(x, y, np.ones((1, n))))
    crossings = np.divide(-lines[0], lines[1], out=np.full(DRAWS, np.nan), where=lines[1] > 0)
    interval = percentile_interval(np.clip(crossings, x.min(), x.max()))
    if interval is None or not x.min() <= -intercept / slope <= x.max():
        reason = "the gain rises with similarity, but changes sign outside the similarities seen"
        return Threshold("undecided", None, None, None, n, reason)
    return Threshold("threshold", -intercept / slope, *interval, n)


def _verdict(
    x: FloatArray, intercepts: FloatArray, slopes: FloatArray
) -> tuple[Verdict, str | None]:
    ends = [percentile_interval(intercepts + slopes * end) for end in np.quantile(x, _ENDS)]
    if all(end is not None and end[0] > 0 for end in ends):
        return "always", "it pays at every similarity seen"
    if all(end is not None and end[1] < 0 for end in ends):
        return "never", "it pays at no similarity seen"
    rise = percentile_interval(slopes)
    if rise is not None and rise[0] > 0:
        return "threshold", None
    if rise is not None and rise[1] < 0:
        return "undecided", "the gain falls with similarity"
    return "undecided", "these examples do not tell whether the gain rises with similarity"


def _by_example(ledger: pd.DataFrame, spec: Metric, side: str) -> pd.DataFrame:
    rows = ledger.dropna(subset=[spec.name, *spec.columns()])
    grouped = rows.groupby("example_id", sort=False)
    frame = grouped[spec.columns()].mean()
    frame.columns = pd.Index(_sides(spec, side))
    frame[f"score_{side}"] = grouped[spec.name].mean()
    frame[f"runs_{side}"] = grouped.size()
    return frame


def _mean_of(ledger: pd.DataFrame, column: str) -> "pd.Series[float]":
    return ledger[column].astype("float64").groupby(ledger["example_id"]).mean()


def _sides(spec: Metric, side: str) -> list[str]:
    return [f"{side}__{stat}" for stat in spec.stat_names]


def _scores(paired: pd.DataFrame, spec: Metric, side: str, counts: FloatArray) -> FloatArray:
    statistics = paired[_sides(spec, side)].to_numpy(dtype=np.float64)
    return spec.score(counts @ statistics)


def _gains(paired: pd.DataFrame, spec: Metric, counts: FloatArray) -> tuple[float, FloatArray]:
    once = np.ones((1, len(paired)))
    scores = {s: (_scores(paired, spec, s, once), _scores(paired, spec, s, counts)) for s in "ab"}
    (a, draws_a), (b, draws_b) = scores["a"], scores["b"]
    return float(spec.gain(a, b)[0]), spec.gain(draws_a, draws_b)


def _bin_record(inside: pd.DataFrame, spec: Metric) -> dict[str, float | str | None]:
    n = len(inside)
    if n == 0:
        return {"reason": "no examples"}
    once, counts = np.ones((1, n)), resample_counts(n, DRAWS)
    record: dict[str, float | str | None] = {"reason": None}
    a, b = (
        np.append(_scores(inside, spec, s, once), _scores(inside, spec, s, counts)) for s in "ab"
    )
    for name, values in (("score_a", a), ("score_b", b), ("gain", spec.gain(a, b))):
        found = bootstrap_estimate(float(values[0]), values[1:], n)
        if name != "gain":
            found = found.within(spec.range)
        record |= {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}
        record["reason"] = record["reason"] or found.reason
    return record


def _edges(values: FloatArray, n_bins: int, binning: Binning) -> FloatArray:
    if len(values) == 0:
        return np.empty(0)
    if binning == "width":
        edges = np.linspace(values.min(), values.max(), n_bins + 1)
    else:
        edges = np.quantile(values, np.linspace(0.0, 1.0, n_bins + 1))
    edges = np.unique(edges)
    return edges if len(edges) > 1 else np.repeat(edges, 2)


def _points(paired: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    known = paired.dropna(subset=["similarity", "gain"])
    return known["similarity"].to_numpy(np.float64), known["gain"].to_numpy(np.float64)


def unfit(x: FloatArray, y: FloatArray) -> str | None:
    """Why pairs of similarities x and gains y have no rank correlation; None if they have one."""
    if len(x) < MIN_PAIRS:
        pairs = "1 pair is" if len(x) == 1 else f"{len(x)} pairs are"
        return f"{pairs} too few: at least {MIN_PAIRS} are needed"
    if np.ptp(x) == 0:
        return "all examples have the same similarity"
    if np.ptp(y) == 0:
        return "all examples have the same gain"
    return None
