"""The only place where the parts are wired: train a prompt, evaluate a method.

`train` makes a prompt (or finds it), `run` makes a scored run (or finds it). What either does
depends on its config, the data and the base model's weights alone; these make the id, so the
same thing is never computed twice.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from ipt_engine.compiling import compile_layers
from ipt_engine.config import (
    RetrievalArguments,
    RunConfig,
    TemplateArguments,
    TrainingConfig,
)
from ipt_engine.errors import PromptError
from ipt_engine.generation import StopRule, generate_and_score
from ipt_engine.identity import data_hash_of, prompt_id_of, run_id_of
from ipt_engine.judging import corpus_scores, ledger_row
from ipt_engine.machine import describe_machine
from ipt_engine.models import BaseModel, load_base_model
from ipt_engine.packing import EXPLANATIONS, Row, layout_of
from ipt_engine.records import Example
from ipt_engine.retrievers import Demonstration, demonstration_pool
from ipt_engine.runs import Activity, RunStore
from ipt_engine.soft_prompt import PromptEmbedding
from ipt_engine.tasks import Task, get_task
from ipt_engine.templates import PromptTemplate, Segments
from ipt_engine.trainer import PromptTuningTrainer

Progress = Callable[[str, int, int], None]
"""Told (what is being done, steps done, steps in all); 0 of 0 where there is no count."""


@dataclass(frozen=True)
class Resources:
    """How the work is done on this machine; no part of what is computed.

    Attributes:
        device: "cpu", "cuda", ...; None takes CUDA where there is one.
        batch_size: Answers written at once, at most.
        on_progress: Told how far the work is.
        on_note: Told what the user should know about how it is done, in a sentence.
        compile: Whether the base model's layers are compiled before it trains.
    """

    device: str | None = None
    batch_size: int = 64
    on_progress: Progress = lambda what, done, total: None
    on_note: Callable[[str], None] = lambda note: None
    compile: bool = False


def train(
    config: TrainingConfig,
    store: RunStore,
    resources: Resources | None = None,
    force: bool = False,
    on_row: Callable[[dict[str, Any]], None] = lambda row: None,
) -> str:
    """Train a soft prompt, or find it in the store; continues an interrupted training.

    Args:
        config: Decides what comes out.
        store: Where it is kept.
        resources: How the work is done.
        force: Train again even if it is there.
        on_row: Given each row of the history once it is written; what it raises ends the
            training, whose checkpoint stays.

    Returns:
        The prompt's id.

    Raises:
        IPTError: If something cannot be done; the message says what.
    """
    resources = resources or Resources()
    base = base_model(config.base_model, resources)
    prompt_id = prompt_id_of(config, base.weights_hash)
    if store.has_prompt(prompt_id) and not force:
        return prompt_id
    with store.begin("training", prompt_id, config.to_dict()) as activity:
        soft_prompt = _initial_prompt(config, base, store)
        _train(config, base, soft_prompt, activity, resources, on_row)
    return prompt_id


def run(
    config: RunConfig,
    store: RunStore,
    resources: Resources | None = None,
    force: bool = False,
) -> str:
    """Evaluate a method, training its prompt first where needed; or find the run in the store.

    Args:
        config: Decides what comes out.
        store: Where prompts and runs are kept.
        resources: How the work is done.
        force: Train and evaluate again even if both are there.

    Returns:
        The run's id.

    Raises:
        IPTError: If something cannot be done; the message says what.
    """
    resources = resources or Resources()
    prompt_id = config.prompt_id
    if config.training is not None:
        prompt_id = train(config.training, store, resources, force)
    elif prompt_id is not None:
        prompt_id = store.resolve_prompt(prompt_id)
    base = base_model(config.base_model, resources)
    run_id = run_id_of(config, prompt_id, base.weights_hash)
    if store.has_run(run_id) and not force:
        return run_id
    with store.begin("evaluation", run_id, config.to_dict()) as activity:
        _evaluate(config, prompt_id, base, store, activity, resources)
    return run_id


def base_model(name: str, resources: Resources) -> BaseModel:
    """The base model, loaded once in a process."""
    wanted = (name, resources.device)
    if wanted not in _loaded:
        _loaded.clear()
        base = load_base_model(
            name, resources.device, lambda what: resources.on_progress(what, 0, 0)
        )
        if layout_of(base) != "packed":
            resources.on_note(f"{base.title}: {EXPLANATIONS[layout_of(base)]}.")
        if resources.compile:
            resources.on_progress("Compiling", 0, 0)
            failed = compile_layers(base)
            if failed is not None:
                resources.on_note(failed)
        _loaded[wanted] = base
    return _loaded[wanted]


_loaded: dict[tuple[str, str | None], BaseModel] = {}


def load_prompt(store: RunStore, prompt_id: str, base: BaseModel) -> PromptEmbedding:
    """A stored soft prompt, for the base model it was trained on.

    Raises:
        PromptError: If it was trained on other weights, or its files are damaged.
        StoreError: If there is no such prompt.
    """
    record = store.prompt(prompt_id)
    if record["weights_hash"] != base.weights_hash:
        raise PromptError(
            f"Prompt {prompt_id} was trained on {record['base_model']}, and {base.name} has other "
            "weights: a soft prompt fits only the model it was trained on."
        )
    return PromptEmbedding.load(store.prompt_folder(prompt_id), base)


def stop_rule(task: Task, max_new_tokens: int | None) -> StopRule:
    """The task's stop rule, with the limit given or its own."""
    return StopRule(task.stop, max_new_tokens or task.max_new_tokens)


def prompt_template(task: Task, args: TemplateArguments, base: BaseModel) -> PromptTemplate:
    """The task's layout for a base model, no longer than the model's positions allow."""
    longest = min(args.max_length, base.max_positions or args.max_length)
    return PromptTemplate(task, replace(args, max_length=longest), base.tokenizer)


def _initial_prompt(config: TrainingConfig, base: BaseModel, store: RunStore) -> PromptEmbedding:
    soft_prompt = PromptEmbedding.initialise(config.prompt_tuning, base)
    if config.prompt_tuning.norms_of is not None:
        soft_prompt.take_norms(load_prompt(store, config.prompt_tuning.norms_of, base))
    return soft_prompt


def _train(
    config: TrainingConfig,
    base: BaseModel,
    soft_prompt: PromptEmbedding,
    activity: Activity,
    resources: Resources,
    on_row: Callable[[dict[str, Any]], None],
) -> None:
    task = get_task(config.task)
    resources.on_progress("Choosing demonstrations", 0, 0)
    train_rows = _training_rows(config, task.load("train"), base, soft_prompt)
    dev = task.load("dev")[: config.training.eval_examples]
    dev_rows = _training_rows(config, dev, base, soft_prompt)
    trainer = PromptTuningTrainer(base, soft_prompt, config.training, train_rows, dev_rows)
    steps = config.training.max_steps
    what = f"Training {'IPT' if config.retrieval else 'PT'} on {task.title}"

    def on_step(row: dict[str, Any]) -> None:
        activity.append_history(row)
        activity.update(step=row["step"], total=steps, note=what)
        resources.on_progress(what, row["step"], steps)
        activity.check_cancelled()
        on_row(row)

    resources.on_progress(what, 0, steps)
    activity.update(step=0, total=steps, note=what)
    result = trainer.train(on_step, activity.folder)
    record = {
        "prompt_id": activity.id,
        "config": config.to_dict(),
        "task": task.name,
        "base_model": config.base_model,
        "base_model_title": base.title,
        "method": "ipt" if config.retrieval else "pt",
        "seed": config.prompt_tuning.seed,
        "num_virtual_tokens": config.prompt_tuning.num_virtual_tokens,
        "data_hash": data_hash_of(config, "dev"),
        "weights_hash": base.weights_hash,
        "best_step": result.state.best_step,
        "best_dev_loss": result.state.best_dev_loss,
        "steps": result.state.step,
        "training_seconds": round(result.state.seconds, 3),
        "seconds_per_step": result.seconds_per_step,
        "created": _now(),
        "machine": _machine(base),
    }

    def save(folder: Path) -> None:
        soft_prompt.save(folder, config.base_model, config.prompt_tuning)

    activity.finish_prompt(record, save)


def _training_rows(
    config: TrainingConfig,
    examples: Sequence[Example],
    base: BaseModel,
    soft_prompt: PromptEmbedding,
) -> list[Row]:
    task = get_task(config.task)
    template = prompt_template(task, config.template, base)
    shown = retrieve(config.task, examples, config.retrieval)
    rows = []
    for example, demonstrations in zip(examples, shown, strict=True):
        # The same room as in generation, so that training drops what evaluation would drop.
        reserve = len(soft_prompt) + task.max_new_tokens
        segments = template.render(example.input, demonstrations, example.answer, reserve)
        answer = (*segments.answer, *segments.terminator)
        rows.append(Row(segments.prompt_ids, answer, soft_prompt))
    return rows


def retrieve(
    task_name: str, queries: Sequence[Example], args: RetrievalArguments | None
) -> list[list[Demonstration]]:
    """Each query's demonstrations; none without `args`.

    They come from the task's training examples, or from another task's (`args.source_task`).
    Either way they are laid out as this task's, with its labels and under its instruction, so
    that only what stands between the labels is foreign.
    """
    if args is None:
        return [[] for _ in queries]
    pool = demonstration_pool(get_task(args.source_task or task_name), args.encoder)
    return pool.retrieve(queries, args)


def _evaluate(
    config: RunConfig,
    prompt_id: str | None,
    base: BaseModel,
    store: RunStore,
    activity: Activity,
    resources: Resources,
) -> None:
    started = time.perf_counter()
    task = get_task(config.task)
    examples = task.load(config.split)[: config.limit]
    soft_prompt, prompt = None, None
    if prompt_id is not None:
        prompt = store.prompt(prompt_id)
        soft_prompt = load_prompt(store, prompt_id, base)
    resources.on_progress("Choosing demonstrations", 0, 0)
    segments = _evaluation_segments(config, task, examples, base, soft_prompt)
    rows = [Row(s.prompt_ids, s.answer, soft_prompt) for s in segments]

    def progress(note: str) -> Callable[[int, int], None]:
        def report(done: int, total: int) -> None:
            activity.update(step=done, total=total, note=note)
            resources.on_progress(note, done, total)
            activity.check_cancelled()

        return report

    title = f"{config.method_spec.title} on {task.title}"
    rule = stop_rule(task, config.generation.max_new_tokens)
    writing = time.perf_counter()
    answers, scores = generate_and_score(
        base, rows, rule, config.generation, resources.batch_size, progress(f"{title}: writing")
    )
    seconds_each = (time.perf_counter() - writing) / len(rows)
    nearest = demonstration_pool(task).nearest(examples)
    told = {
        "run_id": activity.id,
        "task": task.name,
        "method": config.method,
        "base_model": config.base_model,
        "prompt_id": prompt_id,
        "seed": config.seed,
        "num_fewshot": config.retrieval.num_fewshot if config.retrieval else 0,
        "retriever": config.retrieval.retriever if config.retrieval else None,
        "virtual_tokens": len(soft_prompt) if soft_prompt is not None else 0,
        "seconds": seconds_each,
    }
    ledger = pd.DataFrame(
        told | ledger_row(task, *parts)
        for parts in zip(examples, segments, nearest, answers, scores, strict=True)
    )
    record = {
        "run_id": activity.id,
        "prompt_id": prompt_id,
        "config": config.to_dict() | {"training": None, "prompt_id": prompt_id},
        "task": task.name,
        "method": config.method,
        "base_model": config.base_model,
        "base_model_title": base.title,
        "seed": config.seed,
        "split": config.split,
        "n": len(examples),
        "metric": task.metric,
        "metrics": list(task.metrics),
        "num_fewshot": config.retrieval.num_fewshot if config.retrieval else 0,
        "retriever": config.retrieval.retriever if config.retrieval else None,
        "num_virtual_tokens": len(soft_prompt) if soft_prompt is not None else 0,
        "source_task": prompt["task"] if prompt is not None else None,
        "data_hash": data_hash_of(config, config.split),
        "weights_hash": base.weights_hash,
        "seconds": round(time.perf_counter() - started, 3),
        "created": _now(),
        "machine": _machine(base),
    }
    activity.finish_run(record, ledger, corpus_scores(ledger, task.metrics))


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


def _machine(base: BaseModel) -> dict[str, Any]:
    found = describe_machine(str(base.device), torch.get_num_threads())
    return found | {"layout": layout_of(base)}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
