"""What the commands share: the terminal, options that many of them take, progress, files read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from ipt_engine.disk import unreadable
from ipt_engine.errors import Cancelled, ConfigError

if TYPE_CHECKING:
    from ipt_engine.wiring import Resources

console = Console()
errors = Console(stderr=True)

StoreOption = Annotated[
    Path | None,
    typer.Option("--store", help="Folder of prompts and runs (default: IPT_STORE, or ./store)."),
]
TaskOption = Annotated[str, typer.Option("--task", help="A task's name; see `ipt tasks`.")]
ModelOption = Annotated[
    str, typer.Option("--base-model", help="A name from `ipt models`, a folder, or a hub id.")
]
DeviceOption = Annotated[
    str | None, typer.Option("--device", help="cpu, cuda, … (default: cuda where there is one).")
]


@contextmanager
def progress_bar(device: str | None, compile_model: bool = False) -> Iterator["Resources"]:
    """Resources whose progress is a bar on the terminal."""
    from ipt_engine.wiring import Resources  # noqa: PLC0415 imports torch

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=errors, transient=True) as bar:
        line = bar.add_task("Starting", total=None)

        def on_progress(what: str, done: int, total: int) -> None:
            if bar.tasks[0].description != what:
                bar.reset(line, description=what, total=total or None)
            bar.update(line, completed=done, total=total or None)

        try:
            yield Resources(
                device=device,
                on_progress=on_progress,
                on_note=lambda note: errors.print(escape(note), soft_wrap=True),
                compile=compile_model,
            )
        except KeyboardInterrupt:
            done = "What was done is kept; the same command continues."
            raise Cancelled(f"Stopped. {done}") from None


def options_of(context: typer.Context, others: Mapping[str, str] | None = None) -> dict[str, str]:
    """A command's options by the settings that they give.

    Args:
        context: The command's.
        others: Settings by the parameters that are called otherwise.
    """
    options = {str(each.name): each.opts[0] for each in context.command.params}
    return {(others or {}).get(name, name): option for name, option in options.items()}


@contextmanager
def naming_options(options: Mapping[str, str]) -> Iterator[None]:
    """An error that begins with a setting's name begins with the option that was typed.

    Args:
        options: Of `options_of`; none where a file gives the settings.
    """
    try:
        yield
    except ConfigError as error:
        first, space, rest = str(error).partition(" ")
        raise ConfigError(options.get(first, first) + space + rest) from error


def read_config(path: Path) -> dict[str, Any]:
    """The settings in a YAML or JSON file.

    Raises:
        ConfigError: If it cannot be read, or holds something else.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(unreadable(path, error, "a YAML or JSON file")) from error
    except yaml.YAMLError as error:
        first = str(error).replace("\n", " ")
        raise ConfigError(f"{path} is not valid YAML: {first}") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{path} must hold a mapping of settings, found {content!r}.")
    return content


def score_text(value: float | None) -> str:
    """A score with two decimals, or that there is none."""
    return "cannot be computed" if value is None else f"{value:.2f}"
