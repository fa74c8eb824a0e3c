"""From what a user points at (a file, a folder, a hub's data set) to the sources of a task."""

from pathlib import Path

from ipt_engine.errors import DataError
from ipt_engine.tasks.base import Split
from ipt_engine.tasks.formats import FORMATS, Format, hub
from ipt_engine.tasks.registered import SPLITS, file_hash
from ipt_engine.tasks.registry import Source


def find_sources(kind: str, place: str, subset: str | None, split: Split | None) -> list[Source]:
    """The sources, without a hub's hashes, which follow from the examples.

    A file without a split is split by seed; so is the only one that a folder or a hub's data
    set has.

    Args:
        kind: One of `registry.KINDS`.
        place: Path of a file or folder; for kind "hub", an id or a folder.
        subset: Of a hub's data set.
        split: Only this one, or None for whatever there is.

    Raises:
        DataError: If nothing fitting is there; says what was looked for.
    """
    if kind == "hub":
        return _of_hub(place, subset, split)
    path = Path(place).expanduser().resolve()
    format_ = FORMATS.get(kind)
    if not path.is_dir():
        return [_source(path, split, format_)]
    if format_ is None:
        raise DataError(
            f"{path} is a folder. Expected a CSV, JSONL or Parquet file; for a folder of the "
            "library `datasets`, add --hub."
        )
    found = _official(path, format_)
    if split is not None:
        found = {split: found[split]} if split in found else {}
    if not found:
        looked_for = [name for key in SPLITS for name in format_.official[key][:1]]
        raise DataError(
            f"{path} holds no {'' if split is None else f'{split} '}file of {format_.title}. "
            f"Expected names such as {', '.join(looked_for)}; or give the path of a file."
        )
    alone = split is None and len(found) == 1
    return [
        _source(file, None if alone else key, format_) for key, files in found.items()
        for file in files
    ]  # fmt: skip


def _official(folder: Path, format_: Format) -> dict[Split, list[Path]]:
    """The data set's files by split, found by their names."""
    found = {}
    for split in SPLITS:
        for pattern in format_.official[split]:
            files = sorted(path for path in folder.glob(pattern) if path.is_file())
            if files:
                found[split] = files
                break
    return found


def _source(path: Path, split: Split | None, format_: Format | None) -> Source:
    if not path.is_file():
        raise DataError(f"There is no file {path}. Give the path of a file that can be read.")
    others = () if format_ is None else format_.companions(path)
    for other in others:
        if not other.is_file():
            raise DataError(f"{other} is missing. It has to lie beside {path.name}.")
    companions = tuple((str(other), file_hash(other)) for other in others)
    return Source(split, str(path), file_hash(path), companions)


def _of_hub(place: str, subset: str | None, split: Split | None) -> list[Source]:
    # A folder keeps its place if the next command starts elsewhere.
    folder = Path(place).expanduser()
    place = str(folder.resolve()) if folder.is_dir() else place
    there = hub.splits(place, subset)
    if len(there) == 1:
        return [Source(split, place, "", part=name) for name in there.values()]
    if split is not None and split not in there:
        raise DataError(f"The data set {place} has no {split} split. It has: {', '.join(there)}.")
    return [
        Source(key, place, "", part=name)
        for key, name in there.items()
        if split is None or key == split
    ]
