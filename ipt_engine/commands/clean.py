"""`ipt clean`: what takes space, and removing what can be made again or was never finished."""

from typing import Annotated

import typer
from rich.table import Table

from ipt_engine.commands.terminal import StoreOption, console
from ipt_engine.housekeeping import clean_caches, clean_unfinished, measure, size_text
from ipt_engine.runs import RunStore


def clean(
    caches: Annotated[
        bool, typer.Option("--caches", help="Remove expanded models, embeddings, databases.")
    ] = False,
    unfinished: Annotated[
        bool, typer.Option("--unfinished", help="Remove interrupted, failed, cancelled work.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Say what takes space on the disk; remove what is asked for. Prompts and runs always stay."""
    run_store = RunStore.open(store)
    if unfinished:
        console.print(f"Unfinished work removed: {size_text(clean_unfinished(run_store))}.")
    if caches:
        console.print(
            f"Caches removed: {size_text(clean_caches())}. They are made again as needed."
        )
    table = Table("what", "size", "files", "", "where")
    for space in measure(run_store):
        table.add_row(
            space.name, size_text(space.bytes), f"{space.files:,}", space.about, str(space.path)
        )
    console.print(table)
    if not (caches or unfinished):
        console.print("Nothing was removed: say --caches or --unfinished.", style="dim")
