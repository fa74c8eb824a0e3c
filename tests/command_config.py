"""What `ipt run` makes of a command line."""

import shlex
from typing import Any

from ipt_engine.analysis.commands import FLAGS
from ipt_engine.config import DEFAULT_BASE_MODEL, RunConfig
from ipt_engine.presets import build_run_config


def config_of(command: str) -> RunConfig:
    """The run that a command asks for, by the table of its options."""
    words = iter(shlex.split(command)[2:])
    given: dict[str, Any] = {"seed": "0"}
    flags = {flag: (part, name) for part, name, flag in FLAGS}
    options: dict[str, dict[str, Any]] = {}
    numbers = {"num_virtual_tokens", "max_steps", "batch_size", "num_fewshot", "max_new_tokens"}
    for word in words:
        if word == "--no-instruction":
            options.setdefault("template", {})["instruction"] = False
        elif word in flags:
            part, name = flags[word]
            value: Any = True if part == "template" else next(words)
            value = int(value) if name in numbers else value
            value = float(value) if name in {"learning_rate", "diversity"} else value
            options.setdefault(part, {})[name] = value
        elif word == "--limit-test":
            options.setdefault("evaluation", {})["limit"] = int(next(words))
        elif word == "--split":
            options.setdefault("evaluation", {})["split"] = next(words)
        else:
            given[word.removeprefix("--")] = next(words)
    seed = int(given["seed"])
    base = given.get("base-model", DEFAULT_BASE_MODEL)
    return build_run_config(given["task"], given["method"], base, seed, None, options)
