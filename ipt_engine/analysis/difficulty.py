"""Is it similarity, or what comes with it? Difficulty held constant, leakage left out.

Inputs that resemble the training data are often easier, and what an easy input can gain is not
what a hard one can. Across inputs a gain may therefore rise with similarity because of difficulty
alone. Three measures of difficulty are at hand, and they are not equally good:

- The gold answer's log-probability per token, zero-shot: the best. No part of the gain is
  computed from it, and it differs even between inputs on which every answer is wrong.
- The zero-shot score: coarse where it is mostly 0, which leaves difficulty partly uncontrolled.
- The score of PT: part of the gain IPT - PT itself. Luck that raises an input's PT score lowers
  its gain by as much. Given a PT score, the inputs that were lucky are those expected to score
  less, the dissimilar ones; they seem to gain less, and the gain seems to rise with similarity
  though it does not (regression to the mean; mathematical coupling: Archie 1981). The same goes
  for the zero-shot score, and less for its log-probability, where the gain is ICL - zero-shot.

A measure with noise removes only part of what difficulty does, so a correlation that shrinks when
it is controlled may shrink further with a better measure.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ipt_engine.analysis.similarity import MIN_PAIRS, Correlation, spearman
from ipt_engine.analysis.similarity_claims import (
    NEGLIGIBLE_RHO,
    detectable_rho,
    estimate_of,
    judged,
)
from ipt_engine.analysis.statistics import (
    Estimate,
    bootstrap_estimate,
    midranks,
    resample_counts,
)
from ipt_engine.analysis.verdicts import Verdict
from ipt_engine.metrics import FloatArray

_TIED = 1e-9


@dataclass(frozen=True)
class Controlled:
    """The correlation of gain and similarity, before and after difficulty is held constant.

    Attributes:
        before: Spearman's rho of the pairs whose difficulty is known.
        after: Their partial rho.
        change: after - before, with its interval.
    """

    before: Correlation
    after: Correlation
    change: Estimate


@dataclass(frozen=True)
class LeakageCut:
    """What a limit on similarity left out.

    Attributes:
        limit: Examples whose nearest training input is more similar than this are left out.
        kept: Examples that stay, those of unknown similarity among them.
        dropped: Examples left out.
        unknown: Examples without a similarity.
    """

    limit: float
    kept: int
    dropped: int
    unknown: int


def drop_leaked(
    rows: pd.DataFrame, limit: float, column: str = "nearest_similarity"
) -> tuple[pd.DataFrame, LeakageCut]:
    """Leave out examples that stand, or nearly stand, in the training data.

    Args:
        rows: Of a ledger, or pairs (whose column is "similarity"), with example_id.
        limit: The highest similarity allowed.
        column: The similarity of the nearest training input.

    Returns:
        The rows that stay, and the count of examples.
    """
    leaked = rows[column] > limit
    kept = rows[~leaked]
    unknown = rows.loc[rows[column].isna(), "example_id"].nunique()
    counts = kept["example_id"].nunique(), rows.loc[leaked, "example_id"].nunique()
    return kept, LeakageCut(limit, *counts, unknown)


def gold_logprob(ledger: pd.DataFrame) -> "pd.Series[float]":
    """How easy each input is: its gold answer's log-probability per token, by example.

    Args:
        ledger: Rows of zero-shot runs, with example_id, gold_logprob and gold_tokens.
    """
    rows = ledger.dropna(subset=["gold_logprob", "gold_tokens"])
    sums = rows.groupby("example_id")[["gold_logprob", "gold_tokens"]].sum()
    known = sums[sums["gold_tokens"] > 0]
    return (known["gold_logprob"] / known["gold_tokens"]).astype("float64")


def mean_score(ledger: pd.DataFrame, metric: str) -> "pd.Series[float]":
    """How easy each input is: its mean score, by example.

    Args:
        ledger: Rows of zero-shot (or PT) runs, with example_id and the metric.
        metric: Its name.
    """
    rows = ledger.dropna(subset=[metric])
    return rows.groupby("example_id")[metric].mean().astype("float64")


def control_difficulty(paired: pd.DataFrame, ease: "pd.Series[float]") -> Controlled:
    """Spearman's rho of gain and similarity among inputs of equal difficulty.

    It is the partial correlation of the three ranks; its p is that of a plain one with a degree
    of freedom fewer (Fisher 1924, The distribution of the partial correlation coefficient).

    Args:
        paired: From `similarity.paired_gain`.
        ease: How easy (or hard) each input is, by example_id: `gold_logprob` or `mean_score`.
            Pairs without it are left out.
    """
    known = paired.assign(ease=paired["example_id"].map(ease))
    known = known.dropna(subset=["similarity", "gain", "ease"])
    columns = [known[name].to_numpy(np.float64) for name in ("similarity", "gain", "ease")]
    n = len(known)
    reason = _unfit(columns)
    if reason is not None:
        nothing = Correlation(None, None, None, None, n, reason)
        return Controlled(nothing, nothing, Estimate(None, None, None, n, reason))
    once = _rhos(columns, np.ones((1, n)))
    draws = _rhos(columns, resample_counts(n))
    return Controlled(
        spearman(known),
        _partial(float(once[1][0]), draws[1], n),
        bootstrap_estimate(float((once[1] - once[0])[0]), draws[1] - draws[0], n),
    )


def rises_given_difficulty(
    found: Controlled, measure: str, without: str = "PT", with_: str = "IPT"
) -> Verdict:
    """Whether the gain rises with similarity among inputs of equal difficulty.

    Args:
        found: From `control_difficulty`.
        measure: What was held constant, for people.
        without: The method without demonstrations, for people.
        with_: The method with them.
    """
    n = found.after.n
    return judged(
        f"Among equally hard inputs, the gain of {with_} over {without} rises with similarity",
        estimate_of(found.after),
        NEGLIGIBLE_RHO,
        "partial Spearman's rho",
        detectable_rho(n, controls=1),
        f"Partial Spearman's rank correlation of each input's gain with its similarity, given "
        f"{measure}; interval: percentile bootstrap over {n} test inputs.",
    )


def _rhos(columns: list[FloatArray], counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Rank correlation of the first two columns, plain and given the third: (draws,) each."""
    x, y, z = (_standardised(midranks(column, counts), counts) for column in columns)
    xy, xz, yz = ((counts * u * v).sum(axis=1) for u, v in ((x, y), (x, z), (y, z)))
    rest = (1 - xz**2) * (1 - yz**2)
    partial = np.divide(
        xy - xz * yz, np.sqrt(np.maximum(rest, 0)), out=np.full_like(xy, np.nan), where=rest > _TIED
    )
    return xy, np.clip(partial, -1, 1)


def _standardised(ranks: FloatArray, counts: FloatArray) -> FloatArray:
    """(draws, n) centred and scaled, so that a weighted sum of products is a correlation."""
    centred = ranks - (counts * ranks).sum(axis=1, keepdims=True) / counts.sum(
        axis=1, keepdims=True
    )
    norm = np.sqrt((counts * centred**2).sum(axis=1, keepdims=True))
    scaled: FloatArray = np.divide(centred, norm, out=np.full_like(centred, np.nan), where=norm > 0)
    return scaled


def _partial(rho: float, draws: FloatArray, n: int) -> Correlation:
    found = bootstrap_estimate(rho, draws, n)
    if found.value is None:
        reason = "difficulty and similarity, or difficulty and gain, rank the inputs alike"
        return Correlation(None, None, None, None, n, reason)
    df = n - 3
    t = abs(rho) * np.sqrt(df / max(1 - rho**2, np.finfo(float).tiny))
    return Correlation(rho, found.low, found.high, float(2 * stats.t.sf(t, df)), n, found.reason)


def _unfit(columns: list[FloatArray]) -> str | None:
    n = len(columns[0])
    if n < MIN_PAIRS:
        return f"{n} pairs are too few: at least {MIN_PAIRS} are needed"
    for name, values in zip(("similarity", "gain", "difficulty"), columns, strict=True):
        if np.ptp(values) == 0:
            return f"all examples have the same {name}"
    return None
