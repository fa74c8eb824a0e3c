"""How much luck decides, and what it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ipt_engine.analysis import spread
from ipt_engine.analysis import stability as spreads
from ipt_engine.analysis.decomposition import ANSWERING, decompose
from ipt_engine.analysis.lengths import length_runs, length_table
from ipt_engine.analysis.means import seed_columns, seed_difference
from ipt_engine.analysis.pairing import Pair
from ipt_engine.analysis.variants import mean_table
from ipt_engine.analysis.verdicts import Verdict
from ipt_engine.evidence import Evidence
from ipt_engine.findings.common import judged_by, scores_of
from ipt_engine.methods import METHODS


@dataclass(frozen=True)
class Stability:
    """How much luck decides, over all tasks.

    Attributes:
        runs: run_id, task, method, seed and score of each run.
        means: `variants.mean_table` of them, with task.
        spread: `spread.spread_table`.
        ratios: `stability.ratio_table`.
        pooled: The ratio of PT's spread to IPT's over all tasks.
        steadier: IPT varies less between seeds than PT.
        seeds: `stability.seeds_table`, for new test inputs too.
        left_out: Tasks that do not count, with the reason.
    """

    runs: pd.DataFrame
    means: pd.DataFrame
    spread: pd.DataFrame
    ratios: pd.DataFrame
    pooled: spreads.PooledRatio
    steadier: Verdict
    seeds: pd.DataFrame
    left_out: dict[str, str]


def find_stability(evidence: Evidence) -> Stability | None:
    """How much luck decides, over all tasks that have PT and IPT with several seeds."""
    parts, means, inputs, left_out = [], [], {}, {}
    for task in evidence.tasks:
        pairs = evidence.pairs(task)
        if not pairs:
            left_out[task] = "no PT and IPT with the same settings"
        elif pairs[0].seeds <= 1:
            left_out[task] = "one seed of PT or IPT"
        else:
            ids = [*pairs[0].without, *pairs[0].with_]
            parts.append(scores_of(evidence, task, ids))
            means.append(_means(evidence, task, ids))
            inputs[task] = _of_inputs(evidence, task, pairs[0])
    if not parts:
        return None
    runs = pd.concat(parts, ignore_index=True)
    return Stability(
        runs,
        pd.concat(means, ignore_index=True),
        spread.spread_table(runs),
        spreads.ratio_table(runs),
        spreads.pooled_ratio(runs),
        spreads.stability_verdict(runs),
        spreads.seeds_table(runs, inputs=inputs),
        left_out,
    )


def _of_inputs(evidence: Evidence, task: str, pair: Pair) -> float | None:
    """What the test inputs add to the squared standard error of the difference."""
    metric = evidence.metric(task)
    without, with_ = (
        evidence.ledger(ids, seed_columns(metric)) for ids in (pair.without, pair.with_)
    )
    return seed_difference(without, with_, metric).example_variance


def _means(evidence: Evidence, task: str, run_ids: Sequence[str]) -> pd.DataFrame:
    metric = evidence.metric(task)
    rows = evidence.factors[evidence.factors["run_id"].isin(run_ids)]
    ledger = evidence.ledger(run_ids, ["example_id", *seed_columns(metric)])
    return mean_table(ledger, rows, metric).assign(task=task)


def find_lengths(evidence: Evidence, task: str) -> pd.DataFrame | None:
    """Score and spread against the soft prompt's length; see `lengths.length_table`."""
    rows = evidence.factors[evidence.factors["task"] == task]
    runs = length_runs(judged_by(evidence, rows, evidence.metric(task)))
    return None if runs.empty else length_table(_means(evidence, task, list(runs["run_id"])))


def find_sources_of_luck(evidence: Evidence, task: str) -> dict[str, pd.DataFrame]:
    """What the spread is made of, by method; see `decomposition.decompose`.

    Of several settings with crossed seeds, that with the most runs counts.
    """
    found = {}
    for method, rows in evidence.task_runs(task).groupby("method"):
        prompted = rows[rows["prompt_id"].notna() & (rows["num_fewshot"] <= 1)]
        off = prompted[prompted["init_seed"].ne(prompted["order_seed"])]
        if len(off):
            # Runs of two settings would stand in the same place of the cross.
            crossed = prompted[prompted["variant"] == off["variant"].mode().iloc[0]]
            scores = scores_of(evidence, task, list(crossed["run_id"]))
            seeds = crossed[["run_id", "init_seed", "order_seed"]]
            found[str(method)] = decompose(scores.merge(seeds, on="run_id"))
    return _in_order(found)


def find_draw_luck(evidence: Evidence, task: str) -> dict[str, pd.DataFrame]:
    """Whether the training or the demonstrations drawn decide, by method; see `decompose`.

    The task's own trained prompts, evaluated with several draws of random demonstrations. Of
    several settings with such runs, that with the most counts.
    """
    rows = evidence.factors
    own = rows["task"].eq(task) & rows["prompt_task"].eq(task) & rows["prompt_kind"].eq("trained")
    drawn = rows[own & rows[["retriever", "order"]].isin(["random"]).any(axis=1)]
    found = {}
    for method, runs in judged_by(evidence, drawn, evidence.metric(task)).groupby("method"):
        again = runs[runs.duplicated(["variant", "prompt_id"], keep=False)]
        if len(again):
            crossed = again[again["variant"] == again["variant"].mode().iloc[0]]
            scores = scores_of(evidence, task, list(crossed["run_id"]))
            draws = crossed[["run_id", "prompt_id", "draw_seed"]]
            found[str(method)] = decompose(scores.merge(draws, on="run_id"), ANSWERING)
    return _in_order(found)


def _in_order(found: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {method: found[method] for method in METHODS if method in found}
