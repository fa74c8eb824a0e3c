"""A worker and work that another machine had: waited for, taken over, given up at last."""

import os
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock

from ipt_engine import ray_worker
from ipt_engine.active import STALE_SECONDS
from ipt_engine.artifacts import read_json, write_json
from ipt_engine.executors import Outcome
from ipt_engine.ray_worker import Setup, Worker, do_when_free, times_begun
from ipt_engine.runs import RunStore
from ipt_engine.study_plan import Work, make_plan
from ipt_engine.training import train
from tests.tiny_studies import part, study_of


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray_worker, "_LOOK_SECONDS", 0.02)
    monkeypatch.setattr(ray_worker, "_LOCK_SECONDS", 0.5)
    monkeypatch.setattr(ray_worker, "_SEEN_SECONDS", 0.5)


def first_training(model: Path) -> Work:
    return next(work for work in make_plan(study_of(part("pt"), model=model)).work if work.trains)


@pytest.mark.usefixtures("hasty")
def test_a_lock_that_lingers_is_waited_for_and_one_that_stays_is_said(
    tmp_path: Path, model_folder: Path
) -> None:
    store, work = RunStore(tmp_path), first_training(model_folder)
    lock = FileLock(tmp_path / "active" / f"{work.id}.lock", thread_local=False)
    (tmp_path / "active").mkdir()
    with lock:
        (outcome,) = do_when_free((work,), store)
        assert outcome.error is not None and "is already being done by process" in outcome.error
    lock.acquire()
    threading.Timer(0.3, lock.release).start()
    assert do_when_free((work,), store) == [Outcome(work.id)]
    assert store.has_prompt(work.id)


@pytest.mark.usefixtures("hasty")
def test_another_machines_heartbeat_counts_where_its_lock_does_not_reach(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, work = RunStore(tmp_path), first_training(model_folder)
    with store.begin("training", work.id, {}) as activity:
        pass
    status = activity.folder / "status.json"

    def beat(when: datetime) -> None:
        changes = {"state": "running", "host": "elsewhere", "heartbeat": when.isoformat()}
        write_json(status, read_json(status) | changes)  # type: ignore[operator]

    order: list[str] = []

    def stop_beating() -> None:
        order.append("lost")
        beat(datetime.now(UTC) - timedelta(seconds=STALE_SECONDS + 1))

    monkeypatch.setattr(ray_worker, "_LOCK_SECONDS", 60.0)
    monkeypatch.setattr(
        ray_worker, "do_work", lambda piece, *_: order.append("done") or [Outcome(work.id, "!")]
    )
    beat(datetime.now(UTC))
    threading.Timer(0.3, stop_beating).start()
    do_when_free((work,), store)
    assert order == ["lost", "done"]


@pytest.mark.usefixtures("hasty")
def test_what_another_machine_has_just_made_is_waited_for(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, study = RunStore(tmp_path), study_of(part("pt"), model=model_folder)
    (training, evaluation) = make_plan(study).work
    train(training.config, store)  # type: ignore[arg-type]
    folder = store.prompt_folder(training.id)
    hidden = folder.rename(folder.with_name(".not-seen-yet"))
    late = threading.Timer(0.3, lambda: hidden.rename(folder))
    late.start()
    assert do_when_free((evaluation,), store) == [Outcome(evaluation.id)]
    assert store.has_run(evaluation.id)


@pytest.mark.usefixtures("hasty")
def test_other_data_on_a_machine_is_found_out(tmp_path: Path, model_folder: Path) -> None:
    work = first_training(model_folder)
    (outcome,) = do_when_free((replace(work, id="0" * 12),), RunStore(tmp_path))
    assert outcome.error is not None and "it has another id" in outcome.error


def test_only_tries_that_get_no_further_are_counted(tmp_path: Path) -> None:
    store, work_id = RunStore(tmp_path), "a" * 12

    def begun() -> int:
        return times_begun(work_id, store, tmp_path)

    assert [begun(), begun()] == [1, 2]
    for step, expected in ((3, [1, 2]), (5, [1, 2]), (4, [3, 4]), (5, [5]), (6, [1])):
        with store.begin("training", work_id, {}) as activity:
            activity.update(step=step)
        assert [begun() for _ in expected] == expected


@pytest.mark.usefixtures("one_thread")
def test_work_that_ends_its_process_each_time_fails_at_last(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IPT_TASKS", "elsewhere")
    here = SimpleNamespace(get_node_id=lambda: "n")
    monkeypatch.setitem(sys.modules, "ray", SimpleNamespace(get_runtime_context=lambda: here))
    monkeypatch.setattr(ray_worker, "do_when_free", lambda piece, *_: [Outcome(work.id)])
    log, work = tmp_path / "log", first_training(model_folder)
    worker = Worker(Setup(RunStore(tmp_path), "cpu", log, 1, tmp_path, tmp_path / "tasks"))
    assert os.environ["IPT_TASKS"] == str(tmp_path / "tasks")
    _, place = worker.do((work,))
    assert not place.sees
    log.mkdir()
    errors = [worker.do((work,))[0][0].error for _ in range(5)]
    assert errors[:4] == [None] * 4
    assert errors[4] is not None and "ended without a word 4 times" in errors[4]
