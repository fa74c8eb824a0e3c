"""Batched writing equals writing one by one, token for token; streams add up; stops stop."""

from dataclasses import replace

import pytest
import torch

from ipt_engine.config import GenerationArguments
from ipt_engine.generation import StopRule, generate, generate_and_score, stream
from ipt_engine.models import BaseModel
from ipt_engine.packing import Row, layout_of
from ipt_engine.scoring import score_answers
from tests.tiny import LAYOUTS, random_prompt, rows_of, tiny_base

PROMPTS = ["one", "a longer prompt than the first", "two words", "x", "five five five"]
RULE = StopRule("eos", 25)


def plain_greedy(base: BaseModel, row: Row, steps: int) -> list[int]:
    """The oracle: the whole sequence through the model again for each token, no cache."""
    ids = list(row.prompt_ids)
    written: list[int] = []
    for _ in range(steps):
        embeds = base.embed(torch.tensor([ids + written]))
        if row.soft_prompt is not None:
            embeds = torch.cat([row.soft_prompt.weight[None].to(embeds.dtype), embeds], dim=1)
        with torch.no_grad():
            token = int(base.model(inputs_embeds=embeds, use_cache=False).logits[0, -1].argmax())
        if token in base.eos_ids:
            break
        written.append(token)
    return written


def mixed_rows(base: BaseModel) -> list[Row]:
    rows = rows_of(base, PROMPTS, [""] * len(PROMPTS), None)
    shared = random_prompt(base, 4)
    prompts = [shared, None, random_prompt(base, 9, seed=3), None, shared]
    return [replace(row, soft_prompt=p) for row, p in zip(rows, prompts, strict=True)]


@pytest.mark.parametrize("architecture", LAYOUTS)
def test_batched_equals_single_equals_uncached(architecture: str) -> None:
    base = tiny_base(architecture)
    rows = mixed_rows(base)
    batched = generate(base, rows, RULE)
    for row, result in zip(rows, batched, strict=True):
        assert result.token_ids == plain_greedy(base, row, RULE.max_new_tokens)
        assert result.token_ids == generate(base, [row], RULE)[0].token_ids


@pytest.mark.parametrize("architecture", LAYOUTS)
@pytest.mark.parametrize("batch_size", [1, 2, 3, 8])
def test_rows_that_come_and_go_write_what_single_ones_write(
    architecture: str, batch_size: int
) -> None:
    base = tiny_base(architecture)
    shared = rows_of(base, PROMPTS, [""] * len(PROMPTS), random_prompt(base))
    rows = [*shared, *mixed_rows(base)]
    for row, result in zip(rows, generate(base, rows, RULE, batch_size=batch_size), strict=True):
        assert result.token_ids == plain_greedy(base, row, RULE.max_new_tokens)


@pytest.mark.parametrize(
    ("architecture", "layout", "window"), [("mistral", "packed", 24), ("gpt-neo", "prefix", 12)]
)
def test_rows_that_fit_a_window_lose_nothing_as_others_join(
    architecture: str, layout: str, window: int
) -> None:
    """No row is longer than attention reaches, however many columns come and go beside it."""
    base = tiny_base(architecture)
    # A quarter of all tokens end an answer, so that rows end, and others join, at any time.
    base.model.generation_config.eos_token_id = list(range(60))
    rule = StopRule("eos", 10)
    draw = torch.Generator().manual_seed(0)
    rows = [
        Row(tuple(torch.randint(1, 200, (window - 10 - i % 2,), generator=draw).tolist()))
        for i in range(40)
    ]
    assert layout_of(base, window) == layout
    for row, result in zip(rows, generate(base, rows, rule, batch_size=8), strict=True):
        assert result.token_ids == plain_greedy(base, row, rule.max_new_tokens)


def test_the_soft_prompt_still_acts_after_the_first_token() -> None:
    base = tiny_base()
    row = rows_of(base, ["one"], [""], None)[0]
    answers = {
        tuple(generate(base, [replace(row, soft_prompt=p)], RULE)[0].token_ids)
        for p in (None, random_prompt(base, seed=1), random_prompt(base, seed=2))
    }
    assert len(answers) == 3


def test_pieces_add_up_to_the_text() -> None:
    base = tiny_base()
    texts = [""] * len(PROMPTS)
    finished = {}
    for row, piece, result in stream(base, mixed_rows(base), RULE):
        texts[row] += piece
        finished[row] = result
    assert set(finished) == set(range(len(PROMPTS)))
    for row, result in finished.items():
        assert texts[row] == result.text
        assert result.finish in {"stop", "length"}


def test_closing_the_stream_stops_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    base = tiny_base()
    layout_of(base)
    calls = []
    forward = base.model.base_model.forward
    monkeypatch.setattr(
        base.model.base_model, "forward", lambda **k: calls.append(1) or forward(**k)
    )
    pieces = stream(base, mixed_rows(base), StopRule("eos", 1000))
    next(pieces)
    before = len(calls)
    pieces.close()
    assert len(calls) == before < 5


def test_newline_ends_an_answer_but_not_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    base = tiny_base()
    script = iter(base.tokenizer("\n\nfirst line\nsecond", add_special_tokens=False).input_ids)
    monkeypatch.setattr(
        "ipt_engine.generation._Sampler.choose", lambda self, logits: [next(script)]
    )
    row = rows_of(base, ["one"], [""], None)[0]
    result = generate(base, [row], StopRule("newline", 50))[0]
    assert result.text == "first line"
    assert result.finish == "stop"


def test_the_limit_is_kept() -> None:
    base = tiny_base()
    results = generate(base, mixed_rows(base), StopRule("eos", 3))
    assert all(len(r.token_ids) <= 3 for r in results)
    assert any(r.finish == "length" for r in results)


def test_sampling_depends_on_its_seed_alone() -> None:
    base = tiny_base()
    rows = mixed_rows(base)

    def write(seed: int) -> list[list[int]]:
        args = GenerationArguments(do_sample=True, temperature=1.5, seed=seed)
        return [r.token_ids for r in generate(base, rows, RULE, args)]

    assert write(1) == write(1)
    assert write(1) != write(2)


def test_a_tiny_top_p_is_greedy() -> None:
    base = tiny_base()
    rows = mixed_rows(base)
    args = GenerationArguments(do_sample=True, top_p=0.001)
    sampled = [r.token_ids for r in generate(base, rows, RULE, args)]
    assert sampled == [r.token_ids for r in generate(base, rows, RULE)]


@pytest.mark.parametrize("architecture", LAYOUTS)
@pytest.mark.parametrize("batch_size", [1, 3, 8])
def test_written_and_scored_at_once_is_written_and_scored_apart(
    architecture: str, batch_size: int
) -> None:
    """The gold answers stand beside the prompts while these are read, and leave no trace."""
    base = tiny_base(architecture)
    shared = rows_of(base, PROMPTS, [" of a kind", " b", " c d", " e", " f"], random_prompt(base))
    rows = [*shared, *(replace(r, answer_ids=(7, 8, 9)) for r in mixed_rows(base))]
    answers, scores = generate_and_score(base, rows, RULE, None, batch_size)
    apart = score_answers(base, rows)
    for row, answer, score, alone in zip(rows, answers, scores, apart, strict=True):
        assert answer.token_ids == plain_greedy(base, row, RULE.max_new_tokens)
        assert score.logprob == pytest.approx(alone.logprob, abs=1e-6)
        assert score.tokens == len(row.answer_ids)


def test_what_is_written_knows_nothing_of_the_answers() -> None:
    base = tiny_base()
    rows = mixed_rows(base)
    told = [replace(row, answer_ids=(1, 2, 3)) for row in rows]
    assert generate(base, told, RULE) == generate(base, rows, RULE)
