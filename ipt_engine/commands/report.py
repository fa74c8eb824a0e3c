"""`ipt report`: everything the runs say, in one file."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.markup import escape

from ipt_engine.commands.terminal import StoreOption, console
from ipt_engine.errors import ConfigError
from ipt_engine.runs import RunStore
from ipt_engine.studies import read_studies


def report(
    study: Annotated[
        str | None, typer.Option(help="Report on this study's runs (default: all runs).")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The file to write (default: report.html or report.md).")
    ] = None,
    format_: Annotated[
        Literal["html", "md"] | None, typer.Option("--format", help="html or md.")
    ] = None,
    frames: Annotated[
        Path | None, typer.Option(help="A folder for all frames, as CSV and Parquet.")
    ] = None,
    store: StoreOption = None,
) -> None:
    """Write a report: answers, figures, tables, and how all of it was made."""
    run_store = RunStore.open(store)
    record = None
    if study is not None:
        known = {each.name: each for each in read_studies(run_store.roots)}
        if study not in known:
            raise ConfigError(
                f"There is no study {study!r} in the store. Its studies: "
                f"{', '.join(known) or 'none yet'}."
            )
        record = known[study]
    chosen = format_ or ("md" if out is not None and out.suffix == ".md" else "html")
    path = out or Path(f"report.{chosen}")
    from ipt_engine import report as reports  # noqa: PLC0415 slow to import

    built = reports.build_report(run_store, record)
    text = reports.to_html(built) if chosen == "html" else reports.to_markdown(built)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path} cannot be written ({error}). Choose another file.") from error
    console.print(f"The report is in {escape(str(path))}.")
    if frames is not None:
        written = reports.write_frames(built, frames)
        console.print(f"{len(written)} files of frames are in {escape(str(frames))}.")
