"""A store shown to others: no page changes it. And what people bring to the page Train."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from dashboard import jobs, maps, probing, promptdata, removal, uploads
from dashboard.readonly import VARIABLE
from ipt_engine.config import RunConfig
from ipt_engine.errors import StoreError
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task
from ipt_engine.vocabulary import Vocabulary
from tests.dashboard_app import open_page, shown
from tests.fake_store import WIDTH

pytestmark = pytest.mark.usefixtures("fresh_caches", "quick_ranking")
CHANGES = {
    "train": ["train.start"],
    "data": ["data.run"],
    "prompts": ["prompts.measure"],
}


@pytest.fixture(autouse=True)
def small_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    words = Vocabulary(np.ones((3, WIDTH), np.float32), ("a", "b", "c"))
    monkeypatch.setattr(promptdata, "_vocabulary", lambda base_model: words)


@pytest.mark.parametrize("name", CHANGES)
def test_buttons_that_change_something_are_off(
    name: str, fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not any(open_page(name).button(key=key).disabled for key in CHANGES[name])
    monkeypatch.setenv(VARIABLE, "1")
    app = open_page(name)
    assert all(app.button(key=key).disabled for key in CHANGES[name])
    assert "Read only" in " ".join(caption.value for caption in app.sidebar.caption)


def test_a_run_is_not_deleted(fake_store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    app = open_page("runs", runs=fake_store.runs()["run_id"].iloc[0])
    assert app.button(key="runs.delete").disabled


def test_looking_at_the_queue_takes_no_lock(
    fake_store: RunStore, no_worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.submit(fake_store, RunConfig(task="mini-dart", method="zero_shot"))
    lock = fake_store.root / "jobs" / ".lock"
    lock.unlink(missing_ok=True)
    monkeypatch.setenv(VARIABLE, "1")
    assert [job.state for job in jobs.jobs(fake_store)] == ["queued"]
    assert not lock.exists()


def test_what_writes_refuses_even_without_its_button(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    before = sorted(str(path) for path in fake_store.root.rglob("*"))
    config = RunConfig(task="mini-dart", method="zero_shot")
    job: Any = SimpleNamespace(state="running", folder=fake_store.root, activity=None)
    (work,) = fake_store.active()
    run = fake_store.runs().iloc[-1]
    for write in (
        lambda: jobs.submit(fake_store, config),
        lambda: jobs.resume(fake_store, job),
        lambda: jobs.cancel(fake_store, job),
        lambda: jobs.forget(job),
        lambda: jobs.submit_many(fake_store, [config]),
        lambda: jobs.resume_activity(fake_store, work),
        lambda: jobs.cancel_activity(fake_store, work),
        lambda: jobs.discard(fake_store, work),
        lambda: removal.delete_run(fake_store, run["run_id"]),
        lambda: removal.delete_prompt(fake_store, run["prompt_id"], [run["run_id"]]),
        lambda: probing.start(fake_store, "a" * 12),
        lambda: uploads.keep("a.csv", b"x"),
    ):
        with pytest.raises(StoreError, match="--read-only"):
            write()
    assert sorted(str(path) for path in fake_store.root.rglob("*")) == before


def test_the_sidebar_says_what_runs(fake_store: RunStore) -> None:
    assert "Running" not in shown(open_page("runs"))
    with fake_store.begin("training", "b" * 12, {}) as activity:
        activity.update(step=3, total=9, note="Training PT on <b>x</b>")
        activity._write_status()
        app = open_page("runs")
    assert "Training PT on <b>x</b>, 3 of 9" in shown(app)


# What people bring.


def test_another_base_model_goes_into_the_config(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[RunConfig] = []
    monkeypatch.setattr(jobs, "submit", lambda store, config: queued.append(config) or "job")
    app = open_page("train", model="some/model")
    app.button(key="train.start").click().run()
    assert queued[0].base_model == queued[0].training.base_model == "some/model"  # type: ignore[union-attr]


def test_the_map_shows_every_input_and_who_is_near(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def encode(texts: list[str], on_progress: object) -> np.ndarray:  # type: ignore[type-arg]
        vectors = np.random.default_rng(len(texts)).normal(size=(len(texts), 5))
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    monkeypatch.setattr(maps, "encode", encode)
    task = get_task("mini-mtop")
    made = maps.Map()
    maps._map_inputs(made, task)
    points, share = made.points, made.share
    train, test = task.load("train"), task.load("test")
    assert points["split"].value_counts().to_dict() == {"train": len(train), "test": len(test)}
    vectors = encode([e.input for e in [*train, *test]], None)
    nearest = (vectors[len(train) :] @ vectors[: len(train)].T).max(axis=1)
    np.testing.assert_allclose(points["similarity"][len(train) :], nearest)
    assert points["similarity"][: len(train)].isna().all() and 0.4 < share < 1
    centred = vectors - vectors.mean(axis=0)
    explained = np.linalg.svd(centred, compute_uv=False) ** 2
    assert share == pytest.approx(explained[:2].sum() / explained.sum(), rel=1e-4)
