"""A study worked out: which trainings and evaluations it takes, each once, and what waits for what.

Ids need the base model's files, or at least their hash; the model itself is not loaded.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

from ipt_engine.config import RunConfig, TrainingConfig
from ipt_engine.identity import prompt_id_of, run_id_of
from ipt_engine.provisioning import provision
from ipt_engine.study_config import Cell, StudyConfig

_TOGETHER = 5
"""Most evaluations in a piece: if the study is stopped, all of a piece are begun again."""


@dataclass(frozen=True)
class Work:
    """One training, or one evaluation of a prompt that is there by then.

    Attributes:
        id: Of the prompt or run that it makes.
        config: What to do.
        needs: Ids of the prompts that it cannot begin without.
    """

    id: str
    config: TrainingConfig | RunConfig
    needs: tuple[str, ...] = ()

    @property
    def trains(self) -> bool:
        """Whether it makes a prompt."""
        return isinstance(self.config, TrainingConfig)


Piece = tuple[Work, ...]
"""What is done in one go: a training, or evaluations that differ in seed and prompt alone."""


@dataclass(frozen=True)
class PlannedRun:
    """A run in its place in the study.

    Attributes:
        slice: Name of the slice.
        run_id: Its id.
        prompt_id: Of the soft prompt it uses, or None.
    """

    slice: str
    run_id: str
    prompt_id: str | None


@dataclass(frozen=True)
class Plan:
    """What a study takes.

    Attributes:
        work: Each training and evaluation once, in the order in which they are to be done.
        runs: Each run of each slice.
    """

    work: tuple[Work, ...]
    runs: tuple[PlannedRun, ...]


def make_plan(
    study: StudyConfig,
    only: Sequence[str] = (),
    hash_of: Callable[[str], str] = lambda name: provision(name).model_hash,
) -> Plan:
    """Work out a study.

    Args:
        study: The study.
        only: Names of the slices wanted; all if empty.
        hash_of: What stands for a base model in ids, by the model's name.

    Raises:
        ConfigError: If a slice or a task is unknown, or settings contradict each other.
        ModelError: If a base model cannot be had.
    """
    hashes: dict[str, str] = {}
    work: dict[str, Work] = {}
    runs = []
    for cell in study.cells(only):
        name = cell.config.base_model
        if name not in hashes:
            hashes[name] = hash_of(name)
        runs.append(_plan_cell(cell, hashes[name], work))
    return Plan(tuple(work.values()), tuple(runs))


def pieces(works: Sequence[Work], slots: int) -> list[Piece]:
    """Put evaluations together that can be one batched call.

    Args:
        works: What can be begun.
        slots: How many pieces are begun at once. No slot stays empty because another has a
            piece that could be divided.

    Returns:
        The pieces, in the order of their first works.
    """
    alike: dict[Hashable, list[Work]] = {}
    for work in works:
        alike.setdefault(_batch_of(work), []).append(work)
    found = [
        tuple(group[first : first + _TOGETHER])
        for group in alike.values()
        for first in range(0, len(group), _TOGETHER)
    ]
    while len(found) < min(slots, len(works)):
        at = max(range(len(found)), key=lambda i: len(found[i]))
        half = (len(found[at]) + 1) // 2
        found[at : at + 1] = [found[at][:half], found[at][half:]]
    return found


def _batch_of(work: Work) -> Hashable:
    """What evaluations have in common that are one call; a training has it with no other."""
    config = work.config
    if isinstance(config, TrainingConfig) or config.generation.do_sample:
        return work.id
    retrieval = config.retrieval and replace(config.retrieval, seed=0)
    prompt = config.prompt_id and "any"
    return replace(config, seed=0, prompt_id=prompt, retrieval=retrieval)


def _plan_cell(cell: Cell, weights: str, work: dict[str, Work]) -> PlannedRun:
    config = cell.config
    prompt_id: str | None = None
    needs: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    if config.training is not None:
        training = config.training
        if cell.norms_of is not None:
            own = _plan_training(cell.norms_of, (), weights, work)
            prompt = replace(training.prompt_tuning, norms_of=own)
            training, before = replace(training, prompt_tuning=prompt), (own,)
        prompt_id = _plan_training(training, before, weights, work)
        needs = (prompt_id,)
        config = replace(config, training=None, prompt_id=prompt_id)
    run_id = run_id_of(config, prompt_id, weights)
    work.setdefault(run_id, Work(run_id, config, needs))
    return PlannedRun(cell.slice, run_id, prompt_id)


def _plan_training(
    config: TrainingConfig, needs: tuple[str, ...], weights: str, work: dict[str, Work]
) -> str:
    prompt_id = prompt_id_of(config, weights)
    work.setdefault(prompt_id, Work(prompt_id, config, needs))
    return prompt_id
