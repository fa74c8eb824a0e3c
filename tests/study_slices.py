"""What the shipped study's slices on luck and length add to a fake store."""

from collections.abc import Iterable
from dataclasses import replace

from ipt_engine.config import PromptTuningConfig, RetrievalArguments, RunConfig, TrainingConfig
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task
from tests.fake_store import World, fake_training, write_prompt, write_run

_SHOWN = (None, RetrievalArguments())


def add_crossed(
    store: RunStore, n: int = 60, seeds: Iterable[int] = (0, 1, 2), task: str = "mini-dart"
) -> list[str]:
    """Trainings of PT and IPT of which one seed starts the prompt and another orders the data.

    Returns:
        The runs added.
    """
    seeds = list(seeds)
    added = []
    for shown in _SHOWN:
        for init, order in ((i, j) for i in seeds for j in seeds if i != j):
            plain = fake_training(task, init, shown)
            training = replace(plain, training=replace(plain.training, seed=order))
            world = World(get_task(task), n).harder(0.005 * order)
            added.append(write_trained(store, world, training))
    return added


def add_lengths(
    store: RunStore,
    n: int = 60,
    lengths: Iterable[int] = (5, 100),
    seeds: Iterable[int] = (0, 1, 2),
    task: str = "mini-dart",
) -> list[str]:
    """Trainings of PT and IPT with soft prompts of other lengths.

    Returns:
        The runs added.
    """
    added = []
    for shown in _SHOWN:
        for length, seed in ((length, seed) for length in lengths for seed in seeds):
            prompt = PromptTuningConfig(seed=seed, num_virtual_tokens=length)
            training = replace(fake_training(task, seed, shown), prompt_tuning=prompt)
            world = World(get_task(task), n).harder(0.2 / length)
            added.append(write_trained(store, world, training))
    return added


def add_draws(
    store: RunStore, n: int = 60, seeds: Iterable[int] = (0, 1, 2), task: str = "mini-dart"
) -> list[str]:
    """Each prompt of IPT, shown demonstrations that the other prompts' seeds draw.

    Those of its own seed are among what `fake_store.add_swaps_and_transfer` adds.

    Returns:
        The runs added.
    """
    seeds = list(seeds)
    added = []
    for seed, draw in ((i, j) for i in seeds for j in seeds if i != j):
        config = RunConfig(
            task=task,
            method="ipt",
            prompt_id=write_prompt(store, fake_training(task, seed, RetrievalArguments())),
            retrieval=RetrievalArguments(retriever="random", seed=draw),
            seed=seed,
        )
        world = World(get_task(task), n).harder(0.1 * draw)
        added.append(write_run(store, world, config, config.prompt_id))
    return added


def write_trained(store: RunStore, world: World, training: TrainingConfig) -> str:
    """A prompt, and its run on its own task with the demonstrations of its training."""
    seed, shown = training.prompt_tuning.seed, training.retrieval
    config = RunConfig(
        task=training.task,
        method="pt" if shown is None else "ipt",
        training=training,
        retrieval=shown,
        seed=seed,
    )
    return write_run(store, world, config, write_prompt(store, training))
