"""A plot in the page's own colours, with what belongs beside it: its data as CSV."""

from typing import Any

import pandas as pd
import streamlit as st
from plotly.graph_objects import Figure

_TOOLS = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["lasso2d", "select2d", "zoomIn2d", "zoomOut2d", "autoScale2d"],
}


def figure(  # noqa: PLR0913 a picture, its data, its words and its size
    plot: Figure, frame: pd.DataFrame, name: str, alt: str, height: int = 400, **chart: Any
) -> Any:
    """Draw a figure with a button for its data, and give the selection if there is one.

    Its camera button saves it as a PNG of the same name, on the background that its texts are
    readable on: on none, those of the dark theme would be near white on white paper.

    Args:
        plot: The figure.
        frame: The data that it shows.
        name: Stem of the file's name and of the widgets' keys.
        alt: What the picture shows, for those who cannot see it.
        height: Of the picture, in pixels.
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
        selected = st.plotly_chart(
            plot, theme=None, config=config, alt=alt, key=f"{name}.plot", **chart
        )
        csv_button(frame, name)
    return selected


def csv_button(frame: pd.DataFrame, name: str, label: str = "Data as CSV") -> None:
    """A button that downloads a frame."""
    st.download_button(
        label,
        lambda: frame.to_csv(index=False).encode(),
        file_name=f"{name}.csv",
        mime="text/csv",
        key=f"{name}.csv",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
    )
