"""Called by mkdocs for each page: writes the reference of the command line from the code."""

import typer
from typer.cli import get_docs_for_click
from typer.main import get_group

from ipt_engine.cli import app

MARK = "<!-- every command, by docs/hooks.py -->"


def on_page_markdown(markdown: str, **_: object) -> str:
    """The page's text, with a section for each command where the mark stands."""
    return markdown.replace(MARK, commands()) if MARK in markdown else markdown


def commands() -> str:
    """Markdown of every command's help, as `typer utils docs` would write it, a level deeper."""
    group = get_group(app)
    context = typer.Context(group, info_name="ipt")
    return "\n".join(
        get_docs_for_click(obj=group.commands[name], ctx=context, indent=1, call_prefix="ipt")
        for name in sorted(group.commands)
    )
