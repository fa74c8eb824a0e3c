"""Ledgers with effects of seed and of input that are known."""

import numpy as np
import pandas as pd


def ledger(
    correct: np.ndarray, method: str = "ipt", retriever: str | None = "dense", metric: str = ""
) -> pd.DataFrame:
    """Rows of (runs, examples) shares of a right answer."""
    name = metric or "exact_match"
    k, n = correct.shape
    run, example = (index.ravel() for index in np.indices((k, n)))
    return pd.DataFrame(
        {
            "run_id": [f"{method}-{i}" for i in run],
            "example_id": [f"e{i:03d}" for i in example],
            "method": method,
            "retriever": retriever,
            name: 100 * correct.ravel(),
            f"{name}__correct": correct.ravel(),
            f"{name}__count": 1.0,
        }
    )


def effects(k: int, n: int, key: int, seeds: float = 0.1) -> np.ndarray:
    """(runs, examples): effects of seed, of example and of both, each normal."""
    rng = np.random.default_rng(key)
    both = rng.normal(0.5, 0.2, (k, n))
    return both + seeds * rng.normal(size=(k, 1)) + 0.3 * rng.normal(size=n)
