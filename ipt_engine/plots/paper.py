"""What IPT gains over PT here, beside what the paper reports."""

import textwrap
from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ipt_engine.numerals import signed
from ipt_engine.plots.style import INK, METHOD_COLOURS, Theme, base_figure, count, escape, with_n

_WHOSE = {"paper": "The paper", "here": "Here"}
_SYMBOLS = ("circle-open", "square-open", "diamond-open")
_STEP = 0.14
_LINE = 100


def beside_paper(
    gains: pd.DataFrame, titles: Mapping[str, str], note: str, theme: Theme = "light"
) -> go.Figure:
    """Gain of IPT over PT by task: the paper's hollow, one for each base model, ours full.

    Args:
        gains: task, whose ("paper" or "here"), base_model, gain, low, high, n_seeds, n, reason.
        titles: Name for people of each task, in the order in which they are shown.
        note: What has to be said of the comparison.
        theme: Light or dark.
    """
    tasks = [task for task in titles if task in set(gains["task"])]
    figure = base_figure(
        theme, "Gain of IPT over PT (points of each task's metric)", "Task (the paper's)"
    )
    known = gains.dropna(subset=["gain"])
    whose = known[["whose", "base_model"]].drop_duplicates()
    order = [
        pair for who in _WHOSE for pair in whose[whose["whose"] == who].itertuples(index=False)
    ]
    for place, (who, model) in enumerate(order):
        rows = known[(known["whose"] == who) & (known["base_model"] == model)]
        rows = rows[rows["task"].isin(tasks)]
        ours = who == "here"
        colour = METHOD_COLOURS["ipt"] if ours else INK[theme]
        offset = (place - (len(order) - 1) / 2) * _STEP
        figure.add_trace(
            go.Scatter(
                x=rows["gain"],
                y=[tasks.index(task) + offset for task in rows["task"]],
                mode="markers",
                name=f"{_WHOSE[who]}, {escape(model)}",
                marker={
                    "color": colour,
                    "size": 12 if ours else 10,
                    "symbol": "diamond" if ours else _SYMBOLS[place % len(_SYMBOLS)],
                    "line": {"color": colour, "width": 2},
                },
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": rows["high"] - rows["gain"],
                    "arrayminus": rows["gain"] - rows["low"],
                    "color": colour,
                    "thickness": 1.5,
                },
                hovertext=[_sentence(row, titles) for row in rows.to_dict("records")],
                hoverinfo="text",
            )
        )
    figure.add_vline(x=0, line={"color": INK[theme], "width": 1, "dash": "dot"})
    figure.update_yaxes(
        tickvals=list(range(len(tasks))),
        ticktext=[escape(titles[task]) for task in tasks],
        range=[len(tasks) - 0.5, -0.5],
        showgrid=False,
    )
    counts = known.loc[known["whose"] == "here", "n"]
    n = int(counts.max()) if len(counts) else 0
    under = [f"Here {count(n, 'test example')}, 95 % intervals.", *textwrap.wrap(note, _LINE)]
    return with_n(figure, "<br>".join(escape(line, _LINE) for line in under))


def _sentence(row: Mapping[Any, Any], titles: Mapping[str, str]) -> str:
    better, other = ("IPT", "PT") if row["gain"] >= 0 else ("PT", "IPT")
    interval = f"95 % interval {signed(row['low'])} to {signed(row['high'])}"
    if pd.isna(row["low"]):
        interval = f"no interval: {escape(str(row['reason']))}"
    elif pd.notna(row["reason"]):
        interval += f"; {escape(str(row['reason']))}"
    seeds = f", {count(int(row['n_seeds']), 'seed')}" if pd.notna(row["n_seeds"]) else ""
    return (
        f"{_WHOSE[row['whose']]}, {escape(row['base_model'])} on {escape(titles[row['task']])}:<br>"
        f"{better} scores {abs(row['gain']):.1f} points more than {other} ({interval}{seeds})."
    )
