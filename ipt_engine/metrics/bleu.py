"""BLEU (Papineni et al. 2002) as sacreBLEU computes it (Post 2018, arXiv:1804.08771)."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial

import numpy as np
import numpy.typing as npt
import sacrebleu

from ipt_engine.metrics.base import FloatArray, Metric

_ORDER = 4
_NAMES = (
    *(f"match_{n}" for n in range(1, _ORDER + 1)),
    *(f"total_{n}" for n in range(1, _ORDER + 1)),
    "length",
    "reference_length",
)


@cache
def _scorer(tokenize: str | None) -> sacrebleu.BLEU:
    return sacrebleu.BLEU(effective_order=True, tokenize=tokenize)


def bleu_statistics(
    prediction: str, references: Sequence[str], tokenize: str | None = None
) -> tuple[float, ...]:
    """N-gram matches and totals (n of 1 to 4), tokens, and tokens of the closest reference.

    Args:
        prediction: What was written.
        references: Accepted answers.
        tokenize: One of sacreBLEU's tokenizers; None for its default, 13a.
    """
    found = _scorer(tokenize).sentence_score(prediction, list(references))
    return tuple(map(float, (*found.counts, *found.totals, found.sys_len, found.ref_len)))


def bleu_score(stats: npt.ArrayLike, effective_order: bool = False) -> FloatArray:
    """BLEU from summed statistics, 0 to 100.

    The formula is that of `sacrebleu.BLEU.compute_bleu` with smoothing "exp" (method 3 of
    Chen and Cherry 2014, https://aclanthology.org/W14-3346), written for many sums at once.

    Args:
        stats: (..., 10) in the order of `BLEU.stat_names`.
        effective_order: Average only over the orders of which the text has n-grams, as is
            customary for single sentences.

    Returns:
        (...) scores; nan where there is no reference.
    """
    stats = np.asarray(stats, dtype=np.float64)
    match, total = stats[..., :_ORDER], stats[..., _ORDER : 2 * _ORDER]
    length, reference = stats[..., -2], stats[..., -1]
    there = np.logical_and.accumulate(total > 0, axis=-1)
    missed = there & (match == 0)
    # Each order without a match counts as half the match that the one before it counted as.
    smoothed = np.where(missed, 0.5 ** np.cumsum(missed, axis=-1), match)
    precision = np.divide(smoothed, total, out=np.ones_like(total), where=there)
    orders = there.sum(axis=-1)
    divisor = np.maximum(orders, 1) if effective_order else _ORDER
    mean = np.exp(np.log(precision, where=there, out=np.zeros_like(total)).sum(axis=-1) / divisor)
    ratio = np.divide(reference, length, out=np.full_like(length, np.inf), where=length > 0)
    brevity = np.exp(np.minimum(1.0 - ratio, 0.0))
    enough = orders > 0 if effective_order else orders == _ORDER
    score = np.where(enough & (match > 0).any(axis=-1), 100.0 * brevity * mean, 0.0)
    return np.where(reference > 0, score, np.nan)[()]


BLEU = Metric(
    name="bleu",
    title="BLEU",
    explanation=(
        "How many word sequences of up to four words the answer shares with the reference, "
        "0 to 100. Too short an answer is penalised."
    ),
    stat_names=_NAMES,
    statistics=bleu_statistics,
    score=bleu_score,
    example_score=partial(bleu_score, effective_order=True),
)


def bleu_variant(tokenize: str) -> Metric:
    """BLEU with another of sacreBLEU's tokenizers.

    Raises:
        ValueError: If there is no such tokenizer.
    """
    known = sacrebleu.BLEU.TOKENIZERS
    if tokenize not in known:
        raise ValueError(f"BLEU has no tokenizer {tokenize!r}. Choose one of: {', '.join(known)}.")
    return replace(BLEU, statistics=partial(bleu_statistics, tokenize=tokenize))


def bleu_lower_statistics(prediction: str, references: Sequence[str]) -> tuple[float, ...]:
    """As `bleu_statistics`, both sides lower-cased."""
    return bleu_statistics(prediction.lower(), [reference.lower() for reference in references])


BLEU_LOWER = replace(
    BLEU,
    name="bleu_lower",
    title="BLEU, lower case",
    explanation=f"{BLEU.explanation} Capitals do not count, as in ToTTo's scorer.",
    statistics=bleu_lower_statistics,
)
