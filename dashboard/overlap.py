"""Looking for a task's test and dev texts in train, in a thread; kept until the data change."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.background import Work, Works
from ipt_engine.tasks import Task

if TYPE_CHECKING:
    from ipt_engine.checking import TaskReport

_SOON = 0.4
"""Seconds that `start` waits: what comes from the cache is there by then."""


@dataclass(kw_only=True)
class Check(Work):
    """One task's check.

    Attributes:
        report: What was found, once it is done.
    """

    report: "TaskReport | None" = None


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
