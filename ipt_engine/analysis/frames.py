"""Records to tidy frames: columns of fixed types, however few the rows, and reasons as texts."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd


def tidy_frame(
    records: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    texts: Sequence[str] = (),
    counts: Sequence[str] = (),
) -> pd.DataFrame:
    """A frame of records.

    Args:
        records: One for each row. A column that a record lacks is missing there.
        columns: All columns, in order.
        texts: Those that hold texts, missing as None.
        counts: Those that hold integers, which are never missing. All others hold numbers,
            missing as nan.
    """
    frame = pd.DataFrame([dict(record) for record in records], columns=list(columns))
    for name in columns:
        if name in texts:
            values = [record.get(name) for record in records]
            frame[name] = pd.Series(values, dtype=object, index=frame.index)
        else:
            frame[name] = frame[name].astype("int64" if name in counts else "float64")
    return frame
