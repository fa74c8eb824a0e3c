"""What another demonstration does to the same inputs."""

from dataclasses import dataclass

import pandas as pd

from ipt_engine.analysis import arms
from ipt_engine.analysis.means import seed_columns
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
    """What another demonstration does to the same inputs.

    Args:
        evidence: The runs.
        task: Its name.
        gold: Whether the gold answer's log-probability is compared, instead of the metric.
    """
    metric = evidence.metric(task)
    outcome = arms.GOLD_LOGPROB if gold else arms.metric_outcome(metric)
    runs = judged_by(evidence, evidence.swap_runs(task), metric)
    swapped = [str(m) for m, rows in runs.groupby("method") if rows["retriever"].nunique() > 1]
    if not swapped:
        return None
    runs = runs[runs["method"].isin(swapped)]
    bare = evidence.task_runs(task)
    bare = bare[bare["method"].isin(["zero_shot", "pt"])]
    ids = [*runs["run_id"], *bare["run_id"]]
    ledger = evidence.ledger(ids, [*arms.outcome_columns(outcome), *seed_columns(metric)])
    verdicts = {method: similar_helps(ledger, outcome, method) for method in swapped}
    if not gold and "ipt" in swapped and (bare["method"] == "pt").any():
        verdicts["ipt and pt"] = unrelated_hurts(ledger, metric)
    return Swap(
        task,
        outcome,
        arm_table(ledger, outcome),
        contrast_table(ledger, outcome),
        slope_table(ledger, outcome),
        verdicts,
    )
