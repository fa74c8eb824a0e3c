"""Laying out instruction, demonstrations and query as token segments.

Every segment is tokenised apart from its neighbours, so that a demonstration shared by many
queries is the same tokens in each, and an answer is the same tokens in training, in scoring
and inside a demonstration. Only where a text begins may a tokenizer begin it otherwise:
`tokenising.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ipt_engine.config import TemplateArguments
from ipt_engine.errors import ConfigError, InputTooLong
from ipt_engine.retrievers import Demonstration
from ipt_engine.tasks import Task
from ipt_engine.tokenising import SegmentTokenizer, Tokens

_ANY_TEXT = "."
"""Stands for an answer or an input before a piece that is the same tokens after each."""


@dataclass(frozen=True)
class Segments:
    """One prompt, in pieces.

    Attributes:
        head: Beginning-of-text token and instruction.
        demonstrations: The worked examples, in the order shown.
        query: The input, up to where the answer starts.
        answer: The gold answer; empty where there is none.
        terminator: What follows an answer and ends it.
        text: Everything up to the answer, as text.
        shown: The demonstrations that stayed.
        dropped: How many demonstrations did not fit.
    """

    head: Tokens
    demonstrations: tuple[Tokens, ...]
    query: Tokens
    answer: Tokens
    terminator: Tokens
    text: str
    shown: tuple[Demonstration, ...]
    dropped: int

    @property
    def prompt_ids(self) -> Tokens:
        """All tokens before the answer."""
        return (*self.head, *(t for d in self.demonstrations for t in d), *self.query)


@dataclass(frozen=True)
class _Layout:
    """The texts around inputs and answers."""

    head: str
    before_input: str
    before_answer: str
    before_answer_text: str
    terminator: str


class PromptTemplate:
    """Renders a task's queries for one tokenizer."""

    def __init__(self, task: Task, args: TemplateArguments, tokenizer: Any) -> None:
        """Prepare the layout.

        Raises:
            ConfigError: If a chat template is asked for and the tokenizer has none that can be
                taken apart.
        """
        self.task = task
        self.args = args
        self._tokenizer = tokenizer
        self._tokens = SegmentTokenizer(tokenizer)
        chat = args.chat_template
        self._layout = _chat_layout(task, args, tokenizer) if chat else _plain(task, args)
        self._ends_with_eos = task.stop == "eos" and not chat

    def render(
        self,
        query: str,
        demonstrations: Sequence[Demonstration] = (),
        answer: str | None = None,
        reserve: int = 0,
    ) -> Segments:
        """Lay out one query.

        Args:
            query: The input to answer.
            demonstrations: In the order shown. The least similar are dropped, one by one, while
                the prompt is longer than `max_length`; nothing of the query is ever cut.
            answer: The gold answer, where there is one.
            reserve: Tokens to leave room for: the soft prompt's, and those still to be written.

        Raises:
            InputTooLong: If the query does not fit even without demonstrations.
        """
        segments = Segments(
            head=self._head(),
            demonstrations=(),
            query=(),
            answer=() if answer is None else self._answer(answer),
            terminator=self._terminator(),
            text="",
            shown=tuple(demonstrations),
            dropped=0,
        )
        return self._fit(self._filled(segments, query), query, reserve)

    def _fit(self, segments: Segments, query: str, reserve: int) -> Segments:
        limit = self.args.max_length - reserve
        while (length := len(segments.prompt_ids) + len(segments.answer)) > limit:
            if not segments.shown:
                raise InputTooLong(
                    f"An input takes {length} tokens, and only {max(limit, 0)} are left of "
                    f"max_length {self.args.max_length}. Raise max_length (as far as the model "
                    "goes), lower max_new_tokens, or shorten the input.",
                    excess=length - limit,
                )
            worst = min(range(len(segments.shown)), key=lambda i: segments.shown[i].similarity)
            rest = segments.shown[:worst] + segments.shown[worst + 1 :]
            fewer = replace(segments, shown=rest, dropped=segments.dropped + 1)
            segments = self._filled(fewer, query)
        return segments

    def _filled(self, segments: Segments, query: str) -> Segments:
        """With the tokens of the demonstrations shown and of the query, and the whole text."""
        text = self._layout.head
        demonstrations = []
        for demonstration in segments.shown:
            demonstrations.append(self._demonstration(demonstration, text))
            text += self._demonstration_text(demonstration)
        asked = self._layout.before_input + query + self._layout.before_answer
        return replace(
            segments,
            demonstrations=tuple(demonstrations),
            query=self._tokens.encode(asked, text),
            text=text + asked,
        )

    def _demonstration(self, demonstration: Demonstration, before: str) -> Tokens:
        example = demonstration.example
        asked = self._layout.before_input + example.input + self._layout.before_answer
        return (
            *self._tokens.encode(asked, before),
            *self._answer(example.answer),
            *self._terminator(),
        )

    def _demonstration_text(self, demonstration: Demonstration) -> str:
        example, layout = demonstration.example, self._layout
        end = (self._tokenizer.eos_token if self._ends_with_eos else "") + layout.terminator
        answer = layout.before_answer_text + example.answer
        return layout.before_input + example.input + layout.before_answer + answer + end

    def _answer(self, answer: str) -> Tokens:
        before = self._layout.before_answer or _ANY_TEXT
        return self._tokens.encode(self._layout.before_answer_text + answer, before)

    def _terminator(self) -> Tokens:
        if self._ends_with_eos:
            after = self._tokens.encode(self._layout.terminator, self._tokenizer.eos_token)
            return (self._tokenizer.eos_token_id, *after)
        return self._tokens.encode(self._layout.terminator, _ANY_TEXT)

    def _head(self) -> Tokens:
        head, bos = self._tokens.encode(self._layout.head), self._tokens.bos()
        # A chat template may put that token itself, before the instruction or before each turn.
        first = (head or self._tokens.encode(self._layout.before_input))[:1]
        return head if first == bos else (*bos, *head)


def _plain(task: Task, args: TemplateArguments) -> _Layout:
    return _Layout(
        head=f"{task.instruction}\n\n" if args.instruction else "",
        before_input=f"{task.input_label}: ",
        before_answer=f"\n{task.output_label}:",
        before_answer_text=" ",
        terminator="\n\n",
    )


def _chat_layout(task: Task, args: TemplateArguments, tokenizer: Any) -> _Layout:
    """Take the model's own chat template apart by rendering it around marks."""
    if not getattr(tokenizer, "chat_template", None):
        raise ConfigError(
            "This model's tokenizer has no chat template. Leave chat_template off for it."
        )
    mark_in, mark_out = "INPUT-MARK", "OUTPUT-MARK"
    system = [{"role": "system", "content": task.instruction}] if args.instruction else []
    turn = [{"role": "user", "content": mark_in}, {"role": "assistant", "content": mark_out}]

    def render(messages: list[dict[str, str]], generate: bool = False) -> str:
        return str(
            tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=generate)
        )

    one = render([*system, *turn])
    two = render([*system, *turn, *turn])
    asking = render([*system, turn[0]], generate=True)
    extra = two.removeprefix(one)
    before_input, _, rest = extra.partition(mark_in)
    before_answer, _, terminator = rest.partition(mark_out)
    head = one.partition(mark_in)[0].removesuffix(before_input)
    if head + before_input + mark_in + before_answer != asking or one != head + extra:
        raise ConfigError(
            "This model's chat template does not render turns one after the other, so "
            "demonstrations cannot be laid out with it. Leave chat_template off for it."
        )
    return _Layout(head, before_input, before_answer, "", terminator)
