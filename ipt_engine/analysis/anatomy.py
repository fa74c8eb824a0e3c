"""A soft prompt seen from outside: its vectors among the vocabulary's, its path, a map."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ipt_engine.analysis.prompt_similarity import prompt_similarity
from ipt_engine.metrics import FloatArray


def nearest_tokens(
    vectors: FloatArray, table: NDArray[np.float32], texts: Sequence[str], count: int = 5
) -> pd.DataFrame:
    """The vocabulary's tokens that each vector of a soft prompt is nearest to, by cosine.

    A trained vector need not mean what its nearest token means: with cosines that are small it
    is near none (Khashabi et al. 2022, Prompt Waywardness).

    Args:
        vectors: (virtual tokens, hidden).
        table: (tokens, hidden) of the base model.
        texts: Each token's text.
        count: How many tokens for each vector.

    Returns:
        One row for each vector and rank: position (from 1), rank (from 1), token (its text),
        cosine, length (of the vector) and token_length (of the token's embedding).
    """
    lengths = np.linalg.norm(vectors, axis=1)
    token_lengths = np.linalg.norm(table, axis=1)
    # A vector of zeros is near nothing: its cosines are 0, not nan.
    own = vectors / np.maximum(lengths, 1e-12)[:, None]
    cosines = (own.astype(np.float32) @ table.T) / np.maximum(token_lengths, 1e-12)
    count = min(count, cosines.shape[1])
    best = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
    records = []
    for position, (row, ids) in enumerate(zip(cosines, best, strict=True)):
        for rank, token in enumerate(ids[np.argsort(-row[ids], kind="stable")]):
            records.append(
                {
                    "position": position + 1,
                    "rank": rank + 1,
                    "token": texts[token],
                    "cosine": float(row[token]),
                    "length": float(lengths[position]),
                    "token_length": float(token_lengths[token]),
                }
            )
    return pd.DataFrame(records)


def training_paths(histories: Mapping[str, pd.DataFrame]) -> tuple[pd.DataFrame, float]:
    """Where prompts were at each evaluation of their training, on one plane.

    The plane holds as much of the differences between all those places as a plane can (principal
    components of the sketches, see `sketch`).

    Args:
        histories: Prompt id to history; those without sketches are left out.

    Returns:
        prompt_id, step, x, y and dev_loss; and the share (0 to 1) of the squared distances from
        the middle that the plane shows.
    """
    rows = [
        {"prompt_id": prompt_id, "step": int(row["step"]), "dev_loss": row["dev_loss"], "at": at}
        for prompt_id, history in histories.items()
        for row in history.to_dict("records")
        if isinstance(at := row.get("sketch"), list)
    ]
    columns = ["prompt_id", "step", "x", "y", "dev_loss"]
    if not rows:
        return pd.DataFrame(columns=columns), 0.0
    places = np.array([row.pop("at") for row in rows], dtype=np.float64)
    plane, share = _plane(places - places.mean(axis=0))
    return pd.DataFrame(rows).assign(x=plane[:, 0], y=plane[:, 1])[columns], share


def prompt_map(
    prompts: Mapping[str, FloatArray],
    on_progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> tuple[pd.DataFrame, float]:
    """All prompts on a plane, those that are alike near each other.

    Classical scaling (Torgerson 1952) of the distances sqrt(2 - 2 s), s being the similarity of
    two prompts whatever order their tokens come in (`prompt_similarity`).

    Args:
        prompts: Prompt id to (virtual tokens, hidden), all of one width.
        on_progress: Told how many of the prompts were compared with those before them.

    Returns:
        prompt_id, x and y; and the share (0 to 1) of the squared distances that the plane shows.
    """
    ids = [name for name, vectors in prompts.items() if vectors.any(axis=1).all()]
    squares = np.zeros((len(ids), len(ids)))
    for i, a in enumerate(ids):
        for j, b in enumerate(ids[:i]):
            alike = prompt_similarity(prompts[b], prompts[a])
            assert alike is not None
            squares[i, j] = squares[j, i] = max(0.0, 2 - 2 * alike)
        on_progress("Comparing prompts", i + 1, len(ids))
    if len(ids) < 2:  # noqa: PLR2004 one prompt is in the middle of its map
        return pd.DataFrame({"prompt_id": ids, "x": [0.0] * len(ids), "y": [0.0] * len(ids)}), 1.0
    middle = np.eye(len(ids)) - 1 / len(ids)
    values, vectors = np.linalg.eigh(-middle @ squares @ middle / 2)
    values = np.maximum(values[::-1], 0.0)
    plane = (vectors[:, ::-1] * np.sqrt(values))[:, :2]
    if plane.shape[1] == 1:
        plane = np.hstack([plane, np.zeros((len(ids), 1))])
    share = float(values[:2].sum() / values.sum()) if values.sum() > 0 else 1.0
    return pd.DataFrame({"prompt_id": ids, "x": plane[:, 0], "y": plane[:, 1]}), share


def _plane(centred: FloatArray) -> tuple[FloatArray, float]:
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    plane = np.zeros((len(centred), 2))
    shown = min(2, len(sizes))
    plane[:, :shown] = left[:, :shown] * sizes[:shown]
    total = float((sizes**2).sum())
    return plane, float((sizes[:2] ** 2).sum()) / total if total > 0 else 1.0
