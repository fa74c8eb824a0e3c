"""Training rows: what is shown and what is learnt, cut as an evaluation's rows are."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ipt_engine import evaluation, wiring
from ipt_engine import training as trainings
from ipt_engine.config import GenerationArguments
from ipt_engine.errors import Cancelled
from ipt_engine.runs import RunStore
from ipt_engine.soft_prompt import PromptEmbedding
from ipt_engine.tasks import TASKS
from ipt_engine.training import train
from ipt_engine.wiring import Resources
from tests.tiny import tiny_tokenizer
from tests.tiny_runs import config_of

pytestmark = pytest.mark.usefixtures("own_encoder")


def test_what_training_sees(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, list[str]] = {}
    tokenizer = tiny_tokenizer()

    def look(base: Any, soft_prompt: Any, args: Any, train: Any, dev: Any) -> None:
        for name, rows in (("train", train), ("dev", dev)):
            seen[name] = [tokenizer.decode([*row.prompt_ids, *row.answer_ids]) for row in rows]
        raise Cancelled("seen enough")

    monkeypatch.setattr(trainings, "PromptTuningTrainer", look)
    training = config_of("ipt", model_folder).training
    assert training is not None
    with pytest.raises(Cancelled):
        train(training, RunStore(tmp_path))
    task = TASKS["mini-dart"]
    assert len(seen["dev"]) == 2
    for split in ("train", "dev"):
        for text, example in zip(seen[split], task.load(split), strict=split == "train"):
            # The answer's end is learnt too; what is shown before is something else.
            asked = f"Facts: {example.input}\nSentence:"
            assert text.endswith(f"{asked} {example.answer}\n\n")
            assert text.count("\nSentence: ") == 2
            assert text.count(asked) == 1


def test_training_drops_what_evaluation_drops(tmp_path: Path, model_folder: Path) -> None:
    task = TASKS["mini-dart"]
    examples = task.load("dev")[:20]
    longest = max(len(f"Facts: {e.input}\nSentence: {e.answer}") for e in examples)
    # Room for the longest without, and so for the shorter ones with, a demonstration.
    template = {"max_length": longest + 3 + task.max_new_tokens, "instruction": False}
    config = config_of("ipt", model_folder, template=template, evaluation={"split": "dev"})
    assert config.training is not None
    base = wiring.base_model(config.base_model, Resources(device="cpu"))
    soft_prompt = PromptEmbedding.initialise(config.training.prompt_tuning, base)
    rows = trainings.training_rows(config.training, examples, base, soft_prompt)
    # The task's own limit, as training knows no other.
    limit = replace(config, generation=GenerationArguments())
    segments = evaluation._evaluation_segments(limit, task, examples, base, soft_prompt)
    assert [row.prompt_ids for row in rows] == [s.prompt_ids for s in segments]
    assert 0 < sum(s.dropped for s in segments) < 20
