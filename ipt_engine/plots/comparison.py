"""Two methods compared example by example, against similarity."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ipt_engine.numerals import plain, signed
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


@dataclass(frozen=True)
class Labels:
    """What a figure that compares two methods calls things.

    Attributes:
        method_a: The method without demonstrations, a key of `METHOD_COLOURS`.
        method_b: The method with them.
        title_a: Its name for people.
        title_b: Likewise.
        metric: The metric's name for people, which is also the unit of scores and gains.
        x: What the similarity is of.
    """

    method_a: str = "pt"
    method_b: str = "ipt"
    title_a: str = "PT"
    title_b: str = "IPT"
    metric: str = "BLEU"
    x: str = "Similarity to the nearest training input (cosine)"


def gain_scatter(
    paired: pd.DataFrame, bins: pd.DataFrame, labels: Labels, theme: Theme = "light"
) -> go.Figure:
    """Gain of b over a against similarity: a point for each example, and the bins' means.

    Args:
        paired: example_id, similarity, score_a, score_b, gain, n_pairs. Each point's
            customdata is its example_id.
        bins: low, high, center, n, gain, gain_low, gain_high, reason.
        labels: Names.
        theme: Light or dark.
    """
    labels = _escaped(labels)
    points = paired.dropna(subset=["similarity", "gain"])
    figure = base_figure(
        theme, labels.x, f"Gain of {labels.title_b} over {labels.title_a} ({labels.metric})"
    )
    hovers = [_pair_sentence(row, labels) for row in points.to_dict("records")]
    figure.add_trace(
        go.Scatter(
            x=points["similarity"],
            y=points["gain"],
            mode="markers",
            name="One test example",
            marker={"color": METHOD_COLOURS[labels.method_b], "size": 7, "opacity": 0.6},
            customdata=points[["example_id"]].to_numpy(dtype=object),
            hovertext=hovers,
            hoverinfo="text",
        )
    )
    means = bins.dropna(subset=["gain"])
    subject = f"{labels.title_b} gains"
    figure.add_trace(
        go.Scatter(
            x=means["center"],
            y=means["gain"],
            mode="lines+markers",
            name="All examples of a bin"
            + (", 95 % interval" if means["gain_low"].notna().any() else ""),
            marker={"color": INK[theme], "size": 10, "symbol": "diamond"},
            line={"color": INK[theme], "width": 2},
            error_y=error_bars(means, "gain", INK[theme]),
            hovertext=[
                _bin_sentence(row, "gain", subject, labels.metric)
                for row in means.to_dict("records")
            ],
            hoverinfo="text",
        )
    )
    _count_bins(figure, means)
    figure.add_hline(y=0, line={"color": INK[theme], "width": 1, "dash": "dot"})
    return with_n(figure, count(len(points), "test example"))


def _escaped(labels: Labels) -> Labels:
    names = ("title_a", "title_b", "metric", "x")
    return replace(labels, **{name: escape(getattr(labels, name)) for name in names})


def _pair_sentence(row: Mapping[Any, Any], labels: Labels) -> str:
    seeds = count(int(row["n_pairs"]), "seed")
    return (
        f"{escape(str(row['example_id']))}, similarity {row['similarity']:.2f}:<br>"
        f"{labels.title_b} scores {row['score_b']:.1f}, {labels.title_a} {row['score_a']:.1f}, "
        f"a gain of {signed(row['gain'])} {labels.metric} ({seeds})."
    )


def _bin_sentence(row: Mapping[Any, Any], name: str, subject: str, metric: str) -> str:
    value = signed(row[name]) if name == "gain" else plain(row[name])
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    known = pd.notna(low) and pd.notna(high)
    interval = f"95 % interval {plain(low)} to {plain(high)}" if known else "no interval"
    return (
        f"From similarity {row['low']:.2f} to {row['high']:.2f}:<br>"
        f"{subject} {value} {metric} ({interval}, {count(int(row['n']), 'example')})."
    )


def _count_bins(figure: go.Figure, bins: pd.DataFrame) -> None:
    for row in bins.to_dict("records"):
        figure.add_annotation(
            x=row["center"],
            y=1,
            yref="paper",
            yanchor="bottom",
            text=f"n={row['n']}",
            showarrow=False,
        )
