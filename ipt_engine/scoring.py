"""Log-probability of given answers under a method."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from ipt_engine.answer_loss import answer_logprobs
from ipt_engine.models import BaseModel
from ipt_engine.packing import Row, answer_states, groups


@dataclass(frozen=True)
class AnswerScore:
    """How likely the model finds an answer.

    Attributes:
        logprob: Natural logarithm of the answer's probability, summed over its tokens.
        tokens: Number of the answer's tokens.
    """

    logprob: float
    tokens: int


@torch.inference_mode()
def score_answers(
    base: BaseModel,
    rows: Sequence[Row],
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[AnswerScore]:
    """Score each row's answer given its prompt; results in the caller's order.

    Args:
        base: The frozen model.
        rows: Each with at least one answer token.
        on_progress: Called with (rows done, rows in all).
    """
    scores: dict[int, AnswerScore] = {}
    for part in groups(rows):
        answers = answer_states(base, [rows[i] for i in part])
        logprobs = answer_logprobs(base, answers)
        sums = torch.zeros(len(part), dtype=logprobs.dtype, device=logprobs.device)
        sums.index_add_(0, answers.rows, logprobs)
        for i, total in zip(part, sums.tolist(), strict=True):
            scores[i] = AnswerScore(total, len(rows[i].answer_ids))
        on_progress(len(scores), len(rows))
    return [scores[i] for i in range(len(rows))]
