"""A study is done: what is missing is handed to an executor, in order, until all of it is there.

The store is the only memory. What it has is not done again, so the same call goes on wherever the
last one stopped, and several studies share their runs, also at the same time: what another process
is at is waited for.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from ipt_engine.estimates import Estimator
from ipt_engine.executors import Executor
from ipt_engine.runs import RunStore
from ipt_engine.studies import StudyRecord, StudyRun, change_study
from ipt_engine.study_config import StudyConfig
from ipt_engine.study_plan import Plan, Work, make_plan, pieces

_LOOK_SECONDS = 1.0
_AGAIN_SECONDS = 5.0
"""How often it is tried to begin work whose process has ended, or shows no sign of life."""
_SILENT_SECONDS = 180.0
"""How long work may be held by a process that shows none, before it counts as failed."""


@dataclass(frozen=True)
class StudyProgress:
    """How far a study is.

    Attributes:
        done: Pieces of work that are there.
        failed: Those that failed, or wait for one that did.
        total: All pieces, trainings and evaluations.
        running: Ids of those being done.
        elsewhere: How many another process is at.
        seconds_left: Until the rest is done, judged by what is in the store; None if unknown.
        unknown: Pieces left whose time nothing in the store tells.
    """

    done: int
    failed: int
    total: int
    running: tuple[str, ...]
    seconds_left: float | None
    unknown: int
    elsewhere: int = 0


def run_study(  # noqa: PLR0913, PLR0917 what is done, where, and who is told
    plan: Plan,
    record: StudyRecord,
    store: RunStore,
    executor: Executor,
    on_progress: Callable[[StudyProgress], None] = lambda progress: None,
    on_failure: Callable[[Work, str], None] = lambda work, reason: None,
) -> StudyRecord:
    """Do what is missing of a study.

    Args:
        plan: What the study takes.
        record: The study as `begin_study` gave it; its failures are not tried again.
        store: Where results go.
        executor: Who does it; closed at the end.
        on_progress: Told about once a second.
        on_failure: Told each piece that fails, and why. The others go on.

    Returns:
        The record, with the failures.

    Raises:
        KeyboardInterrupt: Passed on; what was being done stays, to be continued.
    """
    todo = {work.id: work for work in plan.work if not is_there(store, work)}
    failures = {i: reason for i, reason in record.failures.items() if i in todo}
    running: dict[str, float] = {}
    busy = _Elsewhere(store)
    seconds = _seconds_each(todo.values(), store)

    def progress() -> StudyProgress:
        open_ = [work for work in todo.values() if not blocked(work, failures)]
        known = [seconds[work.id] for work in open_]
        spent = sum(min(time.monotonic() - t, seconds[i] or 0.0) for i, t in running.items())
        left = sum(value for value in known if value is not None) - spent
        return StudyProgress(
            done=len(plan.work) - len(todo),
            failed=len(todo) - len(open_),
            total=len(plan.work),
            running=tuple(running),
            seconds_left=None if open_ and known == [None] * len(known) else left / executor.slots,
            unknown=known.count(None),
            elsewhere=len(busy.ids),
        )

    try:
        while True:
            for work_id in busy.made():
                del todo[work_id]
            ready = _ready(todo.values(), failures, {*running, *busy.left_alone()})
            # What may be held all the same keeps nothing else waiting.
            ready.sort(key=lambda work: work.id in busy.ids)
            for piece in pieces(ready, executor.free)[: executor.free]:
                executor.submit(piece)
                running |= dict.fromkeys((work.id for work in piece), time.monotonic())
            on_progress(progress())
            if not running and not busy.ids:
                break
            if not running:
                time.sleep(_LOOK_SECONDS)
                continue
            ended = executor.wait(_LOOK_SECONDS)
            for outcome in ended:
                del running[outcome.id]
                if outcome.busy and busy.wait_for(todo[outcome.id]):
                    continue
                busy.forget(outcome.id)
                if outcome.error is None:
                    del todo[outcome.id]
                    continue
                failures[outcome.id] = outcome.error
                record = _keep(failures, record, plan, store)
                on_failure(todo[outcome.id], outcome.error)
            if ended:
                seconds = _seconds_each(todo.values(), store)
    finally:
        executor.close()
    return _keep(failures, record, plan, store)


def begin_study(
    study: StudyConfig, store: RunStore, only: Collection[str] = (), retry: bool = False
) -> tuple[Plan, StudyRecord]:
    """Work a study out and write its record.

    Args:
        study: The study.
        store: Where it is kept.
        only: Names of the slices to do; all if empty. The record has all of them.
        retry: Whether what failed before is tried again.

    Returns:
        The plan of the slices wanted, and the record.

    Raises:
        IPTError: If the study contradicts itself, or a base model cannot be had.
    """
    whole = make_plan(study)
    needs = {work.id: work.needs for work in whole.work}
    runs = tuple(
        StudyRun(run.slice, run.run_id, run.prompt_id, _all_needs(run.run_id, needs))
        for run in whole.runs
    )
    fresh = StudyRecord(study.name, study.to_dict(), runs)

    def begun(before: StudyRecord | None) -> StudyRecord:
        if before is None:
            return fresh
        ours = {item for run in runs for item in (run.run_id, *run.needs)}
        known = {i: reason for i, reason in before.failures.items() if i in ours and not retry}
        return replace(fresh, failures=known, created=before.created)

    record = change_study(store.root, study.name, begun)
    return make_plan(study, tuple(only)) if only else whole, record


def is_there(store: RunStore, work: Work) -> bool:
    """Whether the store has what the work would make."""
    return store.has_prompt(work.id) if work.trains else store.has_run(work.id)


def blocked(work: Work, failures: Collection[str]) -> bool:
    """Whether it failed, or cannot begin because what it needs failed."""
    return work.id in failures or any(need in failures for need in work.needs)


def expected_seconds(works: Iterable[Work], store: RunStore) -> tuple[float, int]:
    """Seconds that works take one after the other, and how many of them cannot be judged."""
    found = _seconds_each(works, store).values()
    return sum(value for value in found if value is not None), sum(v is None for v in found)


class _Elsewhere:
    """Work that another process is at.

    While that one shows life, the work is left to it. Where it has ended, or shows none, the work
    is tried again every now and then, since the lock may be free by now.
    """

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._works: dict[str, Work] = {}
        self._alive: dict[str, float] = {}
        self._tried: dict[str, float] = {}

    @property
    def ids(self) -> list[str]:
        return list(self._works)

    def wait_for(self, work: Work) -> bool:
        """Whether it is worth waiting for: not if its process has been silent for too long."""
        now = time.monotonic()
        self._works[work.id], self._tried[work.id] = work, now
        return now - self._alive.setdefault(work.id, now) < _SILENT_SECONDS

    def forget(self, work_id: str) -> None:
        """It was done or failed here after all."""
        for known in (self._works, self._alive, self._tried):
            known.pop(work_id, None)

    def made(self) -> list[str]:
        """What is there by now; it is not waited for any more."""
        found = [i for i, work in self._works.items() if is_there(self._store, work)]
        for work_id in found:
            self.forget(work_id)
        return found

    def left_alone(self) -> list[str]:
        """What its process is still at, as its heartbeat tells, and what was just tried."""
        now = time.monotonic()
        running = [work_id for work_id in self._works if self._store.is_running(work_id)]
        self._alive |= dict.fromkeys(running, now)
        tried = [i for i, when in self._tried.items() if now - when < _AGAIN_SECONDS]
        return [*running, *tried]


def _keep(
    failures: Mapping[str, str], record: StudyRecord, plan: Plan, store: RunStore
) -> StudyRecord:
    """Write failures into the study's record, beside those that others have found meanwhile."""
    works = {work.id: work for work in plan.work}

    def changed(before: StudyRecord | None) -> StudyRecord:
        before = before or record
        known = {**before.failures, **failures}
        left = {i: w for i, w in known.items() if i not in works or not is_there(store, works[i])}
        return replace(before, failures=left)

    return change_study(store.root, record.name, changed)


def _seconds_each(works: Iterable[Work], store: RunStore) -> dict[str, float | None]:
    estimator = Estimator(store.prompts(), store.runs())
    found = {work.id: estimator.estimate(work.config) for work in works}
    return {i: None if estimate is None else estimate.seconds for i, estimate in found.items()}


def _all_needs(work_id: str, needs: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What has to be there before it, what that needs included."""
    found: dict[str, None] = {}
    for need in needs[work_id]:
        found |= dict.fromkeys((*_all_needs(need, needs), need))
    return tuple(found)


def _ready(todo: Iterable[Work], failures: Collection[str], running: Collection[str]) -> list[Work]:
    left = list(todo)
    missing = {work.id for work in left}
    return [
        work
        for work in left
        if work.id not in running
        and not blocked(work, failures)
        and not any(need in missing for need in work.needs)
    ]
