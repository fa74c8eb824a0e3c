"""Transfer on simulated prompts for which the truth is known: how often the intervals hold it.

A prompt's gain on an input is the mean gain of its kind, plus what is this prompt's, plus what is
this input's, plus how the two meet; each is normal with a spread of its own. So the true mean
over all prompts and inputs is the one that was set.
"""

import json
from dataclasses import dataclass, replace
from itertools import cycle

import numpy as np
import pandas as pd

from ipt_engine.analysis.factors import FACTORS
from ipt_engine.analysis.prompt_similarity import similarity_predicts
from ipt_engine.analysis.transfer import transfer_matrix, transfer_verdicts
from ipt_engine.analysis.transfer_runs import CONTROLS, measure_transfer


@dataclass(frozen=True)
class World:
    """What is simulated: how many of everything, true mean gains, and spreads, in points.

    Attributes:
        tasks: Each is a source and a target.
        seeds: Prompts of each source, and of each control on each target.
        n: Test inputs of each target.
        other: True mean gain over ICL of foreign prompts.
        control: That of untrained prompts and of noise.
        prompts: Spread of prompts, the same on all targets.
        fit: Spread of how a prompt meets a target.
        inputs: Spread of the inputs' gains.
        noise: Spread of how a prompt meets an input.
        uneven: What the spreads of prompts and fit are multiplied by: of the first source by the
            first of these, and so on, in turn.
    """

    tasks: int = 3
    seeds: int = 3
    n: int = 100
    other: float = 0.0
    control: float = 0.0
    prompts: float = 2.0
    fit: float = 2.0
    inputs: float = 10.0
    noise: float = 20.0
    uneven: tuple[float, ...] = (1.0,)


def simulated_runs(world: World, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ledger and factors of one study in that world.

    Args:
        world: What is true.
        seed: Another one, another study.
    """
    random = np.random.default_rng([17, seed])
    tasks = [f"task-{place}" for place in range(world.tasks)]
    sources = [*tasks, *CONTROLS]
    times = dict(zip(sources, cycle(world.uneven), strict=False))
    quality = {
        (source, number): random.normal(0, times[source] * world.prompts)
        for source in sources
        for number in range(world.seeds)
    }
    runs, ledgers = [], []
    for target in tasks:
        plain = 40 + random.normal(0, 15, world.n)
        easy = random.normal(0, world.inputs, world.n)
        runs.append(_factors(target, None, 0))
        ledgers.append(_answers(runs[-1], plain))
        for (source, number), good in quality.items():
            mean = world.control if source in CONTROLS else world.other
            luck = good + random.normal(0, times[source] * world.fit)
            gain = mean + luck + easy + random.normal(0, world.noise, world.n)
            runs.append(_factors(target, source, number))
            ledgers.append(_answers(runs[-1], plain + gain))
    return pd.concat(ledgers, ignore_index=True), pd.DataFrame(runs, columns=list(FACTORS))


def coverage(world: World, repetitions: int) -> pd.DataFrame:
    """How often the verdicts' 95 % intervals hold the truth, and the claims are said to hold.

    Args:
        world: What is true.
        repetitions: Studies simulated.

    Returns:
        One row for each of "over ICL" and "over controls": covered and holds (shares), and
        repetitions.
    """
    found = [
        transfer_verdicts(measure_transfer(*simulated_runs(world, seed)))
        for seed in range(repetitions)
    ]
    truths = {"over ICL": world.other, "over controls": world.other - world.control}
    records = []
    for (name, truth), verdicts in zip(truths.items(), zip(*found, strict=True), strict=True):
        ends = [(v.estimate.low, v.estimate.high) for v in verdicts]
        inside = [low is not None and low <= truth <= (high or 0.0) for low, high in ends]
        holds = [verdict.outcome == "holds" for verdict in verdicts]
        records.append(
            {
                "interval": name,
                "covered": float(np.mean(inside)),
                "holds": float(np.mean(holds)),
                "repetitions": repetitions,
            }
        )
    return pd.DataFrame(records)


def matrix_rates(world: World, repetitions: int) -> pd.DataFrame:
    """How often a cell's 95 % interval holds the truth, and any cell is said to help.

    Args:
        world: What is true; the own prompts' gain is `other` too.
        repetitions: Matrices simulated.

    Returns:
        One row: covered (share of cells), least_covered (of the source whose cells are covered
        least), any_holds (share of matrices), and repetitions.
    """
    covered, any_holds = [], []
    for seed in range(repetitions):
        matrix = transfer_matrix(measure_transfer(*simulated_runs(world, seed)))
        truth = np.where(matrix["kind"].isin(list(CONTROLS)), world.control, world.other)
        inside = (matrix["low"] <= truth) & (truth <= matrix["high"])
        covered.append(inside.groupby(matrix["source"]).mean())
        any_holds.append((matrix["outcome"] == "holds").any())
    by_source = pd.concat(covered, axis=1).mean(axis=1)
    shares = {
        "covered": float(by_source.mean()),
        "least_covered": float(by_source.min()),
        "any_holds": float(np.mean(any_holds)),
    }
    return pd.DataFrame([shares | {"repetitions": repetitions}])


def predictor_rates(
    repetitions: int, tasks: int = 5, slope: float = 0.0, spread: float = 1.0
) -> pd.DataFrame:
    """How often similarity is said to predict transfer, and how often the interval holds rho.

    Args:
        repetitions: Matrices simulated.
        tasks: In each.
        slope: Points of gain for one standard deviation of similarity.
        spread: Of what is common to a source's, and to a target's, pairs; beside a noise of 1.

    Returns:
        One row: significant, covered (shares), and repetitions. The true rho is that of a
        matrix of 150 tasks.
    """
    truth = similarity_predicts_rho(*simulated_pairs(150, slope, spread, seed=0))
    found = [
        similarity_predicts(*simulated_pairs(tasks, slope, spread, seed + 1))
        for seed in range(repetitions)
    ]
    significant = [f.p is not None and f.p < 0.05 for f in found]  # noqa: PLR2004 the usual level
    covered = [f.low is not None and f.low <= truth <= (f.high or 0.0) for f in found]
    return pd.DataFrame(
        [
            {
                "significant": float(np.mean(significant)),
                "covered": float(np.mean(covered)),
                "repetitions": repetitions,
            }
        ]
    )


def similarity_predicts_rho(matrix: pd.DataFrame, similarities: pd.DataFrame) -> float:
    """Spearman's rho of all pairs, without anything else."""
    pairs = matrix.merge(similarities, on=["source", "target"])
    return float(pairs["gain"].corr(pairs["similarity"], method="spearman"))


def simulated_pairs(
    tasks: int, slope: float, spread: float, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A transfer matrix's foreign cells, and the similarities of the tasks' prompts."""
    random = np.random.default_rng([19, seed])
    names = [f"task-{place}" for place in range(tasks)]
    noise = random.normal(size=(tasks, tasks))
    own = random.normal(0, spread, tasks)
    alike = (noise + noise.T) / np.sqrt(2) + own[:, None] + own[None, :]
    sources, targets = random.normal(0, spread, (2, tasks))
    gains = slope * alike + sources[:, None] + targets + random.normal(size=(tasks, tasks))
    pairs = [(s, t) for s in range(tasks) for t in range(tasks) if s != t]
    frame = pd.DataFrame(
        {
            "source": [names[s] for s, _ in pairs],
            "target": [names[t] for _, t in pairs],
            "kind": "other",
            "gain": [gains[pair] for pair in pairs],
            "similarity": [alike[pair] for pair in pairs],
        }
    )
    return frame[["source", "target", "kind", "gain"]], frame[["source", "target", "similarity"]]


def _factors(target: str, source: str | None, number: int) -> dict[str, object]:
    control = source in CONTROLS
    kind = None if source is None else source if control else "trained"
    prompt = None if source is None else f"prompt-{source}-{number}"
    return dict.fromkeys(FACTORS) | {
        "run_id": f"{target}-{prompt}",
        "prompt_id": prompt,
        "task": target,
        "base_model": "tiny",
        "base_model_title": "Tiny",
        "weights_hash": "w",
        "data_hash": target,
        "method": "icl" if source is None else "ipt",
        "metric": "exact_match",
        "split": "test",
        "limit": np.nan,
        "retriever": "dense",
        "num_fewshot": 1.0,
        "order": "most_similar_last",
        "encoder": "e",
        "demonstration_task": target,
        "prompt_task": None if source is None else target if control else source,
        "prompt_method": None if source is None else "ipt",
        "prompt_kind": kind,
        "num_virtual_tokens": 0.0 if source is None else 25.0,
        "init": None if source is None else "SAMPLE_VOCAB",
        "init_seed": np.nan if source is None else float(number),
        "order_seed": np.nan if source is None else float(number),
        "draw_seed": 0.0,
        "seed": float(number),
        "variant": json.dumps([{"task": target, "retrieval": {"retriever": "dense"}}, source]),
    }


def _answers(run: dict[str, object], points: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "run_id": run["run_id"],
            "task": run["task"],
            "method": run["method"],
            "retriever": run["retriever"],
            "example_id": [f"e{place:04d}" for place in range(len(points))],
            "exact_match": points,
            "exact_match__correct": points / 100,
            "exact_match__count": 1.0,
        }
    )


UNEVEN = World(tasks=5, uneven=(0.4, 2.5, 1.9, 0.8, 0.6))
"""The spreads of prompts are as far apart as those of the shipped study on one of its targets."""
QUIET = replace(World(), prompts=0.0, fit=0.0)
"""All prompts are alike: what is left of the spread over seeds is due to the inputs."""
