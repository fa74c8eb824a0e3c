"""Studies as they lie in a store: `STORE/studies/<name>.json`, what each consists of. No torch.

Whether a run is done is not written there: the store itself knows.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ipt_engine.artifacts import now, read_json, write_json
from ipt_engine.errors import StoreError
from ipt_engine.locks import locked

_FOLDER = "studies"


@dataclass(frozen=True)
class StudyRun:
    """A run in its place in a study.

    Attributes:
        slice: The slice it belongs to.
        run_id: Its id.
        prompt_id: Of the soft prompt it uses, or None.
        needs: Ids of all prompts that have to be there before it, the prompt's own included.
    """

    slice: str
    run_id: str
    prompt_id: str | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class StudyRecord:
    """What a study consists of, and what of it failed.

    Attributes:
        name: The study's.
        config: `StudyConfig.to_dict()`.
        runs: Each run of each slice.
        failures: Why prompts and runs could not be made when last tried, by id.
        created: When it was first begun, ISO, UTC.
    """

    name: str
    config: dict[str, Any]
    runs: tuple[StudyRun, ...]
    failures: dict[str, str] = field(default_factory=dict)
    created: str = field(default_factory=now)

    @property
    def slices(self) -> dict[str, str]:
        """The slices' names, each with the question it answers."""
        return {part["name"]: part.get("about", "") for part in self.config["slices"]}

    def run_ids(self, *slices: str) -> list[str]:
        """The runs of these slices (of all, if none is named), each once."""
        wanted = [run for run in self.runs if not slices or run.slice in slices]
        return list(dict.fromkeys(run.run_id for run in wanted))


@dataclass(frozen=True)
class SliceStatus:
    """How far a slice is.

    Attributes:
        name: The slice's.
        about: The question it answers.
        done: Runs that are there.
        failed: Runs that failed, or whose prompt did.
        total: Runs that it has.
    """

    name: str
    about: str
    done: int
    failed: int
    total: int

    @property
    def complete(self) -> bool:
        """Whether every run is there."""
        return self.done == self.total


def slice_statuses(record: StudyRecord, present: Sequence[str]) -> list[SliceStatus]:
    """How far each slice is.

    Args:
        record: The study.
        present: Ids of the runs that the store has.
    """
    there = set(present)
    found = []
    for name, about in record.slices.items():
        runs = {run.run_id: run for run in record.runs if run.slice == name}
        missing = [run for run_id, run in runs.items() if run_id not in there]
        failed = sum(any(i in record.failures for i in (r.run_id, *r.needs)) for r in missing)
        found.append(SliceStatus(name, about, len(runs) - len(missing), failed, len(runs)))
    return found


def save_study(root: Path, record: StudyRecord) -> None:
    """Write a study into a store, whole or not at all."""
    (root / _FOLDER).mkdir(parents=True, exist_ok=True)
    write_json(root / _FOLDER / f"{record.name}.json", asdict(record))


def change_study(
    root: Path, name: str, change: Callable[[StudyRecord | None], StudyRecord]
) -> StudyRecord:
    """Change a study's record, while nobody else does.

    Args:
        root: The store.
        name: The study's.
        change: Given the record as it lies there, None if it is not there; gives the new one.

    Returns:
        The new record.

    Raises:
        StoreError: If its file is damaged.
    """
    with locked(root, f"study-{name}"):
        record = change(read_study(root, name))
        save_study(root, record)
    return record


def read_study(root: Path, name: str) -> StudyRecord | None:
    """A study of a store; None if it is not there.

    Raises:
        StoreError: If its file is damaged.
    """
    path = root / _FOLDER / f"{name}.json"
    if not path.exists():
        return None
    content = read_json(path)
    try:
        if content is None:
            raise ValueError("it is no JSON object")
        runs = tuple(StudyRun(**{**r, "needs": tuple(r["needs"])}) for r in content["runs"])
        return StudyRecord(**{**content, "runs": runs})
    except (ValueError, TypeError, KeyError) as error:
        raise StoreError(
            f"{path} cannot be read ({error}). Remove it, and start the study again: its runs stay."
        ) from error


def read_studies(roots: Sequence[Path]) -> list[StudyRecord]:
    """All studies of stores, the newest first; damaged ones are left out."""
    found: dict[str, StudyRecord] = {}
    for root in roots:
        for path in sorted((root / _FOLDER).glob("*.json")):
            try:
                record = read_study(root, path.stem)
            except StoreError:
                continue
            if record is not None:
                found.setdefault(record.name, record)
    return sorted(found.values(), key=lambda record: record.created, reverse=True)
