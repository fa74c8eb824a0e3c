"""A report as one HTML page that needs nothing else: figures stay interactive without a network."""

from pathlib import Path
from typing import get_args

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from plotly.io.json import to_json_plotly
from plotly.offline import get_plotlyjs

from ipt_engine.plots import Theme
from ipt_engine.report.parts import Picture, Report

_PAGE = "page.html.jinja"


def to_html(report: Report) -> str:
    """The page.

    Whatever is not markup of the page itself is escaped; figures escape their own texts.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    has_pictures = any(section.pictures for section in report.sections)
    return environment.get_template(_PAGE).render(
        report=report,
        plotly=Markup(get_plotlyjs()) if has_pictures else "",  # noqa: S704 the library's own code
        drawn=_drawn,
    )


def _drawn(picture: Picture) -> dict[str, Markup]:
    """The picture for each theme, as JSON that ends no script element."""
    return {
        theme: Markup(to_json_plotly(picture.draw(theme=theme)).replace("<", "\\u003c"))  # noqa: S704 JSON
        for theme in get_args(Theme)
    }
