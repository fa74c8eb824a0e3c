"""The rankings by name. Each gives places in the pool, the first to be shown first."""

from collections.abc import Callable

import numpy as np

from ipt_engine.errors import ConfigError, DataError
from ipt_engine.retrievers.base import IndexArray, Query
from ipt_engine.retrievers.mmr import rank_mmr


def rank_dense(query: Query) -> IndexArray:
    """Most similar first; ties in the pool's order."""
    return np.argsort(-query.similarity, kind="stable")


def rank_bm25(query: Query) -> IndexArray:
    """Highest BM25 score of the inputs' words first; ties in the pool's order."""
    return np.argsort(-query.candidates.words.scores(query.example.input), kind="stable")


def rank_random(query: Query) -> IndexArray:
    """A permutation that depends on the seed and the query's id, not on the other queries."""
    words = [query.args.seed, *query.example.id.encode()]
    return np.random.default_rng(words).permutation(len(query.candidates.examples))


def rank_farthest(query: Query) -> IndexArray:
    """Least similar first; ties in the pool's order."""
    return np.argsort(query.similarity, kind="stable")


def rank_median(query: Query) -> IndexArray:
    """Those of middling similarity: nearest to the median over what may be shown first."""
    if not query.allowed.any():
        return np.empty(0, dtype=np.intp)
    middle = np.median(query.similarity[query.allowed])
    return np.argsort(np.abs(query.similarity - middle), kind="stable")


def rank_fixed(query: Query) -> IndexArray:
    """The given ids, in the given order."""
    examples = query.candidates.examples
    place = {example.id: index for index, example in enumerate(examples)}
    unknown = [i for i in query.args.fixed_ids if i not in place]
    if unknown:
        raise DataError(
            f"No training example has the id {unknown[0]!r}. Ids look like "
            f"{examples[0].id!r}; as the demonstrations of `ipt generate` have them."
        )
    return np.array([place[i] for i in query.args.fixed_ids], dtype=np.intp)


Ranking = Callable[[Query], IndexArray]
RETRIEVERS: dict[str, Ranking] = {
    "random": rank_random,
    "bm25": rank_bm25,
    "dense": rank_dense,
    "mmr": rank_mmr,
    "fixed": rank_fixed,
    "farthest": rank_farthest,
    "median": rank_median,
    # The same ranking, of another task's training examples: `wiring.retrieve` sees to it.
    "other_task": rank_dense,
}


def get_retriever(name: str) -> Ranking:
    """The ranking of that name.

    Raises:
        ConfigError: If there is none; lists those there are.
    """
    if name not in RETRIEVERS:
        raise ConfigError(f"Unknown retriever {name!r}. Choose one of: {', '.join(RETRIEVERS)}.")
    return RETRIEVERS[name]
