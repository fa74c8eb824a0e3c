"""A store as large as people's get, with made-up answers: `python -m benchmarks.big_store FOLDER`.

Five tasks of 1,000 test inputs, 100 runs each: all methods, several seeds, prompt lengths,
demonstrations, swapped ones, prompts of other tasks and controls. Each answer is one of a few
versions of the reference with words lost, judged once, so that half a million rows take a minute.
"""

import argparse
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from safetensors.numpy import save_file

from ipt_engine.artifacts import now
from ipt_engine.catalogue import CATALOGUE, model_title
from ipt_engine.config import (
    DEFAULT_BASE_MODEL,
    PromptTuningConfig,
    RetrievalArguments,
    RunConfig,
    TrainingArguments,
    TrainingConfig,
    make_id,
)
from ipt_engine.metrics import get_metric
from ipt_engine.runs import RunStore
from ipt_engine.sketch import sketch

TASKS = {
    "mini-dart": ("bleu", "chrf"),
    "mini-totto": ("bleu_lower", "chrf"),
    "mini-mtop": ("mtop_exact_match", "chrf"),
    "mini-logic2text": ("bleu", "chrf"),
    "mini-spider": ("exact_match", "chrf"),
}
INPUTS = 1000
SEEDS = (1, 2, 3, 4, 5)
LENGTHS = (5, 25, 100)
_LEVELS = 8
_WIDTH = 576
_WORDS = ("lamp", "boat", "garden", "violin", "bakery", "bridge", "radio", "museum", "old", "red")
_WEIGHTS = CATALOGUE[DEFAULT_BASE_MODEL].gguf_sha256
_SIMILARITY = {"dense": 1.0, "random": 0.5, "median": 0.6, "farthest": 0.2}
_SKILL = {"zero_shot": 0.1, "icl": 0.4, "pt": 0.5, "ipt": 0.6}


def build_big_store(root: Path, inputs: int = INPUTS) -> RunStore:
    """Write the store.

    Args:
        root: Its folder; runs that are there are not made again.
        inputs: Test inputs of each task.
    """
    store = RunStore(root)
    for number, task in enumerate(TASKS):
        world = _World(task, inputs, number)
        for config in _configs(task):
            _write(store, world, config)
    return store


def _training(
    task: str, seed: int, length: int, shown: RetrievalArguments | None
) -> TrainingConfig:
    return TrainingConfig(
        task=task,
        prompt_tuning=PromptTuningConfig(seed=seed, num_virtual_tokens=length),
        training=TrainingArguments(seed=seed),
        retrieval=shown,
    )


def _configs(task: str) -> Iterator[RunConfig]:
    dense = RetrievalArguments()
    yield RunConfig(task=task, method="zero_shot")
    for shown in (dense, RetrievalArguments(num_fewshot=3), *_swaps()):
        yield RunConfig(task=task, method="icl", retrieval=shown)
    for seed in SEEDS:
        chance = RetrievalArguments(retriever="random", seed=seed)
        yield RunConfig(task=task, method="icl", retrieval=chance, seed=seed)
        for length in LENGTHS:
            own = _training(task, seed, length, None)
            yield RunConfig(task=task, method="pt", training=own, seed=seed)
        for shown in (dense, RetrievalArguments(num_fewshot=3), chance):
            for length in LENGTHS:
                own = _training(task, seed, length, shown)
                yield RunConfig(task=task, method="ipt", training=own, retrieval=shown, seed=seed)
        own = _training(task, seed, 25, dense)
        for shown in _swaps():
            yield RunConfig(task=task, method="ipt", training=own, retrieval=shown, seed=seed)
        for other in TASKS:
            if other != task:
                foreign = _training(other, seed, 25, dense)
                yield RunConfig(
                    task=task, method="ipt", training=foreign, retrieval=dense, seed=seed
                )
        untrained = replace(own, training=replace(own.training, max_steps=0))
        yield RunConfig(task=task, method="ipt", training=untrained, retrieval=dense, seed=seed)


def _swaps() -> list[RetrievalArguments]:
    return [RetrievalArguments(retriever=name) for name in ("median", "farthest")]


class _World:
    """A task's inputs, and a few versions of each answer, judged."""

    def __init__(self, task: str, inputs: int, number: int) -> None:
        random = np.random.default_rng(number)
        self.task, self.metrics = task, TASKS[task]
        self.similarity = random.uniform(0.25, 0.98, inputs).round(4)
        self.difficulty = random.normal(0, 0.15, inputs)
        lengths = random.integers(6, 14, inputs)
        texts = [" ".join(random.choice(_WORDS, n)) for n in lengths]
        self.base = pd.DataFrame(
            {
                "example_id": [f"{task}-test-{i:04d}" for i in range(inputs)],
                "domain": "made up",
                "input": [f"say: {text}" for text in texts],
                "references": [[text] for text in texts],
                "gold_tokens": lengths,
            }
        )
        keep = np.linspace(0.05, 1.0, _LEVELS)
        self.levels = [
            self._judged([self._lossy(t, share, random) for t in texts]) for share in keep
        ]

    def _lossy(self, text: str, share: float, random: np.random.Generator) -> str:
        return " ".join(word for word in text.split() if random.random() < share)

    def _judged(self, answers: list[str]) -> pd.DataFrame:
        rows = []
        for answer, references in zip(answers, self.base["references"], strict=True):
            row: dict[str, Any] = {"prediction": answer}
            for name in self.metrics:
                row |= get_metric(name).judge(answer, references)
            rows.append(row)
        return pd.DataFrame(rows)

    def ledger(self, config: RunConfig, run_id: str, prompt_id: str | None) -> pd.DataFrame:
        """All rows of a run."""
        random = np.random.default_rng(zlib.crc32(run_id.encode()))
        shown = config.retrieval
        similarity = self.similarity * _SIMILARITY[shown.retriever] if shown else None
        skill = _SKILL[config.method] + 0.04 * random.normal() + self.difficulty
        if config.training is not None and config.training.task != self.task:
            skill = skill - 0.1
        if similarity is not None:
            skill = skill + 0.4 * (similarity - 0.6)
        level = np.clip(((skill + 0.1 * random.normal(size=len(skill))) * _LEVELS), 0, _LEVELS - 1)
        picked = level.astype(int)
        answers = pd.concat(
            [self.levels[k][picked == k] for k in range(_LEVELS)], ignore_index=False
        ).sort_index()
        count = shown.num_fewshot if shown else 0
        virtual = config.training.prompt_tuning.num_virtual_tokens if config.training else 0
        near = [f"{self.task}-train-{i:04d}" for i in range(len(self.base))]
        similarities = [] if similarity is None else similarity
        return pd.concat([self.base, answers], axis=1).assign(
            run_id=run_id,
            task=self.task,
            method=config.method,
            base_model=config.base_model,
            prompt_id=prompt_id,
            seed=config.seed,
            num_fewshot=count,
            retriever=shown.retriever if shown else None,
            prompt=self.base["input"],
            demonstration_ids=[[n] * count for n in near] if count else [[]] * len(near),
            demonstration_similarities=(
                [[float(s)] * count for s in similarities] if count else [[]] * len(near)
            ),
            similarity=similarity,
            nearest_id=near,
            nearest_similarity=self.similarity,
            demonstrations_dropped=0,
            finish="stop",
            gold_logprob=-30.0 * (1.0 - np.clip(skill, 0, 1)) - 1.0,
            prompt_tokens=40 + 50 * count,
            virtual_tokens=virtual,
            generated_tokens=10,
            copied_share=0.1,
            gold_copied_share=0.1,
            seconds=0.3,
        )


def _write(store: RunStore, world: _World, config: RunConfig) -> None:
    prompt_id = None if config.training is None else _prompt(store, config.training)
    plain = config.to_dict() | {"training": None, "prompt_id": prompt_id}
    run_id = make_id("run", {"config": plain, "made_up": True})
    if store.has_run(run_id):
        return
    ledger = world.ledger(config, run_id, prompt_id)
    scores = {
        n: get_metric(n).corpus(ledger[get_metric(n).columns()].to_numpy()) for n in world.metrics
    }
    shown = config.retrieval
    record = {
        **{name: plain[name] for name in ("task", "method", "base_model", "seed", "split")},
        "run_id": run_id,
        "prompt_id": prompt_id,
        "config": plain,
        "base_model_title": model_title(config.base_model),
        "n": len(ledger),
        "metric": world.metrics[0],
        "metrics": list(world.metrics),
        "num_fewshot": shown.num_fewshot if shown else 0,
        "retriever": shown.retriever if shown else None,
        "num_virtual_tokens": int(ledger["virtual_tokens"].iloc[0]),
        "source_task": config.training.task if config.training else None,
        "data_hash": "b" * 64,
        "weights_hash": _WEIGHTS,
        "seconds": 300.0,
        "created": now(),
        "machine": {"device": "cpu", "threads": 2},
    }
    with store.begin("evaluation", run_id, plain) as activity:
        activity.finish_run(record, ledger, scores | {"gold_logprob_mean": -10.0})


def _prompt(store: RunStore, config: TrainingConfig) -> str:
    prompt_id = make_id("prompt", {"config": config.to_dict(), "made_up": True})
    if store.has_prompt(prompt_id):
        return prompt_id
    seed, length = config.prompt_tuning.seed, config.prompt_tuning.num_virtual_tokens
    random = np.random.default_rng([seed, length])
    vectors = random.normal(size=(length, _WIDTH)).astype(np.float32)
    record = {
        "prompt_id": prompt_id,
        "config": config.to_dict(),
        "task": config.task,
        "base_model": config.base_model,
        "base_model_title": model_title(config.base_model),
        "method": "ipt" if config.retrieval else "pt",
        "seed": seed,
        "num_virtual_tokens": length,
        "data_hash": "a" * 64,
        "weights_hash": _WEIGHTS,
        "best_step": config.training.max_steps,
        "best_dev_loss": 1.0,
        "steps": config.training.max_steps,
        "training_seconds": 200.0,
        "seconds_per_step": 2.0,
        "created": now(),
        "machine": {"device": "cpu", "threads": 2},
    }

    def save(folder: Path) -> None:
        save_file({"prompt_embeddings": vectors}, folder / "adapter_model.safetensors")
        (folder / "adapter_config.json").write_text('{"peft_type": "PROMPT_TUNING"}', "utf-8")

    with store.begin("training", prompt_id, config.to_dict()) as activity:
        for step in range(config.training.max_steps + 1):
            row: dict[str, Any] = {"step": step, "loss": 3.0 / (1 + step / 20), "seconds": 2.0}
            if step % 20 == 0:
                row |= {"dev_loss": row["loss"] + 0.1, "sketch": sketch(vectors * (1 + step / 100))}
            activity.append_history(row)
        activity.finish_prompt(record, save)
    return prompt_id


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--inputs", type=int, default=INPUTS)
    arguments = parser.parse_args()
    made = build_big_store(arguments.folder, arguments.inputs)
    print(f"{len(made.runs())} runs in {arguments.folder}")
