"""How to make a number again: the command, and the config it reads."""

from collections.abc import Sequence
from typing import Any

import streamlit as st
import yaml


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


def commands(configs: Sequence[dict[str, Any]]) -> None:
    """Show the command lines that make several runs, with those settings that have options."""
    st.code("\n".join(command(config) for config in configs), language=None, wrap_lines=True)


def command(config: dict[str, Any]) -> str:
    """A run's config as a command line."""
    words = ["ipt run", f"--task {config['task']}", f"--method {config['method']}"]
    words += [f"--seed {config['seed']}", f"--base-model {config['base_model']}"]
    training, retrieval = config["training"], config["retrieval"]
    if training is not None:
        prompt, steps = training["prompt_tuning"], training["training"]
        words += [
            f"--num-virtual-tokens {prompt['num_virtual_tokens']}",
            f"--init {prompt['prompt_tuning_init']}",
            f"--max-steps {steps['max_steps']}",
            f"--batch-size {steps['batch_size']}",
            f"--learning-rate {steps['learning_rate']:g}",
        ]
    elif config["prompt_id"] is not None:
        words.append(f"--prompt {config['prompt_id']}")
    if retrieval is not None:
        words += [f"--retriever {retrieval['retriever']}"]
        words += [f"--num-fewshot {retrieval['num_fewshot']}"]
    if config["limit"] is not None:
        words.append(f"--limit-test {config['limit']}")
    return " ".join(words)
