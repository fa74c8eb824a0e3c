"""SQLite databases that ship as SQL text, built into the user's cache on first use."""

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from pathlib import Path

from filelock import FileLock

from ipt_engine.errors import DataError
from ipt_engine.resources import bundled_root, cache_root


def built_databases(task: str) -> Path:
    """The folder of a built-in task's databases, each as `NAME/NAME.sqlite`; made if missing.

    The folder is named by the hash of the SQL, so edited text makes another one. It appears
    whole or not at all, also where two processes ask for it at once.

    Raises:
        DataError: If the SQL is missing or wrong, or the cache cannot be written.
    """
    digest, scripts = _scripts(bundled_root() / "data" / task / "databases")
    folder = cache_root() / "databases" / f"{task}-{digest[:12]}"
    if _is_complete(folder, scripts):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock"):
            if not _is_complete(folder, scripts):
                _build(folder, scripts)
    except OSError as error:
        raise DataError(
            f"The databases of {task} cannot be written to {folder.parent} ({error.strerror}). "
            "Make that folder writable, or name another cache folder with XDG_CACHE_HOME."
        ) from error
    return folder


@cache
def _scripts(source: Path) -> tuple[str, Mapping[str, str]]:
    """SHA-256 (hex) of all scripts, and the scripts by the name of their database."""
    try:
        texts = {path.stem: path.read_text("utf-8") for path in sorted(source.glob("*.sql"))}
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"Cannot read the SQL in {source}: {error}. Reinstall IPT Lab.") from error
    if not texts:
        raise DataError(f"{source} holds no .sql files. Reinstall IPT Lab.")
    digest = hashlib.sha256()
    for name, text in texts.items():
        # The lengths keep two different sets of files from reading the same end to end.
        digest.update(f"{name} {len(text)}\n{text}".encode())
    return digest.hexdigest(), texts


def _is_complete(folder: Path, scripts: Mapping[str, str]) -> bool:
    return all((folder / name / f"{name}.sqlite").is_file() for name in scripts)


def _build(folder: Path, scripts: Mapping[str, str]) -> None:
    work = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    try:
        for name, script in scripts.items():
            (work / name).mkdir()
            with closing(sqlite3.connect(work / name / f"{name}.sqlite")) as connection:
                try:
                    connection.executescript(f"PRAGMA foreign_keys = ON;\n{script}")
                except sqlite3.Error as error:
                    raise DataError(
                        f"The SQL of database {name} does not run ({error}). Reinstall IPT Lab."
                    ) from error
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(work, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
