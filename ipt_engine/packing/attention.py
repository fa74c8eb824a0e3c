"""Attention along a `TokenTree`: each branch looks at its own path, and nothing is filled up.

It is registered with Transformers as an attention function of its own, so that any model whose
attention goes through that interface takes it. The tree comes along as the keyword argument
`token_tree`; without one the function is Transformers' own for scaled dot products.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from ipt_engine.packing.tree import Branch, TokenTree

NAME = "ipt_token_tree"
"""Of the attention implementation, as `set_attn_implementation` takes it."""
_UNSUPPORTED = ("softcap", "s_aux", "position_bias")


@dataclass(frozen=True)
class TreeLayout:
    """A tree as the attention needs it; made once for all layers.

    Attributes:
        queries: Tokens of each branch.
        pieces: Lengths of the stretches that the line is cut into, so that every path is a
            list of whole ones.
        keys: For each branch, the pieces of its path, in order.
        masks: For each branch, (queries, keys) whether a query sees a key; None where the
            branch is the whole path, so that the order of its tokens says it all.
        longest: Tokens of the longest path.
    """

    queries: list[int]
    pieces: list[int]
    keys: list[list[int]]
    masks: list[torch.Tensor | None]
    longest: int

    @classmethod
    def of(cls, tree: TokenTree, device: torch.device) -> "TreeLayout":
        """Cut the line where a path enters or leaves it."""
        cuts = {len(tree.tokens)}
        for branch in tree.branches:
            cuts |= {branch.start, branch.path[0]}
            steps = zip(branch.path, branch.path[1:], strict=False)
            cuts |= {cut for here, there in steps if there != here + 1 for cut in (here + 1, there)}
        starts = sorted(cuts)
        pieces = [stop - start for start, stop in zip(starts, starts[1:], strict=False)]
        number = {start: i for i, start in enumerate(starts[:-1])}
        keys = [[number[p] for p in branch.path if p in number] for branch in tree.branches]
        masks = [
            None if branch.path[0] == branch.start else _mask(branch).to(device)
            for branch in tree.branches
        ]
        longest = max(len(branch.path) for branch in tree.branches)
        return cls([b.stop - b.start for b in tree.branches], pieces, keys, masks, longest)


def _mask(branch: Branch) -> torch.Tensor:
    """The last token of a branch sees its whole path, each one before it one token less."""
    new, whole = branch.stop - branch.start, len(branch.path)
    return torch.ones(new, whole, dtype=torch.bool).tril(whole - new)


def attend(  # noqa: PLR0913, PLR0917 the signature is Transformers'
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    token_tree: TreeLayout | None = None,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """Attention of one line of tokens along its tree.

    Args:
        module: The attention layer.
        query: (1, heads, tokens, head size).
        key: (1, key heads, tokens, head size).
        value: As `key`.
        attention_mask: Not looked at where there is a tree.
        dropout: As Transformers has it; base models are frozen, so it is 0.
        scaling: Of the scores.
        token_tree: The layout; None for Transformers' own attention.
        **kwargs: What else a model passes on.

    Returns:
        (1, tokens, heads, head size), and no weights.

    Raises:
        ValueError: If the model's attention has something that a tree does not.
    """
    if token_tree is None:
        found: tuple[torch.Tensor, None] = sdpa_attention_forward(
            module, query, key, value, attention_mask, dropout, scaling, **kwargs
        )
        return found
    strange = next((name for name in _UNSUPPORTED if kwargs.get(name) is not None), None)
    if strange is not None:
        raise ValueError(f"attention along a tree has no {strange}")
    if token_tree.longest > (kwargs.get("sliding_window") or token_tree.longest):
        raise ValueError("attention along a tree does not slide")
    _, heads, tokens, size = query.shape
    groups = key.shape[1]
    # Heads that share keys are a dimension of their own, so that keys need not be copied.
    queries = torch.split(
        query.reshape(groups, heads // groups, tokens, size), token_tree.queries, 2
    )
    keys, values = (torch.split(part[0][:, None], token_tree.pieces, 2) for part in (key, value))
    attended = []
    for wanted, path, mask in zip(queries, token_tree.keys, token_tree.masks, strict=True):
        shape = (-1, heads // groups, -1, -1)
        attended.append(
            scaled_dot_product_attention(
                wanted,
                torch.cat([keys[i] for i in path], 2).expand(shape),
                torch.cat([values[i] for i in path], 2).expand(shape),
                attn_mask=mask,
                is_causal=mask is None,
                scale=scaling,
            )
        )
    joined = torch.cat(attended, 2).reshape(1, heads, tokens, size)
    return joined.transpose(1, 2).contiguous(), None


# A compiler would start anew for every batch, since each has another tree.
AttentionInterface.register(NAME, torch.compiler.disable(attend))  # type: ignore[no-untyped-call]
AttentionMaskInterface.register(NAME, sdpa_mask)
