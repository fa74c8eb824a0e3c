"""All variants of a task beside each other: means over seeds, and every difference of two.

A variant is what runs have in common that differ in nothing but seeds (`factors.run_factors`).
"""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from ipt_engine.analysis.comparisons import corrected
from ipt_engine.analysis.frames import tidy_frame
from ipt_engine.analysis.means import SeedGroup, combined, seed_group
from ipt_engine.analysis.statistics import CONFIDENCE, Estimate
from ipt_engine.analysis.variant_names import apart
from ipt_engine.metrics import get_metric

_LABELS = ["variant", "method", "retriever", "num_fewshot", "num_virtual_tokens"]
_NAMED = ["method", "retriever", "num_fewshot"]
_MEANS = [
    *_LABELS,
    "apart",
    "mean",
    "low",
    "high",
    "standard_error",
    "sd",
    "n_seeds",
    "n",
    "reason",
]
_DIFFERENCES = [
    "variant_a",
    "variant_b",
    "difference",
    "low",
    "high",
    "standard_error",
    "df",
    "p",
    "p_holm",
    "detectable",
    "n_seeds_a",
    "n_seeds_b",
    "n",
    "reason",
]


def seed_runs(factors: pd.DataFrame) -> pd.DataFrame:
    """The runs that may stand for independent seeds: in each variant, no two share a seed.

    A crossed design holds several runs with one initialisation or one data order, and a prompt
    may have been evaluated with several draws of demonstrations: taken for as many seeds, such
    runs would feign certainty. Those whose seeds are all equal come first, then by seed.

    Args:
        factors: Of `run_factors`.

    Returns:
        The rows chosen, in their order.
    """
    drawn = factors[["retriever", "order"]].isin(["random"]).any(axis=1)
    off = factors["init_seed"].ne(factors["order_seed"]).astype(int)
    off += factors["prompt_kind"].notna() & drawn & factors["init_seed"].ne(factors["draw_seed"])
    by = ["_off", "init_seed", "order_seed", "draw_seed", "seed", "run_id"]
    taken: set[tuple[str, str, float]] = set()
    chosen = []
    for row in factors.assign(_off=off).sort_values(by).to_dict("records"):
        seeds = {(row["variant"], name, row[name]) for name in _seeds_that_matter(row)}
        if taken.isdisjoint(seeds):
            taken |= seeds
            chosen.append(row["run_id"])
    return factors[factors["run_id"].isin(chosen)]


def mean_table(ledger: pd.DataFrame, factors: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Each variant's mean score over its seeds.

    Args:
        ledger: Rows with `means.seed_columns(metric)` of the runs of `factors`.
        factors: Of `run_factors`, one task. Of its runs, those that `seed_runs` picks count.
        metric: Its name.

    Returns:
        One row for each variant, in the order of `factors`: variant, method, retriever,
        num_fewshot, num_virtual_tokens, apart (the settings that tell it from other variants of its
        method that show the same demonstrations, as a text, or None), mean, low and high (95 %
        interval over seeds and test inputs, see `means`), standard_error, sd (over seeds), n_seeds,
        n (test inputs) and reason (why something is nan, or what the interval leaves out, or None).
    """
    runs = seed_runs(factors)
    records: list[dict[str, Any]] = []
    for variant, group in _groups(ledger, runs, metric).items():
        found = combined([group], metric)
        first = runs[runs["variant"] == variant].iloc[0]
        spread = found.seed_variance if group.n_runs > 1 else None
        records.append(
            {name: first[name] for name in _LABELS}
            | _interval(found.estimate, "mean")
            | {
                "standard_error": found.standard_error,
                "sd": None if spread is None else np.sqrt(spread * group.n_runs),
                "n_seeds": group.n_runs,
            }
        )
    frame = tidy_frame(records, _MEANS, [*_LABELS[:3], "apart", "reason"], ["n_seeds", "n"])
    for _, alike in frame.groupby(_NAMED, dropna=False):
        if len(alike) > 1:
            frame.loc[alike.index, "apart"] = alike["variant"].map(apart(alike["variant"].tolist()))
    return frame


def difference_table(ledger: pd.DataFrame, factors: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Every difference between two variants.

    Args:
        ledger: As `mean_table` takes it.
        factors: Likewise.
        metric: Its name.

    Returns:
        One row for each pair: variant_a, variant_b, difference (above 0 where b is better), low
        and high (95 % interval of this one difference), standard_error, df, p, p_holm (corrected
        for all pairs shown, Holm 1979), detectable (see `means.SeedEstimate`), n_seeds_a,
        n_seeds_b, n and reason. A difference whose seeds are unknown has no p.
    """
    groups = _groups(ledger, seed_runs(factors), metric)
    records = []
    for a, b in combinations(groups, 2):
        found = combined([groups[a], groups[b]], metric)
        records.append(
            {"variant_a": a, "variant_b": b, "p": found.p, "df": found.df}
            | _interval(found.estimate, "difference")
            | {
                "standard_error": found.standard_error,
                "detectable": found.detectable,
                "n_seeds_a": groups[a].n_runs,
                "n_seeds_b": groups[b].n_runs,
            }
        )
    texts = ["variant_a", "variant_b", "reason"]
    frame = tidy_frame(records, _DIFFERENCES, texts, ["n_seeds_a", "n_seeds_b", "n"])
    return frame.assign(p_holm=corrected(frame["p"]))


def mark_best(means: pd.DataFrame, differences: pd.DataFrame) -> pd.DataFrame:
    """Mark the variant that is better than every other, if there is one.

    Args:
        means: Of `mean_table`.
        differences: Of `difference_table`, of the same runs.

    Returns:
        The means with a column best: True for a variant whose difference to each of the others,
        corrected for all pairs, is above 0. Mostly none is; one variant alone is not best of any.
    """
    sure = differences[differences["p_holm"] < 1 - CONFIDENCE]
    winners = np.where(sure["difference"] > 0, sure["variant_b"], sure["variant_a"])
    wins = pd.Series(winners, dtype=object).value_counts()
    others = len(means) - 1
    best = means["variant"].map(wins).eq(others) & (others > 0)
    return means.assign(best=best.astype(bool))


def _groups(ledger: pd.DataFrame, runs: pd.DataFrame, metric: str) -> dict[str, SeedGroup]:
    tasks = runs["task"].unique()
    if len(tasks) > 1:
        raise ValueError(
            f"Scores of different tasks cannot be compared: expected the runs of one task, found "
            f"{', '.join(map(str, tasks))}. Filter the factors by task first."
        )
    needed = ["run_id", *get_metric(metric).columns()]
    judged = set(ledger.dropna(subset=needed)["run_id"])
    groups = {}
    for variant, rows in runs[runs["run_id"].isin(judged)].groupby("variant", sort=False):
        own = ledger[ledger["run_id"].isin(rows["run_id"])]
        groups[str(variant)] = seed_group(own, metric)
    return groups


def _seeds_that_matter(run: Mapping[Any, Any]) -> list[str]:
    """A start from a text takes no seed, and a prompt that takes no step sees no order."""
    if run["prompt_kind"] is None:
        return ["draw_seed" if "random" in (run["retriever"], run["order"]) else "seed"]
    start = [] if run["init"] == "TEXT" else ["init_seed"]
    return start + (["order_seed"] if run["prompt_kind"] == "trained" else [])


def _interval(estimate: Estimate, name: str) -> dict[str, Any]:
    ends = {"low": estimate.low, "high": estimate.high}
    return {name: estimate.value, **ends, "n": estimate.n, "reason": estimate.reason}
