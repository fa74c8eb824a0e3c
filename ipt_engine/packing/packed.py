"""The packed layout: all rows in one line along a `TokenTree`; no filler anywhere.

The linear layers see each token once, however many rows share it.
"""

from collections.abc import Sequence
from typing import Any

import torch
from transformers import Cache, DynamicCache

from ipt_engine.models import BaseModel
from ipt_engine.packing.attention import TreeLayout
from ipt_engine.packing.cache import cache_of
from ipt_engine.packing.rows import Batch, Row, logits_of, states_at
from ipt_engine.packing.tree import TokenTree
from ipt_engine.soft_prompt import PromptEmbedding


def answer_states(base: BaseModel, rows: Sequence[Row]) -> torch.Tensor:
    """States at the places that predict the answers' tokens, row after row."""
    # The last answer token is predicted and predicts nothing, so the model need not see it.
    tree, virtual = tree_of([(row, row.answer_ids[:-1]) for row in rows])
    places = _answer_places(rows, tree)
    return _read(base, tree, virtual, places, None)


def prefill(base: BaseModel, rows: Sequence[Row]) -> tuple[Batch, torch.Tensor]:
    """Read the rows' prompts, and their answers beside; what they share is computed once.

    Returns:
        The prompts, copied to each row and ready to grow; and the states as of `answer_states`.
    """
    tree, virtual = tree_of([(row, row.answer_ids[:-1]) for row in rows])
    # Without the model's config, no layer drops what lies before a window: the line is longer
    # than any of its rows.
    cache = DynamicCache()
    paths = [path[: row.start] for row, path in zip(rows, tree.paths, strict=True)]
    places = [*(path[-1] for path in paths), *_answer_places(rows, tree)]
    states = _read(base, tree, virtual, places, cache)
    width = max(len(path) for path in paths)
    # What fills a row up is hidden by the mask; any place will do.
    index = torch.tensor([[*path, *[0] * (width - len(path))] for path in paths])
    lengths = torch.tensor([len(path) for path in paths])
    mask = (torch.arange(width)[None] < lengths[:, None]).long()
    device = base.device
    batch = Batch(
        logits=logits_of(base, states[: len(rows)]),
        mask=mask.to(device),
        lengths=lengths.to(device),
        cache=cache_of(cache, index.to(device)),
    )
    return batch, states[len(rows) :]


def _answer_places(rows: Sequence[Row], tree: TokenTree) -> list[int]:
    """The places that predict the answers' tokens, row after row."""
    return [
        place
        for row, path in zip(rows, tree.paths, strict=True)
        for place in path[row.start - 1 : row.start - 1 + len(row.answer_ids)]
    ]


def tree_of(
    parts: Sequence[tuple[Row, Sequence[int]]],
) -> tuple[TokenTree, list[PromptEmbedding]]:
    """The tree of rows, each with as much of its answer as is given.

    Virtual tokens stand as negative numbers, counted through all soft prompts: -1 is the first
    token of the first.

    Returns:
        The tree, and the soft prompts in the order of their numbers.
    """
    virtual: dict[int, tuple[int, PromptEmbedding]] = {}
    taken = 0
    sequences = []
    for row, answer in parts:
        head: range = range(0)
        if row.soft_prompt is not None:
            if id(row.soft_prompt) not in virtual:
                virtual[id(row.soft_prompt)] = (taken, row.soft_prompt)
                taken += len(row.soft_prompt)
            first, prompt = virtual[id(row.soft_prompt)]
            head = range(-first - 1, -first - 1 - len(prompt), -1)
        sequences.append((*head, *row.prompt_ids, *answer))
    return TokenTree.of(sequences), [prompt for _, prompt in virtual.values()]


def embed(base: BaseModel, tree: TokenTree, virtual: Sequence[PromptEmbedding]) -> torch.Tensor:
    """The line's embeddings, (1, tokens, hidden)."""
    tokens = torch.tensor(tree.tokens, device=base.device)
    embeds = base.embed(tokens.clamp(min=0))
    if virtual:
        weights = torch.cat([prompt.weight.to(embeds.dtype) for prompt in virtual])
        places = (tokens < 0).nonzero()[:, 0]
        embeds = embeds.index_copy(0, places, weights[-tokens[places] - 1])
    return embeds[None]


def _read(
    base: BaseModel,
    tree: TokenTree,
    virtual: Sequence[PromptEmbedding],
    places: Sequence[int],
    cache: Cache | None,
) -> torch.Tensor:
    inputs: dict[str, Any] = {
        "inputs_embeds": embed(base, tree, virtual),
        "position_ids": torch.tensor([tree.depths], device=base.device),
        # The tree says what sees what; a mask of four dimensions keeps Transformers from
        # making one of its own.
        "attention_mask": torch.zeros(1, 1, 1, 1, dtype=base.dtype, device=base.device),
        "token_tree": TreeLayout.of(tree, base.device),
        "past_key_values": cache,
        "use_cache": cache is not None,
    }
    columns = torch.tensor(list(places), device=base.device)
    return states_at(base, inputs, torch.zeros_like(columns), columns)
