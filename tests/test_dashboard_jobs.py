"""Jobs: queued, run one at a time by a worker of their own, followed through the store."""

import inspect
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard import jobs, worker
from ipt_engine.config import RetrievalArguments, RunConfig
from ipt_engine.errors import StoreError
from ipt_engine.runs import RunStore
from tests.job_configs import ICL, ZERO


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "store")


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Say what a job's process does, as Python code."""

    def stand_in(code: str) -> None:
        monkeypatch.setattr(
            worker, "command", lambda folder, root: [sys.executable, "-c", code, str(folder)]
        )

    return stand_in


def states(store: RunStore) -> list[str]:
    return [job.state for job in jobs.jobs(store)]


def test_a_job_goes_through_the_queue(
    store: RunStore, no_worker: None, runs: Callable[[str], None]
) -> None:
    runs("print('hello')")
    job_id = jobs.submit(store, ICL)
    (job,) = jobs.jobs(store)
    assert (job.id, job.state, job.pid) == (job_id, "queued", None)
    assert RunConfig.from_dict(job.config) == ICL
    worker.work(store.root)
    (job,) = jobs.jobs(store)
    assert job.state == "done"
    assert job.log() == "hello"


def test_jobs_run_in_order_and_one_at_a_time(
    store: RunStore, no_worker: None, runs: Callable[[str], None], tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    runs(
        f"import sys, time; f = open({str(trace)!r}, 'a'); n = sys.argv[1][-4:]\n"
        "f.write(f'+{n} '); f.flush(); time.sleep(0.15); f.write(f'-{n} ')"
    )
    ids = [jobs.submit(store, config)[-4:] for config in (ICL, ZERO, ICL)]
    workers = [threading.Thread(target=worker.work, args=(store.root,)) for _ in range(3)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    assert trace.read_text().split() == [f"{sign}{i}" for i in ids for sign in "+-"]
    assert states(store) == ["done"] * 3


def test_several_runs_are_queued_in_order_and_start_one_worker(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    monkeypatch.setattr(jobs, "_start_worker", lambda store: started.append(1))
    ids = jobs.submit_many(store, [ICL, ZERO])
    assert [job.id for job in jobs.jobs(store)] == ids[::-1]
    assert [RunConfig.from_dict(job.config) for job in jobs.jobs(store)] == [ZERO, ICL]
    assert len(started) == 1
    assert jobs.submit_many(store, []) == [] and len(started) == 1


def test_what_is_queued_is_known_until_it_has_ended(
    store: RunStore, no_worker: None, runs: Callable[[str], None]
) -> None:
    runs("pass")
    shown = RetrievalArguments(retriever="fixed", fixed_ids=("a", "b"), num_fewshot=2)
    fixed = RunConfig(task="mini-dart", method="icl", retrieval=shown)
    jobs.submit(store, fixed)
    assert jobs.not_queued(store, [fixed, ICL]) == [ICL]
    worker.work(store.root)
    assert jobs.not_queued(store, [fixed, ICL]) == [fixed, ICL]


@pytest.mark.parametrize("error", [PermissionError("no"), OSError(30, "read-only disk")])
def test_where_the_lock_cannot_be_taken_the_store_says_how_jobs_stand(
    store: RunStore, no_worker: None, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    class Refused:
        def acquire(self, timeout: float) -> None:
            raise error

    jobs.submit(store, ICL)
    (job,) = jobs.jobs(store)
    long_ago = time.time() - 3600
    os.utime(job.folder / worker.CONFIG, (long_ago, long_ago))
    assert states(store) == ["interrupted"], "its worker never came"
    monkeypatch.setattr(worker, "queue_lock", lambda root: Refused())
    assert states(store) == ["queued"], "nobody knows better"
    worker.write_json(job.folder / worker.STARTED, {"pid": os.getpid(), "started": "2026-01-01"})
    assert states(store) == ["running"], "it may be loading"
    os.utime(job.folder / worker.STARTED, (long_ago, long_ago))
    assert states(store) == ["interrupted"]
    with store.begin("training", "ab" * 6, {}):
        assert states(store) == ["running"]


def test_a_failed_job_says_why(
    store: RunStore, no_worker: None, runs: Callable[[str], None]
) -> None:
    runs("import sys; print('working'); sys.exit('Error: **no** <b>such</b> task')")
    jobs.submit(store, ICL)
    worker.work(store.root)
    (job,) = jobs.jobs(store)
    assert job.state == "failed"
    assert job.reason() == "**no** <b>such</b> task"


def test_cancelling_a_queued_job_takes_it_out(store: RunStore, no_worker: None) -> None:
    jobs.submit(store, ICL)
    jobs.cancel(store, jobs.jobs(store)[0])
    assert jobs.jobs(store) == []


def test_cancelling_a_job_that_still_starts_ends_its_process(
    store: RunStore, no_worker: None, runs: Callable[[str], None]
) -> None:
    runs("import time; time.sleep(60)")
    jobs.submit(store, ICL)
    thread = threading.Thread(target=worker.work, args=(store.root,))
    thread.start()
    _wait(lambda: states(store) == ["running"])
    jobs.cancel(store, jobs.jobs(store)[0])
    thread.join(timeout=20)
    assert states(store) == ["cancelled"]


def test_cancelling_a_training_asks_it_to_stop_by_itself(
    store: RunStore, no_worker: None, runs: Callable[[str], None]
) -> None:
    """A process with work in the store gets to save its checkpoint: it is not terminated."""
    root = Path(__file__).resolve().parent.parent
    runs(
        f"import sys, time; sys.path.insert(0, {str(root)!r})\n"
        "from pathlib import Path; from ipt_engine.runs import RunStore\n"
        f"with RunStore(Path({str(store.root)!r})).begin('training', 'ab' * 6, {{}}) as work:\n"
        "    try:\n"
        "        while True: time.sleep(0.02); work.check_cancelled()\n"
        "    finally: print('checkpoint saved')"
    )
    jobs.submit(store, ICL)
    thread = threading.Thread(target=worker.work, args=(store.root,))
    thread.start()
    _wait(lambda: any(job.activity for job in jobs.jobs(store)))
    (job,) = jobs.jobs(store)
    assert job.activity is not None and job.activity.id == "ab" * 6
    assert jobs.elsewhere(store, [job]) == []
    jobs.cancel(store, job)
    thread.join(timeout=20)
    (job,) = jobs.jobs(store)
    assert job.state == "cancelled"
    assert "checkpoint saved" in job.log()


def test_a_job_whose_worker_is_gone_is_interrupted_and_can_be_resumed(
    store: RunStore, no_worker: None, runs: Callable[[str], None]
) -> None:
    runs("print('again')")
    jobs.submit(store, ICL)
    (job,) = jobs.jobs(store)
    worker.write_json(job.folder / worker.STARTED, {"pid": 2**22 + 1, "started": "2026-01-01"})
    assert states(store) == ["interrupted"]
    worker.work(store.root)
    assert states(store) == ["interrupted"], "nobody runs it without being asked"
    long_ago = time.time() - 3600
    os.utime(job.folder / worker.CONFIG, (long_ago, long_ago))
    jobs.resume(store, jobs.jobs(store)[0])
    assert states(store) == ["queued"], "though its worker has yet to appear"
    worker.work(store.root)
    assert states(store) == ["done"]


def test_a_running_job_is_not_forgotten(
    store: RunStore, no_worker: None, runs: Callable[[str], None]
) -> None:
    runs("import time; time.sleep(60)")
    jobs.submit(store, ICL)
    thread = threading.Thread(target=worker.work, args=(store.root,))
    thread.start()
    _wait(lambda: states(store) == ["running"])
    (job,) = jobs.jobs(store)
    with pytest.raises(StoreError, match="Cancel it first"):
        jobs.forget(job)
    jobs.cancel(store, job)
    thread.join(timeout=20)
    jobs.forget(jobs.jobs(store)[0])
    assert jobs.jobs(store) == []


def test_a_damaged_job_folder_is_left_out(store: RunStore, no_worker: None) -> None:
    jobs.submit(store, ICL)
    broken = store.root / "jobs" / "20260101T000000-dead"
    broken.mkdir()
    (broken / worker.CONFIG).write_text("{", encoding="utf-8")
    assert [job.id for job in jobs.jobs(store)] != [broken.name]
    assert len(jobs.jobs(store)) == 1


def test_the_run_of_a_job_is_found_by_its_config(fake_store: RunStore, no_worker: None) -> None:
    runs = fake_store.runs()
    run = fake_store.run(runs[runs["method"] == "ipt"]["run_id"].iloc[1])
    training = fake_store.prompt(run["prompt_id"])["config"]
    config = RunConfig.from_dict(run["config"] | {"training": training, "prompt_id": None})
    jobs.submit(fake_store, config)
    (job,) = jobs.jobs(fake_store)
    found = jobs.result(fake_store, job, fake_store.runs())
    assert found is not None and found["run_id"] == run["run_id"]
    fake_store.delete_run(run["run_id"])
    assert jobs.result(fake_store, job, fake_store.runs()) is None


def test_interrupted_training_from_elsewhere_becomes_a_job(
    fake_store: RunStore, no_worker: None
) -> None:
    (work,) = jobs.elsewhere(fake_store, [])
    jobs.resume_activity(fake_store, work)
    (job,) = jobs.jobs(fake_store)
    config = RunConfig.from_dict(job.config)
    assert config.training is not None and config.training.to_dict() == work.config
    assert config.method == "pt"


def test_work_of_the_queue_steps_back_behind_answers_that_somebody_waits_for() -> None:
    code = (
        "import os; from pathlib import Path; from ipt_engine.machine import step_back; "
        "before = os.getpriority(os.PRIO_PROCESS, 0); step_back(); "
        "group = Path('/proc/self/autogroup'); "
        "print(os.getpriority(os.PRIO_PROCESS, 0) - before, "
        "group.read_text().split()[-1] if group.exists() else 10)"
    )
    # A session of its own, as the worker has, so that the tests' own is left alone.
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        start_new_session=True,
    )  # fmt: skip
    nicer, group = map(int, found.stdout.split())
    assert nicer > 0
    assert group == 10
    assert "step_back()" in inspect.getsource(worker).partition("__main__")[2]


def test_the_worker_is_a_process_of_its_own(store: RunStore) -> None:
    """The whole way, with the real command line, which refuses this task in one line."""
    unknown = RunConfig(task="no-such-task", method="zero_shot")
    jobs.submit(store, unknown)
    _wait(lambda: states(store) == ["failed"], seconds=60)
    (job,) = jobs.jobs(store)
    assert "no-such-task" in job.log()
    _wait(lambda: all(process.poll() is not None for process in jobs._WORKERS), seconds=20)
    assert json.loads((job.folder / worker.RESULT).read_text())["returncode"] == 1


def _wait(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)
