"""Shared prefixes and right filling change no number, on float64 models."""

import pytest
import torch
from torch.nn import functional

from ipt_engine.models import BaseModel
from ipt_engine.packing import AnswerLogits, Row, answer_logits, collate
from ipt_engine.soft_prompt import PromptEmbedding
from tests.tiny import random_prompt, rows_of, tiny_base

ARCHITECTURES = ["llama", "gpt2"]
PROMPTS = ["Say: red\nIt is:", "Say: blue and green\nIt is:", "Say: a\nIt is:"]
ANSWERS = [" a red thing", " two", " something rather longer than that"]


def plain_logits(base: BaseModel, row: Row) -> torch.Tensor:
    """The oracle: one row, soft prompt and text concatenated, no cache, no filler."""
    ids = torch.tensor([[*row.prompt_ids, *row.answer_ids]])
    embeds = base.embed(ids)
    if row.soft_prompt is not None:
        embeds = torch.cat([row.soft_prompt.weight[None].to(embeds.dtype), embeds], dim=1)
    logits = base.model(inputs_embeds=embeds, use_cache=False).logits[0]
    return logits[-len(row.answer_ids) - 1 : -1]


def of_row(answers: AnswerLogits, row: int) -> torch.Tensor:
    return answers.logits[answers.rows == row]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("with_prompt", [True, False])
def test_batched_logits_equal_plain_concatenation(architecture: str, with_prompt: bool) -> None:
    base = tiny_base(architecture)
    rows = rows_of(base, PROMPTS, ANSWERS, random_prompt(base) if with_prompt else None)
    answers = answer_logits(base, rows)
    for i, row in enumerate(rows):
        torch.testing.assert_close(of_row(answers, i), plain_logits(base, row))
    assert answers.labels.tolist() == [t for row in rows for t in row.answer_ids]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_rows_with_different_soft_prompts_share_a_batch(architecture: str) -> None:
    base = tiny_base(architecture)
    prompts = [random_prompt(base, 3, seed=1), None, random_prompt(base, 7, seed=2)]
    texts = rows_of(base, PROMPTS, ANSWERS, None)
    rows = [Row(r.prompt_ids, r.answer_ids, p) for r, p in zip(texts, prompts, strict=True)]
    answers = answer_logits(base, rows)
    for i, row in enumerate(rows):
        torch.testing.assert_close(of_row(answers, i), plain_logits(base, row))


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_gradient_through_the_shared_prefix_is_that_of_single_rows(architecture: str) -> None:
    base = tiny_base(architecture)
    prompt = random_prompt(base)
    rows = rows_of(base, PROMPTS, ANSWERS, prompt)
    answers = answer_logits(base, rows)
    functional.cross_entropy(answers.logits, answers.labels, reduction="sum").backward()
    batched = prompt.weight.grad.clone()
    prompt.zero_grad()
    for row in rows:
        labels = torch.tensor(row.answer_ids)
        functional.cross_entropy(plain_logits(base, row), labels, reduction="sum").backward()
    # Llama computes its rotations and norms in float32 whatever the model is in.
    torch.testing.assert_close(batched, prompt.weight.grad, rtol=1e-5, atol=1e-6)
    assert batched.abs().max() > 0


def test_the_prefix_all_rows_share_is_computed_once() -> None:
    base = tiny_base()
    rows = rows_of(base, ["Same start, one", "Same start, two"], [" a", " b"], random_prompt(base))
    batch = collate(base, rows)
    assert batch.prefix == 5 + len("Same start, ")
    assert batch.inputs["inputs_embeds"].shape[1] == len("two") + len(" b")


def test_equal_prompts_leave_each_row_a_token_of_its_own() -> None:
    base = tiny_base()
    rows = rows_of(base, ["Same", "Same"], [" a", " bc"], random_prompt(base))
    answers = answer_logits(base, rows)
    for i, row in enumerate(rows):
        torch.testing.assert_close(of_row(answers, i), plain_logits(base, row))


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_random_prompt_changes_the_logits(architecture: str) -> None:
    base = tiny_base(architecture)
    rows = rows_of(base, PROMPTS[:1], ANSWERS[:1], None)
    without = answer_logits(base, rows).logits
    with_prompt = [Row(r.prompt_ids, r.answer_ids, random_prompt(base)) for r in rows]
    assert (answer_logits(base, with_prompt).logits - without).abs().max() > 1e-3


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_head_shortcut_equals_the_full_forward(architecture: str) -> None:
    base = tiny_base(architecture)
    assert base.plain_head
    rows = rows_of(base, PROMPTS, ANSWERS, random_prompt(base))
    short = answer_logits(base, rows).logits
    base.plain_head = False
    torch.testing.assert_close(answer_logits(base, rows).logits, short)


def test_prompt_of_one_token_is_enough() -> None:
    base = tiny_base()
    prompt = PromptEmbedding(torch.randn(1, base.hidden_size))
    rows = rows_of(base, PROMPTS, ANSWERS, prompt)
    assert torch.isfinite(answer_logits(base, rows).logits).all()
