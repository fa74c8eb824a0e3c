"""Two studies at once on one store: each waits for the other's work, nothing is done twice."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ipt_engine import active
from ipt_engine import study as study_module
from ipt_engine.active import Activity
from ipt_engine.executors import Outcome, do_work
from ipt_engine.runs import RunStore
from ipt_engine.study import StudyProgress, begin_study, run_study
from ipt_engine.study_plan import Work
from tests.tiny_studies import CORE, InProcess, evaluations, part, same_stores, study_of

pytestmark = pytest.mark.usefixtures("own_encoder")
ROOT = Path(__file__).resolve().parent.parent
STUDY = """
import json, sys
from pathlib import Path
from ipt_engine.active import Activity
from ipt_engine import study
from ipt_engine.retrievers import pool
from ipt_engine.runs import RunStore
from ipt_engine.study_config import StudyConfig
from tests.tiny_encoder import letters
from tests.tiny_studies import InProcess

pool.encode = letters
study._LOOK_SECONDS = study._AGAIN_SECONDS = 0.05
finish, made = Activity._finish, []
Activity._finish = lambda self, fill: (made.append(self.id), finish(self, fill))[1]
config, store = StudyConfig.from_dict(json.loads(sys.argv[1])), RunStore(Path(sys.argv[2]))
plan, record = study.begin_study(config, store)
print("ready", flush=True)
sys.stdin.readline()
record = study.run_study(plan, record, store, InProcess(store))
print(json.dumps({"made": made, "failures": record.failures}), flush=True)
"""


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study_module, "_LOOK_SECONDS", 0.02)
    monkeypatch.setattr(study_module, "_AGAIN_SECONDS", 0.02)


def test_two_processes_share_a_study(tmp_path: Path, model_folder: Path) -> None:
    study = study_of(CORE, part("icl", seeds=[1, 2, 3], name="b"), model=model_folder)
    store, alone = RunStore(tmp_path / "shared"), RunStore(tmp_path / "alone")
    command = [sys.executable, "-c", STUDY, json.dumps(study.to_dict()), str(store.root)]
    both = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        for _ in range(2)
    ]
    for process in both:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [json.loads(process.communicate(timeout=300)[0]) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert [one["failures"] for one in said] == [{}, {}]
    plan, record = begin_study(study, alone)
    run_study(plan, record, alone, InProcess(alone))
    assert sorted(said[0]["made"] + said[1]["made"]) == sorted(work.id for work in plan.work)
    same_stores(alone, store)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("made", [True, False], ids=["which makes it", "which gives it up"])
def test_what_another_process_is_at_is_waited_for(
    tmp_path: Path, model_folder: Path, made: bool
) -> None:
    study = study_of(part("zero_shot", "icl"), model=model_folder)
    store, other = RunStore(tmp_path / "store"), RunStore(tmp_path / "other")
    plan, record = begin_study(study, store)
    held, free = plan.work
    do_work((held,), other)
    elsewhere = store.begin("evaluation", held.id, {})
    elsewhere.__enter__()
    told: list[StudyProgress] = []

    def end_elsewhere(progress: StudyProgress) -> None:
        told.append(progress)
        if (progress.done, progress.elsewhere) == (1, 1) and len(told) > 5:
            if made:
                shutil.copytree(other.run_folder(held.id), store.root / "runs" / held.id)
                elsewhere.leave()
            elsewhere.__exit__(None, None, None)

    executor = InProcess(store)
    record = run_study(plan, record, store, executor, end_elsewhere)
    assert record.failures == {}
    assert told[-1].done == 2 and told[-1].elsewhere == 0
    # Tried once, left alone while the other is at it, and tried again only if it is not there.
    assert executor.done == [held.id, free.id, *([] if made else [held.id])]
    assert sorted(store.runs()["run_id"]) == sorted([held.id, free.id])


@pytest.mark.usefixtures("hasty")
def test_what_a_silent_process_holds_fails_at_last_and_keeps_nothing_waiting(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study_module, "_SILENT_SECONDS", 0.5)
    monkeypatch.setattr(active, "_BEAT_SECONDS", 1000.0)
    monkeypatch.setattr(active, "STALE_SECONDS", -1.0)
    store = RunStore(tmp_path)
    plan, record = begin_study(study_of(part("zero_shot", "icl"), model=model_folder), store)
    held, free = plan.work
    with store.begin("evaluation", held.id, {}):
        record = run_study(plan, record, store, InProcess(store))
    assert list(record.failures) == [held.id]
    assert "is already being done by process" in record.failures[held.id]
    assert store.has_run(free.id)


def test_one_of_several_that_is_held_leaves_the_others(tmp_path: Path, model_folder: Path) -> None:
    store = RunStore(tmp_path)
    arm = {"method": "icl", "retriever": "random"}
    works = evaluations(model_folder, arm, seeds=[1, 2, 3])
    with store.begin("evaluation", works[1].id, {}):
        outcomes = {outcome.id: outcome for outcome in do_work(tuple(works), store)}
        assert [work.id for work in store.active()] == [works[1].id]
    assert [outcomes[work.id].busy for work in works] == [False, True, False]
    assert [outcomes[work.id].error is None for work in works] == [True, False, True]
    assert sorted(store.runs()["seed"]) == [1, 3]


@pytest.mark.parametrize("trains", [True, False])
def test_what_is_made_between_the_look_and_the_lock_is_not_made_again(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch, trains: bool
) -> None:
    plan, _ = begin_study(study_of(part("pt"), model=model_folder), RunStore(tmp_path / "plan"))
    store, other = RunStore(tmp_path / "store"), RunStore(tmp_path / "other")
    for each in (store, other):
        each.root.mkdir()
    do_work(plan.work[:1], other)
    if not trains:
        do_work(plan.work[:1], store)
        do_work(plan.work[1:], other)
    work: Work = plan.work[0 if trains else 1]
    enter = Activity.__enter__

    def made_meanwhile(activity: Activity) -> Activity:
        place = "prompts" if trains else "runs"
        shutil.copytree(other.root / place / work.id, store.root / place / work.id)
        return enter(activity)

    def finish(*_: object) -> None:
        pytest.fail("made again")

    monkeypatch.setattr(Activity, "__enter__", made_meanwhile)
    monkeypatch.setattr(Activity, "_finish", finish)
    assert do_work((work,), store) == [Outcome(work.id)]
    assert list((store.root / "active").iterdir()) == []
