"""What of a held-out split stands in the training data too: duplicates, exact and near.

Near is measured twice, since each measure misses what the other finds: by the characters (a
changed digit, another full stop) and by an encoder (the same said in other words).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

NEAR = 0.9
"""Jaccard index of two texts' shingles from which on they are near duplicates."""
CLOSE = 0.95
"""Cosine of two texts' embeddings from which on they are close."""
HIGH, LOW = 0.9, 0.6
"""Similarities above and below which the shares of a `SimilarityRange` are counted."""
SHINGLE = 5
"""Characters of a piece of text, by which near duplicates are found."""
_ROWS_AT_ONCE = 256
_PAIRS_AT_ONCE = 20_000

Vectors = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Match:
    """A held-out example and the training example it is most like.

    Attributes:
        held_out: The example's place in its split.
        train: The training example's place.
        value: How alike they are by the measure used, 0 to 1.
    """

    held_out: int
    train: int
    value: float


@dataclass(frozen=True)
class Overlap:
    """Held-out texts that occur in the training data, one match for each example.

    Attributes:
        exact: The same text, case and spacing aside.
        near: Not exact, and the Jaccard index of the shingles is at least `NEAR`.
        close: Not exact, and the cosine is at least `CLOSE`. Near ones may be among them.
    """

    exact: tuple[Match, ...]
    near: tuple[Match, ...]
    close: tuple[Match, ...]


@dataclass(frozen=True)
class SimilarityRange:
    """How similar held-out inputs are to the nearest training input.

    Attributes:
        n: Inputs counted.
        low: Smallest similarity; None where there is no input, as all that follow.
        median: The one in the middle.
        high: Largest.
        above: Share of inputs above `HIGH`.
        below: Share of inputs below `LOW`.
    """

    n: int
    low: float | None
    median: float | None
    high: float | None
    above: float | None
    below: float | None


def normalised(text: str) -> str:
    """A text without what does not count: case, and how its words are spaced."""
    return " ".join(text.lower().split())


def similarity_range(similarities: Sequence[float | None]) -> SimilarityRange:
    """Sum up similarities to the nearest training input; missing ones are left out."""
    known = np.array([s for s in similarities if s is not None], dtype=np.float64)
    if not len(known):
        return SimilarityRange(0, None, None, None, None, None)
    return SimilarityRange(
        n=len(known),
        low=float(known.min()),
        median=float(np.median(known)),
        high=float(known.max()),
        above=float((known > HIGH).mean()),
        below=float((known < LOW).mean()),
    )


def overlap(
    train: Sequence[str],
    held_out: Sequence[Sequence[str]],
    train_vectors: Vectors,
    held_out_vectors: Vectors,
) -> Overlap:
    """Find the held-out texts that occur in the training data.

    Args:
        train: One text for each training example.
        held_out: The texts of each held-out example: its input, or all its references, of which
            the one most like a training text counts.
        train_vectors: (train, dimension) embeddings of unit length.
        held_out_vectors: (held-out texts, dimension), the examples' texts one after the other.
    """
    owner = [place for place, texts in enumerate(held_out) for _ in texts]
    flat = [text for texts in held_out for text in texts]
    exact = _best(exact_matches(train, flat), owner)
    near = _best(near_matches(train, flat), owner)
    close = _best(close_matches(train_vectors, held_out_vectors), owner)
    done = {match.held_out for match in exact}
    return Overlap(
        exact=tuple(exact),
        near=tuple(match for match in near if match.held_out not in done),
        close=tuple(match for match in close if match.held_out not in done),
    )


def exact_matches(train: Sequence[str], held_out: Sequence[str]) -> list[Match]:
    """Each held-out text that is a training text, case and spacing aside, with the first such."""
    places = _first_places(train)
    keys = [normalised(text) for text in held_out]
    return [Match(i, places[key], 1.0) for i, key in enumerate(keys) if key in places]


def near_matches(
    train: Sequence[str], held_out: Sequence[str], threshold: float = NEAR
) -> list[Match]:
    """Each held-out text with a training text whose shingles are nearly the same.

    A text's shingles are its different runs of five characters (case and spacing aside; of a
    shorter text, the whole), and two texts are compared by the Jaccard index of the two sets:
    those in both, by those in either. Exact duplicates have 1. The training text with the
    highest index counts, of several the first.

    Not all pairs are compared. If the index is at least t, the sets share at least t of the
    larger one, so that of each set's shingles, ordered by rarity, the first 1 - t (and one more)
    cannot be wholly different: the prefix filter of Chaudhuri, Ganti and Kaushik (2006), which
    loses nothing.

    Args:
        train: Training texts.
        held_out: Held-out texts.
        threshold: Least index, above 0.
    """
    train_places, held_places = _first_places(train), _first_places(held_out)
    rows = _shingle_rows([*train_places, *held_places])
    train_rows, held_rows = rows[: len(train_places)], rows[len(train_places) :]
    train_first, held_first = _prefixes(train_rows, threshold), _prefixes(held_rows, threshold)
    best: dict[str, Match] = {}
    originals, texts = list(train_places.values()), list(held_places)
    for start in range(0, held_rows.shape[0], _ROWS_AT_ONCE):
        shared = (held_first[start : start + _ROWS_AT_ONCE] @ train_first.T).tocoo()
        pairs = np.stack([shared.row + start, shared.col], axis=1)
        for held, other, value in _compared(held_rows, train_rows, pairs, threshold):
            match = Match(held_places[texts[held]], originals[other], value)
            best[texts[held]] = _better(best.get(texts[held]), match)
    keys = [normalised(text) for text in held_out]
    return [Match(i, best[k].train, best[k].value) for i, k in enumerate(keys) if k in best]


def close_matches(
    train_vectors: Vectors, held_out_vectors: Vectors, threshold: float = CLOSE
) -> list[Match]:
    """Each held-out text with the training text of the highest cosine, if that is high.

    Args:
        train_vectors: (train, dimension), of unit length.
        held_out_vectors: (held-out, dimension), of unit length.
        threshold: Least cosine.
    """
    found = []
    for start in range(0, len(held_out_vectors), _ROWS_AT_ONCE):
        cosines = held_out_vectors[start : start + _ROWS_AT_ONCE] @ train_vectors.T
        nearest = cosines.argmax(axis=1)
        values = np.minimum(cosines[np.arange(len(nearest)), nearest], 1.0)
        found += [
            Match(start + int(i), int(nearest[i]), float(values[i]))
            for i in np.flatnonzero(values >= threshold)
        ]
    return found


def _best(matches: Sequence[Match], owner: Sequence[int]) -> list[Match]:
    """For each held-out example that has any, its best match: texts become their examples."""
    best: dict[int, Match] = {}
    for match in matches:
        place = owner[match.held_out]
        best[place] = _better(best.get(place), Match(place, match.train, match.value))
    return list(best.values())


def _better(old: Match | None, new: Match) -> Match:
    if old is None or (new.value, -new.train) > (old.value, -old.train):
        return new
    return old


def _first_places(texts: Sequence[str]) -> dict[str, int]:
    """Where each different text stands first, by its normalised form."""
    places: dict[str, int] = {}
    for place, text in enumerate(texts):
        places.setdefault(normalised(text), place)
    return places


def _shingle_rows(texts: Sequence[str]) -> sparse.csr_array:
    """(texts, shingles) of ones; the columns are ordered by rarity, the rarest first."""
    number: dict[str, int] = {}
    columns: list[int] = []
    ends = [0]
    for text in texts:
        runs = {text[i : i + SHINGLE] for i in range(max(1, len(text) - SHINGLE + 1))}
        columns += [number.setdefault(run, len(number)) for run in runs]
        ends.append(len(columns))
    indices = np.array(columns, dtype=np.int64)
    rank = np.empty(len(number), dtype=np.int64)
    rank[np.argsort(np.bincount(indices, minlength=len(number)), kind="stable")] = np.arange(
        len(number)
    )
    shape = (len(texts), len(number))
    rows = sparse.csr_array((np.ones(len(indices)), rank[indices], ends), shape=shape)
    rows.sort_indices()
    return rows


def _sizes(rows: sparse.csr_array) -> IntArray:
    return np.asarray(np.diff(rows.indptr), dtype=np.int64)


def _prefixes(rows: sparse.csr_array, threshold: float) -> sparse.csr_array:
    """Each row with only its rarest shingles, as many as the prefix filter needs."""
    sizes = _sizes(rows)
    # A hair less than the product, lest rounding make a prefix too short by one.
    lengths = sizes - np.ceil(threshold * sizes - 1e-9).astype(np.int64) + 1
    place = np.arange(rows.nnz) - np.repeat(rows.indptr[:-1], sizes)
    kept = place < np.repeat(lengths, sizes)
    ends = np.concatenate([[0], np.cumsum(np.minimum(lengths, sizes))])
    return sparse.csr_array((rows.data[kept], rows.indices[kept], ends), shape=rows.shape)


def _compared(
    held: sparse.csr_array, train: sparse.csr_array, pairs: IntArray, threshold: float
) -> list[tuple[int, int, float]]:
    """Those of the (held-out, train) pairs of rows whose Jaccard index is high, with it."""
    held_sizes, train_sizes = _sizes(held), _sizes(train)
    found = []
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        i, j = pairs[start : start + _PAIRS_AT_ONCE].T
        small = np.minimum(held_sizes[i], train_sizes[j])
        fitting = small >= threshold * np.maximum(held_sizes[i], train_sizes[j]) - 1e-9
        i, j = i[fitting], j[fitting]
        both = held[i].multiply(train[j]).sum(axis=1)
        index = both / (held_sizes[i] + train_sizes[j] - both)
        high = np.flatnonzero(index >= threshold)
        found += [(int(i[k]), int(j[k]), float(index[k])) for k in high]
    return found
