"""Finished prompts and runs as they lie on disk: which fields they have, what makes one whole."""

import json
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from ipt_engine.errors import StoreError
from ipt_engine.lasting import sync_file
from ipt_engine.ledger import damage

RUN, SCORES, LEDGER, PROMPT = "run.json", "scores.json", "predictions.parquet", "prompt.json"
HISTORY = "history.jsonl"
HISTORY_COLUMNS = (
    "step",
    "loss",
    "learning_rate",
    "grad_norm",
    "tokens",
    "seconds",
    "dev_loss",
    "vector_length",
    "sketch",
)
RUN_COLUMNS = (
    "run_id",
    "prompt_id",
    "task",
    "method",
    "base_model",
    "base_model_title",
    "seed",
    "split",
    "n",
    "metric",
    "metrics",
    "num_fewshot",
    "retriever",
    "num_virtual_tokens",
    "source_task",
    "data_hash",
    "weights_hash",
    "seconds",
    "created",
)
"""`source_task` is the task that the soft prompt was trained on. In a config's retrieval the same
name stands for the task whose training examples are shown."""
PROMPT_COLUMNS = (
    "prompt_id",
    "task",
    "base_model",
    "base_model_title",
    "method",
    "seed",
    "num_virtual_tokens",
    "data_hash",
    "weights_hash",
    "best_step",
    "best_dev_loss",
    "steps",
    "training_seconds",
    "seconds_per_step",
    "created",
)
_NULLABLE = ("prompt_id", "retriever", "source_task")


def read_run(folder: Path) -> dict[str, Any]:
    """run.json's fields and `scores`.

    Raises:
        StoreError: If the folder holds no whole run; the message is the reason alone.
    """
    record = _read_record(folder / RUN, (*RUN_COLUMNS, "config", "machine"), "run_id")
    scores = read_json(folder / SCORES)
    if scores is None:
        raise StoreError(f"{SCORES} is missing or unreadable")
    reason = damage(folder / LEDGER)
    if reason is not None:
        raise StoreError(reason)
    return record | {"scores": scores}


def read_prompt(folder: Path) -> dict[str, Any]:
    """prompt.json's fields.

    Raises:
        StoreError: If the folder holds no whole prompt; the message is the reason alone.
    """
    record = _read_record(folder / PROMPT, (*PROMPT_COLUMNS, "config", "machine"), "prompt_id")
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        if not (folder / name).is_file():
            raise StoreError(f"{name} is missing")
    return record


def _read_record(path: Path, fields: Sequence[str], id_field: str) -> dict[str, Any]:
    record = read_json(path)
    if record is None:
        raise StoreError(f"{path.name} is missing or unreadable")
    missing = [field for field in fields if field not in record]
    if missing:
        raise StoreError(f"{path.name} lacks {missing[0]!r}")
    if record[id_field] != path.parent.name:
        raise StoreError(f"{path.name} says it is {record[id_field]!r}")
    return record


def device_of(record: Mapping[str, Any]) -> str:
    """The kind of device that a prompt or run was made on, such as "cpu" or "cuda"."""
    machine = record["machine"]
    device = machine.get("device") if isinstance(machine, dict) else None
    return str(device or "").partition(":")[0]


def tidy_frame(
    records: list[dict[str, Any]], columns: Sequence[str], numbers: Sequence[str]
) -> pd.DataFrame:
    """A frame of runs or prompts, oldest first, with the same columns even where it is empty.

    Args:
        records: One dict for each, with all of `columns`.
        columns: In the order wanted.
        numbers: Columns of numbers in which None becomes nan.
    """
    records.sort(key=lambda record: str(record["created"]))
    frame = pd.DataFrame(records, columns=list(columns))
    for name in (n for n in _NULLABLE if n in columns):
        # Kept as objects, so that what is missing is None and not a number.
        frame[name] = pd.Series([r[name] for r in records], dtype=object, index=frame.index)
    for name in numbers:
        frame[name] = pd.to_numeric(frame[name]).astype("float64")
    return frame


def history_rows(path: Path) -> list[dict[str, Any]]:
    """A training's history, in the order of the steps.

    Where an interrupted training went on from an earlier step, what came after that step the
    first time is left out; so is a line cut off, and everything where the file is missing.
    """
    try:
        lines: Iterable[str] = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return []
    steps: dict[int, dict[str, Any]] = {}
    for line in lines:
        try:
            row = json.loads(line)
            now = int(row["step"])
        except (ValueError, KeyError, TypeError):
            continue
        if now in steps:
            steps = {step: kept for step, kept in steps.items() if step < now}
        steps[now] = row
    return [steps[step] for step in sorted(steps)]


def read_history(path: Path) -> pd.DataFrame:
    """`history_rows` as a frame with (at least) `HISTORY_COLUMNS`."""
    frame = pd.DataFrame(history_rows(path))
    columns = [*HISTORY_COLUMNS, *(c for c in frame.columns if c not in HISTORY_COLUMNS)]
    return frame.reindex(columns=columns)


def read_json(path: Path) -> dict[str, Any] | None:
    """A JSON object; None if the file is missing or holds something else."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return values if isinstance(values, dict) else None


def write_json(path: Path, values: Mapping[str, Any], lasting: bool = True) -> None:
    """Write an object as JSON so that no reader ever sees half of it, however many write it.

    Args:
        path: Where to.
        values: The object.
        lasting: Whether it has to outlast a crash of the machine, which takes longer.

    Raises:
        ValueError: If a number is not finite; what is missing has to be None.
    """
    text = json.dumps(values, indent=2, allow_nan=False)
    # A name of its own, lest two writers at once share a file, or one takes away the other's.
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}.new")
    try:
        temporary.write_text(text + "\n", encoding="utf-8")
        if lasting:
            sync_file(temporary)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def now() -> str:
    """The time as ISO text in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
