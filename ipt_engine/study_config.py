"""A study: a declared grid of trainings and runs, expanded to the configs of its runs.

    name: quick
    about: What the four methods make of mini-dart.
    tasks: [mini-dart]
    settings:
      evaluation: {limit: 40}
    slices:
      - name: core
        about: Which method wins?
        arms:
          - method: zero_shot
          - method: [icl, ipt]
            num_fewshot: [1, 3]
        seeds: [0, 1]

Wherever an arm lists several values, all combinations are run. A slice is a part that says
something by itself, so that a study can be shown before all of it is done.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, Self

from ipt_engine.config import DEFAULT_BASE_MODEL, ConfigBase, RunConfig, TrainingConfig
from ipt_engine.errors import ConfigError
from ipt_engine.methods import METHODS
from ipt_engine.presets import build_run_config

Control = Literal["untrained", "noise"]
OTHERS = "others"
"""As `Arm.prompt_from`: each other task of the slice."""
_SETTINGS = ("prompt_tuning", "training", "retrieval", "generation", "template", "evaluation")
_OF_DEMONSTRATIONS = ("retriever", "num_fewshot", "order", "trained_with")
_OF_SOFT_PROMPTS = ("num_virtual_tokens", "trained_with", "prompt_from", "control")
_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-")


@dataclass(frozen=True)
class Arm(ConfigBase):
    """One way of answering. In a file, a list in any field stands for several arms.

    Attributes:
        method: A method's name.
        retriever: How the demonstrations shown are chosen.
        num_fewshot: How many are shown.
        order: In which order.
        num_virtual_tokens: Length of the soft prompt.
        trained_with: The retriever in the soft prompt's training, where it is another than in
            the evaluation.
        prompt_from: The task that the soft prompt is trained on, where it is another; "others"
            stands for each other task of the slice.
        control: "untrained" for a random soft prompt that takes no steps, "noise" for one that
            has the vector lengths of the trained one as well.
    """

    method: str
    retriever: str | None = None
    num_fewshot: int | None = None
    order: str | None = None
    num_virtual_tokens: int | None = None
    trained_with: str | None = None
    prompt_from: str | None = None
    control: Control | None = None

    def __post_init__(self) -> None:
        """Refuse what has no effect."""
        if self.method not in METHODS:
            raise ConfigError(
                f"Unknown method {self.method!r}. Choose one of: {', '.join(METHODS)}."
            )
        spec = METHODS[self.method]
        idle = [] if spec.demonstrations else list(_OF_DEMONSTRATIONS)
        idle += [] if spec.soft_prompt else _OF_SOFT_PROMPTS
        given = next((name for name in idle if getattr(self, name) is not None), None)
        if given is not None:
            raise ConfigError(f"{given} has no effect in an arm of {self.method}: leave it out.")
        if self.control not in {None, "untrained", "noise"}:
            raise ConfigError(f"control is {self.control!r}, expected untrained or noise.")
        if self.control is not None and self.prompt_from is not None:
            raise ConfigError("An arm has a control or prompt_from, not both: make two arms of it.")


@dataclass(frozen=True)
class Slice(ConfigBase):
    """A part of a study that says something by itself.

    Attributes:
        name: Unique in the study.
        arms: What is compared.
        seeds: Of initialisation, data order and draws. An arm in which nothing is drawn runs
            once, with seed 0.
        order_seeds: Where given, data order has seeds of its own: each is crossed with `seeds`.
        draw_seeds: Where given, so have demonstrations that are drawn at random when answers are
            written. The training's are drawn with `seeds`.
        about: The question it answers.
        tasks: The study's unless given.
        base_models: Likewise.
    """

    name: str
    arms: tuple[Arm, ...]
    seeds: tuple[int, ...] = (0,)
    order_seeds: tuple[int, ...] = ()
    draw_seeds: tuple[int, ...] = ()
    about: str = ""
    tasks: tuple[str, ...] = ()
    base_models: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an empty grid."""
        if not self.arms or not self.seeds:
            raise ConfigError(f"The slice {self.name!r} needs at least one arm and one seed.")


@dataclass(frozen=True)
class Cell:
    """One run of a study.

    Attributes:
        slice: The slice that it belongs to.
        config: The run; a "noise" control's still lacks whose norms it takes.
        norms_of: The training whose prompt these are; None of any other run.
    """

    slice: str
    config: RunConfig
    norms_of: TrainingConfig | None = None


@dataclass(frozen=True)
class StudyConfig(ConfigBase):
    """A whole study.

    Attributes:
        name: Names its record in the store: small letters, digits, dots and dashes.
        slices: Its parts, in the order in which they are done.
        tasks: Of each slice that names none.
        base_models: Likewise.
        settings: What all runs have in common, under the names that `RunConfig` has for it:
            prompt_tuning, training, retrieval, generation, template, evaluation.
        about: What it is for.
    """

    name: str
    slices: tuple[Slice, ...]
    tasks: tuple[str, ...] = ()
    base_models: tuple[str, ...] = (DEFAULT_BASE_MODEL,)
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    about: str = ""

    def __post_init__(self) -> None:
        """Check names, and that each slice has something to run."""
        if not self.name or set(self.name) - _NAME or self.name.startswith("."):
            raise ConfigError(
                f"A study's name has small letters, digits, dots and dashes, found {self.name!r}."
            )
        if not self.slices:
            raise ConfigError(f"The study {self.name} has no slices: give at least one.")
        names = [part.name for part in self.slices]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ConfigError(f"Two slices are called {twice!r}: give each a name of its own.")
        for part in self.slices:
            if not (part.tasks or self.tasks) or not (part.base_models or self.base_models):
                raise ConfigError(
                    f"The slice {part.name!r} has no tasks or base_models, nor has the study."
                )
        unknown = next((name for name in self.settings if name not in _SETTINGS), None)
        if unknown is not None:
            raise ConfigError(
                f"Unknown settings {unknown!r} of a study. Known: {', '.join(_SETTINGS)}."
            )

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """From a file's content, in which an arm's fields may hold lists.

        Raises:
            ConfigError: If something is missing, unknown or of the wrong type.
        """
        if not isinstance(values, Mapping) or not isinstance(values.get("slices"), list | tuple):
            raise ConfigError("A study needs a name and a list of slices.")
        slices = []
        for part in values["slices"]:
            if not isinstance(part, Mapping) or not isinstance(part.get("arms"), list | tuple):
                raise ConfigError(f"A slice needs a name and a list of arms, found {part!r}.")
            slices.append({**part, "arms": [arm for given in part["arms"] for arm in _arms(given)]})
        return super().from_dict({**values, "slices": slices})

    def cells(self, only: Sequence[str] = ()) -> list[Cell]:
        """Every run, in the order in which they are done.

        A run that two slices have in common comes twice. Within a slice it goes seed by seed, so
        that what is there when it is stopped early is balanced.

        Args:
            only: Names of the slices wanted; all if empty.

        Raises:
            ConfigError: If a slice is unknown, or a run's settings contradict each other.
        """
        known = [part.name for part in self.slices]
        unknown = next((name for name in only if name not in known), None)
        if unknown is not None:
            raise ConfigError(
                f"The study {self.name} has no slice {unknown!r}. It has: {', '.join(known)}."
            )
        wanted = [part for part in self.slices if not only or part.name in only]
        return [cell for part in wanted for cell in dict.fromkeys(self._cells(part))]

    def _cells(self, part: Slice) -> Iterator[Cell]:
        tasks = part.tasks or self.tasks
        grid = itertools.product(
            part.seeds,
            part.order_seeds or (None,),
            part.draw_seeds or (None,),
            part.base_models or self.base_models,
            tasks,
            part.arms,
        )
        for seed, order_seed, draw_seed, base_model, task, arm in grid:
            place = _Place(base_model, task, seed, order_seed, draw_seed)
            if arm.prompt_from != OTHERS:
                yield self._cell(part.name, arm, place)
                continue
            for source in (other for other in tasks if other != task):
                yield self._cell(part.name, replace(arm, prompt_from=source), place)

    def _cell(self, part: str, arm: Arm, place: "_Place") -> Cell:
        options = self._options(arm)
        seed = place.seed if _draws(arm, options) else 0
        run = build_run_config(place.task, arm.method, place.base_model, seed, None, options)
        if place.draw_seed is not None and run.retrieval is not None and _by_chance(options):
            run = replace(run, retrieval=replace(run.retrieval, seed=place.draw_seed))
        if run.training is None:
            return Cell(part, run)
        trained = options
        if arm.trained_with is not None:
            retrieval = options["retrieval"] | {"retriever": arm.trained_with}
            trained = options | {"retrieval": retrieval}
        training = build_run_config(
            arm.prompt_from or place.task, arm.method, place.base_model, seed, None, trained
        ).training
        assert training is not None
        if place.order_seed is not None:
            order = replace(training.training, seed=place.order_seed)
            training = replace(training, training=order)
        if arm.control is None:
            return Cell(part, replace(run, training=training))
        norms_of = training if arm.control == "noise" else None
        return Cell(part, replace(run, training=_untrained(training)), norms_of)

    def _options(self, arm: Arm) -> dict[str, dict[str, Any]]:
        """The settings of an arm's runs, without those that its method does not have."""
        spec = METHODS[arm.method]
        options = {name: dict(self.settings.get(name, {})) for name in _SETTINGS}
        if spec.demonstrations:
            given = {name: getattr(arm, name) for name in ("retriever", "num_fewshot", "order")}
            options["retrieval"] |= {k: v for k, v in given.items() if v is not None}
        else:
            options["retrieval"] = {}
        if not spec.soft_prompt:
            options["prompt_tuning"] = options["training"] = {}
        elif arm.num_virtual_tokens is not None:
            options["prompt_tuning"]["num_virtual_tokens"] = arm.num_virtual_tokens
        return options


class _Place(NamedTuple):
    """Where in a slice's grid a run stands."""

    base_model: str
    task: str
    seed: int
    order_seed: int | None
    draw_seed: int | None


def _draws(arm: Arm, options: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether anything in an arm depends on its seed."""
    sampled = bool(options["generation"].get("do_sample"))
    return METHODS[arm.method].soft_prompt or _by_chance(options) or sampled


def _by_chance(options: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether an arm's demonstrations, or their order, are drawn at random."""
    retrieval = options["retrieval"]
    return "random" in {retrieval.get("retriever"), retrieval.get("order")}


def _untrained(training: TrainingConfig) -> TrainingConfig:
    prompt = replace(
        training.prompt_tuning, prompt_tuning_init="RANDOM", prompt_tuning_init_text=None
    )
    return replace(training, prompt_tuning=prompt, training=replace(training.training, max_steps=0))


def _arms(given: Any) -> Iterator[dict[str, Any]]:
    """The arms that one entry stands for: all combinations of the lists in it."""
    if isinstance(given, str):
        given = {"method": given}
    if not isinstance(given, Mapping):
        raise ConfigError(f"An arm is a method's name or a mapping of settings, found {given!r}.")
    lists = [value if isinstance(value, list | tuple) else [value] for value in given.values()]
    yield from (dict(zip(given, values, strict=True)) for values in itertools.product(*lists))
