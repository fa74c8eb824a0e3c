"""The map of a task's training and test inputs."""

import streamlit as st

from dashboard import maps, theme
from dashboard.components.figure import figure
from dashboard.components.progress import awaited
from dashboard.state import View
from ipt_engine import plots
from ipt_engine.tasks import Task


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
    made = awaited(lambda: maps.find_inputs(task), lambda: maps.start_inputs(task), "data.map")
    if made is None:
        return
    titles = {"train": "Train", "test": "Test"}
    plot = plots.input_scatter(made.points, made.share, titles, theme.mode())
    figure(
        plot,
        made.points,
        "map",
        "Training and test inputs on a plane, those of like meaning near each other",
        480,
        on_select=lambda: _clicked(view),
        selection_mode="points",
    )
    st.caption("Click a point to open its example above.")


def _clicked(view: View) -> None:
    chosen = st.session_state["map.plot"]["selection"]["points"]
    split, example = next((p["customdata"] for p in chosen if p.get("customdata")), ("", ""))
    if example:
        view.open(split=split, text="", example=example)
