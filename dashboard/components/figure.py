"""A plot in the page's own colours, with what belongs beside it: its data, and itself, as files."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pandas as pd
import streamlit as st
from plotly.graph_objects import Figure

from ipt_engine.csv_text import csv_text

LEAST_WIDTHS = (28, 36, 44, 54)
"""In rem; `dashboard.theme` has a rule of style for each."""
_TOOLS = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["lasso2d", "select2d", "zoomIn2d", "zoomOut2d", "autoScale2d"],
}


def figure(  # noqa: PLR0913 a picture, its data, its words and its size
    plot: Figure,
    frame: pd.DataFrame,
    name: str,
    alt: str,
    height: int = 400,
    least: int = 0,
    **chart: Any,
) -> Any:
    """Draw a figure with buttons for its data and itself; give the selection if there is one.

    One button saves it as a page that is still to be hovered. Its camera button saves it as a PNG
    of the same name, on the background that its texts are readable on: on none, those of the dark
    theme would be near white on white paper.

    Args:
        plot: The figure.
        frame: The data that it shows.
        name: Stem of the file's name and of the widgets' keys.
        alt: What the picture shows, for those who cannot see it.
        height: Of the picture, in pixels.
        least: Its least width, one of `LEAST_WIDTHS`: where there is less, it is scrolled. 0: none.
        chart: Further arguments of `st.plotly_chart`.
    """
    plot.update_layout(
        font_family="Source Sans, sans-serif",
        height=height,
        margin={"t": 46, "b": 50, "l": 56, "r": 12},
        modebar={"bgcolor": "rgba(0,0,0,0)"},
    )
    plot.update_annotations(bgcolor="rgba(0,0,0,0)")
    picture = {"format": "png", "scale": 2, "filename": name}
    config = {**_TOOLS, "toImageButtonOptions": picture}
    with st.container(gap="xxsmall"):
        with st.container(key=f"least-{least}-{name}") if least else nullcontext():
            selected = st.plotly_chart(
                plot, theme=None, config=config, alt=alt, key=f"{name}.plot", **chart
            )
        with st.container(horizontal=True, gap="small"):
            csv_button(frame, name)
            _html_button(plot, name, alt)
    return selected


def csv_button(frame: pd.DataFrame, name: str, label: str = "Data as CSV") -> None:
    """A button that downloads a frame."""
    _download(label, lambda: csv_text(frame), f"{name}.csv", "text/csv")


def _html_button(plot: Figure, name: str, alt: str) -> None:
    def page() -> str:
        # Some megabytes, of which none are made before they are asked for.
        from ipt_engine.plots.standalone import standalone_page  # noqa: PLC0415

        return standalone_page(plot, alt)

    _download("Picture as HTML", page, f"{name}.html", "text/html")


def _download(label: str, make: Callable[[], str], file_name: str, mime: str) -> None:
    """A quiet button; the file is made when it is pressed."""
    st.download_button(
        label,
        lambda: make().encode(),
        file_name=file_name,
        mime=mime,
        key=file_name,
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
    )
