"""`Registration`: a task made from files, as it is written down in the user's folder."""

import json
import os
import re
import types
import typing
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from ipt_engine.errors import ConfigError, DataError
from ipt_engine.metrics import METRICS
from ipt_engine.resources import tasks_root
from ipt_engine.tasks.base import Split, Stop
from ipt_engine.tasks.formats import FORMATS
from ipt_engine.tasks.formats.columns import Columns
from ipt_engine.tasks.splitting import SHARES, TEST_SHARES

VERSION = 1
KINDS = (*FORMATS, "columns", "hub")
"""What a registration may be read with: a known format, one's own columns, a hub's data set."""
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Source:
    """A file that a task's examples come from.

    Attributes:
        split: What it was added as; None where it is split by seed.
        path: The file, absolute; for a hub's data set its id or folder.
        sha256: Of the file's bytes; for a hub's data set, of the examples.
        companions: (path, SHA-256) of the files it cannot be read without.
        part: For a hub's data set, its own name of the split.
        skipped: Bad records left out.
    """

    split: Split | None
    path: str
    sha256: str
    companions: tuple[tuple[str, str], ...] = ()
    part: str | None = None
    skipped: int = 0


@dataclass(frozen=True)
class Registration:
    """A task of the user's: where its files lie and what is asked. Saved as NAME.json.

    Attributes:
        name: The task's name.
        kind: One of `KINDS`.
        sources: Its files.
        title: As `Task.title`; so are the fields after it that `Task` has too.
        columns: For one's own columns and a hub's data set; None for a known format.
        subset: A hub's data set may come in several; None is its default.
        skip_bad: Whether bad records are left out.
        seed: Of the split, where files are split.
        test_share: Share of a file's examples that test gets, where train, dev and test come of it.
    """

    name: str
    kind: str
    sources: tuple[Source, ...]
    title: str
    description: str
    instruction: str
    input_label: str
    output_label: str
    metrics: tuple[str, ...]
    stop: Stop
    max_new_tokens: int
    licence: str
    source: str
    linearisation: str
    columns: Columns | None = None
    subset: str | None = None
    skip_bad: bool = False
    seed: int = 0
    test_share: float = SHARES["test"]


def check_name(name: str, reserved: typing.Collection[str]) -> None:
    """Refuse a name that cannot be a task's.

    Raises:
        ConfigError: Says what names look like, or who has this one.
    """
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise ConfigError(
            f"{name!r} cannot be a task's name. Expected at most {_LONGEST_NAME} lower-case "
            "letters, digits and single hyphens between them, such as my-task."
        )
    if name in reserved:
        raise ConfigError(f"The name {name!r} is taken by a task of IPT Lab. Choose another.")


def save(registration: Registration) -> Path:
    """Write NAME.json, whole or not at all.

    Raises:
        DataError: If the folder cannot be written to.
    """
    folder = tasks_root()
    path = folder / f"{registration.name}.json"
    unfinished = folder / f".{registration.name}.{os.getpid()}"
    content = {"version": VERSION, **asdict(registration)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
        unfinished.replace(path)
    except OSError as error:
        raise DataError(
            f"Cannot write {path}: {error.strerror or error}. Tasks are kept in the folder that "
            "IPT_TASKS names."
        ) from error
    return path


def read(name: str) -> Registration:
    """The registration of that name.

    Raises:
        DataError: If there is none, or it is damaged; the line says what to do.
    """
    path = tasks_root() / f"{name}.json"
    try:
        content = json.loads(path.read_text("utf-8"))
        if content.pop("version", None) != VERSION:
            raise ValueError(f"its version is not {VERSION}")
        registration: Registration = _build(Registration, content)
        if registration.name != name:
            raise ValueError(f"it names itself {registration.name!r}")
        _check(registration)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise DataError(
            f"The task {name!r} cannot be read from {path}: {error}. Add it again, or remove it: "
            f"ipt tasks remove {name}"
        ) from error
    return registration


def names() -> list[str]:
    """Names of all registrations, readable or not, sorted."""
    return sorted(path.stem for path in tasks_root().glob("*.json"))


def remove(name: str) -> None:
    """Forget a registration; its files are not touched.

    Raises:
        ConfigError: If there is none; lists those there are.
    """
    if name not in names():
        there = f"Choose one of: {', '.join(names())}." if names() else "None has been added."
        raise ConfigError(f"No task named {name!r} has been added. {there}")
    (tasks_root() / f"{name}.json").unlink()


def _check(registration: Registration) -> None:
    """What the types do not say. Raises ValueError."""
    if registration.kind not in KINDS:
        raise ValueError(f"unknown kind {registration.kind!r}")
    if (registration.columns is None) != (registration.kind in FORMATS):
        raise ValueError(f"columns do not go with the kind {registration.kind!r}, or are missing")
    unknown = [name for name in registration.metrics if name not in METRICS]
    if unknown or not registration.metrics:
        raise ValueError(f"unknown metric {unknown[0]!r}" if unknown else "it has no metric")
    if not TEST_SHARES[0] <= registration.test_share <= TEST_SHARES[1]:
        raise ValueError(f"test_share is {registration.test_share}")
    if not registration.sources or registration.max_new_tokens < 1:
        raise ValueError("it has no files, or no room for an answer")


def _build(kind: Any, value: Any) -> Any:
    """A value from JSON as the dataclass, tuple or plain type that a field declares.

    Raises:
        TypeError, ValueError: If it is no such thing.
    """
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if isinstance(kind, type) and hasattr(kind, "__dataclass_fields__"):
        hints = typing.get_type_hints(kind)
        unknown = set(value) - {field.name for field in fields(kind)}
        if unknown:
            raise ValueError(f"unknown field {min(unknown)!r}")
        return kind(**{name: _build(hints[name], item) for name, item in value.items()})
    if origin is tuple:
        if not isinstance(value, list):
            raise TypeError(f"expected a list, found {value!r}")
        return tuple(_build(item_kind, item) for item_kind, item in _items(inner, value))
    if origin is typing.Literal:
        if value not in inner:
            raise ValueError(f"expected one of {inner}, found {value!r}")
        return value
    if origin in {typing.Union, types.UnionType}:
        if value is None:
            return None
        return _build(next(k for k in inner if k is not type(None)), value)
    if type(value) is not kind:
        raise TypeError(f"expected {kind.__name__}, found {value!r}")
    return value


def _items(inner: tuple[Any, ...], value: list[Any]) -> Iterator[tuple[Any, Any]]:
    kinds = [inner[0]] * len(value) if inner[1:] == (...,) else list(inner)
    if len(kinds) != len(value):
        raise ValueError(f"expected {len(kinds)} values, found {len(value)}")
    return zip(kinds, value, strict=True)
