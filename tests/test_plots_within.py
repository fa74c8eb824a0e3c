"""Figures of arms, contrasts, policies and cuts: right numbers, readable hovers."""

import re

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from ipt_engine.methods import METHODS
from ipt_engine.plots.comparison import Labels
from ipt_engine.plots.router import cut_scores, policy_dots
from ipt_engine.plots.style import BACKGROUNDS, METHOD_COLOURS
from ipt_engine.plots.within import arm_scores, contrast_dots

TITLES = {name: method.title for name, method in METHODS.items()}
MEASURE = "BLEU (corpus score, 0 to 100)"
ARMS = pd.DataFrame(
    {
        "method": ["pt", "ipt", "ipt", "ipt", "icl"],
        "arm": ["none", "nearest", "random", "farthest", "nearest"],
        "similarity": [np.nan, 0.8, 0.4, 0.1, 0.8],
        "score": [30.0, 45.0, 35.0, 25.0, 20.0],
        "low": [28.0, 40.0, 30.0, 20.0, np.nan],
        "high": [32.0, 50.0, 40.0, 30.0, np.nan],
        "n": [200] * 5,
        "n_runs": [3, 3, 3, 3, 1],
        "reason": [None, None, None, None, "too few examples"],
    }
)
CONTRASTS = pd.DataFrame(
    {
        "method": ["ipt", "ipt", "icl"],
        "first": ["nearest"] * 3,
        "second": ["random", "farthest", "farthest"],
        "similarity_gap": [0.4, 0.7, 0.7],
        "gain": [10.0, 20.0, 0.5],
        "low": [5.0, 15.0, -1.0],
        "high": [15.0, 25.0, 2.0],
        "p_holm": [0.02, 1e-5, np.nan],
        "n": [200] * 3,
        "reason": [None] * 3,
    }
)
POLICIES = pd.DataFrame(
    {
        "policy": ["always_a", "always_b", "router", "oracle"],
        "score": [30.0, 40.0, 42.0, 50.0],
        "low": [28.0, 37.0, 39.0, 47.0],
        "high": [32.0, 43.0, 45.0, 53.0],
        "shown": [0.0, 1.0, 0.7, 0.6],
        "n": [200] * 4,
    }
)
CURVE = pd.DataFrame(
    {
        "threshold": [0.2, 0.5, 0.9],
        "score": [40.0, 43.0, 30.0],
        "low": [37.0, 40.0, 28.0],
        "high": [43.0, 46.0, 32.0],
        "shown": [1.0, 0.7, 0.0],
        "n": [200] * 3,
    }
)


def figures(theme: str) -> list[go.Figure]:
    return [
        arm_scores(ARMS, TITLES, MEASURE, theme),  # type: ignore[arg-type]
        contrast_dots(CONTRASTS, TITLES, "BLEU points", theme),  # type: ignore[arg-type]
        policy_dots(POLICIES, Labels(), theme),  # type: ignore[arg-type]
        cut_scores(CURVE, 0.5, (0.4, 0.6), Labels(), theme),  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize("theme", BACKGROUNDS)
def test_axes_have_titles_and_the_figure_its_n(theme: str) -> None:
    for figure in figures(theme):
        layout = figure.layout
        assert layout.template.layout.paper_bgcolor == BACKGROUNDS[theme]  # type: ignore[index]
        assert re.search(r"\(.+\)", layout.yaxis.title.text)
        assert "200 test examples" in layout.xaxis.title.text
        assert figure.to_json()


def test_every_hover_is_a_sentence() -> None:
    for figure in figures("light"):
        for trace in figure.data:
            if trace.hoverinfo != "skip":
                assert len(trace.hovertext) == len(trace.x)
                assert all(re.search(r"[a-z] .*\.$", text) for text in trace.hovertext)


def test_arms_stand_from_the_nearest_to_the_farthest_in_the_methods_colours() -> None:
    figure = arm_scores(ARMS.sample(frac=1, random_state=1), TITLES, MEASURE)
    icl, pt, ipt = figure.data
    assert [trace.name for trace in figure.data] == ["ICL", "PT, no demonstration", "IPT"]
    assert [trace.line.color for trace in figure.data] == [
        METHOD_COLOURS[name] for name in ("icl", "pt", "ipt")
    ]
    assert [text.split("<")[0] for text in figure.layout.xaxis.ticktext] == [
        "nearest",
        "random",
        "farthest",
    ]
    assert list(ipt.y) == [45.0, 35.0, 25.0]
    assert ipt.x == pytest.approx([0, 1, 2], abs=0.1)
    assert list(ipt.error_y.array) == list(ipt.error_y.arrayminus) == [5.0, 5.0, 5.0]
    assert (set(pt.y), pt.line.dash) == ({30.0}, "dash")
    assert list(pt.error_y.array) == [2.0, 2.0]
    assert "with the random demonstration (mean similarity 0.40)" in ipt.hovertext[1]
    assert "35.00 BLEU (95 % interval 30.00 to 40.00, 3 runs, 200 examples)" in ipt.hovertext[1]
    assert "no interval: too few examples" in icl.hovertext[0]
    assert figure.layout.xaxis.ticktext[0].endswith("0.80")


def test_contrasts_show_gain_interval_and_corrected_p() -> None:
    icl, ipt = contrast_dots(CONTRASTS, TITLES, "nats per gold token").data
    assert list(ipt.y) == [10.0, 20.0]
    assert list(ipt.error_y.arrayminus) == [5.0, 5.0]
    # Methods stand side by side at the same comparison.
    assert round(icl.x[0]) == round(ipt.x[1]) == 1
    assert icl.x[0] != ipt.x[1]
    assert "corrected p 0.020" in ipt.hovertext[0]
    assert "+10.00 nats per gold token" in ipt.hovertext[0]
    assert "below 0.001" in ipt.hovertext[1]
    assert "p unknown" in icl.hovertext[0]


def test_policies_are_dots_with_intervals_and_shares() -> None:
    figure = policy_dots(POLICIES)
    assert [trace.y[0] for trace in figure.data] == POLICIES["score"].tolist()
    assert figure.data[0].marker.color == METHOD_COLOURS["pt"]
    assert figure.data[1].marker.color == METHOD_COLOURS["ipt"]
    assert figure.data[2].error_y.array[0] == 3.0
    assert figure.layout.xaxis.ticktext[2] == "By similarity<br>IPT for 70 %"
    assert "IPT answers 70 % of them" in figure.data[2].hovertext[0]
    other = policy_dots(POLICIES, Labels("zero_shot", "icl", "Zero-shot", "<b>ICL</b>"))
    assert other.data[1].name == "Always &lt;b&gt;ICL&lt;/b&gt;"


def test_the_best_cut_is_marked_on_the_curve() -> None:
    low, high, score, best = cut_scores(CURVE, 0.5, (0.4, 0.65)).data
    assert (list(low.y), list(high.y)) == (CURVE["low"].tolist(), CURVE["high"].tolist())
    assert list(score.x) == CURVE["threshold"].tolist()
    assert (best.x[0], best.y[0]) == (0.5, 43.0)
    assert best.error_x.array[0] == pytest.approx(0.15)
    assert best.error_x.arrayminus[0] == pytest.approx(0.1)
    assert best.hovertext[0] == ("The best cut is at similarity 0.50 (95 % interval 0.40 to 0.65).")
    assert "IPT from similarity 0.50 on, PT below" in score.hovertext[1]
    assert len(cut_scores(CURVE).data) == 3
    assert "no interval" in cut_scores(CURVE, 0.5).data[3].hovertext[0]


def test_nothing_to_show_is_an_empty_figure() -> None:
    assert len(arm_scores(ARMS.head(0), TITLES, MEASURE).data) == 0
    assert len(contrast_dots(CONTRASTS.head(0), TITLES, "points").data) == 0
    assert len(policy_dots(POLICIES.head(0)).data) == 0
    assert len(cut_scores(CURVE.head(0), 0.5).data[2].x) == 0
    only = arm_scores(ARMS.head(1), TITLES, MEASURE)
    assert list(only.data[0].y) == [30.0, 30.0]


def test_names_from_the_user_are_escaped() -> None:
    titles = {**TITLES, "ipt": "<b>mine</b>"}
    for figure in (
        arm_scores(ARMS, titles, "<i>x</i> (points)"),
        contrast_dots(CONTRASTS, titles, "<i>x</i>"),
        cut_scores(CURVE, 0.5, None, Labels(title_b="<b>mine</b>", metric="<i>x</i>")),
    ):
        shown = str(figure.to_dict())
        assert "<b>" not in shown
        assert "<i>" not in shown
