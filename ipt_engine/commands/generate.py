"""`ipt generate`: one input, answered by all four methods."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from ipt_engine.commands.terminal import (
    DeviceOption,
    StoreOption,
    TaskOption,
    console,
    naming_options,
    options_of,
    progress_bar,
)
from ipt_engine.config import RetrievalArguments
from ipt_engine.errors import ConfigError
from ipt_engine.methods import METHODS
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task


def generate_command(  # noqa: PLR0913, PLR0917 a command line has as many options as it has
    ctx: typer.Context,
    task: TaskOption,
    index: Annotated[int | None, typer.Option(help="Which test input, from 0.")] = None,
    text: Annotated[str | None, typer.Option("--input", help="An input of your own.")] = None,
    pt: Annotated[str | None, typer.Option(help="Prompt id for PT (default: newest).")] = None,
    ipt: Annotated[str | None, typer.Option(help="Prompt id for IPT (default: newest).")] = None,
    num_fewshot: Annotated[int, typer.Option(help="Nearest demonstrations shown.")] = 1,
    fixed_id: Annotated[
        list[str] | None, typer.Option(help="A training id to show instead (repeatable).")
    ] = None,
    device: DeviceOption = None,
    store: StoreOption = None,
) -> None:
    """Answer one input with all four methods, side by side."""
    spec = get_task(task)
    if (index is None) == (text is None):
        raise ConfigError("Say what to answer: either --index or --input, and not both.")
    references: tuple[str, ...] = ()
    if index is not None:
        examples = spec.load("test")
        if not 0 <= index < len(examples):
            raise ConfigError(f"--index must lie between 0 and {len(examples) - 1}, found {index}.")
        text, references = examples[index].input, examples[index].references
    from ipt_engine.compare import Comparison, compare  # noqa: PLC0415 imports torch

    run_store = RunStore.open(store)
    with naming_options(options_of(ctx)):
        retrieval = RetrievalArguments(num_fewshot=num_fewshot)
    if fixed_id:
        retrieval = RetrievalArguments(
            retriever="fixed", num_fewshot=len(fixed_id), fixed_ids=tuple(fixed_id)
        )
    with naming_options(options_of(ctx)), progress_bar(device) as resources:
        comparison = Comparison.prepare(spec, str(text), run_store, retrieval, resources, pt, ipt)
        for _ in compare(comparison):
            resources.on_progress("Writing", 0, 0)
    console.print(f"[bold]Input[/bold]      {escape(str(text))}")
    for reference in references:
        console.print(f"[bold]Reference[/bold]  {escape(reference)}")
    for demonstration in comparison.demonstrations:
        console.print(
            f"[bold]Shown[/bold]      ({demonstration.similarity:.2f}) "
            f"{escape(demonstration.example.input)} → {escape(demonstration.example.answer)}"
        )
    table = Table("method", "answer", "tokens", show_lines=True)
    for name, answer in comparison.answers.items():
        table.add_row(METHODS[name].title, escape(answer.text), str(len(answer.token_ids)))
    console.print(table)
    for line in comparison.notes:
        console.print(escape(line))
