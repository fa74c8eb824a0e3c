"""Tiny random models for exactness tests; nothing they write means anything."""

from collections.abc import Callable
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import (
    BloomConfig,
    BloomForCausalLM,
    GemmaConfig,
    GemmaForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    GPTNeoConfig,
    GPTNeoForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    MptConfig,
    MptForCausalLM,
    OPTConfig,
    OPTForCausalLM,
    PreTrainedTokenizerFast,
)

from ipt_engine.models import BaseModel, freeze
from ipt_engine.packing import Row
from ipt_engine.soft_prompt import PromptEmbedding

END = "<end>"
CHAT_TEMPLATE = (
    "{% for m in messages %}[{{ m['role'] }}]{{ m['content'] }}<end>\n{% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% endif %}"
)


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """A tokenizer of single bytes and one end token."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {END: 0} | {symbol: i + 1 for i, symbol in enumerate(alphabet)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=END)
    fast.chat_template = CHAT_TEMPLATE
    return fast


def sentencepiece_tokenizer(always: bool = True) -> PreTrainedTokenizerFast:
    """A tokenizer in the manner of SentencePiece: "▁" for a blank, and one before a text.

    Args:
        always: Whether it also puts one behind each special token, as Llama 2's does.
    """
    symbols = ["▁", "\n", *map(chr, range(33, 127))]
    words = ["▁" + letter for letter in "ABCINSfnot"]
    vocabulary = {name: i for i, name in enumerate([END, "<start>", *symbols, *words])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[("▁", word[1]) for word in words]))
    if always:
        tokenizer.normalizer = normalizers.Sequence(
            [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
        )
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<start> $A", special_tokens=[("<start>", vocabulary["<start>"])]
    )
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<start>", eos_token=END)
    fast.chat_template = CHAT_TEMPLATE
    return fast


_LLAMA: dict[str, Any] = {
    "num_hidden_layers": 2,
    "initializer_range": 0.2,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 1024,
}
_MODELS: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "llama": (LlamaConfig, LlamaForCausalLM, _LLAMA),
    "mistral": (MistralConfig, MistralForCausalLM, _LLAMA | {"sliding_window": 24}),
    "gpt2": (
        GPT2Config,
        GPT2LMHeadModel,
        {"n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 1024, "initializer_range": 0.2},
    ),
    "opt": (
        OPTConfig,
        OPTForCausalLM,
        {
            "hidden_size": 32,
            "ffn_dim": 64,
            "word_embed_proj_dim": 32,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "max_position_embeddings": 1024,
            "init_std": 0.2,
            "dropout": 0.0,
        },
    ),
    "bloom": (
        BloomConfig,
        BloomForCausalLM,
        {"hidden_size": 32, "n_layer": 2, "n_head": 4, "initializer_range": 0.2},
    ),
    "gemma": (GemmaConfig, GemmaForCausalLM, _LLAMA | {"head_dim": 8}),
    "gpt-neo": (
        GPTNeoConfig,
        GPTNeoForCausalLM,
        {
            "hidden_size": 32,
            "num_layers": 2,
            "num_heads": 4,
            "attention_types": [[["global", "local"], 1]],
            "window_size": 12,
            "max_position_embeddings": 1024,
            "initializer_range": 0.2,
        },
    ),
    "mpt": (
        MptConfig,
        MptForCausalLM,
        {"d_model": 32, "n_layers": 2, "n_heads": 4, "initializer_range": 0.2},
    ),
    "cacheless": (LlamaConfig, LlamaForCausalLM, _LLAMA),
}
LAYOUTS = {
    "llama": "packed",
    "gpt2": "packed",
    "opt": "packed",
    "bloom": "prefix",
    "mistral": "packed",
    "gemma": "packed",
    "gpt-neo": "prefix",
    "mpt": "plain",
    "cacheless": "plain",
}
"""The layout that each tiny model should take."""


def tiny_model(architecture: str, dtype: torch.dtype = torch.float64) -> Any:
    """A random model of an architecture in `LAYOUTS`, two layers, 32 wide."""
    torch.manual_seed(0)
    config, model, settings = _MODELS[architecture]
    made = model(
        config(
            vocab_size=len(tiny_tokenizer()),
            eos_token_id=0,
            bos_token_id=0,
            pad_token_id=0,
            **settings,
        )
    )
    if architecture == "cacheless":
        made.model.forward = _refusing(made.model.forward)
    return made.to(dtype)


def _refusing(forward: Callable[..., Any]) -> Callable[..., Any]:
    """A forward that keeps no cache and takes no positions, as some architectures' own."""

    def refuse(*args: Any, **kwargs: Any) -> Any:
        strange = {"past_key_values", "position_ids", "token_tree"} & {
            name for name, value in kwargs.items() if value is not None
        }
        if strange:
            raise TypeError(f"unexpected {strange}")
        return forward(*args, **kwargs)

    return refuse


def tiny_base(architecture: str = "llama", dtype: torch.dtype = torch.float64) -> BaseModel:
    """A tiny base model as the engine holds it."""
    return freeze(
        f"tiny-{architecture}", "0" * 64, tiny_model(architecture, dtype), tiny_tokenizer()
    )


def random_prompt(base: BaseModel, tokens: int = 5, seed: int = 0) -> PromptEmbedding:
    """A soft prompt of random numbers, in the model's own type."""
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn(tokens, base.hidden_size, generator=generator, dtype=torch.float64)
    prompt = PromptEmbedding(weight)
    prompt.to(base.dtype)
    return prompt


def rows_of(
    base: BaseModel, prompts: list[str], answers: list[str], soft_prompt: PromptEmbedding | None
) -> list[Row]:
    """Rows from texts."""
    encode = lambda text: tuple(base.tokenizer(text, add_special_tokens=False).input_ids)  # noqa: E731
    return [
        Row(encode(prompt), encode(answer), soft_prompt)
        for prompt, answer in zip(prompts, answers, strict=True)
    ]
