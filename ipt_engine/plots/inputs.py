"""A task's inputs on a plane."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from ipt_engine.plots.style import INK, NEUTRAL, Theme, base_figure, count, escape, with_n


def input_scatter(
    points: pd.DataFrame, share: float, titles: Mapping[str, str], theme: Theme = "light"
) -> go.Figure:
    """Training inputs hollow, test inputs full; each point's customdata is its split and id.

    Args:
        points: id, split, x, y, input, similarity (of test inputs to the nearest training
            input; nan of training inputs).
        share: How much of the variance the plane shows, 0 to 1.
        titles: Name for people of each split, in the order in which they are drawn.
        theme: Light or dark.
    """
    figure = base_figure(theme, "First direction", "Second direction")
    for split, title in titles.items():
        rows = points[points["split"] == split]
        held_out = split != "train"
        figure.add_trace(
            go.Scattergl(
                x=rows["x"],
                y=rows["y"],
                mode="markers",
                marker={
                    "color": INK[theme] if held_out else NEUTRAL,
                    "symbol": "circle" if held_out else "circle-open",
                    "size": 7,
                    "opacity": 0.85 if held_out else 0.6,
                },
                name=escape(title),
                customdata=rows[["split", "id"]].to_numpy(dtype=object),
                hovertext=[
                    f"{escape(row['input'])}"
                    + (
                        f"<br>nearest training input: similarity {row['similarity']:.2f}"
                        if pd.notna(row["similarity"])
                        else ""
                    )
                    for row in rows.to_dict("records")
                ],
                hoverinfo="text",
            )
        )
    bare = {"showticklabels": False, "zeroline": False}
    figure.update_xaxes(**bare)
    figure.update_yaxes(**bare)
    return with_n(
        figure, f"{count(len(points), 'input')}; the plane shows {share:.0%} of the variance"
    )
