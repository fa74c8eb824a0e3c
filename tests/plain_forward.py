"""Plain concatenation, one row at a time: what packed rows are compared with."""

from collections.abc import Callable

import torch

from ipt_engine.models import BaseModel
from ipt_engine.packing import Row
from ipt_engine.soft_prompt import PromptEmbedding

PROMPTS = ["Say: red\nIt is:", "Say: blue and green\nIt is:", "Say: a\nIt is:"]
ANSWERS = [" a red thing", " two", " something rather longer than that"]


def plain_logits(base: BaseModel, row: Row) -> torch.Tensor:
    """The oracle: one row, soft prompt and text concatenated, no cache, no filler."""
    ids = torch.tensor([[*row.prompt_ids, *row.answer_ids]])
    embeds = base.embed(ids)
    if row.soft_prompt is not None:
        embeds = torch.cat([row.soft_prompt.weight[None].to(embeds.dtype), embeds], dim=1)
    logits = base.model(inputs_embeds=embeds, use_cache=False).logits[0]
    return logits[-len(row.answer_ids) - 1 : -1]


def gradient(loss: Callable[[], torch.Tensor], prompt: PromptEmbedding) -> torch.Tensor:
    """Of a loss, with respect to a soft prompt."""
    prompt.zero_grad()
    loss().backward()
    assert prompt.weight.grad is not None
    return prompt.weight.grad.clone()
