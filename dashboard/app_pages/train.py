"""Train: what does it take to train a prompt, and is it learning?"""

import streamlit as st

from dashboard import data, jobs
from dashboard.components import terms, text
from dashboard.components.again import beforehand
from dashboard.components.errors import one_line_errors
from dashboard.components.promptlist import draw_prompts
from dashboard.costs import estimate
from dashboard.evaluateform import choose_evaluation
from dashboard.fields import known_models, method_field, model_field, task_field
from dashboard.importform import draw_import
from dashboard.jobview import draw_jobs
from dashboard.numberfields import Field, Numbers
from dashboard.readonly import write_button
from dashboard.removal import delete_prompt_button
from dashboard.retrievalform import choose_demonstrations
from dashboard.state import View
from ipt_engine.config import (
    PromptTuningConfig,
    RunConfig,
    TrainingArguments,
)
from ipt_engine.methods import METHODS
from ipt_engine.presets import build_run_config
from ipt_engine.retrievers import refuse_too_many
from ipt_engine.tasks import get_task, task_title
from ipt_engine.tuned import TunedSettings, tuned_settings

PROMPT, TRAINING = PromptTuningConfig(), TrainingArguments()
TOKENS = Field("Virtual tokens", 1, 1000, PROMPT.num_virtual_tokens, terms.TERMS["virtual tokens"])
STEPS = Field(
    "Steps",
    1,
    100_000,
    TRAINING.max_steps,
    "Optimiser steps. The prompt of the step with the lowest dev loss is kept.",
)
BATCH = Field("Batch size", 1, 1024, TRAINING.batch_size, "Examples in each step.")
SEED = Field(
    "Seed",
    0,
    1_000_000,
    0,
    terms.TERMS["seed"] + " Train with several to see how much luck decides.",
)
WHAT = {"train": "Train a prompt", "evaluate": "Only evaluate"}
BUSY_SECONDS, IDLE_SECONDS = 2.0, 5.0
"""How often the list of jobs is looked at again: while something runs, and else."""
TUNED = ("rate", "init")
"""Choices whose defaults are tuned for each task and method."""
INITS = {
    "SAMPLE_VOCAB": "vocabulary: embeddings of random tokens",
    "TEXT": "text: embeddings of words you give",
    "RANDOM": "random: noise as wide as the embeddings",
}


def main() -> None:
    """Draw the page."""
    view = View("train")
    st.title("What does it take to train a prompt?")
    with st.container(key="wide-train"):
        form, progress = st.columns([1, 1.5], gap="large")
    with form:
        what = st.segmented_control(
            "What to do",
            list(WHAT),
            key=view.choice("do", list(WHAT)),
            format_func=WHAT.__getitem__,
            required=True,
            label_visibility="collapsed",
        )
        config = choose_settings(view) if what == "train" else choose_evaluation(view)
        start(config, "Train and evaluate" if what == "train" else "Evaluate")
    with progress:
        seen = jobs.standing(data.store())
        st.fragment(follow, run_every=BUSY_SECONDS if seen.busy else IDLE_SECONDS)(seen.states)
    draw_trained(view)
    draw_import(known_models(), view.get("task"))
    view.publish()


def draw_trained(view: View) -> None:
    """The prompts of the form's task, or of all tasks."""
    st.header("Trained prompts", help=terms.TERMS["soft prompt"])
    task = view.get("task")
    scopes = {"task": f"Of {text.markdown(task_title(task))}", "all": "Of all tasks"}
    scope = st.segmented_control(
        "Whose",
        list(scopes),
        key=view.choice("of", list(scopes)),
        format_func=scopes.__getitem__,
        required=True,
        label_visibility="collapsed",
    )
    prompts = data.prompts()
    if scope == "task":
        prompts = prompts[prompts["task"] == task]
    if prompts.empty:
        st.info("No soft prompt has been trained for this yet. The form above trains one.")
        return
    draw_prompts(view, prompts, data.history, data.prompt_zip, delete_prompt_button)


def choose_settings(view: View) -> RunConfig | None:
    """The form; None while a setting is not allowed or contradicts another, which is said."""
    soft = [name for name, method in METHODS.items() if method.soft_prompt]
    task = task_field(view, forget=TUNED)
    method = method_field(view, soft, TUNED)
    model = model_field(view)
    tuned = tuned_settings(task, method, model)
    left, right = st.columns(2)
    numbers = Numbers(view)
    tokens = numbers.ask(left, "tokens", TOKENS)
    steps = numbers.ask(right, "steps", STEPS)
    batch = numbers.ask(left, "batch", BATCH)
    rate = numbers.ask(right, "rate", rate_field(tuned))
    seed = numbers.ask(left, "seed", SEED)
    init = st.selectbox(
        "Starts from",
        list(INITS),
        key=view.choice("init", list(INITS), tuned.prompt_tuning_init if tuned else None),
        format_func=INITS.__getitem__,
    )
    init_text = None
    if init == "TEXT":
        init_text = st.text_input(
            "Text", key=view.words("init_text", get_task(task).instruction), max_chars=500
        )
    options = {
        "prompt_tuning": {
            "num_virtual_tokens": tokens,
            "prompt_tuning_init": init,
            "prompt_tuning_init_text": init_text or None,
        },
        "training": {
            "max_steps": steps,
            "batch_size": batch,
            "learning_rate": rate,
        },
    }
    if METHODS[method].demonstrations:
        options["retrieval"] = choose_demonstrations(view, numbers, task)
    config = None
    if numbers.wrong:
        st.error(text.markdown(" ".join(numbers.wrong)), icon=":material/error:")
        return None
    with one_line_errors():
        asked = build_run_config(task, method, model, seed, None, options)
        refuse_too_many(task, asked.retrieval)
        config = asked
    return config


def rate_field(tuned: TunedSettings | None) -> Field:
    """The learning rate; its default is tuned where a search was made."""
    return Field(
        "Learning rate",
        0.00001,
        10.0,
        tuned.learning_rate if tuned else TRAINING.learning_rate,
        "Peak rate of AdamW; warmed up, then falling to 0. Soft prompts want a high one. "
        + (f"Set to {tuned.origin}." if tuned else "Find a good one with `ipt tune`."),
        step=0.01,
    )


def start(config: RunConfig | None, label: str) -> None:
    """What it will cost, the button, and how to do the same from the command line."""
    if config is not None:
        st.html(
            f'<div class="ipt-small">{text.html(estimate(config, data.prompts(), data.runs()))}'
            f"<br>Base model: {terms.model(config.base_model)}. The work goes on when you close "
            "this page.</div>"
        )
    pressed = write_button(
        label,
        type="primary",
        icon=":material/play_arrow:",
        disabled=config is None,
        key="train.start",
    )
    if pressed and config is not None:
        jobs.submit(data.store(), config)
        st.rerun()
    if config is not None:
        with st.expander("From the command line", icon=":material/terminal:"):
            beforehand(config.to_dict(), "my-run")


def follow(states: frozenset[tuple[str, str]]) -> None:
    """What runs now, redrawn by itself; the whole page once something begins or ends.

    Args:
        states: Of all work when the page was drawn. Whoever changes it may sit at another browser.
    """
    with one_line_errors():
        now = jobs.standing(data.store())
        if now.states != states:
            st.rerun()
        draw_jobs(now.jobs, now.others, data.store())


main()
