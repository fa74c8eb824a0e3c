"""Base models: loaded once, frozen, with the few facts the engine needs about each."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging as transformers_logging

from ipt_engine.catalogue import model_title
from ipt_engine.config import Dtype
from ipt_engine.errors import ModelError
from ipt_engine.linear import speed_up
from ipt_engine.provisioning import Progress, provision

_HEAD_TOLERANCE = 1e-5


@dataclass(eq=False)
class BaseModel:
    """A frozen causal language model with its tokenizer.

    Attributes:
        name: As the user wrote it.
        title: What it is, exactly.
        weights_hash: SHA-256 (hex) of the weights, by which a soft prompt is known to fit.
        model_hash: SHA-256 (hex) that stands for the model in ids; see `LocalModel`.
        model: The Transformers model, in eval mode, no parameter requiring a gradient.
        tokenizer: The Transformers tokenizer.
        plain_head: Whether logits are the output embedding applied to the decoder's last
            hidden state and nothing more (no soft cap, no scale), checked on this very model.
            Logits are then computed only where they are needed.
        layout: How rows go to the model: "packed", "prefix" or "plain"; None until
            `packing.layout_of` has tried it on this very model.
    """

    name: str
    title: str
    weights_hash: str
    model_hash: str
    model: Any
    tokenizer: Any
    plain_head: bool
    layout: str | None = None

    @property
    def device(self) -> torch.device:
        """Where the model's parameters are."""
        return torch.device(self.model.device)

    @property
    def dtype(self) -> torch.dtype:
        """The type of the model's parameters."""
        dtype: torch.dtype = self.model.dtype
        return dtype

    @property
    def hidden_size(self) -> int:
        """Width of a token embedding."""
        return int(self.model.get_input_embeddings().embedding_dim)

    @property
    def max_positions(self) -> int | None:
        """Longest sequence the model's positions allow; None where it has no limit."""
        limit = getattr(self.model.config, "max_position_embeddings", None)
        return int(limit) if limit is not None else None

    @property
    def eos_ids(self) -> frozenset[int]:
        """Tokens that end an answer."""
        ids = {self.tokenizer.eos_token_id}
        config = self.model.generation_config.eos_token_id
        ids.update(config if isinstance(config, list) else [config])
        return frozenset(i for i in ids if i is not None)

    def autocast(self, dtype: Dtype) -> torch.autocast:
        """In which a training step computes in `dtype`; for float32 nothing is changed.

        Raises:
            ModelError: If the device has no bfloat16 of its own. To compute in float32 instead
                would give one id to two results.
        """
        kind, half = self.device.type, dtype == "bfloat16"
        if half and not (
            kind == "cpu"
            or (kind == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False))
        ):
            raise ModelError(
                f"The device {self.device} does not compute in bfloat16. Leave dtype at float32, "
                "or choose another device."
            )
        return torch.autocast(kind, torch.bfloat16, enabled=half)

    def embed(self, input_ids: torch.Tensor) -> torch.Tensor:
        """Token embeddings: (..., tokens) -> (..., tokens, hidden)."""
        embedded: torch.Tensor = self.model.get_input_embeddings()(input_ids)
        return embedded


def load_base_model(
    name: str, device: str | None = None, on_progress: Progress = lambda _: None
) -> BaseModel:
    """Load a base model, frozen; provisioned first where needed.

    Args:
        name: A catalogue name, a local folder, or a hub id.
        device: "cpu", "cuda", ...; None takes CUDA where there is one.
        on_progress: Told, in a few words, what takes time.

    Raises:
        ModelError: If it cannot be had or is no causal language model.
    """
    local = provision(name, on_progress)
    on_progress(f"Loading {model_title(name)}")
    target = device or ("cuda" if torch.cuda.is_available() else "cpu")
    try:
        with quiet():
            tokenizer = AutoTokenizer.from_pretrained(local.folder, trust_remote_code=False)
            model: Any = AutoModelForCausalLM.from_pretrained(
                local.folder, dtype=torch.float32, use_safetensors=True, trust_remote_code=False
            )
        model.to(target)
    except Exception as error:
        reason = str(error).strip().split("\n")[0][:200]
        raise ModelError(
            f"{name!r} cannot be loaded as a causal language model on {target}: {reason}"
        ) from error
    return freeze(name, local.weights_hash, model, tokenizer, local.model_hash)


def freeze(
    name: str, weights_hash: str, model: Any, tokenizer: Any, model_hash: str | None = None
) -> BaseModel:
    """Wrap a Transformers causal model: eval mode, gradients off, faster products, head checked.

    Args:
        name: As `BaseModel` has it, like the others.
        weights_hash: SHA-256 (hex) of the weights.
        model: Changed in place.
        tokenizer: Its tokenizer.
        model_hash: Stands for the model in ids; the weights' hash where not given.
    """
    model.eval()
    model.requires_grad_(False)
    speed_up(model)
    return BaseModel(
        name=name,
        title=model_title(name),
        weights_hash=weights_hash,
        model_hash=model_hash or weights_hash,
        model=model,
        tokenizer=tokenizer,
        plain_head=_has_plain_head(model),
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Transformers from telling users what only its developers can act on."""
    verbosity = transformers_logging.get_verbosity()
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        transformers_logging.set_verbosity(verbosity)


@torch.no_grad()
def _has_plain_head(model: Any) -> bool:
    """Compare the two ways to the logits on four tokens of this model."""
    head = model.get_output_embeddings()
    decoder = model.base_model
    if head is None or decoder is model:
        return False
    ids = torch.arange(4, device=next(model.parameters()).device)[None]
    with quiet():
        full = model(input_ids=ids, use_cache=False).logits
        short = head(decoder(input_ids=ids, use_cache=False).last_hidden_state)
    return bool(torch.allclose(full, short, atol=_HEAD_TOLERANCE, rtol=_HEAD_TOLERANCE))
