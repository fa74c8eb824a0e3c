"""Ways from a finished training to the pages that show what came of it, and to what is missing."""

import shlex
from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard.components import text
from ipt_engine.methods import METHODS

_FORM = {
    "--task": "task",
    "--method": "method",
    "--base-model": "model",
    "--seed": "seed",
    "--num-virtual-tokens": "tokens",
    "--max-steps": "steps",
    "--batch-size": "batch",
}
"""Option of `ipt run` to the field of the form on the page Train that says the same."""


def result_links(run: Mapping[str, Any] | None) -> None:
    """Links to the run that a job made, and to its prompt."""
    if run is None:
        st.caption("Its run is no longer in the store.")
        return
    st.page_link(
        "app_pages/runs.py",
        label="See the run",
        icon=":material/table_rows:",
        query_params={"runs": run["run_id"]},
    )
    if run["prompt_id"]:
        prompt_link(run["task"], run["method"], run["prompt_id"])


def anatomy_link(task: str, prompt_id: str) -> None:
    """Link that opens the page Prompts with a prompt."""
    st.page_link(
        "app_pages/prompts.py",
        label="Take the prompt apart",
        icon=":material/scatter_plot:",
        query_params={"task": task, "prompt": prompt_id},
    )


def prompt_link(task: str, method: str, prompt_id: str) -> None:
    """Link that opens the Playground with a prompt."""
    st.page_link(
        "app_pages/playground.py",
        label="Try the prompt",
        icon=":material/forum:",
        query_params={"task": task, method: prompt_id},
    )


def import_link(task: str) -> None:
    """Link to the page Train, at whose foot soft prompts made elsewhere are imported."""
    st.page_link(
        "app_pages/train.py",
        label="Import another on Train",
        icon=":material/upload:",
        query_params={"task": task},
    )


def evaluate_link(label: str, **asked: str) -> None:
    """Link that opens the page Train with a form, filled in, for an evaluation without training.

    Args:
        label: What stands on it; plain text.
        asked: The form's choices: task, method, use (a prompt's id), retriever, seed.
    """
    st.page_link(
        "app_pages/train.py",
        label=text.markdown(label),
        icon=":material/play_arrow:",
        query_params={"do": "evaluate", **asked},
    )


def command_link(label: str, command: str) -> None:
    """Link that opens the page Train with its form as a command has it; none if it cannot say it.

    Args:
        label: What stands on it; plain text.
        command: Of `commands.run_command`.
    """
    words = shlex.split(command)[2:]
    if any(word.startswith("--") and word not in _FORM for word in words):
        return
    asked = {_FORM[flag]: value for flag, value in zip(words[::2], words[1::2], strict=True)}
    if METHODS[asked["method"]].soft_prompt:
        st.page_link(
            "app_pages/train.py",
            label=text.markdown(label),
            icon=":material/model_training:",
            query_params=asked,
        )
    else:
        evaluate_link(label, **asked)
