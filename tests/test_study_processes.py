"""Studies in processes of their own: a worker is killed, Ctrl-C is pressed; the store is sound."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from ipt_engine.errors import ConfigError
from ipt_engine.executors import LocalExecutor, count_cores
from ipt_engine.runs import RunStore
from ipt_engine.study import StudyProgress, begin_study, run_study
from tests.interrupting import IPT, wait_until
from tests.tiny_studies import SMALL, part, same_stores, study_of

pytestmark = pytest.mark.usefixtures("own_encoder")


@pytest.fixture
def one_thread_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    # A new process imports the main module again, and Streamlit's tests leave one of theirs there.
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


@pytest.mark.usefixtures("one_thread_each")
@pytest.mark.skipif(count_cores() < 2, reason="two workers need two cores")
def test_workers_do_a_study_though_one_of_them_is_killed(
    tmp_path: Path, model_folder: Path
) -> None:
    long = {"training": SMALL["training"] | {"max_steps": 100_000}}
    study = study_of(
        part("zero_shot", "pt"), part({"method": "icl", "num_fewshot": 0}, name="b"),
        model=model_folder, settings=SMALL | long,
    )  # fmt: skip
    store = RunStore(tmp_path)
    plan, record = begin_study(study, store)

    def kill_the_training(progress: StudyProgress) -> None:
        for work in store.active():
            if work.kind == "training" and work.state == "running" and work.step > 2:
                os.kill(work.pid, signal.SIGKILL)

    record = run_study(plan, record, store, LocalExecutor(store, 2), kill_the_training)
    assert list(record.failures.values()) == [
        "its process ended without a word: perhaps the memory was not enough"
    ]
    assert set(store.runs()["method"]) == {"zero_shot", "icl"}
    (work,) = store.active()
    assert work.state == "interrupted"


def test_more_workers_than_cores_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="number of cores"):
        LocalExecutor(RunStore(tmp_path), 1000)


@pytest.mark.usefixtures("one_thread_each")
def test_ctrl_c_leaves_the_store_sound_and_the_same_command_goes_on(
    tmp_path: Path, model_folder: Path
) -> None:
    study = study_of(
        part("pt", "ipt"), model=model_folder,
        settings=SMALL | {"training": SMALL["training"] | {"max_steps": 200, "eval_steps": 50}},
    )  # fmt: skip
    file = tmp_path / "s.yaml"
    file.write_text(yaml.safe_dump(study.to_dict()), encoding="utf-8")
    command = [*IPT, "study", str(file), "--workers", "1"]
    broken, unbroken = RunStore(tmp_path / "broken"), RunStore(tmp_path / "unbroken")
    process = subprocess.Popen(
        [*command, "--store", str(broken.root)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_until(lambda: any(work.step > 2 for work in broken.active()))
    # As a terminal does: to all of them at once.
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "What was done is kept; the same command continues." in " ".join(said.split())
    assert "Traceback" not in said
    assert [work.state for work in broken.active()] == ["interrupted"]
    for store in (broken, unbroken):
        subprocess.run([*command, "--store", str(store.root)], check=True, capture_output=True)
    same_stores(unbroken, broken)
