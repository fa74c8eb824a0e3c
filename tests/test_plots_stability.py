"""Figures of luck: right numbers, readable hovers, missing values with their reasons."""

import re

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from ipt_engine.analysis.decomposition import decompose
from ipt_engine.analysis.lengths import length_table
from ipt_engine.analysis.stability import ratio_table
from ipt_engine.methods import METHODS
from ipt_engine.plots.stability import by_length, seeds_by_task, spread_ratios, variance_shares
from ipt_engine.plots.style import BACKGROUNDS, METHOD_COLOURS, Theme

TITLES = {name: method.title for name, method in METHODS.items()}
TASKS = {"mini-dart": "Mini-DART", "own": "<b>mine</b>", "none": "Never run"}
METRICS = {"mini-dart": "BLEU", "own": "Exact match", "none": "BLEU"}
RUNS = pd.DataFrame(
    [
        {"run_id": f"{task}-{method}-{seed}", "task": task, "method": method, "seed": seed}
        | {"score": 20.0 + 3 * seed * (method == "pt") + seed}
        for task in ("mini-dart", "own")
        for method, seeds in (("icl", 1), ("pt", 3), ("ipt", 3))
        for seed in range(seeds)
        if not (task == "own" and method == "ipt" and seed)
    ]
)
MEANS = pd.DataFrame(
    {
        "task": ["mini-dart", "mini-dart", "mini-dart", "own"],
        "method": ["ipt", "pt", "icl", "pt"],
        "mean": [21.0, 24.0, 20.0, 24.0],
        "low": [18.0, 14.0, np.nan, 14.0],
        "high": [24.5, 34.0, np.nan, 34.0],
        "n_seeds": [3, 3, 1, 3],
        "n": [200, 200, 200, 120],
        "reason": [None, None, "nothing varies", None],
    }
)
RATIOS = ratio_table(RUNS)
POOLED = {"ratio": 4.0, "low": 0.64, "high": 25.0, "n_tasks": 1}
LENGTHS = length_table(
    pd.DataFrame(
        [
            {"task": "mini-dart", "method": m, "num_virtual_tokens": n, "mean": 30 + n / 10}
            | {"low": 29 + n / 10, "high": 31.5 + n / 10, "n": 200, "reason": None}
            | ({"n_seeds": 1, "sd": np.nan} if (m, n) == ("ipt", 5) else {"n_seeds": 3, "sd": 1.0})
            for m in ("pt", "ipt")
            for n in (5, 25, 100)
        ]
    )
)
PARTS = decompose(
    pd.DataFrame(
        {
            "init_seed": np.repeat(range(3), 3),
            "order_seed": np.tile(range(3), 3),
            "score": [10.0, 11.0, 12.5, 20.0, 21.0, 21.5, 28.0, 30.0, 30.5],
        }
    )
)


def figures(theme: Theme = "light") -> list[go.Figure]:
    return [
        seeds_by_task(RUNS, MEANS, TITLES, TASKS, METRICS, theme),
        spread_ratios(RATIOS, POOLED, TASKS, theme=theme),
        by_length(LENGTHS, TITLES, "BLEU", "mean", theme),
        by_length(LENGTHS, TITLES, "BLEU", "sd", theme),
        variance_shares(PARTS, "pt", theme),
    ]


@pytest.mark.parametrize("theme", BACKGROUNDS)
def test_axes_name_their_units_and_the_figure_its_n(theme: Theme) -> None:
    for figure in figures(theme):
        layout = figure.layout
        assert layout.template.layout.paper_bgcolor == BACKGROUNDS[theme]
        titles = [layout.xaxis.title.text, layout.yaxis.title.text]
        assert all(titles)
        assert any(re.search(r"\(.+\)", title) for title in titles)
        assert re.search(r"\d+ (test example|run)", titles[0])
        assert figure.to_json()


def test_every_hover_is_a_sentence() -> None:
    for figure in figures():
        for trace in figure.data:
            if trace.hoverinfo != "skip":
                assert len(trace.hovertext) == len(trace.x)
                assert all(re.search(r"[a-z] .*\.$", text) for text in trace.hovertext)
                assert not any("nan" in text or "None" in text for text in trace.hovertext)


def test_names_from_the_user_are_escaped() -> None:
    titles = ("<i>a</i>", "<i>b</i>")
    shown = [
        seeds_by_task(RUNS, MEANS, TITLES, TASKS, METRICS | {"own": "<u>m</u>"}),
        spread_ratios(RATIOS, POOLED, TASKS, titles),
        by_length(LENGTHS, {"pt": "<b>x</b>"}, "<u>m</u>"),
    ]
    for figure in shown:
        assert not re.search(r"<[biu]>", str(figure.to_dict()))


def test_each_task_has_a_panel_with_its_seeds_and_means() -> None:
    figure = seeds_by_task(RUNS, MEANS, TITLES, TASKS, METRICS)
    heads = [a.text for a in figure.layout.annotations]
    assert heads[0].startswith("Mini-DART<br>") and "BLEU (corpus score)" in heads[0]
    assert heads[1].startswith("&lt;b&gt;mine&lt;/b&gt;<br>")
    assert "Exact match (corpus score)" in heads[1]
    assert list(figure.layout.xaxis.ticktext) == ["ICL", "PT", "IPT"]
    assert list(figure.layout.xaxis2.ticktext) == ["PT"]
    assert "200 test examples" in figure.layout.xaxis.title.text
    assert "120 test examples" in figure.layout.xaxis2.title.text
    points, mean = figure.data[2:4]
    assert list(points.y) == [20.0, 24.0, 28.0]
    assert [row[0] for row in points.customdata] == [f"mini-dart-pt-{s}" for s in range(3)]
    assert points.marker.color == mean.marker.color == METHOD_COLOURS["pt"]
    assert mean.error_y.array[0] == pytest.approx(10)
    assert mean.hovertext[0] == (
        "PT on Mini-DART scores 24.0 BLEU on average over 3 runs (95 % interval 14.0 to 34.0)."
    )
    assert figure.data[1].hovertext[0].endswith("over 1 run (nothing varies).")
    assert points.hovertext[1] == "PT on Mini-DART with seed 1 scores 24.0 BLEU."


def test_ratios_stand_on_a_log_axis_beside_the_pooled_one() -> None:
    figure = spread_ratios(RATIOS, POOLED, TASKS)
    tasks, pooled = figure.data
    assert figure.layout.xaxis.type == "log"
    assert (list(tasks.x), list(tasks.y)) == ([pytest.approx(4.0)], ["Mini-DART"])
    low, high = RATIOS.loc[0, "low"], RATIOS.loc[0, "high"]
    assert tasks.error_x.array[0] == pytest.approx(high - 4)
    assert tasks.error_x.arrayminus[0] == pytest.approx(4 - low)
    assert (list(pooled.x), list(pooled.y)) == ([4.0], ["All tasks"])
    assert "(95 % interval 0.64 to 25.00, geometric mean of 1 task)." in pooled.hovertext[0]
    assert "PT varies 4.00 times as much between seeds as IPT" in tasks.hovertext[0]
    # The reference line at 1, and the task that has no ratio with its reason.
    assert figure.layout.shapes[0].x0 == 1
    texts = {a.y: a.text for a in figure.layout.annotations}
    assert texts == {"&lt;b&gt;mine&lt;/b&gt;": "one seed: the spread is unknown"}
    assert "6 runs" in figure.layout.xaxis.title.text


def test_nothing_pooled_shows_the_tasks_alone() -> None:
    pooled = {"ratio": None, "low": None, "high": None, "n_tasks": 0}
    figure = spread_ratios(RATIOS, pooled, TASKS)
    assert len(figure.data[1].x) == 0
    assert len(figure.data[0].x) == 1


@pytest.mark.parametrize(
    ("shown", "low", "high"), [("mean", "low", "high"), ("sd", "sd_low", "sd_high")]
)
def test_lengths_have_bands_from_end_to_end(shown: str, low: str, high: str) -> None:
    figure = by_length(LENGTHS, TITLES, "BLEU", shown)  # type: ignore[arg-type]
    band, line, other_band, other_line = figure.data
    rows = LENGTHS[LENGTHS["method"] == "pt"]
    assert list(line.x) == [5, 25, 100]
    assert list(line.y) == rows[shown].tolist()
    assert list(band.y) == [*rows[high], *rows[low][::-1]]
    assert list(band.x) == [5, 25, 100, 100, 25, 5]
    # One seed has a score and neither spread nor band.
    assert list(other_band.x) == [25, 100, 100, 25]
    assert list(other_line.x) == ([5, 25, 100] if shown == "mean" else [25, 100])
    if shown == "mean":
        assert "(one seed: the spread is unknown, 1 run)." in other_line.hovertext[0]
    assert (figure.layout.yaxis.type == "log") is (shown == "sd")
    assert list(figure.layout.xaxis.ticktext) == ["5", "25", "100"]


def test_one_length_has_a_bar_since_a_band_would_not_show() -> None:
    figure = by_length(LENGTHS[LENGTHS["num_virtual_tokens"] == 25], TITLES, "BLEU")
    row = LENGTHS[(LENGTHS["num_virtual_tokens"] == 25) & (LENGTHS["method"] == "pt")].iloc[0]
    assert figure.data[1].error_y.array[0] == pytest.approx(row["high"] - row["mean"])
    assert by_length(LENGTHS, TITLES, "BLEU").data[1].error_y.array is None


def test_shares_are_bars_with_intervals() -> None:
    (bars,) = variance_shares(PARTS, "ipt").data
    assert list(bars.y) == ["Initialisation", "Data order", "Interaction and rest"]
    assert list(bars.x) == pytest.approx(list(100 * PARTS["share"]))
    assert bars.error_x.array[0] == pytest.approx(100 * (PARTS["share_high"] - PARTS["share"])[0])
    assert bars.marker.line.color == METHOD_COLOURS["ipt"]
    assert bars.hovertext[0].startswith(f"Initialisation makes {100 * PARTS['share'][0]:.0f} %")
    noted = variance_shares(PARTS.assign(reason="2 of 11 runs lie outside"))
    assert "Note: 2 of 11 runs lie outside." in noted.data[0].hovertext[0]
    missing = PARTS.assign(share=np.nan, reason="7 runs of <b>3</b>")
    title = variance_shares(missing).layout.xaxis.title.text
    assert "no variance could be split: 7 runs of &lt;b&gt;3" in title


def test_nothing_to_show_is_an_empty_figure() -> None:
    assert len(seeds_by_task(RUNS.head(0), MEANS.head(0), TITLES, TASKS, METRICS).data) == 0
    assert len(by_length(LENGTHS.head(0), TITLES, "BLEU").data) == 0
    assert len(variance_shares(PARTS.head(0)).data[0].x) == 0
    empty = spread_ratios(RATIOS.head(0), dict.fromkeys(POOLED), TASKS)
    assert [len(trace.x) for trace in empty.data] == [0, 0]
