"""Looking for a task's test and dev texts in train, in a thread; kept until the data change."""

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dashboard.engine import reported
from ipt_engine.errors import Cancelled
from ipt_engine.estimates import duration
from ipt_engine.tasks import Task

if TYPE_CHECKING:
    from ipt_engine.checking import TaskReport

_MOST = 16
_SOON = 0.4
"""Seconds that `start` waits: what comes from the cache is there by then."""


@dataclass
class Check:
    """One task's check.

    Attributes:
        doing: What is being done, for people.
        done: Texts encoded.
        total: Of how many; 0 where there is no count.
        began: When the first of them were begun, in seconds of `time.monotonic`.
        report: What was found, once it is done.
        error: One line if it failed.
        running: Whether there is more to come.
        stopping: Set when someone asks for its end.
    """

    doing: str = "Reading"
    done: int = 0
    total: int = 0
    began: float = 0.0
    report: "TaskReport | None" = None
    error: str | None = None
    running: bool = True
    stopping: threading.Event = field(default_factory=threading.Event)

    def line(self) -> str:
        """What is being done, how far it is, and about how long it will take."""
        if not self.total:
            return f"{self.doing}."
        spent = time.monotonic() - self.began
        left = f", about {duration(spent / self.done * (self.total - self.done))} left"
        return f"{self.doing}: {self.done} of {self.total}{left if self.done else ''}."


_CHECKS: dict[tuple[str, str], Check] = {}
_LOCK = threading.Lock()


def start(task: Task) -> None:
    """Begin, unless it is being done already; returns almost at once."""
    with _LOCK:
        check = find(task)
        if check is not None and check.running and not check.stopping.is_set():
            return
        _CHECKS.pop(_key(task), None)
        check = _CHECKS[_key(task)] = Check()
        while len(_CHECKS) > _MOST:
            _CHECKS.pop(next(iter(_CHECKS))).stopping.set()
    thread = threading.Thread(target=_check, args=(check, task), daemon=True)
    thread.start()
    thread.join(_SOON)


def find(task: Task) -> Check | None:
    """The check begun last of what the task's files hold now; None if there is none."""
    return _CHECKS.get(_key(task))


def _key(task: Task) -> tuple[str, str]:
    return task.name, task.data_hash("train", "dev", "test")


def _check(check: Check, task: Task) -> None:
    def tell(what: str, done: int, total: int) -> None:
        if check.stopping.is_set():
            raise Cancelled("Stopped.")
        if total and not check.total:
            check.began = time.monotonic()
        check.doing, check.done, check.total = what, done, total

    with reported(check):
        from ipt_engine.checking import check_task  # noqa: PLC0415 loads scipy

        check.report = check_task(task, on_progress=tell)
