"""`ipt tasks`: list them, show one, add one's own, remove it."""

from contextlib import suppress
from typing import Annotated, Any, get_args

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ipt_engine.checking import task_similarity
from ipt_engine.commands.check import check
from ipt_engine.commands.terminal import console
from ipt_engine.config import DEFAULT_BASE_MODEL
from ipt_engine.errors import ConfigError, IPTError
from ipt_engine.methods import METHODS
from ipt_engine.metrics import METRICS
from ipt_engine.presets import build_run_config
from ipt_engine.tasks import TASKS, Split, Stop, Task, all_tasks, get_task, task_errors
from ipt_engine.tasks.formats import FORMATS
from ipt_engine.tuned import tuned_settings

app = typer.Typer(help="List the tasks, show one, add your own or remove it.")
SPLITS = get_args(Split)
MANY = 5000
"""Training examples beyond which listing tasks would have to encode for minutes."""
app.command("check")(check)


@app.callback(invoke_without_command=True)
def tasks(context: typer.Context) -> None:
    """List the tasks with their sizes and metrics; or show, add or remove one."""
    if context.invoked_subcommand is not None:
        return
    headings = ("name", "what it asks", "examples", "metric", "similarity")
    table = Table(*headings, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in (table.columns[0], *table.columns[2:]):
        column.no_wrap = True
    problems = task_errors()
    for task in all_tasks().values():
        sizes = {}
        for split in SPLITS:
            try:
                sizes[split] = str(len(task.load(split)))
            except IPTError as error:
                sizes[split] = "–"
                problems.setdefault(task.name, str(error))
        try:
            similarity = _similarity(task)
        except IPTError as error:
            similarity = "–"
            problems.setdefault(task.name, str(error))
        counts = "/".join(sizes.values())
        table.add_row(task.name, escape(task.description), counts, task.metric, similarity)
    console.print(table)
    console.print(
        f"Examples: {'/'.join(SPLITS)}. Similarity: of test inputs to the nearest training input, "
        "lowest to highest (cosine).",
        style="dim",
    )
    for name, problem in problems.items():
        console.print(f"[bold]{escape(name)}[/bold]: {escape(problem)}", soft_wrap=True)


def _similarity(task: Task) -> str:
    if len(task.load("train")) > MANY:
        return "large: ipt tasks check"
    with Console(stderr=True).status(f"Measuring similarity in {task.name}"):
        found = task_similarity(task)
    return f"{found.low:.2f}–{found.high:.2f}" if found.n else "–"


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="A name from `ipt tasks`.")],
) -> None:
    """Show a task: how a record becomes the input, an example, and the wording."""
    task = get_task(name)
    table = Table(show_header=False, box=None)
    table.add_column(no_wrap=True, style="bold")
    example = task.load(_first_split(task))[0]
    rows = {
        "Task": f"{task.title}: {task.description}",
        "Input": task.linearisation,
        "Example": example.input,
        "Reference": "\n".join(example.references),
        "Instruction": task.instruction,
        "Labels": f"{task.input_label}: … {task.output_label}: …",
        "Metrics": ", ".join(METRICS[metric].title for metric in task.metrics),
        "Stop": "at a line break" if task.stop == "newline" else "at the end token alone",
        "Longest answer": f"{task.max_new_tokens} tokens",
        "Licence": task.licence,
        "Source": task.source,
    }
    for method in (name for name, spec in METHODS.items() if spec.soft_prompt):
        rows[f"{METHODS[method].title} trains"] = _training(name, method)
    for title, text in rows.items():
        table.add_row(title, escape(text))
    console.print(table)


def _training(task: str, method: str) -> str:
    """What a soft prompt of the task is trained with by default, and why."""
    training = build_run_config(task, method, DEFAULT_BASE_MODEL, 0, None, {}).training
    tuned = tuned_settings(task, method, DEFAULT_BASE_MODEL)
    assert training is not None
    why = tuned.origin if tuned else "the general default; look for better with ipt tune"
    return (
        f"at {training.training.learning_rate:g} from {training.prompt_tuning.prompt_tuning_init}: "
        f"{why}"
    )


@app.command("add")
def add(  # noqa: PLR0913, PLR0917 a command line has as many options as it has
    what: Annotated[
        str, typer.Argument(help=f"A format ({', '.join(FORMATS)}), or your task's name.")
    ],
    path: Annotated[str, typer.Argument(help="A file, a folder, or with --hub an id.")],
    name: Annotated[
        str | None, typer.Option(help="The task's name (default: the format's).")
    ] = None,
    split: Annotated[str | None, typer.Option(help="What the file is: train, dev or test.")] = None,
    input_column: Annotated[
        str | None, typer.Option("--input", help="Your file's column of inputs.")
    ] = None,
    answer: Annotated[
        list[str] | None, typer.Option(help="Your file's column of answers (repeatable).")
    ] = None,
    context: Annotated[
        list[str] | None,
        typer.Option(help="NAME=COLUMN: what a metric needs besides the answers (repeatable)."),
    ] = None,
    hub: Annotated[
        bool, typer.Option("--hub", help="PATH is a hub id or folder of `datasets`.")
    ] = False,
    subset: Annotated[str | None, typer.Option(help="Of a hub's data set.")] = None,
    metric: Annotated[
        list[str] | None, typer.Option(help="A metric, the primary one first (repeatable).")
    ] = None,
    stop: Annotated[str | None, typer.Option(help="What ends an answer: newline or eos.")] = None,
    max_new_tokens: Annotated[int | None, typer.Option(min=1, help="Longest answer.")] = None,
    description: Annotated[str | None, typer.Option(help="What is asked, for people.")] = None,
    instruction: Annotated[str | None, typer.Option(help="What the model is told.")] = None,
    input_label: Annotated[str | None, typer.Option(help="Word before an input.")] = None,
    output_label: Annotated[str | None, typer.Option(help="Word before an answer.")] = None,
    licence: Annotated[str | None, typer.Option(help="The data's licence.")] = None,
    seed: Annotated[int, typer.Option(help="Of the split of a file without --split.")] = 0,
    test_share: Annotated[
        float | None, typer.Option(help="Of such a file: how much is for test (default: 0.1).")
    ] = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave bad records out and count them.")
    ] = False,
) -> None:
    """Register files as a task; they stay where they are."""
    from ipt_engine.tasks import plugins  # noqa: PLC0415
    from ipt_engine.tasks.adding import NewTask  # noqa: PLC0415
    from ipt_engine.tasks.adding import add as add_task  # noqa: PLC0415
    from ipt_engine.tasks.formats.columns import Columns  # noqa: PLC0415

    columns = None
    if input_column is not None or answer or context:
        if input_column is None or not answer:
            raise ConfigError("Say both columns: --input COLUMN and --answer COLUMN.")
        columns = Columns(input_column, tuple(answer), _pairs(context or []))
    wording = {
        "description": description,
        "instruction": instruction,
        "input_label": input_label,
        "output_label": output_label,
        "licence": licence,
    }
    new = NewTask(
        what=what,
        place=path,
        name=name,
        split=_one_of("--split", split, Split),
        columns=columns,
        hub=hub,
        subset=subset,
        metrics=tuple(metric or ()),
        stop=_one_of("--stop", stop, Stop),
        max_new_tokens=max_new_tokens,
        wording=tuple((field, text) for field, text in wording.items() if text is not None),
        seed=seed,
        skip_bad=skip_bad,
        test_share=test_share,
    )
    added = add_task(new, [*TASKS, *plugins.tasks()])
    sizes = ", ".join(f"{count} {split}" for split, count in added.sizes.items())
    console.print(f"Added [bold]{added.task.name}[/bold]: {sizes}.")
    for note in added.notes:
        console.print(escape(note), soft_wrap=True)


@app.command("remove")
def remove(
    name: Annotated[str, typer.Argument(help="The name of a task that you added.")],
) -> None:
    """Forget a task that was added. Its files, prompts and runs stay."""
    from ipt_engine.tasks import registry  # noqa: PLC0415

    if name in TASKS and name not in registry.names():
        raise ConfigError(f"{name} comes with IPT Lab and cannot be removed.")
    registry.remove(name)
    console.print(f"Removed {name}. Its files, prompts and runs are where they were.")


def _first_split(task: Task) -> Split:
    """A split that the task has, test first; without any, the error of train is the task's."""
    choices: tuple[Split, ...] = ("test", "dev")
    for split in choices:
        with suppress(IPTError):
            task.load(split)
            return split
    return "train"


def _pairs(given: list[str]) -> tuple[tuple[str, str], ...]:
    """NAME=COLUMN taken apart."""
    for pair in given:
        if not all(pair.partition("=")[::2]):
            raise ConfigError(f"--context must look like NAME=COLUMN, found {pair!r}.")
    return tuple((pair.partition("=")[0], pair.partition("=")[2]) for pair in given)


def _one_of(option: str, value: str | None, kind: Any) -> Any:
    """The value, if it is one of the kind's."""
    choices = get_args(kind)
    if value is not None and value not in choices:
        raise ConfigError(f"{option} must be one of {', '.join(choices)}, found {value!r}.")
    return value
