"""A task's inputs on a plane, those of like meaning near each other."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def input_map(
    embeddings: NDArray[np.floating], splits: Sequence[str], ids: Sequence[str]
) -> tuple[pd.DataFrame, float]:
    """The two directions in which the inputs differ most (principal components).

    Args:
        embeddings: (inputs, dimension).
        splits: Each input's split.
        ids: Each input's id.

    Returns:
        id, split, x and y; and the share (0 to 1) of the variance that the plane shows, which
        is small: what looks near on it need not be.
    """
    centred = embeddings - embeddings.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    places = centred @ vectors[:, ::-1][:, :2]
    total = float(values.sum())
    share = float(values[-2:].sum()) / total if total > 0 else 1.0
    frame = pd.DataFrame({"id": list(ids), "split": list(splits)})
    return frame.assign(x=places[:, 0], y=places[:, 1]), share
