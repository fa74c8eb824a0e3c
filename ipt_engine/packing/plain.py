"""The plain layout: whole rows side by side, filled up on the right. Any causal model takes it."""

from collections.abc import Sequence
from typing import Any

import torch

from ipt_engine.models import BaseModel
from ipt_engine.packing.rows import Batch, Row, logits_of, states_at


def answer_states(base: BaseModel, rows: Sequence[Row]) -> torch.Tensor:
    """States at the places that predict the answers' tokens, row after row."""
    where = [
        (i, row.start - 1 + j) for i, row in enumerate(rows) for j in range(len(row.answer_ids))
    ]
    index = torch.tensor(where, device=base.device)
    return states_at(base, _inputs(base, rows), index[:, 0], index[:, 1])


def prefill(base: BaseModel, rows: Sequence[Row]) -> tuple[Batch, torch.Tensor | None]:
    """Read the rows' prompts, of which nothing is cached; and their answers apart."""
    prompts = [row.prompt for row in rows]
    inputs = _inputs(base, prompts)
    lengths = torch.tensor([row.length for row in prompts], device=base.device)
    states = states_at(base, inputs, torch.arange(len(rows), device=base.device), lengths - 1)
    batch = Batch(logits_of(base, states), inputs["attention_mask"], lengths, None)
    return batch, answer_states(base, rows) if any(row.answer_ids for row in rows) else None


def line_up(base: BaseModel, rows: Sequence[Row]) -> dict[str, Any]:
    """Rows side by side: inputs_embeds (rows, columns, hidden), attention_mask (rows, columns)."""
    width = max(row.length for row in rows)
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    mask = torch.zeros(len(rows), width, dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, row.virtual_tokens : row.length] = torch.tensor([*row.prompt_ids, *row.answer_ids])
        mask[i, : row.length] = 1
    embeds = base.embed(ids.to(base.device))
    if any(row.virtual_tokens for row in rows):
        embeds = torch.stack(
            [
                text
                if row.soft_prompt is None
                else torch.cat([row.soft_prompt.weight.to(text.dtype), text[row.virtual_tokens :]])
                for row, text in zip(rows, embeds, strict=True)
            ]
        )
    return {"inputs_embeds": embeds, "attention_mask": mask.to(base.device)}


def _inputs(base: BaseModel, rows: Sequence[Row]) -> dict[str, Any]:
    return line_up(base, rows) | {"use_cache": False}
