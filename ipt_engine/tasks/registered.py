"""A registration as a `Task`: its files are checked, read and parted into splits."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

from ipt_engine.errors import DataError
from ipt_engine.records import Example, content_hash
from ipt_engine.tasks.base import Split, Task
from ipt_engine.tasks.formats import FORMATS, BadRecord, columns, hub
from ipt_engine.tasks.formats.base import Read
from ipt_engine.tasks.registry import Registration, Source
from ipt_engine.tasks.splitting import SHARES, part

SPLITS: tuple[Split, ...] = ("train", "dev", "test")
_NAMED = 5
"""How many bad records one error names."""


def task_of(registration: Registration) -> Task:
    """The task; its files are not looked at before examples are asked for."""
    return Task(
        name=registration.name,
        title=registration.title,
        description=registration.description,
        instruction=registration.instruction,
        input_label=registration.input_label,
        output_label=registration.output_label,
        metrics=registration.metrics,
        stop=registration.stop,
        max_new_tokens=registration.max_new_tokens,
        licence=registration.licence,
        source=registration.source,
        loader=partial(load, registration),
        linearisation=registration.linearisation,
        resources=partial(resources, registration) if registration.kind in FORMATS else None,
    )


def gives(registration: Registration) -> list[tuple[Source, tuple[Split, ...]]]:
    """Which splits each file gives.

    What was added as test or dev is never trained on. Without a file of test examples, those
    of dev are the test; without one of dev, a part of train is.
    """
    declared = {source.split for source in registration.sources}
    test_is_dev = "dev" in declared and "test" not in declared
    no_dev = test_is_dev or "dev" not in declared
    plan: dict[Split | None, tuple[Split, ...]] = {
        None: SPLITS,
        "train": ("train", "dev") if no_dev else ("train",),
        "dev": ("test",) if test_is_dev else ("dev",),
        "test": ("test",),
    }
    return [(source, plan[source.split]) for source in registration.sources]


def load(registration: Registration, split: Split) -> list[Example]:
    """Examples of a split; read once for as long as the files stay as they are.

    Raises:
        DataError: If a file is missing, changed or malformed, or no file gives this split.
    """
    found = _load(_bare(registration), _stamp(registration))
    if split not in found:
        raise DataError(
            f"The task {registration.name} has no {split} examples yet. Add a file of them: "
            f"ipt tasks add {_first_argument(registration)} FILE --split {split}"
        )
    return found[split]


def resources(registration: Registration, example: Example) -> Mapping[str, str]:
    """Where the files that metrics look at lie on this machine."""
    of_file = FORMATS[registration.kind].resources
    for source in registration.sources:
        found = of_file(Path(source.path), example)
        if found:
            return found
    return {}


def read_source(
    registration: Registration, source: Source
) -> tuple[list[Example], list[BadRecord]]:
    """What a file holds: the examples, with their numbers as ids, and the records that are bad.

    Raises:
        DataError: If it is no such file at all.
    """
    examples, bad = [], []
    for item in _items(registration, source):
        if isinstance(item, BadRecord):
            bad.append(item)
        else:
            examples.append(item)
    return examples, bad


def refuse_bad(path: str, bad: list[BadRecord]) -> None:
    """Raise where records are bad, naming the first of them.

    Raises:
        DataError: Names file, place and field of each.
    """
    if not bad:
        return
    named = "; ".join(f"{record.where}: {record.reason}" for record in bad[:_NAMED])
    more = f"; and {len(bad) - _NAMED} more" if len(bad) > _NAMED else ""
    raise DataError(
        f"{path}, {named}{more}. Mend the {'record' if len(bad) == 1 else 'records'}, or leave "
        "them out with --skip-bad."
    )


def file_hash(path: Path) -> str:
    """SHA-256 (hex) of a file's bytes.

    Raises:
        DataError: If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"Cannot read {path}: {error.strerror or error}.") from error


def _items(registration: Registration, source: Source) -> Read:
    if registration.columns is None:
        return FORMATS[registration.kind].read(Path(source.path))
    if registration.kind == "hub":
        chosen = source.part or "train"
        return hub.read(source.path, registration.subset, chosen, registration.columns)
    return columns.read(Path(source.path), registration.columns)


def _bare(registration: Registration) -> Registration:
    """Without what is said around the examples: another wording reads no file again."""
    return replace(
        registration,
        title="",
        description="",
        instruction="",
        input_label="",
        output_label="",
        metrics=(),
        stop="eos",
        max_new_tokens=1,
        linearisation="",
    )


Stamp = tuple[tuple[int, int], ...]


def _stamp(registration: Registration) -> Stamp:
    """Time of change and size of every file: while they stay, so do the examples."""
    if registration.kind == "hub":
        return ()
    found = []
    for source in registration.sources:
        for path in (source.path, *(path for path, _ in source.companions)):
            try:
                status = Path(path).stat()
            except OSError as error:
                raise DataError(
                    f"The task {registration.name} needs {path}, which is missing. Put the file "
                    f"back, or remove the task (ipt tasks remove {registration.name}) and add it "
                    "from where the file is now."
                ) from error
            found.append((status.st_mtime_ns, status.st_size))
    return tuple(found)


@lru_cache(maxsize=8)
def _load(registration: Registration, stamp: Stamp) -> dict[Split, list[Example]]:
    """All examples by split. `stamp` only tells when to read again."""
    found: dict[Split, list[Example]] = {}
    files: Counter[Split | None] = Counter()
    for source, wanted in gives(registration):
        examples = _checked(registration, source)
        files[source.split] += 1
        # Several files of one split: the file's number keeps the ids apart.
        place = "" if files[source.split] == 1 else f"{files[source.split]}."
        shares = {**SHARES, "test": registration.test_share}
        for split, chosen in part(examples, wanted, registration.seed, shares).items():
            found.setdefault(split, []).extend(
                replace(example, id=f"{registration.name}-{split}-{place}{example.id}")
                for example in chosen
            )
    return found


def _checked(registration: Registration, source: Source) -> list[Example]:
    if registration.kind != "hub":
        for path, expected in ((source.path, source.sha256), *source.companions):
            if file_hash(Path(path)) != expected:
                raise _changed(registration, path)
    examples, bad = read_source(registration, source)
    if not registration.skip_bad:
        refuse_bad(source.path, bad)
    if registration.kind == "hub" and content_hash(examples) != source.sha256:
        raise _changed(registration, source.path)
    return examples


def _changed(registration: Registration, path: str) -> DataError:
    return DataError(
        f"The task {registration.name}: {path} has changed since it was added. Put back the file "
        f"as it was, or remove the task (ipt tasks remove {registration.name}) and add it anew."
    )


def _first_argument(registration: Registration) -> str:
    if registration.kind not in FORMATS or registration.kind == registration.name:
        return registration.name
    return f"{registration.kind} --name {registration.name}"
