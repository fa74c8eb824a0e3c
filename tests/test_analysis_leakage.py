"""Duplicates against comparing all pairs; the range of similarities worked by hand."""

import random

import numpy as np
import pytest

from ipt_engine.analysis.leakage import (
    Match,
    SimilarityRange,
    close_matches,
    exact_matches,
    near_matches,
    overlap,
    similarity_range,
)

WORDS = ("ann", "owns", "a", "the", "red", "lamp", "violin", "in", "oslo", "graz", "1987", ".")


def shingles(text: str) -> set[str]:
    text = " ".join(text.lower().split())
    return {text[i : i + 5] for i in range(len(text) - 4)} or {text}


def jaccard(first: str, second: str) -> float:
    one, other = shingles(first), shingles(second)
    return len(one & other) / len(one | other)


def corpus(seed: int) -> tuple[list[str], list[str]]:
    """Texts of all lengths, and others made of them by small changes, some by none."""
    draw = random.Random(seed)
    train = [" ".join(draw.choices(WORDS, k=draw.choice((1, 2, 8, 30)))) for _ in range(150)]
    held_out = []
    for _ in range(90):
        text = list(draw.choice(train))
        for _ in range(draw.choice((0, 1, 1, 2, 4))):
            text[draw.randrange(len(text))] = draw.choice("abcxyz 0")
        held_out.append("".join(text) or "a")
    return train, [text for text in held_out if text.strip()]


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("threshold", [0.5, 0.8, 0.9, 1.0])
def test_near_matches_are_those_of_all_pairs(seed: int, threshold: float) -> None:
    train, held_out = corpus(seed)
    expected = []
    for i, text in enumerate(held_out):
        values = [jaccard(text, other) for other in train]
        best = max(values)
        if best >= threshold:
            expected.append(Match(i, values.index(best), best))
    assert near_matches(train, held_out, threshold) == expected
    # Some are found and some are not, so the comparison says something.
    assert 5 < len(expected) < len(held_out)


def test_a_change_at_the_threshold_itself_is_near() -> None:
    # 18 letters, all different, have 14 shingles; a letter more at either end makes 15 and 16.
    text = "abcdefghijklmnopqr"
    assert jaccard(text, text + "s") == 14 / 15
    (found,) = near_matches([text], [text + "s"], threshold=14 / 15)
    assert found == Match(0, 0, 14 / 15)
    assert near_matches([text], [text + "st"], threshold=14 / 15) == []


def test_of_several_equally_near_the_first_counts() -> None:
    text = "abcdefghijklmnopqr"
    train = ["something else", text + "z", text + "s", text + "y"]
    assert near_matches(train, [text]) == [Match(0, 1, 14 / 15)]
    assert near_matches(train[::-1], [text]) == [Match(0, 0, 14 / 15)]


def test_exact_means_case_and_spacing_aside() -> None:
    train = ["A red  boat", "a lamp", "a red boat"]
    assert exact_matches(train, ["a RED boat ", "a lamp.", "a\nlamp"]) == [
        Match(0, 0, 1.0),
        Match(2, 1, 1.0),
    ]


def test_close_matches_are_those_of_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipt_engine.analysis.leakage._ROWS_AT_ONCE", 7)
    random_ = np.random.default_rng(0)

    def unit(vectors: np.ndarray) -> np.ndarray:
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    train = unit(random_.normal(size=(40, 6)))
    held_out = unit(train[random_.integers(40, size=30)] + random_.normal(scale=0.2, size=(30, 6)))
    cosines = held_out.astype(float) @ train.astype(float).T
    expected = [i for i in range(30) if cosines[i].max() >= 0.95]
    found = close_matches(train, held_out)
    assert [m.held_out for m in found] == expected
    assert [m.train for m in found] == [int(cosines[i].argmax()) for i in expected]
    assert [m.value for m in found] == pytest.approx([cosines[i].max() for i in expected])
    assert 0 < len(expected) < 30


def test_overlap_counts_examples_and_takes_the_best_reference() -> None:
    long = "Ann owns the red lamp in the garden of the museum in Graz and the boat in Oslo"
    train = [f"{long}.", "a violin", "two boats"]
    held_out = [("nothing", "A VIOLIN"), (f"{long}!", long), ("something else",)]
    axes = np.eye(3, dtype=np.float32)
    # "something else" is close to the third by its meaning alone; so is "nothing", but that
    # example is an exact duplicate already.
    vectors = np.stack([axes[2], axes[1], axes[0], axes[0], axes[2]])
    found = overlap(train, held_out, axes, vectors)
    assert found.exact == (Match(0, 1, 1.0),)
    assert [(m.held_out, m.train) for m in found.near] == [(1, 0)]
    assert found.near[0].value == max(jaccard(train[0], text) for text in held_out[1])
    assert [(m.held_out, m.train) for m in found.close] == [(1, 0), (2, 2)]


def test_nothing_held_out_is_nothing_found() -> None:
    empty = np.zeros((0, 3), dtype=np.float32)
    found = overlap(["a"], [], np.eye(1, 3, dtype=np.float32), empty)
    assert (found.exact, found.near, found.close) == ((), (), ())


def test_the_range_of_similarities() -> None:
    # 0.9 is not above 0.9, nor 0.6 below 0.6.
    found = similarity_range([0.9, 0.95, None, 0.6, 0.2, 0.7])
    assert found == SimilarityRange(5, 0.2, 0.7, 0.95, 1 / 5, 1 / 5)
    assert similarity_range([None]) == SimilarityRange(0, None, None, None, None, None)
