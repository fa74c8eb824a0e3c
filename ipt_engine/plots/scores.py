"""Scores of the methods, each run a point."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ipt_engine.plots.style import (
    METHOD_COLOURS,
    Theme,
    count,
    error_bars,
    escape,
    template,
)

_COLUMNS = 3
_HEIGHT = 370
"""Of a row of panels, in pixels."""
_GAPS = {"xgap": 0.16, "ygap": 0.48}
"""Shares of what a column and a row take: room for the ticks, the title and the next heading."""

_BESIDE = 0.15
"""How far the runs stand to the left of their method's tick, and their mean to the right."""

_ROOM = 0.06
"""Beyond the first and last score, as a share of what lies between them."""


@dataclass(frozen=True)
class ScorePanel:
    """What stands together in one panel.

    Attributes:
        title: Its heading, for people.
        metric: The metric's name for people.
        examples: What the runs answered, in the singular: "test example".
    """

    title: str
    metric: str
    examples: str


def score_dots(
    scores: pd.DataFrame,
    table: pd.DataFrame,
    methods: Mapping[str, str],
    panels: Mapping[str, ScorePanel],
    theme: Theme = "light",
) -> go.Figure:
    """Scores by method, a panel for what may be compared: a run each, and means with intervals.

    Args:
        scores: panel, run_id, method, seed, n, score. Each point's customdata is its run_id.
        table: panel, method, mean (missing: only the runs are shown), low, high, n_seeds, reason.
        methods: Name for people of each method, in the order in which they are shown.
        panels: What each panel is about, in the order in which they are shown.
        theme: Light or dark.
    """
    # One figure of plain values: objects for each trace and panel take ten times as long to make.
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {"showlegend": False}
    heads, columns = [], min(max(len(panels), 1), _COLUMNS)
    height = -(-max(len(panels), 1) // columns)
    groups, means = _by_method(scores.dropna(subset=["score"])), _by_method(table)
    for place, (key, panel) in enumerate(panels.items(), start=1):
        number = "" if place == 1 else str(place)
        axes = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
        found = means.get(key, {})
        there = [method for method in methods if method in found]
        for x, method in enumerate(there):
            title, mean = escape(methods[method]), found[method].iloc[:1]
            points = groups.get(key, {}).get(method, scores.head(0))
            beside = _BESIDE if mean["mean"].notna().all() else 0.0
            traces.append(_runs(points, x - beside, method, title, panel) | axes)
            if beside:
                traces.append(_mean(mean, x + beside, method, title, panel) | axes)
        layout[f"xaxis{number}"] = {
            "tickvals": list(range(len(there))),
            "ticktext": [
                f"{escape(methods[m])}<br>{count(int(found[m]['n_seeds'].iloc[0]), 'run')}"
                for m in there
            ],
            "tickangle": 0,
            "tickfont": {"size": 12},
            "range": [-0.5, max(len(there), 1) - 0.5],
            "showgrid": False,
            "title": {"text": _foot(panel, groups.get(key, {}), found)},
        }
        first = (place - 1) % columns == 0
        layout[f"yaxis{number}"] = {
            "range": _reach(groups.get(key, {}), found),
            "title": {"text": "Score (corpus score)" if first else ""},
        }
        heads.append(_head(panel, number))
    grid = {"rows": height, "columns": columns, "pattern": "independent", **_GAPS}
    layout |= {"template": template(theme), "grid": grid, "height": _HEIGHT * height}
    return go.Figure(data=traces, layout=layout | {"annotations": heads})


def _by_method(frame: pd.DataFrame) -> dict[str, dict[str, pd.DataFrame]]:
    """A frame's rows by panel, and of each panel by method."""
    found: dict[str, dict[str, pd.DataFrame]] = {}
    for (panel, method), rows in frame.groupby(["panel", "method"]):
        found.setdefault(str(panel), {})[str(method)] = rows
    return found


def _reach(groups: Mapping[str, pd.DataFrame], means: Mapping[str, pd.DataFrame]) -> list[float]:
    """Ends of a panel's axis: 0 and all that is drawn, with room for a whole point at either."""
    drawn = [rows["score"] for rows in groups.values()]
    drawn += [rows[name] for rows in means.values() for name in ("mean", "low", "high")]
    values = [0.0, *(float(value) for column in drawn for value in column.dropna())]
    low, high = min(values), max(values)
    room = _ROOM * (high - low or 1.0)
    return [low - room, high + room]


def _runs(
    points: pd.DataFrame, x: float, method: str, title: str, panel: ScorePanel
) -> dict[str, Any]:
    metric, values = escape(panel.metric), points["score"].tolist()
    return {
        "type": "scatter",
        "x": x + _spread(len(points)),
        "y": values,
        "mode": "markers",
        "name": f"{title}, a run each",
        "cliponaxis": False,
        "marker": {"color": METHOD_COLOURS[method], "size": 8, "opacity": 0.75},
        "customdata": [[run_id] for run_id in points["run_id"]],
        "hovertext": [
            f"{title} with seed {seed} scores {score:.1f} {metric} on {count(n, panel.examples)}."
            for seed, score, n in zip(points["seed"], values, points["n"], strict=True)
        ],
        "hoverinfo": "text",
    }


def _mean(
    mean: pd.DataFrame, x: float, method: str, title: str, panel: ScorePanel
) -> dict[str, Any]:
    row, colour = mean.iloc[0], METHOD_COLOURS[method]
    interval = f"95 % interval {row['low']:.1f} to {row['high']:.1f}"
    if pd.isna(row["low"]):
        interval = escape(str(row["reason"]))
    return {
        "type": "scatter",
        "x": [x],
        "y": [row["mean"]],
        "mode": "markers",
        "name": title,
        "cliponaxis": False,
        "marker": {"color": colour, "size": 12, "symbol": "diamond"},
        "error_y": error_bars(mean, "mean", colour),
        "hovertext": [
            f"{title} scores {row['mean']:.1f} {escape(panel.metric)} on average over "
            f"{count(int(row['n_seeds']), 'run')} ({interval})."
        ],
        "hoverinfo": "text",
    }


def _foot(
    panel: ScorePanel, groups: Mapping[str, pd.DataFrame], means: Mapping[str, pd.DataFrame]
) -> str:
    """What a panel rests on, under its axis."""
    sizes = [int(n) for rows in groups.values() for n in (rows["n"].min(), rows["n"].max())]
    low, high = (min(sizes), max(sizes)) if sizes else (0, 0)
    said = count(high, panel.examples)
    said = said if low == high else f"{low:,} to {said}"
    if any(rows["low"].notna().any() for rows in means.values()):
        said += ",<br>95 % intervals over runs"
    return f"Method<br><span style='font-size:13px'>{said}</span>"


def _head(panel: ScorePanel, number: str) -> dict[str, Any]:
    return {
        "text": f"{escape(panel.title)}<br>"
        f"<span style='font-size:12px'>{escape(panel.metric)}</span>",
        "xref": f"x{number} domain",
        "yref": f"y{number} domain",
        "x": 0,
        "y": 1,
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 6,
        "align": "left",
        "showarrow": False,
    }


def _spread(count: int) -> np.ndarray[Any, Any]:
    return np.linspace(-0.06, 0.06, count) if count > 1 else np.zeros(count)
