"""A figure as a page of its own, which needs neither a network nor anything beside it."""

import plotly.graph_objects as go
from markupsafe import escape
from plotly.io import to_html


def standalone_page(figure: go.Figure, title: str) -> str:
    """HTML of a whole page with the figure, as wide as the window and still to be hovered.

    Args:
        figure: With a template of `style.template`, whose background and ink the page takes.
        title: What the figure shows; it stands above it, as it is.
    """
    colours = figure.layout.template.layout
    drawn = to_html(
        figure,
        config={"displaylogo": False, "responsive": True},
        full_html=False,
        include_plotlyjs=True,
        div_id="figure",
    )
    style = (
        f"body {{margin: 24px; background: {colours.paper_bgcolor}; color: {colours.font.color}; "
        "font: 16px/1.5 system-ui, sans-serif}"
    )
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"<h1 style='font-size: 20px'>{escape(title)}</h1>\n{drawn}\n</body>\n</html>\n"
    )
