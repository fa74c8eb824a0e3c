"""Keys and values that grow in place: room is kept ahead, so a new token copies nothing."""

from collections.abc import Sequence
from typing import Any

import torch
from transformers import Cache
from transformers.cache_utils import DynamicLayer

_ROOM = 32
"""Columns kept ahead. Transformers' own layer copies all it holds for every new token."""


class RoomyLayer(DynamicLayer):  # type: ignore[no-untyped-call]
    """A layer's keys and values, (rows, heads, columns, head size), with room behind them."""

    keys: torch.Tensor
    values: torch.Tensor

    def __init__(self, keys: torch.Tensor, values: torch.Tensor) -> None:
        """Hold what was computed.

        Args:
            keys: (rows, heads, columns, head size).
            values: The same for the values.
        """
        super().__init__()  # type: ignore[no-untyped-call]
        self.dtype, self.device = keys.dtype, keys.device
        self.is_initialized = True
        self._hold(keys, values)

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Append columns; all keys and values so far."""
        old, new = self.keys.shape[2], key_states.shape[2]
        if old + new > self._stores[0].shape[2]:
            self._hold(self.keys, self.values, room=max(_ROOM, new))
        for store, states in zip(self._stores, (key_states, value_states), strict=True):
            store[:, :, old : old + new] = states
        self.keys, self.values = (store[:, :, : old + new] for store in self._stores)
        return self.keys, self.values

    def batch_select_indices(self, indices: torch.Tensor) -> None:
        """Keep some of the rows."""
        self._hold(self.keys[indices], self.values[indices])

    def _hold(self, keys: torch.Tensor, values: torch.Tensor, room: int = _ROOM) -> None:
        rows, heads, columns, _ = keys.shape
        self._stores = []
        for states in (keys, values):
            store = states.new_empty(rows, heads, columns + room, states.shape[3])
            store[:, :, :columns] = states
            self._stores.append(store)
        self.keys, self.values = (store[:, :, :columns] for store in self._stores)


def cache_of(line: Cache, index: torch.Tensor) -> Cache:
    """Each row's own keys and values, taken from those of one line.

    Args:
        line: The cache of a forward pass over one line of tokens.
        index: (rows, columns) places of the line.
    """
    held: Any = line.layers
    layers: Any = [
        RoomyLayer(*(part[0][:, index].transpose(0, 1) for part in (layer.keys, layer.values)))
        for layer in held
    ]
    return Cache(layers=layers)


def joined(caches: Sequence[Cache], columns: Sequence[torch.Tensor]) -> Cache:
    """The rows of several caches in one, with the columns that hold their tokens moved ahead.

    Args:
        caches: In the order that their rows are to have.
        columns: For each of them, (rows, columns) which of its columns to take, in order.
    """
    layers: Any = []
    for held in zip(*(cache.layers for cache in caches), strict=True):
        parts = []
        for name in ("keys", "values"):
            taken = [
                torch.take_along_dim(getattr(layer, name), index[:, None, :, None], 2)
                for layer, index in zip(held, columns, strict=True)
            ]
            parts.append(torch.cat(taken))
        layers.append(RoomyLayer(*parts))
    return Cache(layers=layers)
