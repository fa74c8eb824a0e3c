"""Each ranking against its definition: formulas, brute force, worked cases."""

import math
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import pytest

from ipt_engine import encoders
from ipt_engine.config import RetrievalArguments
from ipt_engine.records import Example
from ipt_engine.retrievers import RETRIEVERS, DemonstrationPool
from ipt_engine.retrievers.word_index import WordIndex
from tests.tiny_encoder import QUERIES, TRAIN, letters

FREE = ("random", "bm25", "dense", "mmr", "farthest", "median")
"""Those that need no setting of their own."""
TEXTS = [
    "a red boat in Oslo",
    "the red, red lamp",
    "A RED BOAT in Oslo!",
    "a violin",
    "Ann owns the lamp in the garden of the museum in Graz",
    "???",
    "2 boats",
]


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> DemonstrationPool:
    monkeypatch.setattr("ipt_engine.retrievers.pool.encode", letters)
    return DemonstrationPool(TRAIN, "letters")


def by_angle(texts: Sequence[str], encoder: str = "", on_progress: Any = None) -> np.ndarray:
    """Texts that begin with an angle in degrees, as unit vectors of the plane."""
    angles = np.radians([float(text.split()[0]) for text in texts])
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def args_of(retriever: str, k: int, **settings: Any) -> RetrievalArguments:
    return RetrievalArguments.from_dict(
        {"retriever": retriever, "num_fewshot": k, "order": "most_similar_first", **settings}
    )


def ids(pool: DemonstrationPool, query: Example, args: RetrievalArguments) -> list[str]:
    return [d.example.id for d in pool.retrieve([query], args)[0]]


def chosen(pool: DemonstrationPool, query: Example, retriever: str, k: int) -> list[str]:
    """The ids in the order of choice: each is what a k larger by one adds."""
    known: list[str] = []
    for shown in range(1, k + 1):
        known += [i for i in ids(pool, query, args_of(retriever, shown)) if i not in known]
    return known


def formula(texts: Sequence[str], query: str) -> list[float]:
    """BM25 as Lucene has it, with k1 = 1.5 and b = 0.75, term by term."""
    words = [re.findall(r"\w+", text.lower()) for text in texts]
    mean = sum(map(len, words)) / len(words)
    scores = [0.0] * len(texts)
    for word in re.findall(r"\w+", query.lower()):
        df = sum(word in document for document in words)
        idf = math.log(1 + (len(texts) - df + 0.5) / (df + 0.5))
        for place, document in enumerate(words):
            tf = Counter(document)[word]
            scores[place] += (
                idf * tf / (tf + 1.5 * (1 - 0.75 + 0.75 * len(document) / mean)) if tf else 0.0
            )
    return scores


@pytest.mark.parametrize("query", ["red boat", "the the lamp zebra", "OSLO", "2", "zebra", "!"])
def test_bm25_scores_are_those_of_the_formula(query: str) -> None:
    assert WordIndex(TEXTS).scores(query) == pytest.approx(formula(TEXTS, query), abs=1e-12)


def test_bm25_ranks_by_words_and_ties_keep_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipt_engine.retrievers.pool.encode", letters)
    pool = DemonstrationPool([Example(f"w{i}", t, ("x",)) for i, t in enumerate(TEXTS)], "")
    scores = formula(TEXTS, "a red boat in Graz")
    expected = sorted(range(len(TEXTS)), key=lambda i: -scores[i])
    assert scores[0] == scores[2]
    assert chosen(pool, Example("q", "a red boat in Graz", ("x",)), "bm25", 7) == [
        f"w{i}" for i in expected
    ]
    wordless = Example("q", "...", ("x",))
    assert chosen(pool, wordless, "bm25", 7) == [f"w{i}" for i in range(7)]


def test_a_pool_without_words_is_no_error() -> None:
    assert WordIndex(["???", "!"]).scores("a word").tolist() == [0.0, 0.0]


def test_the_word_index_is_made_once_and_only_for_bm25(
    pool: DemonstrationPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    index = bm25s.BM25.index
    monkeypatch.setattr(
        bm25s.BM25, "index", lambda *args, **named: (made.append(1), index(*args, **named))
    )
    pool.retrieve(QUERIES, args_of("dense", 2))
    assert not made
    for k in (1, 3):
        pool.retrieve(QUERIES, args_of("bm25", k))
    assert made == [1]


# The query lies at 0 degrees. At diversity 0.5, after a (10°): b (12°) has
# 0.5 cos 12° - 0.5 cos 2° = -0.011, c (-40°) 0.5 cos 40° - 0.5 cos 50° = 0.062, d (90°)
# 0 - 0.5 cos 80° = -0.087. At 1 only the second terms count: d, then c (cos 50°), then b.
@pytest.mark.parametrize(("diversity", "order"), [(0.0, "abcd"), (0.5, "acbd"), (1.0, "adcb")])
@pytest.mark.parametrize("double", [False, True])
def test_mmr_as_worked_by_hand(
    monkeypatch: pytest.MonkeyPatch, diversity: float, order: str, double: bool
) -> None:
    monkeypatch.setattr("ipt_engine.retrievers.pool.encode", by_angle)
    angles = {"d": 90, "b": 12, "c": -40, "a": 10}
    train = [Example(name, f"{angle} degrees", ("x",)) for name, angle in angles.items()]
    # A double of the query is never shown, so it must not drive the others away either.
    train += [Example("double", "0 Degrees", ("x",))] if double else []
    pool = DemonstrationPool(train, "")
    query = Example("q", "0 degrees", ("x",))
    known: list[str] = []
    for k in range(1, 5):
        found = pool.retrieve([query], args_of("mmr", k, diversity=diversity))[0]
        known += [d.example.id for d in found if d.example.id not in known]
        for d in found:
            cosine = math.cos(math.radians(angles[d.example.id]))
            assert d.similarity == pytest.approx(cosine, abs=1e-6)
    assert "".join(known) == order


@pytest.mark.parametrize("diversity", [0.2, 0.5, 0.8])
def test_mmr_is_the_criterion_maximised_step_by_step(
    pool: DemonstrationPool, diversity: float
) -> None:
    vectors = {e.id: letters([e.input])[0].astype(float) for e in TRAIN}
    own = letters([QUERIES[1].input])[0].astype(float)
    picked: list[str] = []
    while len(picked) < 8:
        values = {
            i: (1 - diversity) * float(v @ own)
            - diversity * max((float(v @ vectors[p]) for p in picked), default=0.0)
            for i, v in vectors.items()
            if i not in picked
        }
        picked.append(max(values, key=lambda i: values[i]))
    found = ids(pool, QUERIES[1], args_of("mmr", 8, diversity=diversity))
    assert set(found) == set(picked)
    assert len(found) == 8


def test_farthest_and_median_are_brute_force(pool: DemonstrationPool) -> None:
    for query in QUERIES:
        own = letters([query.input])[0]
        doubled = " ".join(query.input.lower().split())
        cosine = {e.id: float(letters([e.input])[0] @ own) for e in TRAIN if e.input != doubled}
        least = sorted(cosine, key=lambda i: cosine[i])
        assert chosen(pool, query, "farthest", 5) == least[:5]
        middle = statistics.median(cosine.values())
        central = sorted(cosine, key=lambda i: abs(cosine[i] - middle))
        assert set(chosen(pool, query, "median", 4)) == set(central[:4])


@pytest.mark.parametrize("retriever", FREE)
def test_every_retriever_keeps_the_rules(pool: DemonstrationPool, retriever: str) -> None:
    own = letters([QUERIES[2].input])[0]
    cosine = {e.id: float(letters([e.input])[0] @ own) for e in TRAIN}
    assert ids(pool, QUERIES[2], args_of(retriever, 0)) == []
    everything = pool.retrieve([QUERIES[2]], args_of(retriever, 1000))[0]
    # All but t5, a double of the query, and each once.
    assert sorted(d.example.id for d in everything) == sorted(set(cosine) - {"t5"})
    for order in ("most_similar_first", "most_similar_last", "random"):
        args = args_of(retriever, 6, order=order)
        found = pool.retrieve(QUERIES, args)[2]
        similarities = [d.similarity for d in found]
        assert similarities == pytest.approx([cosine[d.example.id] for d in found], abs=1e-6)
        if order != "random":
            rising = order == "most_similar_last"
            assert similarities == sorted(similarities, reverse=not rising)
        assert {d.example.id for d in found} == set(ids(pool, QUERIES[2], args_of(retriever, 6)))
        # The other queries have no say.
        assert ids(pool, QUERIES[2], args) == [d.example.id for d in found]


def test_many_queries_are_the_same_as_one(
    pool: DemonstrationPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = [Example(f"q{i}", f"query {i}", ("x",)) for i in range(7)]
    whole = pool.retrieve(queries, args_of("dense", 3))
    monkeypatch.setattr("ipt_engine.retrievers.pool._QUERIES_AT_ONCE", 2)
    parts = pool.retrieve(queries, args_of("dense", 3))
    assert [[d.example.id for d in f] for f in parts] == [[d.example.id for d in f] for f in whole]


def test_another_tasks_examples_may_have_the_querys_id(pool: DemonstrationPool) -> None:
    query = Example("t3", "something else", ("x",))
    assert "t3" not in ids(pool, query, args_of("dense", 30))
    foreign = args_of("other_task", 30, source_task="mini-mtop")
    assert ids(pool, query, foreign)[0] == ids(pool, query, args_of("dense", 30))[0]
    assert "t3" in ids(pool, query, foreign)


def test_nothing_but_the_query_is_no_neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipt_engine.retrievers.pool.encode", letters)
    pool = DemonstrationPool([TRAIN[3]], "")
    assert pool.nearest([TRAIN[3], TRAIN[4]])[0] is None
    for retriever in FREE:
        assert ids(pool, TRAIN[3], args_of(retriever, 2)) == []


def test_the_names_are_all_there() -> None:
    assert set(RETRIEVERS) == {*FREE, "fixed", "other_task"}


def test_dense_takes_any_sentence_transformers_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "text": 1, "seven": 2, "nine": 3}, "[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    weights = np.eye(4, dtype=np.float32)
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu"
    )
    model.save(str(tmp_path / "words"))
    monkeypatch.setattr(encoders, "cache_root", lambda: tmp_path / "cache")
    train = [Example(w, f"text {w}", ("x",)) for w in ("seven", "eight", "nine")]
    pool = DemonstrationPool(train, str(tmp_path / "words"))
    (found,) = pool.retrieve([Example("q", "nine", ("x",))], args_of("dense", 3))
    # "text nine" is the mean of two axes, one of them the query's.
    assert [d.example.id for d in found] == ["nine", "seven", "eight"]
    assert [d.similarity for d in found] == pytest.approx([math.sqrt(0.5), 0, 0], abs=1e-6)
