"""The runs that would bring a decision, with their commands and what they are likely to take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

import numpy as np
import pandas as pd

from ipt_engine.analysis.commands import (
    full_config,
    known_making,
    run_command,
    tuned_left_open,
)
from ipt_engine.analysis.planning import FEW_INPUTS, Arm, cheapest, input_counts
from ipt_engine.methods import METHODS, Method

MIN_SEEDS = 3
"""So many are asked for where the spread is not known yet."""


@dataclass(frozen=True)
class NextRun:
    """A run that would help to decide.

    Attributes:
        method: Its name.
        seed: Its seed.
        command: As one types it; None if the options of `ipt run` cannot say all of `config`.
        config: The same as a `RunConfig`'s dict; for a method that was not run, without the
            settings that are left to what was found to be good (`commands.TUNED`).
        seconds: What it is likely to take, training included; None if nothing is known.
        why: What it is for.
    """

    method: str
    seed: int
    command: str | None
    config: Mapping[str, Any]
    seconds: float | None
    why: str


@dataclass(frozen=True)
class OpenPair:
    """Two methods between which it is undecided.

    Attributes:
        methods: Their names.
        distance: From the difference to the line that it would have to be told from.
        variance: The squared standard error of the difference; of a method of one seed, as if
            other seeds scored the same.
    """

    methods: tuple[str, str]
    distance: float
    variance: float


@dataclass(frozen=True)
class Plan:
    """Runs to come, and what they would decide.

    Attributes:
        runs: The cheapest that would.
        decided: The pairs that they would tell apart, each with a chance of 80 % if all is as it
            looks now.
        unknown: Methods of one seed: what decides can be said once their spread is known.
        hopeless: Pairs that no reasonable number of runs would tell apart.
        inputs: Test inputs that the runs would answer.
        most: The most test inputs that were thought of.
        available: All that the task has; None if it is no longer there.
        too_few: Whether not even all of those would give a difference an interval, so that no
            run decides.
    """

    runs: tuple[NextRun, ...] = ()
    decided: tuple[OpenPair, ...] = ()
    unknown: tuple[str, ...] = ()
    hopeless: tuple[OpenPair, ...] = ()
    inputs: int = 0
    most: int = 0
    available: int | None = None
    too_few: bool = False

    @property
    def seconds(self) -> float | None:
        """What the runs would take in all; None if that is not known of one of them."""
        known = [run.seconds for run in self.runs if run.seconds is not None]
        return sum(known) if known and len(known) == len(self.runs) else None


def first_runs(task: str, base_model: str) -> list[NextRun]:
    """Runs of all methods on a task of which there are none, with the usual settings."""
    return [
        NextRun(
            method=method.name,
            seed=seed,
            command=None,
            config={"task": task, "method": method.name, "base_model": base_model, "seed": seed},
            seconds=None,
            why="to learn how much luck decides" if seed else f"{method.title} was not run",
        )
        for method in METHODS.values()
        for seed in _first_seeds(method)
    ]


def missing_runs(options: pd.DataFrame, factors: pd.DataFrame) -> list[NextRun]:
    """Runs of the methods that were not run, with the settings of those that were.

    Args:
        options: Of `option_table`, at least one.
        factors: Of `usable_runs`.
    """
    found = []
    for method in METHODS.values():
        if method.name in set(options["method"]):
            continue
        seconds = _seconds_like(method, options)
        for seed in _first_seeds(method):
            config = tuned_left_open(_config_like(method, options, seed, _limit(factors)))
            why = f"{method.title} was not run"
            found.append(NextRun(method.name, seed, run_command(config), config, seconds, why))
    return found


def deciding_runs(
    options: pd.DataFrame,
    pairs: Sequence[OpenPair],
    comparisons: int,
    factors: pd.DataFrame,
    available: int | None,
) -> Plan:
    """The cheapest runs that would decide between methods, if things are as they look.

    A difference that is still open may be smaller than it looks, so they decide less often than
    their power says (`benchmarks.simulate_advice.followed` counts how often).

    Args:
        options: Of `option_table`.
        pairs: What is undecided.
        comparisons: That the intervals are corrected for.
        factors: Of `usable_runs`.
        available: Test inputs that the task has; None if it is no longer there.
    """
    by_method = options.set_index("method")
    n, limit = int(options["n"].max()), _limit(factors)
    counts = input_counts(n, None if limit is None else available)
    wanted: dict[str, tuple[int, str]] = {}
    decided, hopeless, inputs = [], [], n
    lone: dict[str, None] = {}
    for pair in pairs:
        two = by_method.loc[list(pair.methods)]
        unknown = [str(name) for name in two.index[two["luck"] & (two["n_seeds"] == 1)]]
        needs = dict.fromkeys(unknown, MIN_SEEDS)
        why = "its spread over seeds is unknown"
        ordered = pd.concat([two, by_method.drop(two.index)])
        arms = [_arm(row, n) for _, row in ordered.iterrows()]
        spread = max(pair.variance - sum(a.variance / a.seeds for a in arms[:2]), 0.0)
        need = cheapest(pair.distance, spread, arms, comparisons, counts)
        if need is None and (not unknown or counts[-1] < FEW_INPUTS):
            # On few inputs also of one seed: they alone forbid a decision, however alike seeds are.
            # On many, the difference that a single seed shows may be mostly its luck.
            hopeless.append(pair)
            continue
        lone |= dict.fromkeys(unknown)
        if not unknown:
            assert need is not None
            decided.append(pair)
            inputs = max(inputs, need.inputs)
            needs = dict(zip(pair.methods, need.seeds, strict=True))
            why = f"to tell {' from '.join(METHODS[name].title for name in pair.methods)}"
        for name, seeds in needs.items():
            if seeds > wanted.get(name, (0, ""))[0]:
                wanted[name] = (seeds, why)
    if inputs > n:
        limit = None if inputs == available else inputs
    again = f"again, on {'all ' if inputs == available else ''}{inputs:,} inputs"
    runs: list[NextRun] = []
    for label, option in by_method.iterrows():
        seeds, why = wanted.get(str(label), (0, "like the others"))
        mine = factors.loc[factors["variant"] == option["variant"], "seed"]
        used = sorted(int(seed) for seed in mine.unique())
        more = max(seeds - int(option["n_seeds"]), 0)
        new = list(islice((seed for seed in count() if seed not in used), more))
        if not known_making(str(option["variant"])):
            continue
        if inputs > n:
            # A prompt that was trained is found in the store.
            bare = option.where(option.index != "training_seconds", 0.0)
            runs += [_run(bare, seed, limit, inputs, f"{again}, {why}") for seed in used]
        runs += [_run(option, seed, limit, inputs, why) for seed in new]
    return Plan(
        runs=tuple(runs),
        decided=tuple(decided),
        unknown=tuple(lone),
        hopeless=tuple(hopeless),
        inputs=inputs,
        most=counts[-1],
        available=available,
    )


def _first_seeds(method: Method) -> range:
    return range(MIN_SEEDS if method.soft_prompt else 1)


def _run(option: "pd.Series[Any]", seed: int, limit: int | None, inputs: int, why: str) -> NextRun:
    seconds = float(option["training_seconds"] + option["seconds"] * inputs)
    config = full_config(str(option["variant"]), seed, limit)
    known = seconds if np.isfinite(seconds) else None
    return NextRun(str(option.name), seed, run_command(config), config, known, why)


def _arm(option: "pd.Series[Any]", n: int) -> Arm:
    """What is not known costs a second, so that fewer runs still come before more."""
    known = option["luck"] and pd.notna(option["sd"])
    training, each = option["training_seconds"], option["seconds"]
    return Arm(
        seeds=int(option["n_seeds"]),
        variance=float(option["sd"]) ** 2 if known else 0.0,
        mixed=float(option["sd_mixed"]) ** 2 if known else 0.0,
        training_seconds=1.0 if pd.isna(training) else float(training),
        evaluation_seconds=1.0 if pd.isna(each) else float(each) * n,
    )


def _limit(factors: pd.DataFrame) -> int | None:
    """How many test inputs were asked for; None if all."""
    limits = factors["limit"].dropna()
    return None if limits.empty else int(limits.max())


def _like(method: Method, options: pd.DataFrame, part: str) -> pd.DataFrame:
    """The options that do with soft prompt, or demonstrations, as the method does."""
    same = [getattr(METHODS[m], part) == getattr(method, part) for m in options["method"]]
    return options[same]


def _seconds_like(method: Method, options: pd.DataFrame) -> float | None:
    each = _like(method, options, "demonstrations")["seconds"].median()
    training = _like(method, options, "soft_prompt")["training_seconds"].median()
    seconds = float(each * options["n"].max() + training)
    return seconds if np.isfinite(seconds) else None


def _config_like(
    method: Method, options: pd.DataFrame, seed: int, limit: int | None
) -> dict[str, Any]:
    config = full_config(options["variant"].iloc[0], seed, limit) | {"method": method.name}
    for part, setting in (("demonstrations", "retrieval"), ("soft_prompt", "training")):
        like = _like(method, options, part)["variant"]
        wanted = getattr(method, part) and len(like)
        config[setting] = full_config(like.iloc[0], seed, limit)[setting] if wanted else None
    if config["training"]:
        config["training"]["retrieval"] = config["retrieval"]
    return config
