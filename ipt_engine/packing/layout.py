"""Which layout a base model takes, found out on the model itself, once."""

from collections.abc import Sequence
from types import ModuleType

import torch

from ipt_engine.models import BaseModel, quiet
from ipt_engine.packing import packed, plain, prefix
from ipt_engine.packing.attention import NAME
from ipt_engine.packing.growing import grow
from ipt_engine.packing.rows import AnswerStates, Batch, Row, logits_of
from ipt_engine.soft_prompt import PromptEmbedding

LAYOUTS: dict[str, ModuleType] = {"packed": packed, "prefix": prefix, "plain": plain}
"""By name, the fastest first."""
EXPLANATIONS = {
    "packed": "tokens that rows share are computed once, and nothing is filled up",
    "prefix": "what all rows share is computed once; this model does not take packed rows",
    "plain": "each row is computed whole: this model takes neither packed rows nor a cached prefix",
}
_TOLERANCE = {torch.float64: 1e-5, torch.float32: 1e-3}
"""Largest difference beside the largest number; a wrong position or mask is far beyond it."""
_HALF_TOLERANCE = 5e-2
_WINDOWS = (
    "sliding_window",
    "sliding_window_size",
    "attention_chunk_size",
    "attention_window_size",
    "window_size",
)
"""What configs call the tokens that attention reaches back."""


def window_of(base: BaseModel) -> float:
    """How far back a token sees at most; inf where there is no limit."""
    config = base.model.config.get_text_config()
    windows = (getattr(config, name, None) for name in _WINDOWS)
    return min((w for w in windows if isinstance(w, int) and w > 0), default=float("inf"))


def layout_of(base: BaseModel, longest: int = 0) -> str:
    """The fastest layout that gives this model's own numbers: "packed", "prefix" or "plain".

    Args:
        base: The frozen model.
        longest: Tokens of the longest row, with what is to be written. Beyond the window of a
            model's attention, only whole rows side by side keep to it.
    """
    if longest > window_of(base):
        return "plain"
    if base.layout is None:
        base.layout = next(name for name in LAYOUTS if _exact(base, name))
    return base.layout


def answer_states(base: BaseModel, rows: Sequence[Row]) -> AnswerStates:
    """States at the places that predict the answers' tokens.

    Args:
        base: The frozen model.
        rows: Each with at least one answer token.
    """
    layout = LAYOUTS[layout_of(base, max(row.length for row in rows))]
    return AnswerStates.of(layout.answer_states(base, rows), rows)


def prefill(base: BaseModel, rows: Sequence[Row], layout: str) -> tuple[Batch, AnswerStates | None]:
    """Read the rows' prompts, ready to write answers, and the answers they have beside.

    Args:
        base: The frozen model.
        rows: All with an answer to be scored, or all without.
        layout: From `layout_of`, for the longest row and what is to be written.

    Returns:
        The prompts, and the states at the places that predict the answers; None without.
    """
    batch, states = LAYOUTS[layout].prefill(base, rows)
    scored = states is not None and any(row.answer_ids for row in rows)
    return batch, AnswerStates.of(states, rows) if scored else None


@torch.no_grad()
def _exact(base: BaseModel, name: str) -> bool:
    """Whether a layout gives what single plain rows give, on a few tokens of this model."""
    if name == "plain":
        return True
    before = base.model.config._attn_implementation
    try:
        with quiet():
            if name == "packed":
                base.model.set_attn_implementation(NAME)
            exact = _same(base, LAYOUTS[name]) and _same_growing(base, LAYOUTS[name])
    except Exception:
        # A model's own code may refuse what it does not know in any way it likes.
        exact = False
    if name == "packed" and not exact:
        with quiet():
            base.model.set_attn_implementation(before)
    return exact


def _same(base: BaseModel, layout: ModuleType) -> bool:
    vector = base.embed(torch.tensor([3], device=base.device)).float() * 1.5
    prompt = PromptEmbedding(vector.repeat(2, 1)).to(base.device)
    rows = [
        Row((1, 2, 3), (4, 5), prompt),
        Row((1, 2, 3, 6, 7), (5,), prompt),
        Row((1, 4), (2, 6, 3), prompt),
    ]
    return all(
        _near(
            base,
            layout.answer_states(base, some),
            torch.cat([plain.answer_states(base, [row]) for row in some]),
        )
        for some in (rows, [*rows[:2], Row((1, 2, 3), (4, 5))])
    )


def _same_growing(base: BaseModel, layout: ModuleType) -> bool:
    """Whether rows of unequal length keep to their own numbers as they are written.

    What is written stands in one column for all rows, behind what fills up the shorter ones. A
    model whose attention counts columns (ALiBi without the mask, say) takes filler for distance.
    """
    rows = [Row((1, 2), (4, 5, 6)), Row((1, 2, 3, 6, 7, 5, 4), (5, 2, 3))]
    batch, _ = layout.prefill(base, [row.prompt for row in rows])
    steps = [batch.logits]
    for tokens in zip(*(row.answer_ids[:-1] for row in rows), strict=True):
        grow(base, batch, tokens)
        steps.append(batch.logits)
    alone = [logits_of(base, plain.answer_states(base, [row])) for row in rows]
    return _near(base, torch.stack(steps, dim=1), torch.stack(alone))


def _near(base: BaseModel, found: torch.Tensor, expected: torch.Tensor) -> bool:
    tolerance = _TOLERANCE.get(base.dtype, _HALF_TOLERANCE)
    difference = (found.float() - expected.float()).abs().max()
    return bool(difference <= tolerance * expected.float().abs().max())
