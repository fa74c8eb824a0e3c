"""How long trainings and evaluations will take, judged by those that are in a store. No torch."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ipt_engine.config import RunConfig, TrainingConfig
from ipt_engine.tasks import get_task

Basis = Literal["same", "other tasks"]


_ENOUGH = 3
"""Prompts or runs from which on they are believed alone, without others less like what is asked."""
_ELSEWHERE = (1 / 2, 4.0)
"""How much quicker or slower this machine may be than the one of a study that was shipped."""


@dataclass(frozen=True)
class TimeEstimate:
    """Seconds, and by what they are judged.

    Attributes:
        seconds: Of the whole training or evaluation.
        each: Seconds for a step, or for an input.
        low: The least and `high` the most seconds of the whole that are likely. Both are
            `seconds` where enough was done here.
        high: See `low`.
        basis: "same" task, method and base model, or the same method on "other tasks".
        n: How many prompts or runs it rests on.
        here: How many of them were made in this store, and not shipped.
    """

    seconds: float
    each: float
    low: float
    high: float
    basis: Basis
    n: int
    here: int


class Estimator:
    """Judges by a store's prompts and runs."""

    def __init__(self, prompts: pd.DataFrame, runs: pd.DataFrame) -> None:
        """Take what there is.

        Args:
            prompts: `RunStore.prompts`.
            runs: `RunStore.runs`.
        """
        # With the evaluations on dev that are part of a training.
        trained = prompts[prompts["steps"] > 0]
        self._prompts = _timed(trained, trained["training_seconds"] / trained["steps"])
        self._runs = _timed(runs, runs["seconds"] / runs["n"])

    def estimate(self, config: TrainingConfig | RunConfig) -> TimeEstimate | None:
        """The time of a training, or of an evaluation without its training; None if unknown."""
        if isinstance(config, TrainingConfig):
            method = "pt" if config.retrieval is None else "ipt"
            tokens = config.prompt_tuning.num_virtual_tokens
            like = _like(self._prompts, config, method, tokens)
            count = config.training.max_steps
        else:
            like = _like(self._runs, config, config.method, None)
            count = len(get_task(config.task).load(config.split)[: config.limit])
        if like.empty:
            return None
        each, here = float(like["each"].median()), int((~like["shipped"]).sum())
        low = high = each
        if here < _ENOUGH:
            faster, slower = (1.0, 1.0) if here else _ELSEWHERE
            low, high = like["each"].min() * faster, like["each"].max() * slower
        same = like["task"].eq(config.task).all()
        basis: Basis = "same" if same else "other tasks"
        return TimeEstimate(
            each * count, each, float(low * count), float(high * count), basis, len(like), here
        )


def _timed(frame: pd.DataFrame, each: pd.Series) -> pd.DataFrame:
    """With the seconds for each step or input, where they are known."""
    return frame.assign(each=each.astype(float), shipped=frame["shipped"].astype(bool)).dropna(
        subset="each"
    )


def _like(
    frame: pd.DataFrame, config: TrainingConfig | RunConfig, method: str, tokens: int | None
) -> pd.DataFrame:
    """What was done with the same method and model, and is most like what is asked.

    It is narrowed down to this kind of machine, this store, this task and this length of the soft
    prompt, in this order, as far as there is enough left each time. So a single training on a
    machine that was busy does not stand against all others.
    """
    like = frame[(frame["method"] == method) & (frame["base_model"] == config.base_model)]
    own = like[~like["shipped"]]
    if len(own):
        # What was done here tells which kind of machine this is.
        like = like[like["device"] == own["device"].iloc[-1]]
    wanted: list[tuple[str, object]] = [("shipped", False), ("task", config.task)]
    if tokens is not None:
        wanted.append(("num_virtual_tokens", tokens))
    for column, value in wanted:
        fits = like[column] == value
        if fits.sum() >= _ENOUGH:
            like = like[fits]
    return like


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    if seconds < _MINUTE:
        return f"{max(1, round(seconds))} s"
    if seconds < _HOUR:
        return f"{round(seconds / _MINUTE)} min"
    return f"{seconds / _HOUR:.1f} h"


def between(low: float, high: float) -> str:
    """Two durations as people say them: 2 to 5 min, 20 s to 2 min, or only one where they agree."""
    first, last = duration(low), duration(high)
    if first == last:
        return first
    same_unit = first.rpartition(" ")[2] == last.rpartition(" ")[2]
    return f"{first.rpartition(' ')[0] if same_unit else first} to {last}"


_MINUTE = 60.0
_HOUR = 3600.0
