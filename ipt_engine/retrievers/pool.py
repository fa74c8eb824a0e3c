"""`DemonstrationPool`: training examples, and who of them comes before which query."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from ipt_engine.analysis.leakage import normalised
from ipt_engine.config import RetrievalArguments
from ipt_engine.encoders import FloatArray, encode
from ipt_engine.errors import DataError
from ipt_engine.records import Example
from ipt_engine.retrievers.base import Candidates, Demonstration, Query
from ipt_engine.retrievers.rankings import get_retriever

# Bounds the (queries, pool) similarities held at once: 32 MB for a pool of 16,000.
_QUERIES_AT_ONCE = 512


class DemonstrationPool:
    """Training examples with their embeddings; answers who comes before which query."""

    def __init__(
        self,
        pool: Sequence[Example],
        encoder: str,
        on_progress: Callable[[str, int, int], None] = lambda what, done, total: None,
    ) -> None:
        """Embed the pool.

        Args:
            pool: The training examples.
            encoder: As `encoders.encode` takes it.
            on_progress: As `encoders.encode` takes it.
        """
        if not pool:
            raise DataError("There are no training examples to take demonstrations from.")
        self.pool = list(pool)
        self.encoder = encoder
        embeddings = encode([e.input for e in pool], encoder, on_progress)
        self._candidates = Candidates(self.pool, embeddings)
        self._by_id: dict[str, list[int]] = {}
        self._by_input: dict[str, list[int]] = {}
        for place, example in enumerate(self.pool):
            self._by_id.setdefault(example.id, []).append(place)
            self._by_input.setdefault(normalised(example.input), []).append(place)

    def similarities(self, queries: Sequence[Example]) -> FloatArray:
        """Cosine similarities, (queries, pool)."""
        embedded = encode([q.input for q in queries], self.encoder)
        similarities: FloatArray = np.clip(embedded @ self._candidates.embeddings.T, -1.0, 1.0)
        return similarities

    def retrieve(
        self, queries: Sequence[Example], args: RetrievalArguments
    ) -> list[list[Demonstration]]:
        """Demonstrations of each query, in the order in which they are shown.

        A query never gets itself (the same id, unless the pool is another task's); exact
        duplicates of its input are left out unless `args.exclude_duplicates` is off. Where the
        pool has fewer than `args.num_fewshot` to give, all of them come.

        Raises:
            ConfigError: If the retriever is unknown.
            DataError: If a fixed id is unknown.
        """
        rank = get_retriever(args.retriever)
        chosen = []
        for query, similarity in self._with_similarities(queries):
            allowed = self._allowed(query, args)
            ranking = rank(Query(query, self._candidates, similarity, allowed, args))
            top = ranking[allowed[ranking]][: args.num_fewshot]
            found = [Demonstration(self.pool[i], float(similarity[i])) for i in top]
            chosen.append(_ordered(found, query, args))
        return chosen

    def nearest(self, queries: Sequence[Example]) -> list[Demonstration | None]:
        """Each query's most similar training example, itself and duplicates of it left out.

        None where nothing else is there.
        """
        args = RetrievalArguments(encoder=self.encoder)
        return [found[0] if found else None for found in self.retrieve(queries, args)]

    def _with_similarities(
        self, queries: Sequence[Example]
    ) -> Iterator[tuple[Example, FloatArray]]:
        for start in range(0, len(queries), _QUERIES_AT_ONCE):
            part = queries[start : start + _QUERIES_AT_ONCE]
            yield from zip(part, self.similarities(part), strict=True)

    def _allowed(self, query: Example, args: RetrievalArguments) -> npt.NDArray[np.bool_]:
        allowed = np.ones(len(self.pool), dtype=bool)
        if args.source_task is None:
            allowed[self._by_id.get(query.id, [])] = False
        if args.exclude_duplicates:
            allowed[self._by_input.get(normalised(query.input), [])] = False
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
