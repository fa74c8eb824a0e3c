"""The `ipt` command: parse, call, print. Everything it does is a function elsewhere."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
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
from rich.table import Table

from ipt_engine.catalogue import CATALOGUE
from ipt_engine.clean_cli import clean
from ipt_engine.config import (
    DEFAULT_BASE_MODEL,
    RetrievalArguments,
    RunConfig,
)
from ipt_engine.errors import Cancelled, ConfigError, IPTError
from ipt_engine.knockout_cli import make_command as make_knockout_command
from ipt_engine.machine import share_cores
from ipt_engine.methods import METHODS
from ipt_engine.presets import build_run_config
from ipt_engine.report_cli import report
from ipt_engine.retrievers import RETRIEVERS, get_retriever
from ipt_engine.runs import RunStore
from ipt_engine.score_cli import score
from ipt_engine.study_cli import make_command as make_study_command
from ipt_engine.tasks import get_task
from ipt_engine.tasks_cli import app as tasks_app
from ipt_engine.tune_cli import make_command as make_tune_command

if TYPE_CHECKING:
    from ipt_engine.experiment import Resources

app = typer.Typer(
    name="ipt",
    help="Compare in-context learning, prompt tuning, and both at once, on a frozen model.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(tasks_app, name="tasks")
app.command()(score)
app.command()(report)
app.command()(clean)
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


@app.command()
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


@app.command("run")
def run_command(  # noqa: PLR0913, PLR0917 a command line has as many options as it has
    config: Annotated[
        Path | None, typer.Argument(help="A YAML or JSON file with the run's settings.")
    ] = None,
    task: Annotated[str | None, typer.Option(help="A task's name; see `ipt tasks`.")] = None,
    method: Annotated[str | None, typer.Option(help=f"One of: {', '.join(METHODS)}.")] = None,
    seed: Annotated[int, typer.Option(help="Sets initialisation, data order and draws.")] = 0,
    base_model: ModelOption = DEFAULT_BASE_MODEL,
    prompt: Annotated[
        str | None, typer.Option(help="Id of a stored prompt, instead of training one.")
    ] = None,
    max_steps: Annotated[int | None, typer.Option(help="Training steps.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Examples in a training step.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Peak learning rate.")] = None,
    num_virtual_tokens: Annotated[int | None, typer.Option(help="Soft prompt length.")] = None,
    init: Annotated[
        str | None, typer.Option(help="RANDOM, SAMPLE_VOCAB, or TEXT (with --init-text).")
    ] = None,
    init_text: Annotated[str | None, typer.Option(help="Text for --init TEXT.")] = None,
    num_fewshot: Annotated[int | None, typer.Option(help="Demonstrations for a query.")] = None,
    retriever: Annotated[str | None, typer.Option(help=f"One of: {', '.join(RETRIEVERS)}.")] = None,
    order: Annotated[
        str | None, typer.Option(help="most_similar_first, most_similar_last, or random.")
    ] = None,
    encoder: Annotated[
        str | None, typer.Option(help="What similarity is measured by: a folder or a hub id.")
    ] = None,
    diversity: Annotated[
        float | None, typer.Option(help="0 (as dense) to 1; sets --retriever mmr.")
    ] = None,
    source_task: Annotated[
        str | None, typer.Option(help="Show this task's training examples instead of one's own.")
    ] = None,
    fixed_id: Annotated[
        list[str] | None, typer.Option(help="A training id to show (repeatable).")
    ] = None,
    limit_test: Annotated[int | None, typer.Option(help="Evaluate only so many inputs.")] = None,
    split: Annotated[str, typer.Option(help="dev chooses, test reports.")] = "test",
    max_new_tokens: Annotated[int | None, typer.Option(help="Longest answer.")] = None,
    instruction: Annotated[bool, typer.Option(help="Start with the task's instruction.")] = True,
    chat_template: Annotated[bool, typer.Option(help="Use the model's chat template.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Do again what is done.")] = False,
    compile_model: Annotated[
        bool, typer.Option("--compile", help="Compile the model first: for long trainings.")
    ] = False,
    device: DeviceOption = None,
    store: StoreOption = None,
) -> None:
    """Train a prompt if the method needs one, evaluate, and store the scored run."""
    if config is not None:
        if task is not None or method is not None:
            raise ConfigError("Give either a config file or --task and --method, not both.")
        run_config = RunConfig.from_dict(_read_config(config))
    else:
        if task is None or method is None:
            raise ConfigError(
                "Say what to run: --task and --method, or a config file. For example: "
                "ipt run --task mini-dart --method ipt --max-steps 60"
            )
        options = dict(
            prompt_tuning=_given(
                num_virtual_tokens=num_virtual_tokens,
                prompt_tuning_init=init,
                prompt_tuning_init_text=init_text,
            ),
            training=_given(
                max_steps=max_steps, batch_size=batch_size, learning_rate=learning_rate
            ),
            retrieval=_given(
                retriever=retriever or _implied(fixed_id, source_task, diversity),
                num_fewshot=len(fixed_id) if fixed_id and num_fewshot is None else num_fewshot,
                fixed_ids=tuple(fixed_id) if fixed_id else None,
                order=order,
                encoder=encoder,
                diversity=diversity,
                source_task=source_task,
            ),
            generation=_given(max_new_tokens=max_new_tokens),
            template={"instruction": instruction, "chat_template": chat_template},
            evaluation=_given(limit=limit_test, split=split),
        )
        run_config = build_run_config(task, method, base_model, seed, prompt, options)
    get_task(run_config.task)
    if run_config.retrieval is not None:
        get_retriever(run_config.retrieval.retriever)
        get_task(run_config.retrieval.source_task or run_config.task)
    run_store = RunStore.open(store)
    from ipt_engine.experiment import run  # noqa: PLC0415 imports torch

    with _resources(device, compile_model) as resources:
        run_id = run(run_config, run_store, resources, force)
    _print_run(run_store.run(run_id))


@app.command("runs")
def runs_command(store: StoreOption = None) -> None:
    """List the runs of the store, with the prompts they used."""
    run_store = RunStore.open(store)
    runs = run_store.runs()
    if runs.empty:
        console.print(
            f"No runs in {escape(str(run_store.root))} yet. Make one: "
            "ipt run --task mini-dart --method icl"
        )
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for title in ("run", "task", "method", "seed", "demos", "tokens", "score", "prompt"):
        table.add_column(title, no_wrap=True)
    columns = ["run_id", "task", "method", "seed", "num_fewshot", "num_virtual_tokens"]
    for run in runs.to_dict("records"):
        score = "–" if pd.isna(run["score"]) else f"{run['score']:.1f} {run['metric']}"
        table.add_row(*(str(run[column]) for column in columns), score, run["prompt_id"] or "–")
    console.print(table)


@app.command("rescore")
def rescore_command(
    runs: Annotated[
        list[str] | None, typer.Argument(help="Runs' ids, or the starts of them (default: all).")
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(help="A metric to add (repeatable; default: those that the task has now)."),
    ] = None,
    store: StoreOption = None,
) -> None:
    """Judge stored answers by further metrics. No model is needed."""
    from ipt_engine.rescoring import rescore  # noqa: PLC0415 cli starts sooner

    run_store = RunStore.open(store)
    chosen = [run_store.resolve_run(run_id) for run_id in runs or []]
    for run_id in chosen or run_store.runs()["run_id"]:
        added = rescore(run_store, run_id, tuple(metric or ()))
        scores = run_store.run(run_id)["scores"]
        told = ", ".join(f"{name} {_score(scores[name])}" for name in added)
        console.print(f"{run_id}  {told or 'nothing to add'}", highlight=False)


@app.command("generate")
def generate_command(  # noqa: PLR0913, PLR0917 a command line has as many options as it has
    task: TaskOption,
    index: Annotated[int | None, typer.Option(help="Which test input, from 0.")] = None,
    text: Annotated[str | None, typer.Option("--input", help="An input of your own.")] = None,
    pt: Annotated[str | None, typer.Option(help="Prompt id for PT (default: newest).")] = None,
    ipt: Annotated[str | None, typer.Option(help="Prompt id for IPT (default: newest).")] = None,
    num_fewshot: Annotated[int, typer.Option(help="Demonstrations shown.")] = 1,
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
    retrieval = RetrievalArguments(num_fewshot=num_fewshot)
    with _resources(device) as resources:
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


@app.command("export")
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


@app.command("import")
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


@app.command("dashboard")
def dashboard_command(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "localhost",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8501,
    browser: Annotated[bool, typer.Option(help="Open a browser window.")] = True,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Show the store; let nobody change it.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Open the dashboard in the browser. Ctrl-C ends it."""
    from ipt_engine.resources import bundled_root  # noqa: PLC0415

    root = bundled_root()
    run_store = RunStore.open(store)
    environment = dict(os.environ)
    environment["IPT_STORE"] = str(run_store.root.resolve())
    environment["IPT_READ_ONLY"] = "1" if read_only else "0"
    paths = [str(root), *filter(None, [environment.get("PYTHONPATH")])]
    environment["PYTHONPATH"] = os.pathsep.join(paths)
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += ["--server.address", host, "--server.port", str(port)]
    # Without a screen there is no browser to open, and Streamlit would try.
    command += ["--server.headless", "false" if browser and _has_screen() else "true"]
    console.print(f"IPT Lab on http://{host}:{port}, store {escape(str(run_store.root))}")
    os.chdir(root / "dashboard")
    os.execve(sys.executable, command, environment)


def _implied(
    fixed_id: list[str] | None, source_task: str | None, diversity: float | None
) -> str | None:
    """The retriever that an option which only it takes stands for."""
    given = {"fixed": fixed_id, "other_task": source_task, "mmr": diversity}
    return next((name for name, value in given.items() if value not in (None, [])), None)


def _given(**values: Any) -> dict[str, Any]:
    """The options that were given."""
    return {name: value for name, value in values.items() if value is not None}


def _read_config(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"Cannot read {path}: {error}. Expected a YAML or JSON file.") from error
    except yaml.YAMLError as error:
        first = str(error).replace("\n", " ")
        raise ConfigError(f"{path} is not valid YAML: {first}") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{path} must hold a mapping of settings, found {content!r}.")
    return content


@contextmanager
def _resources(device: str | None, compile_model: bool = False) -> Iterator["Resources"]:
    """Resources whose progress is a bar on the terminal."""
    from ipt_engine.experiment import Resources  # noqa: PLC0415 imports torch

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


app.command("tune")(make_tune_command(_resources))
app.command("knockout")(make_knockout_command(_resources))
app.command("study")(make_study_command(_read_config))


def _print_run(run: dict[str, Any]) -> None:
    table = Table(show_header=False, box=None)
    table.add_row("run", run["run_id"])
    if run["prompt_id"]:
        table.add_row("prompt", run["prompt_id"])
    table.add_row("base model", run["base_model_title"])
    table.add_row("what", f"{METHODS[run['method']].title} on {run['task']}, {run['n']} inputs")
    for name, value in run["scores"].items():
        table.add_row(name, _score(value))
    table.add_row("seconds", f"{run['seconds']:.1f}")
    console.print(table)


def _score(value: float | None) -> str:
    return "cannot be computed" if value is None else f"{value:.2f}"


def _has_screen() -> bool:
    return sys.platform in {"darwin", "win32"} or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def main() -> None:
    """Run the command line; an error is one line on stderr and exit status 1."""
    share_cores()
    try:
        app()
    except Cancelled as error:
        errors.print(escape(str(error)))
        sys.exit(130)
    except IPTError as error:
        errors.print(f"[red]Error:[/red] {escape(str(error))}", soft_wrap=True)
        sys.exit(1)
    except Exception as error:
        if os.environ.get("IPT_DEBUG"):
            raise
        first = (str(error).strip().split("\n")[0] or "no reason given")[:300]
        errors.print(
            f"[red]Error:[/red] IPT Lab failed ({escape(f'{type(error).__name__}: {first}')}). "
            "That is a fault of the program; IPT_DEBUG=1 before the command shows where.",
            soft_wrap=True,
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
