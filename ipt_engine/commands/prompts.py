"""`ipt export` and `ipt import`: soft prompts out of the store, and into it."""

import shlex
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from ipt_engine.catalogue import CATALOGUE
from ipt_engine.commands.terminal import StoreOption, console
from ipt_engine.config import DEFAULT_BASE_MODEL
from ipt_engine.errors import ConfigError
from ipt_engine.methods import METHODS
from ipt_engine.prompt_files import provenance, read
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
    source: Annotated[
        Path, typer.Argument(help="A PEFT folder, a zip of one, or a safetensors file.")
    ],
    task: Annotated[
        str | None, typer.Option(help="What it is for (default: what its prompt.json says).")
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(help="pt, or ipt with demonstrations (default: as its prompt.json says, pt)."),
    ] = None,
    base_model: Annotated[
        str | None,
        typer.Option(help="What it was trained on (default: as its prompt.json says, then ours)."),
    ] = None,
    store: StoreOption = None,
) -> None:
    """Take a soft prompt that was trained elsewhere into the store."""
    from ipt_engine.imports import import_prompt  # noqa: PLC0415

    files = read(source)
    said = provenance(files)
    task, method = task or said.task, method or said.method or "pt"
    if task is None:
        raise ConfigError(f"{source} does not say what the prompt is for: give --task NAME.")
    run_store = RunStore.open(store)
    base_model = base_model or _known_model(said.base_model, run_store)
    made = import_prompt(run_store, files, task, method, base_model)
    what = f"prompt {made.prompt_id}"
    told = f"This is {what}, which is already here" if made.already else what.capitalize()
    console.print(
        f"{told}, for {escape(task)} by {METHODS[method].title} on {escape(base_model)}. "
        "Evaluate it:",
        soft_wrap=True,
    )
    console.print(
        f"    ipt run --task {escape(task)} --method {method} --prompt {made.prompt_id}",
        soft_wrap=True,
    )


def _known_model(said: str | None, store: RunStore) -> str:
    """The base model that a prompt's file names, so far as its word is taken.

    Raises:
        ConfigError: If nobody here has used or named such a model: a stranger's file does not
            decide what is looked up, fetched and loaded.
    """
    if said is None:
        return DEFAULT_BASE_MODEL
    used = {*store.prompts()["base_model"], *store.runs()["base_model"]}
    if said not in CATALOGUE and said not in used:
        raise ConfigError(
            f"Its prompt.json says that it was trained on {said!r}, which nothing in the store was "
            f"made with. If you want that model, name it: --base-model {shlex.quote(said)}"
        )
    return said
