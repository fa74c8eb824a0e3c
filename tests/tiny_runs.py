"""Configs of runs that a tiny model makes in a moment."""

from pathlib import Path
from typing import Any

from ipt_engine.config import RunConfig
from ipt_engine.methods import METHODS
from ipt_engine.presets import build_run_config


def config_of(method: str, model: Path, **changes: Any) -> RunConfig:
    """Four inputs and, where a prompt is trained, three steps; `changes` are made part by part."""
    options: dict[str, dict[str, Any]] = {
        "generation": {"max_new_tokens": 8},
        "evaluation": {"limit": 4},
    }
    if METHODS[method].soft_prompt and "prompt" not in changes:
        options["prompt_tuning"] = {"num_virtual_tokens": 3}
        options["training"] = {"max_steps": 3, "batch_size": 2, "eval_steps": 2, "eval_examples": 2}
    for part, values in changes.items():
        if part != "prompt":
            options[part] = options.get(part, {}) | values
    return build_run_config("mini-dart", method, str(model), 0, changes.get("prompt"), options)
