"""Which runs show how soft prompts carry over, and their gains over runs without one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from ipt_engine.analysis.contrasts import scored_runs
from ipt_engine.analysis.variants import seed_runs
from ipt_engine.metrics import FloatArray, get_metric

Kind = Literal["own", "other", "untrained", "noise"]
KINDS: tuple[Kind, ...] = ("own", "other", "untrained", "noise")
CONTROLS: tuple[Kind, ...] = ("untrained", "noise")
SETTING = (
    "base_model",
    "weights_hash",
    "method",
    "split",
    "retriever",
    "num_fewshot",
    "order",
    "encoder",
    "num_virtual_tokens",
    "prompt_method",
)
"""What all runs of a matrix have in common (the controls, in all but `prompt_method`)."""
_FREE = {"method", "limit"}
_RUNS = (
    "run_id",
    "baseline_id",
    "target",
    "source",
    "kind",
    "unit",
    "score",
    "baseline",
    "value",
    "n",
    "reason",
)
_WITHOUT = {"ipt": "icl", "pt": "zero_shot"}


@dataclass(frozen=True)
class Transfer:
    """The runs of one setting, scored.

    Attributes:
        runs: One row for each run: run_id, baseline_id (of the run without a soft prompt; None if
            there is none), target, source (a control's kind), kind, unit (the prompt), score,
            baseline (the score of that other run), value (the gain over it), n (test inputs) and
            reason (why there is no gain; None if there is one).
        draws: (draws, runs) gains in bootstrap draws of each target's inputs.
        baseline: The method that gains are over.
    """

    runs: pd.DataFrame
    draws: FloatArray
    baseline: str


def transfer_settings(factors: pd.DataFrame) -> pd.DataFrame:
    """The ways in which prompts were used on a task that is not their own.

    Args:
        factors: Of `run_factors`.

    Returns:
        `SETTING`, sources and targets (how many tasks) and n_runs (with a foreign prompt); the
        setting with the most of them first.
    """
    used = _usable(factors)
    foreign = used[used["kind"] == "other"]
    counts = foreign.groupby(list(SETTING), dropna=False, sort=False).agg(
        sources=("prompt_task", "nunique"), targets=("task", "nunique"), n_runs=("run_id", "size")
    )
    return counts.reset_index().sort_values("n_runs", ascending=False, ignore_index=True)


def runs_of_setting(factors: pd.DataFrame, setting: "pd.Series[Any]") -> pd.DataFrame:
    """The factors of a setting's runs, controls included, and of those without a soft prompt.

    Tasks on which no foreign prompt was used say nothing of transfer, and are left out.

    Args:
        factors: Of `run_factors`.
        setting: A row of `transfer_settings`.
    """
    same = {name: _same(factors[name], setting[name]) for name in SETTING}
    control = factors["prompt_kind"].isin(list(CONTROLS))
    inside = factors["prompt_kind"].notna() & (same["prompt_method"] | control)
    beside = factors["method"] == _WITHOUT[setting["method"]]
    for name in SETTING:
        if name != "prompt_method":
            inside &= same[name]
        if name not in ("method", "num_virtual_tokens", "prompt_method"):
            beside &= same[name]
    foreign = inside & ~control & factors["prompt_task"].ne(factors["task"])
    targets = factors["task"].isin(factors.loc[foreign, "task"])
    return factors[(inside | beside) & targets].reset_index(drop=True)


def measure_transfer(ledger: pd.DataFrame, factors: pd.DataFrame) -> Transfer:
    """Score the runs of one setting, beside the runs without a soft prompt.

    Where prompts of several variants of a source were used on a target, the variant with the most
    runs counts; of its runs, those that share no seed (`variants.seed_runs`).

    Args:
        ledger: Rows of the runs with run_id, example_id and the columns of each task's metric.
        factors: Of one setting, from `runs_of_setting`.

    Raises:
        ValueError: If the runs are of more than one setting.
    """
    used = _usable(factors)
    shared = [name for name in SETTING if name != "prompt_method"]
    trained = used.loc[~used["kind"].isin(list(CONTROLS)), "prompt_method"]
    if max(len(used[shared].drop_duplicates()), trained.nunique()) > 1:
        raise ValueError(
            "Expected the runs of one setting, found several. Take one with `runs_of_setting`."
        )
    beside = _WITHOUT[used["method"].iloc[0]] if len(used) else "icl"
    plain = factors[factors["method"] == beside]
    parts, draws = [], []
    for number, (_, runs) in enumerate(seed_runs(used).groupby("task")):
        variant = runs.groupby("source")["variant"].transform(_most_frequent)
        part, gains = _measure_target(ledger, runs[runs["variant"] == variant], plain, number)
        parts.append(part)
        draws.append(gains)
    if not parts:
        return Transfer(pd.DataFrame(columns=list(_RUNS)), np.empty((0, 0)), beside)
    # A target whose runs share no example has no draws; its gains are missing in all of them.
    most = max(len(gains) for gains in draws)
    filled = [g if len(g) == most else np.full((most, g.shape[1]), np.nan) for g in draws]
    return Transfer(pd.concat(parts, ignore_index=True), np.hstack(filled), beside)


def _usable(factors: pd.DataFrame) -> pd.DataFrame:
    """Runs with a soft prompt of known origin, shown demonstrations of their own task or none."""
    shown = factors["demonstration_task"]
    own_examples = shown.isna() | (shown == factors["task"])
    known = factors["prompt_kind"].notna() & factors["method"].isin(list(_WITHOUT))
    kept = factors[known & own_examples]
    kind = np.where(kept["prompt_task"] == kept["task"], "own", "other")
    trained = kept["prompt_kind"] == "trained"
    return kept.assign(
        kind=np.where(trained, kind, kept["prompt_kind"]),
        source=np.where(trained, kept["prompt_task"], kept["prompt_kind"]),
    )


def _same(column: "pd.Series[Any]", value: Any) -> "pd.Series[bool]":
    return column.isna() if pd.isna(value) else column == value


def _most_frequent(values: "pd.Series[Any]") -> Any:
    return values.groupby(values, sort=False).size().idxmax()


def _measure_target(
    ledger: pd.DataFrame, runs: pd.DataFrame, plain: pd.DataFrame, number: int
) -> tuple[pd.DataFrame, FloatArray]:
    metric, count = str(runs["metric"].iloc[0]), len(runs)
    bases = {_conditions(run): run["run_id"] for run in plain[::-1].to_dict("records")}
    beside = [bases.get(_conditions(run)) for run in runs.to_dict("records")]
    known = np.array([run_id is not None for run_id in beside])
    ids = list(dict.fromkeys([*runs["run_id"], *(b for b in beside if b is not None)]))
    scores, draws, n = scored_runs(ledger, ids, metric, seed=number)
    place = np.array([0 if run_id is None else ids.index(run_id) for run_id in beside])
    baseline = np.where(known, scores[place], np.nan)
    gain = get_metric(metric).gain
    without = f"{_WITHOUT[runs['method'].iloc[0]]} was not run with the same demonstrations"
    part = pd.DataFrame(
        {
            "run_id": runs["run_id"].to_numpy(),
            "baseline_id": pd.Series(beside, dtype=object),
            "target": runs["task"].to_numpy(),
            "source": runs["source"].to_numpy(),
            "kind": runs["kind"].to_numpy(),
            "unit": runs["prompt_id"].to_numpy(),
            "score": scores[:count],
            "baseline": baseline,
            "value": gain(baseline, scores[:count]),
            "n": n,
            "reason": pd.Series([None if each else without for each in known], dtype=object),
        }
    )
    return part, gain(np.where(known, draws[:, place], np.nan), draws[:, :count])


def _conditions(run: Mapping[Any, Any]) -> tuple[object, ...]:
    """What a run has in common with the run that differs from it by the soft prompt alone."""
    # A variant is the config of the run, and of its prompt's training, both without seeds.
    config = {k: v for k, v in json.loads(run["variant"])[0].items() if k not in _FREE}
    drawn = "random" in (run["retriever"], run["order"])
    draw = run["draw_seed"] if drawn else None
    return run["weights_hash"], run["data_hash"], draw, json.dumps(config, sort_keys=True)
