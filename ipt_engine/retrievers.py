"""Choosing demonstrations for a query. A retriever is a way to rank the training examples."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ipt_engine.config import RetrievalArguments
from ipt_engine.encoders import FloatArray, encode
from ipt_engine.errors import ConfigError, DataError
from ipt_engine.records import Example

IndexArray = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Demonstration:
    """A worked example, with how close its input is to the query's.

    Attributes:
        example: The training example shown.
        similarity: Cosine of the two inputs' embeddings, -1 to 1.
    """

    example: Example
    similarity: float


@dataclass(frozen=True)
class Query:
    """What a ranking may look at.

    Attributes:
        example: The query itself.
        pool: The training examples.
        similarity: (pool,) cosine of the query's input with each.
        args: The retrieval's settings.
    """

    example: Example
    pool: Sequence[Example]
    similarity: FloatArray
    args: RetrievalArguments


def rank_dense(query: Query) -> IndexArray:
    """Most similar first; ties in the pool's order."""
    return np.argsort(-query.similarity, kind="stable")


def rank_random(query: Query) -> IndexArray:
    """A permutation that depends on the seed and the query's id, not on the other queries."""
    words = [query.args.seed, *query.example.id.encode()]
    return np.random.default_rng(words).permutation(len(query.pool))


def rank_fixed(query: Query) -> IndexArray:
    """The given ids, in the given order."""
    place = {example.id: index for index, example in enumerate(query.pool)}
    unknown = [i for i in query.args.fixed_ids if i not in place]
    if unknown:
        raise DataError(
            f"No training example has the id {unknown[0]!r}. Ids look like "
            f"{query.pool[0].id!r}; as the demonstrations of `ipt generate` have them."
        )
    return np.array([place[i] for i in query.args.fixed_ids], dtype=np.intp)


RETRIEVERS: dict[str, Callable[[Query], IndexArray]] = {
    "random": rank_random,
    "dense": rank_dense,
    "fixed": rank_fixed,
}


class DemonstrationPool:
    """Training examples with their embeddings; answers who comes before which query."""

    def __init__(self, pool: Sequence[Example], encoder: str) -> None:
        """Embed the pool.

        Args:
            pool: The training examples.
            encoder: As `encoders.encode` takes it.
        """
        if not pool:
            raise DataError("There are no training examples to take demonstrations from.")
        self.pool = list(pool)
        self.encoder = encoder
        self._embeddings = encode([e.input for e in pool], encoder)
        self._normalised = np.array([_normalise(e.input) for e in pool])
        self._ids = np.array([e.id for e in pool])

    def similarities(self, queries: Sequence[Example]) -> FloatArray:
        """Cosine similarities, (queries, pool)."""
        embedded = encode([q.input for q in queries], self.encoder)
        similarities: FloatArray = np.clip(embedded @ self._embeddings.T, -1.0, 1.0)
        return similarities

    def retrieve(
        self, queries: Sequence[Example], args: RetrievalArguments
    ) -> list[list[Demonstration]]:
        """Demonstrations of each query, in the order in which they are shown.

        A query never gets itself (the same id); exact duplicates of its input are left out
        unless `args.exclude_duplicates` is off.

        Raises:
            ConfigError: If the retriever is unknown.
            DataError: If a fixed id is unknown.
        """
        if args.retriever not in RETRIEVERS:
            raise ConfigError(
                f"Unknown retriever {args.retriever!r}. Choose one of: {', '.join(RETRIEVERS)}."
            )
        rank = RETRIEVERS[args.retriever]
        chosen = []
        for query, similarity in zip(queries, self.similarities(queries), strict=True):
            ranking = rank(Query(query, self.pool, similarity, args))
            allowed = self._allowed(query, args.exclude_duplicates)
            top = [int(i) for i in ranking if allowed[i]][: args.num_fewshot]
            found = [Demonstration(self.pool[i], float(similarity[i])) for i in top]
            chosen.append(_ordered(found, query, args))
        return chosen

    def nearest(self, queries: Sequence[Example]) -> list[Demonstration]:
        """Each query's most similar training example, itself and duplicates of it left out."""
        args = RetrievalArguments(encoder=self.encoder)
        return [found[0] for found in self.retrieve(queries, args)]

    def _allowed(self, query: Example, exclude_duplicates: bool) -> npt.NDArray[np.bool_]:
        allowed: npt.NDArray[np.bool_] = self._ids != query.id
        if exclude_duplicates:
            allowed &= self._normalised != _normalise(query.input)
        return allowed


def _ordered(
    found: list[Demonstration], query: Example, args: RetrievalArguments
) -> list[Demonstration]:
    if args.retriever == "fixed":
        return found
    if args.order == "random":
        words = [args.seed, 1, *query.id.encode()]
        return [found[i] for i in np.random.default_rng(words).permutation(len(found))]
    ascending = args.order == "most_similar_last"
    return sorted(found, key=lambda d: d.similarity if ascending else -d.similarity)


def _normalise(text: str) -> str:
    return " ".join(text.lower().split())
