"""How alike two soft prompts are, and whether that tells which of them carry over."""

from itertools import permutations
from math import factorial
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import linear_sum_assignment
from sklearn.metrics.pairwise import cosine_similarity

from ipt_engine.analysis.similarity import Correlation
from ipt_engine.analysis.statistics import CONFIDENCE
from ipt_engine.metrics import FloatArray

Measure = Literal["match", "mean"]
MIN_TASKS = 4
"""Fewer can be relabelled in too few ways for any test."""
_MOST_LABELLINGS = 5040
_MOST_RHO = 0.999999


def prompt_similarity(a: FloatArray, b: FloatArray, by: Measure = "match") -> float | None:
    """Cosine similarity of two soft prompts, whatever order their tokens come in.

    Args:
        a: (tokens, hidden) prompt embeddings.
        b: (tokens, hidden), perhaps of another length.
        by: "match": each token of the shorter prompt is paired with one of the other so that the
            mean cosine is greatest. "mean": cosine of the two mean vectors; what all embeddings
            have in common weighs most in it.

    Returns:
        -1 to 1; None if a prompt (or its mean) is all zeros.

    Raises:
        ValueError: If the prompts are of different width, or one has no tokens.
    """
    if a.shape[1] != b.shape[1] or 0 in (len(a), len(b)):
        raise ValueError(
            f"Expected two prompts of at least one token and the same width, found {a.shape} "
            f"and {b.shape}."
        )
    if by == "mean":
        a, b = a.mean(axis=0, keepdims=True), b.mean(axis=0, keepdims=True)
    if not (a.any(axis=1).all() and b.any(axis=1).all()):
        return None
    cosines = cosine_similarity(a, b)
    return float(cosines[linear_sum_assignment(cosines, maximize=True)].mean())


def similarity_predicts(matrix: pd.DataFrame, similarities: pd.DataFrame) -> Correlation:
    """Does a source's prompt help a target the more, the more it is like the target's own?

    Spearman's correlation over pairs of different tasks. Pairs share tasks, so they are no
    independent points: p is the share of relabellings of the tasks that give a rho at least so
    far from 0 (Mantel 1967, with ranks), and the interval is from leaving out one task at a time
    (the jackknife, which errs to the wide side: Efron and Stein 1981), on Fisher's scale. With
    five tasks only a strong relation can be seen; the reason says how strong.

    Args:
        matrix: Of `transfer_matrix`.
        similarities: source, target, similarity: of the source's prompts to the target's own.

    Returns:
        n counts pairs. The reason is given whether or not something is missing.
    """
    gains = matrix[matrix["kind"] == "other"].dropna(subset=["gain"])
    pairs = gains.merge(similarities.dropna(subset=["similarity"]), on=["source", "target"])
    tasks = sorted(set(pairs["source"]) | set(pairs["target"]))
    m, n = len(tasks), len(pairs)
    if m < MIN_TASKS or n < m * (m - 1):
        why = f"{n} of the {m * (m - 1)} pairs of {m} tasks are known: all of at least {MIN_TASKS}"
        return Correlation(None, None, None, None, n, f"{why} tasks are needed")
    x, y = (
        pairs.pivot(index="source", columns="target", values=name).loc[tasks, tasks].to_numpy()
        for name in ("similarity", "gain")
    )
    rho = _rho(x, y)
    if not np.isfinite(rho):
        return Correlation(None, None, None, None, n, "all pairs have the same value")
    p, critical = _relabelled(x, y, rho)
    without = [np.delete(np.arange(m), task) for task in range(m)]
    left = _fisher([_rho(x[np.ix_(kept, kept)], y[np.ix_(kept, kept)]) for kept in without])
    error = np.sqrt((m - 1) / m * ((left - left.mean()) ** 2).sum())
    half = stats.t.ppf(0.5 + CONFIDENCE / 2, m - 1) * error
    low, high = np.tanh(_fisher([rho])[0] + np.array([-half, half]))
    reason = (
        f"{m} tasks can be relabelled in {factorial(m):,} ways: for p below 0.05, rho has to be "
        f"{critical:.2f} from 0"
    )
    if not np.isfinite(error):
        return Correlation(rho, None, None, p, n, f"{reason}; too many ties for an interval")
    return Correlation(rho, float(low), float(high), p, n, reason)


def _rho(x: FloatArray, y: FloatArray) -> float:
    off = ~np.eye(len(x), dtype=bool)
    if np.ptp(x[off]) == 0 or np.ptp(y[off]) == 0:
        return np.nan
    return float(stats.spearmanr(x[off], y[off]).statistic)


def _fisher(rho: list[float]) -> FloatArray:
    return np.asarray(np.arctanh(np.clip(rho, -_MOST_RHO, _MOST_RHO)), dtype=np.float64)


def _relabelled(x: FloatArray, y: FloatArray, rho: float) -> tuple[float, float]:
    """p, and the smallest distance from 0 that would have been significant."""
    m = len(x)
    off = ~np.eye(m, dtype=bool)
    ranks = np.zeros((2, m, m))
    for place, values in enumerate((x, y)):
        ranks[place][off] = stats.zscore(stats.rankdata(values[off]))
    every = factorial(m) <= _MOST_LABELLINGS
    random = np.random.default_rng(0)
    orders = (
        list(permutations(range(m)))
        if every
        else [random.permutation(m) for _ in range(_MOST_LABELLINGS - 1)] + [np.arange(m)]
    )
    found = [(ranks[0][np.ix_(o, o)][off] * ranks[1][off]).mean() for o in map(list, orders)]
    far = np.round(np.abs(found), 9)
    p = float((far >= np.round(abs(rho), 9)).mean())
    values, counts = np.unique(far, return_counts=True)
    reached = counts[::-1].cumsum()[::-1] / len(far)
    significant = values[reached < 1 - CONFIDENCE]
    return p, float(significant[0]) if len(significant) else 1.0
