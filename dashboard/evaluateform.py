"""What to evaluate without training anything: a method's answers, a stored prompt's elsewhere."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components import terms, text
from dashboard.components.errors import one_line_errors
from dashboard.fields import method_field, model_field, task_field
from dashboard.numberfields import Field, Numbers
from dashboard.retrievalform import choose_demonstrations
from dashboard.sentences import seed_words
from dashboard.state import View
from ipt_engine.config import RunConfig
from ipt_engine.methods import METHODS
from ipt_engine.presets import build_run_config
from ipt_engine.retrievers import refuse_too_many
from ipt_engine.tasks import task_title

OF_THE_PROMPT = ("seed",)
"""Choices whose defaults are the chosen prompt's."""


def choose_evaluation(view: View) -> RunConfig | None:
    """The form; None while nothing can be run as it says, which is said."""
    task = task_field(view)
    method = method_field(view, list(METHODS), OF_THE_PROMPT)
    prompt_id, model, usual_seed = None, "", 0
    if METHODS[method].soft_prompt:
        prompt = _choose_prompt(view, method, task)
        if prompt is None:
            return None
        prompt_id, model, usual_seed = prompt["prompt_id"], prompt["base_model"], prompt["seed"]
    else:
        model = model_field(view)
    numbers, options = Numbers(view), {}
    if METHODS[method].demonstrations:
        options["retrieval"] = choose_demonstrations(view, numbers, task)
    seed = numbers.ask(st, "seed", _seed_field(int(usual_seed)))
    if numbers.wrong:
        st.error(text.markdown(" ".join(numbers.wrong)), icon=":material/error:")
        return None
    config = None
    with one_line_errors():
        asked = build_run_config(task, method, model, seed, prompt_id, options)
        refuse_too_many(task, asked.retrieval)
        config = asked
    return config


def _choose_prompt(view: View, method: str, task: str) -> dict[str, Any] | None:
    """A stored prompt of the method, those trained on the task first; None if there is none."""
    prompts = data.prompts()
    fitting = prompts[prompts["method"] == method]
    if fitting.empty:
        title = METHODS[method].title
        st.info(f"There is no prompt of {title} yet. Train one: its evaluation is part of that.")
        return None
    own = fitting["task"] == task
    rows = pd.concat([fitting[own], fitting[~own]]).set_index("prompt_id", drop=False)
    labels = {str(row["prompt_id"]): _label(row) for row in rows.to_dict("records")}
    picked = st.selectbox(
        "Soft prompt",
        list(labels),
        key=view.choice("use", list(labels)),
        format_func=labels.__getitem__,
        help=terms.TERMS["soft prompt"]
        + " One that was trained on another task may be tried, too.",
        on_change=view.forget,
        args=OF_THE_PROMPT,
    )
    found: dict[str, Any] = rows.loc[picked].to_dict()
    return found


def _label(prompt: dict[str, Any]) -> str:
    """A prompt in one line, what tells it apart first."""
    told = "imported" if prompt["imported"] else "" if prompt["steps"] else "untrained"
    parts = [task_title(prompt["task"]), told, seed_words(prompt)]
    parts += [f"{prompt['num_virtual_tokens']} tokens", prompt["prompt_id"][:6]]
    return " · ".join(filter(None, parts))


def _seed_field(usual: int) -> Field:
    return Field(
        "Seed",
        0,
        1_000_000,
        usual,
        "Draws what is drawn at random, such as random demonstrations. Runs of a prompt have its "
        "own seed as a rule.",
    )
