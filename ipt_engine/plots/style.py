"""What all figures share: colours, themes, axes, and text that plotly must not interpret."""

from functools import cache
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go

Theme = Literal["light", "dark"]

METHOD_COLOURS = {
    "zero_shot": "#CA76A5",
    "icl": "#0072B2",
    "pt": "#D55E00",
    "ipt": "#009E73",
}
"""One colour for each method, everywhere, in the order in which they are shown.

Four colours of the set of Okabe and Ito (2008), the first a shade darker: told apart with any
common colour blindness, and at least 3:1 against either background.
"""

BACKGROUNDS: dict[Theme, str] = {"light": "#FDFCFA", "dark": "#16181D"}
"""Of the pages that figures stand on, the dashboard's and the report's."""
INK: dict[Theme, str] = {"light": "#23262D", "dark": "#E4E2DC"}
NEUTRAL = "#7A7F89"
"""For what belongs to no method; at least 3:1 against either background."""
_GRID: dict[Theme, str] = {"light": "#E4DFD6", "dark": "#2D323B"}
_LONGEST = 80


def escape(text: str, longest: int = _LONGEST) -> str:
    """Text as plotly will show it letter by letter: tags, entities and TeX mean nothing.

    Args:
        text: Anything.
        longest: Characters kept; the rest becomes an ellipsis.
    """
    line = " ".join(text.split())
    if len(line) > longest:
        line = line[: longest - 1] + "…"
    for letter, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("$", "&#36;")):
        line = line.replace(letter, entity)
    return line


def base_figure(theme: Theme, x: str, y: str) -> go.Figure:
    """An empty figure whose axes have titles with units."""
    return go.Figure(
        layout={
            "template": template(theme),
            "xaxis": {"title": {"text": x}},
            "yaxis": {"title": {"text": y}},
        }
    )


@cache
def template(theme: Theme) -> go.layout.Template:
    """Colours and fonts of all figures. It is shared: plotly copies it into each figure."""
    axis = {
        "gridcolor": _GRID[theme],
        "linecolor": INK[theme],
        "zeroline": False,
        "title": {"standoff": 12, "font": {"size": 14}},
        "automargin": True,
    }
    return go.layout.Template(
        layout={
            "paper_bgcolor": BACKGROUNDS[theme],
            "plot_bgcolor": BACKGROUNDS[theme],
            "font": {"color": INK[theme], "size": 14},
            "xaxis": axis,
            "yaxis": axis,
            "hoverlabel": {"align": "left", "bgcolor": BACKGROUNDS[theme]},
            "legend": {"orientation": "h", "y": 1.1, "yanchor": "bottom", "x": 0},
            "margin": {"l": 60, "r": 20, "t": 70, "b": 70},
        }
    )


def with_n(figure: go.Figure, text: str) -> go.Figure:
    """Say what the figure rests on, under the horizontal axis."""
    # Under the axis, where it can hide no data.
    title = f"{figure.layout.xaxis.title.text}<br><span style='font-size:13px'>{text}</span>"
    return figure.update_xaxes(title_text=title)


def error_bars(frame: pd.DataFrame, name: str, colour: str) -> dict[str, Any]:
    """Bars from <name>_low to <name>_high around <name>; plain low and high for "mean"."""
    prefix = "" if name == "mean" else f"{name}_"
    return {
        "type": "data",
        "symmetric": False,
        "array": frame[f"{prefix}high"] - frame[name],
        "arrayminus": frame[name] - frame[f"{prefix}low"],
        "color": colour,
        "thickness": 1.5,
    }


def count(number: int, noun: str) -> str:
    """A number with its noun, in the singular or with an s."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
