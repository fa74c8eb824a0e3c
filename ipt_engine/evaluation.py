"""Evaluation: a method's answers to a task's inputs, judged, as a stored run."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ipt_engine.answer_loss import AnswerScore
from ipt_engine.artifacts import now
from ipt_engine.config import RunConfig
from ipt_engine.generation import Generation, StopRule, generate_and_score
from ipt_engine.identity import data_hash_of, encoder_hash_of
from ipt_engine.judging import corpus_scores, ledger_row
from ipt_engine.models import BaseModel
from ipt_engine.packing import Row
from ipt_engine.records import Example
from ipt_engine.retrievers import demonstration_pool
from ipt_engine.runs import Activity, RunStore
from ipt_engine.soft_prompt import PromptEmbedding
from ipt_engine.tasks import Task, get_task
from ipt_engine.templates import Segments
from ipt_engine.wiring import (
    Resources,
    load_prompt,
    made_by,
    prompt_template,
    retrieve,
    stop_rule,
)


@dataclass
class Evaluation:
    """A run that is being made.

    Attributes:
        config: The run's.
        prompt_id: Of its soft prompt, or None.
        activity: Shows it as unfinished work.
        prompt: Its soft prompt's record, or None.
        soft_prompt: Its soft prompt, or None.
        examples: The inputs.
        segments: Their prompts.
        seconds: What it took so far, with its share of what it took together with others.
    """

    config: RunConfig
    prompt_id: str | None
    activity: Activity
    prompt: dict[str, Any] | None = None
    soft_prompt: PromptEmbedding | None = None
    examples: Sequence[Example] = ()
    segments: Sequence[Segments] = ()
    seconds: float = 0.0

    @property
    def rows(self) -> list[Row]:
        """What the model reads."""
        return [Row(s.prompt_ids, s.answer, self.soft_prompt) for s in self.segments]


def evaluate(
    runs: Sequence[Evaluation], base: BaseModel, store: RunStore, resources: Resources
) -> None:
    """Write and score the answers of runs in one batched call, and store each run.

    Args:
        runs: Of this base model, with the same rule for when an answer ends.
        base: The frozen model.
        store: Where their prompts are.
        resources: How the work is done.

    Raises:
        IPTError: If something cannot be done; the message says what.
    """
    shows = any(run.config.retrieval for run in runs)
    reading = "Choosing demonstrations" if shows else "Reading the examples"
    resources.on_progress(reading, 0, 0)
    for run in runs:
        run.activity.update(note=reading)
    for run in runs:
        _prepare(run, base, store)
    titles = dict.fromkeys(
        f"{r.config.method_spec.title} on {get_task(r.config.task).title}" for r in runs
    )
    note = ", ".join(titles) + (f", {len(runs)} runs: writing" if len(runs) > 1 else ": writing")

    def progress(done: int, total: int) -> None:
        for run in runs:
            run.activity.update(step=done, total=total, note=note)
        resources.on_progress(note, done, total)
        for run in runs:
            run.activity.check_cancelled()

    rows = [row for run in runs for row in run.rows]
    config = runs[0].config
    started = time.perf_counter()
    answers, scores = generate_and_score(
        base, rows, rule_of(config), config.generation, resources.batch_size, progress
    )
    seconds_each = (time.perf_counter() - started) / len(rows)
    first = 0
    for run in runs:
        own = slice(first, first + len(run.examples))
        _finish(run, base, answers[own], scores[own], seconds_each, len(runs))
        first = own.stop


def _prepare(run: Evaluation, base: BaseModel, store: RunStore) -> None:
    started = time.perf_counter()
    task = get_task(run.config.task)
    run.examples = task.load(run.config.split)[: run.config.limit]
    if run.prompt_id is not None:
        run.prompt = store.prompt(run.prompt_id)
        run.soft_prompt = load_prompt(store, run.prompt_id, base)
    run.segments = _evaluation_segments(run.config, task, run.examples, base, run.soft_prompt)
    run.seconds = time.perf_counter() - started


def _finish(  # noqa: PLR0913, PLR0917 a run, and what came of it
    run: Evaluation,
    base: BaseModel,
    answers: Sequence[Generation],
    scores: Sequence[AnswerScore],
    seconds_each: float,
    together: int,
) -> None:
    started = time.perf_counter()
    config = run.config
    task = get_task(config.task)
    shared = {
        "run_id": run.activity.id,
        "task": task.name,
        "method": config.method,
        "base_model": config.base_model,
        "prompt_id": run.prompt_id,
        "seed": config.seed,
        "num_fewshot": config.retrieval.num_fewshot if config.retrieval else 0,
        "retriever": config.retrieval.retriever if config.retrieval else None,
    }
    virtual_tokens = len(run.soft_prompt) if run.soft_prompt is not None else 0
    each = shared | {"virtual_tokens": virtual_tokens, "seconds": seconds_each}
    nearest = demonstration_pool(task).nearest(run.examples)
    ledger = pd.DataFrame(
        each | ledger_row(task, *parts)
        for parts in zip(run.examples, run.segments, nearest, answers, scores, strict=True)
    )
    corpus = corpus_scores(ledger, task.metrics)
    run.seconds += seconds_each * len(run.examples) + time.perf_counter() - started
    record = shared | {
        "config": config.to_dict() | {"training": None, "prompt_id": run.prompt_id},
        "base_model_title": base.title,
        "split": config.split,
        "n": len(run.examples),
        "metric": task.metric,
        "metrics": list(task.metrics),
        "num_virtual_tokens": virtual_tokens,
        "source_task": run.prompt["task"] if run.prompt is not None else None,
        "data_hash": data_hash_of(config, config.split),
        "encoder_hash": encoder_hash_of(config),
        "weights_hash": base.weights_hash,
        "model_hash": base.model_hash,
        "seconds": round(run.seconds, 3),
        "created": now(),
        "machine": made_by(base) | {"runs_together": together},
    }
    run.activity.finish_run(record, ledger, corpus)


def _evaluation_segments(
    config: RunConfig,
    task: Task,
    examples: Sequence[Example],
    base: BaseModel,
    soft_prompt: PromptEmbedding | None,
) -> list[Segments]:
    template = prompt_template(task, config.template, base)
    virtual = len(soft_prompt) if soft_prompt is not None else 0
    reserve = virtual + (config.generation.max_new_tokens or task.max_new_tokens)
    shown = retrieve(config.task, examples, config.retrieval)
    return [
        template.render(example.input, demonstrations, example.answer, reserve)
        for example, demonstrations in zip(examples, shown, strict=True)
    ]


def rule_of(config: RunConfig) -> StopRule:
    """When an answer of a run ends."""
    return stop_rule(get_task(config.task), config.generation.max_new_tokens)
