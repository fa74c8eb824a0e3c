"""A run's settings taken apart: how it is asked, what it shows, how its prompt was made."""

import json
from typing import Any

import pandas as pd

_FREE = {"method", "limit", "training", "prompt_id", "retrieval"}


def with_settings(factors: pd.DataFrame) -> pd.DataFrame:
    """The factors with what groups of like runs are told by, as texts without seeds.

    Args:
        factors: Of `run_factors`, oldest first.

    Returns:
        The same rows with `asked` (template, generation and the like), `shown` (the retrieval, but
        for the retriever), `made` (the training of its prompt) and `place` (in the order given).
    """
    parts = pd.DataFrame(
        [_apart(variant) for variant in factors["variant"]],
        index=factors.index,
        columns=["asked", "shown", "made"],
    )
    return factors.join(parts).assign(place=range(len(factors)))


def _apart(variant: str) -> tuple[str, str, str]:
    config, training = json.loads(variant)
    retrieval = {k: v for k, v in (config.get("retrieval") or {}).items() if k != "retriever"}
    asked = {name: value for name, value in config.items() if name not in _FREE}
    return _text(asked), _text(retrieval), _text(training)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
