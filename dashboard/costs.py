"""What a training will cost, judged by those that are in the store."""

from dataclasses import replace

import pandas as pd

from ipt_engine.config import RunConfig
from ipt_engine.estimates import Estimator, duration


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
    estimator = Estimator(prompts, runs)
    training = estimator.estimate(config.training)
    if training is None:
        return (
            f"{steps} steps. How long is not known yet: no prompt of this method has been trained "
            "with this store."
        )
    of = "this task and method" if training.basis == "same" else "this method on other tasks"
    line = (
        f"About {duration(training.seconds)} to train: {training.each:.2f} s a step for {steps} "
        f"steps, judged by {training.n} stored prompt{'s' if training.n > 1 else ''} of {of}"
    )
    line += " (another batch size or machine changes it)."
    # Which prompt it uses makes no difference to the time.
    evaluation = estimator.estimate(replace(config, training=None, prompt_id="0" * 12))
    if evaluation is not None:
        line += f" Then about {duration(evaluation.seconds)} to evaluate."
    return line
