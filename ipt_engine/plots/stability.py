"""How much luck with the seed decides: seeds as points, spreads compared, sources of spread."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

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

Shown = Literal["mean", "sd"]
_COLUMNS = 3
_HEIGHT = 380
_BAND = 0.18


def seeds_by_task(
    runs: pd.DataFrame,
    means: pd.DataFrame,
    methods: Mapping[str, str],
    tasks: Mapping[str, str],
    metrics: Mapping[str, str],
    theme: Theme = "light",
) -> go.Figure:
    """A panel for each task: each method's seeds as points, and its mean with the interval.

    Args:
        runs: run_id, task, method, seed, score. Each point's customdata is its run_id.
        means: task, method, mean, low, high, n_seeds, n (test examples), reason.
        methods: Name for people of each method, in the order in which they are shown.
        tasks: Name for people of each task, likewise; those without a mean are left out.
        metrics: Name for people of each task's metric.
        theme: Light or dark.
    """
    shown = [task for task in tasks if task in set(means["task"])]
    figure = base_figure(theme, "Method", "Score (corpus score, 0 to 100)")
    if not shown:
        return with_n(figure, count(0, "task"))
    columns = min(len(shown), _COLUMNS)
    rows = -(-len(shown) // columns)
    names = [escape(tasks[task]) for task in shown]
    # The metric above its panel: beside it, it would lie over the one before in a narrow window.
    heads = [
        f"{name}<br><span style='font-size:12px'>{escape(metrics[task])} (corpus score)</span>"
        for name, task in zip(names, shown, strict=True)
    ]
    figure.set_subplots(rows, columns, subplot_titles=heads, vertical_spacing=0.44 / rows)
    figure.update_layout(height=_HEIGHT * rows, showlegend=False)
    for place, task in enumerate(shown):
        at = {"row": place // columns + 1, "col": place % columns + 1}
        table = means[means["task"] == task]
        own = runs[runs["task"] == task].dropna(subset=["score"])
        there = [method for method in methods if method in set(table["method"])]
        for x, method in enumerate(there):
            mean = table[table["method"] == method].iloc[:1]
            subject = f"{escape(methods[method])} on {names[place]}"
            metric = escape(metrics[task])
            points = own[own["method"] == method]
            figure.add_trace(_seed_points(points, x, method, subject, metric), **at)
            figure.add_trace(_seed_mean(mean, x, method, subject, metric), **at)
        ticks = [escape(methods[method]) for method in there]
        n = count(int(table["n"].max()), "test example")
        title = f"Method<br><span style='font-size:12px'>{n},<br>95 % intervals</span>"
        axis = {"tickvals": list(range(len(there))), "ticktext": ticks, "showgrid": False}
        figure.update_xaxes(title_text=title, **axis, **at)
    return figure


def spread_ratios(
    ratios: pd.DataFrame,
    pooled: Mapping[str, Any],
    tasks: Mapping[str, str],
    titles: tuple[str, str] = ("PT", "IPT"),
    theme: Theme = "light",
) -> go.Figure:
    """How many times b's spread over seeds a's is: by task, and over all, on a log axis.

    Args:
        ratios: task, ratio, low, high, n_seeds_a, n_seeds_b, reason.
        pooled: ratio, low, high (None or nan where there is none), n_tasks.
        tasks: Name for people of each task.
        titles: Names for people of a and b.
        theme: Light or dark.
    """
    a, b = (escape(title) for title in titles)
    figure = base_figure(
        theme, f"{a}'s standard deviation over seeds (times {b}'s, log scale)", "Task"
    )
    names = [escape(tasks.get(task, task)) for task in ratios["task"]]
    frame = ratios.assign(name=names)
    known = frame.dropna(subset=["ratio"])
    over_all = pd.DataFrame([{**pooled, "name": "All tasks"}]).dropna(subset=["ratio"])
    for rows, symbol, colour, size in (
        (known, "circle", METHOD_COLOURS["pt"], 9),
        (over_all, "diamond", INK[theme], 13),
    ):
        figure.add_trace(
            go.Scatter(
                x=rows["ratio"],
                y=rows["name"],
                mode="markers",
                name="One task" if symbol == "circle" else "Geometric mean of the tasks",
                marker={"color": colour, "size": size, "symbol": symbol},
                error_x=error_bars(rows.rename(columns={"ratio": "mean"}), "mean", colour),
                hovertext=[_ratio_sentence(row, a, b) for row in rows.to_dict("records")],
                hoverinfo="text",
            )
        )
    for row in frame[frame["ratio"].isna()].to_dict("records"):
        text = escape(str(row["reason"]))
        # On a log axis an annotation stands at the power of ten: at 1, beside the line.
        place = {"x": 0, "xanchor": "left", "xshift": 8, "y": row["name"]}
        figure.add_annotation(text=text, showarrow=False, **place)
    figure.add_vline(x=1, line={"color": INK[theme], "width": 1, "dash": "dot"})
    figure.update_xaxes(**_LOG)
    order = [*names, "All tasks"]
    figure.update_yaxes(categoryorder="array", categoryarray=order[::-1], showgrid=False)
    n = int(known[["n_seeds_a", "n_seeds_b"]].to_numpy().sum())
    return with_n(figure, f"{count(n, 'run')}, 95 % intervals; right of 1, {b} varies less")


def by_length(
    lengths: pd.DataFrame,
    methods: Mapping[str, str],
    metric: str,
    shown: Shown = "mean",
    theme: Theme = "light",
) -> go.Figure:
    """Score, or its spread over seeds, against the soft prompt's length, with bands.

    Args:
        lengths: num_virtual_tokens, method, mean, low, high, sd, sd_low, sd_high, n_seeds,
            reason; one task.
        methods: Name for people of each method, in the order in which they are shown.
        metric: The metric's name for people.
        shown: "mean" for the score, "sd" for its standard deviation over seeds.
        theme: Light or dark.
    """
    name = escape(metric)
    what = "corpus score, mean over seeds" if shown == "mean" else "standard deviation, log scale"
    figure = base_figure(theme, "Length of the soft prompt (virtual tokens, log scale)", "")
    figure.update_yaxes(title_text=f"{name} ({what})", **({} if shown == "mean" else _LOG))
    ends = ["low", "high"] if shown == "mean" else ["sd_low", "sd_high"]
    for method in (m for m in methods if m in set(lengths["method"])):
        rows = lengths[lengths["method"] == method].dropna(subset=[shown])
        rows = rows.sort_values("num_virtual_tokens")
        banded, colour = rows.dropna(subset=ends), METHOD_COLOURS[method]
        x = banded["num_virtual_tokens"]
        figure.add_trace(
            go.Scatter(
                x=[*x, *x[::-1]],
                y=[*banded[ends[1]], *banded[ends[0]][::-1]],
                mode="lines",
                name=f"{escape(methods[method])}, 95 % interval",
                fill="toself",
                fillcolor=_faint(colour),
                line={"width": 0},
                hoverinfo="skip",
                showlegend=False,
            )
        )
        figure.add_trace(
            go.Scatter(
                x=rows["num_virtual_tokens"],
                y=rows[shown],
                mode="lines+markers",
                name=escape(methods[method]),
                marker={"color": colour, "size": 9},
                line={"color": colour, "width": 2},
                # A band needs two lengths.
                error_y=_length_bars(rows, shown, ends, colour) if len(banded) == 1 else None,
                hovertext=[
                    _length_sentence(row, shown, ends, escape(methods[method]), name)
                    for row in rows.to_dict("records")
                ],
                hoverinfo="text",
            )
        )
    ticks = sorted(lengths["num_virtual_tokens"].unique())
    figure.update_xaxes(type="log", tickvals=ticks, ticktext=[str(int(t)) for t in ticks])
    return with_n(figure, f"{count(int(lengths['n_seeds'].sum()), 'run')}, 95 % intervals")


def variance_shares(parts: pd.DataFrame, method: str = "pt", theme: Theme = "light") -> go.Figure:
    """What shares of the variance come from each of two sources of luck, and from the rest.

    Args:
        parts: source, share, share_low, share_high (0 to 1), sd, levels, reason; of
            `decomposition.decompose`.
        method: Whose runs they are, a key of `METHOD_COLOURS`.
        theme: Light or dark.
    """
    colour = METHOD_COLOURS[method]
    figure = base_figure(theme, "Share of the variance (%)", "Source")
    known = parts.dropna(subset=["share"])
    percent = known.assign(**{name: 100 * known[name] for name in _SHARES})
    figure.add_trace(
        go.Bar(
            x=percent["share"],
            y=[escape(source).capitalize() for source in percent["source"]],
            orientation="h",
            name="Share, 95 % interval",
            marker={"color": _faint(colour, 0.55), "line": {"color": colour, "width": 1}},
            error_x=error_bars(percent, "share", INK[theme]),
            hovertext=[_share_sentence(row) for row in percent.to_dict("records")],
            hoverinfo="text",
        )
    )
    figure.update_xaxes(range=[0, 101])
    figure.update_yaxes(autorange="reversed", showgrid=False, ticksuffix="  ")
    if known.empty:
        reason = escape(str(parts["reason"].iloc[0])) if len(parts) else "there are no runs"
        return with_n(figure, f"no variance could be split: {reason}")
    first, second, _ = (
        count(levels, escape(source))
        for source, levels in zip(parts["source"], parts["levels"], strict=True)
    )
    runs = count(parts["levels"].iloc[-1], "run")
    return with_n(figure, f"{runs}: {first} × {second}<br>95 % intervals")


_TICKS = [digit * 10.0**power for power in range(-4, 5) for digit in (1, 2, 5)]
_LOG = {"type": "log", "tickvals": _TICKS, "ticktext": [f"{tick:g}" for tick in _TICKS]}
_SHARES = ("share", "share_low", "share_high")


def _seed_points(
    points: pd.DataFrame, x: int, method: str, subject: str, metric: str
) -> go.Scatter:
    spread = np.linspace(-0.06, 0.06, len(points)) if len(points) > 1 else np.zeros(len(points))
    return go.Scatter(
        x=x - 0.15 + spread,
        y=points["score"],
        mode="markers",
        name=f"{subject}, a run each",
        marker={"color": METHOD_COLOURS[method], "size": 8, "opacity": 0.75},
        customdata=points[["run_id"]].to_numpy(dtype=object),
        hovertext=[
            f"{subject} with seed {row['seed']:.0f} scores {row['score']:.1f} {metric}."
            for row in points.to_dict("records")
        ],
        hoverinfo="text",
    )


def _seed_mean(mean: pd.DataFrame, x: int, method: str, subject: str, metric: str) -> go.Scatter:
    row, colour = mean.iloc[0], METHOD_COLOURS[method]
    said = [f"95 % interval {row['low']:.1f} to {row['high']:.1f}"] if pd.notna(row["low"]) else []
    said += [escape(str(row["reason"]))] if pd.notna(row["reason"]) else []
    return go.Scatter(
        x=[x + 0.15],
        y=mean["mean"],
        mode="markers",
        name=subject,
        marker={"color": colour, "size": 12, "symbol": "diamond"},
        error_y=error_bars(mean, "mean", colour),
        hovertext=[
            f"{subject} scores {row['mean']:.1f} {metric} on average over "
            f"{count(int(row['n_seeds']), 'run')} ({'; '.join(said)})."
        ],
        hoverinfo="text",
    )


def _ratio_sentence(row: Mapping[Any, Any], a: str, b: str) -> str:
    interval = f"95 % interval {row['low']:.2f} to {row['high']:.2f}"
    if "n_tasks" in row:
        rests = f"geometric mean of {count(int(row['n_tasks']), 'task')}"
    else:
        rests = f"{count(int(row['n_seeds_a']), 'run')} and {int(row['n_seeds_b'])}"
    return (
        f"{row['name']}:<br>{a} varies {row['ratio']:.2f} times as much between seeds as {b} "
        f"({interval}, {rests})."
    )


def _length_bars(rows: pd.DataFrame, shown: Shown, ends: list[str], colour: str) -> dict[str, Any]:
    low, high = ends
    return error_bars(
        rows[[shown, low, high]].set_axis(["mean", "low", "high"], axis=1), "mean", colour
    )


def _length_sentence(
    row: Mapping[Any, Any], shown: Shown, ends: list[str], title: str, metric: str
) -> str:
    low, high = (row[end] for end in ends)
    interval = f"95 % interval {low:.1f} to {high:.1f}" if pd.notna(low) else str(row["reason"])
    does = "scores" if shown == "mean" else "varies between seeds by"
    return (
        f"{title} with {count(int(row['num_virtual_tokens']), 'virtual token')} {does} "
        f"{row[shown]:.1f} {metric} ({escape(interval)}, {count(int(row['n_seeds']), 'run')})."
    )


def _share_sentence(row: Mapping[Any, Any]) -> str:
    said = f" Note: {escape(str(row['reason']), 200)}." if pd.notna(row["reason"]) else ""
    return (
        f"{escape(str(row['source'])).capitalize()} makes {row['share']:.0f} % of the variance"
        f"<br>(95 % interval {row['share_low']:.0f} to {row['share_high']:.0f} %), a "
        f"standard deviation of {row['sd']:.2f}.{said}"
    )


def _faint(colour: str, opacity: float = _BAND) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"
