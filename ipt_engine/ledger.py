"""The ledger: one row for each (run, test example), in Parquet, queried with DuckDB.

Everything the project reports is computed from these rows. Any Parquet tool reads them.
"""

import os
from collections.abc import Collection, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ipt_engine.errors import StoreError

_TEXTS = pa.list_(pa.string())
_TYPES: dict[str, pa.DataType] = {
    "run_id": pa.string(),
    "task": pa.string(),
    "method": pa.string(),
    "base_model": pa.string(),
    "prompt_id": pa.string(),
    "seed": pa.int64(),
    "num_fewshot": pa.int64(),
    "retriever": pa.string(),
    "example_id": pa.string(),
    "domain": pa.string(),
    "input": pa.string(),
    "references": _TEXTS,
    "prompt": pa.string(),
    "demonstration_ids": _TEXTS,
    "demonstration_similarities": pa.list_(pa.float64()),
    "similarity": pa.float64(),
    "nearest_id": pa.string(),
    "nearest_similarity": pa.float64(),
    "demonstrations_dropped": pa.int64(),
    "prediction": pa.string(),
    "finish": pa.string(),
    "gold_logprob": pa.float64(),
    "gold_tokens": pa.int64(),
    "prompt_tokens": pa.int64(),
    "virtual_tokens": pa.int64(),
    "generated_tokens": pa.int64(),
    "seconds": pa.float64(),
}
_LATER = ("copied_share", "gold_copied_share")
"""Numbers that ledgers written before them lack; there they are read as missing."""
LEDGER_COLUMNS = (*_TYPES, *_LATER)
"""The columns of every ledger; those of the task's metrics (`Metric.judge`) come on top."""
_NULLABLE_TEXTS = ("prompt_id", "retriever", "domain", "nearest_id")
_LISTS = ("references", "demonstration_ids", "demonstration_similarities")
_MAGIC = b"PAR1"
_ATTEMPTS = 20


def write_ledger(path: Path, frame: pd.DataFrame) -> None:
    """Write a run's rows.

    Args:
        path: The Parquet file.
        frame: At least one row, with all of `LEDGER_COLUMNS` (the copied shares may be left
            out) and the columns of the task's metrics (numbers, missing where a score cannot be
            computed).

    Raises:
        StoreError: If there are no rows, a column is missing, or a value has the wrong type.
    """
    if frame.empty:
        raise StoreError("A ledger needs at least one row: the run has judged no example.")
    missing = [name for name in _TYPES if name not in frame]
    if missing:
        raise StoreError(
            f"The ledger lacks the column {missing[0]!r}. It needs: {', '.join(_TYPES)}."
        )
    metrics = [name for name in frame.columns if name not in _TYPES]
    schema = pa.schema(_TYPES | dict.fromkeys(metrics, pa.float64()))
    try:
        table = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise StoreError(f"A ledger row does not fit its column: {error}.") from error
    # Without pandas' own description of the types, any reader sees plain Parquet.
    pq.write_table(table.replace_schema_metadata(None), path, compression="zstd")


def damage(path: Path) -> str | None:
    """Why a file cannot be a ledger, from a look at its two ends; None if it can be one."""
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
            file.seek(-len(_MAGIC) - 4, os.SEEK_END)
            before_footer = file.tell() - int.from_bytes(file.read(4), "little")
            end = file.read(len(_MAGIC))
    except OSError:
        return f"{path.name} is missing or cut off"
    # https://parquet.apache.org/docs/file-format: magic, data, footer, its length, magic.
    whole = start == end == _MAGIC and before_footer >= len(_MAGIC)
    return None if whole else f"{path.name} is not a whole Parquet file"


def read_ledgers(paths: Sequence[Path], columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Rows of several ledgers, in the order of the files.

    A file deleted meanwhile, or damaged, is left out. A text that is missing is None, a number
    that is missing is nan. A column that only some of the files have is missing in the others;
    one that came later than all of the files is missing throughout.

    Args:
        paths: Parquet files.
        columns: Which columns to read, all if None. Leaving out texts is much faster.

    Raises:
        StoreError: If none of the files has a column that is asked for.
    """
    absent: set[str] = set()
    failure: Exception | None = None
    for _ in range(_ATTEMPTS):
        files = [str(path) for path in paths if damage(path) is None]
        if not files or columns is not None and not columns:
            return pd.DataFrame(columns=list(columns or LEDGER_COLUMNS))
        try:
            with duckdb.connect() as connection:
                found = connection.execute(_query(columns, absent), {"files": files}).df()
            return _tidy(found, whole=columns is None)
        except duckdb.BinderException as error:
            known = pd.unique(pd.Series([name for file in files for name in _names(file)]))
            absent = {name for name in columns or () if name not in known and name in _LATER}
            missing = [name for name in columns or () if name not in {*known, *absent}]
            if missing:
                raise StoreError(
                    f"The ledger has no column {missing[0]!r}. It has: {', '.join(known)}."
                ) from error
            failure = error
        except duckdb.Error as error:
            # A run may have been deleted since the list was made: ask again for what is left.
            failure = error
            paths = [path for path in paths if _names(str(path))]
    raise StoreError(f"The ledger cannot be read: {_first_line(failure)}.") from failure


def _query(columns: Sequence[str] | None, absent: Collection[str]) -> str:
    wanted = "*"
    if columns is not None:
        wanted = ", ".join(
            f"NULL::DOUBLE AS {_quoted(name)}" if name in absent else _quoted(name)
            for name in columns
        )
    return (
        f"SELECT {wanted} FROM read_parquet($files, union_by_name = true, "
        "hive_partitioning = false)"
    )


def _tidy(frame: pd.DataFrame, whole: bool) -> pd.DataFrame:
    if whole:
        later = {name: np.nan for name in _LATER if name not in frame}
        frame = frame.assign(**later)
    for name in (n for n in _NULLABLE_TEXTS if n in frame):
        texts = frame[name].astype(object)
        frame[name] = texts.where(texts.notna(), None)
    for name in (n for n in _LISTS if n in frame):
        frame[name] = frame[name].map(list)
    return frame


def _names(path: str) -> list[str]:
    try:
        return list(pq.read_schema(path).names)
    except (OSError, pa.ArrowInvalid):
        return []


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _first_line(error: Exception | None) -> str:
    return str(error).strip().split("\n")[0]
