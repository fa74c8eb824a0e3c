"""What training and evaluation share: the names in a config become the parts they stand for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from ipt_engine.compiling import compile_layers
from ipt_engine.config import RetrievalArguments, TemplateArguments
from ipt_engine.errors import PromptError
from ipt_engine.generation import StopRule
from ipt_engine.machine import describe_machine
from ipt_engine.models import BaseModel, load_base_model
from ipt_engine.packing import EXPLANATIONS, layout_of
from ipt_engine.records import Example
from ipt_engine.retrievers import Demonstration, demonstration_pool, refuse_too_many
from ipt_engine.runs import RunStore
from ipt_engine.soft_prompt import PromptEmbedding
from ipt_engine.tasks import Task, get_task
from ipt_engine.templates import PromptTemplate

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


def retrieve(
    task_name: str, queries: Sequence[Example], args: RetrievalArguments | None
) -> list[list[Demonstration]]:
    """Each query's demonstrations; none without `args`.

    They come from the task's training examples, or from another task's (`args.source_task`).
    Either way they are laid out as this task's, with its labels and under its instruction, so
    that only what stands between the labels is foreign.

    Raises:
        ConfigError: If more are asked for than there are training examples.
    """
    if args is None:
        return [[] for _ in queries]
    refuse_too_many(task_name, args)
    pool = demonstration_pool(get_task(args.source_task or task_name), args.encoder)
    return pool.retrieve(queries, args)


def made_by(base: BaseModel) -> dict[str, Any]:
    """What a record says of the machine, and of how rows are laid out on it."""
    found = describe_machine(str(base.device), torch.get_num_threads())
    return found | {"layout": layout_of(base)}
