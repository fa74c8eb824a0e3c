"""Metrics added to stored runs equal those of a run that had them from the start."""

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from ipt_engine.errors import ConfigError, DataError
from ipt_engine.metrics import METRICS
from ipt_engine.rescoring import rescore
from ipt_engine.runs import RunStore
from ipt_engine.tasks import TASKS, get_task
from tests.fake_store import build_fake_store
from tests.older_runs import without_metric


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return build_fake_store(tmp_path / "store", seeds=(0,), n=12)


def run_of(store: RunStore, task: str) -> str:
    runs = store.runs()
    return str(runs.loc[(runs["task"] == task) & (runs["method"] == "icl"), "run_id"].iloc[0])


@pytest.mark.parametrize("position", [0, 1])
@pytest.mark.parametrize("task", ["mini-dart", "mini-mtop"])
def test_a_metric_that_came_later_is_as_if_it_had_been_there(
    store: RunStore, task: str, position: int
) -> None:
    run_id, name = run_of(store, task), get_task(task).metrics[position]
    before, ledger = store.run(run_id), store.ledger([run_id])
    without_metric(store, run_id, name)
    assert store.run(run_id) != before
    assert rescore(store, run_id) == [name]
    assert store.run(run_id) == before
    pd.testing.assert_frame_equal(store.ledger([run_id])[ledger.columns], ledger)


def test_a_metric_may_be_added_and_stays_out_of_the_way(store: RunStore) -> None:
    run_id = run_of(store, "mini-dart")
    before = store.run(run_id)
    assert rescore(store, run_id, ["rouge_l", "ter"]) == ["rouge_l", "ter"]
    after = store.run(run_id)
    assert after["metric"] == before["metric"]
    assert after["metrics"] == [*before["metrics"], "rouge_l", "ter"]
    rows = store.ledger([run_id]).to_dict("records")
    judged = [METRICS["ter"].judge(row["prediction"], row["references"]) for row in rows]
    assert [row["ter"] for row in rows] == [found["ter"] for found in judged]
    stats = [[found[column] for column in METRICS["ter"].columns()] for found in judged]
    assert after["scores"]["ter"] == pytest.approx(METRICS["ter"].corpus(stats), abs=1e-9)
    for name in before["metrics"]:
        assert after["scores"][name] == before["scores"][name]
    assert rescore(store, run_id, ["ter"]) == []
    assert run_id not in {work.id for work in store.active()}


def test_a_run_that_came_with_ipt_lab_is_scored_in_a_copy(store: RunStore, tmp_path: Path) -> None:
    mine = RunStore(tmp_path / "mine", shipped=store.root)
    run_id = run_of(store, "mini-dart")
    rescore(mine, run_id, ["ter"])
    assert "ter" in mine.run(run_id)["scores"]
    assert "ter" not in store.run(run_id)["scores"]
    shutil.rmtree(mine.root)
    assert "ter" not in mine.run(run_id)["scores"]


def test_what_a_metric_needs_comes_from_the_task(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = run_of(store, "mini-dart")
    with pytest.raises(DataError, match=r"BLEC needs each example's 'logic', and '.+' has no"):
        rescore(store, run_id, ["blec"])
    assert "blec" not in store.run(run_id)["scores"]
    task = get_task("mini-dart")
    with_logic = replace(task, resources=lambda example: {"logic": "only { all_rows }"})
    monkeypatch.setitem(TASKS, "mini-dart", with_logic)
    rescore(store, run_id, ["blec"])
    assert store.run(run_id)["scores"]["blec"] is not None


def test_inputs_that_are_gone_are_named(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = run_of(store, "mini-dart")
    monkeypatch.setitem(TASKS, "mini-dart", replace(get_task("mini-dart"), loader=lambda _: []))
    with pytest.raises(DataError, match="is no longer in the task mini-dart"):
        rescore(store, run_id, ["blec"])
    assert rescore(store, run_id, ["ter"]) == ["ter"]


def test_an_unknown_metric_is_refused(store: RunStore) -> None:
    with pytest.raises(ConfigError, match="Unknown metric 'nope'. Choose one of: bleu"):
        rescore(store, run_of(store, "mini-dart"), ["nope"])
