"""How to make a number again: the command, and the config it reads."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
import yaml

from ipt_engine.analysis.commands import FLAGS
from ipt_engine.config import RunConfig
from ipt_engine.presets import build_run_config
from ipt_engine.retrievers import Demonstration

_FLAGS = (
    *(flag for flag in FLAGS if flag[0] != "template"),
    ("evaluation", "limit", "--limit-test"),
    ("evaluation", "split", "--split"),
)
"""Part of the options, setting in it, and the option of `ipt run` that gives it."""


def config_yaml(config: dict[str, Any]) -> str:
    """A config as YAML that `ipt run FILE` reads."""
    return yaml.safe_dump(config, sort_keys=False, allow_unicode=True)


def again(config: dict[str, Any], run_id: str) -> None:
    """Show config and command of a run, with a button for the file."""
    content, name = config_yaml(config), f"{run_id}.yaml"
    st.code(f"ipt run {name}", language=None)
    st.code(content, language="yaml", height=260)
    st.download_button(
        "Config as YAML",
        content,
        file_name=name,
        mime="application/yaml",
        key=f"again.{run_id}",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
    )


def beforehand(config: dict[str, Any], name: str) -> None:
    """Show how to run a config from the command line: by options, or by a file where it must be.

    Args:
        config: A run's config as plain values.
        name: Of the file.
    """
    line = command(config)
    if line is None:
        again(config, name)
    else:
        st.code(line, language=None, wrap_lines=True)


def commands(runs: Mapping[str, dict[str, Any]]) -> None:
    """Show the command lines that make several runs again.

    Args:
        runs: Config by run id.
    """
    lines = [command(config) or f"ipt run {run_id}.yaml" for run_id, config in runs.items()]
    st.code("\n".join(lines), language=None, wrap_lines=True)
    if any(line.endswith(".yaml") for line in lines):
        st.caption("Some settings have no option of their own: get the YAML on the Runs page.")


def generate_command(
    task: str,
    asked: int | str,
    demonstrations: Sequence[Demonstration],
    prompts: Mapping[str, str],
) -> str:
    """The command line that answers one input by all methods.

    Args:
        task: The input's task.
        asked: The test input's number, from 0, or the words of an input of one's own.
        demonstrations: Training examples, shown most similar last; may be none.
        prompts: Prompt id by method.
    """
    words = ["ipt", "generate", "--task", task]
    words += ["--index", str(asked)] if isinstance(asked, int) else ["--input", asked]
    for method, prompt_id in prompts.items():
        words += [f"--{method}", prompt_id]
    for shown in sorted(demonstrations, key=lambda d: d.similarity):
        words += ["--fixed-id", shown.example.id]
    return shlex.join(words if demonstrations else [*words, "--num-fewshot", "0"])


def command(config: dict[str, Any]) -> str | None:
    """A run's config as a command line; None if the options cannot say all of it."""
    training = config["training"] or {}
    parts: dict[str, dict[str, Any]] = {
        "prompt_tuning": training.get("prompt_tuning", {}),
        "training": training.get("training", {}),
        "retrieval": config["retrieval"] or {},
        "generation": config["generation"],
        "template": config["template"],
        "evaluation": {"limit": config["limit"], "split": config["split"]},
    }
    words = ["ipt", "run", "--task", config["task"], "--method", config["method"]]
    words += ["--seed", str(config["seed"]), "--base-model", config["base_model"]]
    words += ["--prompt", config["prompt_id"]] if config["prompt_id"] else []
    options: dict[str, dict[str, Any]] = {}
    for part, name, flag in _FLAGS:
        value = parts[part].get(name)
        if value not in (None, []):
            options.setdefault(part, {})[name] = value
            for one in value if isinstance(value, list) else [value]:
                words += [flag, f"{one:g}" if isinstance(one, float) else str(one)]
    said = build_run_config(
        config["task"],
        config["method"],
        config["base_model"],
        config["seed"],
        config["prompt_id"],
        options,
    )
    return shlex.join(words) if said == RunConfig.from_dict(config) else None
