"""A data set by its hub id or local folder, through the optional library `datasets`."""

from pathlib import Path
from typing import Any

from ipt_engine.errors import DataError
from ipt_engine.tasks.base import Split
from ipt_engine.tasks.formats.base import Read, convert
from ipt_engine.tasks.formats.columns import Columns, check_columns, example_of

SPLITS: dict[Split, tuple[str, ...]] = {
    "train": ("train", "training"),
    "dev": ("validation", "dev", "valid", "eval"),
    "test": ("test", "testing"),
}
"""What data sets call the splits."""


def splits(place: str, subset: str | None = None) -> dict[Split, str]:
    """The data set's own names of the splits that it has.

    Raises:
        DataError: If the library is not installed, or the data set cannot be had.
    """
    names = list(_load(place, subset))
    found: dict[Split, str] = {}
    for split, spellings in SPLITS.items():
        name = next((spelling for spelling in spellings if spelling in names), None)
        if name is not None:
            found[split] = name
    if not found:
        raise DataError(
            f"The data set {place} has no split named train, validation or test. "
            f"It has: {', '.join(map(str, names)) or 'none'}."
        )
    return found


def read(place: str, subset: str | None, split: str, columns: Columns) -> Read:
    """The rows of one of its splits.

    Raises:
        DataError: As `splits`, or if a column is missing.
    """
    rows = _load(place, subset)[split]
    check_columns(rows.column_names, columns, f"The data set {place}")
    rows = rows.select_columns(list(dict.fromkeys(columns.all)))
    records = ((f"{split}, row {number}", row) for number, row in enumerate(rows, start=1))
    return convert(records, lambda record: example_of(record, columns))


def _load(place: str, subset: str | None) -> Any:
    """All splits by name."""
    try:
        import datasets  # noqa: PLC0415 an optional library
    except ImportError as error:
        raise DataError(
            "Data sets by hub id or folder need the library `datasets`: pip install 'ipt-lab[hub]'."
        ) from error
    folder = Path(place)
    try:
        if (folder / "dataset_dict.json").is_file():
            return datasets.load_from_disk(place)
        if (folder / "dataset_info.json").is_file() and (folder / "state.json").is_file():
            return {"train": datasets.load_from_disk(place)}
        return datasets.load_dataset(place, subset)
    except Exception as error:
        # The library raises errors of many kinds, and all mean that there are no data.
        first = str(error).strip().partition("\n")[0]
        raise DataError(
            f"Cannot load the data set {place} ({type(error).__name__}: {first}). Expected a hub "
            "id, or a folder that `save_to_disk` wrote or that holds data files."
        ) from error
