"""What cannot be written or read, said in a line: what, where, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from ipt_engine.errors import IPTError, StoreError

OTHER_STORE = "Make room there and the folder writable, or name another store with --store."


def unreadable(path: Path, error: OSError | UnicodeDecodeError, expected: str) -> str:
    """Why a text file of the user's cannot be read.

    Args:
        path: The file.
        error: What reading it raised.
        expected: What it should be, such as "a UTF-8 CSV file".
    """
    if isinstance(error, UnicodeDecodeError):
        return f"Cannot read {path}: it is not UTF-8. Save it as UTF-8."
    return f"Cannot read {path}: {error.strerror or error}. Expected {expected}."


@contextmanager
def writing(
    what: str, place: Path, remedy: str = OTHER_STORE, kind: type[IPTError] = StoreError
) -> Iterator[None]:
    """Around whatever writes: a folder that is a file or read only, a full disk.

    Args:
        what: What is written, to begin a sentence; plural.
        place: The folder it is to be in.
        remedy: What to do about it, a sentence.
        kind: Of the error raised.

    Raises:
        IPTError: Of that kind, if the file system refuses.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise kind(f"{what} cannot be written to {place} ({reason}). {remedy}") from error
    except SafetensorError as error:
        # The library wraps what the file system said.
        raise kind(f"{what} cannot be written to {place} ({error}). {remedy}") from error
