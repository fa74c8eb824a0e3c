"""A study worked out: which trainings and evaluations it takes, each once, and what waits for what.

Ids need the base model's weights, or at least their hash; the model itself is not loaded.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ipt_engine.config import RunConfig, TrainingConfig
from ipt_engine.identity import prompt_id_of, run_id_of
from ipt_engine.provisioning import provision
from ipt_engine.study_config import Cell, StudyConfig


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
    hash_of: Callable[[str], str] = lambda name: provision(name).weights_hash,
) -> Plan:
    """Work out a study.

    Args:
        study: The study.
        only: Names of the slices wanted; all if empty.
        hash_of: The hash of a base model's weights, by the model's name.

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
