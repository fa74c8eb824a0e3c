"""Do intervals over seeds cover the truth as often as they say? Simulated runs, where it is known.

Each `simulate_…` makes runs of a world whose truth is known, computes the interval as the engine
does, and counts: how often the truth was in it, and how often the interval left out "no effect",
which is a false finding if there is none and the power if there is one.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ipt_engine.analysis.decomposition import decompose
from ipt_engine.analysis.means import seed_difference, seed_mean
from ipt_engine.analysis.spread import sd_interval
from ipt_engine.analysis.stability import pooled_ratio
from ipt_engine.analysis.statistics import Estimate
from ipt_engine.metrics import FloatArray

METRIC = "exact_match"


@dataclass(frozen=True)
class Simulated:
    """What became of many intervals.

    Attributes:
        repetitions: Intervals computed.
        covered: Those that held the truth.
        found: Those that left out "no effect"; None where there is no such value.
    """

    repetitions: int
    covered: int
    found: int | None = None

    @property
    def coverage(self) -> float:
        """Share of the intervals that held the truth; 0.95 is what they promise."""
        return self.covered / self.repetitions

    @property
    def found_share(self) -> float | None:
        """Share of the intervals that left out "no effect": at most 0.05 if there is none."""
        return None if self.found is None else self.found / self.repetitions


@dataclass(frozen=True)
class World:
    """Answers that are right if a sum of normal effects lies above 0 (a probit model).

    The chance of a right answer is then known: the normal distribution function of the mean,
    divided by the root of the summed variances.

    Attributes:
        seeds: Trained runs of each method, two or more; one run without luck where it is 1.
        examples: Test inputs, the same for all runs.
        seed_sd: Of a seed's effect on all of its answers.
        example_sd: Of an input's effect on all methods' answers to it.
        own_sd: Of an input's effect on one method's answers.
        noise_sd: Of what happens to one answer.
    """

    seeds: tuple[int, ...] = (3, 3)
    examples: int = 200
    seed_sd: tuple[float, ...] = (0.2, 0.2)
    example_sd: float = 1.0
    own_sd: float = 0.5
    noise_sd: float = 1.0


def simulate_mean(
    repetitions: int, rng: np.random.Generator, world: World | None = None, mean: float = 0.3
) -> Simulated:
    """Intervals of one method's mean (`means.seed_mean`)."""
    world = world or World()
    truth = true_score(world, 0, mean)
    found = [
        seed_mean(simulated_ledgers(rng, world, (mean, 0.0))[0], METRIC).estimate
        for _ in range(repetitions)
    ]
    return _count(found, truth, None)


def simulate_difference(
    repetitions: int,
    rng: np.random.Generator,
    world: World | None = None,
    means: tuple[float, float] = (0.3, 0.3),
) -> Simulated:
    """Intervals of the difference of two methods (`means.seed_difference`).

    Args:
        repetitions: How many.
        rng: Randomness.
        world: Sizes and spreads.
        means: Of the two methods' sums of effects; equal spreads and means are no difference.
    """
    world = world or World()
    truth = true_score(world, 1, means[1]) - true_score(world, 0, means[0])
    found = [
        seed_difference(*simulated_ledgers(rng, world, means), METRIC).estimate
        for _ in range(repetitions)
    ]
    return _count(found, truth, 0.0)


def simulate_pooled_ratio(
    repetitions: int,
    rng: np.random.Generator,
    seeds: tuple[tuple[int, int], ...] = ((3, 3),) * 5,
    ratio: float = 1.0,
    tails: float = np.inf,
) -> Simulated:
    """Intervals of the pooled ratio of spreads (`stability.pooled_ratio`).

    Each task's scale is ten times that of the one before it.

    Args:
        repetitions: How many.
        rng: Randomness.
        seeds: Runs of PT and of IPT, for each task.
        ratio: The true ratio of standard deviations; with 1, what is found is false.
        tails: Degrees of freedom of the t distribution of scores; infinite for a normal one.
    """
    found = []
    for _ in range(repetitions):
        parts = []
        for task, (n_a, n_b) in enumerate(seeds):
            for method, n, sd in (("pt", n_a, ratio), ("ipt", n_b, 1.0)):
                scores = 40.0 + 10.0**task * sd * _noise(rng, n, tails)
                parts.append(pd.DataFrame({"task": str(task), "method": method, "score": scores}))
        found.append(pooled_ratio(pd.concat(parts)).estimate)
    return _count(found, ratio, 1.0)


def simulate_sd(
    repetitions: int, rng: np.random.Generator, seeds: int = 3, tails: float = np.inf
) -> Simulated:
    """Intervals of one standard deviation over seeds (`spread.sd_interval`)."""
    truth = 1.0 if np.isinf(tails) else float(stats.t.std(tails))
    found = [sd_interval(_noise(rng, seeds, tails)) for _ in range(repetitions)]
    return _count(found, truth, None)


def simulate_decomposition(
    repetitions: int,
    rng: np.random.Generator,
    shape: tuple[int, int] = (3, 3),
    variances: tuple[float, float, float] = (1.0, 1.0, 1.0),
) -> dict[str, Simulated]:
    """Intervals of variances and shares (`decomposition.decompose`).

    Args:
        repetitions: How many.
        rng: Randomness.
        shape: Initialisations and data orders.
        variances: Of initialisation, order and rest.

    Returns:
        One for each number, such as "initialisation variance" and "data order share".
    """
    init, order = (seed.ravel() for seed in np.indices(shape))
    truths = {"variance": np.array(variances), "share": np.array(variances) / sum(variances)}
    sds = np.sqrt(variances)
    tables = []
    for _ in range(repetitions):
        score = sds[0] * rng.normal(size=shape[0])[init] + sds[1] * rng.normal(size=shape[1])[order]
        score += sds[2] * rng.normal(size=len(init))
        tables.append(
            decompose(pd.DataFrame({"init_seed": init, "order_seed": order, "score": score}))
        )
    counts = {}
    for name, truth in truths.items():
        for place, source in enumerate(tables[0]["source"]):
            rows = [table.iloc[place] for table in tables]
            found = [
                Estimate(row[name], row[f"{name}_low"], row[f"{name}_high"], 0) for row in rows
            ]
            counts[f"{source} {name}"] = _count(found, float(truth[place]), None)
    return counts


def _count(found: list[Estimate], truth: float, null: float | None) -> Simulated:
    known = [(e.low, e.high) for e in found if e.low is not None and e.high is not None]
    covered = int(sum(low <= truth <= high for low, high in known))
    if null is None:
        return Simulated(len(found), covered)
    return Simulated(len(found), covered, sum(low > null or high < null for low, high in known))


def _noise(rng: np.random.Generator, n: int, tails: float) -> FloatArray:
    return rng.normal(size=n) if np.isinf(tails) else rng.standard_t(tails, size=n)


def true_score(world: World, side: int, mean: float) -> float:
    """Percentage of right answers that a method would give to all inputs, over all seeds."""
    luck = world.seed_sd[side] if world.seeds[side] > 1 else 0.0
    parts = (luck, world.example_sd, world.own_sd, world.noise_sd)
    return 100.0 * float(stats.norm.cdf(mean / np.sqrt(sum(part**2 for part in parts))))


def simulated_ledgers(
    rng: np.random.Generator, world: World, means: tuple[float, ...]
) -> tuple[pd.DataFrame, ...]:
    """Each method's rows, without luck in one that has a single run."""
    n = world.examples
    ease = world.example_sd * rng.normal(size=n)
    sides = []
    for side, (mean, k) in enumerate(zip(means, world.seeds, strict=True)):
        luck = world.seed_sd[side] * rng.normal(size=(k, 1)) * (k > 1)
        own = world.own_sd * rng.normal(size=n)
        noise = world.noise_sd * rng.normal(size=(k, n))
        right = (mean + luck + ease + own + noise > 0).astype(np.float64)
        run, example = (index.ravel() for index in np.indices((k, n)))
        sides.append(
            pd.DataFrame(
                {
                    "run_id": run,
                    "example_id": example,
                    "method": "ipt" if k > 1 else "icl",
                    "retriever": "dense",
                    METRIC: 100.0 * right.ravel(),
                    f"{METRIC}__correct": right.ravel(),
                    f"{METRIC}__count": 1.0,
                }
            )
        )
    return tuple(sides)
