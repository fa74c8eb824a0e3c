"""Training: a config in, a stored soft prompt out."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ipt_engine.artifacts import now
from ipt_engine.config import TrainingConfig
from ipt_engine.identity import data_hash_of, encoder_hash_of, prompt_id_of
from ipt_engine.models import BaseModel
from ipt_engine.packing import Row
from ipt_engine.records import Example
from ipt_engine.runs import Activity, RunStore
from ipt_engine.soft_prompt import PromptEmbedding
from ipt_engine.tasks import get_task
from ipt_engine.trainer import PromptTuningTrainer
from ipt_engine.wiring import (
    Resources,
    base_model,
    load_prompt,
    made_by,
    prompt_template,
    retrieve,
)


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
    prompt_id = prompt_id_of(config, base.model_hash)
    if store.has_prompt(prompt_id) and not force:
        return prompt_id
    with store.begin("training", prompt_id, config.to_dict()) as activity:
        # Another process may have ended it between the look and the lock.
        if store.has_prompt(prompt_id) and not force:
            activity.leave()
            return prompt_id
        soft_prompt = _initial_prompt(config, base, store)
        _train(config, base, soft_prompt, activity, resources, on_row)
    return prompt_id


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
    reading = "Choosing demonstrations" if config.retrieval else "Reading the examples"
    resources.on_progress(reading, 0, 0)
    activity.update(note=reading)
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
    result = trainer.train(on_step, activity.folder, resources.on_note)
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
        "encoder_hash": encoder_hash_of(config),
        "weights_hash": base.weights_hash,
        "model_hash": base.model_hash,
        "best_step": result.state.best_step,
        "best_dev_loss": result.state.best_dev_loss,
        "steps": result.state.step,
        "training_seconds": round(result.state.seconds, 3),
        "seconds_per_step": result.seconds_per_step,
        "created": now(),
        "machine": made_by(base),
    }

    def save(folder: Path) -> None:
        soft_prompt.save(folder, config.base_model, config.prompt_tuning)

    activity.finish_prompt(record, save)
