"""The map of a task's training and test inputs."""

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import data, theme
from dashboard.components.figure import figure
from dashboard.state import View
from ipt_engine import plots
from ipt_engine.encoders import encode
from ipt_engine.tasks import Task

MOST = 3000
"""Training inputs drawn at most; drawn by chance, the same each time."""


def draw_map(view: View, task: Task) -> None:
    """The map where it was asked for; a click on a point opens its example above.

    Args:
        view: The page's choices; `map` says that it was asked for.
        task: The task.
    """
    st.toggle(
        "Draw train and test on a map",
        key=view.flag("map"),
        help="Inputs of like meaning lie near each other. The first time, all inputs are encoded: "
        "about a minute for a thousand.",
    )
    if not view.get("map"):
        return
    with st.status("Encoding the inputs", expanded=False) as status:
        points, share = _points(
            task.name,
            task.data_hash("train", "test"),
            lambda what, done, total: status.update(label=f"{what}: {done} of {total}"),
        )
        status.update(label="Encoded all inputs", state="complete")
    titles = {"train": "Train", "test": "Test"}
    plot = plots.input_scatter(points, share, titles, theme.mode())
    figure(
        plot,
        points,
        "map",
        "Training and test inputs on a plane, those of like meaning near each other",
        480,
        on_select=lambda: _clicked(view),
        selection_mode="points",
    )
    st.caption("Click a point to open its example above.")


@st.cache_data(max_entries=8, show_spinner=False)
def _points(task: str, data_hash: str, _tell: object) -> tuple[pd.DataFrame, float]:
    from ipt_engine.analysis.input_map import input_map  # noqa: PLC0415 loads scipy

    train = list(data.examples(task, "train").values())
    test = list(data.examples(task, "test").values())
    if len(train) > MOST:
        picked = np.random.default_rng(0).choice(len(train), MOST, replace=False)
        train = [train[i] for i in sorted(picked)]
    examples = [*train, *test]
    vectors = encode([e.input for e in examples], on_progress=_tell)  # type: ignore[arg-type]
    splits = ["train"] * len(train) + ["test"] * len(test)
    points, share = input_map(vectors, splits, [e.id for e in examples])
    similarity = np.full(len(examples), np.nan)
    if train and test:
        similarity[len(train) :] = (vectors[len(train) :] @ vectors[: len(train)].T).max(axis=1)
    return points.assign(input=[e.input for e in examples], similarity=similarity), share


def _clicked(view: View) -> None:
    chosen = st.session_state["map.plot"]["selection"]["points"]
    split, example = next((p["customdata"] for p in chosen if p.get("customdata")), ("", ""))
    if example:
        view.open(split=split, text="", example=example)
