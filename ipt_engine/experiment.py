"""The only place where the parts are wired: train a prompt, evaluate a method.

`train` makes a prompt (or finds it), `run` makes a scored run (or finds it), `run_together` makes
several in one batched call. What they do depends on the config, the data and the base model's
weights alone; these make the id, so the same thing is never computed twice.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from ipt_engine.answer_loss import AnswerScore
from ipt_engine.compiling import compile_layers
from ipt_engine.config import (
    RetrievalArguments,
    RunConfig,
    TemplateArguments,
    TrainingConfig,
)
from ipt_engine.errors import ConfigError, PromptError
from ipt_engine.generation import Generation, StopRule, generate_and_score
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
    return run_together([config], store, resources, force)[0]


def run_together(
    configs: Sequence[RunConfig],
    store: RunStore,
    resources: Resources | None = None,
    force: bool = False,
) -> list[str]:
    """`run` for several configs; the answers of all are written in one batched call.

    Each run comes out as it would alone, as `generate` gives the same whatever else is in a
    batch. Only time is shared: the ledger's `seconds` are the call's, divided by its answers.

    Args:
        configs: Runs of one base model, whose answers end by the same rule: seeds, soft prompts
            and methods may differ.
        store: As for `run`.
        resources: As for `run`.
        force: As for `run`.

    Returns:
        The runs' ids, in the order of the configs.

    Raises:
        IPTError: If something cannot be done; the message says what.
    """
    if not configs:
        return []
    _check_batch(configs)
    resources = resources or Resources()
    trainings = dict.fromkeys(c.training for c in configs if c.training is not None)
    trained = {training: train(training, store, resources, force) for training in trainings}
    base = base_model(configs[0].base_model, resources)
    ids: dict[str, tuple[RunConfig, str | None]] = {}
    found = []
    for config in configs:
        prompt_id = config.prompt_id and store.resolve_prompt(config.prompt_id)
        if config.training is not None:
            prompt_id = trained[config.training]
        found.append(run_id_of(config, prompt_id, base.weights_hash))
        ids[found[-1]] = config, prompt_id
    with ExitStack() as stack:
        runs = [
            _Evaluation(config, prompt_id, stack.enter_context(
                store.begin("evaluation", run_id, config.to_dict())
            ))
            for run_id, (config, prompt_id) in ids.items()
            if force or not store.has_run(run_id)
        ]  # fmt: skip
        if runs:
            _evaluate(runs, base, store, resources)
    return found


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
    train_rows = training_rows(config, task.load("train"), base, soft_prompt)
    dev = task.load("dev")[: config.training.eval_examples]
    dev_rows = training_rows(config, dev, base, soft_prompt)
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


def training_rows(
    config: TrainingConfig,
    examples: Sequence[Example],
    base: BaseModel,
    soft_prompt: PromptEmbedding,
) -> list[Row]:
    """Examples as they are laid out in training: demonstrations, soft prompt and answer.

    Args:
        config: The training's.
        examples: Of its task.
        base: The frozen model.
        soft_prompt: Stands before each of them.
    """
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


def _check_batch(configs: Sequence[RunConfig]) -> None:
    if len(configs) > 1 and any(config.generation.do_sample for config in configs):
        raise ConfigError(
            "Runs with do_sample cannot be made together, since what is drawn depends on what else "
            "is in the batch: make them one by one."
        )
    alike = {(c.base_model, _rule_of(c), replace(c.generation, seed=0)) for c in configs}
    if len(alike) != 1:
        raise ConfigError(
            f"Runs made together need one base model and one rule for when an answer ends, found "
            f"{len(alike)}: make them in as many calls."
        )


@dataclass
class _Evaluation:
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
        return [Row(s.prompt_ids, s.answer, self.soft_prompt) for s in self.segments]


def _evaluate(
    runs: Sequence[_Evaluation], base: BaseModel, store: RunStore, resources: Resources
) -> None:
    resources.on_progress("Choosing demonstrations", 0, 0)
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
        base, rows, _rule_of(config), config.generation, resources.batch_size, progress
    )
    seconds_each = (time.perf_counter() - started) / len(rows)
    first = 0
    for run in runs:
        own = slice(first, first + len(run.examples))
        _finish(run, base, answers[own], scores[own], seconds_each, len(runs))
        first = own.stop


def _prepare(run: _Evaluation, base: BaseModel, store: RunStore) -> None:
    started = time.perf_counter()
    task = get_task(run.config.task)
    run.examples = task.load(run.config.split)[: run.config.limit]
    if run.prompt_id is not None:
        run.prompt = store.prompt(run.prompt_id)
        run.soft_prompt = load_prompt(store, run.prompt_id, base)
    run.segments = _evaluation_segments(run.config, task, run.examples, base, run.soft_prompt)
    run.seconds = time.perf_counter() - started


def _finish(  # noqa: PLR0913, PLR0917 a run, and what came of it
    run: _Evaluation,
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
        "weights_hash": base.weights_hash,
        "seconds": round(run.seconds, 3),
        "created": _now(),
        "machine": _machine(base) | {"runs_together": together},
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


def _rule_of(config: RunConfig) -> StopRule:
    return stop_rule(get_task(config.task), config.generation.max_new_tokens)


def _machine(base: BaseModel) -> dict[str, Any]:
    found = describe_machine(str(base.device), torch.get_num_threads())
    return found | {"layout": layout_of(base)}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
