"""Rows that are being written: a token more for each, or rows more."""

from collections.abc import Sequence

import torch

from ipt_engine.models import BaseModel
from ipt_engine.packing.cache import joined
from ipt_engine.packing.rows import Batch, logits_of, states_at


def grow(base: BaseModel, batch: Batch, tokens: Sequence[int]) -> None:
    """Append a token to each row, in place.

    All tokens go into one new column, so that filler stands between a shorter row's prompt and
    what is written; the mask hides it, and positions count from the row's own start.

    Args:
        base: The frozen model.
        batch: With a cache.
        tokens: One for each row.
    """
    batch.mask = torch.cat([batch.mask, batch.mask.new_ones(len(tokens), 1)], dim=1)
    ids = torch.tensor(tokens, device=base.device)[:, None]
    inputs = {
        "inputs_embeds": base.embed(ids),
        "attention_mask": batch.mask,
        "position_ids": batch.lengths[:, None],
        "past_key_values": batch.cache,
        "use_cache": True,
    }
    rows = torch.arange(len(tokens), device=base.device)
    states = states_at(base, inputs, rows, torch.zeros_like(rows))
    batch.logits = logits_of(base, states)
    batch.lengths = batch.lengths + 1


def moved_together(batches: Sequence[Batch]) -> Batch:
    """The rows of all batches in one, each row's tokens in the first columns.

    Args:
        batches: With caches, in the order that their rows are to have.
    """
    lengths = torch.cat([batch.lengths for batch in batches])
    width = int(lengths.max())
    caches = [batch.cache for batch in batches if batch.cache is not None]
    columns = [_columns(batch.mask, width) for batch in batches]
    mask = (torch.arange(width, device=lengths.device)[None] < lengths[:, None]).long()
    logits = torch.cat([batch.logits for batch in batches])
    return Batch(logits, mask, lengths, joined(caches, columns))


def _columns(mask: torch.Tensor, width: int) -> torch.Tensor:
    """(rows, width) the columns that hold a row's tokens, in order, and then any others."""
    order = torch.argsort(mask, dim=1, descending=True, stable=True)
    if width <= order.shape[1]:
        return order[:, :width]
    return torch.nn.functional.pad(order, (0, width - order.shape[1]))
