"""Log-probability of given answers under a method."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from ipt_engine.models import BaseModel
from ipt_engine.packing import Row, answer_logits


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
    batch_size: int = 16,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[AnswerScore]:
    """Score each row's answer given its prompt; results in the caller's order.

    Args:
        base: The frozen model.
        rows: Each with at least one answer token.
        batch_size: Rows computed at once; changes speed and memory, not the numbers.
        on_progress: Called with (rows done, rows in all).
    """
    scores: list[AnswerScore | None] = [None] * len(rows)
    # Rows of like length side by side waste little on filling up.
    order = sorted(range(len(rows)), key=lambda i: rows[i].length)
    for start in range(0, len(order), batch_size):
        part = order[start : start + batch_size]
        answers = answer_logits(base, [rows[i] for i in part])
        logprobs = torch.log_softmax(answers.logits, dim=-1)
        chosen = logprobs.gather(1, answers.labels[:, None])[:, 0]
        sums = torch.zeros(len(part), dtype=chosen.dtype, device=chosen.device)
        sums.index_add_(0, answers.rows, chosen)
        for i, total in zip(part, sums.tolist(), strict=True):
            scores[i] = AnswerScore(total, len(rows[i].answer_ids))
        on_progress(start + len(part), len(order))
    return [score for score in scores if score is not None]
