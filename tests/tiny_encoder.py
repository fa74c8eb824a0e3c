"""A deterministic stand-in for the encoder, and texts to retrieve with it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ipt_engine.records import Example

TRAIN = [Example(f"t{i}", f"text number {i}", (f"answer {i}",)) for i in range(30)]
QUERIES = [TRAIN[3], Example("q", "text number 99", ("x",)), Example("r", "Text  Number 5", ("y",))]


def letters(texts: Sequence[str], encoder: str = "", on_progress: Any = None) -> np.ndarray:
    """Random directions by text, whatever its capitals and spaces."""
    rows = [np.random.default_rng(list(" ".join(t.lower().split()).encode())) for t in texts]
    vectors = np.stack([row.normal(size=8) for row in rows])
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
