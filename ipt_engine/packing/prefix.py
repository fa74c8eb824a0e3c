"""The prefix layout: what all rows share is computed once and cached, the rest side by side.

Rows stand left-aligned after their common prefix and are filled up on the right. No filler
stands between tokens that are read together, positions count from the row's own start, and
the causal mask hides what is to the right, so each row's numbers are those it would have alone.
What is written afterwards comes behind the filler: see `packing.growing`.
"""

from collections.abc import Sequence
from typing import Any

import torch
from transformers import DynamicCache

from ipt_engine.models import BaseModel
from ipt_engine.packing.plain import line_up
from ipt_engine.packing.rows import Batch, Row, logits_of, states_at
from ipt_engine.packing.tree import common_start
from ipt_engine.soft_prompt import PromptEmbedding


def answer_states(base: BaseModel, rows: Sequence[Row]) -> torch.Tensor:
    """States at the places that predict the answers' tokens, row after row."""
    inputs, prefix = collate(base, rows)
    where = [
        (i, row.start - 1 - prefix + j)
        for i, row in enumerate(rows)
        for j in range(len(row.answer_ids))
    ]
    index = torch.tensor(where, device=base.device)
    return states_at(base, inputs, index[:, 0], index[:, 1])


def prefill(base: BaseModel, rows: Sequence[Row]) -> tuple[Batch, torch.Tensor | None]:
    """Read the rows' prompts; then, in a pass of its own, their answers: as `packed.prefill`."""
    prompts = [row.prompt for row in rows]
    inputs, prefix = collate(base, prompts)
    lengths = torch.tensor([row.length for row in prompts], device=base.device)
    place = torch.arange(len(rows), device=base.device)
    states = states_at(base, inputs, place, lengths - 1 - prefix)
    cache = inputs["past_key_values"]
    batch = Batch(logits_of(base, states), inputs["attention_mask"], lengths, cache)
    return batch, answer_states(base, rows) if any(row.answer_ids for row in rows) else None


def collate(base: BaseModel, rows: Sequence[Row]) -> tuple[dict[str, Any], int]:
    """Compute what all rows share, and lay out the rest.

    Args:
        base: The frozen model.
        rows: At least one.

    Returns:
        Keyword arguments of the model's forward, and the length of the common prefix, virtual
        tokens included.
    """
    soft_prompt = rows[0].soft_prompt
    prefix, shared = 0, 0
    # One row alone has nobody to share with.
    if len(rows) > 1 and all(row.soft_prompt is soft_prompt for row in rows):
        shared = _common_prefix([row.prompt_ids for row in rows])
        prefix = rows[0].virtual_tokens + shared
    rest = rows
    if prefix:
        rest = [Row(row.prompt_ids[shared:], row.answer_ids) for row in rows]
    inputs = line_up(base, rest)
    mask = inputs["attention_mask"]
    inputs["attention_mask"] = torch.cat([mask.new_ones(len(rows), prefix), mask], dim=1)
    places = torch.arange(prefix, prefix + mask.shape[1], device=base.device)
    inputs["position_ids"] = places.expand(len(rows), -1)
    cache = DynamicCache(config=base.model.config)
    if prefix:
        cache = _prefix_cache(base, soft_prompt, rows[0].prompt_ids[:shared], len(rows))
    return inputs | {"past_key_values": cache, "use_cache": True}, prefix


def _common_prefix(prompts: Sequence[Sequence[int]]) -> int:
    """Length of the longest common start that leaves each prompt a token of its own."""
    shared = min(len(prompt) for prompt in prompts) - 1
    for prompt in prompts:
        shared = min(shared, common_start(prompts[0], prompt))
    return max(shared, 0)


def _prefix_cache(
    base: BaseModel, soft_prompt: PromptEmbedding | None, shared_ids: Sequence[int], count: int
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
