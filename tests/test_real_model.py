"""SmolLM2 itself, end to end, in a few steps: the one test of what people really run."""

from pathlib import Path

import pytest
import torch

from ipt_engine.compare import Comparison, compare
from ipt_engine.config import (
    GenerationArguments,
    PromptTuningConfig,
    TemplateArguments,
    TrainingArguments,
)
from ipt_engine.generation import StopRule, generate
from ipt_engine.methods import METHODS
from ipt_engine.models import BaseModel
from ipt_engine.packing import Row, answer_states
from ipt_engine.retrievers import Demonstration
from ipt_engine.soft_prompt import PromptEmbedding
from ipt_engine.tasks import TASKS
from ipt_engine.templates import PromptTemplate
from ipt_engine.trainer import PromptTuningTrainer

TASK = TASKS["mini-dart"]
CLOSE = 1e-3
"""Where the two likeliest tokens' logits lie nearer than this, float32 may swap them."""


@pytest.fixture(scope="module")
def trained(real_base: BaseModel) -> tuple[PromptEmbedding, list[float]]:
    """A prompt after five steps on one batch, and the losses on the way."""
    prompt = PromptEmbedding.initialise(PromptTuningConfig(num_virtual_tokens=8), real_base)
    template = PromptTemplate(TASK, TemplateArguments(), real_base.tokenizer)
    rows = []
    for example in TASK.load("train")[:4]:
        segments = template.render(example.input, (), example.answer)
        answer = (*segments.answer, *segments.terminator)
        rows.append(Row(segments.prompt_ids, answer, prompt))
    args = TrainingArguments(max_steps=5, batch_size=4, eval_steps=5, warmup_steps=0)
    losses: list[float] = []
    trainer = PromptTuningTrainer(real_base, prompt, args, rows, rows)
    trainer.train(lambda row: losses.append(row["loss"]) if row["step"] else None)
    return prompt, losses


def test_five_steps_on_one_batch_lower_its_loss(
    trained: tuple[PromptEmbedding, list[float]],
) -> None:
    losses = trained[1]
    assert losses[-1] < losses[0] - 0.1


def test_the_four_methods_answer_differently(
    real_base: BaseModel, trained: tuple[PromptEmbedding, list[float]]
) -> None:
    example, shown = TASK.load("test")[0], TASK.load("train")[0]
    prompts = {"pt": trained[0], "ipt": trained[0]}
    comparison = Comparison.lay_out(
        TASK, example.input, [Demonstration(shown, 0.5)], real_base, prompts, max_new_tokens=24
    )
    pieces: dict[str, str] = dict.fromkeys(METHODS, "")
    for name, piece in compare(comparison, GenerationArguments(max_new_tokens=24)):
        pieces[name] += piece
    assert list(comparison.answers) == list(METHODS)
    assert {name: a.text for name, a in comparison.answers.items()} == pieces
    assert len(set(pieces.values())) >= 3


def test_batched_text_is_single_text_but_for_near_ties(
    real_base: BaseModel, trained: tuple[PromptEmbedding, list[float]]
) -> None:
    template = PromptTemplate(TASK, TemplateArguments(), real_base.tokenizer)
    rows = [
        Row(template.render(example.input).prompt_ids, (), trained[0])
        for example in TASK.load("test")[:6]
    ]
    rule = StopRule("newline", 16)
    ties = 0
    for row, batched in zip(rows, generate(real_base, rows, rule), strict=True):
        single = generate(real_base, [row], rule)[0]
        if single.token_ids == batched.token_ids:
            continue
        pairs = zip(single.token_ids, batched.token_ids, strict=False)
        place = next(i for i, (a, b) in enumerate(pairs) if a != b)
        until = Row(row.prompt_ids, tuple(single.token_ids[: place + 1]), row.soft_prompt)
        top = answer_states(real_base, [until]).logits(real_base)[-1].topk(2).values
        assert float(top[0] - top[1]) < CLOSE
        ties += 1
    print(f"{ties} of {len(rows)} answers part at a near tie")


def test_a_reloaded_prompt_writes_the_same(
    real_base: BaseModel, trained: tuple[PromptEmbedding, list[float]], tmp_path: Path
) -> None:
    trained[0].save(tmp_path, real_base.name, PromptTuningConfig(num_virtual_tokens=8))
    again = PromptEmbedding.load(tmp_path, real_base)
    assert torch.equal(again.weight, trained[0].weight)
    template = PromptTemplate(TASK, TemplateArguments(), real_base.tokenizer)
    ids = template.render(TASK.load("test")[1].input).prompt_ids
    rule = StopRule("newline", 16)
    texts = [
        generate(real_base, [Row(ids, (), p)], rule)[0].text for p in (trained[0], again, None)
    ]
    assert texts[0] == texts[1] != texts[2]
