"""What takes space on the disk, and removing what can be made again or was never finished."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ipt_engine.errors import BusyError, ConfigError, StoreError
from ipt_engine.resources import cache_root, tasks_root
from ipt_engine.runs import RunStore

STORE_PARTS = {
    "runs": "answers and scores of runs",
    "prompts": "soft prompts with their histories",
    "studies": "records of studies",
    "tunings": "searches for good settings",
    "knockouts": "prompts with tokens taken out",
    "jobs": "the dashboard's queue",
    "active": "unfinished work, with checkpoints",
}
CACHES = {
    "models": "base models, expanded once; made again in less than a minute each",
    "embeddings": "embeddings of texts; made again when they are needed",
    "databases": "SQLite databases of built-in tasks; made again when they are needed",
}


@dataclass(frozen=True)
class Space:
    """A folder and what it takes.

    Attributes:
        name: What it is called.
        about: What is in it.
        path: Where it lies.
        files: How many files.
        bytes: Their size.
    """

    name: str
    about: str
    path: Path
    files: int
    bytes: int


def measure(store: RunStore) -> list[Space]:
    """The parts of the store, the uploads, and the caches."""
    found = [_space(name, about, store.root / name) for name, about in STORE_PARTS.items()]
    found.append(_space("uploads", "files of tasks that were added", tasks_root()))
    found += [
        _space(name, f"cache: {about}", cache_root() / name) for name, about in CACHES.items()
    ]
    return found


def clean_caches() -> int:
    """Remove what is made again by itself; the bytes that were freed.

    Raises:
        ConfigError: If a folder cannot be removed.
    """
    return sum(_remove(cache_root() / name) for name in CACHES)


def clean_unfinished(store: RunStore) -> int:
    """Remove work that was interrupted, failed or cancelled, checkpoints and all; bytes freed.

    What runs stays, and so does what a stopped process still holds.

    Raises:
        StoreError: If a folder cannot be removed.
    """
    freed = 0
    for work in store.active():
        if work.state == "running":
            continue
        size = _space("", "", work.folder).bytes
        try:
            store.discard(work.id)
        except BusyError:
            continue
        except OSError as error:
            raise StoreError(f"{work.folder} cannot be removed ({error}).") from error
        freed += size
    return freed


def size_text(count: int) -> str:
    """Bytes as people say them."""
    value = float(count)
    for unit in ("B", "kB", "MB"):
        if value < _STEP:
            return f"{value:.0f} {unit}"
        value /= _STEP
    return f"{value:.1f} GB"


_STEP = 1000.0


def _space(name: str, about: str, path: Path) -> Space:
    sizes = list(_sizes(path))
    return Space(name, about, path, len(sizes), sum(sizes))


def _sizes(path: Path) -> Iterator[int]:
    for file in path.rglob("*") if path.is_dir() else ():
        try:
            if file.is_file():
                yield file.stat().st_size
        except OSError:
            # Removed while it was looked at.
            continue


def _remove(path: Path) -> int:
    size = _space("", "", path).bytes
    try:
        shutil.rmtree(path, ignore_errors=False)
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise ConfigError(f"{path} cannot be removed ({error}).") from error
    return size
