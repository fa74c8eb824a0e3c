"""How near each test input is to the training inputs, by any encoder, or by words alone."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from ipt_engine.analysis.leakage import normalised
from ipt_engine.encoders import encode
from ipt_engine.tasks import Split, get_task

WORDS = "words"
"""Instead of an encoder: cosine of word counts, rare words weighing more (TF-IDF)."""


def nearest_similarity(
    task_name: str,
    measure: str,
    split: Split = "test",
    on_progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> "pd.Series[float]":
    """Each input's similarity to the training input nearest to it by a measure.

    The input itself and exact duplicates of it do not count, as where demonstrations are
    retrieved.

    Args:
        task_name: Name of the task.
        measure: An encoder, as `encoders.encode` takes it, or `WORDS`.
        split: Whose inputs.
        on_progress: As `encode` takes it.

    Returns:
        Cosines by example id; nan where nothing else is there.

    Raises:
        ModelError: If the encoder cannot be had.
    """
    task = get_task(task_name)
    train, held = task.load("train"), task.load(split)
    texts, queries = [e.input for e in train], [e.input for e in held]
    if measure == WORDS:
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 slow to load

        vectorizer = TfidfVectorizer(sublinear_tf=True, token_pattern=r"\S+")
        pool = vectorizer.fit_transform(texts)
        cosines = np.asarray((vectorizer.transform(queries) @ pool.T).todense())
    else:
        cosines = encode(queries, measure, on_progress) @ encode(texts, measure, on_progress).T
    cosines = np.clip(cosines.astype(np.float64), -1.0, 1.0)
    places: dict[str, list[int]] = {}
    for place, text in enumerate(texts):
        places.setdefault(normalised(text), []).append(place)
    for row, (example, query) in enumerate(zip(held, queries, strict=True)):
        cosines[row, places.get(normalised(query), [])] = np.nan
        cosines[row, [p for p, e in enumerate(train) if e.id == example.id]] = np.nan
    best = np.where(np.isnan(cosines).all(axis=1), np.nan, np.nanmax(cosines, axis=1, initial=-1.0))
    return pd.Series(best, index=[e.id for e in held], dtype="float64")
