"""Choosing demonstrations for a query. A retriever is a way to rank the training examples."""

from ipt_engine.retrievers.base import Candidates, Demonstration, Query
from ipt_engine.retrievers.pool import DemonstrationPool
from ipt_engine.retrievers.pools import demonstration_pool, forget_pools, refuse_too_many
from ipt_engine.retrievers.rankings import RETRIEVERS, get_retriever

__all__ = [
    "RETRIEVERS",
    "Candidates",
    "Demonstration",
    "DemonstrationPool",
    "Query",
    "demonstration_pool",
    "forget_pools",
    "get_retriever",
    "refuse_too_many",
]
