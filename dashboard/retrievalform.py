"""Which demonstrations come before an input: the part of the form that methods with them have."""

from typing import Any

import streamlit as st

from dashboard.components import terms
from dashboard.numberfields import Field, Numbers
from dashboard.state import View
from ipt_engine.config import RetrievalArguments
from ipt_engine.tasks import all_tasks

DEFAULT = RetrievalArguments()
RETRIEVERS = {
    "dense": "the most similar by meaning",
    "bm25": "those that share the rarest words",
    "mmr": "similar, but unlike each other",
    "random": "drawn anew for each input",
    "fixed": "the same for all, by id",
    "median": "of middling similarity (a control)",
    "farthest": "the least similar (a control)",
    "other_task": "another task's (a control)",
}
SHOWN = Field(
    "How many",
    0,
    20,
    DEFAULT.num_fewshot,
    "Shown before every input, in training and evaluation; as many as fit.",
)
ORDERS = {
    "most_similar_last": "most similar last",
    "most_similar_first": "most similar first",
    "random": "random",
}


def choose_demonstrations(view: View, numbers: Numbers, task: str) -> dict[str, Any]:
    """Draw the choices.

    Args:
        view: The page's choices.
        numbers: The form's number fields, to which this part adds its own.
        task: The task that is trained on or answered.

    Returns:
        The settings of `RetrievalArguments` that differ from its defaults.
    """
    retriever = st.selectbox(
        "Demonstrations are",
        list(RETRIEVERS),
        key=view.choice("retriever", list(RETRIEVERS), DEFAULT.retriever),
        format_func=lambda name: f"{name.replace('_', ' ')}: {RETRIEVERS[name]}",
        help=terms.TERMS["demonstration"],
    )
    chosen: dict[str, Any] = {"retriever": retriever}
    if retriever == "fixed":
        ids = st.text_input(
            "Training ids",
            key=view.words("fixed"),
            max_chars=1000,
            placeholder="such as train-12, train-40",
            help="Ids of training examples as the page Data lists them, a comma between.",
        )
        chosen["fixed_ids"] = tuple(part.strip() for part in ids.split(",") if part.strip())
        chosen["num_fewshot"] = len(chosen["fixed_ids"])
        return chosen
    left, right = st.columns(2)
    chosen["num_fewshot"] = numbers.ask(left, "shown", SHOWN)
    if retriever == "mmr":
        chosen["diversity"] = float(
            right.slider(
                "Diversity",
                0.0,
                1.0,
                step=0.05,
                key=view.number("diversity", 0.0, 1.0, DEFAULT.diversity, step=0.05),
                help="0: similarity alone, as dense. 1: difference from each other alone.",
            )
        )
    if retriever == "other_task":
        tasks = {name: other for name, other in all_tasks().items() if name != task}
        chosen["source_task"] = right.selectbox(
            "The other task",
            list(tasks),
            key=view.choice("source", list(tasks)),
            format_func=lambda name: tasks[name].title,
        )
    if chosen["num_fewshot"] > 1:
        chosen["order"] = right.selectbox(
            "Order",
            list(ORDERS),
            key=view.choice("order", list(ORDERS), DEFAULT.order),
            format_func=ORDERS.__getitem__,
            help="Models often follow what stands last most.",
        )
    return {name: value for name, value in chosen.items() if value != getattr(DEFAULT, name)}
