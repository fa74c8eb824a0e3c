"""Which method to take on a task, and the runs that would decide it, ready to be made."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from ipt_engine.analysis.advice_runs import NextRun, first_runs
from ipt_engine.analysis.advice_table import advisor_columns, usable_runs
from ipt_engine.analysis.advisor import Advice, advise, no_advice
from ipt_engine.analysis.commands import (
    TUNED,
    full_config,
    known_making,
    run_command,
    tuned_left_open,
)
from ipt_engine.config import DEFAULT_BASE_MODEL, RunConfig
from ipt_engine.errors import IPTError
from ipt_engine.estimates import Estimator
from ipt_engine.evidence import Evidence
from ipt_engine.findings.common import judged_by
from ipt_engine.presets import build_run_config
from ipt_engine.tasks import get_task


def find_advice(evidence: Evidence, task: str, margin: float = 1.0) -> Advice:
    """Which method to take on a task; where nothing has been run, what to run first.

    Args:
        evidence: The runs.
        task: Its name.
        margin: The smallest difference that matters, in points.
    """
    rows = evidence.factors[evidence.factors["task"] == task]
    metric = get_task(task).metric if rows.empty else evidence.metric(task)
    runs = usable_runs(judged_by(evidence, rows, metric))
    available = _test_inputs(task)
    if runs.empty:
        advice = no_advice(metric, margin, available)
    else:
        ledger = evidence.ledger(runs["run_id"], advisor_columns(metric))
        advice = advise(ledger, runs, metric, margin, available)
    coming = list(advice.plan.runs)
    if (runs.empty or advice.few_answered) and not advice.plan.too_few:
        coming = first_runs(task, evidence.base_model or DEFAULT_BASE_MODEL)
    ready = _timed([_whole(run) for run in coming], evidence)
    same = rows["data_hash"].isin(runs["data_hash"])
    if advice.few_answered:
        # A run on all test inputs, of which there were fewer then, is to be made again.
        same &= rows["n"].ge(advice.plan.most)
    there = _made(rows[same])
    left = tuple(run for run in ready if RunConfig.from_dict(dict(run.config)) not in there)
    return replace(advice, plan=replace(advice.plan, runs=left))


def _test_inputs(task: str) -> int | None:
    try:
        return len(get_task(task).load("test"))
    except IPTError:
        return None


def _whole(run: NextRun) -> NextRun:
    """A run whose settings are all known, those left open as they were found to be good."""
    given = dict(run.config)
    if "training" in given and tuned_left_open(given) != given:
        return run
    config = _with_defaults(given)
    command = run.command or run_command(tuned_left_open(config.to_dict()))
    return replace(run, config=config.to_dict(), command=command)


def _with_defaults(given: Mapping[str, Any]) -> RunConfig:
    training = given.get("training") or {}
    options: dict[str, dict[str, Any]] = {}
    for part in ("prompt_tuning", "training", "retrieval", "generation", "template"):
        source = training if part in {"prompt_tuning", "training"} else given
        settings = source.get(part) or {}
        options[part] = {
            name: value
            for name, value in settings.items()
            if name not in {"seed", *TUNED} and value is not None
        }
    options["evaluation"] = {k: given[k] for k in ("split", "limit") if given.get(k) is not None}
    task, method, base = given["task"], given["method"], given["base_model"]
    return build_run_config(task, method, base, given["seed"], None, options)


def _timed(runs: list[NextRun], evidence: Evidence) -> list[NextRun]:
    """Times that the task's own runs do not tell, judged by all that is in the store."""
    if all(run.seconds is not None for run in runs):
        return runs
    estimator = Estimator(evidence.store.prompts(), evidence.store.runs())
    return [
        run if run.seconds is not None else replace(run, seconds=_seconds(run, estimator))
        for run in runs
    ]


def _seconds(run: NextRun, estimator: Estimator) -> float | None:
    config = RunConfig.from_dict(dict(run.config))
    try:
        found = [estimator.estimate(config)]
        found += [estimator.estimate(config.training)] if config.training else []
    except IPTError:
        return None
    known = [each.seconds for each in found if each is not None]
    return sum(known) if len(known) == len(found) else None


def _made(factors: pd.DataFrame) -> set[RunConfig]:
    """The configs of runs that are in the store."""
    # A crossed design's runs have several seeds, and an imported prompt has no known training.
    plain = factors["init_seed"].isna() | factors["init_seed"].eq(factors["seed"])
    plain &= factors["order_seed"].isna() | factors["order_seed"].eq(factors["seed"])
    # Nor is it known whose lengths a prompt of noise has.
    plain &= factors["variant"].map(known_making) & factors["prompt_kind"].ne("noise")
    return {
        RunConfig.from_dict(
            full_config(row["variant"], int(row["seed"]), _whole_number(row["limit"]))
        )
        for row in factors[plain].to_dict("records")
    }


def _whole_number(value: float) -> int | None:
    return None if pd.isna(value) else int(value)
