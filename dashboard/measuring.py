"""Encoding a task's inputs by an encoder that someone named, in a thread; seen by every session."""

from dashboard import data
from dashboard.background import Work, Works
from dashboard.readonly import refuse_if_read_only
from ipt_engine.encoders import all_encoded, encode

_ENCODINGS: Works[tuple[str, str], Work] = Works(most=32)


def texts(task: str) -> list[str]:
    """The inputs of which each test input's nearness to the training inputs is made."""
    return [e.input for split in ("train", "test") for e in data.examples(task, split).values()]


def is_encoded(task: str, encoder: str) -> bool:
    """Whether nothing is left to do."""
    return all_encoded(texts(task), encoder)


def start(task: str, encoder: str) -> None:
    """Begin, unless it is being done already; what is encoded when it is stopped is kept.

    Raises:
        StoreError: If nothing may be changed: an encoder may have to be fetched.
    """
    refuse_if_read_only()
    _ENCODINGS.begin((task, encoder), Work, lambda work: _encode(work, task, encoder))


def find(task: str, encoder: str) -> Work | None:
    """The encoding begun last; None if none was begun since the server started."""
    return _ENCODINGS.find((task, encoder))


def _encode(work: Work, task: str, encoder: str) -> None:
    encode(texts(task), encoder, work.tell)
