"""Learning rate and start of a soft prompt, chosen on dev by successive halving.

After a few that every search begins with, Optuna proposes configurations (its tree-structured
Parzen estimator). At every evaluation it decides whether a trial goes on (asynchronous successive
halving: Li et al. 2020, A System for Massively Parallel Hyperparameter Tuning): after 20, 40, 80,
... steps only the better half of those that came so far goes on. Each trial is a training like any
other, with the schedule of a whole one, so that one that reaches its end has made a prompt that
`ipt run` then finds.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import optuna
from filelock import Timeout
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution
from optuna.trial import TrialState

from ipt_engine.config import (
    DEFAULT_BASE_MODEL,
    PromptTuningConfig,
    TrainingArguments,
    TrainingConfig,
    make_id,
)
from ipt_engine.errors import BusyError, Cancelled, ConfigError, TrainingError
from ipt_engine.identity import prompt_id_of
from ipt_engine.locks import locked
from ipt_engine.methods import METHODS
from ipt_engine.presets import build_run_config
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task
from ipt_engine.training import train
from ipt_engine.tunings import Trial, Tuning, read_tuning, save_tuning
from ipt_engine.wiring import Resources, base_model

LEARNING_RATES = (0.003, 0.3)
INITS = ("SAMPLE_VOCAB", "TEXT")
_SPACE: dict[str, BaseDistribution] = {
    "learning_rate": FloatDistribution(*LEARNING_RATES, log=True),
    "prompt_tuning_init": CategoricalDistribution(INITS),
}
_DEFAULT = {
    "learning_rate": TrainingArguments.learning_rate,
    "prompt_tuning_init": PromptTuningConfig.prompt_tuning_init,
}
_FIRST: tuple[dict[str, Any], ...] = (
    _DEFAULT,
    {"learning_rate": 0.1, "prompt_tuning_init": "SAMPLE_VOCAB"},
    {"learning_rate": 0.01, "prompt_tuning_init": "TEXT"},
    {"learning_rate": 0.03, "prompt_tuning_init": "TEXT"},
)
"""What every search begins with: four random draws lie close together too often. The default is
one of them, so that nothing is recommended that did worse than it."""
_SEEDS = 2**32
"""As many as Optuna's sampler takes."""
_STATES = {"pruned": TrialState.PRUNED, "failed": TrialState.FAIL}


@dataclass(frozen=True)
class TuningConfig:
    """What is searched for, and how long.

    Attributes:
        task: Task name.
        method: "pt" or "ipt".
        base_model: As `load_base_model` takes it.
        max_steps: Steps of a whole training.
        batch_size: Examples in a step.
        num_virtual_tokens: Length of the soft prompt.
        trials: Configurations at most.
        seed: Of the search and of the trainings.
    """

    task: str
    method: str
    base_model: str = DEFAULT_BASE_MODEL
    max_steps: int = TrainingArguments.max_steps
    batch_size: int = TrainingArguments.batch_size
    num_virtual_tokens: int = PromptTuningConfig.num_virtual_tokens
    trials: int = 8
    seed: int = 0

    def __post_init__(self) -> None:
        """Check what the trainings' own configs do not."""
        soft = [name for name, method in METHODS.items() if method.soft_prompt]
        if self.method not in soft:
            raise ConfigError(f"method must be one of {', '.join(soft)}, found {self.method!r}.")
        if not 1 <= self.trials <= 1000:  # noqa: PLR2004
            raise ConfigError(f"trials must lie between 1 and 1000, found {self.trials}.")

    def training(self, settings: Mapping[str, Any]) -> TrainingConfig:
        """The training of one configuration, the same that `ipt run` would make of it."""
        given = dict(settings)
        init = given.pop("prompt_tuning_init", PromptTuningConfig.prompt_tuning_init)
        prompt: dict[str, Any] = {
            "num_virtual_tokens": self.num_virtual_tokens,
            "prompt_tuning_init": init,
        }
        if init == "TEXT":
            prompt["prompt_tuning_init_text"] = get_task(self.task).instruction
        training = {"max_steps": self.max_steps, "batch_size": self.batch_size, **given}
        options = {"prompt_tuning": prompt, "training": training}
        config = build_run_config(
            self.task, self.method, self.base_model, self.seed, None, options
        ).training
        assert config is not None
        return config


def tune(
    config: TuningConfig,
    store: RunStore,
    resources: Resources | None = None,
    on_trial: Callable[[Trial], None] = lambda trial: None,
) -> Tuning:
    """Search, or go on with a search that was interrupted.

    Args:
        config: What is searched for.
        store: Where the search and the prompts are kept.
        resources: How the work is done.
        on_trial: Told each trial when it has ended.

    Raises:
        Cancelled: If a training is cancelled from elsewhere; the same call goes on.
        BusyError: If another process is at this search.
        IPTError: If something cannot be done; the message says what.
    """
    resources = resources or Resources()
    base = base_model(config.base_model, resources)
    values = {name: getattr(config, name) for name in config.__dataclass_fields__}
    tuning_id = tuning_id_of(config, base.model_hash)
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(store.root, f"tuning-{tuning_id}", timeout=0))
        except Timeout:
            raise BusyError(
                f"Another process is at the search {tuning_id}. Wait for it: the same command "
                "then shows what it found.",
                tuning_id,
            ) from None
        tuning = read_tuning(store.root, tuning_id) or Tuning(tuning_id, values)
        return _search(config, tuning, base.model_hash, store, resources, on_trial)


def _search(  # noqa: PLR0913, PLR0917 a search, and how it is done
    config: TuningConfig,
    tuning: Tuning,
    model_hash: str,
    store: RunStore,
    resources: Resources,
    on_trial: Callable[[Trial], None],
) -> Tuning:
    while not tuning.done:
        if not tuning.trials or tuning.trials[-1].state != "running":
            settings = _proposal(config, tuning.trials)
            prompt_id = prompt_id_of(config.training(settings), model_hash)
            tuning.trials.append(Trial(len(tuning.trials), settings, prompt_id))
            save_tuning(store.root, tuning)
        number = len(tuning.trials)
        _run_trial(config, tuning, store, _counting(resources, number, config.trials))
        on_trial(tuning.trials[-1])
    return tuning


def tuning_id_of(config: TuningConfig, model_hash: str) -> str:
    """The id of a search: of what is searched, the task's data and the base model."""
    values = {name: getattr(config, name) for name in config.__dataclass_fields__}
    # Said in full, so that the search is the same one whatever the defaults have become by it.
    plain = config.training(_DEFAULT)
    return make_id("tuning", {"config": values, "prompt": prompt_id_of(plain, model_hash)})


def _proposal(config: TuningConfig, before: Sequence[Trial]) -> dict[str, Any]:
    """The next configuration to try: those to begin with, then what the estimator proposes."""
    if len(before) < len(_FIRST):
        return dict(_FIRST[len(before)])
    settings = dict(_study(config, before).ask(_SPACE).params)
    return settings | {"learning_rate": float(f"{settings['learning_rate']:.3g}")}


class _GivenUp(Cancelled):
    """A trial that is not worth going on with."""


def _run_trial(config: TuningConfig, tuning: Tuning, store: RunStore, resources: Resources) -> None:
    trial = tuning.trials[-1]
    training = config.training(trial.settings)

    def on_row(row: Mapping[str, Any]) -> None:
        measured = {step for step, _ in trial.losses}
        if row.get("dev_loss") is None or row["step"] in measured:
            return
        trial.losses.append((int(row["step"]), float(row["dev_loss"])))
        save_tuning(store.root, tuning)
        if _given_up(config, tuning, trial):
            raise _GivenUp("Given up: others were better at this step.")

    try:
        if _given_up(config, tuning, trial):
            raise _GivenUp
        train(training, store, resources, on_row=on_row)
        for row in store.history(trial.prompt_id).to_dict("records"):
            if row["dev_loss"] == row["dev_loss"] and not any(  # noqa: PLR0124 nan: not measured
                step == row["step"] for step, _ in trial.losses
            ):
                trial.losses.append((int(row["step"]), float(row["dev_loss"])))
        trial.state = "complete"
    except _GivenUp:
        trial.state = "pruned"
        _discard(store, trial.prompt_id)
    except TrainingError as error:
        trial.state, trial.reason = "failed", str(error)
        _discard(store, trial.prompt_id)
    save_tuning(store.root, tuning)


def _given_up(config: TuningConfig, tuning: Tuning, trial: Trial) -> bool:
    """Whether successive halving stops a trial, from what is measured so far."""
    study = _study(config, tuning.trials[: trial.number])
    return _reported(study, config, trial)[1]


def _study(config: TuningConfig, before: Sequence[Trial]) -> optuna.Study:
    """Optuna's study, gone through again from what is stored, so that going on is exact.

    The sampler's seed counts the trials: what it proposes depends on them and on nothing that
    an interruption could change.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.TPESampler(
        seed=(1000 * config.seed + len(before)) % _SEEDS, n_startup_trials=len(_FIRST)
    )
    pruner = optuna.pruners.SuccessiveHalvingPruner(
        min_resource=TrainingArguments.eval_steps, reduction_factor=2
    )
    study = optuna.create_study(sampler=sampler, pruner=pruner)
    for trial in before:
        running, _ = _reported(study, config, trial)
        if trial.state == "complete" and trial.best is not None:
            study.tell(running, trial.best[1])
        else:
            study.tell(running, state=_STATES[trial.state])
    return study


def _reported(study: optuna.Study, config: TuningConfig, trial: Trial) -> tuple[optuna.Trial, bool]:
    """A trial's losses told to the study one after the other; and whether it is to stop."""
    study.enqueue_trial(trial.settings)
    running = study.ask(_SPACE)
    stop = False
    for step, loss in trial.losses:
        # The start is everybody's, and at the end there is nothing to stop.
        if 0 < step < config.max_steps:
            running.report(loss, step)
            stop = running.should_prune()
    return running, stop


def _counting(resources: Resources, number: int, total: int) -> Resources:
    def on_progress(what: str, done: int, of: int) -> None:
        resources.on_progress(f"Trial {number} of {total}: {what}", done, of)

    return replace(resources, on_progress=on_progress)


def _discard(store: RunStore, prompt_id: str) -> None:
    if any(work.id == prompt_id for work in store.active()):
        store.discard(prompt_id)
