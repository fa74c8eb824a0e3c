"""Nothing is done twice: finished work is found, and broken work is taken up where it was."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from ipt_engine import evaluation
from ipt_engine.errors import Cancelled, StoreError
from ipt_engine.experiment import run
from ipt_engine.runs import RunStore
from ipt_engine.trainer import PromptTuningTrainer
from ipt_engine.wiring import Resources
from tests.tiny_runs import config_of

pytestmark = pytest.mark.usefixtures("own_encoder")


def test_a_finished_evaluation_is_found(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(tmp_path)
    config = config_of("icl", model_folder)
    first = run(config, store)
    written: list[int] = []
    generate = evaluation.generate_and_score
    monkeypatch.setattr(
        evaluation, "generate_and_score", lambda *a, **k: written.append(1) or generate(*a, **k)
    )
    # How the work would be done is no part of what is done.
    assert run(config, store, Resources(device="cpu", batch_size=1)) == first
    assert written == []
    assert run(config, store, force=True) == first
    assert written == [1]


def test_a_store_that_cannot_be_written_is_refused_before_the_model_is_loaded(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    told: list[str] = []
    resources = Resources(on_progress=lambda what, done, total: told.append(what))
    monkeypatch.setattr("ipt_engine.wiring._loaded", {})
    for method in ("zero_shot", "pt"):
        with pytest.raises(StoreError, match=r"written to .*file .*directory.*--store"):
            run(config_of(method, model_folder), RunStore(tmp_path / "file"), resources)
    assert not [what for what in told if what.startswith("Loading")]
    # What is there already is found all the same.
    store = RunStore(tmp_path / "store")
    first = run(config_of("pt", model_folder), store, resources)
    shutil.rmtree(store.root / "active")
    (store.root / "active").write_text("no folder")
    assert run(config_of("pt", model_folder), store) == first
    with pytest.raises(StoreError, match="cannot be written"):
        run(config_of("pt", model_folder), store, force=True)


def test_nothing_is_done_twice(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(tmp_path)
    trained: list[int] = []
    training = PromptTuningTrainer.train
    monkeypatch.setattr(
        PromptTuningTrainer, "train", lambda *a, **k: trained.append(1) or training(*a, **k)
    )
    first = run(config_of("ipt", model_folder), store)
    assert run(config_of("ipt", model_folder), store) == first
    other = run(config_of("ipt", model_folder, evaluation={"limit": 2}), store)
    assert other != first
    assert len(trained) == 1
    prompt = store.run(first)["prompt_id"]
    assert run(config_of("ipt", model_folder, prompt=prompt), store) == first
    more = config_of("ipt", model_folder, prompt=prompt[:6], retrieval={"num_fewshot": 2})
    assert store.run(run(more, store))["prompt_id"] == prompt
    assert len(trained) == 1
    assert run(config_of("ipt", model_folder), store, force=True) == first
    assert len(trained) == 2


def test_the_same_config_gives_the_same_prompt_bit_for_bit(
    tmp_path: Path, model_folder: Path
) -> None:
    contents = []
    for name in ("one", "two"):
        store = RunStore(tmp_path / name)
        prompt = store.run(run(config_of("pt", model_folder), store))["prompt_id"]
        contents.append((store.prompt_folder(prompt) / "adapter_model.safetensors").read_bytes())
    assert contents[0] == contents[1]


def test_cancelled_evaluation_leaves_no_run(tmp_path: Path, model_folder: Path) -> None:
    store = RunStore(tmp_path)
    config = config_of("zero_shot", model_folder)

    def cancel(what: str, done: int, total: int) -> None:
        if "writing" in what:
            (work,) = store.active()
            store.cancel(work.id)

    with pytest.raises(Cancelled):
        run(config, store, Resources(on_progress=cancel))
    assert [work.state for work in store.active()] == ["cancelled"]
    assert store.runs().empty
    assert store.has_run(run(config, store))
    assert store.active() == []


def test_failed_work_says_why_and_can_be_done_again(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(tmp_path)
    config = config_of("zero_shot", model_folder)

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("out of\nmemory")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(evaluation, "generate_and_score", fail)
        run(config, store)
    (work,) = store.active()
    assert (work.state, work.error) == ("failed", "RuntimeError: out of memory")
    assert store.has_run(run(config, store))


def test_cancelled_training_goes_on_where_it_was(tmp_path: Path, model_folder: Path) -> None:
    store = RunStore(tmp_path)
    config = config_of("pt", model_folder)

    def cancel(what: str, done: int, total: int) -> None:
        if what.startswith("Training") and done == 2:
            (work,) = store.active()
            store.cancel(work.id)

    with pytest.raises(Cancelled):
        run(config, store, Resources(on_progress=cancel))
    assert [work.state for work in store.active()] == ["cancelled"]
    run_id = run(config, store)
    history = store.history(store.run(run_id)["prompt_id"])
    assert history["step"].tolist() == [0, 1, 2, 3]
    unbroken = RunStore(tmp_path / "unbroken")
    whole = unbroken.history(unbroken.run(run(config, unbroken))["prompt_id"])
    assert history["loss"].tolist()[1:] == whole["loss"].tolist()[1:]
