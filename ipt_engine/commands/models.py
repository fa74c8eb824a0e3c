"""`ipt models`: the base models that have a name."""

from rich.table import Table

from ipt_engine.catalogue import CATALOGUE
from ipt_engine.commands.terminal import console


def models() -> None:
    """List the named base models, and which are ready on this machine."""
    from ipt_engine.provisioning import is_installed, is_ready  # noqa: PLC0415

    table = Table("name", "what it is", "licence", "on this machine")
    table.columns[0].no_wrap = True
    for card in CATALOGUE.values():
        here = "ready" if is_ready(card) else "installed; converted on first use (25 s)"
        if not is_ready(card) and not is_installed(card):
            here = f"no; fetched on first use ({card.megabytes} MB)"
        table.add_row(card.name, card.title, card.licence, here)
    console.print(table)
    console.print("Any other causal language model works by its folder or hub id.")
