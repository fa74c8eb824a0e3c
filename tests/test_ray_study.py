"""Studies on a real Ray cluster: a machine is lost and nothing with it; Ctrl-C ends it all."""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pytest
import yaml

from ipt_engine.config import TrainingConfig
from ipt_engine.ray_cluster import Actors
from ipt_engine.ray_executor import RayExecutor
from ipt_engine.runs import RunStore
from ipt_engine.soft_prompt import WEIGHTS_FILE
from ipt_engine.study import StudyProgress, begin_study, run_study
from ipt_engine.study_config import StudyConfig
from ipt_engine.trainer import read_checkpoint
from ipt_engine.training import train
from tests.interrupting import IPT, wait_until
from tests.tiny_studies import SMALL, part, study_of

STEPS = 80
NODE: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 80 * 2**20}


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


def long_study(model: Path, **changes: Any) -> StudyConfig:
    long = {"training": SMALL["training"] | {"max_steps": STEPS, "eval_steps": 10}}
    slices = [
        part("zero_shot", "pt", seeds=[0, 1]),
        part({"method": "icl", "num_fewshot": 0}, name="b"),
    ]
    return study_of(*changes.pop("slices", slices), model=model, settings=SMALL | long, **changes)


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
        wait_until(
            lambda: process.poll() is not None or any(w.step > 2 for w in store.active()),
            seconds=240,
        )
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
