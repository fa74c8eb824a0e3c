"""Tiny random models for exactness tests; nothing they write means anything."""

from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
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


def tiny_model(architecture: str, dtype: torch.dtype = torch.float64) -> Any:
    """A random Llama or GPT-2, two layers, 32 wide."""
    torch.manual_seed(0)
    vocabulary = len(tiny_tokenizer())
    if architecture == "llama":
        model: Any = LlamaForCausalLM(
            LlamaConfig(
                vocab_size=vocabulary,
                hidden_size=32,
                intermediate_size=64,
                num_hidden_layers=2,
                num_attention_heads=4,
                num_key_value_heads=2,
                max_position_embeddings=1024,
                eos_token_id=0,
                bos_token_id=None,
                initializer_range=0.2,
            )
        )
    else:
        model = GPT2LMHeadModel(
            GPT2Config(
                vocab_size=vocabulary,
                n_embd=32,
                n_layer=2,
                n_head=4,
                n_positions=1024,
                eos_token_id=0,
                bos_token_id=0,
                initializer_range=0.2,
            )
        )
    return model.to(dtype)


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
