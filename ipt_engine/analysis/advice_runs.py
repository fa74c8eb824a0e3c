"""The runs that would bring a decision, with their commands and what they are likely to take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

import numpy as np
import pandas as pd

from ipt_engine.analysis.commands import full_config, run_command
from ipt_engine.analysis.planning import Arm, cheapest
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
        config: The same as a `RunConfig`'s dict; None where the command leaves settings to what
            was found to be good.
        seconds: What it is likely to take, training included; None if nothing is known.
        why: What it is for.
    """

    method: str
    seed: int
    command: str | None
    config: Mapping[str, Any] | None
    seconds: float | None
    why: str


@dataclass(frozen=True)
class OpenPair:
    """Two methods between which it is undecided.

    Attributes:
        methods: Their names.
        distance: From the difference to the line that it would have to be told from.
        variance: The squared standard error of the difference.
    """

    methods: tuple[str, str]
    distance: float
    variance: float


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
        for seed in range(MIN_SEEDS if method.soft_prompt else 1):
            config = _config_like(method, options, seed, _limit(factors))
            command = run_command(config, tuned=False)
            why = f"{method.title} was not run"
            found.append(NextRun(method.name, seed, command, None, seconds, why))
    return found


def deciding_runs(
    options: pd.DataFrame, pairs: Sequence[OpenPair], comparisons: int, factors: pd.DataFrame
) -> tuple[list[NextRun], list[OpenPair]]:
    """The cheapest runs that would decide between methods, if things are as they look.

    A difference that is still open may be smaller than it looks, so they decide less often than
    their power says (`benchmarks.simulate_advice.followed` counts how often).

    Args:
        options: Of `option_table`.
        pairs: What is undecided.
        comparisons: That the intervals are corrected for.
        factors: Of `usable_runs`.

    Returns:
        The runs, and the pairs that no reasonable number of runs would decide.
    """
    by_method = options.set_index("method")
    n, limit = int(options["n"].max()), _limit(factors)
    wanted: dict[str, tuple[int, str]] = {}
    hopeless, times = [], 1
    for pair in pairs:
        two = by_method.loc[list(pair.methods)]
        unknown = [str(name) for name in two.index[two["luck"] & (two["n_seeds"] == 1)]]
        needs = dict.fromkeys(unknown, MIN_SEEDS)
        why = "its spread over seeds is unknown"
        if not unknown:
            ordered = pd.concat([two, by_method.drop(two.index)])
            arms = [_arm(row, n) for _, row in ordered.iterrows()]
            inputs = max(pair.variance - sum(a.variance / a.seeds for a in arms[:2]), 0.0)
            need = cheapest(pair.distance, (inputs, n), arms, comparisons, limit is not None)
            if need is None:
                hopeless.append(pair)
                continue
            times = max(times, need.times)
            needs = dict(zip(pair.methods, need.seeds, strict=True))
            why = f"to tell {' from '.join(METHODS[name].title for name in pair.methods)}"
        for name, seeds in needs.items():
            if seeds > wanted.get(name, (0, ""))[0]:
                wanted[name] = (seeds, why)
    runs: list[NextRun] = []
    for label, option in by_method.iterrows():
        seeds, why = wanted.get(str(label), (0, "all methods answer the same inputs"))
        mine = factors.loc[factors["variant"] == option["variant"], "seed"]
        used = sorted(int(seed) for seed in mine.unique())
        more = max(seeds - int(option["n_seeds"]), 0)
        new = list(islice((seed for seed in count() if seed not in used), more))
        if times == 1:
            runs += [_run(option, seed, limit, why) for seed in new]
            continue
        # A prompt that was trained is found in the store.
        runs += [_run(option, seed, times * n, why, trained=True) for seed in used]
        runs += [_run(option, seed, times * n, why) for seed in new]
    return runs, hopeless


def _run(
    option: "pd.Series[Any]", seed: int, limit: int | None, why: str, trained: bool = False
) -> NextRun:
    training = 0.0 if trained else option["training_seconds"]
    seconds = float(training + option["seconds"] * (limit or option["n"]))
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
