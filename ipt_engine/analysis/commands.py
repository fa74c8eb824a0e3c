"""A run's variant and a seed to its config, and that to the command that runs it."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from ipt_engine.config import (
    DEFAULT_BASE_MODEL,
    GenerationArguments,
    PromptTuningConfig,
    RetrievalArguments,
    TemplateArguments,
    TrainingArguments,
)

FLAGS = (
    ("prompt_tuning", "num_virtual_tokens", "--num-virtual-tokens"),
    ("prompt_tuning", "prompt_tuning_init", "--init"),
    ("prompt_tuning", "prompt_tuning_init_text", "--init-text"),
    ("training", "max_steps", "--max-steps"),
    ("training", "batch_size", "--batch-size"),
    ("training", "learning_rate", "--learning-rate"),
    ("training", "dtype", "--dtype"),
    ("retrieval", "retriever", "--retriever"),
    ("retrieval", "num_fewshot", "--num-fewshot"),
    ("retrieval", "order", "--order"),
    ("retrieval", "encoder", "--encoder"),
    ("retrieval", "diversity", "--diversity"),
    ("retrieval", "source_task", "--source-task"),
    ("retrieval", "fixed_ids", "--fixed-id"),
    ("generation", "max_new_tokens", "--max-new-tokens"),
    ("template", "instruction", "--instruction"),
    ("template", "chat_template", "--chat-template"),
)
"""Part of a config, setting in it, and the option of `ipt run` that sets it."""
TUNED = ("prompt_tuning_init", "prompt_tuning_init_text", "learning_rate")
"""Settings whose defaults depend on task and method: never left to them, unless on purpose."""
_PARTS = {
    "prompt_tuning": PromptTuningConfig(),
    "training": TrainingArguments(),
    "retrieval": RetrievalArguments(),
    "generation": GenerationArguments(),
    "template": TemplateArguments(),
}


def full_config(variant: str, seed: int, limit: int | None) -> dict[str, Any]:
    """The config of a variant's run with another seed, as `ipt run --seed` sets them all.

    Args:
        variant: Of `run_factors`.
        seed: The seed.
        limit: Test inputs; None for all.
    """
    config: dict[str, Any]
    training: dict[str, Any]
    config, training = json.loads(variant)
    retrieval = config["retrieval"] and config["retrieval"] | {"seed": seed}
    drawn = {"seed": seed} if config["generation"].get("do_sample") else {}
    training = training if known_making(variant) else {}
    if training:
        seeded = {name: training[name] | {"seed": seed} for name in ("prompt_tuning", "training")}
        shown = training["retrieval"] and training["retrieval"] | {"seed": seed}
        training = training | seeded | {"retrieval": shown}
    return config | {
        "training": training or None,
        "retrieval": retrieval,
        "generation": config["generation"] | drawn,
        "limit": limit,
        "seed": seed,
    }


def known_making(variant: str) -> bool:
    """Whether it is known how a variant's runs were made: not with a prompt from elsewhere."""
    return isinstance(json.loads(variant)[1], dict)


def tuned_left_open(config: Mapping[str, Any]) -> dict[str, Any]:
    """A run's config without the settings that are `TUNED`."""
    training = config["training"]
    if not training:
        return dict(config)
    parts = {
        part: {name: value for name, value in training[part].items() if name not in TUNED}
        for part in ("prompt_tuning", "training")
    }
    return {**config, "training": {**training, **parts}}


def run_command(config: Mapping[str, Any]) -> str | None:
    """A run's config as a command.

    Args:
        config: Of `full_config`; settings that `tuned_left_open` takes out of it are left to what
            was found for the task and method.

    Returns:
        The command; None if the options of `ipt run` cannot say all of it.
    """
    training = config["training"] or {}
    shared = [training.get(name) == config[name] for name in ("retrieval", "template")]
    if training and not all(shared):
        return None
    words = ["ipt", "run", "--task", config["task"], "--method", config["method"]]
    words += ["--seed", str(config["seed"])]
    if config["base_model"] != DEFAULT_BASE_MODEL:
        words += ["--base-model", config["base_model"]]
    flags = {(part, name): flag for part, name, flag in FLAGS}
    for part, defaults in _PARTS.items():
        source = training if part in ("prompt_tuning", "training") else config
        for name, value in (source.get(part) or {}).items():
            default = getattr(defaults, name)
            usual = value == (list(default) if isinstance(default, tuple) else default)
            if name == "seed" or value is None or (usual and name not in TUNED):
                continue
            if (part, name) not in flags:
                return None
            words += _option(flags[part, name], value)
    words += ["--split", config["split"]] if config["split"] != "test" else []
    words += ["--limit-test", str(config["limit"])] if config["limit"] else []
    return shlex.join(words)


def _option(flag: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [flag if value else flag.replace("--", "--no-", 1)]
    values = value if isinstance(value, list) else [value]
    return [word for one in values for word in (flag, str(one))]
