"""Unfinished work in a store: `Activity` while one does it, `ActiveWork` while one watches.

A folder STORE/active/<id> holds status.json (who works on it, how far it is, a heartbeat),
history.jsonl and whatever the work keeps for going on later (checkpoints). Complete results
are renamed into prompts/ or runs/, so readers there never see half of one.
"""

import json
import math
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import filelock
import pandas as pd

from ipt_engine.artifacts import (
    HISTORY,
    LEDGER,
    PROMPT,
    RUN,
    SCORES,
    history_rows,
    now,
    read_json,
    write_json,
)
from ipt_engine.disk import writing
from ipt_engine.errors import BusyError, Cancelled, IPTError, StoreError
from ipt_engine.lasting import sync_all, sync_folder
from ipt_engine.ledger import write_ledger
from ipt_engine.locks import lock_path

Kind = Literal["training", "evaluation"]
State = Literal["running", "interrupted", "failed", "cancelled"]
Writer = Callable[[Path], None]

STATUS = "status.json"
CANCEL = "cancel"
TARGETS: dict[Kind, str] = {"training": "prompts", "evaluation": "runs"}
STALE_SECONDS = 30.0
"""Without a heartbeat for so long, work counts as interrupted."""
_BEAT_SECONDS = 3.0
_UPDATE_SECONDS = 1.0
_FINISHED, _REPLACED = "finished", "replaced"


@dataclass(frozen=True)
class ActiveWork:
    """Unfinished work as others see it.

    Attributes:
        id: The prompt's id in training, the run's in evaluation.
        kind: Which of the two.
        state: "interrupted" where its process ended without a word; it can be continued.
        step: Steps or examples done.
        total: Of how many; None while unknown.
        note: What is being done, for people.
        note_since: When that began, ISO, UTC.
        pid: The process.
        started: When this attempt started, ISO, UTC.
        heartbeat: When it last showed life, ISO, UTC.
        config: The config as plain values.
        error: Why it failed, in one line; None otherwise.
        folder: Where its files lie.
    """

    id: str
    kind: Kind
    state: State
    step: int
    total: int | None
    note: str
    note_since: str
    pid: int
    started: str
    heartbeat: str
    config: dict[str, Any]
    error: str | None
    folder: Path


class Activity:
    """Work on one prompt or run, as a context manager; see `RunStore.begin`.

    Leaving the block without `finish_prompt` or `finish_run` leaves the folder, to be continued
    by the next attempt.

    Attributes:
        id: The prompt's or run's id.
        folder: For what is needed to continue (checkpoints).
    """

    def __init__(self, root: Path, kind: Kind, work_id: str, config: dict[str, Any]) -> None:
        """Prepare; nothing is locked or written before the block is entered.

        Args:
            root: The store.
            kind: "training" makes a prompt, "evaluation" a run.
            work_id: Id of what is made.
            config: Plain values, shown to who watches and used to continue.
        """
        self.id = work_id
        self.folder = root / "active" / work_id
        self._target = root / TARGETS[kind] / work_id
        self._lock = filelock.FileLock(lock_path(root, work_id))
        self._status: dict[str, Any] = {
            "id": work_id,
            "kind": kind,
            "state": "running",
            "step": 0,
            "total": None,
            "note": "",
            "note_since": now(),
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "started": now(),
            "heartbeat": now(),
            "config": config,
            "error": None,
        }
        self._written = 0.0
        self._writing = threading.Lock()
        self._over = threading.Event()
        self._beat = threading.Thread(target=self._keep_beating, daemon=True)

    def __enter__(self) -> Self:
        """Take the lock and show the work as running.

        Raises:
            BusyError: If another process has it.
            StoreError: If the store cannot be written.
        """
        with self._on_disk():
            self._begin()
        return self

    def _begin(self) -> None:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=0)
        except filelock.Timeout:
            owner = read_json(self.folder / STATUS) or {}
            raise BusyError(
                f"{self._status['kind'].capitalize()} {self._status['id']} is already being "
                f"done by process {owner.get('pid', 'unknown')} on "
                f"{owner.get('host', 'this machine')}. Wait for it, or cancel it first.",
                self.id,
            ) from None
        self.folder.mkdir(exist_ok=True)
        (self.folder / CANCEL).unlink(missing_ok=True)
        settle(self.folder)
        for name in (_FINISHED, _REPLACED):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        _drop_torn_line(self.folder / HISTORY)
        self._write_status()
        self._beat.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Say how it ended, and let go of the lock."""
        self._over.set()
        self._beat.join()
        state: State = "interrupted"
        if isinstance(error, Cancelled):
            state = "cancelled"
        elif isinstance(error, Exception) and not isinstance(error, BusyError):
            # What another process has in its hands is no fault of this work.
            state = "failed"
            self._status["error"] = _one_line(error)
        self._status["state"] = state
        try:
            if self.folder.is_dir():
                # What went wrong is not to be hidden by a disk that does not take the note of it.
                with suppress(*([StoreError] if error is not None else [])):
                    self._write_status()
            else:
                # Finished, so whoever comes next may start with a fresh lock.
                Path(self._lock.lock_file).unlink(missing_ok=True)
        finally:
            self._lock.release()

    def update(
        self, step: int | None = None, total: int | None = None, note: str | None = None
    ) -> None:
        """Say how far the work is; written at most once a second, but another note at once.

        Args:
            step: Steps or examples done.
            total: Of how many.
            note: What is being done.
        """
        another = note not in {None, self._status["note"]}
        if another:
            self._status["note_since"] = now()
        changes = {"step": step, "total": total, "note": note}
        self._status |= {key: value for key, value in changes.items() if value is not None}
        if another or time.monotonic() - self._written >= _UPDATE_SECONDS:
            self._write_status()

    def append_history(self, row: Mapping[str, Any]) -> None:
        """Add a training step's row; a number that is not finite is stored as missing.

        Raises:
            Cancelled: If somebody deleted the work's folder.
            StoreError: If the store cannot be written, as where the disk is full.
        """
        self._check_there()
        clean = {
            key: None if isinstance(value, float) and not math.isfinite(value) else value
            for key, value in row.items()
        }
        with self._on_disk(), (self.folder / HISTORY).open("a", encoding="utf-8") as file:
            file.write(json.dumps(clean) + "\n")

    def check_cancelled(self) -> None:
        """Stop here if someone asked for it, or deleted the work's folder.

        Raises:
            Cancelled: If so.
        """
        self._check_there()
        if (self.folder / CANCEL).exists():
            raise Cancelled(f"{self._status['kind'].capitalize()} cancelled.")

    def _check_there(self) -> None:
        if not self.folder.is_dir():
            raise Cancelled(f"Somebody deleted {self.folder}, so the work in it was given up.")

    def leave(self) -> None:
        """Nothing is to be done: the result is there by now. The active folder is removed."""
        self._clear()

    def finish_prompt(self, record: Mapping[str, Any], save: Writer) -> Path:
        """Complete a training: the prompt is put into place, the active folder removed.

        Args:
            record: prompt.json's content.
            save: Writes the soft prompt's files into the folder it is given.

        Returns:
            The prompt's folder.

        Raises:
            StoreError: If the store cannot be written.
        """

        def fill(folder: Path) -> None:
            save(folder)
            write_json(folder / PROMPT, record)
            rows = history_rows(self.folder / HISTORY)
            text = "".join(json.dumps(row) + "\n" for row in rows)
            (folder / HISTORY).write_text(text, encoding="utf-8")

        with self._on_disk():
            return self._finish(fill)

    def finish_run(
        self, record: Mapping[str, Any], ledger: pd.DataFrame, scores: Mapping[str, float | None]
    ) -> Path:
        """Complete an evaluation: the run is put into place, the active folder removed.

        Args:
            record: run.json's content.
            ledger: A row for each example; see `ledger.write_ledger`.
            scores: scores.json's content, None where a score cannot be computed.

        Returns:
            The run's folder.

        Raises:
            StoreError: If the ledger does not have the columns it should, or the store cannot be
                written.
        """

        def fill(folder: Path) -> None:
            write_ledger(folder / LEDGER, ledger)
            write_json(folder / SCORES, scores)
            write_json(folder / RUN, record)

        with self._on_disk():
            return self._finish(fill)

    def _finish(self, fill: Writer) -> Path:
        fresh, replaced = self.folder / _FINISHED, self.folder / _REPLACED
        # What is whole by now is kept, even if somebody deleted the folder that it grew in.
        fresh.mkdir(parents=True)
        fill(fresh)
        sync_all(fresh)
        self._target.parent.mkdir(parents=True, exist_ok=True)
        if self._target.exists():
            os.rename(self._target, replaced)
        # A process that ends here has left no result in place: see `settle`.
        os.rename(fresh, self._target)
        sync_folder(self._target.parent)
        self._clear()
        return self._target

    def _clear(self) -> None:
        self._over.set()
        self._beat.join()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _keep_beating(self) -> None:
        # A step may take minutes on a slow machine; the work is alive all the same.
        while not self._over.wait(_BEAT_SECONDS):
            # The work itself meets what the disk refuses, and says it.
            with suppress(StoreError):
                self._write_status()

    def _write_status(self) -> None:
        with self._writing:
            self._written = time.monotonic()
            self._status["heartbeat"] = now()
            # Deleted under the work: `check_cancelled` tells it, in its own time.
            with self._on_disk(), suppress(FileNotFoundError):
                write_json(self.folder / STATUS, self._status, lasting=False)

    def _on_disk(self) -> AbstractContextManager[None]:
        return writing("Results", self._target.parent.parent)


def is_unsettled(folder: Path) -> bool:
    """Whether a process ended just after it took an old result away, before the new one came."""
    return all((folder / name).is_dir() for name in (_FINISHED, _REPLACED))


def settle(folder: Path) -> None:
    """Put the new result into place where a process ended between taking away the old and that.

    The new one is whole by then: an old one is taken away last of all. Nothing is done where
    the place is not empty. Only for who holds the work's lock.

    Args:
        folder: The work's, in `STORE/active`.
    """
    if not is_unsettled(folder):
        return
    kind: Kind = "training" if (folder / _FINISHED / PROMPT).is_file() else "evaluation"
    target = folder.parent.parent / TARGETS[kind] / folder.name
    if not target.exists():
        os.rename(folder / _FINISHED, target)
        sync_folder(target.parent)


def read_active(folder: Path) -> ActiveWork | None:
    """The work in a folder; None if its status is not there or cannot be read."""
    status = read_json(folder / STATUS)
    if status is None:
        return None
    try:
        state: State = status["state"]
        if state == "running" and not _alive(status):
            state = "interrupted"
        fields = {key: status[key] for key in ActiveWork.__dataclass_fields__ if key in status}
        return ActiveWork(**{**fields, "state": state, "folder": folder})
    except (KeyError, TypeError, ValueError):
        return None


def _alive(status: Mapping[str, Any]) -> bool:
    age = datetime.now(UTC) - datetime.fromisoformat(status["heartbeat"])
    if age.total_seconds() > STALE_SECONDS:
        return False
    if status.get("host") != socket.gethostname():
        return True
    try:
        os.kill(int(status["pid"]), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _drop_torn_line(path: Path) -> None:
    if path.is_file():
        content = path.read_bytes()
        if not content.endswith(b"\n"):
            path.write_bytes(content[: content.rfind(b"\n") + 1])


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())[:500]
    return text if isinstance(error, IPTError) and text else f"{type(error).__name__}: {text}"
