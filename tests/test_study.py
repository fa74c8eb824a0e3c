"""Studies: the grid, the plan, and doing it: in order, nothing twice, interrupted at any point."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest
import torch
import yaml
from typer.testing import CliRunner

from ipt_engine.cli import app
from ipt_engine.config import RunConfig, TrainingConfig
from ipt_engine.errors import ConfigError, StoreError
from ipt_engine.estimates import Estimator
from ipt_engine.executors import LocalExecutor, Outcome, count_cores, do_work
from ipt_engine.resources import bundled_root
from ipt_engine.runs import RunStore
from ipt_engine.soft_prompt import WEIGHTS_FILE
from ipt_engine.studies import read_studies, read_study, slice_statuses
from ipt_engine.study import StudyProgress, begin_study, run_study
from ipt_engine.study_config import StudyConfig
from ipt_engine.study_plan import Piece, Work, make_plan, pieces
from tests.test_experiment import model_folder, own_encoder

__all__ = ["model_folder", "own_encoder"]
IPT = (
    sys.executable,
    "-c",
    # A shell in the background has Ctrl-C ignored, and what it starts inherits that.
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from ipt_engine.cli import main; main()",
)
SMALL: dict[str, Any] = {
    "prompt_tuning": {"num_virtual_tokens": 3},
    "training": {"max_steps": 4, "batch_size": 2, "eval_steps": 2, "eval_examples": 2},
    "generation": {"max_new_tokens": 6},
    "evaluation": {"limit": 3},
}


def study_of(*slices: dict[str, Any], model: Any = "m", **changes: Any) -> StudyConfig:
    values = {
        "name": "s",
        "tasks": ["mini-dart"],
        "base_models": [str(model)],
        "settings": SMALL,
        "slices": list(slices),
    }
    return StudyConfig.from_dict(values | changes)


def part(*arms: Any, name: str = "a", **changes: Any) -> dict[str, Any]:
    return {"name": name, "arms": list(arms), **changes}


def configs(study: StudyConfig) -> list[RunConfig]:
    return [cell.config for cell in study.cells()]


# The grid.


def test_lists_in_an_arm_are_all_combinations() -> None:
    arm = {"method": "icl", "retriever": ["dense", "farthest"], "num_fewshot": [1, 2, 3]}
    found = [(c.retrieval.retriever, c.retrieval.num_fewshot) for c in configs(study_of(part(arm)))]  # type: ignore[union-attr]
    assert found == [(r, k) for r in ("dense", "farthest") for k in (1, 2, 3)]


def test_an_arm_in_which_nothing_is_drawn_runs_once() -> None:
    arms = ["zero_shot", "icl", {"method": "icl", "retriever": "random"}, "pt"]
    counts: dict[tuple[str, str | None], list[int]] = {}
    for config in configs(study_of(part(*arms, seeds=[3, 4]))):
        shown = config.retrieval.retriever if config.retrieval else None
        counts.setdefault((config.method, shown), []).append(config.seed)
    assert counts == {
        ("zero_shot", None): [0],
        ("icl", "dense"): [0],
        ("icl", "random"): [3, 4],
        ("pt", None): [3, 4],
    }


def test_a_slice_goes_seed_by_seed() -> None:
    seeds = [c.seed for c in configs(study_of(part("pt", "ipt", seeds=[5, 6])))]
    assert seeds == [5, 5, 6, 6]


def test_crossed_seeds_of_start_and_order() -> None:
    found = configs(study_of(part("pt", seeds=[1, 2], order_seeds=[7, 8])))
    assert [(c.training.prompt_tuning.seed, c.training.training.seed) for c in found] == [  # type: ignore[union-attr]
        (1, 7), (1, 8), (2, 7), (2, 8),
    ]  # fmt: skip


def test_another_demonstration_at_the_end_leaves_the_training_as_it_is() -> None:
    plain = configs(study_of(part("ipt")))[0]
    swapped = configs(
        study_of(part({"method": "ipt", "trained_with": "dense", "retriever": "farthest"}))
    )[0]
    assert swapped.training == plain.training
    assert swapped.retrieval.retriever == "farthest"  # type: ignore[union-attr]


def test_prompts_of_other_tasks_are_those_tasks_own() -> None:
    study = study_of(
        part("ipt"), part({"method": "ipt", "prompt_from": "others"}, name="b"),
        tasks=["mini-dart", "mini-mtop"],
    )  # fmt: skip
    plan = make_plan(study, hash_of=lambda name: "w")
    own = {
        work.config.task: work.id for work in plan.work if isinstance(work.config, TrainingConfig)
    }
    assert len(own) == sum(isinstance(w.config, TrainingConfig) for w in plan.work) == 2
    foreign = {w.config.task: w.needs for w in plan.work if w.id in _runs_of(plan.runs, "b")}
    assert foreign == {"mini-dart": (own["mini-mtop"],), "mini-mtop": (own["mini-dart"],)}


def test_controls_take_no_steps_and_noise_has_the_trained_prompts_norms() -> None:
    study = study_of(part("pt", {"method": "pt", "control": ["untrained", "noise"]}))
    plan = make_plan(study, hash_of=lambda name: "w")
    trainings = {w.id: w for w in plan.work if isinstance(w.config, TrainingConfig)}
    steps = [
        (w.config.training.max_steps, w.config.prompt_tuning.norms_of) for w in trainings.values()
    ]  # type: ignore[union-attr]
    (own,) = [i for i, w in trainings.items() if w.config.training.max_steps]  # type: ignore[union-attr]
    assert sorted(steps, key=str) == sorted([(4, None), (0, None), (0, own)], key=str)
    (noise,) = [w for w in trainings.values() if w.needs]
    assert noise.needs == (own,)


def _runs_of(runs: Sequence[Any], name: str) -> set[str]:
    return {run.run_id for run in runs if run.slice == name}


@pytest.mark.parametrize(
    "change, said",
    [
        ({"slices": []}, "no slices"),
        ({"slices": [part("pt"), part("icl")]}, "Two slices are called 'a'"),
        ({"slices": [part()]}, "at least one arm"),
        ({"slices": [part("pt", seeds=[])]}, "at least one arm and one seed"),
        ({"slices": [part("magic")]}, "Unknown method 'magic'"),
        ({"slices": [part({"method": "pt", "retriever": "dense"})]}, "retriever has no effect"),
        ({"slices": [part({"method": "icl", "control": "noise"})]}, "control has no effect"),
        ({"slices": [part({"method": "pt", "control": "magic"})]}, "expected untrained or noise"),
        ({"slices": [part({"method": "pt", "colour": "red"})]}, "Unknown setting 'colour'"),
        ({"slices": [part(7)]}, "An arm is"),
        ({"slices": "core"}, "a list of slices"),
        ({"slices": ["core"]}, "A slice needs"),
        ({"tasks": []}, "no tasks"),
        ({"tasks": "mini-dart"}, "tasks must be a list"),
        ({"name": "Up/.."}, "small letters"),
        ({"settings": {"learning": {}}}, "Unknown settings 'learning'"),
        ({"settings": {"training": 3}}, "must be a mapping"),
        ({"slices": [part("pt", seeds=["one"])]}, "seeds must be int"),
    ],
)
def test_a_study_that_cannot_be_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        study_of(part("pt"), **change)


def test_an_unknown_slice_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="no slice 'b'. It has: a"):
        study_of(part("pt")).cells(["b"])


@pytest.mark.parametrize("name", ["quick", "shipped", "paper"])
def test_the_presets_are_whole(name: str) -> None:
    values = yaml.safe_load((bundled_root() / "configs" / f"{name}.yaml").read_text("utf-8"))
    study = StudyConfig.from_dict(values)
    assert study.name == name
    assert StudyConfig.from_dict(json.loads(json.dumps(study.to_dict()))) == study
    if name == "paper":
        # Its data sets are for the user to add: planned on tasks that are there.
        study = StudyConfig.from_dict(
            json.loads(
                json.dumps(values)
                .replace('"totto"', '"mini-totto"')
                .replace('"dart"', '"mini-dart"')
                .replace('"spider"', '"mini-spider"')
                .replace('"mtop"', '"mini-mtop"')
                .replace('"logic2text"', '"mini-logic2text"')
            )
        )
    plan = make_plan(study, hash_of=lambda name: "w")
    assert len({work.id for work in plan.work}) == len(plan.work)
    assert {run.slice for run in plan.runs} == {part.name for part in study.slices}
    place = {work.id: at for at, work in enumerate(plan.work)}
    assert all(place[need] < place[work.id] for work in plan.work for need in work.needs)


# Doing it.


class InProcess:
    """Does the work here, one piece at a time; fails what it is told to."""

    slots = 1

    def __init__(
        self, store: RunStore, failing: Callable[[Work], bool] = lambda work: False
    ) -> None:
        self.store, self.failing = store, failing
        self.done: list[str] = []
        self.pieces: list[Piece] = []
        self.stop_after: int | None = None
        self._waiting: list[Piece] = []

    @property
    def free(self) -> int:
        return self.slots - len(self._waiting)

    def submit(self, piece: Piece) -> None:
        assert all(self.store.has_prompt(need) for work in piece for need in work.needs)
        self._waiting.append(piece)

    def wait(self, seconds: float) -> list[Outcome]:
        if self.stop_after == len(self.done):
            raise KeyboardInterrupt
        (piece,) = self._waiting
        self._waiting.clear()
        self.pieces.append(piece)
        self.done += [work.id for work in piece]
        whole = tuple(work for work in piece if not self.failing(work))
        broken = [Outcome(work.id, "It broke.") for work in piece if self.failing(work)]
        return [*broken, *(do_work(whole, self.store) if whole else [])]

    def close(self) -> None:
        pass


CORE = part("zero_shot", "pt", {"method": "pt", "control": "noise"}, "ipt")


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


def evaluations(model: Path, *arms: Any, **changes: Any) -> list[Work]:
    return [
        w for w in make_plan(study_of(part(*arms, **changes), model=model)).work if not w.trains
    ]


def test_evaluations_that_differ_in_seed_and_prompt_alone_go_together(model_folder: Path) -> None:
    by_chance = {"method": "icl", "retriever": "random"}
    plan = make_plan(study_of(part("zero_shot", by_chance, "pt", seeds=[1, 2]), model=model_folder))
    found = pieces(plan.work, 1)
    titles = [[(w.config.method if not w.trains else "training") for w in p] for p in found]  # type: ignore[union-attr]
    assert titles == [["zero_shot"], ["icl", "icl"], ["training"], ["pt", "pt"], ["training"]]
    assert [w.config.seed for w in found[1]] == [1, 2]  # type: ignore[union-attr]
    # Prompts of other tasks, on the task's own inputs: a row of a transfer matrix.
    own, other = (
        evaluations(model_folder, {"method": "pt", "prompt_from": source})
        for source in ("mini-dart", "mini-mtop")
    )
    assert pieces([*own, *other], 1) == [(*own, *other)]


def test_a_piece_is_no_longer_than_it_should_be_and_leaves_no_slot_empty(
    model_folder: Path,
) -> None:
    works = evaluations(
        model_folder, {"method": "icl", "retriever": "random"}, seeds=list(range(20))
    )
    sizes = {slots: [len(piece) for piece in pieces(works, slots)] for slots in (1, 6, 100)}
    assert sizes == {1: [5] * 4, 6: [3, 2, 3, 2, 5, 5], 100: [1] * 20}
    assert [work for piece in pieces(works, 6) for work in piece] == works
    assert pieces([], 4) == []
    drawn = SMALL | {"generation": {"max_new_tokens": 6, "do_sample": True}}
    sampled = make_plan(
        study_of(part("zero_shot", seeds=[1, 2]), model=model_folder, settings=drawn)
    )
    assert [len(piece) for piece in pieces(sampled.work, 1)] == [1, 1]


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


def same_stores(one: RunStore, other: RunStore) -> None:
    """The same prompts, to the bit, and the same ledgers but for the time taken."""
    ids = [sorted(store.prompts()["prompt_id"]) for store in (one, other)]
    assert ids[0] == ids[1]
    for prompt_id in ids[0]:
        weights = [(s.prompt_folder(prompt_id) / WEIGHTS_FILE).read_bytes() for s in (one, other)]
        assert weights[0] == weights[1]
    runs = [sorted(store.runs()["run_id"]) for store in (one, other)]
    assert runs[0] == runs[1]
    left, right = (s.ledger(runs[0]).drop(columns="seconds") for s in (one, other))
    pd.testing.assert_frame_equal(left, right)
    assert one.active() == other.active() == []


# Worker processes.


@pytest.fixture
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    # A new process imports the main module again, and Streamlit's tests leave one of theirs there.
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


@pytest.mark.usefixtures("one_thread")
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


@pytest.mark.usefixtures("one_thread")
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
    _wait(lambda: any(work.step > 2 for work in broken.active()))
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


def _wait(ready: Callable[[], bool], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, "it never came so far"
        time.sleep(0.05)


# Estimates and the command line.


def test_time_is_judged_by_the_same_task_before_others(fake_store: RunStore) -> None:
    estimator = Estimator(fake_store.prompts(), fake_store.runs())
    study = StudyConfig.from_dict(
        {"name": "s", "tasks": ["mini-dart", "mini-spider"], "slices": [part("pt")]}
    )
    trainings = [c.training for c in configs(study)]
    own, other = (estimator.estimate(t) for t in trainings if t is not None)
    assert own is not None and other is not None
    assert (own.basis, other.basis) == ("same", "other tasks")
    # The fake prompts took 60 s for 40 steps.
    assert own.seconds == pytest.approx(100 * 60 / 40)
    assert (
        Estimator(RunStore(Path("none")).prompts(), RunStore(Path("none")).runs()).estimate(
            trainings[0]  # type: ignore[arg-type]
        )
        is None
    )


def test_a_dry_run_does_nothing(tmp_path: Path) -> None:
    found = CliRunner().invoke(app, ["study", "quick", "--dry-run", "--store", str(tmp_path)])
    assert found.exit_code == 0
    assert "Train IPT on mini-mtop, seed 1, 10 tokens, 30 steps, dense 1" in found.output
    assert "12 of unknown length" in found.output
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_study_is_refused_in_a_line(tmp_path: Path) -> None:
    found = CliRunner().invoke(app, ["study", "nothing.yaml", "--store", str(tmp_path)])
    assert isinstance(found.exception, ConfigError)
    assert "There is no file 'nothing.yaml'" in str(found.exception)
    assert "quick" in str(found.exception)


def test_status_says_how_far_each_slice_is(tmp_path: Path, model_folder: Path) -> None:
    store, study = RunStore(tmp_path), study_of(CORE, part("icl", name="b"), model=model_folder)
    plan, record = begin_study(study, store, ["b"])
    run_study(plan, record, store, InProcess(store))
    said = CliRunner().invoke(app, ["study", "status", "--store", str(tmp_path)]).output
    assert "0 of 4" in said and "1 of 1" in said and "complete" in said
    refused = CliRunner().invoke(app, ["study", "status", "other", "--store", str(tmp_path)])
    assert "Its studies: s." in str(refused.exception)


def test_a_damaged_record_is_one_line_and_leaves_the_others(tmp_path: Path) -> None:
    begin_study(study_of(part("zero_shot"), model="smollm2-135m-instruct"), RunStore(tmp_path))
    (tmp_path / "studies" / "broken.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="its runs stay"):
        read_study(tmp_path, "broken")
    assert [record.name for record in read_studies([tmp_path])] == ["s"]
