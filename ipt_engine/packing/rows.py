"""What goes in and what comes out, whichever the layout: `Row`, `AnswerStates`, `Batch`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import Cache

from ipt_engine.models import BaseModel
from ipt_engine.soft_prompt import PromptEmbedding


@dataclass(frozen=True)
class Row:
    """One sequence for the model.

    Attributes:
        prompt_ids: Text tokens before the answer; at least one.
        answer_ids: Tokens to be predicted; empty where the model is to write them.
        soft_prompt: Comes before all text, or None.
    """

    prompt_ids: tuple[int, ...]
    answer_ids: tuple[int, ...] = ()
    soft_prompt: PromptEmbedding | None = None

    @property
    def virtual_tokens(self) -> int:
        """Length of the soft prompt, 0 without."""
        return 0 if self.soft_prompt is None else len(self.soft_prompt)

    @property
    def start(self) -> int:
        """Place of the first answer token, counted from the row's own start."""
        return self.virtual_tokens + len(self.prompt_ids)

    @property
    def prompt(self) -> "Row":
        """The row without its answer."""
        return Row(self.prompt_ids, (), self.soft_prompt)

    @property
    def length(self) -> int:
        """Tokens in all, virtual ones included."""
        return self.start + len(self.answer_ids)


@dataclass(frozen=True)
class AnswerStates:
    """What the model makes of the places that predict the answers' tokens, and of no others.

    Attributes:
        states: (answer tokens of all rows, hidden) the decoder's last hidden states; with a
            head that is more than a matrix, (answer tokens, vocabulary) the logits.
        labels: (answer tokens,) the tokens that come there.
        rows: (answer tokens,) index of the row each belongs to.
    """

    states: torch.Tensor
    labels: torch.Tensor
    rows: torch.Tensor

    @classmethod
    def of(cls, states: torch.Tensor, rows: Sequence[Row]) -> "AnswerStates":
        """With the rows' labels beside the states, row after row."""
        labels = [token for row in rows for token in row.answer_ids]
        owners = [i for i, row in enumerate(rows) for _ in row.answer_ids]
        device = states.device
        return cls(states, torch.tensor(labels, device=device), torch.tensor(owners, device=device))

    def logits(self, base: BaseModel, part: slice = slice(None)) -> torch.Tensor:
        """Logits in at least float32, (answer tokens of the part, vocabulary)."""
        states = self.states[part]
        logits = base.model.get_output_embeddings()(states) if base.plain_head else states
        # A loss summed in half precision would drift.
        return logits.to(torch.promote_types(logits.dtype, torch.float32))


@dataclass
class Batch:
    """Rows read by the model, ready to grow by a token each.

    Attributes:
        logits: (rows, vocabulary) of each row's next token.
        mask: (rows, columns) 1 where a column holds a token of the row.
        lengths: (rows,) tokens of each row.
        cache: Keys and values of the columns; None where the layout keeps none.
    """

    logits: torch.Tensor
    mask: torch.Tensor
    lengths: torch.Tensor
    cache: Cache | None


def states_at(
    base: BaseModel, inputs: dict[str, Any], rows: torch.Tensor, columns: torch.Tensor
) -> torch.Tensor:
    """Run the model and give the states at some places only; see `AnswerStates.states`."""
    if base.plain_head:
        found: torch.Tensor = base.model.base_model(**inputs).last_hidden_state[rows, columns]
    else:
        found = base.model(**inputs).logits[rows, columns]
    return found


def logits_of(base: BaseModel, states: torch.Tensor) -> torch.Tensor:
    """States to logits, in the model's own type."""
    logits: torch.Tensor = base.model.get_output_embeddings()(states) if base.plain_head else states
    return logits
