"""`ipt knockout`: how much each virtual token of a soft prompt does."""

from typing import Annotated

import typer
from rich.table import Table

from ipt_engine.commands.terminal import DeviceOption, StoreOption, console, progress_bar
from ipt_engine.runs import RunStore


def knockout(
    prompt: Annotated[str, typer.Argument(help="A prompt's id, or how it starts.")],
    device: DeviceOption = None,
    store: StoreOption = None,
) -> None:
    """Take out each virtual token of a prompt in turn, and measure the dev loss without it."""
    run_store = RunStore.open(store)
    prompt_id = run_store.resolve_prompt(prompt)
    run_store.refuse_unwritable()
    from ipt_engine.knockout import knock_out  # noqa: PLC0415 imports torch

    with progress_bar(device) as how:
        found = knock_out(run_store, prompt_id, how)
    table = Table("virtual token", "dev loss without it", "change")
    for row in found[found["position"] > 0].to_dict("records"):
        table.add_row(str(row["position"]), f"{row['dev_loss']:.4f}", f"{row['change']:+.4f}")
    console.print(table)
    whole, inputs = found["dev_loss"].iloc[0], found["inputs"].iloc[0]
    console.print(f"Whole prompt {prompt_id}: {whole:.4f} nats a token, {inputs} dev inputs.")
