"""Simulated rows of `Evidence.factors`: what a run was made with."""

import json
from typing import Any

import pandas as pd

TRAINED = ("pt", "ipt")


def run(
    method: str, retriever: str | None = None, seed: int = 0, **change: Any
) -> dict[str, object]:
    """A run's factors. What is changed is the template, the encoder, the steps, the order seed …"""
    steps, order_seed = change.get("steps", 100), change.get("order_seed", seed)
    shown = {"retriever": retriever, "num_fewshot": 1, "encoder": change.get("encoder", "e")}
    config = {
        "task": "t",
        "method": method,
        "template": {"instruction": change.get("instruction", True)},
        "retrieval": shown if retriever else None,
    }
    training = {
        "task": "t",
        "prompt_tuning": {
            "num_virtual_tokens": change.get("tokens", 25),
            "prompt_tuning_init": "SAMPLE_VOCAB",
        },
        "training": {"max_steps": steps, "learning_rate": change.get("rate", 0.1)},
        "retrieval": shown | {"retriever": "dense"} if method == "ipt" else None,
    }
    own = method in TRAINED
    made = json.dumps([training, seed, order_seed])
    return {
        "task": "t",
        "method": method,
        "retriever": retriever,
        "num_fewshot": 1 if retriever else 0,
        "demonstration_task": "t" if retriever else None,
        "order": "most_similar_last" if retriever else None,
        "prompt_id": made if own else None,
        "prompt_task": "t" if own else None,
        "prompt_kind": "trained" if own else None,
        "prompt_retriever": "dense" if method == "ipt" else None,
        "init": "SAMPLE_VOCAB" if own else None,
        "init_seed": float(seed) if own else None,
        "order_seed": float(order_seed) if own else None,
        "draw_seed": float(change.get("draw", 0)),
        "seed": float(seed),
        "num_virtual_tokens": float(change.get("tokens", 25)) if own else 0.0,
        "n": float(change.get("n", 200)),
        "variant": json.dumps([config, training if own else {}], sort_keys=True),
    }


def frame(*runs: dict[str, object]) -> pd.DataFrame:
    rows = pd.DataFrame(list(runs), dtype=object).astype({"n": "float64", "num_fewshot": "float64"})
    return rows.assign(run_id=[f"r{place}" for place in range(len(rows))])
