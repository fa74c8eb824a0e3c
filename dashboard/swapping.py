"""The swap bench at work: one input with several demonstrations, in a thread of its own.

What was found stays in the process, so that coming back to an input, or reloading the page, shows
it again. Torch is imported inside the thread, so that a page can be drawn without.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from dashboard.background import Work, Works
from dashboard.engine import MODEL, Question, example_scores
from ipt_engine.retrievers import Demonstration
from ipt_engine.runs import RunStore
from ipt_engine.tasks import all_tasks, get_task

CHOSEN = "your choice"
"""The kind of what the user has ticked or written, where it is none of the others."""
Key = tuple[str, str, str, str, tuple[str, ...], tuple[tuple[str, str], ...]]


@dataclass(kw_only=True)
class Swap(Work):
    """One run of the bench.

    Attributes:
        question: What is asked; its demonstrations are the user's choice, one more kind.
        arms: Demonstrations by kind, once they are chosen.
        rows: Of `swap_bench.swap_bench`, once it is done, with the score of each answer by the
            first metric that can judge it.
        watchers: The sessions that wait for it, each by a name of its own; without any it is
            stopped.
    """

    question: Question
    arms: Mapping[str, Sequence[Demonstration]] = field(default_factory=dict)
    rows: pd.DataFrame | None = None
    watchers: set[str] = field(default_factory=set)

    def watch(self, session: str) -> None:
        """Say that a session waits for it."""
        with _LOCK:
            self.watchers.add(session)

    def leave(self, session: str) -> None:
        """Say that a session has gone on to something else; the last one ends the work."""
        with _LOCK:
            self.watchers.discard(session)
            if not self.watchers:
                self.stopping.set()

    def covers(self, chosen: Sequence[Demonstration]) -> bool:
        """Whether these are among what was shown; so is choosing none."""
        return not chosen or _texts(chosen) in map(_texts, self.arms.values())

    def rows_beside(self, chosen: Sequence[Demonstration]) -> pd.DataFrame | None:
        """The rows, without those of an earlier choice."""
        if self.rows is None or _texts(self.arms.get(CHOSEN, ())) == _texts(chosen):
            return self.rows
        return self.rows[self.rows["kind"] != CHOSEN]


_SWAPS: Works[Key, Swap] = Works(most=64)
_LOCK = threading.Lock()
"""Held while sessions come and go."""


def find(question: Question, store: RunStore) -> Swap | None:
    """The bench begun last for this input and these prompts; None if there is none."""
    return _SWAPS.find(_key(question, store))


def start(question: Question, store: RunStore) -> None:
    """Begin, unless it is being done already; returns at once."""
    _SWAPS.begin(
        _key(question, store),
        lambda: Swap(question=question, doing="Waiting for other answers to be finished"),
        lambda bench: _swap(bench, store),
    )


def _key(question: Question, store: RunStore) -> Key:
    return (
        str(store.root),
        question.task,
        question.base_model,
        question.text,
        question.example.references,
        question.prompts,
    )


def _texts(shown: Sequence[Demonstration]) -> list[tuple[str, str]]:
    """What a model sees of demonstrations, whatever they are called, in one order."""
    return sorted((d.example.input, d.example.answer) for d in shown)


def _swap(bench: Swap, store: RunStore) -> None:
    """The thread: wait for the model, answer with each demonstration, score."""
    tell = bench.tell
    with MODEL:
        tell("Loading the model, once", 0, 0)
        from ipt_engine.swap_bench import swap_arms, swap_bench  # noqa: PLC0415
        from ipt_engine.wiring import Resources, base_model, load_prompt  # noqa: PLC0415

        question = bench.question
        base = base_model(question.base_model, Resources(on_progress=tell))
        prompts = {name: load_prompt(store, i, base) for name, i in question.prompts}
        task = get_task(question.task)
        others = [other for other in all_tasks().values() if other.name != task.name]
        arms = swap_arms(task, question.example, others[0] if others else None, tell)
        found = {kind: [demonstration] for kind, demonstration in arms.items()}
        bench.arms = found
        if not bench.covers(question.demonstrations):
            chosen = sorted(question.demonstrations, key=lambda d: d.similarity)
            bench.arms = {**found, CHOSEN: chosen}
        rows = swap_bench(
            task, question.example, bench.arms, base, prompts,
            lambda done, total: tell("Answers finished", done, total),
        )  # fmt: skip
        bench.rows = rows.assign(
            score=[
                next(iter(example_scores(task.name, answer, question.example).values()), None)
                for answer in rows["prediction"]
            ]
        )
