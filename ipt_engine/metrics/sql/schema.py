"""Tables, columns and foreign keys of one database, from Spider's tables.json."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ipt_engine.errors import DataError


@dataclass(frozen=True)
class Schema:
    """A database as exact set match knows it; all names in lower case.

    Attributes:
        tables: Each table's columns, in order.
        leads: Each column that takes part in a foreign key ("table.column") to the one that
            stands for all columns linked with it.
    """

    tables: Mapping[str, tuple[str, ...]]
    leads: Mapping[str, str]


def load_schema(path: str, db_id: str) -> Schema:
    """The schema of that name in a tables.json; read again only if the file changes.

    Raises:
        DataError: If the file cannot be read, is no tables.json or has no such database.
    """
    try:
        changed = Path(path).stat().st_mtime_ns
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}). Give a tables.json.") from None
    entry = _entries(path, changed).get(db_id)
    if entry is None:
        raise DataError(f"{path} has no database {db_id!r}. Use the tables.json of these queries.")
    return _schema(path, changed, db_id)


@lru_cache(maxsize=4)
def _entries(path: str, changed: int) -> dict[str, dict[str, Any]]:
    """The file's entries by db_id; `changed` only tells one state of the file from another."""
    try:
        return {entry["db_id"]: entry for entry in json.loads(Path(path).read_text("utf-8"))}
    except (OSError, ValueError, TypeError, KeyError):
        raise DataError(
            f"{path} is no tables.json: expected a JSON list of objects with a db_id."
        ) from None


@lru_cache(maxsize=256)
def _schema(path: str, changed: int, db_id: str) -> Schema:
    entry = _entries(path, changed)[db_id]
    try:
        names = [name.lower() for name in entry["table_names_original"]]
        # Every list starts with the column "*", which belongs to no table (-1).
        columns = [(table, name.lower()) for table, name in entry["column_names_original"]]
        tables = {
            name: tuple(column for table, column in columns if table == number)
            for number, name in enumerate(names)
        }
        full = [f"{names[table]}.{name}" if table >= 0 else "*" for table, name in columns]
        leads = {
            full[member]: full[min(group)]
            for group in _linked(entry["foreign_keys"])
            for member in sorted(group)
        }
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise DataError(
            f"{path}: the entry of {db_id!r} is malformed. Expected table_names_original, "
            "column_names_original and foreign_keys as in Spider's tables.json."
        ) from None
    return Schema(tables, leads)


def _linked(foreign_keys: list[list[int]]) -> list[set[int]]:
    """Columns that count as the same one.

    As in the official scorer, a pair joins the first group that has either of its columns, and
    groups that turn out to share one are not merged afterwards.
    """
    groups: list[set[int]] = []
    for first, second in foreign_keys:
        group = next((g for g in groups if first in g or second in g), None)
        if group is None:
            group = set()
            groups.append(group)
        group |= {first, second}
    return groups
