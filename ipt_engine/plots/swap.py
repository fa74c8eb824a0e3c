"""One input with several demonstrations: how likely the reference answer is with each."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from ipt_engine.plots.style import METHOD_COLOURS, Theme, base_figure, escape, with_n

_SYMBOLS = {"icl": "square", "ipt": "diamond"}


def swap_dots(rows: pd.DataFrame, titles: Mapping[str, str], theme: Theme = "light") -> go.Figure:
    """Log-probability of the reference by demonstration; methods without any are level lines.

    Args:
        rows: Of `swap_bench.swap_bench`: method, kind, similarity, gold_logprob.
        titles: Name for people of each method, in the order in which they are shown.
        theme: Light or dark.
    """
    figure = base_figure(theme, "Demonstration shown", "log p(reference), in nats")
    kinds = [kind for kind in dict.fromkeys(rows["kind"]) if kind != "none"]
    for method in (name for name in titles if name in set(rows["method"])):
        own, colour = rows[rows["method"] == method], METHOD_COLOURS[method]
        title = escape(titles[method])
        level = own[own["kind"] == "none"]
        if len(level):
            value = float(level["gold_logprob"].iloc[0])
            figure.add_trace(
                go.Scatter(
                    x=kinds,
                    y=[value] * len(kinds),
                    mode="lines",
                    line={"color": colour, "dash": "dash", "width": 2},
                    name=f"{title}, no demonstration",
                    hovertext=[f"{title} without a demonstration: log p {value:.1f}."] * len(kinds),
                    hoverinfo="text",
                )
            )
            continue
        figure.add_trace(
            go.Scatter(
                x=own["kind"],
                y=own["gold_logprob"],
                mode="markers",
                marker={"color": colour, "size": 11, "symbol": _SYMBOLS.get(method, "circle")},
                name=title,
                hovertext=[
                    f"{title}, demonstration: {escape(row['kind'])} (similarity "
                    f"{row['similarity']:.2f}). log p {row['gold_logprob']:.1f}."
                    for row in own.to_dict("records")
                ],
                hoverinfo="text",
            )
        )
    return with_n(figure, "one input")
