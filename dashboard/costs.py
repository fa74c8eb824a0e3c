"""What a training or an evaluation will cost, judged by those that are in the store."""

from dataclasses import replace

import pandas as pd

from ipt_engine.config import RunConfig
from ipt_engine.estimates import Estimator, TimeEstimate, between, duration


def estimate(config: RunConfig, prompts: pd.DataFrame, runs: pd.DataFrame) -> str:
    """A sentence: how long training and evaluation will take, and by what that is judged.

    Args:
        config: The run, with its training if it has one.
        prompts: `RunStore.prompts`.
        runs: `RunStore.runs`.
    """
    estimator = Estimator(prompts, runs)
    if config.training is None:
        return _evaluation(estimator.estimate(config))
    steps = config.training.training.max_steps
    training = estimator.estimate(config.training)
    if training is None:
        return (
            f"{_steps(steps)}. How long is not known yet: no prompt of this method has been "
            "trained with this store."
        )
    judged = _evidence(training, "prompt", "trained")
    line = (
        f"{_time(training)} to train, {_steps(steps)} of about {training.each:.2g} s each, judged "
        f"by {judged}; a busy machine or another batch size changes it."
    )
    # Which prompt it uses makes no difference to the time.
    evaluation = estimator.estimate(replace(config, training=None, prompt_id="0" * 12))
    if evaluation is not None:
        time = _time(evaluation)
        line += f" Then {time[0].lower()}{time[1:]} to evaluate."
    return line


def _time(found: TimeEstimate) -> str:
    """About one time, or a range where little is known."""
    span = between(found.low, found.high)
    about = duration(found.seconds)
    return f"About {about}" if span == about else f"About {about} ({span})"


def _evaluation(found: TimeEstimate | None) -> str:
    """The time of an evaluation alone."""
    if found is None:
        return "Nothing is trained. How long is not known yet: this method has not been run here."
    return (
        f"{_time(found)} to evaluate, about {found.each:.2g} s for each input, judged by "
        f"{_evidence(found, 'run', 'made')}; a busy machine changes it. Nothing is trained."
    )


def _evidence(found: TimeEstimate, what: str, how: str) -> str:
    """What it is judged by: so many prompts trained, or runs made."""
    of = "this task and method" if found.basis == "same" else "this method, other tasks among them"
    known = f"{found.n} stored {what}{'s' if found.n > 1 else ''} of {of}"
    if not found.here:
        return f"{known}, {how} on another machine"
    return known if found.here == found.n else f"{known}, {found.here} of them {how} here"


def _steps(count: int) -> str:
    return f"{count:,} step{'' if count == 1 else 's'}"
