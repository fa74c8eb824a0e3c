"""Choosing between two methods by similarity: the policies compared, and the score of each cut."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ipt_engine.plots.comparison import Labels
from ipt_engine.plots.style import (
    INK,
    METHOD_COLOURS,
    Theme,
    base_figure,
    count,
    error_bars,
    escape,
    with_n,
)

_ROUTER_COLOUR = "#7F7F7F"


def policy_dots(
    policies: pd.DataFrame, labels: Labels | None = None, theme: Theme = "light"
) -> go.Figure:
    """What always doing the same, choosing by similarity, and the oracle score.

    Args:
        policies: policy ("always_a", "always_b", "router", "oracle"), score, low, high, shown, n.
        labels: Names.
        theme: Light or dark.
    """
    labels = _escaped(labels or Labels())
    names = {
        "always_a": (f"Always {labels.title_a}", METHOD_COLOURS[labels.method_a], "circle"),
        "always_b": (f"Always {labels.title_b}", METHOD_COLOURS[labels.method_b], "square"),
        "router": ("By similarity", INK[theme], "diamond"),
        "oracle": ("Oracle", _ROUTER_COLOUR, "star"),
    }
    figure = base_figure(theme, "Policy", f"{labels.metric} (corpus score, 0 to 100)")
    ticks = []
    for place, row in enumerate(policies.to_dict("records")):
        title, colour, symbol = names[row["policy"]]
        ticks.append(f"{title}<br>{labels.title_b} for {_percent(row['shown'])}")
        figure.add_trace(
            go.Scatter(
                x=[place],
                y=[row["score"]],
                mode="markers",
                name=title,
                showlegend=False,
                marker={"color": colour, "size": 12, "symbol": symbol},
                error_y=_bars(pd.DataFrame([row]), colour),
                hovertext=[_policy_sentence(row, title, labels)],
                hoverinfo="text",
            )
        )
    places = list(range(len(ticks)))
    figure.update_xaxes(tickvals=places, ticktext=ticks, showgrid=False)
    most = int(policies["n"].max()) if len(policies) else 0
    judged = "judged on the half not fitted on"
    return with_n(figure, f"{count(most, 'test example')}, {judged}, 95 % intervals")


def cut_scores(
    curve: pd.DataFrame,
    value: float | None = None,
    interval: tuple[float, float] | None = None,
    labels: Labels | None = None,
    theme: Theme = "light",
) -> go.Figure:
    """What each cut scores, from always showing demonstrations on the left to never on the right.

    Args:
        curve: threshold, score, low, high, shown, n.
        value: The best cut, to mark it; None if it is no cut in between.
        interval: Its 95 % interval.
        labels: Names.
        theme: Light or dark.
    """
    labels = _escaped(labels or Labels())
    figure = base_figure(
        theme,
        f"Cut: {labels.title_b} from this similarity on, {labels.title_a} below",
        f"{labels.metric} (corpus score, 0 to 100)",
    )
    colour = INK[theme]
    edge = {"mode": "lines", "line": {"width": 0}, "showlegend": False, "hoverinfo": "skip"}
    figure.add_trace(go.Scatter(x=curve["threshold"], y=curve["low"], name="Lower end", **edge))
    figure.add_trace(
        go.Scatter(
            x=curve["threshold"],
            y=curve["high"],
            mode="lines",
            name="95 % interval of each cut",
            line={"width": 0},
            fill="tonexty",
            fillcolor="rgba(127, 127, 127, 0.25)",
            hoverinfo="skip",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=curve["threshold"],
            y=curve["score"],
            mode="lines",
            name="Score of the cut on these examples",
            line={"color": colour, "width": 2},
            hovertext=[_cut_sentence(row, labels) for row in curve.to_dict("records")],
            hoverinfo="text",
        )
    )
    if value is not None and len(curve):
        _mark(figure, curve, value, interval, METHOD_COLOURS[labels.method_b])
    most = int(curve["n"].max()) if len(curve) else 0
    return with_n(figure, f"{count(most, 'test example')}; its highest point is too high by luck")


def _mark(
    figure: go.Figure,
    curve: pd.DataFrame,
    value: float,
    interval: tuple[float, float] | None,
    colour: str,
) -> None:
    nearest = curve.iloc[int((curve["threshold"] - value).abs().to_numpy().argmin())]
    sentence, bars = f"The best cut is at similarity {value:.2f} (no interval).", None
    if interval is not None:
        low, high = interval
        ends = f"95 % interval {low:.2f} to {high:.2f}"
        sentence = f"The best cut is at similarity {value:.2f} ({ends})."
        bars = {
            "type": "data",
            "symmetric": False,
            "array": [high - value],
            "arrayminus": [value - low],
            "color": colour,
            "thickness": 1.5,
        }
    figure.add_trace(
        go.Scatter(
            x=[value],
            y=[nearest["score"]],
            mode="markers",
            name="Best cut",
            marker={"color": colour, "size": 13, "symbol": "diamond"},
            error_x=bars,
            hovertext=[sentence],
            hoverinfo="text",
        )
    )


def _policy_sentence(row: Mapping[Any, Any], title: str, labels: Labels) -> str:
    return (
        f"{title} scores {row['score']:.1f} {labels.metric} "
        f"(95 % interval {row['low']:.1f} to {row['high']:.1f}, "
        f"{count(int(row['n']), 'example')}):<br>{labels.title_b} answers "
        f"{_percent(row['shown'])} of them."
    )


def _cut_sentence(row: Mapping[Any, Any], labels: Labels) -> str:
    return (
        f"{labels.title_b} from similarity {row['threshold']:.2f} on, {labels.title_a} below:<br>"
        f"{row['score']:.1f} {labels.metric} (95 % interval {row['low']:.1f} to "
        f"{row['high']:.1f}), {labels.title_b} answering "
        f"{_percent(row['shown'])}."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _escaped(labels: Labels) -> Labels:
    names = ("title_a", "title_b", "metric", "x")
    return replace(labels, **{name: escape(getattr(labels, name)) for name in names})


def _bars(frame: pd.DataFrame, colour: str) -> dict[str, Any]:
    return error_bars(frame.rename(columns={"score": "mean"}), "mean", colour)
