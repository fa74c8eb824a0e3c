"""Writing answers: many rows at once, each with its own soft prompt or none, as a stream.

Rows that are to be written and scored are read once for both.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch

from ipt_engine.answer_loss import AnswerScore, answer_scores
from ipt_engine.config import GenerationArguments
from ipt_engine.models import BaseModel
from ipt_engine.packing import Batch, Row, groups, grow, layout_of, prefill, window_of
from ipt_engine.packing.growing import moved_together
from ipt_engine.tasks import Stop

_UNFINISHED = "\ufffd"
CACHED_TOKENS = 16_384
"""Tokens whose keys and values are kept at once; 0.7 GiB with SmolLM2-135M in float32."""
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
    at_once: int | None = None,
    on_scores: Callable[[Mapping[int, AnswerScore]], None] | None = None,
) -> Iterator[tuple[int, str, Generation]]:
    """Write all rows' answers side by side.

    Closing the iterator stops the work at once.

    Args:
        base: The frozen model.
        rows: Prompts; their answers, if any, are looked at for `on_scores` alone.
        rule: When an answer ends.
        args: Greedy if None or `do_sample` is off.
        at_once: Most rows written at the same time; all if None. As rows end, others take
            their places.
        on_scores: Given the scores of the rows' own answers, by row, as the prompts are read;
            where rows are packed, that costs no second reading.

    Yields:
        (row, new piece of text, that row's `Generation`), also once, with an empty piece, when
        a row ends without one. The pieces of a row add up to its `text`.
    """
    args = args or GenerationArguments()
    results = [Generation() for _ in rows]
    sampler = _Sampler(args, base.device)
    at_once = at_once or len(rows)
    waiting = deque(range(len(rows)))
    active: list[int] = []
    longest = max((row.length for row in rows), default=0) + rule.max_new_tokens
    writing = _Writing(base, layout_of(base, longest))
    # No context manager around a yield: it would leak inference mode to the caller.
    while active or waiting:
        room = at_once - len(active)
        if waiting and (
            not active or (writing.takes_more and room >= max(1, at_once // _DROP_SHARE))
        ):
            new = [waiting.popleft() for _ in range(min(room, len(waiting)))]
            some = [rows[i] if on_scores else rows[i].prompt for i in new]
            scores = writing.add(some)
            if on_scores:
                on_scores({new[place]: score for place, score in scores.items()})
            active += new
        tokens = sampler.choose(writing.logits)
        for place, row in enumerate(active):
            result = results[row]
            if result.finish is None:
                piece = _advance(result, tokens[place], base, rule)
                if piece or result.finish is not None:
                    yield row, piece, result
        going = [place for place, row in enumerate(active) if results[row].finish is None]
        done = len(active) - len(going)
        if done >= max(1, len(active) // _DROP_SHARE) or writing.full:
            writing.keep(going)
            active = [active[place] for place in going]
            tokens = [tokens[place] for place in going]
        if active:
            writing.step(tokens)


def generate(
    base: BaseModel,
    rows: Sequence[Row],
    rule: StopRule,
    args: GenerationArguments | None = None,
    batch_size: int = 64,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Generation]:
    """Write all answers; results in the caller's order.

    Args:
        base: The frozen model.
        rows: Prompts.
        rule: When an answer ends.
        args: As for `stream`.
        batch_size: Most rows written at once, as far as their keys and values fit
            `CACHED_TOKENS`; changes speed and memory, not the text when greedy.
        on_progress: Called with (answers finished, answers in all).
    """
    prompts = [row.prompt for row in rows]
    return _write(base, prompts, rule, args, batch_size, on_progress)[0]


def generate_and_score(
    base: BaseModel,
    rows: Sequence[Row],
    rule: StopRule,
    args: GenerationArguments | None = None,
    batch_size: int = 64,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[list[Generation], list[AnswerScore]]:
    """Write all answers and score those that the rows have, reading each prompt once.

    Args:
        base: The frozen model.
        rows: Prompts with the answers to be scored, which what is written knows nothing of.
        rule: When an answer ends.
        args: As for `stream`.
        batch_size: As for `generate`.
        on_progress: As for `generate`.
    """
    return _write(base, rows, rule, args, batch_size, on_progress)


def _write(  # noqa: PLR0913, PLR0917 the arguments of those above
    base: BaseModel,
    rows: Sequence[Row],
    rule: StopRule,
    args: GenerationArguments | None,
    batch_size: int,
    on_progress: Callable[[int, int], None],
) -> tuple[list[Generation], list[AnswerScore]]:
    longest = max((row.length for row in rows), default=1) + rule.max_new_tokens
    at_once = max(1, min(batch_size, CACHED_TOKENS // longest))
    # The longest first: they tend to have the longest answers, and none is left over at the end.
    order = sorted(range(len(rows)), key=lambda i: -rows[i].length)
    results = [Generation() for _ in rows]
    scores: dict[int, AnswerScore] = {}
    done = 0
    for place, _, result in stream(
        base,
        [rows[i] for i in order],
        rule,
        args,
        at_once,
        lambda found: scores.update({order[place]: s for place, s in found.items()}),
    ):
        results[order[place]] = result
        if result.finish is not None:
            done += 1
            on_progress(done, len(order))
    return results, [scores[i] for i in sorted(scores)]


class _Writing:
    """Rows that grow by a token each; rows may come and go.

    Attributes:
        logits: (rows, vocabulary) of each row's next token.
        takes_more: Whether rows may join while others are being written.
    """

    logits: torch.Tensor

    def __init__(self, base: BaseModel, layout: str) -> None:
        """Start without rows."""
        self._base = base
        self._layout = layout
        self._batch: Batch | None = None
        # Without a cache, each token is computed from the whole row again.
        self._rows: list[Row] = []
        self.takes_more = layout == "packed"
        # Where no rows join, the columns are as many as the longest row has tokens.
        self._window = window_of(base) if self.takes_more else float("inf")

    @property
    def full(self) -> bool:
        """Whether one column more would push others out of the attention's window.

        No row is longer than the window (`layout_of` sees to it), but where rows joined late,
        there are more columns than tokens. `keep` then moves the tokens together.
        """
        return self._batch is not None and self._batch.mask.shape[1] >= self._window

    @torch.inference_mode()
    def add(self, rows: Sequence[Row]) -> dict[int, AnswerScore]:
        """Read more rows' prompts, which come after those that are there; scores of answers."""
        parts = groups(rows) if self.takes_more else [list(range(len(rows)))]
        scores: dict[int, AnswerScore] = {}
        for part in parts:
            some = [rows[i] for i in part]
            batch, answers = prefill(self._base, some, self._layout)
            self._append(batch)
            if answers is not None:
                found = answer_scores(self._base, answers, some)
                scores |= dict(zip(part, found, strict=True))
        self._rows += [rows[i].prompt for part in parts for i in part]
        # `groups` brings together what shares most; back to the caller's order.
        come = [i for part in parts for i in part]
        if come != sorted(come):
            before = len(self._rows) - len(come)
            back = sorted(range(len(come)), key=come.__getitem__)
            self.keep([*range(before), *(before + place for place in back)])
        return scores

    @torch.inference_mode()
    def step(self, tokens: Sequence[int]) -> None:
        """Append a token to each row."""
        batch = self._batch
        assert batch is not None
        if batch.cache is None:
            self._rows = [
                replace(row, prompt_ids=(*row.prompt_ids, token))
                for row, token in zip(self._rows, tokens, strict=True)
            ]
            self._batch, _ = prefill(self._base, self._rows, self._layout)
            self.logits = self._batch.logits
            return
        grow(self._base, batch, tokens)
        self.logits = batch.logits

    @torch.inference_mode()
    def keep(self, places: Sequence[int]) -> None:
        """Drop all rows but those at the given places, and put these in the order given."""
        self._rows = [self._rows[place] for place in places]
        if not places:
            self._batch = None
            return
        assert self._batch is not None
        index = torch.tensor(places, device=self._base.device)
        cache, full = self._batch.cache, self.full
        if cache is not None:
            cache.batch_select_indices(index)
        self.logits = self.logits[index]
        self._batch = Batch(self.logits, self._batch.mask[index], self._batch.lengths[index], cache)
        if full:
            self._batch = moved_together([self._batch])

    def _append(self, new: Batch) -> None:
        old = self._batch
        if old is None:
            self._batch, self.logits = new, new.logits
            return
        self._batch = moved_together([old, new])
        self.logits = self._batch.logits


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
