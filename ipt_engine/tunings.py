"""Searches for good settings, as they lie in a store: `STORE/tunings/<id>/tuning.json`."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from ipt_engine.artifacts import now, read_json, write_json
from ipt_engine.errors import StoreError

TUNING = "tuning.json"
State = Literal["running", "complete", "pruned", "failed"]


@dataclass
class Trial:
    """One configuration, as far as it was trained.

    Attributes:
        number: From 0, in the order they were chosen.
        settings: What was chosen: learning_rate, prompt_tuning_init.
        prompt_id: The prompt that this training makes when it is finished.
        state: "running" until it is finished, given up, or has failed.
        losses: (step, dev loss) in the order measured, nats for each answer token; step 0 is
            the start.
        reason: Why it failed; None otherwise.
    """

    number: int
    settings: dict[str, Any]
    prompt_id: str
    state: State = "running"
    losses: list[tuple[int, float]] = field(default_factory=list)
    reason: str | None = None

    @property
    def best(self) -> tuple[int, float] | None:
        """Step and dev loss of its best step; None before any was measured."""
        return min(self.losses, key=lambda pair: pair[1], default=None)

    @property
    def steps(self) -> int:
        """Steps trained, as far as they were measured."""
        return self.losses[-1][0] if self.losses else 0


@dataclass
class Tuning:
    """A search and what came of it.

    Attributes:
        id: Hash of the config, the data and the base weights.
        config: What was searched: task, method, base_model, max_steps, batch_size,
            num_virtual_tokens, trials, seed.
        trials: So far.
        created: When it began, ISO, UTC.
    """

    id: str
    config: dict[str, Any]
    trials: list[Trial] = field(default_factory=list)
    created: str = field(default_factory=now)

    @property
    def done(self) -> bool:
        """Whether all its trials have ended."""
        ended = [trial for trial in self.trials if trial.state != "running"]
        return len(ended) == int(self.config["trials"])

    def ranked(self) -> list[Trial]:
        """The trials, that with the lowest dev loss first; those without any come last.

        One that was given up early counts by what it had reached, so it may stand above one
        that was trained to its end: its loss was not compared at the same step.
        """
        return sorted(self.trials, key=lambda t: t.best[1] if t.best else float("inf"))

    @property
    def winner(self) -> Trial | None:
        """The best of the trials that were trained to the end; None if none was."""
        whole = [trial for trial in self.ranked() if trial.state == "complete"]
        return whole[0] if whole else None


def save_tuning(root: Path, tuning: Tuning) -> None:
    """Write a search into a store, whole or not at all."""
    folder = root / "tunings" / tuning.id
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / TUNING, asdict(tuning))


def read_tuning(root: Path, tuning_id: str) -> Tuning | None:
    """A search of a store; None if it is not there.

    Raises:
        StoreError: If its file is damaged.
    """
    path = root / "tunings" / tuning_id / TUNING
    if not path.exists():
        return None
    content = read_json(path)
    try:
        if content is None:
            raise ValueError("it is no JSON object")
        trials = [
            Trial(**{**trial, "losses": [(int(s), float(x)) for s, x in trial["losses"]]})
            for trial in content["trials"]
        ]
        return Tuning(**{**content, "trials": trials})
    except (ValueError, TypeError, KeyError) as error:
        raise StoreError(
            f"{path} cannot be read ({error}). Remove its folder, and tune again."
        ) from error


def read_tunings(roots: Sequence[Path]) -> list[Tuning]:
    """All searches of stores, oldest first; damaged ones are left out."""
    found: dict[str, Tuning] = {}
    for root in roots:
        for path in sorted((root / "tunings").glob(f"*/{TUNING}")):
            try:
                tuning = read_tuning(root, path.parent.name)
            except StoreError:
                continue
            if tuning is not None:
                found.setdefault(tuning.id, tuning)
    return sorted(found.values(), key=lambda tuning: tuning.created)
