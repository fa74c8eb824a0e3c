"""The settings that soft prompts of the built-in tasks are trained with unless others are given.

They are not written down anywhere: they are read from the searches (`ipt tune`) that ship with the
project, so each can be looked at and made again. A search speaks for its task, its method and its
base model alone; elsewhere the general defaults of `config.py` stand.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ipt_engine.resources import shipped_root
from ipt_engine.tunings import Tuning, read_tunings


@dataclass(frozen=True)
class TunedSettings:
    """What a search found best.

    Attributes:
        learning_rate: Peak rate.
        prompt_tuning_init: "SAMPLE_VOCAB" or "TEXT" (with the task's instruction).
        tuning: The search.
    """

    learning_rate: float
    prompt_tuning_init: str
    tuning: Tuning

    @property
    def origin(self) -> str:
        """Where they come from, in a few words."""
        config, best = self.tuning.config, self.tuning.winner
        assert best is not None
        assert best.best is not None
        return (
            f"the best of {config['trials']} on dev (ipt tune, {config['num_virtual_tokens']} "
            f"virtual tokens, {config['max_steps']} steps of {config['batch_size']}, seed "
            f"{config['seed']}: {best.best[1]:.3f} nats a token)"
        )

    def prompt_tuning(self, instruction: str) -> dict[str, Any]:
        """The start, as settings of a prompt; `instruction` is the task's."""
        if self.prompt_tuning_init == "TEXT":
            return {"prompt_tuning_init": "TEXT", "prompt_tuning_init_text": instruction}
        return {"prompt_tuning_init": self.prompt_tuning_init}


def tuned_settings(task: str, method: str, base_model: str) -> TunedSettings | None:
    """What the shipped search for a task, a method and a base model found; None without one."""
    return _settings(shipped_root()).get((task, method, base_model))


@cache
def _settings(root: Path) -> dict[tuple[str, str, str], TunedSettings]:
    found = {}
    for tuning in read_tunings([root]):
        best, config = tuning.winner, tuning.config
        if tuning.done and best is not None:
            key = (config["task"], config["method"], config["base_model"])
            found[key] = TunedSettings(
                best.settings["learning_rate"], best.settings["prompt_tuning_init"], tuning
            )
    return found
