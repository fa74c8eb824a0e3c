"""The Playground's way to the model: ranking demonstrations, and four answers in one stream.

Torch is imported inside the functions that need it, so that a page can be drawn without. The
model is loaded once in a process (the engine sees to it) and used by one session at a time.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import pandas as pd

from dashboard.background import line_of
from ipt_engine.config import RetrievalArguments
from ipt_engine.encoders import encode
from ipt_engine.metrics import get_metric
from ipt_engine.records import Example
from ipt_engine.retrievers import Demonstration, demonstration_pool
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task

if TYPE_CHECKING:
    from ipt_engine.compare import Comparison

Phase = Literal["waiting", "loading", "writing", "scoring", "done", "failed"]
_WORKING = {
    "waiting": "Waiting for another session's answers.",
    "loading": "Loading the model, once.",
    "writing": "Writing.",
    "scoring": "Scoring.",
}
YOURS = "yours"
"""Id of an input that the user typed."""
MODEL = threading.Lock()
"""One generation at a time, over all sessions: they share one model and few cores."""


@dataclass(frozen=True)
class Question:
    """What the four methods are asked.

    Attributes:
        task: Name of the task.
        base_model: The frozen model.
        example: The input, with its accepted answers.
        judged: Whether there are accepted answers; not so for an input of the user's own without
            an expected answer.
        demonstrations: Training examples or the user's own; shown most similar last.
        prompts: Prompt id by method; a method without one is left out.
    """

    task: str
    base_model: str
    example: Example
    judged: bool
    demonstrations: tuple[Demonstration, ...]
    prompts: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The input."""
        return self.example.input

    @property
    def own(self) -> bool:
        """Whether the user typed the input."""
        return self.example.id == YOURS


@dataclass
class Answer:
    """One method's answer so far.

    Attributes:
        text: What it wrote.
        finish: "stop", "length", or None while it goes on.
        generated_tokens: Tokens written.
        prompt_tokens: Text tokens before the answer.
        virtual_tokens: Length of the soft prompt.
        seconds: From the start of writing to this answer's end; None before.
        scores: Score of each metric, 0 to 100; empty without references or before the end.
        gold_logprob: Of the first reference, natural logarithm; None as for `scores`.
        shown: Ids of the demonstrations that came before the input.
    """

    text: str = ""
    finish: str | None = None
    generated_tokens: int = 0
    prompt_tokens: int = 0
    virtual_tokens: int = 0
    seconds: float | None = None
    scores: dict[str, float] = field(default_factory=dict)
    gold_logprob: float | None = None
    shown: tuple[str, ...] = ()


@dataclass
class Generation:
    """Answers being written by a thread of their own; the page looks in from time to time.

    Attributes:
        question: What was asked.
        answers: By method; empty until the prompts are laid out.
        phase: Where it stands.
        doing: What takes time while the model is loaded; empty where there is nothing to say.
        error: One line if it failed.
        notes: Lines for the user, such as demonstrations that did not fit.
        stopping: Set when someone asks for its end.
    """

    question: Question
    answers: dict[str, Answer] = field(default_factory=dict)
    phase: Phase = "waiting"
    doing: str = ""
    error: str | None = None
    notes: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        """Whether there is more to come."""
        return self.phase not in {"done", "failed"} and not self.stopping.is_set()

    @property
    def working(self) -> str:
        """What is being done, in a sentence."""
        if self.phase == "loading" and self.doing:
            return self.doing
        return _WORKING.get(self.phase, "")

    def stop(self) -> None:
        """End it at the next token; what is written stays."""
        self.stopping.set()

    def enter(self, phase: Phase) -> None:
        """Go on to a phase, unless it was stopped."""
        if not self.stopping.is_set():
            self.phase = phase


def ask(question: Question, store: RunStore) -> Generation:
    """Start answering; returns at once."""
    generation = Generation(question)
    threading.Thread(target=_answer, args=(generation, store), daemon=True).start()
    return generation


def ranked_demonstrations(
    task: str, query: Example, on_progress: Callable[[str, int, int], None]
) -> pd.DataFrame:
    """Training examples by similarity to the query: id, similarity, input, answer.

    The query itself and exact duplicates of its input are left out. Loads the encoder (and
    torch) only if a text has never been encoded on this machine; only then is `on_progress`
    told what, texts done and texts in all.
    """
    pool = demonstration_pool(get_task(task), on_progress=on_progress)
    encode([query.input], on_progress=on_progress)
    everything = RetrievalArguments(num_fewshot=1000, order="most_similar_first")
    ranked = pool.retrieve([query], everything)[0]
    return pd.DataFrame(
        {
            "id": [d.example.id for d in ranked],
            "similarity": [d.similarity for d in ranked],
            "input": [d.example.input for d in ranked],
            "answer": [d.example.answer for d in ranked],
        }
    )


def similarity(first: str, second: str) -> float:
    """Cosine of two texts by the default encoder."""
    one, other = encode([first, second])
    return float(one @ other)


def judges(task: str, example: Example) -> list[str]:
    """The task's metrics that can judge answers to an example, the task's own first.

    What was typed has nothing but words: no database, and no form that it was made of.
    """
    names = get_task(task).metrics
    return [name for name in names if example.id != YOURS or not get_metric(name).needs]


def example_scores(task: str, prediction: str, example: Example) -> dict[str, float]:
    """An answer's score by each of the metrics that can judge it, as the ledger has it."""
    context = {} if example.id == YOURS else get_task(task).context_of(example)
    return {
        name: get_metric(name).judge(prediction.strip(), example.references, context)[name]
        for name in judges(task, example)
    }


def _answer(generation: Generation, store: RunStore) -> None:
    """The thread: wait for the model, write, score. Errors end up in the generation."""
    try:
        with MODEL:
            generation.enter("loading")
            comparison = None if generation.stopping.is_set() else _lay_out(generation, store)
            if comparison is not None and not generation.stopping.is_set():
                _write(generation, comparison)
    except Exception as error:
        generation.phase, generation.error = "failed", line_of(error)


def _lay_out(generation: Generation, store: RunStore) -> "Comparison":
    from ipt_engine.compare import Comparison  # noqa: PLC0415 imports torch
    from ipt_engine.wiring import Resources, base_model, load_prompt  # noqa: PLC0415

    def tell(what: str, done: int, total: int) -> None:
        generation.doing = f"{what}."

    question = generation.question
    base = base_model(question.base_model, Resources(on_progress=tell))
    prompts = {name: load_prompt(store, prompt_id, base) for name, prompt_id in question.prompts}
    shown = sorted(question.demonstrations, key=lambda d: d.similarity)
    comparison = Comparison.lay_out(get_task(question.task), question.text, shown, base, prompts)
    generation.notes = [note for note in comparison.notes if "dropped" in note]
    generation.answers = {
        name: Answer(
            prompt_tokens=len(row.prompt_ids),
            virtual_tokens=row.virtual_tokens,
            shown=tuple(d.example.id for d in comparison.segments[name].shown),
        )
        for name, row in comparison.rows.items()
    }
    return comparison


def _write(generation: Generation, comparison: "Comparison") -> None:
    """Fill the answers, token by token, then their scores."""
    from ipt_engine.compare import compare, score_gold  # noqa: PLC0415 imports torch

    generation.enter("writing")
    started = time.perf_counter()
    pieces = compare(comparison)
    for name, _ in pieces:
        answer, written = generation.answers[name], comparison.answers[name]
        answer.text, answer.generated_tokens = written.text, len(written.token_ids)
        if written.finish is not None:
            answer.finish, answer.seconds = written.finish, time.perf_counter() - started
        if generation.stopping.is_set():
            # Closing the stream is what ends the model's work.
            pieces.close()  # type: ignore[attr-defined]
            return
    question = generation.question
    if question.judged:
        generation.enter("scoring")
        gold = score_gold(comparison, question.example.answer)
        for name, answer in generation.answers.items():
            answer.gold_logprob = gold[name].logprob
            answer.scores = example_scores(question.task, answer.text, question.example)
    generation.enter("done")
