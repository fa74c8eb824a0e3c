"""Contradictions are refused with the fix named; ids follow what decides a result."""

import json
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy as copy_of
from typing import Any

import pytest

from ipt_engine import config
from ipt_engine.config import (
    GenerationArguments,
    PromptTuningConfig,
    RetrievalArguments,
    RunConfig,
    TrainingArguments,
    TrainingConfig,
    make_id,
)
from ipt_engine.errors import ConfigError

TRAINING = TrainingConfig(task="mini-dart")
RETRIEVAL = RetrievalArguments()
FOREIGN = RetrievalArguments("other_task", source_task="mini-mtop")
SEEDED = (PromptTuningConfig, TrainingArguments, RetrievalArguments, GenerationArguments)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"method": "pt"}, "needs a soft prompt"),
        ({"method": "pt", "training": TRAINING, "prompt_id": "0" * 12}, "not both"),
        ({"method": "icl", "retrieval": RETRIEVAL, "training": TRAINING}, "uses no soft prompt"),
        ({"method": "icl"}, "give retrieval settings"),
        ({"method": "zero_shot", "retrieval": RETRIEVAL}, "remove retrieval"),
        ({"method": "nothing"}, "Choose one of: zero_shot, icl, pt, ipt"),
        ({"method": "zero_shot", "split": "train"}, "expected one of: dev, test"),
        ({"method": "zero_shot", "limit": 0}, "limit must lie between"),
        ({"method": "pt", "training": TRAINING, "base_model": "other"}, "fits only the model"),
    ],
)
def test_contradictions_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        RunConfig(task="mini-dart", **settings)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: PromptTuningConfig(prompt_tuning_init="TEXT"), "set both or neither"),
        (lambda: PromptTuningConfig(num_virtual_tokens=0), "between 1 and 1000"),
        (lambda: TrainingArguments(learning_rate=0), "learning_rate must lie"),
        (lambda: TrainingArguments.from_dict({"dtype": "fp16"}), "one of: float32, bfloat16"),
        (lambda: RetrievalArguments(retriever="fixed"), "go together"),
        (lambda: GenerationArguments(temperature=2.0), "need do_sample"),
        (lambda: RunConfig.from_dict({"task": "x", "methd": "pt"}), "Unknown setting 'methd'"),
        (lambda: RunConfig.from_dict({True: 1, "zz": 2}), "Unknown setting True in RunConfig"),  # type: ignore[dict-item]
        (lambda: RunConfig.from_dict({"task": 3, "method": "pt"}), "task must be str"),
        (lambda: RunConfig.from_dict({"task": "x"}), "method"),
        (lambda: TrainingArguments.from_dict({"max_steps": True}), "max_steps must be int"),
        (lambda: TrainingArguments.from_dict({"max_steps": None}), "max_steps must be int"),
        (lambda: TrainingArguments(learning_rate=float("nan")), "learning_rate must lie"),
        (lambda: RunConfig.from_dict({"task": "x", "method": "pt", "training": 5}), "a mapping"),
        (lambda: TrainingArguments(max_steps=True), "max_steps must lie"),
        (lambda: TrainingArguments(max_steps="3"), "max_steps must lie"),  # type: ignore[arg-type]
        (lambda: RetrievalArguments("fixed", fixed_ids=("a", "b")), "set num_fewshot to 2"),
        (lambda: RetrievalArguments.from_dict({"fixed_ids": "ab"}), "fixed_ids must be a list"),
        (lambda: RetrievalArguments(num_fewshot=-1), "num_fewshot must lie between 0"),
        (lambda: RetrievalArguments("mmr", diversity=1.1), "diversity must lie between 0"),
        (lambda: RetrievalArguments("dense", diversity=0.4), "use the retriever 'mmr'"),
        (lambda: RetrievalArguments("other_task"), "source_task .* go together"),
        (lambda: RetrievalArguments("dense", source_task="mini-mtop"), "go together"),
        (lambda: RunConfig("mini-mtop", "icl", retrieval=FOREIGN), "name another task"),
        (lambda: TrainingConfig("mini-mtop", retrieval=FOREIGN), "name another task"),
        *((lambda part=part: part(seed=-1), "seed must lie between 0") for part in SEEDED),
        (lambda: RunConfig("mini-dart", "zero_shot", seed=2**63), "seed must lie between 0"),
    ],
)
def test_bad_settings_are_named(make: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        make()


def test_round_trip() -> None:
    training = TrainingConfig("mini-dart", retrieval=RetrievalArguments("fixed", fixed_ids=("a",)))
    whole = RunConfig("mini-dart", "ipt", training=training, retrieval=RETRIEVAL, limit=3)
    assert RunConfig.from_dict(whole.to_dict()) == whole
    assert RunConfig.from_dict(json.loads(json.dumps(whole.to_dict()))) == whole


def test_a_given_whole_number_is_the_same_setting_as_a_broken_one() -> None:
    whole = TrainingArguments.from_dict({"learning_rate": 1})
    assert whole == TrainingArguments(learning_rate=1.0)
    assert json.dumps(whole.to_dict()) == json.dumps(TrainingArguments(learning_rate=1.0).to_dict())


def leaves(values: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in values.items():
        yield from leaves(value, (*path, key)) if isinstance(value, dict) else [(*path, key)]


def changed(values: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    copy = copy_of(values)
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    old = inner[path[-1]]
    inner[path[-1]] = [*old, "x"] if isinstance(old, list) else f"{old} and more"
    return copy


def test_ids_change_with_every_setting() -> None:
    """Whatever decides a result is in the id; where it is computed has no place in a config."""
    training = TrainingConfig("mini-dart", retrieval=RETRIEVAL)
    values = RunConfig("mini-dart", "ipt", training=training, retrieval=RETRIEVAL).to_dict()
    paths = list(leaves(values))
    # The parts are all there: five of the prompt's, and the run's own.
    assert {path[:2] for path in paths} >= {("training", "template"), ("retrieval", "encoder")}
    ids = {make_id("run", {"config": changed(values, path)}) for path in paths}
    ids.add(make_id("run", {"config": values}))
    assert len(ids) == len(paths) + 1
    names = {name for path in paths for name in path}
    assert not names & {"device", "threads", "store", "force", "on_progress"}


def test_settings_added_later_leave_the_ids_given_out_before() -> None:
    before = {"retriever", "num_fewshot", "order", "seed", "fixed_ids", "encoder"}
    assert set(RETRIEVAL.to_dict()) == before | {"exclude_duplicates"}
    assert RetrievalArguments("mmr", diversity=0.5).to_dict() == RetrievalArguments("mmr").to_dict()
    given = (RetrievalArguments("mmr"), RetrievalArguments("mmr", diversity=0.25), FOREIGN)
    other = RetrievalArguments("other_task", source_task="mini-spider")
    training = [TrainingConfig("mini-dart", retrieval=r) for r in (*given, other)]
    assert len({make_id("prompt", {"config": config.to_dict()}) for config in training}) == 4
    assert [TrainingConfig.from_dict(config.to_dict()) for config in training] == training


def test_what_training_computes_in_is_in_its_id_unless_it_is_the_default() -> None:
    assert "dtype" not in TrainingArguments().to_dict()
    half = TrainingArguments(dtype="bfloat16")
    assert half.to_dict() == TrainingArguments().to_dict() | {"dtype": "bfloat16"}
    assert TrainingArguments.from_dict(half.to_dict()) == half


def test_ids_change_with_content_and_not_between_processes() -> None:
    content = {"config": TRAINING.to_dict(), "data": "d", "weights": "w"}
    code = (
        "from ipt_engine.config import TrainingConfig, make_id; print(make_id('prompt', "
        "{'weights': 'w', 'data': 'd', 'config': TrainingConfig(task='mini-dart').to_dict()}))"
    )
    other = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert make_id("prompt", content) == other
    assert len(other) == 12
    changed = [make_id("prompt", content | {key: "x"}) for key in content]
    assert len({other, make_id("run", content), *changed}) == 5


def test_another_semantics_version_is_another_id(monkeypatch: pytest.MonkeyPatch) -> None:
    before = make_id("run", {})
    monkeypatch.setattr(config, "SEMANTICS_VERSION", config.SEMANTICS_VERSION + 1)
    assert make_id("run", {}) != before
