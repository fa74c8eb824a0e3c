"""Ways from a finished training to the pages that show what came of it, and to what is missing."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard.components import text


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
