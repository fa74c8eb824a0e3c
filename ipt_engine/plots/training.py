"""How a training went, or goes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ipt_engine.plots.style import METHOD_COLOURS, Theme, base_figure, count, escape, with_n

_SMOOTHING = 0.8


def loss_curve(
    history: pd.DataFrame,
    method: str,
    name: str,
    total_steps: int | None = None,
    theme: Theme = "light",
) -> go.Figure:
    """Training and dev loss of a training, the best step marked.

    Args:
        history: step, loss, dev_loss (nan where not measured).
        method: What is trained, a key of `METHOD_COLOURS`.
        name: The training's name for people.
        total_steps: Where the training will end, to show how far it is; None if it has.
        theme: Light or dark.
    """
    figure = base_figure(theme, "Optimiser step", "Loss (nats for each answer token)")
    _add_history(figure, escape(name), history, METHOD_COLOURS[method])
    steps = int(history["step"].max()) if len(history) else 0
    if total_steps is not None:
        figure.update_xaxes(range=[0, total_steps])
        return with_n(figure, f"step {steps} of {total_steps}")
    return with_n(figure, f"1 training, {count(steps, 'step')}")


def smoothed(values: Sequence[float] | np.ndarray[Any, Any]) -> list[float]:
    """Exponential moving average, corrected for its start (Kingma and Ba 2015, section 3)."""
    out, average, weight = [], 0.0, 0.0
    for value in values:
        average = _SMOOTHING * average + (1 - _SMOOTHING) * float(value)
        weight = _SMOOTHING * weight + (1 - _SMOOTHING)
        out.append(average / weight)
    return out


def _add_history(figure: go.Figure, name: str, history: pd.DataFrame, colour: str) -> None:
    losses = history.dropna(subset=["loss"])
    dev = history.dropna(subset=["dev_loss"])
    figure.add_trace(
        go.Scatter(
            x=losses["step"],
            y=losses["loss"],
            mode="lines",
            name=f"{name}: each batch",
            line={"color": colour, "width": 1},
            opacity=0.5,
            hoverinfo="skip",
        )
    )
    even = smoothed(losses["loss"].to_numpy())
    figure.add_trace(
        go.Scatter(
            x=losses["step"],
            y=even,
            mode="lines",
            name=f"{name}: training, smoothed",
            line={"color": colour, "width": 2},
            hovertext=[
                f"{name}: after step {step} the training loss is about {loss:.3f}."
                for step, loss in zip(losses["step"], even, strict=True)
            ],
            hoverinfo="text",
        )
    )
    if dev.empty:
        return
    figure.add_trace(
        go.Scatter(
            x=dev["step"],
            y=dev["dev_loss"],
            mode="lines+markers",
            name=f"{name}: dev",
            line={"color": colour, "width": 2, "dash": "dash"},
            hovertext=[
                f"{name}: after step {step} the dev loss is {loss:.3f}."
                for step, loss in zip(dev["step"], dev["dev_loss"], strict=True)
            ],
            hoverinfo="text",
        )
    )
    best = dev.iloc[int(dev["dev_loss"].to_numpy().argmin())]
    sentence = f"{name}: best at step {best['step']:.0f}, dev loss {best['dev_loss']:.3f}."
    figure.add_trace(
        go.Scatter(
            x=[best["step"]],
            y=[best["dev_loss"]],
            mode="markers",
            name=f"{name}: best step",
            marker={"color": colour, "size": 15, "symbol": "star"},
            hovertext=[sentence],
            hoverinfo="text",
        )
    )
