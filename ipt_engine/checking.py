"""What a task's data are like: sizes, how similar test is to train, and what leaks into test."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ipt_engine.analysis.leakage import (
    Match,
    Overlap,
    SimilarityRange,
    normalised,
    overlap,
    similarity_range,
)
from ipt_engine.config import DEFAULT_ENCODER, EvaluationSplit
from ipt_engine.encoders import encode
from ipt_engine.records import Example
from ipt_engine.retrievers import demonstration_pool
from ipt_engine.tasks import Task


@dataclass(frozen=True)
class Leakage:
    """What of one held-out split stands in train too.

    Attributes:
        split: "dev" or "test".
        n: Examples of the split.
        inputs: Inputs found among train's.
        answers: Examples one of whose references is found among train's answers (the references
            that demonstrations show). Short answers are the same by right; read them together
            with the inputs.
        same_answer: Places of the examples whose input is found, in any of the three ways, and
            has there an answer that is one of their references.
    """

    split: EvaluationSplit
    n: int
    inputs: Overlap
    answers: Overlap
    same_answer: tuple[int, ...]


@dataclass(frozen=True)
class TaskReport:
    """A task's data in numbers.

    Attributes:
        task: The task's name.
        encoder: What similarity is measured by.
        sizes: Examples by split.
        similarity: Of the test inputs to the nearest training input.
        leakage: Of test, then of dev.
    """

    task: str
    encoder: str
    sizes: dict[str, int]
    similarity: SimilarityRange
    leakage: tuple[Leakage, ...]


def task_similarity(
    task: Task, split: EvaluationSplit = "test", encoder: str = DEFAULT_ENCODER
) -> SimilarityRange:
    """How similar a split's inputs are to the nearest training input.

    The similarities are the ledger's `nearest_similarity`: an exact duplicate, which is never
    shown, does not count. Loads the encoder (and torch) only for texts never encoded on this
    machine.

    Raises:
        DataError: If the data cannot be read.
        ModelError: If the encoder cannot be had.
    """
    nearest = demonstration_pool(task, encoder).nearest(task.load(split))
    return similarity_range([found.similarity if found else None for found in nearest])


def check_task(
    task: Task,
    encoder: str = DEFAULT_ENCODER,
    on_progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> TaskReport:
    """Sizes, similarity and leakage of a task's data.

    Args:
        task: The task.
        encoder: As `encoders.encode` takes it.
        on_progress: Told what takes time, how much of it is done, and of how much; 0 of 0 where
            it cannot be counted. What it raises ends the work.

    Raises:
        DataError: If the data cannot be read.
        ModelError: If the encoder cannot be had.
    """
    train = task.load("train")
    sizes = {"train": len(train), "dev": len(task.load("dev")), "test": len(task.load("test"))}
    held_out = [*task.load("test"), *task.load("dev")]
    texts = [text for e in train for text in (e.input, e.answer)]
    texts += [text for e in held_out for text in (e.input, *e.references)]
    # All at once, so that there is one count; from here on they come from the cache.
    encode(list(dict.fromkeys(texts)), encoder, on_progress)
    on_progress("Measuring similarity", 0, 0)
    similarity = task_similarity(task, "test", encoder)
    leakage = []
    for split in ("test", "dev"):
        on_progress(f"Looking for {split} in train", 0, 0)
        leakage.append(_leakage(train, task.load(split), split, encoder))
    return TaskReport(task.name, encoder, sizes, similarity, tuple(leakage))


def _leakage(
    train: Sequence[Example], held_out: Sequence[Example], split: EvaluationSplit, encoder: str
) -> Leakage:
    inputs = _overlap([e.input for e in train], [(e.input,) for e in held_out], encoder)
    answers = _overlap([e.answer for e in train], [e.references for e in held_out], encoder)

    def answered_there(match: Match) -> bool:
        references = {normalised(text) for text in held_out[match.held_out].references}
        return normalised(train[match.train].answer) in references

    found = (*inputs.exact, *inputs.near, *inputs.close)
    same = sorted({match.held_out for match in found if answered_there(match)})
    return Leakage(split, len(held_out), inputs, answers, tuple(same))


def _overlap(train: Sequence[str], held_out: Sequence[Sequence[str]], encoder: str) -> Overlap:
    flat = [text for texts in held_out for text in texts]
    return overlap(train, held_out, encode(train, encoder), encode(flat, encoder))
