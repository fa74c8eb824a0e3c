"""A figure saved as a page of its own: whole, offline, and letter by letter."""

import plotly.graph_objects as go
import pytest

from ipt_engine.plots.standalone import standalone_page
from ipt_engine.plots.style import BACKGROUNDS, INK, Theme, base_figure

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_has_its_figures_colours_and_needs_no_network(theme: Theme) -> None:
    page = standalone_page(base_figure(theme, "x", "y"), "Scores by task")
    assert f"background: {BACKGROUNDS[theme]}; color: {INK[theme]}" in page
    assert page.count("Scores by task") == 2
    assert "plotly.js v" in page and "<script src" not in page


def test_texts_end_no_script_and_make_no_tags() -> None:
    figure = base_figure("light", HOSTILE, "y")
    figure.add_trace(go.Scatter(x=[1], y=[2], hovertext=[HOSTILE]))
    page = standalone_page(figure, HOSTILE)
    assert "alert(1)</script>" not in page and "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_the_same_figure_is_the_same_page() -> None:
    figure = base_figure("light", "x", "y")
    assert standalone_page(figure, "t") == standalone_page(figure, "t")
