"""Whether soft prompts carry over from task to task."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ipt_engine.analysis import similarity
from ipt_engine.analysis.prompt_similarity import prompt_similarity, similarity_predicts
from ipt_engine.analysis.transfer import transfer_matrix, transfer_verdicts
from ipt_engine.analysis.transfer_runs import (
    Transfer,
    measure_transfer,
    runs_of_setting,
    transfer_settings,
)
from ipt_engine.analysis.verdicts import Verdict
from ipt_engine.evidence import Evidence
from ipt_engine.metrics import get_metric


@dataclass(frozen=True)
class TransferFinding:
    """Whether soft prompts carry over from task to task.

    Attributes:
        setting: How the prompts were used.
        matrix: `transfer.transfer_matrix`.
        runs: The runs behind its cells, of `transfer_runs.Transfer`.
        helps: A foreign prompt helps over none.
        beats_controls: It beats prompts that were not trained.
        prompts: source, target, similarity of their prompts.
        predicts: Whether that similarity goes with the gain; None with too few tasks.
    """

    setting: "pd.Series[Any]"
    matrix: pd.DataFrame
    runs: pd.DataFrame
    helps: Verdict
    beats_controls: Verdict
    prompts: pd.DataFrame
    predicts: similarity.Correlation | None


def find_transfer(evidence: Evidence) -> TransferFinding | None:
    """Whether soft prompts carry over, in the setting with the most runs."""
    settings = transfer_settings(evidence.factors)
    if settings.empty:
        return None
    setting = settings.iloc[0]
    runs = runs_of_setting(evidence.factors, setting)
    measured = measure_transfer(_ledger_of_tasks(evidence, runs), runs)
    matrix = transfer_matrix(measured)
    helps, beats_controls = transfer_verdicts(measured)
    prompts = _prompt_similarities(evidence, runs, measured)
    pairs = len(prompts)
    predicts = similarity_predicts(matrix, prompts) if pairs else None
    return TransferFinding(setting, matrix, measured.runs, helps, beats_controls, prompts, predicts)


def _ledger_of_tasks(evidence: Evidence, runs: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for task, rows in runs.groupby("task"):
        columns = ["run_id", "example_id", *get_metric(evidence.metric(str(task))).columns()]
        parts.append(evidence.ledger(rows["run_id"], columns))
    return pd.concat(parts, ignore_index=True)


def _prompt_similarities(
    evidence: Evidence, runs: pd.DataFrame, measured: Transfer
) -> pd.DataFrame:
    """Mean similarity of each of a source's prompts to each of the target's own."""
    trained = runs[runs["prompt_kind"].eq("trained")].drop_duplicates("prompt_id")
    vectors = {
        task: [evidence.vectors(i) for i in rows["prompt_id"]]
        for task, rows in trained.groupby("prompt_task")
    }
    foreign = measured.runs[measured.runs["kind"] == "other"][["source", "target"]]
    records = []
    for source, target in foreign.drop_duplicates().itertuples(index=False):
        pairs = [(a, b) for a in vectors.get(source, []) for b in vectors.get(target, [])]
        values = [v for a, b in pairs if (v := prompt_similarity(a, b)) is not None]
        if values:
            mean = sum(values) / len(values)
            records.append({"source": source, "target": target, "similarity": mean})
    return pd.DataFrame(records, columns=["source", "target", "similarity"])
