"""Who comes before a query, against brute force, with an encoder of our own."""

import pytest

from ipt_engine.config import RetrievalArguments
from ipt_engine.errors import ConfigError, DataError
from ipt_engine.records import Example
from ipt_engine.retrievers import DemonstrationPool
from tests.tiny_encoder import QUERIES, TRAIN, letters


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> DemonstrationPool:
    monkeypatch.setattr("ipt_engine.retrievers.pool.encode", letters)
    return DemonstrationPool(TRAIN, "letters")


def test_dense_is_brute_force_nearest(pool: DemonstrationPool) -> None:
    args = RetrievalArguments(num_fewshot=4, order="most_similar_first")
    for query, found in zip(QUERIES, pool.retrieve(QUERIES, args), strict=True):
        own = letters([query.input])[0]
        others = [e for e in TRAIN if e.input.lower() != " ".join(query.input.lower().split())]
        expected = sorted(others, key=lambda e: -float(letters([e.input])[0] @ own))[:4]
        assert [d.example for d in found] == expected
        assert found[0].similarity == pytest.approx(float(letters([expected[0].input])[0] @ own))


@pytest.mark.parametrize("retriever", ["dense", "random"])
def test_a_query_never_gets_itself_or_its_double(pool: DemonstrationPool, retriever: str) -> None:
    args = RetrievalArguments(retriever, num_fewshot=30)
    first, second, third = pool.retrieve(QUERIES, args)
    assert "t3" not in {d.example.id for d in first}
    assert len(first) == 29
    assert len(second) == 30
    assert "t5" not in {d.example.id for d in third}
    kept = pool.retrieve(
        QUERIES, RetrievalArguments(retriever, num_fewshot=30, exclude_duplicates=False)
    )
    assert "t5" in {d.example.id for d in kept[2]}
    assert "t3" not in {d.example.id for d in kept[0]}


def test_random_depends_on_seed_and_query_alone(pool: DemonstrationPool) -> None:
    def drawn(seed: int, queries: list[Example]) -> list[list[str]]:
        args = RetrievalArguments("random", num_fewshot=5, seed=seed)
        return [[d.example.id for d in found] for found in pool.retrieve(queries, args)]

    assert drawn(1, QUERIES)[1] == drawn(1, [QUERIES[1]])[0]
    assert drawn(1, QUERIES) != drawn(2, QUERIES)
    assert len({tuple(ids) for ids in drawn(1, QUERIES)}) == 3


def test_orders(pool: DemonstrationPool) -> None:
    def similarities(order: str) -> list[float]:
        args = RetrievalArguments.from_dict({"num_fewshot": 6, "order": order})
        return [d.similarity for d in pool.retrieve([QUERIES[1]], args)[0]]

    first = similarities("most_similar_first")
    assert first == sorted(first, reverse=True)
    assert similarities("most_similar_last") == first[::-1]
    assert sorted(similarities("random")) == sorted(first)


def test_a_random_order_depends_on_seed_and_query_alone(pool: DemonstrationPool) -> None:
    queries = [Example(f"q{i}", "one input", ("x",)) for i in range(8)]

    def shown(seed: int, asked: list[Example]) -> list[list[str]]:
        args = RetrievalArguments(num_fewshot=5, order="random", seed=seed)
        return [[d.example.id for d in found] for found in pool.retrieve(asked, args)]

    orders = shown(0, queries)
    assert shown(0, queries[3:4]) == orders[3:4]
    # The same five for all, but not in one order.
    assert len({frozenset(ids) for ids in orders}) == 1
    assert len({tuple(ids) for ids in orders}) >= 4
    assert shown(1, queries) != orders


def test_fixed_ids_come_in_their_order(pool: DemonstrationPool) -> None:
    args = RetrievalArguments("fixed", num_fewshot=2, fixed_ids=("t9", "t1"))
    assert [d.example.id for d in pool.retrieve([QUERIES[1]], args)[0]] == ["t9", "t1"]
    with pytest.raises(DataError, match="'nope'"):
        pool.retrieve(QUERIES, RetrievalArguments("fixed", fixed_ids=("nope",)))


def test_an_unknown_retriever_is_named(pool: DemonstrationPool) -> None:
    with pytest.raises(ConfigError, match="'bm26'.*random, bm25, dense"):
        pool.retrieve(QUERIES, RetrievalArguments("bm26"))


def test_nearest_is_dense_first(pool: DemonstrationPool) -> None:
    dense = pool.retrieve(QUERIES, RetrievalArguments())
    assert pool.nearest(QUERIES) == [found[0] for found in dense]
