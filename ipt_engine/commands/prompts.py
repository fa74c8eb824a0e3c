"""`ipt export` and `ipt import`: soft prompts out of the store, and into it."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from ipt_engine.commands.terminal import ModelOption, StoreOption, TaskOption, console
from ipt_engine.config import DEFAULT_BASE_MODEL
from ipt_engine.errors import ConfigError
from ipt_engine.runs import RunStore


def export_command(
    prompt_id: Annotated[str, typer.Argument(help="A prompt's id, or the start of it.")],
    folder: Annotated[Path, typer.Argument(help="Where to write; made if missing.")],
    store: StoreOption = None,
) -> None:
    """Write a prompt as a PEFT folder: `PeftModel.from_pretrained` reads it."""
    run_store = RunStore.open(store)
    full_id = run_store.resolve_prompt(prompt_id)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"{folder} is not an empty folder. Choose another, or empty it first.")
    run_store.export_prompt(full_id, folder)
    console.print(f"Prompt {full_id} is in {escape(str(folder))}, in PEFT's format.")


def import_command(
    source: Annotated[Path, typer.Argument(help="A PEFT folder, or a safetensors file.")],
    task: TaskOption,
    method: Annotated[str, typer.Option(help="pt, or ipt with demonstrations.")] = "pt",
    base_model: ModelOption = DEFAULT_BASE_MODEL,
    store: StoreOption = None,
) -> None:
    """Take a soft prompt that was trained elsewhere into the store."""
    from ipt_engine.imports import import_prompt  # noqa: PLC0415

    prompt_id = import_prompt(RunStore.open(store), source, task, method, base_model)
    console.print(f"Prompt {prompt_id}. Evaluate it: ipt run --task {task} --method {method} \\")
    console.print(f"    --prompt {prompt_id}")
