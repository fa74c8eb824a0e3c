"""chrF against sacreBLEU itself, on random text with one to three references."""

import random

import numpy as np
import pytest
import sacrebleu

from ipt_engine.metrics import chrf
from ipt_engine.metrics.chrf import CHRF, chrf_score, chrf_statistics
from tests.random_corpus import columns, random_corpus


@pytest.mark.parametrize("seed", range(20))
def test_corpus_score_of_any_subset_is_sacrebleus(seed: int) -> None:
    predictions, references = random_corpus(seed)
    stats = np.array([chrf_statistics(p, r) for p, r in zip(predictions, references, strict=True)])
    for size in (1, 2, 5, 12):
        chosen = random.Random(seed + size).sample(range(12), size)
        wanted = sacrebleu.corpus_chrf(
            [predictions[i] for i in chosen], columns([references[i] for i in chosen])
        ).score
        assert CHRF.corpus(stats[chosen]) == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_example_score_is_sentence_chrf(seed: int) -> None:
    for prediction, references in zip(*random_corpus(seed), strict=True):
        wanted = sacrebleu.sentence_chrf(prediction, references).score
        assert CHRF.judge(prediction, references)["chrf"] == pytest.approx(wanted, abs=1e-9)


def test_nothing_to_judge_is_missing_and_nothing_written_is_zero() -> None:
    assert CHRF.corpus([]) is None
    assert np.isnan(chrf_score(np.zeros((3, 18)))).all()
    assert CHRF.judge("", ["a cat"])["chrf"] == 0.0


def test_a_changed_sacrebleu_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Changed:
        def _extract_corpus_statistics(self, *_: object) -> list[list[int]]:
            return [[1, 2, 3]]

    monkeypatch.setattr(chrf, "_scorer", Changed)
    with pytest.raises(RuntimeError, match="3 chrF counts, expected 18"):
        chrf_statistics("a", ["a"])
