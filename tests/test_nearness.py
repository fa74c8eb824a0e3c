"""Nearness by any measure: against plain loops, the input itself and its duplicates left out."""

import numpy as np
import pandas as pd
import pytest

from ipt_engine import nearness
from ipt_engine.evidence import Evidence
from ipt_engine.findings import GainQuestion, find_similarity
from ipt_engine.nearness import WORDS, nearest_similarity
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task
from tests.tiny_encoder import letters


def test_an_encoders_cosines_are_those_of_a_plain_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearness, "encode", lambda texts, encoder, tell: letters(texts))
    found = nearest_similarity("mini-mtop", "some-encoder")
    task = get_task("mini-mtop")
    train, test = task.load("train"), task.load("test")
    assert found.index.tolist() == [e.id for e in test]
    for example in test[:10]:
        others = [e for e in train if e.input.lower().split() != example.input.lower().split()]
        cosines = letters([e.input for e in others]) @ letters([example.input])[0]
        assert found[example.id] == pytest.approx(cosines.max(), abs=1e-6)


def test_words_alone_measure_what_texts_share() -> None:
    found = nearest_similarity("mini-dart", WORDS)
    assert found.between(0, 1 + 1e-9).all() and found.std() > 0.05
    task = get_task("mini-dart")
    train, test = task.load("train"), task.load("test")
    # The most alike share more words than the least alike.
    near, far = (next(e for e in test if e.id == i) for i in (found.idxmax(), found.idxmin()))

    def shared(text: str) -> float:
        words = set(text.split())
        return max(len(words & set(e.input.split())) / len(words) for e in train)

    assert shared(near.input) > shared(far.input)


def test_another_measure_moves_the_points_and_nothing_else(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = Evidence(fake_store)
    plain = find_similarity(evidence, GainQuestion("mini-dart"))
    assert plain is not None
    ids = plain.points["example_id"]
    turned = pd.Series(1 - plain.points["similarity"].to_numpy(), index=ids.to_numpy())
    monkeypatch.setattr(
        "ipt_engine.findings.across.nearest_similarity", lambda task, measure: turned
    )
    other = find_similarity(evidence, GainQuestion("mini-dart", measure="turned"))
    assert other is not None
    gains = [f.points.set_index("example_id")["gain"].sort_index() for f in (plain, other)]
    pd.testing.assert_series_equal(*gains)
    rho = [f.rises.estimate.value for f in (plain, other)]
    assert rho[0] == pytest.approx(-rho[1])  # type: ignore[operator]
    assert np.isfinite(rho[0])  # type: ignore[arg-type]
