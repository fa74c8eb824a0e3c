"""How much each vector of a soft prompt does: the dev loss without it."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import torch

from ipt_engine.config import TrainingConfig
from ipt_engine.knockouts import INPUTS, known_knockout, save_knockout
from ipt_engine.runs import RunStore
from ipt_engine.scoring import score_answers
from ipt_engine.soft_prompt import PromptEmbedding
from ipt_engine.tasks import get_task
from ipt_engine.training import training_rows
from ipt_engine.wiring import Resources, base_model, load_prompt


def knock_out(
    store: RunStore,
    prompt_id: str,
    resources: Resources | None = None,
    inputs: int = INPUTS,
    check: Callable[[], None] = lambda: None,
) -> pd.DataFrame:
    """Take out each virtual token in turn, and measure the dev loss; or find that in the store.

    The inputs are the first of dev, with the demonstrations of the prompt's training. What is
    left moves together, as if the prompt had been one token shorter.

    Args:
        store: Where the prompt lies, and where the result is kept.
        prompt_id: Its full id.
        resources: How the work is done.
        inputs: How many dev inputs.
        check: Called before each token; what it raises ends the work.

    Returns:
        As `knockouts.known_knockout`.

    Raises:
        IPTError: If there is no such prompt, or its base model cannot be had.
    """
    found = known_knockout(store, prompt_id)
    if found is not None:
        return found
    resources = resources or Resources()
    config = TrainingConfig.from_dict(store.prompt(prompt_id)["config"])
    base = base_model(config.base_model, resources)
    whole = load_prompt(store, prompt_id, base)
    dev = get_task(config.task).load("dev")[:inputs]
    losses = []
    for position in range(len(whole) + 1):
        resources.on_progress("Taking out each virtual token", position, len(whole))
        check()
        prompt = whole if position == 0 else _without(whole, position - 1, base.device)
        rows = training_rows(config, dev, base, prompt)
        if len(prompt) == 0:
            rows = [replace(row, soft_prompt=None) for row in rows]
        scores = score_answers(base, rows)
        losses.append(-sum(s.logprob for s in scores) / sum(s.tokens for s in scores))
    save_knockout(store, prompt_id, losses, len(dev))
    found = known_knockout(store, prompt_id)
    assert found is not None
    return found


def _without(prompt: PromptEmbedding, place: int, device: torch.device) -> PromptEmbedding:
    kept = [i for i in range(len(prompt)) if i != place]
    return PromptEmbedding(prompt.weight.detach()[kept]).to(device)
