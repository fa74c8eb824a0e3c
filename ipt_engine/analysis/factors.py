"""What runs differ in: one row for each run, one column for each thing that was chosen.

Every analysis picks its runs from this frame, whoever made them: a study, or a person by hand.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd

FACTORS = (
    "run_id",
    "prompt_id",
    "task",
    "base_model",
    "base_model_title",
    "weights_hash",
    "data_hash",
    "method",
    "metric",
    "split",
    "limit",
    "n",
    "retriever",
    "num_fewshot",
    "order",
    "encoder",
    "demonstration_task",
    "prompt_task",
    "prompt_method",
    "prompt_kind",
    "prompt_retriever",
    "prompt_demonstration_task",
    "prompt_data_hash",
    "num_virtual_tokens",
    "init",
    "init_seed",
    "order_seed",
    "draw_seed",
    "seed",
    "steps",
    "learning_rate",
    "training_seconds",
    "seconds",
    "variant",
)
PromptKind = Literal["trained", "untrained", "noise"]


def run_factors(
    runs: Sequence[Mapping[str, Any]],
    configs: Mapping[str, Mapping[str, Any]],
    prompts: Mapping[str, Mapping[str, Any]],
) -> pd.DataFrame:
    """One row for each run with `FACTORS`; what a run does not have is None (nan for numbers).

    Columns that need a word: `limit` (test inputs asked for, nan for all) and `n` (answered);
    `retriever`, `num_fewshot`, `order`, `encoder`, `draw_seed` of the demonstrations shown;
    `demonstration_task`, the task they come from; `prompt_task`, `prompt_method` ("pt" or
    "ipt"), `prompt_retriever`, `prompt_demonstration_task` and `prompt_data_hash` (of the data it
    learned from; None where none are known) of the soft prompt's training; `prompt_kind` "trained",
    "untrained" (no steps taken, and not imported) or "noise" (untrained, with a trained prompt's
    norms); `init_seed` and `order_seed` of initialisation and data order; `seconds` for each input;
    `variant`, equal for runs that differ in nothing but seeds (and, of a noise prompt, in whose
    norms it has).

    Args:
        runs: Rows of `RunStore.runs`.
        configs: Each run's config, by run id.
        prompts: Each prompt's prompt.json, by prompt id; a prompt that is gone may be missing,
            and what is known from it is then None.
    """
    rows = [
        _row(run, configs[run["run_id"]], prompts.get(run["prompt_id"] or ""))
        for run in runs
        if run["run_id"] in configs
    ]
    frame = pd.DataFrame(rows, columns=list(FACTORS))
    for name in _NUMBERS:
        frame[name] = pd.to_numeric(frame[name]).astype("float64")
    for name in (n for n in FACTORS if n not in _NUMBERS):
        frame[name] = pd.Series([row[name] for row in rows], dtype=object, index=frame.index)
    return frame


_NUMBERS = (
    "limit",
    "n",
    "num_fewshot",
    "num_virtual_tokens",
    "init_seed",
    "order_seed",
    "draw_seed",
    "seed",
    "steps",
    "learning_rate",
    "training_seconds",
    "seconds",
)


def _row(
    run: Mapping[str, Any], config: Mapping[str, Any], prompt: Mapping[str, Any] | None
) -> dict[str, Any]:
    shown = config.get("retrieval") or {}
    training = dict(prompt["config"]) if prompt else {}
    tuning, steps = training.get("prompt_tuning") or {}, training.get("training") or {}
    trained_with = training.get("retrieval") or {}
    return {
        **{name: run[name] for name in _OF_RUN},
        "limit": config.get("limit"),
        "num_fewshot": run["num_fewshot"] or 0,
        "order": shown.get("order"),
        "encoder": shown.get("encoder"),
        "demonstration_task": (shown.get("source_task") or run["task"]) if shown else None,
        "prompt_task": training.get("task"),
        "prompt_method": prompt["method"] if prompt else None,
        "prompt_kind": _kind(tuning, steps, prompt) if prompt else None,
        "prompt_retriever": trained_with.get("retriever"),
        "prompt_demonstration_task": trained_with.get("source_task"),
        "prompt_data_hash": _learned_from(prompt, steps) if prompt else None,
        "init": tuning.get("prompt_tuning_init"),
        "init_seed": tuning.get("seed"),
        "order_seed": steps.get("seed"),
        "draw_seed": shown.get("seed"),
        "steps": steps.get("max_steps"),
        "learning_rate": steps.get("learning_rate"),
        "training_seconds": prompt["training_seconds"] if prompt else None,
        "seconds": run["seconds"] / run["n"] if run["n"] else None,
        "variant": _text(
            [
                _unseeded({**config, "prompt_id": None}),
                # How a prompt from elsewhere was made is not known: each stands for itself.
                (prompt or {}).get("imported") or _unseeded(training),
            ]
        ),
    }


_OF_RUN = (
    "run_id",
    "prompt_id",
    "task",
    "base_model",
    "base_model_title",
    "weights_hash",
    "data_hash",
    "method",
    "metric",
    "split",
    "n",
    "retriever",
    "num_virtual_tokens",
    "seed",
)


def _kind(
    tuning: Mapping[str, Any], steps: Mapping[str, Any], prompt: Mapping[str, Any]
) -> PromptKind:
    if prompt.get("imported"):
        return "trained"
    if tuning.get("norms_of"):
        return "noise"
    return "trained" if steps.get("max_steps") else "untrained"


def _learned_from(prompt: Mapping[str, Any], steps: Mapping[str, Any]) -> str | None:
    known = steps.get("max_steps") and not prompt.get("imported")
    return prompt["data_hash"] if known else None


def _unseeded(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {k: _unseeded(v) for k, v in value.items() if k not in {"seed", "norms_of"}}
        return kept | {"norms_of": bool(value["norms_of"])} if "norms_of" in value else kept
    return value


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
