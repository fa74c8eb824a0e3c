"""What `knockout` found, as it lies in the store: STORE/knockouts/<prompt_id>.json. No torch."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ipt_engine.artifacts import read_json, write_json
from ipt_engine.runs import RunStore

INPUTS = 40
"""Dev inputs looked at, unless fewer or more are asked for."""
_FOLDER = "knockouts"


def known_knockout(store: RunStore, prompt_id: str) -> pd.DataFrame | None:
    """The dev loss without each virtual token; None if it was not measured, or is damaged.

    Returns:
        position (0 is the whole prompt, then from 1), dev_loss (nats for each answer token),
        change (from the whole prompt's; above 0 where the token helps) and inputs.
    """
    for root in store.roots:
        content = read_json(_path(root, prompt_id)) or {}
        losses, inputs = content.get("dev_loss"), content.get("inputs")
        if isinstance(losses, list) and losses and isinstance(inputs, int):
            frame = pd.DataFrame({"position": range(len(losses)), "dev_loss": losses})
            return frame.assign(change=frame["dev_loss"] - losses[0], inputs=inputs)
    return None


def save_knockout(store: RunStore, prompt_id: str, losses: Sequence[float], inputs: int) -> None:
    """Keep what was measured, whole or not at all."""
    path = _path(store.root, prompt_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, {"prompt_id": prompt_id, "inputs": inputs, "dev_loss": list(losses)})


def _path(root: Path, prompt_id: str) -> Path:
    return root / _FOLDER / f"{prompt_id}.json"
