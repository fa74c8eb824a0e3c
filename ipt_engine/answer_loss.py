"""Cross-entropy over answer tokens, with its gradient made on the way forward; their scores.

Logits are as wide as the vocabulary, so they are made for some tokens at a time and never kept:
what the backward pass needs of them, the gradient with respect to the states, is a thousand
times smaller. The idea is that of Hsu et al. 2024, Liger Kernel (fused linear cross-entropy).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

from ipt_engine.linear import linear
from ipt_engine.models import BaseModel
from ipt_engine.packing import AnswerStates, Row

TOKENS_AT_ONCE = 256
"""Answer tokens whose logits exist at the same time."""


@dataclass(frozen=True)
class AnswerScore:
    """How likely the model finds an answer.

    Attributes:
        logprob: Natural logarithm of the answer's probability, summed over its tokens.
        tokens: Number of the answer's tokens.
    """

    logprob: float
    tokens: int


def answer_loss(base: BaseModel, answers: AnswerStates) -> torch.Tensor:
    """Sum of the negative log-probabilities of the answer tokens, in nats; differentiable.

    Args:
        base: The frozen model.
        answers: From `packing.answer_states`.
    """
    loss: torch.Tensor
    if not (answers.states.requires_grad and _is_matrix(base)):
        loss = -answer_logprobs(base, answers).sum()
        return loss
    weight = base.model.get_output_embeddings().weight
    loss = _FusedLoss.apply(answers.states, weight, answers.labels)  # type: ignore[no-untyped-call]
    return loss


def answer_logprobs(base: BaseModel, answers: AnswerStates) -> torch.Tensor:
    """Log-probability of each answer token, (answer tokens,)."""
    parts = []
    for start in range(0, len(answers.labels), TOKENS_AT_ONCE):
        part = slice(start, start + TOKENS_AT_ONCE)
        logits = answers.logits(base, part)
        parts.append(-functional.cross_entropy(logits, answers.labels[part], reduction="none"))
    return torch.cat(parts)


def answer_scores(base: BaseModel, answers: AnswerStates, rows: Sequence[Row]) -> list[AnswerScore]:
    """The score of each row's answer, in the rows' order."""
    logprobs = answer_logprobs(base, answers)
    sums = torch.zeros(len(rows), dtype=logprobs.dtype, device=logprobs.device)
    sums.index_add_(0, answers.rows, logprobs)
    return [
        AnswerScore(total, len(row.answer_ids))
        for total, row in zip(sums.tolist(), rows, strict=True)
    ]


def _is_matrix(base: BaseModel) -> bool:
    head = base.model.get_output_embeddings()
    return base.plain_head and getattr(head, "bias", None) is None


class _FusedLoss(torch.autograd.Function):
    """states (tokens, hidden), weight (vocabulary, hidden), labels (tokens,) to the sum."""

    @staticmethod
    def forward(
        ctx: Any, states: torch.Tensor, weight: torch.Tensor, labels: torch.Tensor
    ) -> torch.Tensor:
        dtype = torch.promote_types(states.dtype, torch.float32)
        total = torch.zeros((), dtype=dtype, device=states.device)
        gradient = torch.empty_like(states)
        for start in range(0, len(labels), TOKENS_AT_ONCE):
            part = slice(start, start + TOKENS_AT_ONCE)
            target = labels[part][:, None]
            scores = linear(states[part], weight).to(dtype)
            gold = scores.gather(1, target)
            highest = scores.amax(1, keepdim=True)
            scores.sub_(highest).exp_()
            sums = scores.sum(1, keepdim=True)
            total += (highest + sums.log() - gold).sum()
            # The derivative with respect to the scores: probabilities, less 1 at the label.
            scores.div_(sums)
            scores.scatter_add_(1, target, torch.full_like(gold, -1.0))
            gradient[part] = linear(scores.to(weight.dtype), weight.T)
        ctx.save_for_backward(gradient)
        return total

    @staticmethod
    def backward(ctx: Any, *upstream: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        (gradient,) = ctx.saved_tensors
        return gradient * upstream[0], None, None
