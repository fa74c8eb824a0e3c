"""Looking for a task's test and dev texts in train, in a thread; kept until the data change."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.background import Work, Works
from ipt_engine.estimates import duration
from ipt_engine.tasks import Task

if TYPE_CHECKING:
    from ipt_engine.checking import TaskReport

_SOON = 0.4
"""Seconds that `start` waits: what comes from the cache is there by then."""


@dataclass(kw_only=True)
class Check(Work):
    """One task's check.

    Attributes:
        began: When the first text was begun, in seconds of `time.monotonic`.
        report: What was found, once it is done.
    """

    began: float = 0.0
    report: "TaskReport | None" = None

    def tell(self, doing: str, done: int, total: int) -> None:
        """As of any work; the clock starts with the first count."""
        if total and not self.total:
            self.began = time.monotonic()
        super().tell(doing, done, total)

    @property
    def line(self) -> str:
        """As of any work, with about how long it will take."""
        if not self.done:
            return super().line
        left = (time.monotonic() - self.began) / self.done * (self.total - self.done)
        return f"{super().line.removesuffix('.')}, about {duration(left)} left."


_CHECKS: Works[tuple[str, str], Check] = Works(most=16)


def start(task: Task) -> None:
    """Begin, unless it is being done already; returns almost at once."""
    _CHECKS.begin(_key(task), Check, lambda check: _check(check, task), wait=_SOON)


def find(task: Task) -> Check | None:
    """The check begun last of what the task's files hold now; None if there is none."""
    return _CHECKS.find(_key(task))


def _key(task: Task) -> tuple[str, str]:
    return task.name, task.data_hash("train", "dev", "test")


def _check(check: Check, task: Task) -> None:
    from ipt_engine.checking import check_task  # noqa: PLC0415 loads scipy

    check.report = check_task(task, on_progress=check.tell)
