"""`ipt study`: a study from a YAML file, with its progress; what it takes, and how far it is."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Group
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table

from ipt_engine.commands.terminal import DeviceOption, StoreOption, console, errors, read_config
from ipt_engine.config import TrainingConfig
from ipt_engine.errors import Cancelled, ConfigError
from ipt_engine.estimates import duration
from ipt_engine.methods import METHODS
from ipt_engine.resources import bundled_root
from ipt_engine.runs import RunStore
from ipt_engine.studies import StudyRecord, read_studies, slice_statuses
from ipt_engine.study_config import StudyConfig

if TYPE_CHECKING:
    from ipt_engine.executors import Executor
    from ipt_engine.study import StudyProgress
    from ipt_engine.study_plan import Plan, Work

STATUS = "status"


def study(  # noqa: PLR0913, PLR0917 a command line has as many options as it has
    what: Annotated[
        str, typer.Argument(help="A study's YAML file, the name of a preset, or: status.")
    ],
    name: Annotated[
        str | None, typer.Argument(help="With status: which study (default: all).")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--slice", help="Do only this slice (repeatable).")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what it takes, and do nothing.")
    ] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try again what failed before.")] = False,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Worker processes (default: one for each core, 4 at most)."),
    ] = None,
    engine: Annotated[
        Literal["local", "ray"],
        typer.Option(help="Where the work is done: here, or on a Ray cluster."),
    ] = "local",
    address: Annotated[
        str | None,
        typer.Option(help="With ray: the cluster's host:port, or auto (default: start one)."),
    ] = None,
    cpus: Annotated[
        int | None, typer.Option(help="With ray: CPUs of each worker (default: 1).")
    ] = None,
    gpus: Annotated[
        float | None,
        typer.Option(help="With ray: GPUs of each worker (default: 1 if there are any)."),
    ] = None,
    shipped: Annotated[bool, typer.Option(help="Count what came with IPT Lab as done.")] = True,
    device: DeviceOption = None,
    store: StoreOption = None,
) -> None:
    """Do a study: a grid of trainings and runs, resumable at any point."""
    run_store = RunStore.open(store)
    if not shipped:
        run_store = RunStore(run_store.root)
    if what == STATUS:
        show_status(run_store, name)
        return
    of_ray = {"address": address, "cpus": cpus, "gpus": gpus}
    if engine != "ray":
        refuse_all(of_ray)
    config = StudyConfig.from_dict(read_config(study_file(what)))
    from ipt_engine.study import begin_study  # noqa: PLC0415 slow to import

    if dry_run:
        show_plan(config, tuple(only or ()), run_store)
        return
    run_store.refuse_unwritable()
    plan, record = begin_study(config, run_store, tuple(only or ()), retry)
    if engine == "ray":
        executor = ray_executor(run_store, workers, device, of_ray)
    else:
        executor = local_executor(run_store, workers, device)
    record = follow(plan, record, run_store, executor)
    show_record(record, run_store)
    if any(work.id in record.failures for work in plan.work):
        raise typer.Exit(1)


def study_file(what: str) -> Path:
    """The file of a study, given its path or the name of one that comes with IPT Lab.

    Raises:
        ConfigError: If it is neither.
    """
    presets = {path.stem: path for path in sorted((bundled_root() / "configs").glob("*.yaml"))}
    path = Path(what)
    if not path.is_file() and what in presets:
        return presets[what]
    if not path.is_file():
        raise ConfigError(
            f"There is no file {what!r}. Give a study's YAML file, or one of: "
            f"{', '.join([*presets, STATUS])}."
        )
    return path


def local_executor(store: RunStore, workers: int | None, device: str | None) -> "Executor":
    """Worker processes of this machine; on a GPU one, since it has one memory."""
    from ipt_engine.executors import LocalExecutor, default_workers  # noqa: PLC0415

    count = default_workers(device) if workers is None else workers
    return LocalExecutor(store, count, device)


def ray_executor(
    store: RunStore, workers: int | None, device: str | None, options: Mapping[str, Any]
) -> "Executor":
    """Actors on a Ray cluster; `options` are those of `Actors` that were given."""
    from ipt_engine.ray_cluster import Actors  # noqa: PLC0415
    from ipt_engine.ray_executor import RayExecutor  # noqa: PLC0415

    given = {name: value for name, value in options.items() if value is not None}
    return RayExecutor(store, Actors(count=workers, **given), device)


def refuse_all(options: Mapping[str, Any]) -> None:
    """Refuse what only a cluster needs, where there is none.

    Raises:
        ConfigError: If any of them was given.
    """
    for name, value in options.items():
        if value is not None:
            raise ConfigError(f"--{name} has no effect without --engine ray.")


def follow(plan: "Plan", record: StudyRecord, store: RunStore, executor: "Executor") -> StudyRecord:
    """Do a study and show on the terminal how far it is.

    Raises:
        Cancelled: On Ctrl-C.
    """
    from ipt_engine.study import run_study  # noqa: PLC0415

    names = {work.id: _title(work) for work in plan.work}
    with Live(console=errors, transient=True, refresh_per_second=2) as live:

        def on_progress(progress: "StudyProgress") -> None:
            notes = {work.id: work for work in store.active()}
            steps = {i: (notes[i].step, notes[i].total) for i in progress.running if i in notes}
            live.update(_picture(progress, names, steps))

        def on_failure(work: "Work", reason: str) -> None:
            live.console.print(f"[red]Failed:[/red] {names[work.id]}: {escape(reason)}")

        try:
            return run_study(plan, record, store, executor, on_progress, on_failure)
        except KeyboardInterrupt:
            raise Cancelled("Stopped. What was done is kept; the same command continues.") from None


def show_plan(config: StudyConfig, only: tuple[str, ...], store: RunStore) -> None:
    """Print what a study takes: trainings and runs by slice, what is there, and the time left."""
    from ipt_engine.study import expected_seconds, is_there  # noqa: PLC0415
    from ipt_engine.study_plan import make_plan  # noqa: PLC0415

    table = Table("slice", "trainings", "runs", "to do", "time, one after the other", box=None)
    before: set[str] = set()
    left: list[Work] = []
    for part in config.slices:
        if only and part.name not in only:
            continue
        works = [w for w in make_plan(config, (part.name,)).work if w.id not in before]
        before |= {w.id for w in works}
        missing = [w for w in works if not is_there(store, w)]
        left += missing
        trainings = sum(isinstance(w.config, TrainingConfig) for w in works)
        table.add_row(
            part.name,
            str(trainings),
            str(len(works) - trainings),
            str(len(missing)),
            _time(*expected_seconds(missing, store)),
        )
    console.print(table)
    console.print("What a slice shares with one above it is counted there.")
    for work in left:
        console.print(f"  {work.id}  {_title(work)}", highlight=False, soft_wrap=True)
    seconds, unknown = expected_seconds(left, store)
    console.print(
        f"{len(left)} to do: {_time(seconds, unknown)} one after the other, judged by what is in "
        "the store."
        if left
        else "Nothing is left to do."
    )


def show_status(store: RunStore, name: str | None) -> None:
    """Print how far the store's studies are, or one of them."""
    found = [r for r in read_studies(store.roots) if name in {None, r.name}]
    if not found and name is not None:
        known = ", ".join(r.name for r in read_studies(store.roots)) or "none yet"
        raise ConfigError(f"There is no study {name!r} in the store. Its studies: {known}.")
    for record in found:
        show_record(record, store)
    if not found:
        console.print("No studies yet. Begin one: ipt study quick")


def show_record(record: StudyRecord, store: RunStore) -> None:
    """Print a study's slices, and what failed."""
    runs = store.runs()
    console.print(f"[bold]{escape(record.name)}[/bold]  {escape(record.config.get('about', ''))}")
    table = Table("slice", "runs", "", "question", box=None)
    for part in slice_statuses(record, runs["run_id"].tolist()):
        state = "complete" if part.complete else f"{part.failed} failed" if part.failed else ""
        table.add_row(part.name, f"{part.done} of {part.total}", state, escape(part.about))
    console.print(table)
    for item, reason in record.failures.items():
        console.print(f"[red]Failed:[/red] {item}: {escape(reason)}", soft_wrap=True)
    if record.failures:
        console.print("Try these again with --retry.")


def _picture(
    progress: "StudyProgress",
    names: Mapping[str, str],
    steps: Mapping[str, tuple[int, int | None]],
) -> Group:
    line = f"{progress.done} of {progress.total} done"
    line += f", {progress.failed} failed" if progress.failed else ""
    line += f", {progress.elsewhere} by another process" if progress.elsewhere else ""
    if progress.seconds_left is None:
        line += ", time left not known yet"
    elif progress.running:
        more = f" and {progress.unknown} of unknown length" if progress.unknown else ""
        line += f", about {duration(progress.seconds_left)} left{more}"
    rows = Table.grid(padding=(0, 2))
    for work_id in progress.running:
        step, total = steps.get(work_id, (0, None))
        count = f"{step} of {total}" if total else "starting"
        rows.add_row(names[work_id], count)
    return Group(ProgressBar(progress.total, progress.done, width=60), line, rows)


def _title(work: "Work") -> str:
    """A piece of work in a few words."""
    config, shown = work.config, work.config.retrieval
    if isinstance(config, TrainingConfig):
        prompt = config.prompt_tuning
        what = f"Train {'IPT' if shown else 'PT'} on {config.task}, seed {prompt.seed}"
        order = config.training.seed
        what += f", order {order}" if order != prompt.seed else ""
        what += f", {prompt.num_virtual_tokens} tokens, {config.training.max_steps} steps"
    else:
        what = f"Run {METHODS[config.method].title} on {config.task}, seed {config.seed}"
        if shown and "random" in (shown.retriever, shown.order) and shown.seed != config.seed:
            what += f", draw {shown.seed}"
    return escape(f"{what}, {shown.retriever} {shown.num_fewshot}" if shown else what)


def _time(seconds: float, unknown: int) -> str:
    if not unknown:
        return duration(seconds) if seconds else "none"
    known = f"{duration(seconds)} and " if seconds else ""
    return f"{known}{unknown} of unknown length"
