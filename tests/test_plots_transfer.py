"""The heat map of transfer, cost against score, and our gains beside the paper's."""

import re
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from ipt_engine.methods import METHODS
from ipt_engine.plots.advisor import COSTS, cost_scatter
from ipt_engine.plots.paper import beside_paper
from ipt_engine.plots.style import BACKGROUNDS, METHOD_COLOURS
from ipt_engine.plots.transfer import transfer_heatmap
from tests.colour_contrast import contrast

TITLES = {"a": "<b>Task A</b>", "b": "Task B"}
METHOD_TITLES = {name: method.title for name, method in METHODS.items()}
MATRIX = pd.DataFrame(
    {
        "target": ["a", "a", "a", "b", "b"],
        "source": ["a", "b", "noise", "a", "b"],
        "kind": ["own", "other", "noise", "other", "own"],
        "n_seeds": [3, 3, 2, 3, 1],
        "n": [200, 200, 200, 150, 150],
        "gain": [8.0, 2.0, -4.0, np.nan, 1.0],
        "low": [6.0, -1.0, -6.0, np.nan, 0.0],
        "high": [10.0, 5.0, -2.0, np.nan, 2.0],
        "p_corrected": [0.001, 0.4, 0.02, np.nan, np.nan],
        "outcome": ["holds", "undecided", "does not hold", "undecided", "undecided"],
        "reason": [None, None, None, "icl was not run", "one seed"],
    }
)
OPTIONS = pd.DataFrame(
    {
        "method": ["icl", "pt", "ipt"],
        "score": [20.0, 30.0, 34.0],
        "low": [18.0, np.nan, 31.0],
        "high": [22.0, np.nan, 37.0],
        "n_seeds": [1, 1, 3],
        "n": [200, 200, 200],
        "seconds": [0.5, 0.2, np.nan],
        "prompt_tokens": [60.0, 55.0, 85.0],
        "training_seconds": [0.0, 600.0, 900.0],
    }
)
GAINS = pd.DataFrame(
    {
        "task": ["a", "a", "a", "b"],
        "whose": ["paper", "paper", "here", "here"],
        "base_model": ["Big", "Bigger", "<i>Small</i>", "<i>Small</i>"],
        "gain": [10.8, -2.0, 3.0, -1.0],
        "low": [np.nan, np.nan, 1.0, np.nan],
        "high": [np.nan, np.nan, 5.0, np.nan],
        "n_seeds": [np.nan, np.nan, 3, 1],
        "n": [np.nan, np.nan, 200, 200],
        "reason": ["spread not known", "spread not known", None, "one seed"],
    }
)


def figures(theme: Any) -> list[go.Figure]:
    return [
        transfer_heatmap(MATRIX, TITLES, theme=theme),
        cost_scatter(OPTIONS, METHOD_TITLES, "BLEU", recommended="pt", theme=theme),
        beside_paper(GAINS, TITLES, "levels cannot be compared", theme),
    ]


def hovers(figure: go.Figure) -> list[str]:
    return [str(text) for trace in figure.data for text in np.ravel(trace.hovertext)]


@pytest.mark.parametrize("theme", BACKGROUNDS)
def test_axes_have_titles_and_the_figure_its_n(theme: str) -> None:
    for figure in figures(theme):
        layout = figure.layout
        assert layout.template.layout.paper_bgcolor == BACKGROUNDS[theme]  # type: ignore[index]
        assert layout.xaxis.title.text and layout.yaxis.title.text
        assert re.search(r"\d+ test examples", layout.xaxis.title.text)
        assert figure.to_json()


def test_every_hover_is_a_sentence() -> None:
    for figure in figures("light"):
        assert all(re.search(r"[a-z].*\.$", text) for text in hovers(figure))


def test_names_are_escaped() -> None:
    for figure in figures("dark"):
        shown = str(figure.to_dict())
        assert "<b>Task" not in shown
        assert "<i>" not in shown


def test_the_heat_maps_cells() -> None:
    figure = transfer_heatmap(MATRIX, TITLES)
    (cells,) = figure.data
    assert list(cells.x) == ["&lt;b&gt;Task A&lt;/b&gt;", "Task B", "Noise"]
    assert list(cells.y) == ["&lt;b&gt;Task A&lt;/b&gt;", "Task B"]
    assert np.array(cells.z)[0].tolist() == [8.0, 2.0, -4.0]
    assert np.isnan(np.array(cells.z)[1]).tolist() == [True, False, True]
    # White in the middle is no gain, whatever the largest one is.
    assert (cells.zmin, cells.zmax) == (-8.0, 8.0)
    assert [list(row) for row in cells.text] == [
        ["<b>+8.0</b><br>own", "+2.0", "−4.0"],
        ["", "+1.0<br>own", ""],
    ]
    own, other, noise = cells.hovertext[0]
    assert "95 % interval +6.0 to +10.0, corrected p 0.001, 3 prompts, 200 test examples" in own
    assert other.startswith("The prompt of Task B on &lt;b&gt;Task A")
    assert noise.startswith("Noise of a trained prompt's norms on")
    lacking, alone, absent = cells.hovertext[1]
    assert "no gain, since icl was not run." in lacking
    assert alone.endswith("one seed.")
    assert absent == "This was not run."
    under = figure.layout.xaxis.title.text
    assert "1 to 3 prompts for each cell, 150 to 200 test examples for each task" in under


@pytest.mark.parametrize("theme", BACKGROUNDS)
def test_no_gain_has_the_colour_of_the_background(theme: str) -> None:
    (cells,) = transfer_heatmap(MATRIX, TITLES, theme=theme).data  # type: ignore[arg-type]
    low, middle, high = (colour for _, colour in cells.colorscale)
    assert middle == BACKGROUNDS[theme]  # type: ignore[index]
    assert len({low, middle, high}) == 3
    # What stands in the cells can be read on the strongest of colours.
    assert all(contrast(cells.textfont.color, colour) > 4.5 for colour in (low, middle, high))


def test_costs_and_scores() -> None:
    figure = cost_scatter(OPTIONS, METHOD_TITLES, "BLEU", recommended="pt")
    icl, pt = figure.data
    assert (list(icl.x), list(icl.y)) == ([0.5], [20.0])
    assert (icl.marker.color, icl.marker.symbol) == (METHOD_COLOURS["icl"], "diamond")
    assert pt.marker.symbol == "star"
    assert icl.error_y.array[0] == icl.error_y.arrayminus[0] == 2.0
    assert icl.hovertext[0] == (
        "ICL scores 20.0 BLEU (95 % interval 18.0 to 22.0, 1 run) at 0.5 s for each query."
    )
    assert "(no interval, 1 run)" in pt.hovertext[0]
    under = figure.layout.xaxis.title.text
    assert "star: recommended; 1 method of unknown cost left out" in under
    assert "95 % intervals" in under
    none = cost_scatter(OPTIONS.assign(low=None, high=None), METHOD_TITLES, "BLEU")
    assert "interval" not in none.layout.xaxis.title.text
    for cost, (title, _) in COSTS.items():
        other = cost_scatter(OPTIONS, METHOD_TITLES, "BLEU", cost)
        assert other.layout.xaxis.title.text.startswith(title)
        assert "recommended" not in other.layout.xaxis.title.text
        known = OPTIONS.dropna(subset=[cost])
        assert [float(trace.x[0]) for trace in other.data] == known[cost].tolist()


def test_the_papers_points_are_hollow_and_without_interval() -> None:
    figure = beside_paper(GAINS, TITLES, "levels cannot be compared")
    big, bigger, here = figure.data
    assert [trace.name for trace in figure.data] == [
        "The paper, Big",
        "The paper, Bigger",
        "Here, &lt;i&gt;Small&lt;/i&gt;",
    ]
    assert big.marker.symbol != bigger.marker.symbol
    assert all(trace.marker.symbol.endswith("-open") for trace in (big, bigger))
    assert here.marker.symbol == "diamond"
    assert list(here.x) == [3.0, -1.0]
    assert [round(y) for y in here.y] == [0, 1]
    # No two points of a task on one height.
    assert len({big.y[0], bigger.y[0], here.y[0]}) == 3
    assert np.isnan(big.error_x.array[0])
    assert here.error_x.array[0] == pytest.approx(2.0)
    assert "IPT scores 10.8 points more than PT (no interval: spread not known)" in big.hovertext[0]
    assert "PT scores 2.0 points more than IPT" in bigger.hovertext[0]
    assert "(95 % interval +1.0 to +5.0, 3 seeds)" in here.hovertext[0]
    short = beside_paper(GAINS.assign(reason="one <seed>"), TITLES, "").data[2].hovertext[0]
    assert "(95 % interval +1.0 to +5.0; one &lt;seed&gt;, 3 seeds)" in short
    assert "levels cannot be compared" in figure.layout.xaxis.title.text
    long = beside_paper(GAINS, TITLES, "word " * 60).layout.xaxis.title.text
    assert long.count("word") == 60
    assert "…" not in long


def test_nothing_to_show_is_an_empty_figure() -> None:
    assert np.size(transfer_heatmap(MATRIX.head(0), TITLES).data[0].z) == 0
    assert len(cost_scatter(OPTIONS.head(0), METHOD_TITLES, "BLEU").data) == 0
    assert len(beside_paper(GAINS.head(0), TITLES, "").data) == 0
    assert len(beside_paper(GAINS[GAINS["whose"] == "paper"], TITLES, "").data) == 2
    assert transfer_heatmap(MATRIX[MATRIX["gain"].isna()], TITLES).to_json()
