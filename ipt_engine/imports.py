"""Soft prompts made elsewhere: PEFT's two files become a prompt of the store."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from safetensors import SafetensorError
from safetensors.numpy import save_file

from ipt_engine.artifacts import now
from ipt_engine.catalogue import model_title
from ipt_engine.config import (
    PromptTuningConfig,
    RetrievalArguments,
    TrainingArguments,
    TrainingConfig,
    make_id,
)
from ipt_engine.errors import ConfigError, PromptError, StoreError
from ipt_engine.identity import data_hash_of
from ipt_engine.machine import describe_machine
from ipt_engine.methods import METHODS
from ipt_engine.prompt_files import CONFIG, WEIGHTS, provenance
from ipt_engine.provisioning import provision
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task
from ipt_engine.tensors import read_tensors

_KEY = "prompt_embeddings"
_Vectors = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Imported:
    """A prompt of the store that holds what was given.

    Attributes:
        prompt_id: Its id.
        already: Whether it was there before: it was trained here, or imported earlier.
    """

    prompt_id: str
    already: bool = False


def import_prompt(
    store: RunStore, files: Mapping[str, bytes], task: str, method: str, base_model: str
) -> Imported:
    """Take a soft prompt into the store, unless this very one is there already.

    It is there if a prompt for the task and method has the same vectors, on the same base model:
    that is seen, while what prompt.json says of the training can only be written down as such.

    Args:
        store: Where it is kept.
        files: A prompt's files, as `prompt_files.read` and `gather` give them.
        task: The task that it is for.
        method: "pt", or "ipt" if it is to be used with demonstrations.
        base_model: The model that it was trained on.

    Returns:
        The prompt.

    Raises:
        ConfigError: If the method has no soft prompt, or the task is unknown.
        PromptError: If it cannot be read, is no soft prompt, or does not fit the base model.
        ModelError: If the base model cannot be had.
    """
    if method not in METHODS or not METHODS[method].soft_prompt:
        raise ConfigError(f"{method!r} uses no soft prompt: import it for pt or ipt.")
    get_task(task)
    vectors = _vectors(files)
    base = provision(base_model)
    width = _width(base.folder)
    if width is not None and vectors.shape[1] != width:
        raise PromptError(
            f"The soft prompt is {vectors.shape[1]} wide, but {base_model} needs "
            f"{width}: a prompt fits only the model it was trained on."
        )
    wanted = {"task": task, "method": method, "weights_hash": base.weights_hash}
    present = _present(store, vectors, wanted)
    if present is not None:
        return Imported(present, already=True)
    content = hashlib.sha256(np.ascontiguousarray(vectors).tobytes()).hexdigest()
    config = TrainingConfig(
        task=task,
        base_model=base_model,
        prompt_tuning=PromptTuningConfig(
            num_virtual_tokens=len(vectors), prompt_tuning_init="RANDOM"
        ),
        training=TrainingArguments(max_steps=0),
        retrieval=RetrievalArguments() if METHODS[method].demonstrations else None,
    )
    about = {"imported": content, "config": config.to_dict(), "weights": base.weights_hash}
    prompt_id = make_id("prompt", about)
    claimed = provenance(files).training
    record: dict[str, Any] = {
        "prompt_id": prompt_id,
        "config": config.to_dict(),
        "task": task,
        "base_model": base_model,
        "base_model_title": model_title(base_model),
        "method": method,
        "seed": claimed.get("seed", 0),
        "num_virtual_tokens": len(vectors),
        "data_hash": data_hash_of(config, "dev"),
        "weights_hash": base.weights_hash,
        "best_step": 0,
        "best_dev_loss": None,
        "steps": 0,
        "training_seconds": None,
        "seconds_per_step": None,
        "created": now(),
        "machine": describe_machine("cpu", 0),
        "imported": content,
        "claimed": claimed,
    }

    def save(folder: Path) -> None:
        save_file({_KEY: vectors}, folder / WEIGHTS)
        settings = {
            "peft_type": "PROMPT_TUNING",
            "task_type": "CAUSAL_LM",
            "base_model_name_or_path": base_model,
            "inference_mode": True,
            "num_virtual_tokens": len(vectors),
            "token_dim": int(vectors.shape[1]),
            "num_transformer_submodules": 1,
        }
        text = json.dumps(settings, indent=2, sort_keys=True) + "\n"
        (folder / CONFIG).write_text(text, encoding="utf-8")

    with store.begin("training", prompt_id, config.to_dict()) as activity:
        activity.finish_prompt(record, save)
    return Imported(prompt_id)


def _present(store: RunStore, vectors: _Vectors, wanted: Mapping[str, str]) -> str | None:
    """Id of a prompt with these vectors and fields, if there is one."""
    prompts = store.prompts()
    same = (prompts[list(wanted)] == pd.Series(wanted)).all(axis=1)
    # One that was trained here says more than its copy.
    for prompt_id in prompts[same].sort_values("imported", kind="stable")["prompt_id"]:
        with suppress(StoreError):
            if np.array_equal(store.prompt_vectors(prompt_id), vectors):
                return str(prompt_id)
    return None


def _vectors(files: Mapping[str, bytes]) -> _Vectors:
    """The soft prompt's matrix, (virtual tokens, hidden), float32."""
    if CONFIG in files:
        kind = _object(files[CONFIG]).get("peft_type")
        if kind != "PROMPT_TUNING":
            raise PromptError(
                f"{CONFIG} is of peft_type {kind!r}, expected PROMPT_TUNING: only prompt tuning's "
                "weights can be imported, not LoRA or other adapters."
            )
    try:
        tensors = read_tensors(files[WEIGHTS])
    except (SafetensorError, TypeError) as error:
        raise PromptError(
            f"The soft prompt's weights cannot be read as safetensors ({error}). Expected the "
            f"file {WEIGHTS} that PEFT or `ipt export` writes."
        ) from error
    matrices = {name: t for name, t in tensors.items() if t.ndim == 2}  # noqa: PLR2004 a matrix
    vectors = matrices.get(_KEY)
    if vectors is None and len(tensors) == len(matrices) == 1:
        vectors = next(iter(matrices.values()))
    if vectors is None:
        found = ", ".join(sorted(tensors)[:3]) or "nothing"
        raise PromptError(f"The file of weights holds {found}, expected one matrix called {_KEY}.")
    if not np.isfinite(vectors).all():
        raise PromptError("The soft prompt holds numbers that are not finite.")
    return np.ascontiguousarray(vectors)


def _width(folder: Path) -> int | None:
    """The width of the base model's embeddings; None if its config does not say."""
    try:
        config = _object((folder / "config.json").read_bytes())
    except OSError:
        return None
    names = ("word_embed_proj_dim", "hidden_size", "n_embd")
    width = next((config[name] for name in names if config.get(name)), None)
    return int(width) if width else None


def _object(content: bytes) -> dict[str, Any]:
    """A JSON object; empty where it is none."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
