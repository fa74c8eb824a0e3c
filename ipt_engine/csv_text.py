"""A frame as CSV that any program reads: lists in a cell are JSON, not Python."""

import json
import math
from typing import Any

import numpy as np
import pandas as pd


def csv_text(frame: pd.DataFrame) -> str:
    """The frame as CSV, without its index.

    A list in a cell, such as a ledger's `demonstration_similarities`, is written as JSON:
    `[0.434, 0.5]`, `["a", "b"]`; a number in it that is missing is null.
    """
    plain = frame.copy(deep=False)
    for place in range(frame.shape[1]):
        column = frame.iloc[:, place]
        if column.dtype == object and any(map(_is_nested, column)):
            plain.isetitem(place, column.map(_cell).to_numpy())
    return str(plain.to_csv(index=False))


def _is_nested(value: Any) -> bool:
    return isinstance(value, list | tuple | dict | np.ndarray)


def _cell(value: Any) -> Any:
    return json.dumps(_as_json(value), ensure_ascii=False) if _is_nested(value) else value


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _as_json(item) for name, item in value.items()}
    if _is_nested(value):
        return [_as_json(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, bool | int | float) else str(value)
