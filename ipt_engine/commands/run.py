"""`ipt run`: one run, from options or from a file."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from ipt_engine.commands.terminal import (
    DeviceOption,
    ModelOption,
    StoreOption,
    console,
    naming_options,
    options_of,
    progress_bar,
    read_config,
    score_text,
)
from ipt_engine.config import DEFAULT_BASE_MODEL, RunConfig
from ipt_engine.errors import ConfigError
from ipt_engine.methods import METHODS
from ipt_engine.presets import build_run_config
from ipt_engine.retrievers import RETRIEVERS, get_retriever
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task

_SETTINGS = {
    "init": "prompt_tuning_init",
    "init_text": "prompt_tuning_init_text",
    "fixed_id": "fixed_ids",
    "limit_test": "limit",
}
"""Parameters whose settings are called otherwise."""
_BESIDE_A_FILE = frozenset({"config", "force", "compile_model", "device", "store"})
"""Parameters that say how and where a run is made, not which."""


def run_command(  # noqa: PLR0913, PLR0917 a command line has as many options as it has
    ctx: typer.Context,
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
    dtype: Annotated[
        str | None, typer.Option(help="What training steps compute in: float32, or bfloat16.")
    ] = None,
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
    named = options_of(ctx, _SETTINGS) if config is None else {}
    if config is not None:
        _refuse_beside_file(ctx, config)
        run_config = RunConfig.from_dict(read_config(config))
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
                max_steps=max_steps,
                batch_size=batch_size,
                learning_rate=learning_rate,
                dtype=dtype,
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
        with naming_options(named):
            run_config = build_run_config(task, method, base_model, seed, prompt, options)
    get_task(run_config.task)
    if run_config.retrieval is not None:
        get_retriever(run_config.retrieval.retriever)
        get_task(run_config.retrieval.source_task or run_config.task)
    run_store = RunStore.open(store)
    from ipt_engine.experiment import run  # noqa: PLC0415 imports torch

    with naming_options(named), progress_bar(device, compile_model) as resources:
        run_id = run(run_config, run_store, resources, force)
    _print_run(run_store.run(run_id))


def _refuse_beside_file(ctx: typer.Context, config: Path) -> None:
    """Refuse options that say what to run where a file says it.

    Raises:
        ConfigError: If one was given, be it the default's value.
    """
    for parameter in ctx.command.params:
        name = str(parameter.name)
        source = ctx.get_parameter_source(name)
        given = source is not None and source.name == "COMMANDLINE"
        if given and name not in _BESIDE_A_FILE:
            raise ConfigError(
                f"{parameter.opts[0]} has no effect beside {config}, which says what to run: set "
                "it in the file, or give options and no file."
            )


def _print_run(run: dict[str, Any]) -> None:
    table = Table(show_header=False, box=None)
    table.add_row("run", run["run_id"])
    if run["prompt_id"]:
        table.add_row("prompt", run["prompt_id"])
    table.add_row("base model", run["base_model_title"])
    table.add_row("what", f"{METHODS[run['method']].title} on {run['task']}, {run['n']} inputs")
    for name, value in run["scores"].items():
        table.add_row(name, score_text(value))
    table.add_row("seconds", f"{run['seconds']:.1f}")
    console.print(table)


def _implied(
    fixed_id: list[str] | None, source_task: str | None, diversity: float | None
) -> str | None:
    """The retriever that an option which only it takes stands for."""
    given = {"fixed": fixed_id, "other_task": source_task, "mmr": diversity}
    return next((name for name, value in given.items() if value not in (None, [])), None)


def _given(**values: Any) -> dict[str, Any]:
    """The options that were given."""
    return {name: value for name, value in values.items() if value is not None}
