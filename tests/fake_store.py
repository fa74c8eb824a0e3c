"""A small store in the real format with simulated answers, made in about a second.

Two tasks, four methods. PT and IPT have one prompt and one run for each seed; zero-shot and
ICL, which involve no luck, have one run each. Answers are references with words lost; IPT loses
fewer the more similar the nearest training example is, so that an analysis has something to
find: the gain of IPT over PT rises with similarity and changes sign near `TURNING_POINT`.
"""

import json
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from safetensors.numpy import save_file

from ipt_engine.analysis.copying import copied_share
from ipt_engine.catalogue import CATALOGUE
from ipt_engine.config import (
    DEFAULT_BASE_MODEL,
    PromptTuningConfig,
    RetrievalArguments,
    RunConfig,
    TrainingArguments,
    TrainingConfig,
    make_id,
)
from ipt_engine.errors import DataError
from ipt_engine.metrics import get_metric
from ipt_engine.records import Example
from ipt_engine.runs import RunStore
from ipt_engine.tasks import Task, get_task

FAKE_TASKS = ("mini-dart", "mini-mtop")
TURNING_POINT = 0.6
WIDTH = 576
"""Of SmolLM2-135M's embeddings, so that the prompts fit its vocabulary."""
WEIGHTS_HASH = CATALOGUE[DEFAULT_BASE_MODEL].gguf_sha256
_TITLE = "SmolLM2-135M-Instruct, Q4_1, dequantised"
_MACHINE = {
    "device": "cpu",
    "threads": 1,
    "platform": "Linux",
    "python": "3.11",
    "torch": "2.13.0",
    "transformers": "5.0",
    "ipt_lab": "0.1.0",
}
_STEPS = 40
_PEOPLE = ("Ann", "Ben", "Cleo", "Dov", "Eva", "Finn", "Gita", "Hugo", "Iris", "Jon")
_THINGS = ("lamp", "boat", "garden", "violin", "bakery", "bridge", "radio", "museum")
_PLACES = ("Oslo", "Lima", "Turin", "Cork", "Hanoi", "Quito", "Perth", "Graz")
_NOW = pd.Timestamp("2026-01-05T08:00:00+00:00")


def build_fake_store(root: Path, *, seeds: Sequence[int] = (0, 1, 2), n: int = 60) -> RunStore:
    """Write the store and open it.

    Args:
        root: Its folder.
        seeds: Seeds of the soft prompts.
        n: Test examples of each task.
    """
    store = RunStore(root)
    retrieval = RetrievalArguments()
    for name in FAKE_TASKS:
        task = get_task(name)
        world = World(task, n)
        for method in ("zero_shot", "icl"):
            shown = retrieval if method == "icl" else None
            write_run(store, world, RunConfig(task=name, method=method, retrieval=shown), None)
        for method in ("pt", "ipt"):
            shown = retrieval if method == "ipt" else None
            for seed in seeds:
                training = fake_training(name, seed, shown)
                prompt_id = write_prompt(store, training)
                config = RunConfig(
                    task=name, method=method, training=training, retrieval=shown, seed=seed
                )
                write_run(store, world, config, prompt_id)
    _leave_training(store, fake_training("mini-dart", 99, None))
    return store


def add_swaps_and_transfer(store: RunStore) -> None:
    """What the pages on swapped demonstrations and on transfer need, added to a fake store.

    Similarity falls with the kind of demonstration, and the loss rises with it; prompts of the
    other task do worse than the own ones, and prompts that were not trained worse than those.
    """
    prompts = store.prompts()
    trained = prompts[prompts["method"] == "ipt"]
    n = int(store.runs()["n"].iloc[0])
    for name in FAKE_TASKS:
        world = World(get_task(name), n)
        own = trained[trained["task"] == name]
        foreign = trained[trained["task"] != name]
        for retriever, share in (("median", 0.6), ("random", 0.5), ("farthest", 0.2)):
            retrieval = RetrievalArguments(retriever=retriever)
            other = world.with_similarity(share)
            config = RunConfig(task=name, method="icl", retrieval=retrieval)
            write_run(store, other, config, None)
            for prompt in own.to_dict("records"):
                write_run(store, other, _reusing(name, retrieval, prompt), prompt["prompt_id"])
        for prompt in foreign.to_dict("records"):
            config = _reusing(name, RetrievalArguments(), prompt)
            write_run(store, world.harder(0.05), config, prompt["prompt_id"])
        for prompt in own.to_dict("records"):
            for norms_of in (None, prompt["prompt_id"]):
                training = _untrained(name, int(prompt["seed"]), norms_of)
                prompt_id = write_prompt(store, training)
                config = _reusing(name, RetrievalArguments(), prompt | {"prompt_id": prompt_id})
                write_run(store, world.harder(0.15), config, prompt_id)


def _reusing(task: str, retrieval: RetrievalArguments, prompt: dict[str, Any]) -> RunConfig:
    seed = int(prompt["seed"])
    shown = replace(retrieval, seed=seed)
    return RunConfig(
        task=task, method="ipt", prompt_id=prompt["prompt_id"], retrieval=shown, seed=seed
    )


def _untrained(task: str, seed: int, norms_of: str | None) -> TrainingConfig:
    trained = fake_training(task, seed, RetrievalArguments())
    prompt = PromptTuningConfig(seed=seed, prompt_tuning_init="RANDOM", norms_of=norms_of)
    return replace(trained, prompt_tuning=prompt, training=replace(trained.training, max_steps=0))


class World:
    """A task's examples, with what is the same for every method."""

    def __init__(self, task: Task, n: int) -> None:
        self.task = task
        self.test = _examples(task, "test", n)
        self.train = _examples(task, "train", max(n, 10))
        random = np.random.default_rng([7, n])
        self.nearest = random.integers(len(self.train), size=len(self.test))
        self.similarity = np.round(random.uniform(0.25, 0.98, len(self.test)), 4)
        self.difficulty = random.uniform(0.0, 0.2, len(self.test))

    def with_similarity(self, share: float) -> "World":
        """The same with demonstrations that are less similar."""
        other = copy(self)
        other.similarity = np.round(share * self.similarity, 4)
        return other

    def harder(self, more: float) -> "World":
        """The same where more is lost."""
        other = copy(self)
        other.difficulty = self.difficulty + more
        return other

    def loss(self, method: str, seed: int) -> np.ndarray:
        """(examples,) share of the reference's words that the method gets wrong."""
        rise = 0.8 * (self.similarity - TURNING_POINT)
        base = {
            "zero_shot": 0.6 + 0.0 * rise,
            "icl": 0.45 - rise,
            "pt": 0.3 + 0.0 * rise,
            "ipt": 0.3 - rise,
        }[method]
        tuned = ("pt", "ipt").index(method) if method in ("pt", "ipt") else 2
        luck = np.random.default_rng([11, seed, tuned]).normal(0.0, 0.03)
        return np.clip(base + self.difficulty + luck, 0.0, 0.95)


def fake_training(task: str, seed: int, retrieval: RetrievalArguments | None) -> TrainingConfig:
    return TrainingConfig(
        task=task,
        prompt_tuning=PromptTuningConfig(seed=seed),
        training=TrainingArguments(max_steps=_STEPS, eval_steps=10, seed=seed),
        retrieval=None if retrieval is None else replace(retrieval, seed=seed),
    )


def _examples(task: Task, split: str, n: int) -> list[Example]:
    try:
        return task.load(split)[:n]  # type: ignore[arg-type]
    except DataError:
        return [_invented(task, split, i) for i in range(n)]


def _invented(task: Task, split: str, index: int) -> Example:
    offset = index if split == "test" else index + 3
    who = _PEOPLE[offset % len(_PEOPLE)]
    what = _THINGS[(offset // 3) % len(_THINGS)]
    where = _PLACES[(offset // 7) % len(_PLACES)]
    example_id = f"{task.name}-{split}-{index:04d}"
    if task.metric == "bleu":
        triples = f"{who} | owns | {what} ; {what} | location | {where}"
        answers = (f"{who} owns a {what} in {where}.", f"A {what} in {where} belongs to {who}.")
        return Example(example_id, triples, answers, domain=what)
    tree = f"[IN:CREATE_REMINDER [SL:TODO buy a {what} in {where} ] [SL:PERSON {who} ] ]"
    return Example(
        example_id, f"remind {who} to buy a {what} in {where}", (tree,), domain="reminder"
    )


def _answer(task: Task, text: str, share: float, random: np.random.Generator) -> str:
    """The reference with `share` of its words lost, or, for trees, lossy with that chance."""
    words = text.split()
    if task.metric == "exact_match":
        share = 0.3 if random.random() < share else 0.0
    return " ".join(word for word in words if random.random() >= share)


def write_prompt(store: RunStore, config: TrainingConfig) -> str:
    """A prompt of random vectors, as if the training had made it."""
    data_hash = "a" * 64
    content = {"config": config.to_dict(), "data": data_hash, "weights": WEIGHTS_HASH}
    prompt_id = make_id("prompt", content)
    steps = config.training.max_steps
    history = _history(config.prompt_tuning.seed, max(steps, 10))
    dev = [(row["dev_loss"], row["step"]) for row in history if "dev_loss" in row]
    record = {
        "prompt_id": prompt_id,
        "config": config.to_dict(),
        "task": config.task,
        "base_model": config.base_model,
        "base_model_title": _TITLE,
        "method": "pt" if config.retrieval is None else "ipt",
        "seed": config.prompt_tuning.seed,
        "num_virtual_tokens": config.prompt_tuning.num_virtual_tokens,
        "data_hash": data_hash,
        "weights_hash": WEIGHTS_HASH,
        "best_step": min(dev)[1],
        "best_dev_loss": min(dev)[0],
        "steps": steps,
        "training_seconds": 1.5 * steps,
        "seconds_per_step": 1.4,
        "created": _stamp(store),
        "machine": _MACHINE,
    }

    def save(folder: Path) -> None:
        size = config.prompt_tuning.num_virtual_tokens
        random = np.random.default_rng(config.prompt_tuning.seed)
        weights = random.normal(size=(size, WIDTH)).astype(np.float32)
        save_file({"prompt_embeddings": weights}, folder / "adapter_model.safetensors")
        adapter = {"peft_type": "PROMPT_TUNING", "num_virtual_tokens": size}
        (folder / "adapter_config.json").write_text(json.dumps(adapter), encoding="utf-8")

    with store.begin("training", prompt_id, config.to_dict()) as activity:
        for row in history:
            activity.append_history(row)
        activity.finish_prompt(record, save)
    return prompt_id


def _history(seed: int, steps: int = _STEPS) -> list[dict[str, Any]]:
    random = np.random.default_rng([3, seed])
    rows = []
    for step in range(1, steps + 1):
        row: dict[str, Any] = {
            "step": step,
            "loss": float(0.8 + 2.2 * np.exp(-step / 12) + random.normal(0, 0.08)),
            "learning_rate": 0.03 * (1 - step / (_STEPS + 1)),
            "grad_norm": float(random.uniform(0.2, 1.5)),
            "tokens": int(random.integers(300, 500)),
            "seconds": float(random.uniform(1.2, 1.6)),
        }
        if step % 10 == 0:
            row["dev_loss"] = float(0.85 + 2.2 * np.exp(-step / 12) + 0.004 * step)
            row["vector_length"] = 3.0 + 0.02 * step
            place = np.random.default_rng(seed).normal(size=64) + 0.05 * step
            row["sketch"] = [float(f"{value:.5g}") for value in place]
        rows.append(row)
    return rows


def write_run(store: RunStore, world: World, config: RunConfig, prompt_id: str | None) -> str:
    task, data_hash = world.task, "b" * 64
    plain = config.to_dict() | {"training": None, "prompt_id": prompt_id}
    content = {"config": plain, "data": data_hash, "weights": WEIGHTS_HASH}
    run_id = make_id("run", content)
    ledger = pd.DataFrame(_rows(world, config, prompt_id)).assign(run_id=run_id)
    scores: dict[str, float | None] = {
        name: get_metric(name).corpus(ledger[get_metric(name).columns()].to_numpy())
        for name in task.metrics
    }
    scores["gold_logprob_mean"] = float(ledger["gold_logprob"].mean())
    retrieval = config.retrieval
    record = {
        "run_id": run_id,
        "prompt_id": prompt_id,
        "config": plain,
        "task": task.name,
        "method": config.method,
        "base_model": config.base_model,
        "base_model_title": _TITLE,
        "seed": config.seed,
        "split": config.split,
        "n": len(ledger),
        "metric": task.metric,
        "metrics": list(task.metrics),
        "num_fewshot": retrieval.num_fewshot if retrieval else 0,
        "retriever": retrieval.retriever if retrieval else None,
        "num_virtual_tokens": int(ledger["virtual_tokens"][0]),
        "source_task": store.prompt(prompt_id)["task"] if prompt_id else None,
        "data_hash": data_hash,
        "weights_hash": WEIGHTS_HASH,
        "seconds": 12.5,
        "created": _stamp(store),
        "machine": _MACHINE,
    }
    with store.begin("evaluation", run_id, config.to_dict()) as activity:
        activity.finish_run(record, ledger, scores)
    return run_id


def _rows(world: World, config: RunConfig, prompt_id: str | None) -> list[dict[str, Any]]:
    task = world.task
    shows = config.retrieval is not None
    tuning = config.training.prompt_tuning if config.training else PromptTuningConfig()
    virtual = tuning.num_virtual_tokens if prompt_id else 0
    losses = world.loss(config.method, config.seed)
    rows = []
    for i, example in enumerate(world.test):
        # The same draws whatever the method, so that methods differ by what they lose alone.
        random = np.random.default_rng([13, config.seed, i])
        prediction = _answer(task, example.answer, losses[i], random)
        demonstration = world.train[world.nearest[i]]
        similarity = float(world.similarity[i])
        answers = [demonstration.answer] if shows else []
        shown = f"{demonstration.input}\n{demonstration.answer}\n\n" if shows else ""
        row: dict[str, Any] = {
            "task": task.name,
            "method": config.method,
            "base_model": config.base_model,
            "prompt_id": prompt_id,
            "seed": config.seed,
            "num_fewshot": 1 if shows else 0,
            "retriever": config.retrieval.retriever if config.retrieval else None,
            "example_id": example.id,
            "domain": example.domain,
            "input": example.input,
            "references": list(example.references),
            "prompt": f"{task.instruction}\n\n{shown}{example.input}\n",
            "demonstration_ids": [demonstration.id] if shows else [],
            "demonstration_similarities": [similarity] if shows else [],
            "similarity": similarity if shows else None,
            "nearest_id": demonstration.id,
            "nearest_similarity": similarity,
            "demonstrations_dropped": 0,
            "prediction": prediction,
            "finish": "stop",
            "gold_logprob": float(-20.0 * losses[i] - 1.0),
            "gold_tokens": len(example.answer.split()),
            "prompt_tokens": len(example.input.split()) * (2 if shows else 1) + 12,
            "virtual_tokens": virtual,
            "generated_tokens": len(prediction.split()) + 1,
            "copied_share": copied_share(prediction, answers),
            "gold_copied_share": copied_share(example.answer, answers),
            "seconds": 0.2,
        }
        for name in task.metrics:
            row |= get_metric(name).judge(prediction, example.references)
        rows.append(row)
    return rows


def _leave_training(store: RunStore, config: TrainingConfig) -> None:
    prompt_id = make_id("prompt", {"config": config.to_dict(), "data": "", "weights": ""})
    with store.begin("training", prompt_id, config.to_dict()) as activity:
        for row in _history(99, steps=17):
            activity.append_history(row)
        activity.update(step=17, total=_STEPS, note="Training PT on Mini-DART")


def _stamp(store: RunStore) -> str:
    """A time of its own for each prompt and run, in the order in which they are written."""
    count = sum(1 for kind in ("prompts", "runs") for _ in (store.root / kind).glob("*"))
    return (_NOW + pd.Timedelta(minutes=count)).isoformat()
