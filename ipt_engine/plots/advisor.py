"""What each method costs, and what it scores."""

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go

from ipt_engine.plots.style import (
    METHOD_COLOURS,
    Theme,
    base_figure,
    count,
    error_bars,
    escape,
    with_n,
)

Cost = Literal["seconds", "prompt_tokens", "training_seconds"]
COSTS: dict[Cost, tuple[str, str]] = {
    "seconds": ("Time for each query (seconds)", "s for each query"),
    "prompt_tokens": ("Length of each query, all that comes before the answer (tokens)", "tokens"),
    "training_seconds": ("Training of one soft prompt (seconds, 0 without one)", "s of training"),
}
"""What a cost is called on the axis, and in a sentence."""


def cost_scatter(
    options: pd.DataFrame,
    titles: Mapping[str, str],
    metric: str,
    cost: Cost = "seconds",
    recommended: str | None = None,
    theme: Theme = "light",
) -> go.Figure:
    """Score against cost, a point for each method.

    Args:
        options: method, score, low, high, n_seeds, n, seconds, prompt_tokens, training_seconds.
            A method whose cost is unknown has no point.
        titles: Name for people of each method, in the order in which they are shown.
        metric: The metric's name for people.
        cost: Which one.
        recommended: The method to be marked with a star, or None.
        theme: Light or dark.
    """
    axis, unit = COSTS[cost]
    figure = base_figure(theme, axis, f"{escape(metric)} (corpus score, 0 to 100)")
    known = options.dropna(subset=["score", cost])
    for name in (method for method in titles if method in set(known["method"])):
        row = known[known["method"] == name]
        figure.add_trace(
            go.Scatter(
                x=row[cost],
                y=row["score"],
                mode="markers+text",
                name=escape(titles[name]),
                text=[escape(titles[name])],
                textposition="middle right",
                marker={
                    "color": METHOD_COLOURS[name],
                    "size": 18 if name == recommended else 12,
                    "symbol": "star" if name == recommended else "diamond",
                },
                error_y=error_bars(
                    row.rename(columns={"score": "mean"}), "mean", METHOD_COLOURS[name]
                ),
                hovertext=[
                    _sentence(
                        each, escape(titles[name]), escape(metric), f"{each[cost]:,.4g} {unit}"
                    )
                    for each in row.to_dict("records")
                ],
                hoverinfo="text",
            )
        )
    figure.update_xaxes(rangemode="tozero")
    most = int(known["n"].max()) if len(known) else 0
    star = "; star: recommended" if recommended in set(known["method"]) else ""
    absent = len(options) - len(known)
    without = f"; {count(absent, 'method')} of unknown cost left out" if absent else ""
    drawn = ", 95 % intervals" if known["low"].notna().any() else ""
    return with_n(figure, f"{count(most, 'test example')}{drawn}{star}{without}")


def _sentence(row: Mapping[Any, Any], title: str, metric: str, cost: str) -> str:
    interval = "no interval"
    if pd.notna(row["low"]):
        interval = f"95 % interval {row['low']:.1f} to {row['high']:.1f}"
    return (
        f"{title} scores {row['score']:.1f} {metric} ({interval}, "
        f"{count(int(row['n_seeds']), 'run')}) at {cost}."
    )
