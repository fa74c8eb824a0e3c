"""How many more runs would decide between two methods, at the least cost."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from ipt_engine.analysis.statistics import CONFIDENCE, MIN_EXAMPLES
from ipt_engine.analysis.verdicts import POWER

MOST_SEEDS = 30
"""Where more would be needed, the methods are as good as equal."""
FEW_INPUTS = 50
"""On fewer, the luck of the test inputs alone forbids most decisions."""
MORE_INPUTS = (1, 2, 4)
"""How many times as many test inputs are thought of, where a run was limited to some."""


def input_counts(n: int, available: int | None) -> tuple[int, ...]:
    """How many test inputs runs may be put to, those that there are now first.

    Args:
        n: Test inputs so far.
        available: All that the task has; None if it has no more, or is no longer there.
    """
    if available is None or available <= n:
        return (n,)
    return tuple(sorted({*(min(times * n, available) for times in MORE_INPUTS), available}))


def can_decide(inputs: int) -> bool:
    """Whether a difference on so many test inputs has an interval at all."""
    return inputs >= MIN_EXAMPLES


@dataclass(frozen=True)
class Arm:
    """One of two methods that are compared.

    Attributes:
        seeds: Runs so far.
        variance: Between seeds; 0 of a method with no luck in it.
        mixed: The part of it that is how seeds meet these inputs: more inputs lessen it.
        training_seconds: For each seed.
        evaluation_seconds: Likewise.
    """

    seeds: int
    variance: float
    mixed: float
    training_seconds: float
    evaluation_seconds: float


@dataclass(frozen=True)
class Need:
    """How many seeds of the two methods, on how many test inputs, would decide."""

    seeds: tuple[int, int]
    inputs: int
    seconds: float


def cheapest(
    distance: float, spread: float, arms: Sequence[Arm], comparisons: int, counts: Sequence[int]
) -> Need | None:
    """The cheapest way to see that a difference is so far from a line, with 80 % power.

    The standard error has to be at most distance / (t(1 - 0.025 / comparisons) + t(0.8)), the
    usual approximation to the noncentral t (Julious 2004), with Satterthwaite's degrees of
    freedom.

    Args:
        distance: From the difference as it is now to the line.
        spread: What the test inputs add to the squared standard error now.
        arms: The two methods, then all others: more inputs would be put to those too.
        comparisons: That the interval is corrected for.
        counts: Of `input_counts`: how many test inputs there are now, and how many there may be.

    Returns:
        None if `MOST_SEEDS` of each are not enough.
    """
    two, others = arms[:2], arms[2:]
    several = [np.arange(a.seeds, MOST_SEEDS + 1) if a.variance else [a.seeds] for a in two]
    grid = np.meshgrid(list(counts), *several, indexing="ij")
    inputs, *seeds = (values.ravel() for values in grid)
    times = inputs / counts[0]
    of_inputs = spread / times
    of_seeds = [
        (max(arm.variance - arm.mixed, 0.0) + arm.mixed / times) / k
        for arm, k in zip(two, seeds, strict=True)
    ]
    variance = of_inputs + sum(of_seeds)
    uncertain = of_inputs**2 / (inputs - 1)
    for part, k in zip(of_seeds, seeds, strict=True):
        uncertain = uncertain + part**2 / np.maximum(k - 1, 1)
    df = variance**2 / np.maximum(uncertain, np.finfo(float).tiny)
    tails = stats.t.ppf(1 - (1 - CONFIDENCE) / 2 / comparisons, df) + stats.t.ppf(POWER, df)
    enough = tails * np.sqrt(variance) <= abs(distance)
    # With more inputs, what was evaluated before has to be evaluated again.
    again = sum(arm.seeds * arm.evaluation_seconds for arm in others)
    seconds = np.where(times == 1, 0.0, again * times)
    for arm, k in zip(two, seeds, strict=True):
        evaluated = np.where(times == 1, k - arm.seeds, k * times)
        seconds += (k - arm.seeds) * arm.training_seconds + evaluated * arm.evaluation_seconds
    if not enough.any():
        return None
    best = int(np.lexsort((seeds[0] + seeds[1], np.where(enough, seconds, np.inf)))[0])
    wanted = (int(seeds[0][best]), int(seeds[1][best]))
    return Need(wanted, int(inputs[best]), float(seconds[best]))
