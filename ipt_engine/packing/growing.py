"""Rows that are being written: a token more for each."""

from collections.abc import Sequence

import torch

from ipt_engine.models import BaseModel
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
