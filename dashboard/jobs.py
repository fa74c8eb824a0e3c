"""Starting runs as subprocesses, and following them through the store.

A job is queued by writing its folder; a detached worker (`dashboard.worker`) runs the queue.
Nothing here lives in the server's memory, so a reload, another browser or a restarted server
sees the same jobs.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from filelock import Timeout

from dashboard import worker
from dashboard.readonly import read_only, refuse_if_read_only
from ipt_engine.config import RunConfig, TrainingConfig
from ipt_engine.errors import StoreError
from ipt_engine.resources import bundled_root
from ipt_engine.runs import ActiveWork, RunStore

State = Literal["queued", "running", "interrupted", "failed", "cancelled", "done"]
_STARTUP = 15.0
"""Seconds a new worker gets to appear before its queue counts as abandoned."""
_LOADING = 120.0
"""Seconds a job's process may take until its work shows."""
_KEPT = 20
_LOG_TAIL = 20_000
_LOOKING = threading.Lock()
_WORKERS: list["subprocess.Popen[bytes]"] = []
"""Workers started by this server, kept so that their exit is collected."""


@dataclass(frozen=True)
class Job:
    """A run asked for from the dashboard.

    Attributes:
        id: Name of its folder; sorts by age.
        folder: Holds its config, log and result.
        config: The run's config as plain values.
        state: Where it stands.
        pid: Its process; None before it started.
        started: When it started (ISO, UTC); None before.
        activity: What the store says about its training or evaluation now; None if nothing.
    """

    id: str
    folder: Path
    config: dict[str, Any]
    state: State
    pid: int | None
    started: str | None
    activity: ActiveWork | None

    def log(self) -> str:
        """The end of what the process printed."""
        try:
            with (self.folder / worker.LOG).open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - _LOG_TAIL))
                return file.read().decode(errors="replace").replace("\r", "\n").strip()
        except OSError:
            return ""

    def reason(self) -> str:
        """Why it failed: the last line that it printed."""
        lines = [line.strip() for line in self.log().splitlines() if line.strip()]
        return lines[-1].removeprefix("Error: ") if lines else "It ended without a word."


@dataclass(frozen=True)
class Standing:
    """All work in a store at one time.

    Attributes:
        jobs: Newest first.
        others: Unfinished work that none of them stands for.
    """

    jobs: list[Job]
    others: list[ActiveWork]

    @property
    def states(self) -> frozenset[tuple[str, str]]:
        """What is there, and where it stands: equal until something comes, begins or ends."""
        return frozenset((work.id, work.state) for work in (*self.jobs, *self.others))

    @property
    def busy(self) -> bool:
        """Whether anything runs or waits."""
        return any(state in {"queued", "running"} for _, state in self.states)


def submit(store: RunStore, config: RunConfig) -> str:
    """Queue a run and see to it that a worker is there; gives the job's id."""
    return submit_many(store, [config])[0]


def submit_many(store: RunStore, configs: Sequence[RunConfig]) -> list[str]:
    """Queue several runs, which one worker does in this order; gives the jobs' ids."""
    refuse_if_read_only()
    ids = []
    for config in configs:
        ids.append(f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(2)}")
        folder = store.root / "jobs" / ids[-1]
        folder.mkdir(parents=True)
        worker.write_json(folder / worker.CONFIG, config.to_dict())
    if ids:
        _prune(store)
        _start_worker(store)
    return ids


def not_queued(store: RunStore, configs: Iterable[RunConfig]) -> list[RunConfig]:
    """Those of the runs that are neither queued nor running."""
    ahead = [job.config for job in jobs(store) if job.state in {"queued", "running"}]
    # As plain values read back, in which a tuple is a list.
    return [config for config in configs if json.loads(json.dumps(config.to_dict())) not in ahead]


def resume(store: RunStore, job: Job) -> None:
    """Put a job that ended early back into the queue; the engine goes on from its checkpoint."""
    refuse_if_read_only()
    for name in (worker.STARTED, worker.RESULT, worker.CANCEL):
        (job.folder / name).unlink(missing_ok=True)
    # As fresh as a new one: it counts as queued while its worker starts.
    (job.folder / worker.CONFIG).touch()
    _start_worker(store)


def resume_activity(store: RunStore, activity: ActiveWork) -> str:
    """Queue interrupted work that was begun elsewhere, say from the command line."""
    if activity.kind != "training":
        return submit(store, RunConfig.from_dict(activity.config))
    training = TrainingConfig.from_dict(activity.config)
    method = "pt" if training.retrieval is None else "ipt"
    config = RunConfig(
        task=training.task,
        method=method,
        base_model=training.base_model,
        training=training,
        retrieval=training.retrieval,
        template=training.template,
        seed=training.prompt_tuning.seed,
    )
    return submit(store, config)


def cancel(store: RunStore, job: Job) -> None:
    """Take a queued job out of the queue, or ask a running one to stop."""
    refuse_if_read_only()
    if job.state == "queued":
        shutil.rmtree(job.folder, ignore_errors=True)
        return
    (job.folder / worker.CANCEL).touch()
    if job.activity is not None:
        store.cancel(job.activity.id)


def cancel_activity(store: RunStore, activity: ActiveWork) -> None:
    """Ask running work that was begun elsewhere to stop."""
    refuse_if_read_only()
    store.cancel(activity.id)


def discard(store: RunStore, activity: ActiveWork, job: Job | None = None) -> None:
    """Remove unfinished work, checkpoint and all, and the job that it was done for."""
    refuse_if_read_only()
    store.discard(activity.id)
    if job is not None:
        forget(job)


def forget(job: Job) -> None:
    """Remove a job that is not running from the list. What it put into the store stays."""
    refuse_if_read_only()
    if job.state == "running":
        raise StoreError("This job is still running. Cancel it first.")
    shutil.rmtree(job.folder, ignore_errors=True)


def result(store: RunStore, job: Job, runs: pd.DataFrame) -> dict[str, Any] | None:
    """The run that a finished job made or found; None if it is no longer in the store.

    Args:
        store: Where it worked.
        job: It.
        runs: `RunStore.runs` of the store.
    """
    wanted = {k: v for k, v in job.config.items() if k not in {"training", "prompt_id"}}
    if runs.empty:
        return None
    same = (runs["task"] == wanted["task"]) & (runs["method"] == wanted["method"])
    for run_id in runs.loc[same, "run_id"].tolist()[::-1]:
        run = store.run(run_id)
        found = {k: v for k, v in run["config"].items() if k not in {"training", "prompt_id"}}
        if found == wanted and _same_prompt(store, run["prompt_id"], job.config):
            return run
    return None


def jobs(store: RunStore) -> list[Job]:
    """All jobs, newest first. A damaged folder is left out."""
    root = store.root / "jobs"
    if not root.is_dir():
        return []
    attended = _worker_is_there(root)
    active = {activity.pid: activity for activity in store.active()}
    found = []
    for folder in sorted(root.iterdir(), reverse=True):
        config = _read(folder / worker.CONFIG)
        if config is not None:
            found.append(_job(folder, config, attended, active))
    return found


def elsewhere(store: RunStore, found: Iterable[Job]) -> list[ActiveWork]:
    """Unfinished work in the store that none of the dashboard's jobs stands for.

    Args:
        store: The store.
        found: All its `jobs`.
    """
    mine = {job.pid for job in found}
    return [activity for activity in store.active() if activity.pid not in mine]


def standing(store: RunStore) -> Standing:
    """All jobs, and the work that none of them stands for."""
    found = jobs(store)
    return Standing(found, elsewhere(store, found))


def is_trained(store: RunStore, job: Job, prompts: pd.DataFrame) -> bool:
    """Whether the prompt that a job trains is in the store.

    Args:
        store: Where it works.
        job: It.
        prompts: `RunStore.prompts` of the store.
    """
    training = job.config["training"]
    if training is None or prompts.empty:
        return False
    like = (prompts["task"] == training["task"]) & (
        prompts["seed"] == training["prompt_tuning"]["seed"]
    )
    ids = prompts.loc[like, "prompt_id"]
    return any(_same_prompt(store, prompt_id, job.config) for prompt_id in ids)


def _same_prompt(store: RunStore, prompt_id: str | None, config: dict[str, Any]) -> bool:
    """Whether a prompt is the one that a config names or trains."""
    if prompt_id is None or config["training"] is None:
        return prompt_id == config["prompt_id"]
    return store.has_prompt(prompt_id) and store.prompt(prompt_id)["config"] == config["training"]


def _job(
    folder: Path, config: dict[str, Any], attended: bool | None, active: dict[int, ActiveWork]
) -> Job:
    started = _read(folder / worker.STARTED)
    result = _read(folder / worker.RESULT)
    pid = None if started is None else int(started["pid"])
    activity = None if pid is None else active.get(pid)
    state: State
    if result is not None:
        ended: State = "cancelled" if result["cancelled"] else "failed"
        state = "done" if result["returncode"] == 0 else ended
    elif started is None:
        waits = attended is not False or _age(folder / worker.CONFIG) < _STARTUP
        state = "queued" if waits else "interrupted"
    else:
        alive = attended or (activity is not None and activity.state == "running")
        # Nobody can say whether a worker is there: a process that loads torch shows no work yet.
        loads = attended is None and activity is None and _age(folder / worker.STARTED) < _LOADING
        state = "running" if alive or loads else "interrupted"
    return Job(
        id=folder.name,
        folder=folder,
        config=config,
        state=state,
        pid=pid,
        started=None if started is None else str(started["started"]),
        activity=activity,
    )


def _age(path: Path) -> float:
    """Seconds since a file was written."""
    return time.time() - path.stat().st_mtime


def _worker_is_there(root: Path) -> bool | None:
    """Whether a worker holds the queue's lock; None where that cannot be found out.

    Looking takes the lock, which writes: a store that is only shown is left as it is.
    """
    if read_only():
        return None
    try:
        # One at a time: of two sessions that look at once, one would take the other for a worker.
        with _LOOKING, worker.queue_lock(root).acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return None


def _start_worker(store: RunStore) -> None:
    path = os.pathsep.join(filter(None, [str(bundled_root()), os.environ.get("PYTHONPATH")]))
    _WORKERS[:] = [process for process in _WORKERS if process.poll() is None]
    with (store.root / "jobs" / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.worker", str(store.root.resolve())],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": path},
            # A session of its own: closing the terminal or the server does not end it.
            start_new_session=True,
        )
    _WORKERS.append(process)


def _prune(store: RunStore) -> None:
    ended = [job for job in jobs(store) if job.state in {"done", "cancelled"}]
    for job in ended[_KEPT:]:
        forget(job)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return values
