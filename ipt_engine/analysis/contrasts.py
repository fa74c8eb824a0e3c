"""Weighted sums of runs' scores, such as a mean of gains, for new seeds and new inputs alike.

What `means` does for one group of runs or two, for any: the runs may be of several tasks, and one
prompt may answer in several of them. So the runs of a sum are no independent draws. Two things
vary, which prompts were trained and which inputs are asked, and the interval holds both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, stats
from scipy.sparse.csgraph import connected_components

from ipt_engine.analysis.statistics import CONFIDENCE, MIN_EXAMPLES, Estimate, resample_counts
from ipt_engine.analysis.verdicts import detectable_difference
from ipt_engine.metrics import FloatArray, get_metric


@dataclass(frozen=True)
class Contrast:
    """A weighted sum of scores with its standard error.

    Attributes:
        value: None where it cannot be computed.
        standard_error: None where it cannot be computed.
        df: Its degrees of freedom.
        n: Test inputs.
        reason: Why something is missing, or what the standard error leaves out; None if nothing.
        seeds_known: Whether the spread over seeds is in the standard error.
        parts: The variances that make up its square, due to inputs and to families of prompts,
            with their degrees of freedom.
    """

    value: float | None
    standard_error: float | None
    df: float | None
    n: int
    reason: str | None = None
    seeds_known: bool = True
    parts: tuple[tuple[float, float], ...] = ()

    @property
    def estimate(self) -> Estimate:
        """The value with its 95 % t interval."""
        if self.value is None or self.standard_error is None:
            return Estimate(self.value, None, None, self.n, self.reason)
        half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, self.df) * self.standard_error)
        return Estimate(self.value, self.value - half, self.value + half, self.n, self.reason)

    def p(self, null: float = 0.0) -> float | None:
        """Two-sided p of a true value of `null`; None where the spread over seeds is unknown."""
        if self.value is None or self.standard_error is None or not self.seeds_known:
            return None
        return float(2 * stats.t.sf(abs(self.value - null) / self.standard_error, self.df))

    @property
    def detectable(self) -> float | None:
        """The smallest true value told from 0 with a chance of 80 %; None as `p`."""
        if self.standard_error is None or self.df is None or not self.seeds_known:
            return None
        return detectable_difference(self.standard_error, self.df)


def scored_runs(
    ledger: pd.DataFrame, run_ids: Sequence[str], metric: str, seed: int = 0
) -> tuple[FloatArray, FloatArray, int]:
    """Corpus scores of a task's runs over the examples that all of them answered.

    Args:
        ledger: Rows with run_id, example_id and the metric's columns.
        run_ids: Which runs, in the order wanted, each once.
        metric: Its name.
        seed: Of the bootstrap over examples; another one for each task.

    Returns:
        (runs,) scores, (draws, runs) scores of the same bootstrap draws of examples, and how
        many examples there are. Where there are none, scores are nan.
    """
    spec = get_metric(metric)
    places = {run_id: place for place, run_id in enumerate(run_ids)}
    rows = ledger[ledger["run_id"].isin(places)].dropna(subset=spec.columns())
    example, examples = pd.factorize(rows["example_id"], sort=True)
    run = rows["run_id"].map(places).to_numpy()
    # (examples, runs, statistics); nan where a run has no answer.
    statistics = np.full((len(examples), len(run_ids), len(spec.columns())), np.nan)
    statistics[example, run] = rows[spec.columns()].to_numpy(dtype=np.float64)
    statistics = statistics[np.isfinite(statistics).all(axis=(1, 2))]
    n = len(statistics)
    if n == 0:
        return np.full(len(run_ids), np.nan), np.full((0, len(run_ids)), np.nan), 0
    counts = np.vstack([np.ones((1, n)), resample_counts(n, seed=seed)])
    scores = spec.score(np.tensordot(counts, statistics, axes=1))
    return scores[0], scores[1:], n


def contrast(runs: pd.DataFrame, draws: FloatArray, n: int) -> Contrast:
    """A weighted sum of runs' values, with a standard error for new prompts and new inputs.

    Prompts and inputs are crossed, so the variance is that due to inputs, that due to prompts,
    and that of how the two meet (Searle, Casella and McCulloch 1992, chapter 4). The spread of
    the prompts' values holds the last two. The bootstrap over inputs holds the first and the
    last; how far the prompts' values move apart from draw to draw is the last, and is taken off.
    Degrees of freedom are Satterthwaite's (1946). With one cell the result is that of `means`.

    Args:
        runs: One row for each run, with `value`, its `weight` in the sum, its `cell` (runs in
            one differ in nothing but the prompt's seed) and its `unit` (the prompt, which may
            stand in several cells, or in one with several runs, which are then averaged; None
            of a run with no luck in it).
        draws: (draws, runs) the same values in bootstrap draws of the inputs.
        n: Test inputs.
    """
    if runs.empty:
        return Contrast(None, None, None, n, "there are no runs")
    weights, values = (runs[name].to_numpy(dtype=np.float64) for name in ("weight", "value"))
    value = float(weights @ values)
    if not np.isfinite(value):
        return Contrast(None, None, None, n, "it cannot be computed from these examples")
    kept = draws[np.isfinite(draws).all(axis=1)]
    if n < MIN_EXAMPLES or len(kept) < CONFIDENCE * len(draws):
        return Contrast(value, None, None, n, f"too few examples ({n}) for an interval")
    seeds, mixed = _luck(runs, values, kept)
    # A true variance near 0 may be estimated as less.
    inputs = max(float((kept @ weights).var(ddof=1)) - mixed, 0.0) * n / (n - 1)
    parts = [(inputs, n - 1), *seeds]
    variance = sum(part for part, _ in parts)
    if variance == 0:
        return Contrast(value, None, None, n, "nothing varies between examples or seeds")
    df = variance**2 / sum(part**2 / freedom for part, freedom in parts)
    several = runs.dropna(subset=["unit"]).groupby("cell")["unit"].nunique() > 1
    known = bool(several.all())
    reason = None if known else _SOME_ONE_SEED if several.any() else _ONE_SEED
    return Contrast(value, float(np.sqrt(variance)), float(df), n, reason, known, tuple(parts))


_ONE_SEED = "one seed of a prompt: the interval is over test inputs alone, not over seeds"
_SOME_ONE_SEED = "one seed of some prompts: the interval leaves out how those vary with the seed"


def _luck(
    runs: pd.DataFrame, values: FloatArray, draws: FloatArray
) -> tuple[list[tuple[float, int]], float]:
    """Variances due to the prompts with their degrees of freedom, and what inputs mix into them."""
    place = np.flatnonzero(runs["unit"].notna())
    if len(place) == 0:
        return [], 0.0
    own = runs.iloc[place]
    # A prompt's runs in a cell (with several draws of demonstrations, say) are one draw of luck.
    group = own.groupby(["cell", "unit"], sort=False).ngroup().to_numpy(dtype=np.intp)
    cell, unit = (pd.factorize(own[name].groupby(group).first())[0] for name in ("cell", "unit"))
    weight, averaged = _averages(own["weight"].to_numpy(dtype=np.float64), group)
    values, draws = values[place] @ averaged, draws[:, place] @ averaged
    size = np.bincount(cell)[cell]
    # How far runs are from their cell's mean falls short by (k - 1) / k in variance.
    short = np.divide(size, size - 1, out=np.zeros(len(size)), where=size > 1)
    scale = weight * np.sqrt(short)
    apart = (np.eye(len(cell)) - np.equal.outer(cell, cell) / size) * scale
    by_unit = apart @ np.equal.outer(unit, np.arange(unit.max() + 1))
    spread = (values @ by_unit) ** 2
    mixed = (draws @ by_unit).var(axis=0, ddof=1)
    # Prompts that answer in a common cell, or are linked by others that do, are one family.
    links = sparse.coo_array((np.ones(len(unit)), (unit, cell)))
    count, family = connected_components(links @ links.T, directed=False)
    sizes = np.bincount(family, minlength=count)
    sums = np.bincount(family, weights=spread, minlength=count)
    several = sizes > 1
    seeds = list(zip(sums[several].tolist(), (sizes[several] - 1).tolist(), strict=True))
    return seeds, float(mixed.sum())


def _averages(
    weight: FloatArray, group: npt.NDArray[np.integer[Any]]
) -> tuple[FloatArray, FloatArray]:
    """Summed weights of groups of runs, and (runs, groups) what makes their weighted means."""
    member = np.equal.outer(group, np.arange(group.max() + 1))
    sums = weight @ member
    # Weights of a group that cancel out give its mean no weight, whichever mean it is.
    share = np.where(sums == 0, 1.0, weight[:, None]) * member
    return sums, share / share.sum(axis=0)
