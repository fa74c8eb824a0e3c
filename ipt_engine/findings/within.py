"""What another demonstration does to the same inputs."""

from dataclasses import dataclass

import pandas as pd

from ipt_engine.analysis import arms
from ipt_engine.analysis.means import seed_columns
from ipt_engine.analysis.swap_runs import swap_runs
from ipt_engine.analysis.verdicts import Verdict
from ipt_engine.analysis.within import (
    arm_table,
    contrast_table,
    similar_helps,
    slope_table,
    unrelated_hurts,
)
from ipt_engine.evidence import Evidence
from ipt_engine.findings.common import judged_by


@dataclass(frozen=True)
class Swap:
    """What another demonstration does to the same inputs.

    Attributes:
        task: Its name.
        outcome: What is compared: the metric, or the gold answer's log-probability.
        arms: `within.arm_table`.
        contrasts: `within.contrast_table`.
        slopes: `within.slope_table`.
        verdicts: What is claimed of it, by method; PT beside IPT where there are runs of both.
    """

    task: str
    outcome: arms.Outcome
    arms: pd.DataFrame
    contrasts: pd.DataFrame
    slopes: pd.DataFrame
    verdicts: dict[str, Verdict]


def find_swap(evidence: Evidence, task: str, gold: bool = False) -> Swap | None:
    """What another demonstration does to the same inputs; None without such runs.

    Args:
        evidence: The runs.
        task: Its name.
        gold: Whether the gold answer's log-probability is compared, instead of the metric.
    """
    metric = evidence.metric(task)
    outcome = arms.GOLD_LOGPROB if gold else arms.metric_outcome(metric)
    ledger = _swapped(evidence, task, outcome)
    if ledger is None:
        return None
    return Swap(
        task,
        outcome,
        arm_table(ledger, outcome),
        contrast_table(ledger, outcome),
        slope_table(ledger, outcome),
        _verdicts(ledger, outcome, None if gold else metric),
    )


def find_swap_claims(evidence: Evidence, task: str) -> dict[str, Verdict]:
    """`find_swap`'s verdicts alone, which take a part of the time; empty without such runs."""
    metric = evidence.metric(task)
    outcome = arms.metric_outcome(metric)
    ledger = _swapped(evidence, task, outcome)
    return {} if ledger is None else _verdicts(ledger, outcome, metric)


def _swapped(evidence: Evidence, task: str, outcome: arms.Outcome) -> pd.DataFrame | None:
    """The ledger of runs with other demonstrations for the same inputs, and of those with none."""
    metric = evidence.metric(task)
    rows = evidence.factors[evidence.factors["task"] == task]
    runs = swap_runs(judged_by(evidence, rows, metric))
    if runs.empty:
        return None
    return evidence.ledger(runs["run_id"], [*arms.outcome_columns(outcome), *seed_columns(metric)])


def _verdicts(
    ledger: pd.DataFrame, outcome: arms.Outcome, metric: str | None
) -> dict[str, Verdict]:
    """What is claimed of each method; of PT beside IPT where a metric is given."""
    methods = set(ledger["method"])
    shows = [method for method in ("icl", "ipt") if method in methods]
    verdicts = {method: similar_helps(ledger, outcome, method) for method in shows}
    if metric is not None and {"pt", "ipt"} <= methods:
        verdicts["ipt and pt"] = unrelated_hurts(ledger, metric)
    return verdicts
