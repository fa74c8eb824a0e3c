"""BLEU against sacreBLEU itself, on random text with one to three references."""

import random

import numpy as np
import pytest
import sacrebleu

from ipt_engine.metrics import METRICS, get_metric
from ipt_engine.metrics.bleu import BLEU, bleu_score, bleu_statistics
from tests.random_corpus import columns, random_corpus


@pytest.mark.parametrize("seed", range(20))
def test_corpus_score_of_any_subset_is_sacrebleus(seed: int) -> None:
    predictions, references = random_corpus(seed)
    stats = np.array([bleu_statistics(p, r) for p, r in zip(predictions, references, strict=True)])
    for size in (1, 2, 5, 12):
        chosen = random.Random(seed + size).sample(range(12), size)
        wanted = sacrebleu.corpus_bleu(
            [predictions[i] for i in chosen], columns([references[i] for i in chosen])
        ).score
        assert BLEU.corpus(stats[chosen]) == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_example_score_is_sentence_bleu(seed: int) -> None:
    for prediction, references in zip(*random_corpus(seed), strict=True):
        wanted = sacrebleu.sentence_bleu(prediction, references).score
        assert BLEU.judge(prediction, references)["bleu"] == pytest.approx(wanted, abs=1e-9)


def test_corpus_bleu_is_not_the_mean_of_sentences() -> None:
    predictions, references = random_corpus(3)
    rows = [BLEU.judge(p, r) for p, r in zip(predictions, references, strict=True)]
    corpus = BLEU.corpus([[row[c] for c in BLEU.columns()] for row in rows])
    assert corpus is not None
    assert abs(corpus - np.mean([row["bleu"] for row in rows])) > 1


def test_many_sums_at_once_equal_one_by_one() -> None:
    predictions, references = random_corpus(8, size=30)
    stats = np.array([bleu_statistics(p, r) for p, r in zip(predictions, references, strict=True)])
    counts = np.random.default_rng(0).integers(0, 3, size=(4, 5, 30))
    scores = bleu_score(counts @ stats)
    assert scores.shape == (4, 5)
    for place in np.ndindex(4, 5):
        drawn = np.repeat(np.arange(30), counts[place])
        wanted = sacrebleu.corpus_bleu(
            [predictions[i] for i in drawn], columns([references[i] for i in drawn])
        ).score
        assert scores[place] == pytest.approx(wanted, abs=1e-9)


def test_nothing_to_judge_is_missing_and_nothing_written_is_zero() -> None:
    assert BLEU.corpus([]) is None
    assert np.isnan(bleu_score(np.zeros((2, 10)))).all()
    assert BLEU.judge("", ["a cat"])["bleu"] == 0.0


@pytest.mark.parametrize("name", [n for n, m in METRICS.items() if not m.needs])
def test_judge_needs_references_and_gives_every_column(name: str) -> None:
    metric = get_metric(name)
    with pytest.raises(ValueError, match="at least one reference"):
        metric.judge("a", [])
    row = metric.judge("a cat", ["a cat"])
    assert list(row) == [name, *metric.columns()]
    best = metric.range[1] if metric.higher_is_better else metric.range[0]
    # "a cat" is no tree, so it equals none.
    assert row[name] == pytest.approx(0.0 if name.startswith("mtop") else best)
    assert metric.range == (0.0, 100.0 if metric.higher_is_better else np.inf)


def test_unknown_metric_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="'rouge'.*bleu, .*chrf, .*exact_match"):
        get_metric("rouge")
