"""How long trainings and evaluations will take, judged by those that are in a store. No torch."""

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from ipt_engine.config import RunConfig, TrainingConfig
from ipt_engine.tasks import get_task

Basis = Literal["same", "other tasks"]


@dataclass(frozen=True)
class TimeEstimate:
    """Seconds, and by what they are judged.

    Attributes:
        seconds: Of the whole training or evaluation.
        each: Seconds for a step, or for an input.
        basis: "same" task, method and base model, or the same method on "other tasks".
        n: How many prompts or runs it rests on.
    """

    seconds: float
    each: float
    basis: Basis
    n: int


class Estimator:
    """Judges by a store's prompts and runs."""

    def __init__(self, prompts: pd.DataFrame, runs: pd.DataFrame) -> None:
        """Take what there is.

        Args:
            prompts: `RunStore.prompts`.
            runs: `RunStore.runs`.
        """
        self._prompts = prompts[prompts["steps"] > 0] if len(prompts) else prompts
        self._runs = runs

    def estimate(self, config: TrainingConfig | RunConfig) -> TimeEstimate | None:
        """The time of a training, or of an evaluation without its training; None if unknown."""
        if isinstance(config, TrainingConfig):
            method = "pt" if config.retrieval is None else "ipt"
            like, basis = _like(self._prompts, config, method, config.prompt_tuning)
            # With the evaluations on dev that are part of it.
            each = (like["training_seconds"] / like["steps"]).dropna() if len(like) else _NONE
            count = config.training.max_steps
        else:
            like, basis = _like(self._runs, config, config.method, None)
            each = (like["seconds"] / like["n"]).dropna() if len(like) else _NONE
            count = len(get_task(config.task).load(config.split)[: config.limit])
        if each.empty:
            return None
        median = float(each.median())
        return TimeEstimate(median * count, median, basis, len(each))


_NONE = pd.Series(dtype=float)


def _like(
    frame: pd.DataFrame, config: TrainingConfig | RunConfig, method: str, prompt: Any
) -> tuple[pd.DataFrame, Basis]:
    """What was done with the same method and model: on the same task, or else on others."""
    if frame.empty:
        return frame, "same"
    same = frame[(frame["method"] == method) & (frame["base_model"] == config.base_model)]
    if prompt is not None and (same["num_virtual_tokens"] == prompt.num_virtual_tokens).any():
        same = same[same["num_virtual_tokens"] == prompt.num_virtual_tokens]
    own = same[same["task"] == config.task]
    return (own, "same") if len(own) else (same, "other tasks")


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    if seconds < _MINUTE:
        return f"{max(1, round(seconds))} s"
    if seconds < _HOUR:
        return f"{round(seconds / _MINUTE)} min"
    return f"{seconds / _HOUR:.1f} h"


_MINUTE = 60.0
_HOUR = 3600.0
