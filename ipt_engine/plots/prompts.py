"""Soft prompts from outside: vector lengths, paths through training, a map, tokens taken out."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from ipt_engine.plots.style import (
    INK,
    METHOD_COLOURS,
    Theme,
    base_figure,
    count,
    escape,
    with_n,
)

_SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up", "star", "x", "hexagon")
_NO_AXIS = {"showticklabels": False, "zeroline": False}


def vector_lengths(tokens: pd.DataFrame, method: str, theme: Theme = "light") -> go.Figure:
    """Length of each of a prompt's vectors, beside that of the token it is nearest to.

    Args:
        tokens: Of `anatomy.nearest_tokens`: position, rank, token, cosine, length, token_length.
        method: The prompt's, a key of `METHOD_COLOURS`.
        theme: Light or dark.
    """
    first = tokens[tokens["rank"] == 1]
    figure = base_figure(theme, "Virtual token (position)", "Length of the vector (L2 norm)")
    figure.add_trace(
        go.Bar(
            x=first["position"],
            y=first["length"],
            marker={"color": METHOD_COLOURS[method]},
            name="soft prompt",
            hovertext=[
                f"Virtual token {row['position']} has length {row['length']:.2f}; its nearest "
                f"token is “{escape(row['token'], 24)}” (cosine {row['cosine']:.2f})."
                for row in first.to_dict("records")
            ],
            hoverinfo="text",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=first["position"],
            y=first["token_length"],
            mode="markers",
            marker={"symbol": "line-ew-open", "size": 12, "color": INK[theme]},
            name="its nearest token",
            hoverinfo="skip",
        )
    )
    return with_n(figure, count(len(first), "virtual token"))


def training_path(
    paths: pd.DataFrame,
    names: Mapping[str, tuple[str, str]],
    share: float,
    chosen: str = "",
    theme: Theme = "light",
) -> go.Figure:
    """The way each prompt took through its training, on one plane; its end is large.

    Each point's customdata is its prompt's id.

    Args:
        paths: prompt_id, step, x, y, dev_loss.
        names: Prompt id to its name for people and its method.
        share: How much of the distances the plane shows, 0 to 1.
        chosen: Id of the prompt whose line is thick and above the others; "" for none.
        theme: Light or dark.
    """
    figure = base_figure(theme, "First direction", "Second direction")
    named: set[str] = set()
    ways = [(str(prompt_id), path) for prompt_id, path in paths.groupby("prompt_id", sort=False)]
    # What is drawn last lies on top.
    for prompt_id, path in sorted(ways, key=lambda way: way[0] == chosen):
        name, method = names[prompt_id]
        thick = prompt_id == chosen
        if method not in named:
            # The line that stands for its method in the legend; a point for each prompt would not.
            named.add(method)
            figure.add_trace(
                go.Scatter(
                    x=[None],
                    y=[None],
                    mode="lines",
                    line={"color": METHOD_COLOURS[method], "width": 1.5},
                    name=method.upper(),
                )
            )
        figure.add_trace(
            go.Scatter(
                x=path["x"],
                y=path["y"],
                mode="lines+markers",
                line={"color": METHOD_COLOURS[method], "width": 4 if thick else 1.5},
                opacity=1.0 if thick or not chosen else 0.6,
                marker={
                    "color": METHOD_COLOURS[method],
                    # Plotly would draw markers of several sizes faint, with a white rim.
                    "opacity": 1.0,
                    "line": {"width": 0},
                    "size": [8 if thick else 6] * (len(path) - 1) + [16 if thick else 12],
                    "symbol": ["circle-open"] + ["circle"] * (len(path) - 1),
                },
                name=escape(name),
                showlegend=False,
                customdata=[[prompt_id]] * len(path),
                hovertext=[
                    f"{escape(name)} after {row['step']} steps: dev loss {row['dev_loss']:.3f}."
                    for row in path.to_dict("records")
                ],
                hoverinfo="text",
            )
        )
    figure.update_xaxes(**_NO_AXIS)
    figure.update_yaxes(**_NO_AXIS, scaleanchor="x")
    told = f"{count(paths['prompt_id'].nunique(), 'prompt')}; the plane shows {share:.0%} of the"
    return with_n(figure, f"{told} squared distances")


def prompt_map(
    points: pd.DataFrame, titles: Mapping[str, str], share: float, theme: Theme = "light"
) -> go.Figure:
    """All prompts, those that are alike near each other: colour is the method, shape the task.

    Args:
        points: prompt_id, x, y, task, method, seed, num_virtual_tokens.
        titles: Name for people of each task.
        share: How much of the distances the plane shows, 0 to 1.
        theme: Light or dark.
    """
    figure = base_figure(theme, "First direction", "Second direction")
    tasks = [task for task in titles if task in set(points["task"])]
    for (task, method), rows in points.groupby(["task", "method"], sort=False):
        figure.add_trace(
            go.Scatter(
                x=rows["x"],
                y=rows["y"],
                mode="markers",
                marker={
                    "color": METHOD_COLOURS[str(method)],
                    "symbol": _SYMBOLS[tasks.index(str(task)) % len(_SYMBOLS)],
                    "size": 11,
                    "opacity": 0.85,
                },
                name=f"{escape(titles[str(task)])}, {str(method).upper()}",
                customdata=rows[["prompt_id"]].to_numpy(dtype=object),
                hovertext=[
                    f"{escape(titles[row['task']])}, {row['method'].upper()}, seed {row['seed']}, "
                    f"{count(int(row['num_virtual_tokens']), 'virtual token')}."
                    for row in rows.to_dict("records")
                ],
                hoverinfo="text",
            )
        )
    figure.update_xaxes(**_NO_AXIS)
    figure.update_yaxes(**_NO_AXIS, scaleanchor="x")
    return with_n(
        figure, f"{count(len(points), 'prompt')}; the plane shows {share:.0%} of the distances"
    )


def knockout_bars(changes: pd.DataFrame, method: str, theme: Theme = "light") -> go.Figure:
    """How much the dev loss changes without each virtual token.

    Args:
        changes: position (from 1), change, inputs.
        method: The prompt's, a key of `METHOD_COLOURS`.
        theme: Light or dark.
    """
    figure = base_figure(
        theme, "Virtual token taken out (position)", "Change of dev loss (nats for each token)"
    )
    figure.add_trace(
        go.Bar(
            x=changes["position"],
            y=changes["change"],
            marker={"color": METHOD_COLOURS[method]},
            hovertext=[
                f"Without virtual token {row['position']:.0f} the dev loss is "
                f"{abs(row['change']):.3f} {'higher' if row['change'] >= 0 else 'lower'}."
                for row in changes.to_dict("records")
            ],
            hoverinfo="text",
            showlegend=False,
        )
    )
    inputs = int(changes["inputs"].iloc[0]) if len(changes) else 0
    return with_n(figure, f"{count(inputs, 'dev input')}; above 0: the token helps")
