"""Taking out a prompt's tokens one by one, in a thread; seen by every session until it is done."""

import threading
from dataclasses import dataclass, field

from dashboard.engine import on_the_model
from dashboard.readonly import refuse_if_read_only
from ipt_engine.errors import Cancelled
from ipt_engine.runs import RunStore


@dataclass
class Probe:
    """One prompt's measurement.

    Attributes:
        doing: What is being done, for people.
        done: Tokens measured.
        total: Of how many; 0 while unknown.
        error: One line if it failed.
        running: Whether there is more to come.
        stopping: Set when someone asks for its end.
    """

    doing: str = "Waiting for the model"
    done: int = 0
    total: int = 0
    error: str | None = None
    running: bool = True
    stopping: threading.Event = field(default_factory=threading.Event)


_PROBES: dict[tuple[str, str], Probe] = {}
_LOCK = threading.Lock()


def start(store: RunStore, prompt_id: str) -> None:
    """Begin, unless it is being done already."""
    refuse_if_read_only()
    with _LOCK:
        probe = find(store, prompt_id)
        if probe is None or not probe.running:
            probe = _PROBES[str(store.root), prompt_id] = Probe()
            threading.Thread(target=_measure, args=(probe, store, prompt_id), daemon=True).start()


def find(store: RunStore, prompt_id: str) -> Probe | None:
    """The measurement begun last; None if none was begun since the server started."""
    return _PROBES.get((str(store.root), prompt_id))


def _measure(probe: Probe, store: RunStore, prompt_id: str) -> None:
    def tell(what: str, done: int, total: int) -> None:
        probe.doing, probe.done, probe.total = what, done, total

    def check() -> None:
        if probe.stopping.is_set():
            raise Cancelled("Stopped.")

    with on_the_model(probe):
        from ipt_engine.knockout import knock_out  # noqa: PLC0415
        from ipt_engine.wiring import Resources  # noqa: PLC0415 imports torch

        knock_out(store, prompt_id, Resources(on_progress=tell), check=check)
