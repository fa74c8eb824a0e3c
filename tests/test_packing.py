"""Packed rows, cached prefixes and filling up change no number, on float64 models."""

import numpy as np
import pytest
import torch
from peft import PromptTuningConfig, get_peft_model
from torch.nn import functional

from ipt_engine import answer_loss as answer_loss_module
from ipt_engine.answer_loss import answer_loss
from ipt_engine.models import BaseModel
from ipt_engine.packing import Row, answer_states, groups, layout_of, packed, prefix
from ipt_engine.packing import layout as layouts
from ipt_engine.packing.tree import TokenTree
from tests.plain_forward import ANSWERS, PROMPTS, gradient, plain_logits
from tests.tiny import LAYOUTS, random_prompt, rows_of, tiny_base, tiny_model


def logits_of_rows(base: BaseModel, rows: list[Row]) -> list[torch.Tensor]:
    answers = answer_states(base, rows)
    assert answers.labels.tolist() == [t for row in rows for t in row.answer_ids]
    logits = answers.logits(base)
    return [logits[answers.rows == i] for i in range(len(rows))]


def plain_loss(base: BaseModel, rows: list[Row]) -> torch.Tensor:
    parts = [
        functional.cross_entropy(
            plain_logits(base, row), torch.tensor(row.answer_ids), reduction="sum"
        )
        for row in rows
    ]
    return torch.stack(parts).sum()


def test_each_architecture_takes_its_layout() -> None:
    assert {name: layout_of(tiny_base(name)) for name in LAYOUTS} == LAYOUTS


@pytest.mark.parametrize("layout", ["packed", "prefix", "plain"])
@pytest.mark.parametrize("architecture", LAYOUTS)
def test_every_layout_that_a_model_takes_is_exact(architecture: str, layout: str) -> None:
    """Logits, loss and gradient equal plain concatenation, row by row; prompts may differ."""
    base = tiny_base(architecture)
    order = list(layouts.LAYOUTS)
    if order.index(layout) < order.index(layout_of(base)):
        pytest.skip(f"{architecture} does not take the {layout} layout")
    base.layout = layout
    assert layout_of(base) == layout
    mine, other = random_prompt(base), random_prompt(base, 3, seed=1)
    shared = rows_of(base, PROMPTS, ANSWERS, mine)
    bare = rows_of(base, PROMPTS, ANSWERS, None)
    strange = [Row(r.prompt_ids, r.answer_ids, other) for r in bare[:2]]
    for rows in (shared, bare, shared[:1], [*bare, *shared, *strange]):
        for got, row in zip(logits_of_rows(base, rows), rows, strict=True):
            torch.testing.assert_close(got, plain_logits(base, row), rtol=1e-6, atol=1e-6)
        if rows is bare:
            continue
        loss = answer_loss(base, answer_states(base, rows))
        torch.testing.assert_close(loss, plain_loss(base, rows), rtol=1e-7, atol=1e-7)
        got = gradient(lambda rows=rows: answer_loss(base, answer_states(base, rows)), mine)
        expected = gradient(lambda rows=rows: plain_loss(base, rows), mine)
        # Llama computes its rotations and norms in float32 whatever the model is in.
        torch.testing.assert_close(got, expected, rtol=1e-5, atol=1e-6)
        assert got.abs().max() > 0


def test_one_mask_says_what_the_branches_say() -> None:
    """The tree as a mask of four dimensions, through Transformers' own attention."""
    base = tiny_base()
    rows = rows_of(base, PROMPTS, ANSWERS, random_prompt(base))
    tree, virtual = packed.tree_of([(row, row.answer_ids) for row in rows])
    mask = torch.full([len(tree.tokens)] * 2, torch.finfo(base.dtype).min, dtype=base.dtype)
    for branch in tree.branches:
        path = torch.tensor(branch.path)
        for place in range(branch.start, branch.stop):
            mask[place, path[path <= place]] = 0.0
    got = base.model(
        inputs_embeds=packed.embed(base, tree, virtual),
        position_ids=torch.tensor([tree.depths]),
        attention_mask=mask[None, None],
        use_cache=False,
    ).logits[0]
    for row, path in zip(rows, tree.paths, strict=True):
        torch.testing.assert_close(
            got[path[row.start - 1 : -1]], plain_logits(base, row), rtol=1e-6, atol=1e-6
        )


def test_a_tree_holds_what_sequences_share_once() -> None:
    tree = TokenTree.of([[1, 2, 3, 4], [1, 2, 5], [7], [1, 2, 3], [1, 2, 3, 4]])
    assert tree.tokens == [1, 2, 3, 4, 5, 7]
    assert tree.depths == [0, 1, 2, 3, 2, 0]
    assert tree.paths == [[0, 1, 2, 3], [0, 1, 4], [5], [0, 1, 2], [0, 1, 2, 3]]


def test_every_sequence_can_be_read_from_its_path() -> None:
    draw = np.random.default_rng(0)
    for _ in range(200):
        sequences = [
            draw.integers(0, 3, draw.integers(1, 9)).tolist() for _ in range(draw.integers(1, 8))
        ]
        tree = TokenTree.of(sequences)
        assert [[tree.tokens[p] for p in path] for path in tree.paths] == sequences
        assert all([tree.depths[p] for p in path] == list(range(len(path))) for path in tree.paths)
        starts = {tuple(s[:end]) for s in sequences for end in range(1, len(s) + 1)}
        assert len(tree.tokens) == len(starts)
        assert [b.start for b in tree.branches] == [0, *(b.stop for b in tree.branches[:-1])]


def test_groups_keep_to_their_size_and_leave_nobody_out() -> None:
    base = tiny_base()
    prompt = random_prompt(base)
    rows = rows_of(base, PROMPTS * 2, [*ANSWERS, *reversed(ANSWERS)], prompt)
    for tokens in (1, 60, 90, 1000):
        parts = groups(rows, tokens)
        assert sorted(i for part in parts for i in part) == list(range(len(rows)))
        for part in parts:
            tree, _ = packed.tree_of([(rows[i], rows[i].answer_ids) for i in part])
            assert len(part) == 1 or len(tree.tokens) <= tokens
    assert len(groups(rows, 1)) == len(rows)
    assert len(groups(rows, 1000)) == 1


def test_the_loss_is_that_of_the_logits_slice_by_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_loss_module, "TOKENS_AT_ONCE", 5)
    base = tiny_base()
    prompt = random_prompt(base)
    rows = rows_of(base, PROMPTS, ANSWERS, prompt)
    whole = lambda: functional.cross_entropy(  # noqa: E731
        (answers := answer_states(base, rows)).logits(base), answers.labels, reduction="sum"
    )
    sliced = lambda: answer_loss(base, answer_states(base, rows))  # noqa: E731
    torch.testing.assert_close(sliced(), whole())
    torch.testing.assert_close(gradient(sliced, prompt), gradient(whole, prompt))


def test_the_fused_gradient_is_the_numerical_one() -> None:
    generator = torch.Generator().manual_seed(0)
    states = torch.randn(7, 4, generator=generator, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(11, 4, generator=generator, dtype=torch.float64)
    labels = torch.randint(11, (7,), generator=generator)
    fused = lambda states: answer_loss_module._FusedLoss.apply(states, weight, labels)  # noqa: E731
    assert torch.autograd.gradcheck(fused, (states,))


@pytest.mark.parametrize("architecture", ["llama", "gpt2", "opt", "bloom"])
def test_one_sequence_has_pefts_loss_and_gradient(architecture: str) -> None:
    base = tiny_base(architecture)
    prompt = random_prompt(base)
    row = rows_of(base, PROMPTS, ANSWERS, prompt)[0]
    ours = gradient(lambda: answer_loss(base, answer_states(base, [row])), prompt)
    model = tiny_model(architecture).eval()
    peft = get_peft_model(
        model, PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=len(prompt))
    )
    weight = peft.prompt_encoder["default"].embedding.weight
    weight.data = prompt.weight.detach().clone()
    ids = torch.tensor([[*row.prompt_ids, *row.answer_ids]])
    labels = ids.masked_fill(torch.arange(ids.shape[1]) < len(row.prompt_ids), -100)
    loss = peft(input_ids=ids, attention_mask=torch.ones_like(ids), labels=labels).loss
    (loss * len(row.answer_ids)).backward()
    torch.testing.assert_close(ours, weight.grad, rtol=1e-5, atol=1e-6)


def test_the_prefix_all_rows_share_is_computed_once() -> None:
    base = tiny_base("bloom")
    rows = rows_of(base, ["Same start, one", "Same start, two"], [" a", " b"], random_prompt(base))
    inputs, shared = prefix.collate(base, rows)
    assert shared == 5 + len("Same start, ")
    assert inputs["inputs_embeds"].shape[1] == len("two") + len(" b")


@pytest.mark.parametrize("architecture", LAYOUTS)
def test_a_random_prompt_changes_the_logits(architecture: str) -> None:
    base = tiny_base(architecture)
    rows = rows_of(base, PROMPTS[:1], ANSWERS[:1], None)
    (without,) = logits_of_rows(base, rows)
    with_prompt = [Row(r.prompt_ids, r.answer_ids, random_prompt(base)) for r in rows]
    assert (logits_of_rows(base, with_prompt)[0] - without).abs().max() > 1e-3


@pytest.mark.parametrize("architecture", ["llama", "gpt2", "bloom"])
def test_head_shortcut_equals_the_full_forward(architecture: str) -> None:
    base = tiny_base(architecture)
    assert base.plain_head
    rows = rows_of(base, PROMPTS, ANSWERS, random_prompt(base))
    short = answer_states(base, rows).logits(base)
    base.plain_head = False
    torch.testing.assert_close(answer_states(base, rows).logits(base), short)


def test_a_window_of_attention_is_kept_to() -> None:
    """Mistral sees 24 tokens back: longer rows must show it, and no layout may look past it."""
    base = tiny_base("mistral")
    rows = rows_of(base, ["A far longer prompt, over which the window slides: "], [" it"], None)
    assert len(rows[0].prompt_ids) > 2 * 24
    assert layout_of(base, rows[0].length) == "plain"
    (got,) = logits_of_rows(base, rows)
    torch.testing.assert_close(got, plain_logits(base, rows[0]), rtol=1e-6, atol=1e-6)
    assert layout_of(base, 24) == "packed"
    with pytest.raises(ValueError, match="does not slide"):
        packed.answer_states(base, rows)


@pytest.mark.parametrize("architecture", ["llama", "gpt2", "opt"])
def test_half_precision_is_near(architecture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What training does where bfloat16 is asked for: the same loss up to its digits."""
    base = tiny_base(architecture, torch.float32)
    prompt = random_prompt(base)
    rows = rows_of(base, PROMPTS, ANSWERS, prompt)
    loss = lambda: answer_loss(base, answer_states(base, rows))  # noqa: E731
    exact, at = gradient(loss, prompt), loss()
    with torch.autocast("cpu", torch.bfloat16):
        near, near_at = gradient(loss, prompt), loss()
    assert 0 < abs(near_at - at) < 0.02 * at
    assert torch.cosine_similarity(near.flatten(), exact.flatten(), dim=0) > 0.99
