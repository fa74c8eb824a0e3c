"""Contradictions are refused with the fix named; ids follow what decides a result."""

import subprocess
import sys
from typing import Any

import pytest

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
        (lambda: RetrievalArguments(retriever="fixed"), "go together"),
        (lambda: GenerationArguments(temperature=2.0), "need do_sample"),
        (lambda: RunConfig.from_dict({"task": "x", "methd": "pt"}), "Unknown setting 'methd'"),
        (lambda: RunConfig.from_dict({"task": 3, "method": "pt"}), "task must be str"),
        (lambda: RunConfig.from_dict({"task": "x"}), "method"),
        (lambda: TrainingArguments.from_dict({"max_steps": True}), "max_steps must be int"),
    ],
)
def test_bad_settings_are_named(make: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        make()


def test_round_trip() -> None:
    training = TrainingConfig("mini-dart", retrieval=RetrievalArguments("fixed", fixed_ids=("a",)))
    config = RunConfig("mini-dart", "ipt", training=training, retrieval=RETRIEVAL, limit=3)
    assert RunConfig.from_dict(config.to_dict()) == config


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
