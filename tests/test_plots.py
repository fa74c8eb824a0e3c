"""Figures: right numbers, readable hovers, colours that everyone can tell apart."""

import re
import tomllib
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from ipt_engine.methods import METHODS
from ipt_engine.plots import (
    BACKGROUNDS,
    METHOD_COLOURS,
    Labels,
    ScorePanel,
    escape,
    gain_scatter,
    input_scatter,
    loss_curve,
    score_dots,
    smoothed,
)
from tests.colour_contrast import contrast
from tests.conftest import ROOT

TITLES = {name: method.title for name, method in METHODS.items()}
PAIRED = pd.DataFrame(
    {
        "example_id": ["t1", "<b>t2</b>", "t3"],
        "similarity": [0.2, 0.5, 0.9],
        "score_a": [10.0, 20.0, 30.0],
        "score_b": [5.0, 25.0, 50.0],
        "gain": [-5.0, 5.0, 20.0],
        "n_pairs": [1, 3, 3],
    }
)
BINS = pd.DataFrame(
    {
        "low": [0.2, 0.5, 0.8],
        "high": [0.5, 0.8, 1.0],
        "center": [0.35, 0.65, 0.9],
        "n": [20, 0, 3],
        "score_a": [30.0, np.nan, 31.0],
        "score_a_low": [28.0, np.nan, np.nan],
        "score_a_high": [32.5, np.nan, np.nan],
        "score_b": [25.0, np.nan, 51.0],
        "score_b_low": [20.0, np.nan, np.nan],
        "score_b_high": [30.0, np.nan, np.nan],
        "gain": [-5.0, np.nan, 20.0],
        "gain_low": [-8.0, np.nan, np.nan],
        "gain_high": [-2.0, np.nan, np.nan],
        "reason": [None, "no examples", "too few examples (3) for an interval"],
    }
)
HISTORY = pd.DataFrame(
    {
        "step": [1, 2, 3, 4],
        "loss": [3.0, 2.0, 2.5, 1.0],
        "dev_loss": [np.nan, 2.2, np.nan, 2.4],
    }
)
SCORES = pd.DataFrame(
    {
        "panel": "0",
        "run_id": ["a" * 12, "b" * 12, "c" * 12],
        "method": ["icl", "ipt", "ipt"],
        "seed": [0, 0, 1],
        "n": [60, 60, 60],
        "score": [20.0, 30.0, 34.0],
    }
)
TABLE = pd.DataFrame(
    {
        "panel": "0",
        "method": ["ipt", "icl"],
        "mean": [32.0, 20.0],
        "low": [6.6, np.nan],
        "high": [57.4, np.nan],
        "n_seeds": [2, 1],
        "n": [60, 60],
        "reason": [None, "one seed: the spread is unknown"],
    }
)
PANELS = {"0": ScorePanel("Mini-DART", "BLEU", "test example")}


def figures(theme: str) -> list[go.Figure]:
    return [
        gain_scatter(PAIRED, BINS, Labels(), theme),  # type: ignore[arg-type]
        loss_curve(HISTORY, "pt", "PT", None, theme),  # type: ignore[arg-type]
        score_dots(SCORES, TABLE, TITLES, PANELS, theme),  # type: ignore[arg-type]
    ]


# How a colour looks without red, green or blue cones: Machado et al. 2009, severity 1.0.
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def lab(colour: str, seen: object) -> np.ndarray:
    """CIE Lab of a colour as seen with a kind of colour blindness."""
    srgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.asarray(seen) @ linear, 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.asarray(to_xyz) @ linear / [0.9505, 1.0, 1.089]
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def test_every_method_has_a_colour_in_the_order_of_the_methods() -> None:
    assert list(METHOD_COLOURS) == list(METHODS)


@pytest.mark.parametrize("background", BACKGROUNDS.values())
@pytest.mark.parametrize("method", METHOD_COLOURS)
def test_colours_stand_out_from_the_background(method: str, background: str) -> None:
    assert contrast(METHOD_COLOURS[method], background) >= 3.0


@pytest.mark.parametrize("kind", BLINDNESS)
def test_colours_are_told_apart_with_any_colour_blindness(kind: str) -> None:
    for one, other in combinations(METHOD_COLOURS.values(), 2):
        distance = np.linalg.norm(lab(one, BLINDNESS[kind]) - lab(other, BLINDNESS[kind]))
        assert distance > 15, (one, other)


@pytest.mark.parametrize("theme", BACKGROUNDS)
def test_axes_have_titles_and_the_figure_its_n(theme: str) -> None:
    for figure in figures(theme):
        layout = figure.layout
        assert layout.template.layout.paper_bgcolor == BACKGROUNDS[theme]  # type: ignore[index]
        assert contrast(layout.template.layout.font.color, BACKGROUNDS[theme]) > 7  # type: ignore[index]
        assert re.search(r"\(.+\)", layout.yaxis.title.text)
        assert re.search(r"\d+ (test examples|steps)", layout.xaxis.title.text)
        assert figure.to_json()


def test_every_hover_is_a_sentence() -> None:
    for figure in figures("light"):
        for trace in figure.data:
            if trace.hoverinfo != "skip":
                assert len(trace.hovertext) == len(trace.x)
                assert all(re.search(r"[a-z] .*\.$", text) for text in trace.hovertext)


def test_a_point_says_and_carries_which_example_it_is() -> None:
    points = gain_scatter(PAIRED, BINS, Labels(metric="chrF")).data[0]
    assert [row[0] for row in points.customdata] == PAIRED["example_id"].tolist()
    assert list(points.y) == PAIRED["gain"].tolist()
    assert points.hovertext[2] == (
        "t3, similarity 0.90:<br>IPT scores 50.0, PT 30.0, a gain of +20.0 chrF (3 seeds)."
    )
    assert "&lt;b&gt;t2" in points.hovertext[1]


def test_bins_show_intervals_and_counts_and_skip_what_is_missing() -> None:
    figure = gain_scatter(PAIRED, BINS, Labels())
    means = figure.data[1]
    assert list(means.x) == [0.35, 0.9]
    assert means.error_y.array[0] == pytest.approx(3.0)
    assert means.error_y.arrayminus[0] == pytest.approx(3.0)
    assert np.isnan(means.error_y.array[1])
    assert "95 % interval −8.0 to −2.0, 20 examples" in means.hovertext[0]
    assert "no interval, 3 examples" in means.hovertext[1]
    assert [a.text for a in figure.layout.annotations] == ["n=20", "n=3"]
    assert means.name == "All examples of a bin, 95 % interval"
    none = BINS.assign(gain_low=np.nan, gain_high=np.nan)
    assert gain_scatter(PAIRED, none, Labels()).data[1].name == "All examples of a bin"


def test_nothing_to_show_is_an_empty_figure() -> None:
    assert len(gain_scatter(PAIRED.head(0), BINS.head(0), Labels()).data[0].x) == 0
    assert len(loss_curve(HISTORY.head(0), "pt", "PT").data[0].x) == 0
    assert len(score_dots(SCORES.head(0), TABLE.head(0), TITLES, {}).data) == 0


def test_the_best_step_is_marked() -> None:
    batch, even, dev, best = loss_curve(HISTORY, "pt", "PT, seed 0").data
    assert list(batch.y) == HISTORY["loss"].tolist()
    assert list(dev.x) == [2, 4]
    assert (best.x[0], best.y[0]) == (2, 2.2)
    assert len(even.y) == 4
    assert best.hovertext[0] == "PT, seed 0: best at step 2, dev loss 2.200."


@pytest.mark.parametrize("method", ["pt", "ipt"])
def test_a_training_has_the_colour_of_its_method(method: str) -> None:
    colours = [(t.line.color or t.marker.color) for t in loss_curve(HISTORY, method, "mine").data]
    assert colours == [METHOD_COLOURS[method]] * 4


def test_inputs_have_no_methods_colour() -> None:
    points = pd.DataFrame(
        {"id": ["a", "b"], "split": ["train", "test"], "x": [0.0, 1.0], "y": [0.0, 1.0],
         "input": ["one", "two"], "similarity": [np.nan, 0.5]}
    )  # fmt: skip
    train, test = input_scatter(points, 0.5, {"train": "Train", "test": "Test"}).data
    assert not {train.marker.color, test.marker.color} & set(METHOD_COLOURS.values())
    assert train.marker.symbol == "circle-open"


def test_figures_have_the_background_of_their_pages() -> None:
    settings = tomllib.loads((ROOT / "dashboard" / ".streamlit" / "config.toml").read_text("utf-8"))
    themes = settings["theme"]
    assert {name: themes[name]["backgroundColor"].upper() for name in BACKGROUNDS} == BACKGROUNDS
    page = (ROOT / "ipt_engine" / "report" / "page.html.jinja").read_text("utf-8")
    papers = re.findall(r"--paper: (#\w+)", page)
    assert [paper.upper() for paper in papers] == list(BACKGROUNDS.values())


def test_a_training_under_way_shows_how_far_it_is() -> None:
    figure = loss_curve(HISTORY.assign(dev_loss=np.nan), "pt", "PT", total_steps=100)
    assert figure.layout.xaxis.range == (0, 100)
    assert "step 4 of 100" in figure.layout.xaxis.title.text
    assert len(figure.data) == 2


def test_smoothing_keeps_a_constant_and_calms_the_rest() -> None:
    assert smoothed([2.0] * 5) == pytest.approx([2.0] * 5)
    noisy = np.random.default_rng(0).normal(size=200)
    steps = [abs(b - a) for a, b in pairwise(smoothed(noisy))]
    assert np.mean(steps) < 0.5 * np.abs(np.diff(noisy)).mean()
    assert smoothed([]) == []


def test_runs_are_points_and_methods_keep_their_order() -> None:
    figure = score_dots(SCORES, TABLE, TITLES, PANELS)
    icl_seeds, icl, ipt_seeds, ipt = figure.data
    assert list(figure.layout.xaxis.ticktext) == ["ICL<br>1 run", "IPT<br>2 runs"]
    assert (list(icl_seeds.y), list(ipt_seeds.y)) == ([20.0], [30.0, 34.0])
    assert [row[0] for row in ipt_seeds.customdata] == ["b" * 12, "c" * 12]
    assert ipt.error_y.array[0] == pytest.approx(25.4)
    assert "one seed: the spread is unknown" in icl.hovertext[0]
    assert "over 2 runs (95 % interval 6.6 to 57.4)" in ipt.hovertext[0]


def test_points_at_zero_lie_above_the_names_below_them_and_nothing_is_cut() -> None:
    zero = SCORES.assign(score=[0.0, *SCORES["score"].iloc[1:]])
    low, high = score_dots(zero, TABLE, TITLES, PANELS).layout.yaxis.range
    assert low < 0 and high > max(TABLE["high"].max(), SCORES["score"].max())
    assert high - low < 1.5 * TABLE["high"].max(), "nor is there more than that room"
    low, high = score_dots(
        zero.assign(score=0.0).head(1), TABLE.head(0), TITLES, PANELS
    ).layout.yaxis.range
    assert low < 0 < high


def test_each_panel_counts_its_own_runs_and_names_its_own_examples() -> None:
    other = pd.DataFrame(
        {
            "panel": ["1", "1"],
            "run_id": ["d" * 12, "e" * 12],
            "method": ["icl", "icl"],
            "seed": [0, 1],
            "n": [20, 40],
            "score": [50.0, 60.0],
        }
    )
    mixed = {"panel": "1", "method": "icl", "mean": np.nan, "low": np.nan, "high": np.nan}
    table = pd.concat([TABLE, pd.DataFrame([mixed | {"n_seeds": 2, "n": 40, "reason": None}])])
    panels = PANELS | {"1": ScorePanel("<b>Mine</b>, dev", "chrF", "dev example")}
    figure = score_dots(pd.concat([SCORES, other]), table, TITLES, panels)
    assert list(figure.layout.xaxis2.ticktext) == ["ICL<br>2 runs"]
    (points,) = [trace for trace in figure.data if trace.xaxis == "x2"]
    low, high = figure.layout.xaxis2.range
    assert low < min(points.x) < 0 < max(points.x) < high, "the tick is there, and in the middle"
    assert [row[0] for row in points.customdata] == ["d" * 12, "e" * 12]
    assert points.hovertext[1] == "ICL with seed 1 scores 60.0 chrF on 40 dev examples."
    first, second = figure.layout.xaxis.title.text, figure.layout.xaxis2.title.text
    assert "60 test examples" in first and "95 % intervals over runs" in first
    assert "20 to 40 dev examples" in second and "interval" not in second
    heads = [head.text for head in figure.layout.annotations]
    assert heads[0].startswith("Mini-DART<br>") and "&lt;b&gt;Mine" in heads[1]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<a href='x'>y</a>", "&lt;a href='x'&gt;y&lt;/a&gt;"),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
        ("$x^2$", "&#36;x^2&#36;"),
        ("two\nlines", "two lines"),
        ("a" * 100, "a" * 79 + "…"),
    ],
)
def test_escape_leaves_nothing_to_interpret(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_names_from_the_user_are_escaped() -> None:
    figure = loss_curve(HISTORY, "pt", "<b>mine</b> $1$")
    assert "<b>" not in str(figure.to_dict()["data"])
    labels = Labels(x="<i>my encoder</i>", title_a="<b>a</b>")
    shown = str(gain_scatter(PAIRED, BINS, labels).to_dict()["layout"])
    assert "<i>" not in shown
    assert "<b>" not in shown
