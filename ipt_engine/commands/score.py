"""`ipt score`: the score of answers that lie in files."""

import json
import math
from pathlib import Path
from typing import Annotated

import typer

from ipt_engine.errors import ConfigError
from ipt_engine.metrics import METRICS
from ipt_engine.score_files import Sources, score_files


def score(  # noqa: PLR0913, PLR0917 a command line has as many options as it has
    metric: Annotated[str, typer.Option(help=f"One of: {', '.join(METRICS)}.")],
    predictions: Annotated[Path, typer.Option(help="Answers, one a line.")],
    references: Annotated[
        list[Path],
        typer.Option(
            help="Right answers, one a line; give it again for further references. For SQL: the "
            "query, a tab, its database's name."
        ),
    ],
    sources: Annotated[Path | None, typer.Option(help="Logic forms, one a line (blec).")] = None,
    tables: Annotated[Path | None, typer.Option(help="Spider's tables.json.")] = None,
    databases: Annotated[
        Path | None, typer.Option(help="Folder of SQLite databases, NAME/NAME.sqlite.")
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option(help="A metric's option, such as tokenize=none for bleu.")
    ] = None,
    each: Annotated[bool, typer.Option("--each", help="Print each line's score too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Score a file of answers against files of references; no model is needed."""
    options = dict(_option(text) for text in option or [])
    found = score_files(
        metric, predictions, references, Sources(sources, tables, databases), options
    )
    if as_json:
        result = {"metric": metric, "score": found.corpus, "n": len(found.lines)}
        # What cannot be computed has no number in JSON.
        lines = [line if math.isfinite(line) else None for line in found.lines]
        typer.echo(json.dumps(result | ({"lines": lines} if each else {}), allow_nan=False))
        return
    if each:
        for number, line in enumerate(found.lines, start=1):
            typer.echo(f"{number}\t{line:.2f}" if math.isfinite(line) else f"{number}\t–")
    shown = "cannot be computed" if found.corpus is None else f"{found.corpus:.2f}"
    typer.echo(f"{found.metric.title} {shown}, n = {len(found.lines)}")


def _option(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ConfigError(f"--option expects name=value, such as tokenize=none, found {text!r}.")
    return name, value
