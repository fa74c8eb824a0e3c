"""Files that people upload: kept beside the tasks made of them, named by what is in them."""

import hashlib
import os
import re
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.readonly import refuse_if_read_only
from ipt_engine.errors import DataError
from ipt_engine.resources import tasks_root
from ipt_engine.tasks.formats.columns import preview

_STRANGE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 80
CHANGING = threading.Lock()
"""Held from keeping a file until its task is registered, and while tidying: else one person's
tidying could take the file that another is about to add."""
_LOOKED_AT = 200
"""Rows that tell what answers are like."""
_COMMANDS = (
    (r" \(--(max-new-tokens|stop eos)\)", ""),
    (r" \(--test-share\)", " (“More”, when a table is added)"),
    (r" \(--split test\)", " (ipt tasks add, on the command line)"),
    (r"--test-share must", "The share for test must"),
    (r"with --skip-bad", "with “Leave bad rows out, and count them”"),
    (r"--stop newline would", "Ending an answer at a line break would"),
    (r"Use --stop eos", "Choose “the end token alone” under “More”"),
    (r"To make it anew, first: ipt tasks remove \S+", "Choose another name, or remove it first."),
    (r"leave --input, --answer and --hub away\. For a table of your own, give", "give"),
)
"""Words of the command line, and what the page says instead."""


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
            f"The upload {path.name} cannot be kept: {error.strerror or error}. Uploads are kept "
            "in the folder that IPT_TASKS names."
        ) from error
    return path


def safe_name(name: str) -> str:
    """A file's name without folders and without characters that a path could trip over."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem, _, ending = last.rpartition(".")
    stem, ending = (_STRANGE.sub("-", part).strip(".-")[:_LONGEST] for part in (stem, ending))
    return f"{stem or 'upload'}.{ending}" if ending else stem or "upload"


def tidy() -> None:
    """Remove the copies that no registered task uses. To be called with `CHANGING` held.

    A registration is read as plain text: one that is damaged still keeps its file.
    """
    refuse_if_read_only()
    registrations = [path.read_text("utf-8", "replace") for path in tasks_root().glob("*.json")]
    for folder in (tasks_root() / "files").glob("*"):
        if not any(folder.name in text for text in registrations):
            shutil.rmtree(folder, ignore_errors=True)


@st.cache_data(max_entries=4, show_spinner=False)
def look(name: str, content: bytes) -> tuple[list[str], list[dict[str, Any]]]:
    """`columns.preview` of an upload that is not kept yet, by its first rows.

    Raises:
        DataError: If it cannot be read; it is called by its own name.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / safe_name(name)
        path.write_bytes(content)
        try:
            return preview(path, _LOOKED_AT)
        except DataError as error:
            raise DataError(str(error).replace(str(path), name)) from None


def task_name(file: str) -> str:
    """A task's name for a file: lower-case letters and digits, single hyphens between them."""
    stem = safe_name(file).rpartition(".")[0].lower()
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:40].strip("-") or "my-task"


def without_folder(message: str) -> str:
    """A message that calls uploads by their names: where the server keeps them says nothing."""
    place = re.escape(str(tasks_root() / "files")) + r"[/\\][0-9a-f]{12}[/\\]"
    return re.sub(place, "", message)


def in_words_of_the_page(message: str) -> str:
    """A message of `ipt tasks add` for somebody who uploaded the file and sees no command."""
    message = without_folder(message)
    for command, words in _COMMANDS:
        message = re.sub(command, words, message)
    return message
