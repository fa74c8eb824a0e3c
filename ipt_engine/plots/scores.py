"""Scores of the methods, each seed a point."""

from collections.abc import Mapping
from typing import Any

import numpy as np
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


def score_dots(
    scores: pd.DataFrame,
    table: pd.DataFrame,
    titles: Mapping[str, str],
    metric: str,
    theme: Theme = "light",
) -> go.Figure:
    """A task's score by method: each run a point, and the mean with its interval.

    Args:
        scores: run_id, method, seed, n, score; one task. Each point's customdata is its run_id.
        table: method, mean (missing: only the runs are shown), low, high, n_seeds, n, reason.
        titles: Name for people of each method, in the order in which they are shown.
        metric: The metric's name for people.
        theme: Light or dark.
    """
    figure = base_figure(theme, "Method", f"{metric} (corpus score)")
    methods = [method for method in titles if method in set(table["method"])]
    for place, method in enumerate(methods):
        runs = scores[scores["method"] == method].dropna(subset=["score"])
        mean = table[table["method"] == method].iloc[0]
        title, colour = escape(titles[method]), METHOD_COLOURS[method]
        figure.add_trace(
            go.Scatter(
                x=place - 0.15 + _spread(len(runs)),
                y=runs["score"],
                mode="markers",
                name=f"{title}, a run each",
                showlegend=False,
                cliponaxis=False,
                marker={"color": colour, "size": 8, "opacity": 0.75},
                customdata=runs[["run_id"]].to_numpy(dtype=object),
                hovertext=[
                    f"{title} with seed {row['seed']} scores {row['score']:.1f} {escape(metric)} "
                    f"on {row['n']} test examples."
                    for row in runs.to_dict("records")
                ],
                hoverinfo="text",
            )
        )
        if pd.isna(mean["mean"]):
            continue
        interval = f"95 % interval {mean['low']:.1f} to {mean['high']:.1f}"
        if pd.isna(mean["low"]):
            interval = str(mean["reason"])
        figure.add_trace(
            go.Scatter(
                x=[place + 0.15],
                y=[mean["mean"]],
                mode="markers",
                name=title,
                showlegend=False,
                cliponaxis=False,
                marker={"color": colour, "size": 12, "symbol": "diamond"},
                error_y=error_bars(table[table["method"] == method], "mean", colour),
                hovertext=[
                    f"{title} scores {mean['mean']:.1f} {escape(metric)} on average over "
                    f"{count(int(mean['n_seeds']), 'run')} ({interval})."
                ],
                hoverinfo="text",
            )
        )
    totals = [int(table.loc[table["method"] == m, "n_seeds"].iloc[0]) for m in methods]
    ticks = [
        f"{escape(titles[m])}<br>{count(n, 'run')}" for m, n in zip(methods, totals, strict=True)
    ]
    figure.update_xaxes(tickvals=list(range(len(methods))), ticktext=ticks, showgrid=False)
    figure.update_yaxes(rangemode="tozero")
    most = int(table["n"].max()) if len(table) else 0
    return with_n(figure, f"{count(most, 'test example')}, 95 % intervals over runs")


def _spread(count: int) -> np.ndarray[Any, Any]:
    return np.linspace(-0.06, 0.06, count) if count > 1 else np.zeros(count)
