"""Prompt tuning: AdamW on the soft prompt's embeddings, everything else frozen."""

import json
import math
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file

from ipt_engine.answer_loss import answer_loss
from ipt_engine.config import TrainingArguments
from ipt_engine.errors import TrainingError
from ipt_engine.lasting import sync_file
from ipt_engine.models import BaseModel
from ipt_engine.packing import Row, answer_states, groups
from ipt_engine.sketch import sketch
from ipt_engine.soft_prompt import PromptEmbedding

_TENSORS = "checkpoint.safetensors"


@dataclass
class TrainingState:
    """Where a training stands; written to every checkpoint.

    Attributes:
        step: Optimiser steps done.
        best_step: Step of the best dev loss so far.
        best_dev_loss: That loss, nats for each answer token; None before the first evaluation.
        seconds: Time spent in steps and evaluations, over all attempts.
    """

    step: int = 0
    best_step: int = 0
    best_dev_loss: float | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class TrainingResult:
    """What a training came to.

    Attributes:
        state: The final state. The soft prompt itself holds the best step's weights.
        seconds_per_step: Median time of an optimiser step of this attempt, evaluation left
            out; None if no step was left to do.
    """

    state: TrainingState
    seconds_per_step: float | None


class PromptTuningTrainer:
    """Trains one soft prompt on rows that carry it.

    The order of the data depends on `args.seed` alone, so a resumed training continues with
    just the batch that would have come next.
    """

    def __init__(
        self,
        base: BaseModel,
        soft_prompt: PromptEmbedding,
        args: TrainingArguments,
        train_rows: Sequence[Row],
        dev_rows: Sequence[Row],
    ) -> None:
        """Set up the optimiser.

        Args:
            base: The frozen model.
            soft_prompt: Trained in place.
            args: How.
            train_rows: Prompts with their answers, each with `soft_prompt`.
            dev_rows: The same for choosing the best step.
        """
        self.base = base
        self.soft_prompt = soft_prompt
        self.args = args
        self.train_rows = train_rows
        self.dev_rows = dev_rows
        self.state = TrainingState()
        self._best = soft_prompt.weight.detach().clone()
        self._optimizer = torch.optim.AdamW(
            soft_prompt.parameters(), lr=args.learning_rate, weight_decay=args.weight_decay
        )

    def train(
        self,
        on_step: Callable[[dict[str, Any]], None] = lambda _: None,
        checkpoint: Path | None = None,
        on_note: Callable[[str], None] = lambda _: None,
    ) -> TrainingResult:
        """Take the remaining steps; leaves the best step's weights in the soft prompt.

        Args:
            on_step: Given each row of the history. First step 0 with its dev_loss: an
                initialisation that training only makes worse is kept. Then each step: loss
                (nats for each answer token), learning_rate, grad_norm (before clipping), tokens
                (of text in the batch), seconds, and dev_loss where it was measured. What it
                raises ends the training; the last checkpoint stays.
            checkpoint: Folder for checkpoints, one at every evaluation; one found there is
                continued from.
            on_note: Told in a sentence if the one found there cannot be read, and the training
                starts anew.

        Raises:
            ModelError: If the device does not compute in `args.dtype`.
            TrainingError: If the loss or gradient is no longer a finite number.
        """
        # Before anything is computed, not at the first step.
        self.base.autocast(self.args.dtype)
        if checkpoint is not None:
            self._resume(checkpoint, on_note)
        if self.state.best_dev_loss is None:
            on_step({"step": 0, "dev_loss": self._evaluate(), **self._place()})
        durations = []
        while self.state.step < self.args.max_steps:
            row = self._step(self.state.step)
            durations.append(row["seconds"])
            self.state.step += 1
            self.state.seconds += row["seconds"]
            due = self.state.step % self.args.eval_steps == 0
            due |= self.state.step == self.args.max_steps
            if due:
                row |= {"dev_loss": self._evaluate(), **self._place()}
            try:
                on_step(row)
            finally:
                # After the row is told: a process killed in between takes steps again, which the
                # history allows for, and loses none. What ends the training here leaves it too.
                if due and checkpoint is not None:
                    self._save(checkpoint)
        with torch.no_grad():
            self.soft_prompt.weight.copy_(self._best)
        return TrainingResult(self.state, statistics.median(durations) if durations else None)

    def _place(self) -> dict[str, Any]:
        """Where the prompt is now."""
        weight = self.soft_prompt.weight.detach()
        length = weight.norm(dim=1).mean().item()
        return {"vector_length": length, "sketch": sketch(weight.cpu().numpy())}

    def _step(self, done: int) -> dict[str, Any]:
        started = time.perf_counter()
        rows = [self.train_rows[i] for i in self._batch_indices(done)]
        rate = learning_rate(self.args, done)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._optimizer.zero_grad()
        loss = self._accumulate(rows)
        norm = torch.nn.utils.clip_grad_norm_(
            self.soft_prompt.parameters(), self.args.max_grad_norm
        )
        value, size = loss, norm.item()
        self._check_finite(f"The loss is {value} and its gradient {size}", value, size)
        self._optimizer.step()
        return {
            "step": done + 1,
            "loss": value,
            "learning_rate": rate,
            "grad_norm": size,
            "tokens": sum(len(row.prompt_ids) + len(row.answer_ids) for row in rows),
            "seconds": time.perf_counter() - started,
        }

    def _accumulate(self, rows: Sequence[Row]) -> float:
        """Mean loss of the rows' answer tokens; its gradient is left in the soft prompt.

        What does not fit the memory at once is computed part after part.
        """
        total, tokens = 0.0, sum(len(row.answer_ids) for row in rows)
        for part in groups(rows):
            with self.base.autocast(self.args.dtype):
                loss = answer_loss(self.base, answer_states(self.base, [rows[i] for i in part]))
            (loss / tokens).backward()  # type: ignore[no-untyped-call]
            total += loss.item()
        return total / tokens

    def _check_finite(self, what: str, *values: float) -> None:
        if not all(math.isfinite(value) for value in values):
            raise TrainingError(
                f"{what} after {self.state.step} steps, with learning rate "
                f"{self.args.learning_rate}. Try a tenth of that learning rate, or "
                "prompt_tuning_init SAMPLE_VOCAB."
            )

    def _batch_indices(self, step: int) -> list[int]:
        """Indices of the step's batch: one seeded permutation of the data after another."""
        count, size = len(self.train_rows), self.args.batch_size
        places = range(step * size, (step + 1) * size)
        orders = {
            epoch: np.random.default_rng([self.args.seed, epoch]).permutation(count)
            for epoch in {place // count for place in places}
        }
        return [int(orders[place // count][place % count]) for place in places]

    @torch.inference_mode()
    def _evaluate(self) -> float:
        started = time.perf_counter()
        total, tokens = 0.0, sum(len(row.answer_ids) for row in self.dev_rows)
        for part in groups(self.dev_rows):
            answers = answer_states(self.base, [self.dev_rows[i] for i in part])
            total += answer_loss(self.base, answers).item()
        loss = total / tokens
        self._check_finite(f"The dev loss is {loss}", loss)
        if self.state.best_dev_loss is None or loss < self.state.best_dev_loss:
            self.state.best_dev_loss, self.state.best_step = loss, self.state.step
            self._best = self.soft_prompt.weight.detach().clone()
        self.state.seconds += time.perf_counter() - started
        return loss

    def _save(self, folder: Path) -> None:
        tensors = {"weight": self.soft_prompt.weight.detach(), "best": self._best}
        moments = self._optimizer.state[self.soft_prompt.weight]
        tensors |= {f"adamw.{key}": value for key, value in moments.items()}
        temporary = folder / f"{_TENSORS}.new"
        save_file(
            {key: value.cpu().contiguous() for key, value in tensors.items()},
            temporary,
            metadata={"state": json.dumps(asdict(self.state))},
        )
        sync_file(temporary)
        # State and tensors travel in one file, so that no crash can part them.
        os.replace(temporary, folder / _TENSORS)

    def _resume(self, folder: Path, on_note: Callable[[str], None]) -> None:
        path = folder / _TENSORS
        if not path.is_file():
            return
        try:
            state, tensors = read_checkpoint(path), load_file(path, device=str(self.base.device))
        except SafetensorError as error:
            on_note(
                f"The checkpoint {path} is damaged ({error}), so the training starts anew instead "
                "of going on from it."
            )
            return
        self.state = state
        self._best = tensors["best"]
        with torch.no_grad():
            self.soft_prompt.weight.copy_(tensors["weight"])
        self._optimizer.state[self.soft_prompt.weight] = {
            # AdamW keeps its step count on the CPU.
            name.removeprefix("adamw."): value.cpu() if name == "adamw.step" else value
            for name, value in tensors.items()
            if name.startswith("adamw.")
        }


def read_checkpoint(path: Path) -> TrainingState:
    """The state stored in a checkpoint file."""
    with safe_open(path, framework="pt") as file:
        return TrainingState(**json.loads(file.metadata()["state"]))


def learning_rate(args: TrainingArguments, step: int) -> float:
    """The learning rate of a step (counted from 0): linear warm-up, then the scheduler."""
    warmup = min(args.warmup_steps, args.max_steps - 1)
    if step < warmup:
        return args.learning_rate * (step + 1) / (warmup + 1)
    done = (step - warmup) / max(1, args.max_steps - warmup)
    if args.lr_scheduler_type == "constant":
        return args.learning_rate
    if args.lr_scheduler_type == "cosine":
        return args.learning_rate * 0.5 * (1 + math.cos(math.pi * done))
    return args.learning_rate * (1 - done)
