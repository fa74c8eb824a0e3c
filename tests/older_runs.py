"""Runs as they were before their task had some metric, or other data."""

from typing import Any

from ipt_engine.metrics import METRICS
from ipt_engine.runs import RunStore


def without_metric(store: RunStore, run_id: str, name: str) -> None:
    """Take a metric away, as if the run had been made before its task had it."""
    record = store.run(run_id)
    scores = record.pop("scores")
    del scores[name]
    metrics = [metric for metric in record["metrics"] if metric != name]
    record |= {"metrics": metrics, "metric": metrics[0]}
    ledger = store.ledger([run_id]).drop(columns=[name, *METRICS[name].columns()])
    with store.begin("evaluation", run_id, record["config"]) as activity:
        activity.finish_run(record, ledger, scores)


def with_fields(store: RunStore, run_id: str, **fields: Any) -> None:
    """Write a run again with other fields, such as the hash of its data."""
    record = store.run(run_id) | fields
    scores = record.pop("scores")
    ledger = store.ledger([run_id])
    with store.begin("evaluation", run_id, record["config"]) as activity:
        activity.finish_run(record, ledger, scores)
