"""`RunStore`: a folder for each prompt and each run. No server, no torch.

    STORE/prompts/<prompt_id>/   adapter_config.json, adapter_model.safetensors (PEFT's
                                 format), prompt.json, history.jsonl
    STORE/runs/<run_id>/         run.json, predictions.parquet (the ledger's rows), scores.json
    STORE/active/<id>/           unfinished work (see `active`)
    STORE/tunings/<id>/          searches for good settings (see `tunings`)

Readers survive a run that is deleted while they read. A damaged folder is listed by
`RunStore.damaged` and left out everywhere else.
"""

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from filelock import Timeout
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from ipt_engine.active import (
    CANCEL,
    ActiveWork,
    Activity,
    Kind,
    is_unsettled,
    read_active,
    settle,
)
from ipt_engine.artifacts import (
    HISTORY,
    LEDGER,
    PROMPT_COLUMNS,
    RUN_COLUMNS,
    device_of,
    read_history,
    read_prompt,
    read_run,
    tidy_frame,
)
from ipt_engine.disk import writing
from ipt_engine.errors import BusyError, StoreError
from ipt_engine.ledger import read_ledgers
from ipt_engine.locks import locked
from ipt_engine.resources import shipped_root

__all__ = ["ActiveWork", "Activity", "RunStore"]

_WEIGHTS, _VECTORS = "adapter_model.safetensors", "prompt_embeddings"
_ID = re.compile(r"[0-9a-f]{12}")
_PREFIX = re.compile(r"[0-9a-f]{1,12}")
Place = Literal["prompts", "runs"]


class RunStore:
    """Prompts, runs and unfinished work under one folder.

    Attributes:
        root: The store. It need not exist yet.
        shipped: A second store, read only, whose prompts and runs are listed too; or None.
    """

    def __init__(self, root: Path, shipped: Path | None = None) -> None:
        """Open a store.

        Args:
            root: Its folder, made when something is written.
            shipped: A second store whose content is shown as if it were here.
        """
        self.root = Path(root)
        self.shipped = None if shipped is None else Path(shipped)

    @classmethod
    def open(cls, path: Path | None = None) -> Self:
        """The store at `path`, else at $IPT_STORE, else at ./store, with the shipped study.

        $IPT_SHIPPED names another shipped store; one that does not exist means none.
        """
        root = Path(path or os.environ.get("IPT_STORE") or "store")
        shipped = shipped_root()
        return cls(root, shipped=shipped if shipped.is_dir() else None)

    @property
    def roots(self) -> list[Path]:
        """Its own folder, and that of the store listed beside it."""
        return [self.root, *([] if self.shipped is None else [self.shipped])]

    def runs(self) -> pd.DataFrame:
        """One row for each run, oldest first.

        Columns are run.json's (without config and machine), `score` (corpus score by the
        primary metric, nan if there is none), `scores` (a dict of all), `shipped`, and the kind
        of `device` it ran on.
        """
        records = []
        for folder, shipped in self._folders("runs"):
            record = self._whole(folder, read_run)
            if record is not None:
                score = record["scores"].get(record["metric"])
                extra = {
                    "score": score,
                    "scores": record["scores"],
                    "shipped": shipped,
                    "device": device_of(record),
                }
                records.append({c: record.get(c) for c in RUN_COLUMNS} | extra)
        columns = (*RUN_COLUMNS, "score", "scores", "shipped", "device")
        return tidy_frame(records, columns, ("score",))

    def prompts(self) -> pd.DataFrame:
        """One row for each soft prompt, oldest first.

        Columns are prompt.json's fields, `order_seed` of its training data (`seed` is that of its
        initialisation), `shipped`, whether it was `imported`, what the file of an imported one
        `claimed` of its training (a dict by prompt.json's fields; its word alone), and the kind of
        `device` it was trained on.
        """
        records = []
        for folder, shipped in self._folders("prompts"):
            record = self._whole(folder, read_prompt)
            if record is not None:
                extra = {
                    "order_seed": ((record["config"] or {}).get("training") or {}).get("seed"),
                    "shipped": shipped,
                    "imported": bool(record.get("imported")),
                    "claimed": record.get("claimed") or {},
                    "device": device_of(record),
                }
                records.append({c: record.get(c) for c in PROMPT_COLUMNS} | extra)
        numbers = ("best_dev_loss", "training_seconds", "seconds_per_step")
        columns = (*PROMPT_COLUMNS, "order_seed", "shipped", "imported", "claimed", "device")
        return tidy_frame(records, columns, numbers)

    def run(self, run_id: str) -> dict[str, Any]:
        """run.json with `scores`: what exactly was run, and what came of it.

        Raises:
            StoreError: If there is no such run, or it is damaged.
        """
        return self._read("run", self.run_folder(run_id), read_run)

    def prompt(self, prompt_id: str) -> dict[str, Any]:
        """prompt.json: how the soft prompt was made.

        Raises:
            StoreError: If there is no such prompt, or it is damaged.
        """
        return self._read("prompt", self.prompt_folder(prompt_id), read_prompt)

    def prompt_vectors(self, prompt_id: str) -> NDArray[np.float64]:
        """A soft prompt's vectors, (virtual tokens, hidden).

        Raises:
            StoreError: If there is no such prompt, or its weights cannot be read.
        """
        path = self.prompt_folder(prompt_id) / _WEIGHTS
        try:
            return load_file(path)[_VECTORS].astype(np.float64)
        except (OSError, KeyError, SafetensorError) as error:
            raise StoreError(f"The prompt {prompt_id} is damaged: {path.name}: {error}.") from error

    def history(self, prompt_id: str) -> pd.DataFrame:
        """A row for each step of a training, finished or not; see `active.HISTORY_COLUMNS`.

        Raises:
            StoreError: If there is neither a prompt nor a training of that id.
        """
        _check(prompt_id)
        folder = self._find("prompts", prompt_id) or self.root / "active" / prompt_id
        if not folder.is_dir():
            raise _unknown("prompt or training", prompt_id)
        return read_history(folder / HISTORY)

    def ledger(self, run_ids: Sequence[str], columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Rows of the runs' ledgers, in the order given; see `ledger.read_ledgers`.

        A run that is not (or no longer) there is left out.

        Args:
            run_ids: Full ids.
            columns: Which columns to read; all if None. Leaving out texts is much faster.

        Raises:
            StoreError: If an id is malformed, or none of the runs has a column.
        """
        folders = [self._find("runs", _check(run_id)) for run_id in run_ids]
        return read_ledgers([folder / LEDGER for folder in folders if folder], columns)

    def has_run(self, run_id: str) -> bool:
        """Whether a whole run of that id is there."""
        folder = self._find("runs", _check(run_id))
        return folder is not None and self._whole(folder, read_run) is not None

    def has_prompt(self, prompt_id: str) -> bool:
        """Whether a whole prompt of that id is there."""
        folder = self._find("prompts", _check(prompt_id))
        return folder is not None and self._whole(folder, read_prompt) is not None

    def run_folder(self, run_id: str) -> Path:
        """Where a run's files lie.

        Raises:
            StoreError: If there is no such run.
        """
        return self._folder("runs", run_id)

    def prompt_folder(self, prompt_id: str) -> Path:
        """Where a prompt's files lie, PEFT's two among them.

        Raises:
            StoreError: If there is no such prompt.
        """
        return self._folder("prompts", prompt_id)

    def resolve_run(self, prefix: str) -> str:
        """The full id of the one run whose id starts so.

        Raises:
            StoreError: If there is none, or more than one.
        """
        return self._resolve("runs", prefix)

    def resolve_prompt(self, prefix: str) -> str:
        """The full id of the one prompt whose id starts so.

        Raises:
            StoreError: If there is none, or more than one.
        """
        return self._resolve("prompts", prefix)

    def delete_run(self, run_id: str) -> None:
        """Delete a run.

        Raises:
            StoreError: If there is no such run, or it came with IPT Lab.
        """
        self._delete("runs", run_id)

    def delete_prompt(self, prompt_id: str, force: bool = False) -> None:
        """Delete a soft prompt. Its runs stay.

        Args:
            prompt_id: Full id.
            force: Even if runs were made with it, which then cannot be made again as they were.

        Raises:
            StoreError: If there is no such prompt, it came with IPT Lab, or runs use it.
        """
        runs = self.runs()
        users = runs.loc[runs["prompt_id"] == prompt_id, "run_id"].tolist()
        if users and not force:
            raise StoreError(
                f"Prompt {prompt_id} is used by {len(users)} run(s), {users[0]} among them. "
                "Delete those first, or force it."
            )
        self._delete("prompts", prompt_id)

    def export_prompt(self, prompt_id: str, folder: Path) -> None:
        """Copy a prompt's files, PEFT's two among them, into a folder that is made if missing.

        Raises:
            StoreError: If there is no such prompt, the folder has other files in it, or it cannot
                be written.
        """
        source = self.prompt_folder(prompt_id)
        names = {path.name for path in source.iterdir()}
        strangers = [p.name for p in _entries(folder) if p.name not in names]
        if strangers:
            raise StoreError(f"{folder} is not empty ({strangers[0]}, ...). Give a new folder.")
        with writing("A prompt's files", folder, "Give a folder that can be written."):
            folder.mkdir(parents=True, exist_ok=True)
            for name in sorted(names):
                shutil.copyfile(source / name, folder / name)

    def damaged(self) -> list[tuple[Path, str]]:
        """Folders that cannot be used, each with the reason."""
        found = []
        for place, read in (("runs", read_run), ("prompts", read_prompt)):
            for folder in _children(self.root / place):
                try:
                    read(folder)
                    if not _ID.fullmatch(folder.name):
                        raise StoreError("its name is not an id of 12 hexadecimal digits")
                except StoreError as error:
                    if folder.exists():
                        found.append((folder, str(error)))
        for folder in _children(self.root / "active"):
            if read_active(folder) is None and folder.exists():
                found.append((folder, "its status.json is missing or unreadable"))
        return found

    def begin(self, kind: Kind, work_id: str, config: dict[str, Any]) -> Activity:
        """Start, or continue, the work on a prompt or run: `with store.begin(...) as activity`.

        What an interrupted attempt left (checkpoint, history) is still in `activity.folder`.
        Entering the block raises BusyError while another process works on the same id.

        Args:
            kind: "training" for a prompt, "evaluation" for a run.
            work_id: The prompt's or run's id.
            config: Its config as plain values.
        """
        return Activity(self.root, kind, _check(work_id), config)

    def refuse_unwritable(self) -> None:
        """Refuse a store that takes nothing, before anything that takes long is begun.

        Raises:
            StoreError: If it cannot be written.
        """
        folder = self.root / "active"
        with writing("Results", self.root):
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()

    def active(self) -> list[ActiveWork]:
        """Unfinished work, oldest first."""
        folders = [f for f in _children(self.root / "active") if _ID.fullmatch(f.name)]
        found = [work for work in map(read_active, folders) if work is not None]
        return sorted(found, key=lambda work: work.started)

    def is_running(self, work_id: str) -> bool:
        """Whether a process shows, on this machine or another, that it does the work."""
        work = read_active(self.root / "active" / _check(work_id))
        return work is not None and work.state == "running"

    def cancel(self, work_id: str) -> None:
        """Ask running work to stop; it does at its next step.

        Raises:
            StoreError: If there is no such unfinished work.
        """
        folder = self.root / "active" / _check(work_id)
        if not folder.is_dir():
            raise _unknown("unfinished work", work_id)
        (folder / CANCEL).touch()

    def is_cancelled(self, work_id: str) -> bool:
        """Whether unfinished work was asked to stop, and has not been begun again since."""
        return (self.root / "active" / _check(work_id) / CANCEL).exists()

    def discard(self, work_id: str) -> None:
        """Remove unfinished work that no process has in its hands, checkpoint and all.

        Raises:
            BusyError: If one has, though it may have been stopped and give no sign of life.
            StoreError: If there is none.
        """
        folder = self.root / "active" / _check(work_id)
        if not folder.is_dir():
            raise _unknown("unfinished work", work_id)
        work = read_active(folder)
        # Another machine's lock may not reach this one, but its heartbeat does.
        if work is not None and work.state == "running":
            raise BusyError(
                f"{work_id} is running in process {work.pid}. Cancel it first.", work_id
            )
        try:
            with locked(self.root, work_id, timeout=0):
                if not folder.is_dir():
                    raise _unknown("unfinished work", work_id)
                settle(folder)
                self._remove(folder)
        except Timeout:
            process = "a process" if work is None else f"process {work.pid}"
            raise BusyError(
                f"{work_id} is held by {process}, which gives no sign of life but has not ended: "
                "perhaps Ctrl-Z stopped it. Let it go on (fg), or end it first.",
                work_id,
            ) from None

    def _folders(self, place: Place) -> Iterator[tuple[Path, bool]]:
        own = [f for f in _children(self.root / place) if _ID.fullmatch(f.name)]
        yield from ((folder, False) for folder in own)
        if self.shipped is not None:
            names = {folder.name for folder in own}
            for folder in _children(self.shipped / place):
                if _ID.fullmatch(folder.name) and folder.name not in names:
                    yield folder, True

    def _whole(self, folder: Path, read: Callable[[Path], dict[str, Any]]) -> dict[str, Any] | None:
        try:
            return read(folder)
        except StoreError:
            return None

    def _read(
        self, kind: str, folder: Path, read: Callable[[Path], dict[str, Any]]
    ) -> dict[str, Any]:
        try:
            return read(folder)
        except StoreError as error:
            raise StoreError(
                f"The {kind} {folder.name} is damaged: {error}. Delete it and make it again."
            ) from error

    def _find(self, place: Place, item_id: str) -> Path | None:
        for root in (self.root, self.shipped):
            if root is not None and (root / place / item_id).is_dir():
                return root / place / item_id
        return None

    def _folder(self, place: Place, item_id: str) -> Path:
        folder = self._find(place, _check(item_id))
        if folder is None:
            self._settle_all()
            folder = self._find(place, item_id)
        if folder is None:
            raise _unknown(place.removesuffix("s"), item_id)
        return folder

    def _resolve(self, place: Place, prefix: str) -> str:
        kind = place.removesuffix("s")
        if not _PREFIX.fullmatch(prefix):
            raise StoreError(
                f"{prefix!r} is no {kind} id: expected up to 12 hexadecimal digits (0-9, a-f)."
            )
        found = self._starting(place, prefix)
        if not found:
            self._settle_all()
            found = self._starting(place, prefix)
        if not found:
            raise _unknown(kind, prefix)
        if len(found) > 1:
            raise StoreError(
                f"{len(found)} {place} start with {prefix!r}: {', '.join(found[:5])}. "
                "Give more digits."
            )
        return found[0]

    def _starting(self, place: Place, prefix: str) -> list[str]:
        return sorted({f.name for f, _ in self._folders(place) if f.name.startswith(prefix)})

    def _settle_all(self) -> None:
        """Put into place what a process that was killed left between two names; see `settle`."""
        for folder in _children(self.root / "active"):
            if is_unsettled(folder):
                try:
                    with locked(self.root, folder.name, timeout=0):
                        settle(folder)
                except Timeout:
                    # Whoever holds it is about to do the same.
                    continue
                except OSError as error:
                    raise StoreError(
                        f"{folder} holds a result that cannot be put into its place ({error}). "
                        "Make the store writable."
                    ) from error

    def _delete(self, place: Place, item_id: str) -> None:
        folder = self._folder(place, item_id)
        if folder.parent.parent != self.root:
            raise StoreError(
                f"The {place.removesuffix('s')} {item_id} came with IPT Lab and stays."
            )
        self._remove(folder)

    def _remove(self, folder: Path) -> None:
        # Renamed first, so that no reader sees a folder of which some files are gone.
        bin_folder = self.root / "active" / f".deleted-{secrets.token_hex(4)}"
        with writing("Deletions", self.root):
            bin_folder.parent.mkdir(parents=True, exist_ok=True)
            os.rename(folder, bin_folder)
        shutil.rmtree(bin_folder, ignore_errors=True)


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _children(folder: Path) -> list[Path]:
    return [f for f in _entries(folder) if f.is_dir() and not f.name.startswith(".")]


def _check(item_id: str) -> str:
    if not _ID.fullmatch(item_id):
        raise StoreError(
            f"{item_id!r} is no id: expected 12 hexadecimal digits (0-9, a-f), "
            "as `ipt runs` lists them."
        )
    return item_id


def _unknown(kind: str, item_id: str) -> StoreError:
    return StoreError(f"No {kind} {item_id!r} in the store. `ipt runs` lists what is there.")
