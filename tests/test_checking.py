"""A task's report on data made for it, and `ipt tasks check` on a built-in one."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from ipt_engine import checking
from ipt_engine.checking import check_task, task_similarity
from ipt_engine.cli import app
from ipt_engine.errors import ConfigError
from ipt_engine.records import Example
from ipt_engine.tasks import TASKS, Split, Task

LONG = "the red boat of Ann lies in the harbour of Oslo beside the lamp of the museum"
SPLITS: dict[str, list[Example]] = {
    "train": [
        Example("r0", f"{LONG}.", ("one",)),
        Example("r1", "90 degrees", ("two words",)),
        Example("r2", "180 degrees", ("three",)),
    ],
    "dev": [Example("d0", "45 degrees", ("Three ",))],
    "test": [
        Example("t0", f"{LONG}!", ("nothing", "ONE")),
        Example("t1", "90  Degrees", ("two",)),
        Example("t2", "178 degrees", ("five",)),
        Example("t3", "120 degrees", ("six",)),
    ],
}


def by_angle(texts: Sequence[str], encoder: str = "", on_progress: Any = None) -> np.ndarray:
    """The angle that a text begins with, as a direction; another text's own direction."""
    rows = []
    for text in texts:
        number = re.match(r"\d+", text)
        angle = np.radians(float(number.group())) if number else 0.0
        other = 0.0 if number else float(sum(text.lower().encode()))
        rows.append([np.cos(angle), np.sin(angle), 0] if number else [0.1, 0.1, other])
    vectors = np.array(rows).reshape(-1, 3)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> Task:
    for place in ("ipt_engine.checking.encode", "ipt_engine.retrievers.pool.encode"):
        monkeypatch.setattr(place, by_angle)

    def load(split: Split) -> list[Example]:
        return SPLITS[split]

    return replace(TASKS["mini-dart"], name="made", loader=load)


def test_the_report_finds_what_was_put_there(task: Task) -> None:
    report = check_task(task)
    assert report.sizes == {"train": 3, "dev": 1, "test": 4}
    test, dev = report.leakage
    assert (test.split, test.n, dev.split, dev.n) == ("test", 4, "dev", 1)
    inputs = test.inputs
    assert [(m.held_out, m.train) for m in inputs.exact] == [(1, 1)]
    assert [(m.held_out, m.train) for m in inputs.near] == [(0, 0)]
    # 178 degrees are 2 from 180; t0 is close as well as near.
    assert [(m.held_out, m.train) for m in inputs.close] == [(0, 0), (2, 2)]
    assert inputs.close[1].value == pytest.approx(np.cos(np.radians(2)), abs=1e-6)
    # Any of a test example's references may be the one.
    assert [(m.held_out, m.train) for m in test.answers.exact] == [(0, 0)]
    assert [(m.held_out, m.train) for m in dev.answers.exact] == [(0, 2)]
    # t1 has r1's input with another answer; only t0 has both.
    assert (test.same_answer, dev.same_answer) == ((0,), ())


def test_the_similarity_range_is_that_of_what_may_be_shown(task: Task) -> None:
    found = task_similarity(task)
    # t1's double r1 does not count: the next nearest are r2 at a right angle and r0.
    right = max(0.0, float(by_angle(["90"])[0] @ by_angle([f"{LONG}."])[0]))
    nearest = [1.0, right, np.cos(np.radians(2)), np.cos(np.radians(30))]
    assert found.n == 4
    assert [found.low, found.median, found.high] == pytest.approx(
        [right, float(np.median(nearest)), 1.0], abs=1e-4
    )
    assert (found.above, found.below) == (0.5, 0.25)
    assert check_task(task).similarity == found


def test_the_command_prints_the_report(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TASKS, "made", task)
    result = CliRunner().invoke(app, ["tasks", "check", "made", "--examples", "1"])
    assert result.exit_code == 0
    said = " ".join(result.stdout.split())
    assert "train 3, dev 1, test 4 examples" in said
    assert "above 0.9: 50.0%, below 0.6: 25.0%" in said
    assert "near ≥ 0.9 ┃ close ≥ 0.95 ┃ ┃ found in train ┃ of ┃ exact ┃ in letters ┃ in" in said
    assert re.search(r"test inputs │ 4 │ 1 │ 1 │ 2 ", said)
    assert "test: 1 of 4 examples have their input in train" in said
    assert "t1: 90 Degrees r1: 90 degrees" in said
    # One pair of each kind.
    assert said.count("test input, close") == 1


def test_an_unknown_task_is_named() -> None:
    result = CliRunner().invoke(app, ["tasks", "check", "nope"])
    assert isinstance(result.exception, ConfigError)
    assert "Unknown task 'nope'" in str(result.exception)


def test_a_task_without_dev_examples_is_reported(task: Task) -> None:
    def load(split: Split) -> list[Example]:
        return [] if split == "dev" else SPLITS[split]

    report = check_task(replace(task, loader=load))
    assert report.sizes["dev"] == 0
    assert report.leakage[1].inputs == checking.Overlap((), (), ())
