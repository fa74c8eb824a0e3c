"""Tasks: declared whole, refused by name, and hashed with their wording."""

import dataclasses
from typing import Any

import pytest

from ipt_engine.errors import ConfigError
from ipt_engine.metrics import METRICS
from ipt_engine.records import Example
from ipt_engine.tasks import TASKS, Task, get_task

every_task = pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)


def small_task(test_input: str = "q", **changes: Any) -> Task:
    splits = {
        "train": [Example("t", "a", ("b",))],
        "dev": [Example("d", "c", ("d",))],
        "test": [Example("e", test_input, ("f",))],
    }
    return dataclasses.replace(TASKS["mini-dart"], loader=splits.__getitem__, **changes)


def test_the_built_in_tasks_are_there() -> None:
    assert {"mini-dart", "mini-mtop"} <= set(TASKS)
    assert [task.name for task in TASKS.values()] == list(TASKS)
    assert get_task("mini-mtop") is TASKS["mini-mtop"]


def test_an_unknown_task_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match="Unknown task 'mini-dar'.*mini-dart, .*mini-mtop"):
        get_task("mini-dar")


@every_task
def test_a_task_is_declared_whole(task: Task) -> None:
    texts = dataclasses.asdict(dataclasses.replace(task, loader=str))
    del texts["loader"], texts["max_new_tokens"]
    assert all(texts.values())
    assert task.metric == task.metrics[0]
    assert set(task.metrics) <= set(METRICS)
    assert task.load("test")[0].id.startswith(f"{task.name}-test-")
    if task.stop == "newline":
        answers = [
            r for split in ("train", "dev", "test") for e in task.load(split) for r in e.references
        ]
        assert not [answer for answer in answers if "\n" in answer]


def test_the_data_hash_follows_content_and_wording() -> None:
    changed = [
        small_task(),
        small_task(test_input="r"),
        small_task(instruction="Say it."),
        small_task(input_label="Given"),
        small_task(output_label="Answer"),
        small_task(stop="eos"),
        small_task(max_new_tokens=65),
    ]
    assert len({task.data_hash("train", "test") for task in changed}) == len(changed)


def test_the_data_hash_is_of_the_splits_asked_for_and_of_no_title() -> None:
    assert small_task().data_hash("train", "dev") == small_task("r").data_hash("train", "dev")
    assert small_task().data_hash("train") != small_task().data_hash("train", "dev")
    assert small_task().data_hash("train") == small_task(title="Other").data_hash("train")
