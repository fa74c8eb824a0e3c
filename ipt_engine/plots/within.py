"""The same inputs with other demonstrations: scores by kind of demonstration, and differences."""

from collections.abc import Mapping
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

_SHOWN = ("nearest", "median", "random", "farthest")
_SYMBOLS = {"zero_shot": "circle", "icl": "square", "pt": "circle", "ipt": "diamond"}


def arm_scores(
    arms: pd.DataFrame,
    titles: Mapping[str, str],
    measure: str,
    theme: Theme = "light",
) -> go.Figure:
    """What each method scores with its nearest, a middling, a random and the farthest example.

    Methods without demonstrations are level dashed lines.

    Args:
        arms: method, arm, similarity, score, low, high, n, n_runs, reason; one task.
        titles: Name for people of each method, in the order in which they are shown.
        measure: What the score is, with its unit in brackets, such as "BLEU (corpus score, 0 to
            100)".
        theme: Light or dark.
    """
    known = arms.dropna(subset=["score"])
    kinds = [kind for kind in _SHOWN if kind in set(known["arm"])]
    methods = [method for method in titles if method in set(known["method"])]
    figure = base_figure(theme, "Demonstration shown", escape(measure))
    shown = known[known["arm"].isin(kinds)].copy()
    shown["x"] = [float(kinds.index(arm)) for arm in shown["arm"]]
    span = [shown["x"].min(), shown["x"].max()] if len(shown) else [0.0, 1.0]
    nudge = 0.02 * (span[1] - span[0])
    for place, method in enumerate(methods):
        rows = shown[shown["method"] == method].sort_values("x")
        rows = rows.assign(x=rows["x"] + nudge * (place - (len(methods) - 1) / 2))
        if rows.empty:
            rows = known[known["method"] == method].head(1)
            figure.add_trace(_level(rows, span, titles[method], measure))
        else:
            figure.add_trace(_line(rows, titles[method], measure))
    means = shown.groupby("arm")["similarity"].mean()
    _name_places(figure, [f"{kind}<br>similarity {means[kind]:.2f}" for kind in kinds])
    most = int(known["n"].max()) if len(known) else 0
    return with_n(figure, f"the same {count(most, 'test example')} throughout, 95 % intervals")


def contrast_dots(
    contrasts: pd.DataFrame, titles: Mapping[str, str], unit: str, theme: Theme = "light"
) -> go.Figure:
    """How much better the nearest demonstration is than the others.

    Args:
        contrasts: method, first, second, similarity_gap, gain, low, high, p_holm, n; one task
            and one way of comparing.
        titles: Name for people of each method, in the order in which they are shown.
        unit: What the gain counts, such as "BLEU points" or "nats per gold token".
        theme: Light or dark.
    """
    known = contrasts.dropna(subset=["gain"])
    pairs = list(dict.fromkeys(zip(known["first"], known["second"], strict=True)))
    figure = base_figure(
        theme, "Demonstrations compared", f"Gain of the nearer one ({escape(unit)})"
    )
    methods = [method for method in titles if method in set(known["method"])]
    for place, method in enumerate(methods):
        rows = known[known["method"] == method]
        at = [pairs.index(pair) for pair in zip(rows["first"], rows["second"], strict=True)]
        colour, title = METHOD_COLOURS[method], escape(titles[method])
        figure.add_trace(
            go.Scatter(
                x=[x + 0.15 * (place - (len(methods) - 1) / 2) for x in at],
                y=rows["gain"],
                mode="markers",
                name=title,
                marker={"color": colour, "size": 11, "symbol": _SYMBOLS[method]},
                error_y=_bars(rows, "gain", colour),
                hovertext=[
                    f"{title} gains {signed(row['gain'], 2)} {escape(unit)} from the "
                    f"{row['first']} instead of the {row['second']} demonstration, "
                    f"{row['similarity_gap']:.2f} more similar<br>({_interval(row)}, {_p(row)})."
                    for row in rows.to_dict("records")
                ],
                hoverinfo="text",
            )
        )
    ticks = [f"{first}<br>less {second}" for first, second in pairs]
    _name_places(figure, ticks)
    figure.add_hline(y=0, line={"color": INK[theme], "width": 1, "dash": "dot"})
    most = int(known["n"].max()) if len(known) else 0
    return with_n(figure, f"{count(most, 'test example')}, 95 % intervals, each by itself")


def _name_places(figure: go.Figure, names: list[str]) -> None:
    places = list(range(len(names)))
    figure.update_xaxes(
        tickvals=places, ticktext=names, showgrid=False, range=[-0.5, len(names) - 0.5]
    )


def _line(rows: pd.DataFrame, title: str, measure: str) -> go.Scatter:
    method = rows["method"].iloc[0]
    colour = METHOD_COLOURS[method]
    return go.Scatter(
        x=rows["x"],
        y=rows["score"],
        mode="lines+markers",
        name=escape(title),
        marker={"color": colour, "size": 10, "symbol": _SYMBOLS[method]},
        line={"color": colour, "width": 2},
        error_y=_bars(rows, "score", colour),
        hovertext=[
            f"{escape(title)} with the {row['arm']} demonstration (mean similarity "
            f"{row['similarity']:.2f}):<br>{_scored(row, measure)}"
            for row in rows.to_dict("records")
        ],
        hoverinfo="text",
    )


def _level(rows: pd.DataFrame, span: list[float], title: str, measure: str) -> go.Scatter:
    """A line across the figure, its interval at both ends."""
    ends = pd.concat([rows, rows])
    colour = METHOD_COLOURS[rows["method"].iloc[0]]
    return go.Scatter(
        x=span,
        y=ends["score"],
        mode="lines",
        name=f"{escape(title)}, no demonstration",
        line={"color": colour, "width": 2, "dash": "dash"},
        error_y=_bars(ends, "score", colour),
        hovertext=[
            f"{escape(title)} without a demonstration:<br>{_scored(row, measure)}"
            for row in ends.to_dict("records")
        ],
        hoverinfo="text",
    )


def _scored(row: Mapping[Any, Any], measure: str) -> str:
    return (
        f"{row['score']:.2f} {escape(measure.partition(' (')[0])} ({_interval(row)}, "
        f"{count(int(row['n_runs']), 'run')}, {count(int(row['n']), 'example')})."
    )


def _interval(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["low"]) or pd.isna(row["high"]):
        return f"no interval: {escape(str(row['reason']))}"
    return f"95 % interval {plain(row['low'], 2)} to {plain(row['high'], 2)}"


def _p(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["p_holm"]):
        return "p unknown"
    shown = f"{row['p_holm']:.3f}" if row["p_holm"] >= 0.001 else "below 0.001"  # noqa: PLR2004
    return f"corrected p {shown}"


def _bars(frame: pd.DataFrame, name: str, colour: str) -> dict[str, Any]:
    """Error bars from low to high around a column of another name."""
    return error_bars(frame.rename(columns={name: "mean"}), "mean", colour)
