"""Metrics added to a stored run: from the texts in its ledger, without the model."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ipt_engine.errors import ConfigError, DataError
from ipt_engine.judging import corpus_scores
from ipt_engine.metrics import METRICS
from ipt_engine.runs import RunStore
from ipt_engine.tasks import Task, get_task


def rescore(store: RunStore, run_id: str, metrics: Sequence[str] = ()) -> list[str]:
    """Judge a run's answers by metrics that it lacks, and put the scored run in its place.

    What was there stays, and so does the id: answers are judged, none is written. A run that
    came with IPT Lab is scored in a copy in the store.

    Args:
        store: Where the run is, and where it is kept.
        run_id: Its full id.
        metrics: Further metrics; without any, those of its task, whose first becomes the run's
            primary one.

    Returns:
        The metrics that came to it; none if it had them all.

    Raises:
        ConfigError: If there is no such metric.
        DataError: If a metric needs more than the ledger has, and the task no longer has it.
        StoreError: If there is no such run, or it is being worked on.
    """
    unknown = next((name for name in metrics if name not in METRICS), None)
    if unknown is not None:
        raise ConfigError(f"Unknown metric {unknown!r}. Choose one of: {', '.join(METRICS)}.")
    record = store.run(run_id)
    task = get_task(record["task"])
    wanted = tuple(metrics) or task.metrics
    known = [name for name in record["metrics"] if name in METRICS]
    new = [name for name in dict.fromkeys(wanted) if name not in known]
    named = list(dict.fromkeys([*known, *wanted] if metrics else [*wanted, *known]))
    if not new and named == record["metrics"]:
        return []
    with store.begin("evaluation", run_id, record["config"]) as activity:
        ledger = store.ledger([run_id])
        for name in new:
            ledger = _with(ledger, name, task)
        del record["scores"]
        record |= {"metrics": named, "metric": named[0]}
        activity.finish_run(record, ledger, corpus_scores(ledger, named))
    return new


def _with(ledger: pd.DataFrame, name: str, task: Task) -> pd.DataFrame:
    """The ledger with a metric's columns."""
    metric = METRICS[name]
    contexts: Mapping[str, Mapping[str, str]] = {}
    if metric.needs:
        contexts = _contexts(ledger, name, task)
    judged = pd.DataFrame(
        metric.judge(row["prediction"], row["references"], contexts.get(row["example_id"]))
        for row in ledger[["example_id", "prediction", "references"]].to_dict("records")
    )
    return ledger.drop(columns=[*judged.columns], errors="ignore").join(judged)


def _contexts(ledger: pd.DataFrame, name: str, task: Task) -> dict[str, dict[str, Any]]:
    """What a metric has to know about each example, as far as the task still has it."""
    needs = METRICS[name].needs
    examples = {e.id: e for split in ("dev", "test") for e in task.load(split)}
    found = {}
    for row in ledger[["example_id", "input"]].to_dict("records"):
        example = examples.get(row["example_id"])
        context = {} if example is None else task.context_of(example)
        same = example is not None and example.input == row["input"]
        lacking = next((need for need in needs if need not in context), None)
        if not same or lacking is not None:
            reason = f"has no {lacking!r}" if same else f"is no longer in the task {task.name}"
            raise DataError(
                f"{METRICS[name].title} needs each example's {', '.join(map(repr, needs))}, and "
                f"{row['example_id']!r} {reason}. Choose another metric, or bring back the data."
            )
        found[row["example_id"]] = context
    return found
