"""Advice on simulated methods for which the truth is known: how often it is wrong, or none."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ipt_engine.analysis.advisor import Advice, advise
from ipt_engine.analysis.factors import FACTORS
from ipt_engine.methods import METHODS

TRAINING_SECONDS = {"zero_shot": 0.0, "icl": 0.0, "pt": 600.0, "ipt": 900.0}
SECONDS = {"zero_shot": 0.2, "icl": 0.5, "pt": 0.25, "ipt": 0.6}


@dataclass(frozen=True)
class Truth:
    """What is simulated: true mean scores and spreads, in points.

    Attributes:
        scores: Of each method; one that is not named was not run.
        seeds: Runs of each method with a soft prompt.
        n: Test inputs.
        spread: Between seeds.
        noise: Of an answer, beside how hard its input is for all methods.
        limit: Whether there are more test inputs, four times as many.
    """

    scores: Mapping[str, float]
    seeds: Mapping[str, int] = field(default_factory=lambda: {"pt": 3, "ipt": 3})
    n: int = 200
    spread: float = 1.0
    noise: float = 10.0
    limit: bool = False


def simulated_methods(truth: Truth, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ledger and factors of one task.

    Args:
        truth: What is true.
        seed: Another one, other prompts and inputs.
    """
    random = np.random.default_rng([23, seed])
    hard = random.normal(0, 20, truth.n)
    ledgers, runs = [], []
    for method, score in truth.scores.items():
        prompted = METHODS[method].soft_prompt
        for number in range(truth.seeds.get(method, 1) if prompted else 1):
            luck = random.normal(0, truth.spread) if prompted else 0.0
            points = score + luck + hard + random.normal(0, truth.noise, truth.n)
            run = run_factors_of(method, number, truth.n, truth.n if truth.limit else None)
            runs.append(run)
            ledgers.append(_answers(run, points))
    return pd.concat(ledgers, ignore_index=True), pd.DataFrame(runs, columns=list(FACTORS))


def simulated_advice(truth: Truth, seed: int, margin: float = 1.0) -> Advice:
    """The advice of one simulated task."""
    available = 4 * truth.n if truth.limit else truth.n
    return advise(*simulated_methods(truth, seed), "exact_match", margin, available)


def advice_rates(truth: Truth, repetitions: int, margin: float = 1.0) -> pd.DataFrame:
    """How often each method is recommended, and how often a wrong one.

    Args:
        truth: What is true.
        repetitions: Tasks simulated.
        margin: As `advise` takes it. Wrong is a method that another one beats by so much.

    Returns:
        One row: wrong, undecided, a column for each method (shares), and repetitions.
    """
    found = pd.Series(
        [simulated_advice(truth, seed, margin).recommended for seed in range(repetitions)],
        dtype=object,
    )
    best = max(truth.scores.values())
    shares = {name: float((found == name).mean()) for name in truth.scores}
    wrong = sum(shares[name] for name, score in truth.scores.items() if score <= best - margin)
    undecided = float(found.isna().mean())
    return pd.DataFrame(
        [{"wrong": wrong, "undecided": undecided} | shares | {"repetitions": repetitions}]
    )


def followed(truth: Truth, seed: int) -> Advice | None:
    """The advice after the runs that the first advice asked for; None if that was decided.

    Args:
        truth: What is true.
        seed: Of the simulation. More seeds and more inputs are drawn anew.
    """
    first = simulated_advice(truth, seed)
    if first.recommended is not None:
        return None
    seeds = dict(truth.seeds)
    for run in first.plan.runs:
        if METHODS[run.method].soft_prompt:
            seeds[run.method] = max(seeds[run.method], run.seed + 1)
    return simulated_advice(replace(truth, seeds=seeds, n=first.plan.inputs), seed + 10**6)


def run_factors_of(method: str, number: int, n: int, limit: int | None) -> dict[str, object]:
    """The factors of a simulated run."""
    spec = METHODS[method]
    config = {
        "task": "task",
        "method": method,
        "base_model": "tiny",
        "training": None,
        "prompt_id": None,
        "retrieval": {"retriever": "dense", "num_fewshot": 3} if spec.demonstrations else None,
        "generation": {"max_new_tokens": None},
        "template": {"instruction": True, "chat_template": False},
        "split": "test",
        "limit": limit,
    }
    training = {
        "task": "task",
        "base_model": "tiny",
        "prompt_tuning": {"num_virtual_tokens": 20, "prompt_tuning_init": "SAMPLE_VOCAB"},
        "training": {"max_steps": 90, "learning_rate": 0.03},
        "retrieval": config["retrieval"],
        "template": config["template"],
    }
    prompted = spec.soft_prompt
    return dict.fromkeys(FACTORS) | {
        "run_id": f"{method}-{number}",
        "prompt_id": f"prompt-{method}-{number}" if prompted else None,
        "task": "task",
        "base_model": "tiny",
        "base_model_title": "Tiny",
        "weights_hash": "w",
        "data_hash": "d",
        "method": method,
        "metric": "exact_match",
        "split": "test",
        "limit": np.nan if limit is None else float(limit),
        "n": float(n),
        "retriever": "dense" if spec.demonstrations else None,
        "num_fewshot": 3.0 if spec.demonstrations else 0.0,
        "order": "most_similar_last" if spec.demonstrations else None,
        "demonstration_task": "task" if spec.demonstrations else None,
        "prompt_task": "task" if prompted else None,
        "prompt_method": method if prompted else None,
        "prompt_kind": "trained" if prompted else None,
        "num_virtual_tokens": 20.0 if prompted else 0.0,
        "init": "SAMPLE_VOCAB" if prompted else None,
        "init_seed": float(number) if prompted else np.nan,
        "order_seed": float(number) if prompted else np.nan,
        "draw_seed": 0.0 if spec.demonstrations else np.nan,
        "seed": float(number),
        "training_seconds": TRAINING_SECONDS[method] if prompted else np.nan,
        "seconds": SECONDS[method],
        "variant": json.dumps([config, training if prompted else {}]),
    }


def _answers(run: Mapping[str, object], points: np.ndarray) -> pd.DataFrame:
    spec = METHODS[str(run["method"])]
    return pd.DataFrame(
        {
            "run_id": run["run_id"],
            "example_id": [f"e{place:05d}" for place in range(len(points))],
            "method": run["method"],
            "retriever": run["retriever"],
            "exact_match": points,
            "exact_match__correct": points / 100,
            "exact_match__count": 1.0,
            "prompt_tokens": 60 if spec.demonstrations else 30,
            "virtual_tokens": 20 if spec.soft_prompt else 0,
        }
    )
