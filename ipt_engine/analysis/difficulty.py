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

from ipt_engine.analysis.run_gains import RunGains, correlation_over_runs
from ipt_engine.analysis.similarity import Correlation, unfit
from ipt_engine.analysis.similarity_claims import NEGLIGIBLE_RHO, estimate_of, judged
from ipt_engine.analysis.statistics import resample_counts, standardised_ranks
from ipt_engine.analysis.verdicts import Verdict
from ipt_engine.metrics import FloatArray

_TIED = 1e-9


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


def control_difficulty(
    paired: pd.DataFrame, ease: "pd.Series[float]", runs: RunGains
) -> Correlation:
    """Spearman's rho of gain and similarity among inputs of equal difficulty.

    It is the partial correlation of the three ranks.

    Args:
        paired: example_id and similarity, from `similarity.paired_gain`.
        ease: How easy (or hard) each input is, by example_id: `gold_logprob` or `mean_score`.
            Inputs without it are left out.
        runs: The gains of the same inputs, from `run_gains.run_gains`.
    """
    known = paired[paired["example_id"].isin(runs.examples)]
    known = known.assign(ease=known["example_id"].map(ease)).dropna(subset=["similarity", "ease"])
    x, z = (known[name].to_numpy(np.float64) for name in ("similarity", "ease"))
    gains, n = runs.of(known["example_id"]), len(known)
    reason = unfit(x, gains[0])
    if reason is None and np.ptp(z) == 0:
        reason = "all examples have the same difficulty"
    if reason is not None:
        return Correlation(None, None, None, None, n, reason)
    found, draws = (_rhos(x, z, gains, counts) for counts in (np.ones((1, n)), resample_counts(n)))
    if not np.isfinite(found[0, 0]):
        reason = "difficulty and similarity, or difficulty and gain, rank the inputs alike"
        return Correlation(None, None, None, None, n, reason)
    return correlation_over_runs(found[0], draws, n, runs)


def rises_given_difficulty(
    found: Correlation, measure: str, without: str = "PT", with_: str = "IPT"
) -> Verdict:
    """Whether the gain rises with similarity among inputs of equal difficulty.

    Args:
        found: From `control_difficulty`.
        measure: What was held constant, for people.
        without: The method without demonstrations, for people.
        with_: The method with them.
    """
    return judged(
        f"Among equally hard inputs, the gain of {with_} over {without} rises with similarity",
        estimate_of(found),
        NEGLIGIBLE_RHO,
        "partial Spearman's rho",
        found.detectable,
        f"Partial Spearman's rank correlation of each input's gain with its similarity, given "
        f"{measure}; t interval for new seeds and new inputs on Fisher's z scale (bootstrap over "
        f"{found.n} test inputs, jackknife over seeds).",
    )


def _rhos(x: FloatArray, z: FloatArray, gains: FloatArray, counts: FloatArray) -> FloatArray:
    """(draws, gains) rank correlation of x with each row of gains, given z."""
    x, z = standardised_ranks(x, counts), standardised_ranks(z, counts)
    xz, found = (counts * x * z).sum(axis=1), []
    for row in gains:
        y = standardised_ranks(row, counts)
        xy, yz = (counts * x * y).sum(axis=1), (counts * y * z).sum(axis=1)
        rest = (1 - xz**2) * (1 - yz**2)
        partial = np.divide(
            xy - xz * yz,
            np.sqrt(np.maximum(rest, 0)),
            out=np.full_like(xy, np.nan),
            where=rest > _TIED,
        )
        found.append(np.clip(partial, -1, 1))
    return np.stack(found, axis=1)
