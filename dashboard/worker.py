"""The process that works through the queue: `python -m dashboard.worker STORE`.

It outlives the dashboard's server. One works at a time (a file lock); it ends when nothing is
queued. A job is a folder under STORE/jobs with config.json, then started.json, log.txt and
result.json as it goes; a file called `cancel` asks for its end.
"""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ipt_engine.errors import IPTError
from ipt_engine.machine import step_back
from ipt_engine.runs import RunStore

CONFIG, STARTED, RESULT, LOG, CANCEL = (
    "config.json",
    "started.json",
    "result.json",
    "log.txt",
    "cancel",
)
_LOCK_WAIT = 2.0
"""Seconds; longer than a reader holds the lock when it looks whether a worker is there."""
_POLL = 0.5
_PATIENCE = 60.0
"""Seconds a cancelled run gets to end by itself, saving its checkpoint."""


def queue_lock(jobs: Path) -> FileLock:
    """The lock that the one worker of a store holds."""
    return FileLock(jobs / ".lock")


def next_job(jobs: Path) -> Path | None:
    """The oldest job that nobody has started; None if there is none."""
    for folder in sorted(jobs.iterdir()):
        if (folder / CONFIG).is_file() and not (folder / STARTED).exists():
            return folder
    return None


def work(root: Path) -> None:
    """Run queued jobs until none is left. Returns at once where another worker is at it."""
    jobs = root / "jobs"
    # Looked at again after the lock is given up: a job queued in between would find a worker
    # that has already decided to end.
    while next_job(jobs) is not None:
        try:
            with queue_lock(jobs).acquire(timeout=_LOCK_WAIT):
                while (folder := next_job(jobs)) is not None:
                    run_job(folder, root)
        except Timeout:
            return


def run_job(folder: Path, root: Path) -> None:
    """Run one job's config through the command line and record how it ended."""
    with (folder / LOG).open("ab") as log:
        process = subprocess.Popen(
            command(folder, root),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        write_json(folder / STARTED, {"pid": process.pid, "started": _now()})
        asked: float | None = None
        while process.poll() is None:
            time.sleep(_POLL)
            if (folder / CANCEL).exists():
                asked = asked or time.monotonic()
                if not _cancel(root, process.pid) or time.monotonic() - asked > _PATIENCE:
                    process.terminate()
    cancelled = (folder / CANCEL).exists()
    result = {"returncode": process.returncode, "cancelled": cancelled, "ended": _now()}
    write_json(folder / RESULT, result)


def command(folder: Path, root: Path) -> list[str]:
    """The command line of a job."""
    run = [sys.executable, "-m", "ipt_engine.cli", "run", str(folder / CONFIG)]
    return [*run, "--store", str(root)]


def write_json(path: Path, values: dict[str, Any]) -> None:
    """Write a JSON file so that no reader ever sees half of it."""
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    os.replace(temporary, path)


def _cancel(root: Path, pid: int) -> bool:
    """Ask the work of that process to stop; False if it has not begun any yet."""
    mine = [activity for activity in RunStore(root).active() if activity.pid == pid]
    for activity in mine:
        try:
            RunStore(root).cancel(activity.id)
        except IPTError:
            return False
    return bool(mine)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


if __name__ == "__main__":
    step_back()
    work(Path(sys.argv[1]))
