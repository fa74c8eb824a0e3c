"""Maximal marginal relevance: close to the query, and unlike what is shown already."""

import numpy as np

from ipt_engine.retrievers.base import IndexArray, Query


def rank_mmr(query: Query) -> IndexArray:
    """As many as are shown, each chosen in view of those before it.

    Next comes the candidate with the largest

        (1 - diversity) * cos(candidate, query) - diversity * max cos(candidate, chosen)

    the criterion of Carbonell and Goldstein (1998), whose lambda is 1 - diversity; for the
    first, nothing is chosen yet and the second term is 0. A tie goes to the candidate more
    similar to the query, then to the pool's order. So the first is the nearest whatever the
    diversity, and with diversity 0 all are.
    """
    nearest_first = np.argsort(-query.similarity, kind="stable")
    open_ = nearest_first[query.allowed[nearest_first]]
    embeddings, diversity = query.candidates.embeddings, query.args.diversity
    relevance = query.similarity[open_].astype(np.float64)
    redundancy = np.zeros(len(open_))
    left = np.ones(len(open_), dtype=bool)
    chosen: list[int] = []
    while len(chosen) < min(query.args.num_fewshot, len(open_)):
        value = (1 - diversity) * relevance - diversity * redundancy
        place = int(np.argmax(np.where(left, value, -np.inf)))
        to_chosen = (embeddings @ embeddings[open_[place]])[open_]
        redundancy = np.maximum(redundancy, to_chosen) if chosen else to_chosen
        left[place] = False
        chosen.append(int(open_[place]))
    return np.array(chosen, dtype=np.intp)
