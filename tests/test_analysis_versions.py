"""Runs on other data or weights are no seeds of one thing: one version counts, and it is said."""

from pathlib import Path

import pandas as pd
import pytest

from ipt_engine.analysis.versions import LeftOut, one_version
from ipt_engine.evidence import Evidence
from ipt_engine.findings import find_methods
from ipt_engine.report import build_report
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task
from tests.fake_store import World, build_fake_store, fake_training
from tests.older_runs import with_fields
from tests.study_slices import write_trained

DEFAULTS = {
    "task": "a",
    "method": "pt",
    "demonstration_task": None,
    "prompt_task": "a",
    "prompt_demonstration_task": None,
    "prompt_data_hash": "p",
    "data_hash": "d",
    "weights_hash": "w",
}


def factors(*runs: dict[str, object]) -> pd.DataFrame:
    rows = [DEFAULTS | {"run_id": f"r{place}"} | run for place, run in enumerate(runs)]
    return pd.DataFrame(rows, dtype=object)


def kept(*runs: dict[str, object]) -> list[str]:
    return [str(run_id) for run_id in one_version(factors(*runs))[0]["run_id"]]


@pytest.mark.parametrize("name", ["data_hash", "weights_hash", "prompt_data_hash"])
def test_most_methods_count_and_of_as_many_the_newest(name: str) -> None:
    assert kept({name: "x"}, {name: "x"}, {name: "y"}) == ["r2"]
    assert kept({name: "x"}, {name: "x", "method": "ipt"}, {name: "y"}) == ["r0", "r1"]
    assert kept({name: "y"}, {name: "x"}, {name: "y"}) == ["r0", "r2"]
    left_out = one_version(factors({name: "x"}, {name: "x"}, {name: "y"}))[1]
    assert [(each.task, each.runs) for each in left_out] == [("a", 2)]


def test_what_has_data_of_its_own_is_no_other_version() -> None:
    # Another task's demonstrations are part of a run's data, or of a prompt's.
    assert kept({}, {"demonstration_task": "b", "data_hash": "d and b"}) == ["r0", "r1"]
    foreign = {"prompt_demonstration_task": "b", "prompt_data_hash": "p and b"}
    assert kept({}, {"demonstration_task": "b", "data_hash": "d and b"} | foreign) == ["r0", "r1"]
    # Another task has data of its own; who learned from nothing known fits all.
    assert kept({}, {"task": "b", "data_hash": "e"}) == ["r0", "r1"]
    assert kept({}, {"prompt_task": "b", "prompt_data_hash": "q"}) == ["r0", "r1"]
    assert kept({}, {"prompt_data_hash": None}) == ["r0", "r1"]
    assert one_version(factors({}, {}))[1] == []


def test_weights_are_the_same_for_all_tasks() -> None:
    older = [{"task": task, "data_hash": task, "weights_hash": "x"} for task in "ab"]
    assert kept(*older, {"task": "b", "data_hash": "b"}) == ["r0", "r1"]


def test_a_run_on_other_data_is_no_seed(tmp_path: Path) -> None:
    store = build_fake_store(tmp_path / "store", n=30)
    before = find_methods(Evidence(store), "mini-dart")
    assert before is not None
    world = World(get_task("mini-dart"), 30).harder(0.5)
    run_id = write_trained(store, world, fake_training("mini-dart", 7, None))
    with_fields(store, run_id, data_hash="c" * 64)
    evidence = Evidence(store)
    assert evidence.left_out == [LeftOut("mini-dart", "on other data of the task", 1)]
    after = find_methods(evidence, "mini-dart")
    assert after is not None
    assert after.means.equals(before.means)
    for pair in evidence.pairs("mini-dart"):
        assert run_id not in {*pair.without, *pair.with_}
    assert "Mini-DART: 1 run on other data of the task is left out." in build_report(store).lead


def test_a_report_can_be_made_of_runs_with_other_weights_or_another_first_metric(
    tmp_path: Path,
) -> None:
    store: RunStore = build_fake_store(tmp_path / "store", n=30)
    runs = store.runs().query("task == 'mini-dart' and method == 'pt'")["run_id"].tolist()
    with_fields(store, runs[0], weights_hash="e" * 64)
    with_fields(store, runs[1], metric="ter")
    told = build_report(store).lead
    assert "Mini-DART: 1 run with other weights of the base model is left out." in told
