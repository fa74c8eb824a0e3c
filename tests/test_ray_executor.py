"""Studies on a Ray cluster: a machine is lost and nothing with it; what cannot be is one line."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import psutil
import pytest
import torch
import yaml
from filelock import FileLock
from typer.testing import CliRunner

from ipt_engine import __version__, ray_executor, ray_worker
from ipt_engine.active import STALE_SECONDS
from ipt_engine.artifacts import read_json, write_json
from ipt_engine.cli import app
from ipt_engine.config import TrainingConfig
from ipt_engine.errors import ConfigError, IPTError, StoreError
from ipt_engine.executors import Outcome
from ipt_engine.ray_cluster import Actors, connect, gpus_of, room_for
from ipt_engine.ray_executor import RayExecutor
from ipt_engine.ray_worker import Place, Setup, Worker, do_when_free, times_begun
from ipt_engine.runs import RunStore
from ipt_engine.soft_prompt import WEIGHTS_FILE
from ipt_engine.study import StudyProgress, begin_study, run_study
from ipt_engine.study_config import StudyConfig
from ipt_engine.study_plan import Piece, Work, make_plan
from ipt_engine.trainer import read_checkpoint
from ipt_engine.training import train
from tests.test_experiment import model_folder
from tests.test_study import IPT, SMALL, part, study_of

__all__ = ["model_folder"]
STEPS = 80
NODE: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 80 * 2**20}


@pytest.fixture
def ray() -> Iterator[Any]:
    """Ray; without it the test is skipped, or fails where CI is true."""
    try:
        import ray
    except ImportError:
        message = "Ray is not installed: pip install -e '.[ray]'"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    yield ray
    ray.shutdown()


@pytest.fixture
def two_nodes(ray: Any) -> Iterator[Any]:
    """A cluster of two machines with a core each, as far as Ray can tell."""
    from ray.cluster_utils import Cluster

    folder = tempfile.mkdtemp(prefix="ray-")
    # Where Ray notes the address, whatever folder it is given; on a new machine it is not there.
    Path(tempfile.gettempdir(), "ray").mkdir(exist_ok=True)
    quick_to_notice = {"health_check_period_ms": 1000, "health_check_initial_delay_ms": 1000}
    head = {"include_dashboard": False, "temp_dir": folder, "_system_config": quick_to_notice}
    cluster = Cluster(initialize_head=True, head_node_args=NODE | head)
    try:
        cluster.add_node(**NODE)
        yield cluster
    finally:
        ray.shutdown()
        cluster.shutdown()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def long_study(model: Path, **changes: Any) -> StudyConfig:
    long = {"training": SMALL["training"] | {"max_steps": STEPS, "eval_steps": 10}}
    slices = [
        part("zero_shot", "pt", seeds=[0, 1]),
        part({"method": "icl", "num_fewshot": 0}, name="b"),
    ]
    return study_of(*changes.pop("slices", slices), model=model, settings=SMALL | long, **changes)


# A real cluster.


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("one_thread")
def test_a_machine_is_lost_and_all_runs_finish_none_twice(
    two_nodes: Any, tmp_path: Path, model_folder: Path
) -> None:
    """What is left has no room for the lost worker until another makes it."""
    store = RunStore(tmp_path / "store")
    plan, record = begin_study(long_study(model_folder), store)
    (doomed,) = two_nodes.worker_nodes
    (raylet,) = doomed.all_processes["raylet"]
    lost: dict[str, pd.DataFrame] = {}
    begun: dict[str, int] = {}

    def lose_a_training() -> None:
        here = {child.pid for child in psutil.Process(raylet.process.pid).children()}
        for work in store.active():
            checkpoint = work.folder / "checkpoint.safetensors"
            if lost or work.pid not in here or not checkpoint.is_file():
                continue
            kept, rows = read_checkpoint(checkpoint).step, store.history(work.id)
            if rows["step"].max() > kept:
                raylet.process.kill()
                os.kill(work.pid, signal.SIGKILL)
                lost[work.id] = rows[rows["step"] <= kept]
                two_nodes.remove_node(doomed, allow_graceful=False)

    def note_what_was_begun(progress: StudyProgress) -> None:
        for log in (store.root / "active").glob(".cluster-*/*"):
            begun[log.name] = len(log.read_text("ascii").split())

    executor = RayExecutor(store, Actors(two_nodes.address))
    assert executor.slots == 2
    with often(lambda: None if lost else lose_a_training()):
        record = run_study(plan, record, store, executor, note_what_was_begun)

    assert record.failures == {}
    assert sorted(store.runs()["run_id"]) == sorted(record.run_ids())
    ((prompt_id, kept),) = lost.items()
    # Only what was lost was begun again, and that from its checkpoint on: the rows before it,
    # with the time each step took, are those of the first attempt.
    assert begun == {work.id: 2 if work.id == prompt_id else 1 for work in plan.work}
    for each in store.prompts()["prompt_id"]:
        assert store.history(each)["step"].tolist() == list(range(STEPS + 1))
    assert 10 <= kept["step"].max() < STEPS
    pd.testing.assert_frame_equal(store.history(prompt_id)[: len(kept)], kept)
    assert list((store.root / "active").iterdir()) == []

    (work,) = [work for work in plan.work if work.id == prompt_id]
    assert isinstance(work.config, TrainingConfig)
    unbroken = RunStore(tmp_path / "unbroken")
    assert train(work.config, unbroken) == prompt_id
    ours, theirs = (s.prompt_folder(prompt_id) / WEIGHTS_FILE for s in (store, unbroken))
    assert ours.read_bytes() == theirs.read_bytes()
    losses = [s.history(prompt_id)[["loss", "dev_loss"]] for s in (store, unbroken)]
    assert losses[0].equals(losses[1])


@pytest.mark.timeout(600)
def test_ctrl_c_ends_the_cluster_that_the_study_started(
    ray: Any, tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    settings = SMALL | {"training": SMALL["training"] | {"max_steps": 100_000}}
    study = study_of(part("pt"), model=model_folder, settings=settings)
    file, store = tmp_path / "s.yaml", RunStore(tmp_path / "store")
    file.write_text(yaml.safe_dump(study.to_dict()), encoding="utf-8")
    command = [*IPT, "study", str(file), "--engine", "ray"]
    process = subprocess.Popen(
        [*command, "--workers", "1", "--store", str(store.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        wait_for(lambda: process.poll() is not None or any(w.step > 2 for w in store.active()))
        family = psutil.Process(process.pid).children(recursive=True)
        assert store.active()[0].pid in {child.pid for child in family}
        # As a terminal does: to all of them at once.
        os.killpg(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 130
    assert " ".join(said.split()) == ("Stopped. What was done is kept; the same command continues.")
    _, alive = psutil.wait_procs(family, timeout=60)
    assert alive == []
    assert [work.state for work in store.active()] == ["interrupted"]


@contextmanager
def often(do: Callable[[], None]) -> Iterator[None]:
    """Do it again and again, beside what is done here."""
    over = threading.Event()

    def repeat() -> None:
        while not over.wait(0.02):
            do()

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def wait_for(ready: Callable[[], bool], seconds: float = 240) -> None:
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, "it never came so far"
        time.sleep(0.05)


# What a worker does with work that another machine had.


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


# The executor, on a cluster that is made up.


class MadeUpRay:
    """A cluster whose workers start at once, and whose machine and answers the test chooses."""

    class exceptions:  # noqa: N801 as Ray calls it
        class RayError(Exception):
            pass

        class RayActorError(RayError):
            pass

        class RayTaskError(RayError):
            pass

        class OutOfMemoryError(RayError):
            pass

    def __init__(
        self, place: Place, answer: Callable[[Piece], list[Outcome]] | None = None
    ) -> None:
        self.place, self.answer = place, answer
        self.started = self.killed = 0
        self.silent = False

    def nodes(self) -> list[dict[str, Any]]:
        return [{"Alive": True, "NodeID": "n", "Resources": {"CPU": 2.0}}]

    def remote(self, **options: Any) -> Callable[[type], Any]:
        assert options["max_restarts"] == options["max_task_retries"] == -1
        return lambda kind: SimpleNamespace(remote=self.start)

    def start(self, setup: Any) -> Any:
        self.started += 1
        look = SimpleNamespace(remote=lambda: lambda: self.place)
        do = SimpleNamespace(remote=lambda piece: lambda: (self.answer(piece), self.place))  # type: ignore[misc]
        return SimpleNamespace(look=look, do=do)

    def wait(self, answers: list[Any], num_returns: int = 1, timeout: float = 0) -> Any:
        assert len(answers) >= num_returns
        return ([], answers) if self.silent else (answers, [])

    def get_runtime_context(self) -> Any:
        return SimpleNamespace(gcs_address="127.0.0.1:1")

    def get(self, answer: Callable[[], Any]) -> Any:
        return answer()

    def kill(self, handle: Any) -> None:
        self.killed += 1


def made_up(fake: MadeUpRay, store: RunStore, monkeypatch: pytest.MonkeyPatch) -> RayExecutor:
    monkeypatch.setattr(ray_executor, "connect", lambda address: (fake, False))
    return RayExecutor(store, Actors())


HERE = Place("this", "n", __version__, sees=True)


@pytest.mark.parametrize(
    "place, kind, said",
    [
        (replace(HERE, sees=False, machine="m7"), StoreError, "m7 does not see the store"),
        (replace(HERE, version="9", machine="m7"), ConfigError, "m7 has IPT Lab 9, this machine"),
    ],
)
def test_a_machine_that_cannot_do_it_stops_the_study_in_a_line(
    place: Place, kind: type[IPTError], said: str, tmp_path: Path,
    model_folder: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    store, fake = RunStore(tmp_path), MadeUpRay(place)
    plan, record = begin_study(study_of(part("zero_shot"), model=model_folder), store)
    with pytest.raises(kind, match=said):
        run_study(plan, record, store, made_up(fake, store, monkeypatch))
    assert fake.killed == fake.started == 1
    assert list((tmp_path / "active").iterdir()) == []


def test_work_whose_worker_is_lost_for_good_fails_alone(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(tmp_path)
    study = study_of(part("zero_shot", {"method": "icl", "num_fewshot": 0}), model=model_folder)
    plan, record = begin_study(study, store)

    def answer(piece: Piece) -> list[Outcome]:
        if piece[0].id == plan.work[0].id:
            raise MadeUpRay.exceptions.RayActorError("Traceback ...\n\nIt died.\n")
        return [Outcome(work.id) for work in piece]

    record = run_study(plan, record, store, made_up(MadeUpRay(HERE, answer), store, monkeypatch))
    assert record.failures == {plan.work[0].id: "its worker was lost: It died."}


def test_a_lost_head_is_one_line(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_executor, "_HEAD_SECONDS", 0.1)
    store, fake = RunStore(tmp_path), MadeUpRay(HERE)
    fake.silent = True
    plan, record = begin_study(study_of(part("zero_shot"), model=model_folder), store)
    with pytest.raises(IPTError, match="head does not answer any more"):
        run_study(plan, record, store, made_up(fake, store, monkeypatch))
    assert fake.killed == fake.started == 1


# What is asked of a cluster.


@pytest.mark.parametrize(
    "address, said",
    [
        ("127.0.0.1:1", "No Ray cluster could be reached at 127.0.0.1:1: .*refused"),
        ("ray://127.0.0.1:10001", "expected host:port"),
        ("somewhere", "expected host:port"),
        ("127.0.0.1:99999999", "No Ray cluster could be reached"),
    ],
)
def test_no_cluster_is_one_line_at_once(ray: Any, address: str, said: str) -> None:
    started = time.monotonic()
    with pytest.raises(ConfigError, match=said):
        connect(address)
    assert time.monotonic() - started < 10
    assert not ray.is_initialized()


def test_without_ray_the_command_to_install_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ConfigError, match=r"pip install 'ipt-lab\[ray\]'"):
        connect(None)


@pytest.mark.parametrize(
    "options, said",
    [
        ({"count": 0}, "workers must be at least 1"),
        ({"cpus": 0}, "cpus must be at least 1"),
        ({"gpus": -0.5}, "gpus must be"),
        ({"gpus": 1.5}, "gpus must be"),
    ],
)
def test_workers_that_cannot_be_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        Actors(**options)


def test_options_of_a_cluster_need_one(tmp_path: Path) -> None:
    for option in ("--address", "--cpus", "--gpus"):
        found = CliRunner().invoke(app, ["study", "quick", option, "1", "--store", str(tmp_path)])
        assert f"{option} has no effect without --engine ray" in str(found.exception)
    assert list(tmp_path.iterdir()) == []


def test_workers_fill_the_machines_and_a_gpu_is_asked_for_where_there_is_one() -> None:
    small: dict[str, Any] = {"Resources": {"CPU": 3.0}}
    large: dict[str, Any] = {"Resources": {"CPU": 8.0, "GPU": 2.0}}
    empty: dict[str, Any] = {"Resources": {}}
    assert room_for(1, 0, [small, large, empty]) == 11
    assert room_for(2, 0, [small, large, empty]) == 1 + 4
    assert room_for(1, 1, [small, large, empty]) == 2
    assert room_for(1, 0.5, [small, large, empty]) == 4
    with pytest.raises(ConfigError, match=r"has the 4 CPU\(s\) and 1 GPU\(s\)"):
        room_for(4, 1, [small])
    assert gpus_of(Actors(), None, [small, large]) == 1
    assert gpus_of(Actors(), None, [small]) == gpus_of(Actors(), "cpu", [large]) == 0
    assert gpus_of(Actors(), "cuda", [small]) == 1
    assert gpus_of(Actors(gpus=0.25), None, [large]) == 0.25
    with pytest.raises(ConfigError, match="contradict"):
        gpus_of(Actors(gpus=0), "cuda:0", [large])
