"""The maps of inputs and of prompts, made in threads; kept until what they show changes."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from dashboard import data
from dashboard.background import Work, Works
from ipt_engine.encoders import encode
from ipt_engine.runs import RunStore
from ipt_engine.tasks import Task

MOST = 3000
"""Training inputs drawn at most; drawn by chance, the same each time."""
_SOON = 0.4
"""Seconds that beginning waits: a map of what is encoded already is there by then."""


@dataclass(kw_only=True)
class Map(Work):
    """One map.

    Attributes:
        points: What lies where, once it is done; x, y, and what tells the points apart.
        share: Of the squared distances, what the plane shows.
    """

    points: pd.DataFrame = field(default_factory=pd.DataFrame)
    share: float = 0.0


_INPUTS: Works[tuple[str, str], Map] = Works(most=8)
_PROMPTS: Works[tuple[str, data.Stamp], Map] = Works(most=4)


def start_inputs(task: Task) -> None:
    """Begin the map of a task's training and test inputs, unless it is being made."""
    _INPUTS.begin(_of(task), Map, lambda made: _map_inputs(made, task), wait=_SOON)


def find_inputs(task: Task) -> Map | None:
    """The map begun last of what the task's files hold now."""
    return _INPUTS.find(_of(task))


def start_prompts() -> None:
    """Begin the map of the prompts of the base model that has the most, unless it is being made."""
    found = data.prompts()
    usual = found["base_model"].mode().iloc[0]
    ids = list(found.loc[found["base_model"] == usual, "prompt_id"])
    store = data.store()
    _PROMPTS.begin(_now(), Map, lambda made: _map_prompts(made, store, ids), wait=_SOON)


def find_prompts() -> Map | None:
    """The map begun last of the prompts that there are now."""
    return _PROMPTS.find(_now())


def _of(task: Task) -> tuple[str, str]:
    return task.name, task.data_hash("train", "test")


def _map_inputs(made: Map, task: Task) -> None:
    from ipt_engine.analysis.input_map import input_map  # noqa: PLC0415 loads scipy

    train, test = list(task.load("train")), list(task.load("test"))
    if len(train) > MOST:
        picked = np.random.default_rng(0).choice(len(train), MOST, replace=False)
        train = [train[i] for i in sorted(picked)]
    examples = [*train, *test]
    vectors = encode([e.input for e in examples], on_progress=made.tell)
    splits = ["train"] * len(train) + ["test"] * len(test)
    points, made.share = input_map(vectors, splits, [e.id for e in examples])
    similarity = np.full(len(examples), np.nan)
    if train and test:
        similarity[len(train) :] = (vectors[len(train) :] @ vectors[: len(train)].T).max(axis=1)
    made.points = points.assign(input=[e.input for e in examples], similarity=similarity)


def _now() -> tuple[str, data.Stamp]:
    return str(data.store().root), data.stamp()


def _map_prompts(made: Map, store: RunStore, prompt_ids: list[str]) -> None:
    from ipt_engine.analysis.anatomy import prompt_map  # noqa: PLC0415 loads scipy

    vectors = {prompt_id: store.prompt_vectors(prompt_id) for prompt_id in prompt_ids}
    made.points, made.share = prompt_map(vectors, made.tell)
