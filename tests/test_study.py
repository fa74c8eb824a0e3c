"""Doing a study: in order, nothing twice, interrupted at any point, a failure on its own."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from ipt_engine.config import TrainingConfig
from ipt_engine.errors import ConfigError
from ipt_engine.executors import Outcome, do_work
from ipt_engine.runs import RunStore
from ipt_engine.soft_prompt import WEIGHTS_FILE
from ipt_engine.studies import change_study, read_study, slice_statuses
from ipt_engine.study import StudyProgress, begin_study, run_study
from tests.tiny_studies import CORE, InProcess, evaluations, part, same_stores, study_of

pytestmark = pytest.mark.usefixtures("own_encoder")


def test_a_study_makes_all_of_its_runs_and_a_second_time_nothing(
    tmp_path: Path, model_folder: Path
) -> None:
    store, study = RunStore(tmp_path), study_of(CORE, model=model_folder)
    plan, record = begin_study(study, store)
    seen: list[StudyProgress] = []
    executor = InProcess(store)
    run_study(plan, record, store, executor, seen.append)
    assert executor.done == [work.id for work in plan.work]
    assert set(store.runs()["run_id"]) == set(record.run_ids())
    assert [p.done for p in seen] == list(range(len(plan.work) + 1))
    assert seen[-1].seconds_left == 0 and seen[0].seconds_left is None
    again = InProcess(store)
    run_study(*begin_study(study, store), store, again)
    assert again.done == []
    (status,) = slice_statuses(record, store.runs()["run_id"].tolist())
    assert status.complete and status.total == 4


def test_noise_has_the_lengths_of_the_trained_vectors(tmp_path: Path, model_folder: Path) -> None:
    from safetensors.torch import load_file

    store, study = RunStore(tmp_path), study_of(CORE, model=model_folder)
    plan, record = begin_study(study, store)
    run_study(plan, record, store, InProcess(store))
    (noise,) = [w for w in plan.work if isinstance(w.config, TrainingConfig) and w.needs]
    ours, theirs = (
        load_file(store.prompt_folder(i) / WEIGHTS_FILE)["prompt_embeddings"]
        for i in (noise.id, noise.needs[0])
    )
    torch.testing.assert_close(ours.norm(dim=1), theirs.norm(dim=1))
    assert torch.nn.functional.cosine_similarity(ours, theirs).abs().max() < 0.9
    assert store.prompt(noise.id)["steps"] == 0


def test_one_failure_stops_only_what_needs_it_and_is_retried_on_request(
    tmp_path: Path, model_folder: Path
) -> None:
    store, study = RunStore(tmp_path), study_of(CORE, model=model_folder)
    plan, record = begin_study(study, store)
    told: list[str] = []
    executor = InProcess(
        store, lambda w: isinstance(w.config, TrainingConfig) and not w.config.retrieval
    )
    record = run_study(plan, record, store, executor, on_failure=lambda work, why: told.append(why))
    assert told == ["It broke."]
    assert set(store.runs()["method"]) == {"zero_shot", "ipt"}
    (status,) = slice_statuses(record, store.runs()["run_id"].tolist())
    assert (status.done, status.failed, status.total) == (2, 2, 4)
    untouched = InProcess(store)
    run_study(*begin_study(study, store), store, untouched)
    assert untouched.done == []
    run_study(*begin_study(study, store, retry=True), store, InProcess(store))
    assert len(store.runs()) == 4
    again = read_study(store.root, "s")
    assert again is not None and again.failures == {}


def test_interrupted_twice_it_ends_as_if_unbroken(tmp_path: Path, model_folder: Path) -> None:
    study = study_of(
        CORE,
        part({"method": "ipt", "trained_with": "dense", "retriever": "farthest"}, name="b"),
        model=model_folder,
    )
    unbroken, broken = RunStore(tmp_path / "unbroken"), RunStore(tmp_path / "broken")
    run_study(*begin_study(study, unbroken), unbroken, InProcess(unbroken))
    for stop in (2, 3):
        executor = InProcess(broken)
        executor.stop_after = stop
        with pytest.raises(KeyboardInterrupt):
            run_study(*begin_study(study, broken), broken, executor)
    run_study(*begin_study(study, broken), broken, InProcess(broken))
    same_stores(unbroken, broken)


def test_a_study_makes_seeds_together_and_one_that_fails_fails_alone(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ipt_engine import evaluation

    store = RunStore(tmp_path)
    study = study_of(
        part({"method": "icl", "retriever": "random"}, seeds=[1, 2, 3]), model=model_folder
    )
    plan, record = begin_study(study, store)
    retrieve = evaluation.retrieve

    def breaks(task: str, queries: Any, args: Any) -> Any:
        if args.seed == 2:
            raise ConfigError("It broke.")
        return retrieve(task, queries, args)

    monkeypatch.setattr(evaluation, "retrieve", breaks)
    executor = InProcess(store)
    record = run_study(plan, record, store, executor)
    assert [len(piece) for piece in executor.pieces] == [3]
    assert record.failures == {plan.work[1].id: "It broke."}
    assert sorted(store.runs()["seed"]) == [1, 3]
    monkeypatch.undo()


def test_one_of_several_that_is_cancelled_ends_alone(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ipt_engine.active import Activity

    store = RunStore(tmp_path)
    works = evaluations(model_folder, {"method": "icl", "retriever": "random"}, seeds=[1, 2, 3])
    check = Activity.check_cancelled

    def cancel_once(activity: Activity) -> None:
        if len(store.active()) == 3:
            store.cancel(works[1].id)
        check(activity)

    monkeypatch.setattr(Activity, "check_cancelled", cancel_once)
    outcomes = do_work(tuple(works), store)
    assert outcomes == [
        Outcome(works[0].id), Outcome(works[1].id, "Evaluation cancelled."), Outcome(works[2].id),
    ]  # fmt: skip
    assert sorted(store.runs()["seed"]) == [1, 3]
    assert [(work.id, work.state) for work in store.active()] == [(works[1].id, "cancelled")]


def test_failures_that_others_find_meanwhile_are_kept(tmp_path: Path, model_folder: Path) -> None:
    store, study = RunStore(tmp_path), study_of(CORE, part("icl", name="b"), model=model_folder)
    plan, record = begin_study(study, store, ["b"])
    other = next(work.id for work in begin_study(study, store)[0].work if work.trains)

    def fail_elsewhere(progress: StudyProgress) -> None:
        if progress.done == 0:
            change_study(tmp_path, "s", lambda now: replace(now, failures={other: "Elsewhere."}))

    executor = InProcess(store, lambda work: True)
    record = run_study(plan, record, store, executor, fail_elsewhere)
    assert record.failures == {other: "Elsewhere.", plan.work[0].id: "It broke."}
    assert read_study(tmp_path, "s") == record
    # Done by now, so it has not failed; the other one stays until it is tried again.
    do_work(plan.work, store)
    assert run_study(plan, record, store, InProcess(store)).failures == {other: "Elsewhere."}


def test_a_record_that_many_change_at_once_has_all_of_it(tmp_path: Path) -> None:
    begin_study(study_of(part("zero_shot"), model="smollm2-135m-instruct"), RunStore(tmp_path))

    def add(place: int) -> None:
        change_study(
            tmp_path,
            "s",
            lambda now: replace(now, failures={**now.failures, str(place): "."}),
        )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(40)))
    record = read_study(tmp_path, "s")
    assert record is not None and len(record.failures) == 40
    assert list((tmp_path / "active").iterdir()) == []
