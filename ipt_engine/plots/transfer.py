"""Which task's soft prompt helps on which, as a heat map."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ipt_engine.numerals import signed
from ipt_engine.plots.style import (
    BACKGROUNDS,
    INK,
    METHOD_COLOURS,
    Theme,
    base_figure,
    count,
    error_bars,
    escape,
    with_n,
)

CONTROLS = {"untrained": "Untrained", "noise": "Noise"}
"""The columns that are no task's, with their names for people."""
_SHARE = 0.65


def transfer_heatmap(
    matrix: pd.DataFrame, titles: Mapping[str, str], over: str = "ICL", theme: Theme = "light"
) -> go.Figure:
    """Gain of each source's prompt on each target; a gain that is sure is bold.

    Args:
        matrix: target, source, kind, n_seeds, n, gain, low, high, p_corrected, outcome, reason.
        titles: Name for people of each task, in the order in which they are shown.
        over: What the gain is over.
        theme: Light or dark.
    """
    over = escape(over)
    targets = [task for task in titles if task in set(matrix["target"])]
    sources = [name for name in [*titles, *CONTROLS] if name in set(matrix["source"])]
    names = {name: escape(title) for name, title in {**titles, **CONTROLS}.items()}
    cells = {(row["target"], row["source"]): row for row in matrix.to_dict("records")}
    found = [[cells.get((target, source)) for source in sources] for target in targets]
    gains = np.array(
        [[np.nan if cell is None else cell["gain"] for cell in row] for row in found]
    ).reshape(len(targets), len(sources))
    most = float(np.nanmax(np.abs(gains))) if np.isfinite(gains).any() else 1.0
    figure = base_figure(theme, "Whose soft prompt", "Task it is used on (with its examples)")
    figure.add_trace(
        go.Heatmap(
            x=[names[source] for source in sources],
            y=[names[target] for target in targets],
            z=gains,
            zmin=-most,
            zmax=most,
            # Blue and orange are told apart with any common colour blindness.
            colorscale=[
                [0.0, _faint(METHOD_COLOURS["pt"], theme)],
                [0.5, BACKGROUNDS[theme]],
                [1.0, _faint(METHOD_COLOURS["icl"], theme)],
            ],
            # Above the cells, which need the whole width where there is little of it.
            colorbar={
                "title": {"text": f"Gain over {over} (points)", "side": "top"},
                "orientation": "h",
                "thickness": 12,
                "x": 0,
                "xanchor": "left",
                "y": 1.03,
                "yanchor": "bottom",
            },
            text=[[_text(cell) for cell in row] for row in found],
            texttemplate="%{text}",
            textfont={"color": INK[theme], "size": 13},
            hovertext=[[_sentence(cell, names, over) for cell in row] for row in found],
            hoverinfo="text",
            xgap=2,
            ygap=2,
        )
    )
    figure.update_xaxes(showgrid=False, type="category")
    figure.update_yaxes(showgrid=False, type="category", autorange="reversed")
    return with_n(figure, f"{_counts(matrix)};<br>bold: it helps, corrected for all cells")


def alike_scatter(
    pairs: pd.DataFrame, titles: Mapping[str, str], theme: Theme = "light"
) -> go.Figure:
    """Gain of a foreign prompt against its similarity to the task's own; a point for each pair.

    Args:
        pairs: source, target, similarity, gain, low, high, n_seeds, n.
        titles: Name for people of each task.
        theme: Light or dark.
    """
    figure = base_figure(
        theme,
        "Similarity of the prompt to the task's own (mean cosine of matched vectors)",
        "Gain (points)",
    )
    names = {task: escape(title) for task, title in titles.items()}
    figure.add_hline(y=0, line={"color": INK[theme], "width": 1, "dash": "dot"})
    figure.add_trace(
        go.Scatter(
            x=pairs["similarity"],
            y=pairs["gain"],
            error_y=error_bars(pairs.rename(columns={"gain": "mean"}), "mean", INK[theme]),
            mode="markers",
            marker={"color": METHOD_COLOURS["ipt"], "size": 10},
            hovertext=[
                f"The prompt of {names[row['source']]} on {names[row['target']]}:<br>similarity "
                f"{row['similarity']:.2f}, gain {signed(row['gain'])} points."
                for row in pairs.to_dict("records")
            ],
            hoverinfo="text",
            showlegend=False,
        )
    )
    return with_n(figure, f"{count(len(pairs), 'pair')} of tasks, 95 % intervals")


def _faint(colour: str, theme: Theme) -> str:
    """So much nearer to the background that text can be read on it."""
    pairs = zip(_channels(colour), _channels(BACKGROUNDS[theme]), strict=True)
    mixed = [round(_SHARE * over + (1 - _SHARE) * under) for over, under in pairs]
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _counts(matrix: pd.DataFrame) -> str:
    prompts = _range(matrix["n_seeds"], "prompt")
    return f"{prompts} for each cell, {_range(matrix['n'], 'test example')} for each task"


def _range(values: "pd.Series[int]", noun: str) -> str:
    if values.empty:
        return count(0, noun)
    low, high = int(values.min()), int(values.max())
    return count(high, noun) if low == high else f"{low:,} to {count(high, noun)}"


def _text(cell: Mapping[Any, Any] | None) -> str:
    if cell is None or pd.isna(cell["gain"]):
        return ""
    gain = signed(cell["gain"])
    gain = f"<b>{gain}</b>" if cell["outcome"] == "holds" else gain
    return f"{gain}<br>own" if cell["kind"] == "own" else gain


def _sentence(cell: Mapping[Any, Any] | None, names: Mapping[str, str], over: str) -> str:
    if cell is None:
        return "This was not run."
    prompt = {
        "own": "The task's own prompt",
        "untrained": "An untrained prompt",
        "noise": "Noise of a trained prompt's norms",
    }.get(cell["kind"], f"The prompt of {names[cell['source']]}")
    what = f"{prompt} on {names[cell['target']]}"
    if pd.isna(cell["gain"]):
        return f"{what}: no gain, since {escape(str(cell['reason']))}."
    interval = "no interval"
    if pd.notna(cell["low"]):
        interval = f"95 % interval {signed(cell['low'])} to {signed(cell['high'])}"
    p = f", corrected p {cell['p_corrected']:.2g}" if pd.notna(cell["p_corrected"]) else ""
    said = (
        f"{what}:<br>{signed(cell['gain'])} points over {over} ({interval}{p}, "
        f"{count(int(cell['n_seeds']), 'prompt')}, {count(int(cell['n']), 'test example')})."
    )
    return f"{said}<br>{escape(str(cell['reason']))}." if cell["reason"] else said
