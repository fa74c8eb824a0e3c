"""Scores of runs, and of methods over seeds."""

import numpy as np
import pandas as pd

from ipt_engine.analysis.statistics import mean_interval
from ipt_engine.methods import METHODS
from ipt_engine.metrics import get_metric

_RUN = ["run_id", "task", "base_model", "method", "seed"]
_GROUP = ["task", "base_model", "method"]


def score_columns(metric: str) -> list[str]:
    """The ledger's columns that this module needs."""
    return [*_RUN, *get_metric(metric).columns()]


def run_scores(ledger: pd.DataFrame, metric: str) -> pd.DataFrame:
    """The corpus score of each run.

    Args:
        ledger: Rows with `score_columns(metric)`. Rows without the metric are left out.
        metric: Its name.

    Returns:
        run_id, task, base_model, method, seed, n (examples) and score; methods in their order.
    """
    spec = get_metric(metric)
    rows = ledger.dropna(subset=spec.columns())
    grouped = rows.groupby(_RUN, sort=False)
    sums = grouped[spec.columns()].sum()
    frame = sums.index.to_frame(index=False)
    frame["n"] = grouped.size().to_numpy()
    frame["score"] = spec.score(sums.to_numpy(dtype=np.float64))
    return _in_order(frame, "seed")


def score_table(ledger: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Each method's score on each task, over its seeds.

    Args:
        ledger: Rows with `score_columns(metric)`.
        metric: Its name.

    Returns:
        task, base_model, method, mean, sd (ddof 1, nan for one seed), n_seeds, n (examples of
        a run), low and high (95 % t interval over seeds as far as the metric's range goes, nan if
        there is none) and reason (why the interval is missing, or None).
    """
    records = []
    for key, group in run_scores(ledger, metric).groupby(_GROUP, sort=False):
        scores = group["score"].to_numpy(dtype=np.float64)
        found = mean_interval(scores).within(get_metric(metric).range)
        records.append(
            {
                **dict(zip(_GROUP, key, strict=True)),
                "mean": found.value,
                "sd": float(scores.std(ddof=1)) if found.n > 1 else np.nan,
                "n_seeds": found.n,
                "n": int(group["n"].max()),
                "low": np.nan if found.low is None else found.low,
                "high": np.nan if found.high is None else found.high,
                "reason": found.reason,
            }
        )
    columns = [*_GROUP, "mean", "sd", "n_seeds", "n", "low", "high", "reason"]
    frame = pd.DataFrame(records, columns=columns)
    frame["reason"] = pd.Series([r["reason"] for r in records], dtype=object, index=frame.index)
    return _in_order(frame, "method")


def _in_order(frame: pd.DataFrame, last: str) -> pd.DataFrame:
    place = {name: index for index, name in enumerate(METHODS)}
    order = frame["method"].map(place)
    keyed = frame.assign(_order=order).sort_values(["task", "base_model", "_order", last])
    return keyed.drop(columns="_order").reset_index(drop=True)
