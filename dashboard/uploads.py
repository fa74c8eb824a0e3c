"""Files that people upload: kept beside the tasks made of them, named by what is in them."""

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.readonly import refuse_if_read_only
from ipt_engine.errors import DataError
from ipt_engine.resources import tasks_root
from ipt_engine.tasks.formats.columns import preview

_STRANGE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 80


def keep(name: str, content: bytes) -> Path:
    """Store an upload for good; another of the same content is the same file.

    Args:
        name: As the browser sent it.
        content: Its bytes.

    Raises:
        DataError: If the folder cannot be written to.
    """
    refuse_if_read_only()
    folder = tasks_root() / "files" / hashlib.sha256(content).hexdigest()[:12]
    path = folder / safe_name(name)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        raise DataError(
            f"Cannot write {path}: {error.strerror or error}. Uploads are kept in the folder "
            "that IPT_TASKS names."
        ) from error
    return path


def safe_name(name: str) -> str:
    """A file's name without folders and without characters that a path could trip over."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem, _, ending = last.rpartition(".")
    stem, ending = (_STRANGE.sub("-", part).strip(".-")[:_LONGEST] for part in (stem, ending))
    return f"{stem or 'upload'}.{ending}" if ending else stem or "upload"


@st.cache_data(max_entries=4, show_spinner=False)
def look(name: str, content: bytes) -> tuple[list[str], list[dict[str, Any]]]:
    """`columns.preview` of an upload that is not kept yet.

    Raises:
        DataError: If it cannot be read; it is called by its own name.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / safe_name(name)
        path.write_bytes(content)
        try:
            return preview(path)
        except DataError as error:
            raise DataError(str(error).replace(str(path), name)) from None


def task_name(file: str) -> str:
    """A task's name for a file: lower-case letters and digits, single hyphens between them."""
    stem = safe_name(file).rpartition(".")[0].lower()
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:40].strip("-") or "my-task"


def in_words_of_the_page(message: str) -> str:
    """A message of `ipt tasks add` for somebody who uploaded the file and sees no command."""
    place = re.escape(str(tasks_root() / "files")) + r"[/\\][0-9a-f]{12}[/\\]"
    return re.sub(place, "", message).replace(
        "with --skip-bad", "with “Leave bad rows out, and count them”"
    )
