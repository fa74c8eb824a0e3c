"""Log-probability of given answers under a method."""

from collections.abc import Callable, Sequence

import torch

from ipt_engine.answer_loss import AnswerScore, answer_scores
from ipt_engine.models import BaseModel
from ipt_engine.packing import Row, answer_states, groups


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
        some = [rows[i] for i in part]
        found = answer_scores(base, answer_states(base, some), some)
        scores |= dict(zip(part, found, strict=True))
        on_progress(len(scores), len(rows))
    return [scores[i] for i in range(len(rows))]
