"""From token segments to batches: what rows have in common is computed once.

Rows stand left-aligned after their common prefix (the soft prompt, the instruction, shared
demonstrations) and are filled up on the right. No filler ever stands between tokens that
attend to each other, positions count from the row's own start, and the causal mask hides what
is to the right, so each row's numbers are those it would have alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import DynamicCache

from ipt_engine.models import BaseModel
from ipt_engine.soft_prompt import PromptEmbedding

Tokens = Sequence[int]


@dataclass(frozen=True)
class Row:
    """One sequence for the model.

    Attributes:
        prompt_ids: Text tokens before the answer; at least one.
        answer_ids: Tokens to be predicted; empty where the model is to write them.
        soft_prompt: Comes before all text, or None.
    """

    prompt_ids: tuple[int, ...]
    answer_ids: tuple[int, ...] = ()
    soft_prompt: PromptEmbedding | None = None

    @property
    def virtual_tokens(self) -> int:
        """Length of the soft prompt, 0 without."""
        return 0 if self.soft_prompt is None else len(self.soft_prompt)

    @property
    def length(self) -> int:
        """Tokens in all, virtual ones included."""
        return self.virtual_tokens + len(self.prompt_ids) + len(self.answer_ids)


@dataclass
class Batch:
    """Rows ready for the model, after their common prefix.

    Attributes:
        inputs: Keyword arguments of the model's forward: inputs_embeds (rows, tokens, hidden),
            attention_mask (rows, prefix + tokens), position_ids (rows, tokens) and the prefix's
            past_key_values.
        starts: (rows,) column of each row's first answer token (where it stands or would).
        lengths: (rows,) real tokens of each row, prefix and virtual tokens included.
        prefix: Length of the common prefix, virtual tokens included.
    """

    inputs: dict[str, Any]
    starts: list[int]
    lengths: list[int]
    prefix: int


@dataclass(frozen=True)
class AnswerLogits:
    """Logits at every answer token of a batch, and nowhere else.

    Attributes:
        logits: (answer tokens of all rows, vocabulary).
        labels: (answer tokens,) the tokens that stand there.
        rows: (answer tokens,) index of the row each belongs to.
    """

    logits: torch.Tensor
    labels: torch.Tensor
    rows: torch.Tensor


def collate(base: BaseModel, rows: Sequence[Row]) -> Batch:
    """Compute what all rows share once, and lay out the rest side by side.

    Args:
        base: The frozen model.
        rows: At least one; each with at least one prompt token.
    """
    soft_prompt = rows[0].soft_prompt
    same_prompt = all(row.soft_prompt is soft_prompt for row in rows)
    shared = _common_prefix([row.prompt_ids for row in rows]) if same_prompt else 0
    # One row alone has nobody to share with; without a prefix the cache would be waste.
    use_prefix = same_prompt and len(rows) > 1 and (soft_prompt is not None or shared > 0)
    if not use_prefix:
        shared = 0
    prefix = (rows[0].virtual_tokens + shared) if use_prefix else 0

    texts = [(*row.prompt_ids[shared:], *row.answer_ids) for row in rows]
    heads = [0 if use_prefix else row.virtual_tokens for row in rows]
    widths = [head + len(text) for head, text in zip(heads, texts, strict=True)]
    width = max(widths)
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    mask = torch.zeros(len(rows), prefix + width, dtype=torch.long)
    mask[:, :prefix] = 1
    for i, text in enumerate(texts):
        ids[i, heads[i] : widths[i]] = torch.tensor(text)
        mask[i, prefix : prefix + widths[i]] = 1
    embeds = base.embed(ids.to(base.device))
    if any(heads):
        embeds = _insert_soft_prompts(embeds, rows, heads)
    positions = torch.arange(prefix, prefix + width, device=base.device)
    inputs = {
        "inputs_embeds": embeds,
        "attention_mask": mask.to(base.device),
        "position_ids": positions.expand(len(rows), -1),
        "past_key_values": DynamicCache(config=base.model.config),
        "use_cache": True,
    }
    if use_prefix:
        shared_ids = rows[0].prompt_ids[:shared]
        inputs["past_key_values"] = _prefix_cache(base, soft_prompt, shared_ids, len(rows))
    starts = [w - len(row.answer_ids) for w, row in zip(widths, rows, strict=True)]
    return Batch(inputs, starts, [prefix + w for w in widths], prefix)


def answer_logits(base: BaseModel, rows: Sequence[Row]) -> AnswerLogits:
    """Logits of each row's answer tokens, given all that comes before them.

    Args:
        base: The frozen model.
        rows: Each with at least one answer token.
    """
    batch = collate(base, rows)
    where: list[tuple[int, int]] = []
    labels: list[int] = []
    for i, (row, start) in enumerate(zip(rows, batch.starts, strict=True)):
        # The logits that predict a token stand one column before it.
        where += [(i, start - 1 + j) for j in range(len(row.answer_ids))]
        labels += row.answer_ids
    index = torch.tensor(where, device=base.device)
    logits = logits_at(base, batch.inputs, index[:, 0], index[:, 1])
    return AnswerLogits(
        # A loss summed in half precision would drift.
        logits=logits.to(torch.promote_types(logits.dtype, torch.float32)),
        labels=torch.tensor(labels, device=base.device),
        rows=index[:, 0],
    )


def logits_at(
    base: BaseModel, inputs: dict[str, Any], rows: torch.Tensor, columns: torch.Tensor
) -> torch.Tensor:
    """Run the model and give the logits at some places only, (places, vocabulary)."""
    if base.plain_head:
        hidden = base.model.base_model(**inputs).last_hidden_state[rows, columns]
        chosen: torch.Tensor = base.model.get_output_embeddings()(hidden)
    else:
        chosen = base.model(**inputs).logits[rows, columns]
    return chosen


def _common_prefix(prompts: Sequence[Tokens]) -> int:
    """Length of the longest common start that leaves each prompt a token of its own."""
    limit = min(len(prompt) for prompt in prompts) - 1
    first = prompts[0]
    for place in range(limit):
        if any(prompt[place] != first[place] for prompt in prompts):
            return place
    return max(limit, 0)


def _prefix_cache(
    base: BaseModel, soft_prompt: PromptEmbedding | None, shared_ids: Tokens, count: int
) -> DynamicCache:
    """Keys and values of the common prefix, computed for one row and expanded to all."""
    parts = [] if soft_prompt is None else [soft_prompt.weight.to(base.dtype)[None]]
    if shared_ids:
        parts.append(base.embed(torch.tensor([list(shared_ids)], device=base.device)))
    embeds = torch.cat(parts, dim=1)
    cache = DynamicCache(config=base.model.config)
    base.model.base_model(
        inputs_embeds=embeds,
        attention_mask=torch.ones(embeds.shape[:2], dtype=torch.long, device=base.device),
        position_ids=torch.arange(embeds.shape[1], device=base.device)[None],
        past_key_values=cache,
        use_cache=True,
    )
    layers: list[Any] = cache.layers
    for layer in layers:
        layer.keys = layer.keys.expand(count, -1, -1, -1)
        layer.values = layer.values.expand(count, -1, -1, -1)
    return cache


def _insert_soft_prompts(
    embeds: torch.Tensor, rows: Sequence[Row], heads: Sequence[int]
) -> torch.Tensor:
    """Put each row's own soft prompt into the columns kept for it."""
    placed = []
    for row, head, text in zip(rows, heads, embeds, strict=True):
        if row.soft_prompt is None or head == 0:
            placed.append(text)
        else:
            placed.append(torch.cat([row.soft_prompt.weight.to(text.dtype), text[head:]]))
    return torch.stack(placed)
