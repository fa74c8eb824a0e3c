"""Which task, method and base model: fields that pages and forms share."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import data
from dashboard.state import View
from ipt_engine.catalogue import CATALOGUE, model_title
from ipt_engine.config import DEFAULT_BASE_MODEL
from ipt_engine.methods import METHODS
from ipt_engine.tasks import all_tasks, task_title


def task_field(
    view: View,
    place: Any = st,
    names: Sequence[str] | None = None,
    forget: Sequence[str] = (),
    **options: Any,
) -> str:
    """A task's name.

    Args:
        view: The page's choices, "task" among them.
        place: Where it is drawn.
        names: What can be picked; all tasks if None.
        forget: Choices that fall back to their defaults with another task.
        options: Further arguments of `st.selectbox`.
    """
    tasks = all_tasks()
    names = list(tasks) if names is None else list(names)
    picked: str = place.selectbox(
        "Task",
        names,
        key=view.choice("task", names, known=tasks),
        format_func=task_title,
        on_change=view.forget if forget else None,
        args=tuple(forget) if forget else None,
        **options,
    )
    return picked


def method_field(view: View, names: Sequence[str], forget: Sequence[str] = ()) -> str:
    """A method's name, of those that can be picked; what each is stands on hover."""
    picked: str = st.segmented_control(
        "Method",
        list(names),
        key=view.choice("method", list(names)),
        format_func=lambda name: METHODS[name].title,
        required=True,
        help=" ".join(f"{METHODS[n].title}: {METHODS[n].explanation}" for n in names),
        on_change=view.forget,
        args=tuple(forget),
    )
    return picked


def known_models() -> list[str]:
    """The catalogue's base models, and those of the store's prompts."""
    return list(dict.fromkeys([*CATALOGUE, *data.prompts()["base_model"]]))


def model_field(view: View) -> str:
    """A known base model, or any causal language model by its folder or hub id."""
    key = view.words("model", DEFAULT_BASE_MODEL)
    models = known_models()
    chosen = st.session_state[key]
    model = st.selectbox(
        "Base model",
        models if chosen in models else [*models, chosen],
        key=key,
        accept_new_options=True,
        format_func=model_title,
        help="Choose one, or type the folder of a model on this machine, or a hub id. Any causal "
        "language model in safetensors works.",
    )
    return str(model or DEFAULT_BASE_MODEL)
