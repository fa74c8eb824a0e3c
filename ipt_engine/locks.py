"""Locks in a store: files in `STORE/active`, held by one process at a time, and then gone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

WAIT = -1.0
"""As a timeout: for as long as it takes."""


def lock_path(root: Path, name: str) -> Path:
    """Where the lock of that name lies; that of unfinished work has its id for a name."""
    return root / "active" / f"{name}.lock"


@contextmanager
def locked(root: Path, name: str, timeout: float = WAIT) -> Iterator[None]:
    """Hold a lock of a store for the length of a block.

    Args:
        root: The store.
        name: What is locked.
        timeout: Seconds to wait for who holds it.

    Raises:
        filelock.Timeout: If it is held for longer.
    """
    path = lock_path(root, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    with lock.acquire(timeout=timeout):
        try:
            yield
        finally:
            # While it is held: who waits for it sees that its file has gone, and begins anew.
            path.unlink(missing_ok=True)
