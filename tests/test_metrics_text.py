"""TER, ROUGE-L and lower-cased BLEU: their own packages' figures on any subset."""

import random

import numpy as np
import pytest
import sacrebleu
from rouge_score.rouge_scorer import RougeScorer

from ipt_engine.metrics import METRICS
from ipt_engine.metrics.bleu import BLEU_LOWER, bleu_variant
from ipt_engine.metrics.rouge_l import ROUGE_L
from ipt_engine.metrics.ter import TER

WORDS = ["the", "a", "red", "bridge", "opened", "in", "1931", "Oslo", "crosses", "and", "is", "."]


def corpus(seed: int, size: int = 30) -> tuple[list[str], list[list[str]]]:
    draw = random.Random(seed)

    def text() -> str:
        return " ".join(draw.choice(WORDS) for _ in range(draw.randint(1, 12)))

    return [text() for _ in range(size)], [[text() for _ in range(3)] for _ in range(size)]


def summed(metric_name: str, predictions: list[str], references: list[list[str]]) -> float | None:
    metric = METRICS[metric_name]
    rows = [metric.judge(p, r) for p, r in zip(predictions, references, strict=True)]
    return metric.corpus([[row[column] for column in metric.columns()] for row in rows])


@pytest.mark.parametrize("seed", range(5))
def test_ter_of_any_subset_is_sacrebleus(seed: int) -> None:
    predictions, references = corpus(seed)
    chosen = random.Random(seed).sample(range(30), 11)
    some = [predictions[i] for i in chosen]
    gold = [references[i] for i in chosen]
    wanted = sacrebleu.corpus_ter(some, [list(column) for column in zip(*gold, strict=True)])
    assert summed("ter", some, gold) == pytest.approx(wanted.score, abs=1e-9)


def test_ter_by_hand() -> None:
    assert TER.judge("a b c d", ["a b c d"])["ter"] == 0.0
    assert TER.judge("a x c d", ["a b c d"])["ter"] == 25.0
    assert TER.judge("", ["a b"])["ter"] == 100.0
    assert not TER.higher_is_better


def test_ter_gains_by_falling() -> None:
    assert TER.gain(40.0, 25.0) == 15.0
    assert METRICS["bleu"].gain(40.0, 25.0) == -15.0


@pytest.mark.parametrize("seed", range(3))
def test_rouge_l_is_the_mean_of_the_best_f_measures(seed: int) -> None:
    predictions, references = corpus(seed, 12)
    scorer = RougeScorer(["rougeL"], use_stemmer=False)
    best = [
        max(scorer.score(reference, prediction)["rougeL"].fmeasure for reference in accepted)
        for prediction, accepted in zip(predictions, references, strict=True)
    ]
    assert summed("rouge_l", predictions, references) == pytest.approx(100 * np.mean(best))


def test_rouge_l_by_hand() -> None:
    # "a c d" is common: precision 3/3, recall 3/4, F 6/7.
    assert ROUGE_L.judge("a c d", ["a b c d"])["rouge_l"] == pytest.approx(600 / 7)
    assert ROUGE_L.judge("", ["a"])["rouge_l"] == 0.0


@pytest.mark.parametrize("seed", range(3))
def test_lower_case_bleu_is_sacrebleus(seed: int) -> None:
    predictions, references = corpus(seed)
    predictions = [p.title() for p in predictions]
    wanted = sacrebleu.corpus_bleu(
        predictions, [list(c) for c in zip(*references, strict=True)], lowercase=True
    ).score
    assert summed("bleu_lower", predictions, references) == pytest.approx(wanted, abs=1e-9)
    assert summed("bleu", predictions, references) != pytest.approx(wanted, abs=1e-3)
    assert BLEU_LOWER.judge("A CAT", ["a cat"])["bleu_lower"] == pytest.approx(100.0)


@pytest.mark.parametrize("tokenize", ["none", "char", "intl"])
def test_bleu_with_another_tokenizer_is_sacrebleus(tokenize: str) -> None:
    predictions, references = corpus(7)
    metric = bleu_variant(tokenize)
    rows = [metric.statistics(p, r) for p, r in zip(predictions, references, strict=True)]
    wanted = sacrebleu.corpus_bleu(
        predictions, [list(c) for c in zip(*references, strict=True)], tokenize=tokenize
    ).score
    assert metric.corpus(rows) == pytest.approx(wanted, abs=1e-9)


def test_an_unknown_tokenizer_is_refused() -> None:
    with pytest.raises(ValueError, match="no tokenizer 'words'.*13a"):
        bleu_variant("words")
