"""`PromptEmbedding`: the trained vectors of prompt tuning, in PEFT's format on disk."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from ipt_engine.config import PromptTuningConfig
from ipt_engine.errors import PromptError
from ipt_engine.models import BaseModel

WEIGHTS_FILE = "adapter_model.safetensors"
CONFIG_FILE = "adapter_config.json"
_KEY = "prompt_embeddings"
_TOKENS_FOR_SCALE = 256


class PromptEmbedding(nn.Module):
    """A soft prompt: `weight` is (virtual tokens, hidden), float32, trainable."""

    def __init__(self, weight: torch.Tensor) -> None:
        """Wrap given vectors.

        Args:
            weight: (virtual tokens, hidden).
        """
        super().__init__()
        self.weight = nn.Parameter(weight.detach().clone().float())

    def __len__(self) -> int:
        """Number of virtual tokens."""
        return int(self.weight.shape[0])

    @classmethod
    def initialise(cls, config: PromptTuningConfig, base: BaseModel) -> "PromptEmbedding":
        """A fresh prompt, decided by the config and its seed alone.

        All starts are embeddings as the model gives them to its first layer, scale included.
        RANDOM draws normal numbers with the spread of the model's own token embeddings (an
        untrained nn.Embedding's unit normals, as PEFT has them, lie an order of magnitude
        outside of what the model has seen). SAMPLE_VOCAB copies the embeddings of tokens drawn
        uniformly from the vocabulary; TEXT those of a text, repeated or cut to length.

        Raises:
            PromptError: If the text of TEXT holds no token.
        """
        table = base.model.get_input_embeddings().weight.detach().float().cpu()
        count = config.num_virtual_tokens
        generator = torch.Generator().manual_seed(config.seed)
        if config.prompt_tuning_init == "RANDOM":
            noise = torch.randn(count, table.shape[1], generator=generator)
            return cls(noise * (table.std() * _scale(base, table))).to(base.device)
        if config.prompt_tuning_init == "SAMPLE_VOCAB":
            # Either may be the longer: tables are filled up, and tokenizers have tokens added.
            known = min(len(base.tokenizer), len(table))
            ids = torch.randint(known, (count,), generator=generator)
            return cls(base.embed(ids.to(base.device))).to(base.device)
        text = config.prompt_tuning_init_text or ""
        text_ids = base.tokenizer(text, add_special_tokens=False).input_ids
        if not text_ids:
            raise PromptError(f"The text of prompt_tuning_init_text, {text!r}, holds no token.")
        ids = torch.tensor([text_ids[i % len(text_ids)] for i in range(count)])
        return cls(base.embed(ids.to(base.device))).to(base.device)

    def take_norms(self, other: "PromptEmbedding") -> None:
        """Scale each vector to the length of the other prompt's vector in its place.

        What is left of the other prompt is how large its vectors are; where they point is not.

        Raises:
            PromptError: If the two have not the same number of virtual tokens.
        """
        if len(self) != len(other):
            raise PromptError(
                f"norms_of names a prompt of {len(other)} virtual tokens, and num_virtual_tokens "
                f"is {len(self)}: set it to {len(other)}."
            )
        with torch.no_grad():
            norms = other.weight.norm(dim=1, keepdim=True)
            self.weight.mul_(norms / self.weight.norm(dim=1, keepdim=True))

    def save(self, folder: Path, base_model: str, config: PromptTuningConfig) -> None:
        """Write the prompt as PEFT's `PeftModel.from_pretrained` reads it."""
        folder.mkdir(parents=True, exist_ok=True)
        save_file({_KEY: self.weight.detach().cpu().contiguous()}, folder / WEIGHTS_FILE)
        settings: dict[str, Any] = {
            "peft_type": "PROMPT_TUNING",
            "task_type": "CAUSAL_LM",
            "base_model_name_or_path": base_model,
            "inference_mode": True,
            "num_virtual_tokens": len(self),
            "token_dim": int(self.weight.shape[1]),
            "num_transformer_submodules": 1,
            "prompt_tuning_init": config.prompt_tuning_init,
            "prompt_tuning_init_text": config.prompt_tuning_init_text,
            # PEFT asks for a tokenizer whenever the init is TEXT.
            "tokenizer_name_or_path": (base_model if config.prompt_tuning_init == "TEXT" else None),
        }
        text = json.dumps(settings, indent=2, sort_keys=True) + "\n"
        (folder / CONFIG_FILE).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, base: BaseModel) -> "PromptEmbedding":
        """Read a prompt in PEFT's format and check that it fits the base model.

        Raises:
            PromptError: If a file is missing or damaged, holds no prompt-tuning weights, or
                the width is not the base model's.
        """
        path = folder / WEIGHTS_FILE
        try:
            tensors = load_file(path)
        except (OSError, SafetensorError) as error:
            raise PromptError(
                f"{path} cannot be read as safetensors ({error}). Expected a folder in PEFT's "
                f"prompt-tuning format with {WEIGHTS_FILE} and {CONFIG_FILE}."
            ) from error
        if _KEY not in tensors or tensors[_KEY].ndim != 2:  # noqa: PLR2004 a matrix
            found = ", ".join(sorted(tensors)[:3]) or "nothing"
            raise PromptError(
                f"{path} holds {found}, expected a matrix called {_KEY}: only prompt tuning's "
                "weights can be loaded, not LoRA or other adapters."
            )
        weight = tensors[_KEY]
        if weight.shape[1] != base.hidden_size:
            raise PromptError(
                f"The soft prompt in {folder} is {weight.shape[1]} wide, but {base.name} needs "
                f"{base.hidden_size}: a prompt fits only the model it was trained on."
            )
        if not torch.isfinite(weight).all():
            raise PromptError(f"The soft prompt in {folder} holds numbers that are not finite.")
        return cls(weight).to(base.device)


def _scale(base: BaseModel, table: torch.Tensor) -> float:
    """How much longer a token's embedding is than its row of the table.

    1 for most models. Gemma's embedding multiplies the rows by the root of their width, and a soft
    prompt comes behind it: https://arxiv.org/abs/2403.08295, and `GemmaTextScaledWordEmbedding` in
    Transformers.
    """
    ids = torch.arange(min(len(table), _TOKENS_FOR_SCALE))
    embedded = base.embed(ids.to(base.device)).detach().float().cpu()
    # The same to the last bit where nothing is scaled: the start decides the trained prompt.
    return 1.0 if torch.equal(embedded, table[ids]) else float(embedded.norm() / table[ids].norm())
