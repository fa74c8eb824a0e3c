"""What a training will cost, judged by those that are in the store."""

import pandas as pd

from ipt_engine.config import RunConfig
from ipt_engine.tasks import get_task

_MINUTE = 60.0
_HOUR = 3600.0


def estimate(config: RunConfig, prompts: pd.DataFrame, runs: pd.DataFrame) -> str:
    """A sentence: how long training and evaluation will take, and by what that is judged.

    Args:
        config: The run, with its training.
        prompts: `RunStore.prompts`.
        runs: `RunStore.runs`.
    """
    if config.training is None:
        return "Nothing is trained."
    steps = config.training.training.max_steps
    per_step = _like(prompts, config, "seconds_per_step")
    if per_step.empty:
        return (
            f"{steps} steps. How long is not known yet: no prompt of this task and method has "
            "been trained with this store."
        )
    line = (
        f"About {duration(float(per_step.median()) * steps)} to train: {per_step.median():.2f} s "
        f"a step for {steps} steps, judged by {len(per_step)} stored "
        f"prompt{'s' if len(per_step) > 1 else ''} of this task and method"
    )
    line += " (another batch size or machine changes it)."
    seconds, inputs = _like(runs, config, "seconds").sum(), _like(runs, config, "n").sum()
    if inputs:
        count = len(get_task(config.task).load("test"))
        line += f" Then about {duration(float(seconds / inputs) * count)} to evaluate."
    return line


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    if seconds < _MINUTE:
        return f"{max(1, round(seconds))} s"
    if seconds < _HOUR:
        return f"{round(seconds / _MINUTE)} min"
    return f"{seconds / _HOUR:.1f} h"


def _like(frame: pd.DataFrame, config: RunConfig, column: str) -> "pd.Series[float]":
    if frame.empty:
        return pd.Series(dtype=float)
    same = (frame["task"] == config.task) & (frame["method"] == config.method)
    same &= frame["base_model"] == config.base_model
    return frame.loc[same, column].dropna().astype(float)
