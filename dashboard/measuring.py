"""Encoding a task's inputs by an encoder that someone named, in a thread; seen by every session."""

import threading
from dataclasses import dataclass, field

from dashboard import data
from dashboard.readonly import refuse_if_read_only
from ipt_engine.encoders import all_encoded, encode
from ipt_engine.errors import Cancelled, IPTError

_MOST = 32


@dataclass
class Encoding:
    """The encoding of one task's inputs by one encoder.

    Attributes:
        doing: What is being done, for people.
        done: Texts encoded.
        total: Of how many; 0 while unknown, as of a download.
        error: One line if it failed.
        running: Whether there is more to come.
        stopping: Set when someone asks for its end.
    """

    doing: str = "Beginning"
    done: int = 0
    total: int = 0
    error: str | None = None
    running: bool = True
    stopping: threading.Event = field(default_factory=threading.Event)


_ENCODINGS: dict[tuple[str, str], Encoding] = {}
_LOCK = threading.Lock()


def texts(task: str) -> list[str]:
    """The inputs of which each test input's nearness to the training inputs is made."""
    return [e.input for split in ("train", "test") for e in data.examples(task, split).values()]


def is_encoded(task: str, encoder: str) -> bool:
    """Whether nothing is left to do."""
    return all_encoded(texts(task), encoder)


def start(task: str, encoder: str) -> None:
    """Begin, unless it is being done already.

    Raises:
        StoreError: If nothing may be changed: an encoder may have to be fetched.
    """
    refuse_if_read_only()
    with _LOCK:
        found = find(task, encoder)
        if found is None or not found.running:
            for key in [key for key, each in _ENCODINGS.items() if not each.running][:-_MOST]:
                del _ENCODINGS[key]
            found = _ENCODINGS[task, encoder] = Encoding()
            threading.Thread(target=_encode, args=(found, task, encoder), daemon=True).start()


def find(task: str, encoder: str) -> Encoding | None:
    """The encoding begun last; None if none was begun since the server started."""
    return _ENCODINGS.get((task, encoder))


def _encode(encoding: Encoding, task: str, encoder: str) -> None:
    def tell(what: str, done: int, total: int) -> None:
        encoding.doing, encoding.done, encoding.total = what, done, total
        if encoding.stopping.is_set():
            raise Cancelled("Stopped; what was encoded by then is kept.")

    try:
        encode(texts(task), encoder, tell)
    except IPTError as error:
        encoding.error = str(error)
    except Exception as error:
        encoding.error = f"The encoder failed ({type(error).__name__}: {error})."
    finally:
        encoding.running = False
