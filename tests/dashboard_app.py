"""The dashboard's pages without a browser: opened, and what they say read."""

import json
import re
from html import unescape
from pathlib import Path

import pandas as pd
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parent.parent
HOSTILE = "<script>alert(1)</script> **bold** $x$ :red[x] [a](javascript:1)"


def open_app(name: str) -> AppTest:
    """The app, with that page chosen and not yet run."""
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60)
    if name != "overview":
        app.run().switch_page(f"app_pages/{name}.py")
    return app


def run_page(name: str, **query: str) -> AppTest:
    """The page at an address; it may say that something is wrong."""
    app = open_app(name)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def open_page(name: str, **query: str) -> AppTest:
    """The page at an address, where nothing is wrong."""
    app = run_page(name, **query)
    assert not app.error
    return app


def html_of(app: AppTest) -> str:
    """The page's HTML, as it is."""
    return "\n".join(element.proto.body for element in app.get("html"))


def shown(app: AppTest) -> str:
    """All text of the page's HTML, tags and all their attributes left out."""
    return unescape(re.sub(r"<[^>]*>", "", " ".join(element.proto.body for element in app.html)))


def attributes(app: AppTest, name: str) -> list[str]:
    bodies = " ".join(element.proto.body for element in app.html)
    return [unescape(found) for _, found in re.findall(rf"{name}=(['\"])(.*?)\1", bodies)]


def table(app: AppTest, *columns: str) -> pd.DataFrame:
    """The first table that has these columns."""
    return next(d.value for d in app.dataframe if set(columns) <= set(d.value.columns))


def click(app: AppTest, chart: str, prompt_id: str) -> None:
    """Click a point of a picture; AppTest has no hands for that of its own."""
    (found,) = [e.proto.id for e in app.get("plotly_chart") if e.key == f"{chart}.plot"]
    states = app._tree.get_widget_states()
    clicked = {"selection": {"points": [{"customdata": [prompt_id]}]}}
    states.widgets.add(id=found, string_value=json.dumps(clicked))
    app._run(states)
