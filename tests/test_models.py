"""Base models: frozen, in 32-bit floats, and what is no causal model is refused in a line."""

import json
from pathlib import Path

import pytest
import torch
from torch import nn

from ipt_engine.errors import ModelError
from ipt_engine.models import BaseModel, freeze, load_base_model
from ipt_engine.provisioning import provision
from tests.tiny import tiny_base, tiny_model, tiny_tokenizer

ARCHITECTURES = ["llama", "gpt2"]


def saved(folder: Path, architecture: str = "llama", dtype: torch.dtype = torch.float32) -> str:
    tiny_model(architecture, dtype).save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return str(folder)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_loaded_model_is_the_saved_one_frozen(tmp_path: Path, architecture: str) -> None:
    name = saved(tmp_path, architecture)
    told: list[str] = []
    base = load_base_model(name, "cpu", told.append)
    assert (base.name, base.title) == (name, name)
    local = provision(name)
    assert (base.weights_hash, base.model_hash) == (local.weights_hash, local.model_hash)
    assert told == [f"Loading {name}"]
    assert not base.model.training
    assert not [p for p in base.model.parameters() if p.requires_grad]
    assert (base.device, base.dtype) == (torch.device("cpu"), torch.float32)
    assert (base.hidden_size, base.max_positions) == (32, 1024)
    expected = tiny_model(architecture, torch.float32).eval()
    ids = torch.tensor([[5, 9, 70]])
    with torch.no_grad():
        # Its products are another library's, so they are equal up to rounding.
        torch.testing.assert_close(
            base.model(ids).logits, expected(ids).logits, rtol=1e-4, atol=1e-5
        )
        # Token embeddings, without what a model adds to them for positions.
        assert torch.equal(base.embed(ids)[0], expected.get_input_embeddings().weight[ids[0]])


def test_half_precision_weights_are_widened(tmp_path: Path) -> None:
    base = load_base_model(saved(tmp_path, dtype=torch.bfloat16), "cpu")
    assert {p.dtype for p in base.model.parameters()} == {torch.float32}


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_plain_head_is_seen(architecture: str) -> None:
    assert tiny_base(architecture).plain_head


class CappedHead(nn.Module):
    """Logits that are more than the output matrix times the hidden state."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.base_model = model.base_model
        self.head = model.get_output_embeddings()

    def get_output_embeddings(self) -> nn.Module:
        return self.head

    def forward(self, input_ids: torch.Tensor, use_cache: bool = False) -> object:
        hidden = self.base_model(input_ids=input_ids, use_cache=use_cache).last_hidden_state
        logits = 0.1 * torch.tanh(self.head(hidden) / 0.1)
        return type("Output", (), {"logits": logits})


def test_a_capped_head_is_seen() -> None:
    capped = CappedHead(tiny_model("llama"))
    assert not freeze("capped", "0" * 64, capped, tiny_tokenizer()).plain_head


def ends(base: BaseModel, of_model: object) -> frozenset[int]:
    base.model.generation_config.eos_token_id = of_model
    return base.eos_ids


def test_every_end_token_ends_an_answer() -> None:
    base = tiny_base()
    assert ends(base, 0) == {0}
    assert ends(base, None) == {0}
    assert ends(base, [7, 8]) == {0, 7, 8}
    base.tokenizer.eos_token = None
    assert ends(base, [7, 8]) == {7, 8}
    assert ends(base, None) == frozenset()


def damaged(folder: Path, how: str) -> str:
    name = saved(folder)
    if how == "cut off":
        weights = folder / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[:1000])
    elif how == "no config":
        (folder / "config.json").unlink()
    elif how == "encoder":
        (folder / "config.json").write_text(json.dumps({"model_type": "clip"}))
    else:
        for path in folder.glob("tokenizer*"):
            path.unlink()
    return name


@pytest.mark.parametrize("how", ["cut off", "no config", "encoder", "no tokenizer"])
def test_what_cannot_be_loaded_is_one_line(tmp_path: Path, how: str) -> None:
    with pytest.raises(ModelError) as caught:
        load_base_model(damaged(tmp_path, how), "cpu")
    message = str(caught.value)
    assert "\n" not in message
    assert "cannot be loaded as a causal language model on cpu" in message
    assert str(tmp_path) in message


def test_a_device_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="on nonsense: ") as caught:
        load_base_model(saved(tmp_path), "nonsense")
    assert "\n" not in str(caught.value)
