"""What a folder's files hold, as one hash: equal files give the same wherever they lie."""

import functools
import hashlib
from collections.abc import Sequence
from pathlib import Path


def file_hash(path: Path) -> bytes:
    """SHA-256 of a file's content; read again only where its size, time or place has changed."""
    about = path.stat()
    return _hash(path, (about.st_size, about.st_mtime_ns, about.st_ino))


def folder_hash(folder: Path, patterns: Sequence[str]) -> str:
    """SHA-256 (hex) of the names and the content of a folder's files.

    Args:
        folder: Where they lie. What is hidden in it does not count.
        patterns: As `Path.glob` takes them; a file counts once, however many it matches.
    """
    found = {path.relative_to(folder): path for glob in patterns for path in folder.glob(glob)}
    digest = hashlib.sha256()
    for name in sorted(found):
        hidden = any(part.startswith(".") for part in name.parts)
        if not hidden and found[name].is_file():
            # The name ends where the zero byte stands, and the hash has one length.
            digest.update(name.as_posix().encode() + b"\0" + file_hash(found[name]))
    return digest.hexdigest()


@functools.lru_cache(maxsize=256)
def _hash(path: Path, state: tuple[int, int, int]) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
