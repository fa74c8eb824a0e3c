"""Studies that a tiny model does in a moment, done in this process, and their stores compared."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from ipt_engine.config import RunConfig
from ipt_engine.executors import Outcome, do_work
from ipt_engine.runs import RunStore
from ipt_engine.soft_prompt import WEIGHTS_FILE
from ipt_engine.study_config import StudyConfig
from ipt_engine.study_plan import Piece, Work, make_plan

SMALL: dict[str, Any] = {
    "prompt_tuning": {"num_virtual_tokens": 3},
    "training": {"max_steps": 4, "batch_size": 2, "eval_steps": 2, "eval_examples": 2},
    "generation": {"max_new_tokens": 6},
    "evaluation": {"limit": 3},
}


def study_of(*slices: dict[str, Any], model: Any = "m", **changes: Any) -> StudyConfig:
    """A small study called s, of mini-dart where no other task is given."""
    values = {
        "name": "s",
        "tasks": ["mini-dart"],
        "base_models": [str(model)],
        "settings": SMALL,
        "slices": list(slices),
    }
    return StudyConfig.from_dict(values | changes)


def part(*arms: Any, name: str = "a", **changes: Any) -> dict[str, Any]:
    """A slice, as a study's file has it."""
    return {"name": name, "arms": list(arms), **changes}


CORE = part("zero_shot", "pt", {"method": "pt", "control": "noise"}, "ipt")


def configs(study: StudyConfig) -> list[RunConfig]:
    """The runs of a study's grid, in order."""
    return [cell.config for cell in study.cells()]


def evaluations(model: Path, *arms: Any, **changes: Any) -> list[Work]:
    """The evaluations that the plan of a study of one slice has."""
    return [
        w for w in make_plan(study_of(part(*arms, **changes), model=model)).work if not w.trains
    ]


class InProcess:
    """Does the work here, one piece at a time; fails what it is told to."""

    slots = 1

    def __init__(
        self, store: RunStore, failing: Callable[[Work], bool] = lambda work: False
    ) -> None:
        self.store, self.failing = store, failing
        self.done: list[str] = []
        self.pieces: list[Piece] = []
        self.stop_after: int | None = None
        self._waiting: list[Piece] = []

    @property
    def free(self) -> int:
        return self.slots - len(self._waiting)

    def submit(self, piece: Piece) -> None:
        assert all(self.store.has_prompt(need) for work in piece for need in work.needs)
        self._waiting.append(piece)

    def wait(self, seconds: float) -> list[Outcome]:
        if self.stop_after == len(self.done):
            raise KeyboardInterrupt
        (piece,) = self._waiting
        self._waiting.clear()
        self.pieces.append(piece)
        self.done += [work.id for work in piece]
        whole = tuple(work for work in piece if not self.failing(work))
        broken = [Outcome(work.id, "It broke.") for work in piece if self.failing(work)]
        return [*broken, *(do_work(whole, self.store) if whole else [])]

    def close(self) -> None:
        pass


def same_stores(one: RunStore, other: RunStore) -> None:
    """The same prompts, to the bit, and the same ledgers but for the time taken."""
    ids = [sorted(store.prompts()["prompt_id"]) for store in (one, other)]
    assert ids[0] == ids[1]
    for prompt_id in ids[0]:
        weights = [(s.prompt_folder(prompt_id) / WEIGHTS_FILE).read_bytes() for s in (one, other)]
        assert weights[0] == weights[1]
    runs = [sorted(store.runs()["run_id"]) for store in (one, other)]
    assert runs[0] == runs[1]
    left, right = (s.ledger(runs[0]).drop(columns="seconds") for s in (one, other))
    pd.testing.assert_frame_equal(left, right)
    assert one.active() == other.active() == []
