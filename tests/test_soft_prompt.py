"""Initialisation, and PEFT's format in both directions with PEFT itself as the judge."""

import json
from pathlib import Path

import pytest
import torch
from peft import PeftModel, get_peft_model
from peft import PromptTuningConfig as PeftConfig
from safetensors.torch import save_file

from ipt_engine.config import PromptTuningConfig
from ipt_engine.errors import PromptError
from ipt_engine.packing import answer_states
from ipt_engine.soft_prompt import WEIGHTS_FILE, PromptEmbedding
from tests.tiny import rows_of, tiny_base, tiny_model


@pytest.mark.parametrize("init", ["RANDOM", "SAMPLE_VOCAB"])
def test_the_seed_decides_the_start(init: str) -> None:
    base = tiny_base()

    def make(seed: int) -> torch.Tensor:
        config = PromptTuningConfig(num_virtual_tokens=6, prompt_tuning_init=init, seed=seed)
        return PromptEmbedding.initialise(config, base).weight

    torch.testing.assert_close(make(1), make(1))
    assert not torch.equal(make(1), make(2))


@pytest.mark.parametrize("architecture", ["llama", "gemma"])
def test_sample_vocab_copies_embeddings(architecture: str) -> None:
    base = tiny_base(architecture)
    prompt = PromptEmbedding.initialise(PromptTuningConfig(num_virtual_tokens=6), base)
    table = base.embed(torch.arange(len(base.tokenizer))).float()
    assert (prompt.weight[:, None] == table).all(dim=-1).any(dim=-1).all()


@pytest.mark.parametrize("architecture", ["llama", "gemma"])
def test_text_is_repeated_to_length(architecture: str) -> None:
    base = tiny_base(architecture)
    config = PromptTuningConfig(
        num_virtual_tokens=5, prompt_tuning_init="TEXT", prompt_tuning_init_text="ab"
    )
    ids = base.tokenizer("ababa", add_special_tokens=False).input_ids
    expected = base.embed(torch.tensor(ids)).float()
    torch.testing.assert_close(PromptEmbedding.initialise(config, base).weight, expected)


@pytest.mark.parametrize("architecture", ["llama", "gemma"])
def test_random_has_the_spread_of_embeddings(architecture: str) -> None:
    """As the model's first layer gets them: Gemma multiplies its table by the root of its width."""
    base = tiny_base(architecture)
    config = PromptTuningConfig(num_virtual_tokens=200, prompt_tuning_init="RANDOM")
    embedded = base.embed(torch.arange(len(base.tokenizer)))
    spread = PromptEmbedding.initialise(config, base).weight.detach().std()
    assert float(spread / embedded.std()) == pytest.approx(1, abs=0.05)


def test_a_token_without_an_embedding_is_not_drawn() -> None:
    base = tiny_base()
    base.tokenizer.add_tokens([f"<added {i}>" for i in range(1000)])
    config = PromptTuningConfig(num_virtual_tokens=20)
    assert len(PromptEmbedding.initialise(config, base)) == 20


def test_reloaded_equals_saved(tmp_path: Path) -> None:
    base = tiny_base()
    config = PromptTuningConfig(num_virtual_tokens=6)
    prompt = PromptEmbedding.initialise(config, base)
    prompt.save(tmp_path, base.name, config)
    assert torch.equal(PromptEmbedding.load(tmp_path, base).weight, prompt.weight)


@pytest.mark.parametrize("architecture", ["llama", "gpt2"])
@pytest.mark.parametrize("init", ["SAMPLE_VOCAB", "TEXT"])
def test_peft_loads_our_prompt_and_gives_our_logits(
    architecture: str, init: str, tmp_path: Path
) -> None:
    base = tiny_base(architecture, torch.float32)
    text = "tell me" if init == "TEXT" else None
    config = PromptTuningConfig(6, init, text, seed=3)
    prompt = PromptEmbedding.initialise(config, base)
    prompt.save(tmp_path, base.name, config)
    row = rows_of(base, ["Say: red\nIt is:"], [" a red thing"], prompt)[0]
    peft = PeftModel.from_pretrained(tiny_model(architecture, torch.float32), tmp_path)
    with torch.no_grad():
        ids = torch.tensor([[*row.prompt_ids, *row.answer_ids]])
        theirs = peft(input_ids=ids, attention_mask=torch.ones_like(ids)).logits[0]
        ours = answer_states(base, [row]).logits(base)
    count = len(row.answer_ids)
    torch.testing.assert_close(ours, theirs[-count - 1 : -1], atol=1e-5, rtol=1e-4)


def test_we_load_pefts_prompt(tmp_path: Path) -> None:
    base = tiny_base(dtype=torch.float32)
    peft = get_peft_model(
        tiny_model("llama", torch.float32),
        PeftConfig(task_type="CAUSAL_LM", num_virtual_tokens=4),
    )
    peft.save_pretrained(tmp_path)
    weight = peft.prompt_encoder["default"].embedding.weight
    assert torch.equal(PromptEmbedding.load(tmp_path, base).weight, weight)


def test_a_prompt_of_another_width_is_refused(tmp_path: Path) -> None:
    save_file({"prompt_embeddings": torch.zeros(4, 48)}, tmp_path / WEIGHTS_FILE)
    with pytest.raises(PromptError, match="48 wide.*needs 32"):
        PromptEmbedding.load(tmp_path, tiny_base())


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({"lora_A": torch.zeros(2, 2)}, "expected a matrix called prompt_embeddings"),
        ({"prompt_embeddings": torch.full((4, 32), float("nan"))}, "not finite"),
    ],
)
def test_other_weights_are_refused(
    tensors: dict[str, torch.Tensor], message: str, tmp_path: Path
) -> None:
    save_file(tensors, tmp_path / WEIGHTS_FILE)
    with pytest.raises(PromptError, match=message):
        PromptEmbedding.load(tmp_path, tiny_base())


def test_a_damaged_or_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match="cannot be read as safetensors"):
        PromptEmbedding.load(tmp_path, tiny_base())
    (tmp_path / WEIGHTS_FILE).write_bytes(json.dumps({"not": "tensors"}).encode())
    with pytest.raises(PromptError, match="cannot be read as safetensors"):
        PromptEmbedding.load(tmp_path, tiny_base())
