"""What several findings need of the runs behind them."""

from collections.abc import Sequence

import pandas as pd

from ipt_engine.analysis.summary import run_scores, score_columns
from ipt_engine.analysis.variants import seed_runs
from ipt_engine.evidence import Evidence


def independent(evidence: Evidence, run_ids: Sequence[str]) -> list[str]:
    """Those of the runs that may stand for independent seeds."""
    rows = evidence.factors[evidence.factors["run_id"].isin(run_ids)]
    return list(seed_runs(rows)["run_id"])


def judged_by(evidence: Evidence, runs: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Those of the runs that are judged by the metric."""
    has = [metric in evidence.store.run(i)["metrics"] for i in runs["run_id"]]
    return runs[pd.Series(has, index=runs.index, dtype=bool)]


def scores_of(evidence: Evidence, task: str, run_ids: Sequence[str]) -> pd.DataFrame:
    """Corpus scores of a task's runs; see `summary.run_scores`."""
    metric = evidence.metric(task)
    return run_scores(evidence.ledger(run_ids, score_columns(metric)), metric)
