"""`ipt tune`: a search for good settings, and what earlier ones found."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from ipt_engine.commands.terminal import (
    DeviceOption,
    ModelOption,
    StoreOption,
    console,
    naming_options,
    options_of,
    progress_bar,
)
from ipt_engine.config import DEFAULT_BASE_MODEL
from ipt_engine.errors import ConfigError
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task
from ipt_engine.tunings import Trial, Tuning, read_tunings

_CLOSE = 0.01
"""Dev losses, in nats, that another seed could well turn round."""


def tune(  # noqa: PLR0913, PLR0917 a command line has as many options as it has
    ctx: typer.Context,
    task: Annotated[str | None, typer.Option(help="A task's name; see `ipt tasks`.")] = None,
    method: Annotated[str, typer.Option(help="pt or ipt.")] = "pt",
    trials: Annotated[int, typer.Option(help="Configurations tried, at most.")] = 8,
    max_steps: Annotated[int, typer.Option(help="Steps of a whole training.")] = 100,
    batch_size: Annotated[int, typer.Option(help="Examples in a step.")] = 8,
    num_virtual_tokens: Annotated[int, typer.Option(help="Soft prompt length.")] = 25,
    seed: Annotated[int, typer.Option(help="Of the search and the trainings.")] = 0,
    base_model: ModelOption = DEFAULT_BASE_MODEL,
    earlier: Annotated[bool, typer.Option("--list", help="Show earlier searches.")] = False,
    device: DeviceOption = None,
    store: StoreOption = None,
) -> None:
    """Find a learning rate and a start for a soft prompt, on dev, by successive halving."""
    run_store = RunStore.open(store)
    if earlier:
        found = read_tunings(run_store.roots)
        for tuning in found:
            show(tuning)
        if not found:
            console.print("No searches yet. Make one: ipt tune --task mini-dart")
        return
    if task is None:
        raise ConfigError("Say what to tune for: --task, such as ipt tune --task mini-dart")
    get_task(task)
    run_store.refuse_unwritable()
    from ipt_engine.tuning import TuningConfig, tune  # noqa: PLC0415 imports torch

    with naming_options(options_of(ctx)):
        config = TuningConfig(
            task, method, base_model, max_steps, batch_size, num_virtual_tokens, trials, seed
        )
    with progress_bar(device) as bar:
        tuning = tune(config, run_store, bar, lambda trial: console.print(_line(trial)))
    show(tuning)


def show(tuning: Tuning) -> None:
    """Print a search: its trials, the best first, and how to use it."""
    config = tuning.config
    console.print(
        f"[bold]{escape(str(config['task']))}[/bold], {config['method'].upper()}, "
        f"{config['num_virtual_tokens']} virtual tokens, {config['max_steps']} steps of "
        f"{config['batch_size']}, seed {config['seed']} ({tuning.id})"
    )
    table = Table("dev loss", "at step", "learning rate", "starts from", "trained", box=None)
    for trial in tuning.ranked():
        loss, step = ("–", "–") if trial.best is None else (f"{trial.best[1]:.3f}", trial.best[0])
        state = {"complete": "to the end", "pruned": f"given up at {trial.steps}"}
        table.add_row(
            loss,
            str(step),
            f"{trial.settings['learning_rate']:g}",
            trial.settings["prompt_tuning_init"],
            escape(state.get(trial.state, trial.reason or trial.state)),
        )
    console.print(table)
    for line in advice(tuning):
        console.print(line, soft_wrap=True, highlight=False)


def advice(tuning: Tuning) -> list[str]:
    """What to make of a search: the command that uses it, and how sure it is."""
    best = tuning.winner
    if best is None or best.best is None:
        return ["No configuration was trained to its end."]
    config, settings = tuning.config, best.settings
    command = (
        f"ipt run --task {config['task']} --method {config['method']} --seed {config['seed']} "
        f"--learning-rate {settings['learning_rate']:g} "
        f"--max-steps {config['max_steps']} --batch-size {config['batch_size']} "
        f"--num-virtual-tokens {config['num_virtual_tokens']} "
        f"--init {settings['prompt_tuning_init']}"
    )
    lines = []
    if settings["prompt_tuning_init"] == "TEXT":
        command += " --init-text INSTRUCTION"
        lines.append("INSTRUCTION is the task's own, as ipt tasks show has it.")
    others = [t for t in tuning.ranked() if t.state == "complete" and t is not best and t.best]
    sure = "Only one configuration was trained to its end."
    if others and others[0].best is not None:
        ahead = others[0].best[1] - best.best[1]
        sure = f"The best is {ahead:.3f} nats a token ahead of the next"
        sure += (
            ", which another seed could turn round." if ahead < _CLOSE else ", with this one seed."
        )
    return [f"Use the best: {command}", *lines, sure]


def _line(trial: Trial) -> str:
    """A trial that has ended, in a line."""
    loss = "no loss" if trial.best is None else f"dev loss {trial.best[1]:.3f}"
    rate, start = trial.settings["learning_rate"], trial.settings["prompt_tuning_init"]
    return f"Trial {trial.number + 1}: learning rate {rate:g}, {start}: {loss} ({trial.state})"
