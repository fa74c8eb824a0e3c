"""Spread over seeds, described, by task and method.

Here and in `stability`, a run is a row with task, score and the name of its method (another
column may stand for it, such as a variant's name): one variant for each name and task, one run
for each independent seed (`variants.seed_runs`). All seeds of a task answer the same test inputs,
so a spread is that of scores on these inputs. It holds what a seed does on any input and how it
happens to meet these. Intervals are those of normal scores.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from ipt_engine.analysis.frames import tidy_frame
from ipt_engine.analysis.statistics import CONFIDENCE, Estimate
from ipt_engine.metrics import FloatArray

ONE_SEED = "one seed: the spread is unknown"
_TAIL = (1 - CONFIDENCE) / 2


def spread_table(runs: pd.DataFrame, by: str = "method") -> pd.DataFrame:
    """The spread over seeds of each method on each task; a description, no test.

    Args:
        runs: task, `by` and score.
        by: The column that names the method.

    Returns:
        task, `by`, mean, sd (ddof 1), low and high (95 % chi-square interval of the sd), n_seeds
        and reason (why something is nan, or None).
    """
    records = []
    for (task, name), scores in scores_by(runs, ["task", by]):
        found = sd_interval(scores)
        records.append(
            {"task": task, by: name, "mean": scores.mean(), "sd": found.value}
            | {"low": found.low, "high": found.high, "n_seeds": found.n, "reason": found.reason}
        )
    columns = ["task", by, "mean", "sd", "low", "high", "n_seeds", "reason"]
    return tidy_frame(records, columns, ["task", by, "reason"], ["n_seeds"])


def sd_interval(scores: FloatArray) -> Estimate:
    """Standard deviation with its chi-square interval (normal scores).

    Args:
        scores: One for each seed.
    """
    k = len(scores)
    sd = float(scores.std(ddof=1)) if k > 1 and np.ptp(scores) > 0 else 0.0
    low, high, reason = sd_ends(sd, k)
    return Estimate(sd if k > 1 else None, low, high, k, reason)


def sd_ends(sd: float, n_seeds: int) -> tuple[float | None, float | None, str | None]:
    """The ends of a standard deviation's 95 % chi-square interval, or why there are none.

    Args:
        sd: Of normal scores, one for each seed (ddof 1).
        n_seeds: How many.
    """
    df = n_seeds - 1
    if df < 1:
        return None, None, ONE_SEED
    if sd == 0:
        return None, None, "all seeds score the same"
    high, low = np.sqrt(df / stats.chi2.ppf([_TAIL, 1 - _TAIL], df))
    return sd * float(low), sd * float(high), None


def scores_by(runs: pd.DataFrame, keys: list[str]) -> Iterator[tuple[tuple[Any, ...], FloatArray]]:
    """The scores of each group of runs, in their order of appearance; runs without are left out.

    Args:
        runs: score and `keys`.
        keys: Columns that make a group.
    """
    for key, rows in runs.dropna(subset=["score", *keys]).groupby(keys, sort=False):
        yield tuple(key), rows["score"].to_numpy(dtype=np.float64)
