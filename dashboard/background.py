"""Work in a thread: how far it is, seen by every session, and ended by any of them."""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ipt_engine.errors import Cancelled, InputTooLong, IPTError
from ipt_engine.estimates import duration


def line_of(error: Exception) -> str:
    """An error as a page says it."""
    if isinstance(error, InputTooLong):
        # The error's own text names settings that the page does not have.
        return f"The input is about {error.excess} tokens too long: shorten it."
    if isinstance(error, IPTError):
        return str(error)
    return f"It failed ({type(error).__name__}: {error})."


@dataclass(kw_only=True)
class Work:
    """Something that a thread does.

    Attributes:
        doing: What is being done, for people.
        done: Steps of it that are done.
        total: Of how many; 0 where there is no count.
        error: One line if it failed.
        running: Whether there is more to come.
        stopping: Set when someone asks for its end.
        since: When the present count began, in seconds of `time.monotonic`, and with how many done.
    """

    doing: str = "Beginning"
    done: int = 0
    total: int = 0
    error: str | None = None
    running: bool = True
    stopping: threading.Event = field(default_factory=threading.Event)
    since: tuple[float, int] = (0.0, 0)

    @property
    def line(self) -> str:
        """What is being done, how far it is, and about how long it will take."""
        if not self.total:
            return f"{self.doing}."
        began, before = self.since
        line, new = f"{self.doing}: {self.done} of {self.total}", self.done - before
        if new <= 0:
            return f"{line}."
        left = (time.monotonic() - began) / new * (self.total - self.done)
        return f"{line}, about {duration(left)} left."

    def tell(self, doing: str, done: int, total: int) -> None:
        """Say how far it is; what the engine takes as `on_progress`.

        Raises:
            Cancelled: If someone asked for its end.
        """
        if (doing, total) != (self.doing, self.total) or done < self.done:
            self.since = time.monotonic(), done
        self.doing, self.done, self.total = doing, done, total
        self.check()

    def check(self) -> None:
        """End here if someone asked for it.

        Raises:
            Cancelled: If so.
        """
        if self.stopping.is_set():
            raise Cancelled("Stopped.")


Key = TypeVar("Key", bound=Hashable)
W = TypeVar("W", bound=Work)


class Works(Generic[Key, W]):
    """The works of one kind that were begun last, by what each is about."""

    def __init__(self, most: int) -> None:
        """Begin without any.

        Args:
            most: How many are kept; older ones are stopped and forgotten.
        """
        self._most = most
        self._works: dict[Key, W] = {}
        self._lock = threading.Lock()

    def find(self, key: Key) -> W | None:
        """The work begun last; None if none was begun since the server started."""
        return self._works.get(key)

    def begin(
        self, key: Key, new: Callable[[], W], do: Callable[[W], None], wait: float = 0.0
    ) -> None:
        """Begin, unless it is being done already.

        Args:
            key: What it is about.
            new: Makes a work that has not begun.
            do: Does it, in a thread of its own.
            wait: Seconds in which it may end before this returns.
        """
        with self._lock:
            found = self._works.pop(key, None)
            begins = found is None or not found.running or found.stopping.is_set()
            work = self._works[key] = new() if found is None or begins else found
            while len(self._works) > self._most:
                self._works.pop(next(iter(self._works))).stopping.set()
        if begins:
            thread = threading.Thread(target=_run, args=(work, do), daemon=True)
            thread.start()
            thread.join(wait)


def _run(work: W, do: Callable[[W], None]) -> None:
    try:
        do(work)
    except Exception as error:
        work.error = line_of(error)
    finally:
        work.running = False
