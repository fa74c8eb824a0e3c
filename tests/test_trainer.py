"""The loss falls, seeds repeat, resuming changes nothing, and not-a-number is an error."""

import os
from pathlib import Path
from typing import Any

import pytest
import torch

from ipt_engine.answer_loss import answer_loss
from ipt_engine.config import TrainingArguments
from ipt_engine.errors import ModelError, TrainingError
from ipt_engine.models import BaseModel
from ipt_engine.packing import Row
from ipt_engine.sketch import sketch
from ipt_engine.soft_prompt import PromptEmbedding
from ipt_engine.trainer import PromptTuningTrainer, learning_rate, read_checkpoint
from tests.tiny import random_prompt, rows_of, tiny_base

WORDS = ["red", "blue", "green", "a", "black", "white", "pink"]


def trainer_of(
    base: BaseModel, args: TrainingArguments, prompt: PromptEmbedding | None = None
) -> PromptTuningTrainer:
    prompt = prompt or random_prompt(base)
    rows = rows_of(base, [f"Say: {w}\nIt is:" for w in WORDS], [f" {w}!" for w in WORDS], prompt)
    return PromptTuningTrainer(base, prompt, args, rows, rows[:3])


def args_of(**changes: Any) -> TrainingArguments:
    return TrainingArguments(
        **{"max_steps": 12, "batch_size": 3, "eval_steps": 4, "learning_rate": 0.05} | changes
    )


def test_the_loss_falls_and_the_base_model_stays() -> None:
    base = tiny_base()
    before = {name: p.clone() for name, p in base.model.named_parameters()}
    history: list[dict[str, Any]] = []
    trainer_of(base, args_of(max_steps=40)).train(history.append)
    losses = [row["loss"] for row in history[1:]]
    assert sum(losses[-5:]) < 0.9 * sum(losses[:5])
    assert [row["step"] for row in history] == list(range(41))
    assert all(torch.equal(before[name], p) for name, p in base.model.named_parameters())


def test_the_best_prompt_is_kept() -> None:
    base = tiny_base()
    trainer = trainer_of(base, args_of())
    history: list[dict[str, Any]] = []
    result = trainer.train(history.append)
    dev = {row["step"]: row["dev_loss"] for row in history if "dev_loss" in row}
    places = {row["step"]: row["sketch"] for row in history if "sketch" in row}
    assert places.keys() == dev.keys()
    best = trainer.soft_prompt.weight.detach()
    assert places[result.state.best_step] == sketch(best.numpy())
    lengths = {row["step"]: row["vector_length"] for row in history if "sketch" in row}
    assert lengths[result.state.best_step] == pytest.approx(best.norm(dim=1).mean().item())
    assert len({tuple(place) for place in places.values()}) == len(places)
    assert list(dev) == [0, 4, 8, 12]
    assert result.state.best_step == min(dev, key=dev.__getitem__)
    assert result.state.best_dev_loss == pytest.approx(min(dev.values()))
    assert trainer._evaluate() == pytest.approx(min(dev.values()))


def test_a_start_that_training_only_makes_worse_is_kept() -> None:
    base = tiny_base()
    learned = trainer_of(base, args_of(max_steps=300, learning_rate=0.3))
    learned.train()
    prompt = learned.soft_prompt
    start = prompt.weight.detach().clone()
    other = rows_of(base, [f"Say: {w}\nIt is:" for w in WORDS], ["ZZZZ"] * len(WORDS), prompt)
    unlearning = PromptTuningTrainer(base, prompt, args_of(), other, learned.dev_rows)
    assert unlearning.train().state.best_step == 0
    assert torch.equal(prompt.weight, start)


def test_the_same_seed_gives_the_same_prompt_bit_for_bit() -> None:
    base = tiny_base()

    def final(seed: int) -> torch.Tensor:
        trainer = trainer_of(base, args_of(seed=seed))
        trainer.train()
        return trainer.soft_prompt.weight.detach()

    assert torch.equal(final(1), final(1))
    assert not torch.equal(final(1), final(2))


def test_steps_compute_in_the_type_asked_for_and_in_float32_unasked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[bool] = []

    def watched(*args: Any) -> torch.Tensor:
        if torch.is_grad_enabled():
            seen.append(torch.is_autocast_enabled("cpu"))
        return answer_loss(*args)

    monkeypatch.setattr("ipt_engine.trainer.answer_loss", watched)
    ends = []
    for dtype in ("float32", "bfloat16"):
        base = tiny_base(dtype=torch.float32)
        made = trainer_of(base, args_of(max_steps=2, dtype=dtype))
        made.train()
        ends.append(made.soft_prompt.weight.detach())
    assert seen == [False, False, True, True]
    assert ends[0].dtype == ends[1].dtype == torch.float32
    assert not torch.equal(*ends)


def test_bfloat16_is_refused_before_the_first_step_where_it_would_be_emulated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base = tiny_base()
    half, told = trainer_of(base, args_of(dtype="bfloat16")), []
    asked: list[dict[str, bool]] = []

    def supported(**how: bool) -> bool:
        asked.append(how)
        return False

    monkeypatch.setattr(BaseModel, "device", torch.device("cuda"))
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", supported)
    with pytest.raises(ModelError, match="cuda does not compute in bfloat16. Leave dtype at"):
        half.train(told.append)
    assert told == [] and asked == [{"including_emulation": False}]
    # Not even where a GPU has it is it taken unasked.
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **how: True)
    assert not base.autocast("float32")._enabled


def test_a_resumed_training_ends_where_an_unbroken_one_does(tmp_path: Path) -> None:
    base = tiny_base()
    unbroken = trainer_of(base, args_of())
    whole: list[dict[str, Any]] = []
    unbroken.train(whole.append)

    def interrupt(row: dict[str, Any]) -> None:
        if row["step"] == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trainer_of(base, args_of()).train(interrupt, tmp_path)
    rest: list[dict[str, Any]] = []
    resumed = trainer_of(base, args_of())
    resumed.train(rest.append, tmp_path)
    assert [row["step"] for row in rest] == list(range(5, 13))
    assert [row["loss"] for row in rest] == [row["loss"] for row in whole[5:]]
    assert torch.equal(resumed.soft_prompt.weight, unbroken.soft_prompt.weight)
    assert resumed.state.best_step == unbroken.state.best_step


def test_a_step_is_told_before_its_checkpoint_so_that_a_kill_loses_none(tmp_path: Path) -> None:
    """At each row the checkpoint is still an earlier step's; a row that raises has its own."""
    base = tiny_base()

    def saved() -> int:
        path = tmp_path / "checkpoint.safetensors"
        return read_checkpoint(path).step if path.is_file() else 0

    def on_step(row: dict[str, Any]) -> None:
        assert saved() <= max(row["step"] - 1, 0)
        if row["step"] == 8:
            raise KeyError("enough")

    with pytest.raises(KeyError):
        trainer_of(base, args_of()).train(on_step, tmp_path)
    assert saved() == 8


def test_every_example_is_seen_before_any_comes_again() -> None:
    trainer = trainer_of(tiny_base(), args_of())
    seen = [i for step in range(7) for i in trainer._batch_indices(step)]
    assert sorted(seen) == sorted(list(range(len(WORDS))) * 3)


def test_not_a_number_is_an_error_that_names_the_way_out() -> None:
    base = tiny_base()
    prompt = random_prompt(base)
    with torch.no_grad():
        prompt.weight[0, 0] = float("nan")
    with pytest.raises(TrainingError, match="dev loss is nan after 0 steps.*learning rate"):
        trainer_of(base, args_of(), prompt).train()


def test_a_loss_that_bursts_on_the_way_is_an_error() -> None:
    base = tiny_base()
    trainer = trainer_of(base, args_of())

    def burst(row: dict[str, Any]) -> None:
        if row["step"] == 2:
            with torch.no_grad():
                trainer.soft_prompt.weight[0, 0] = float("nan")

    with pytest.raises(TrainingError, match="The loss is nan.*after 2 steps"):
        trainer.train(burst)


def test_what_on_step_raises_ends_the_training() -> None:
    def stop(row: dict[str, Any]) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        trainer_of(tiny_base(), args_of()).train(stop)


@pytest.mark.parametrize("scheduler", ["linear", "cosine", "constant"])
def test_the_learning_rate_warms_up_and_then_never_rises(scheduler: str) -> None:
    args = args_of(max_steps=30, warmup_steps=5, lr_scheduler_type=scheduler)
    rates = [learning_rate(args, step) for step in range(30)]
    assert rates[:5] == sorted(rates[:5])
    assert max(rates) == pytest.approx(args.learning_rate)
    assert all(a >= b for a, b in zip(rates[5:], rates[6:], strict=False))
    assert min(rates) > 0


def test_rows_carry_the_prompt_that_is_trained() -> None:
    trainer = trainer_of(tiny_base(), args_of())
    assert all(isinstance(row, Row) for row in trainer.train_rows)
    assert all(row.soft_prompt is trainer.soft_prompt for row in trainer.train_rows)


@pytest.mark.parametrize("content", [b"", bytes(4096), b"cut off"], ids=["empty", "zeroed", "cut"])
def test_a_damaged_checkpoint_is_said_and_the_training_starts_anew(
    tmp_path: Path, content: bytes
) -> None:
    base = tiny_base()
    unbroken = trainer_of(base, args_of())
    unbroken.train()
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(content)
    told: list[str] = []
    anew = trainer_of(base, args_of())
    steps: list[int] = []
    anew.train(lambda row: steps.append(row["step"]), tmp_path, told.append)
    assert len(told) == 1 and str(path) in told[0] and "starts anew" in told[0]
    assert steps == list(range(13))
    assert torch.equal(anew.soft_prompt.weight, unbroken.soft_prompt.weight)
    assert read_checkpoint(path).step == 12


def test_a_checkpoint_is_on_the_disk_before_it_replaces_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    replaced: list[bool] = []
    replace = os.replace

    def check(old: Path, new: Path) -> None:
        replaced.append(Path(old).stat().st_ino in asked)
        replace(old, new)

    monkeypatch.setattr(os, "fsync", lambda descriptor: asked.append(os.fstat(descriptor).st_ino))
    monkeypatch.setattr(os, "replace", check)
    trainer_of(tiny_base(), args_of()).train(checkpoint=tmp_path)
    assert replaced == [True] * 3
