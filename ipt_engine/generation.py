"""Writing answers: many rows at once, each with its own soft prompt or none, as a stream."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import torch

from ipt_engine.config import GenerationArguments
from ipt_engine.models import BaseModel
from ipt_engine.packing import Row, collate, logits_at
from ipt_engine.tasks import Stop

_UNFINISHED = "\ufffd"
_DROP_SHARE = 4
"""Finished rows leave the batch once they are a quarter of it: copying costs time too."""


@dataclass(frozen=True)
class StopRule:
    """When an answer ends; the same for all methods. The end token always ends it.

    Attributes:
        stop: "newline" ends at the first line break after any text, "eos" only at the end token.
        max_new_tokens: Longest answer, in tokens.
    """

    stop: Stop
    max_new_tokens: int


@dataclass
class Generation:
    """One row's answer so far.

    Attributes:
        token_ids: Tokens written, without the end token.
        text: Their text, up to the stop.
        finish: "stop" if the rule ended it, "length" at the limit, None while it goes on.
    """

    token_ids: list[int] = field(default_factory=list)
    text: str = ""
    finish: str | None = None


def stream(
    base: BaseModel,
    rows: Sequence[Row],
    rule: StopRule,
    args: GenerationArguments | None = None,
) -> Iterator[tuple[int, str, Generation]]:
    """Write all rows' answers side by side.

    Closing the iterator stops the work at once.

    Args:
        base: The frozen model.
        rows: Prompts; their answers, if any, are not looked at.
        rule: When an answer ends.
        args: Greedy if None or `do_sample` is off.

    Yields:
        (row, new piece of text, that row's `Generation`), also once, with an empty piece, when
        a row ends without one. The pieces of a row add up to its `text`.
    """
    args = args or GenerationArguments()
    results = [Generation() for _ in rows]
    prompts = [Row(row.prompt_ids, (), row.soft_prompt) for row in rows]
    sampler = _Sampler(args, base.device)
    batch = _GrowingBatch(base, prompts)
    active = list(range(len(rows)))
    logits = batch.logits
    # No context manager around a yield: it would leak inference mode to the caller.
    while active:
        tokens = sampler.choose(logits)
        for place, row in enumerate(active):
            result = results[row]
            if result.finish is None:
                piece = _advance(result, tokens[place], base, rule)
                if piece or result.finish is not None:
                    yield row, piece, result
        going = [place for place, row in enumerate(active) if results[row].finish is None]
        if not going:
            return
        if len(active) - len(going) >= max(1, len(active) // _DROP_SHARE):
            batch.keep(going)
            active = [active[place] for place in going]
            tokens = [tokens[place] for place in going]
        logits = batch.step(tokens)


def generate(
    base: BaseModel,
    rows: Sequence[Row],
    rule: StopRule,
    args: GenerationArguments | None = None,
    batch_size: int = 32,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Generation]:
    """Write all answers, in batches of rows of like length; results in the caller's order.

    Args:
        base: The frozen model.
        rows: Prompts.
        rule: When an answer ends.
        args: As for `stream`.
        batch_size: Rows written at once; changes speed and memory, not the text when greedy.
        on_progress: Called with (answers finished, answers in all).
    """
    results: list[Generation] = [Generation() for _ in rows]
    order = sorted(range(len(rows)), key=lambda i: rows[i].length)
    done = 0
    for start in range(0, len(order), batch_size):
        part = order[start : start + batch_size]
        for place, _, result in stream(base, [rows[i] for i in part], rule, args):
            results[part[place]] = result
            if result.finish is not None:
                done += 1
                on_progress(done, len(order))
    return results


class _GrowingBatch:
    """A batch that grows by a token a row: its cache, mask and next logits."""

    def __init__(self, base: BaseModel, rows: Sequence[Row]) -> None:
        """Run the prompts through the model."""
        self._base = base
        with torch.inference_mode():
            batch = collate(base, rows)
            place = torch.arange(len(rows), device=base.device)
            last = torch.tensor(batch.starts, device=base.device) - 1
            self.logits = logits_at(base, batch.inputs, place, last)
        self._cache = batch.inputs["past_key_values"]
        self._mask = batch.inputs["attention_mask"]
        self._positions = torch.tensor(batch.lengths, device=base.device)

    def step(self, tokens: Sequence[int]) -> torch.Tensor:
        """Append a token to each row; the logits of the next, (rows, vocabulary)."""
        with torch.inference_mode():
            self._mask = torch.cat([self._mask, self._mask.new_ones(len(tokens), 1)], dim=1)
            inputs = {
                "inputs_embeds": self._base.embed(
                    torch.tensor(tokens, device=self._base.device)[:, None]
                ),
                "attention_mask": self._mask,
                "position_ids": self._positions[:, None],
                "past_key_values": self._cache,
                "use_cache": True,
            }
            rows = torch.arange(len(tokens), device=self._base.device)
            logits = logits_at(self._base, inputs, rows, torch.zeros_like(rows))
            self._positions = self._positions + 1
        return logits

    def keep(self, places: Sequence[int]) -> None:
        """Drop all rows but those at the given places."""
        with torch.inference_mode():
            index = torch.tensor(places, device=self._base.device)
            self._cache.batch_select_indices(index)
            self._mask = self._mask[index]
            self._positions = self._positions[index]


class _Sampler:
    """Chooses the next token of each row: the likeliest, or drawn."""

    def __init__(self, args: GenerationArguments, device: torch.device) -> None:
        self._args = args
        self._generator = torch.Generator(device=device).manual_seed(args.seed)

    def choose(self, logits: torch.Tensor) -> list[int]:
        """Next tokens from (rows, vocabulary) logits."""
        with torch.inference_mode():
            if not self._args.do_sample:
                chosen: list[int] = logits.argmax(dim=-1).tolist()
                return chosen
            probabilities = torch.softmax(logits.float() / self._args.temperature, dim=-1)
            ordered, ids = probabilities.sort(dim=-1, descending=True)
            # Keep the smallest set whose probability reaches top_p: a token stays if what
            # comes before it has not reached it yet.
            before = ordered.cumsum(dim=-1) - ordered
            ordered = ordered.masked_fill(before >= self._args.top_p, 0.0)
            drawn = torch.multinomial(ordered, 1, generator=self._generator)
            chosen = ids.gather(1, drawn)[:, 0].tolist()
            return chosen


def _advance(result: Generation, token: int, base: BaseModel, rule: StopRule) -> str:
    """Add one token to a row's answer; the new piece of text."""
    if token in base.eos_ids:
        result.finish = "stop"
        return ""
    result.token_ids.append(token)
    text = base.tokenizer.decode(result.token_ids, skip_special_tokens=True).lstrip()
    if rule.stop == "newline" and "\n" in text:
        text = text.split("\n", 1)[0]
        result.finish = "stop"
    elif len(result.token_ids) >= rule.max_new_tokens:
        result.finish = "length"
    if result.finish is None and text.endswith(_UNFINISHED):
        # A character can span several tokens: wait for the rest of it.
        return ""
    piece: str = text[len(result.text) :]
    result.text = text
    return piece
