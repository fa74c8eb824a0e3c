"""Which method wins on a task, and by how much."""

from dataclasses import dataclass

import pandas as pd

from ipt_engine.analysis.frames import tidy_frame
from ipt_engine.analysis.means import seed_columns, seed_difference
from ipt_engine.analysis.pairing import COMPARISONS
from ipt_engine.analysis.similarity_claims import beats
from ipt_engine.analysis.variants import difference_table, mark_best, mean_table
from ipt_engine.evidence import Evidence
from ipt_engine.findings.common import independent, judged_by
from ipt_engine.methods import METHODS


@dataclass(frozen=True)
class Methods:
    """Which method wins on a task.

    Attributes:
        task: Its name.
        metric: The metric's name.
        means: `variants.mean_table`, with `best`: that of `variants.mark_best`, where all four
            methods were run, since beating the few that were is not beating every other.
        differences: `variants.difference_table`.
    """

    task: str
    metric: str
    means: pd.DataFrame
    differences: pd.DataFrame


def find_methods(evidence: Evidence, task: str) -> Methods | None:
    """Which method wins on a task."""
    runs, metric = evidence.task_runs(task), evidence.metric(task)
    runs = judged_by(evidence, runs, metric)
    if runs.empty:
        return None
    ledger = evidence.ledger(runs["run_id"], ["example_id", *seed_columns(metric)])
    means, differences = (f(ledger, runs, metric) for f in (mean_table, difference_table))
    marked = mark_best(means, differences)
    if not_run(means):
        marked["best"] = False
    return Methods(task, metric, marked, differences)


def not_run(means: pd.DataFrame) -> list[str]:
    """Titles of the methods that a table of means lacks."""
    there = set(means.loc[means["mean"].notna(), "method"])
    return [method.title for method in METHODS.values() if method.name not in there]


def find_gains(evidence: Evidence, comparison: str = "ipt-pt") -> pd.DataFrame:
    """What demonstrations gain on each task, for new seeds and inputs.

    Args:
        evidence: The runs.
        comparison: A key of `pairing.COMPARISONS`.

    Returns:
        As `paper.beside` takes it, with outcome (whether demonstrations help:
        `similarity_claims.beats`) and nearest (1 where the most similar ones were shown, else 0).
    """
    names = [METHODS[name].title for name in COMPARISONS[comparison]]
    records = []
    for task in evidence.tasks:
        found = evidence.pairs(task, comparison)
        if not found:
            continue
        metric = evidence.metric(task)
        columns = ["example_id", *seed_columns(metric)]
        without, with_ = (
            evidence.ledger(independent(evidence, ids), columns)
            for ids in (found[0].without, found[0].with_)
        )
        gain = seed_difference(without, with_, metric)
        records.append(
            {
                "task": task,
                "base_model": evidence.base_model,
                "gain": gain.estimate.value,
                "low": gain.estimate.low,
                "high": gain.estimate.high,
                "n_seeds": min(gain.n_seeds),
                "n": gain.estimate.n,
                "reason": gain.estimate.reason,
                "outcome": beats(gain, metric, *names).outcome,
                "nearest": int(with_["retriever"].eq("dense").all()),
            }
        )
    columns = ["task", "base_model", "gain", "low", "high", "n_seeds", "n", "reason"]
    texts, counts = ("task", "base_model", "reason", "outcome"), ("n_seeds", "n", "nearest")
    return tidy_frame(records, [*columns, "outcome", "nearest"], texts, counts)
