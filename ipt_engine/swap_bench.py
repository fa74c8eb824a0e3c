"""The swap bench: one input, several kinds of demonstration, and what they do to its answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from ipt_engine.answer_loss import AnswerScore
from ipt_engine.config import RetrievalArguments, TemplateArguments
from ipt_engine.generation import Generation, generate_and_score
from ipt_engine.methods import METHODS
from ipt_engine.models import BaseModel
from ipt_engine.packing import Row
from ipt_engine.records import Example
from ipt_engine.retrievers import Demonstration, demonstration_pool
from ipt_engine.soft_prompt import PromptEmbedding
from ipt_engine.tasks import Task
from ipt_engine.wiring import prompt_template, stop_rule

NONE = "none"
KINDS = {
    "nearest": "the most similar training example",
    "median": "a training example of middling similarity",
    "random": "a training example drawn by chance",
    "farthest": "the least similar training example",
    "wrong answer": "the most similar input, with the answer of the least similar one",
    "other task": "the most similar example of another task, laid out as this task's",
}
"""What is shown, in the order in which it is drawn."""


def swap_arms(
    task: Task,
    query: Example,
    other: Task | None,
    on_progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> dict[str, Demonstration]:
    """A demonstration of each of `KINDS` for one input; those that cannot be had are left out.

    Args:
        task: The input's task.
        query: The input.
        other: Where the foreign demonstration comes from; None leaves it out.
        on_progress: As `encoders.encode` takes it: told of texts that were never encoded here.
    """
    pool = demonstration_pool(task, on_progress=on_progress)
    found: dict[str, Demonstration] = {}
    for kind, retriever in (
        ("nearest", "dense"), ("median", "median"), ("random", "random"), ("farthest", "farthest"),
    ):  # fmt: skip
        shown = pool.retrieve([query], RetrievalArguments(retriever=retriever))[0]
        if shown:
            found[kind] = shown[0]
    if {"nearest", "farthest"} <= found.keys():
        wrong = found["farthest"].example.answer
        if wrong != found["nearest"].example.answer:
            example = replace(found["nearest"].example, references=(wrong,))
            found["wrong answer"] = Demonstration(example, found["nearest"].similarity)
    if other is not None:
        args = RetrievalArguments(retriever="other_task", source_task=other.name)
        pool = demonstration_pool(other, on_progress=on_progress)
        foreign = pool.retrieve([query], args)[0]
        if foreign:
            found["other task"] = foreign[0]
    return {kind: found[kind] for kind in KINDS if kind in found}


def swap_bench(  # noqa: PLR0913, PLR0917 an input, and all that is put before it
    task: Task,
    query: Example,
    arms: Mapping[str, Sequence[Demonstration]],
    base: BaseModel,
    prompts: Mapping[str, PromptEmbedding],
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> pd.DataFrame:
    """Answer one input with each demonstration, and with none, in one batched call.

    Args:
        task: The input's task.
        query: The input, with its accepted answers.
        arms: Demonstrations by kind, in the order shown; `swap_arms` gives one for each.
        base: The frozen model.
        prompts: Soft prompts by method name; a method without its own is left out.
        on_progress: Told (answers finished, answers in all), first before any is.

    Returns:
        One row for each method and kind: method, kind ("none" for methods that show none),
        similarity (the highest of what is shown), demonstration (inputs and answers as one text),
        prediction and gold_logprob (of the first reference, natural logarithm).

    Raises:
        DataError: If the input does not fit.
    """
    template = prompt_template(task, TemplateArguments(), base)
    labels, rows = [], []
    for method in METHODS.values():
        if method.soft_prompt and method.name not in prompts:
            continue
        soft_prompt = prompts[method.name] if method.soft_prompt else None
        reserve = task.max_new_tokens + (len(soft_prompt) if soft_prompt is not None else 0)
        for kind, shown in (arms if method.demonstrations else {NONE: ()}).items():
            segments = template.render(query.input, shown, query.answer, reserve)
            labels.append((method.name, kind, segments.shown))
            rows.append(Row(segments.prompt_ids, segments.answer, soft_prompt))
    on_progress(0, len(rows))
    answers, scores = generate_and_score(base, rows, stop_rule(task, None), on_progress=on_progress)
    return pd.DataFrame(_record(*parts) for parts in zip(labels, answers, scores, strict=True))


def _record(
    label: tuple[str, str, Sequence[Demonstration]], answer: Generation, score: AnswerScore
) -> dict[str, object]:
    method, kind, shown = label
    return {
        "method": method,
        "kind": kind,
        "similarity": max((d.similarity for d in shown), default=None),
        "demonstration": "   ".join(f"{d.example.input}  →  {d.example.answer}" for d in shown),
        "prediction": answer.text.strip(),
        "gold_logprob": score.logprob,
    }
