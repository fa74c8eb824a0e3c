"""What a worker of a Ray cluster does, on a machine that others share the store with.

A machine may be lost at any moment, and no other can tell at once whether it is, or only slow.
"""

import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ipt_engine import __version__
from ipt_engine.executors import Outcome, do_work
from ipt_engine.machine import share_cores
from ipt_engine.runs import RunStore
from ipt_engine.study_plan import Piece, Work

_TRIES = 4
"""How often work may end its process and get no further (out of memory, say) before it fails."""
_LOCK_SECONDS = 180.0
"""How long a lost machine may hold a lock: file servers let go after their lease, often 90 s."""
_SEEN_SECONDS = 120.0
"""How long one machine may not see what another wrote: file systems keep listings, often 60 s."""
_LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Setup:
    """What an actor is told when it starts.

    Attributes:
        store: Where results go, by its full path.
        device: As `Resources` has it.
        log: A folder in the store, made for this study and this time: who sees it sees the
            store. It keeps where each piece of work was begun.
        threads: Torch's CPU threads.
        folder: Where the study was started; paths in configs may begin there.
        tasks: The folder of the tasks that the user added.
    """

    store: RunStore
    device: str | None
    log: Path
    threads: int
    folder: Path
    tasks: Path


@dataclass(frozen=True)
class Place:
    """Where an actor is.

    Attributes:
        machine: The machine's name.
        node: Its id in the cluster.
        version: IPT Lab's, as installed there.
        sees: Whether the store is there.
    """

    machine: str
    node: str
    version: str
    sees: bool


class Worker:
    """The actor: lives in a process of its own."""

    def __init__(self, setup: Setup) -> None:
        """Make this process ready; the base model is loaded with the first work."""
        share_cores()
        os.environ["IPT_TASKS"] = str(setup.tasks)
        with suppress(OSError):
            os.chdir(setup.folder)
        import torch  # noqa: PLC0415

        torch.set_num_threads(setup.threads)
        self._setup = setup

    def look(self) -> Place:
        """Say where this is."""
        import ray  # noqa: PLC0415

        node = ray.get_runtime_context().get_node_id()
        return Place(socket.gethostname(), node, __version__, self._setup.log.is_dir())

    def do(self, piece: Piece) -> tuple[list[Outcome], Place]:
        """Train or evaluate; says where that was, too, since Ray may have moved the actor."""
        place = self.look()
        if not place.sees:
            return [Outcome(work.id) for work in piece], place
        store = self._setup.store
        times = [times_begun(work.id, store, self._setup.log) for work in piece]
        if max(times) > _TRIES:
            reason = f"its process ended without a word {_TRIES} times and got no further"
            line = f"{reason}: perhaps the memory was not enough"
            return [Outcome(work.id, line) for work in piece], place
        return do_when_free(piece, store, self._setup.device), place


def times_begun(work_id: str, store: RunStore, log: Path) -> int:
    """How often a piece of work was begun since it last got further, this time included.

    Work that gets further between two lost machines is no danger to the next one.

    Args:
        work_id: Its id.
        store: Where it may have been begun.
        log: A folder that keeps the count.
    """
    step = next((work.step for work in store.active() if work.id == work_id), 0)
    with (log / work_id).open("a+", encoding="ascii") as file:
        file.write(f"{step}\n")
        file.seek(0)
        steps = [int(line) for line in file]
    return len(steps) - steps.index(max(steps))


def do_when_free(piece: Piece, store: RunStore, device: str | None = None) -> list[Outcome]:
    """Do work on one of several machines that share a store.

    Another machine may have begun the work and been lost: its lock outlives it for a while, and
    where locks do not reach other machines its heartbeat still tells. And what another machine
    has just made may not be seen here yet. Both are waited for before they count as failures.

    Args:
        piece: What to do.
        store: Where results go.
        device: As `Resources` has it.
    """
    needs = [need for work in piece for need in work.needs]
    _wait_until(lambda: all(map(store.has_prompt, needs)), _SEEN_SECONDS)
    _wait_until(lambda: not any(store.is_running(work.id) for work in piece), _LOCK_SECONDS)
    outcomes: dict[str, Outcome] = {}

    def is_done() -> bool:
        left = [w for w in piece if w.id not in outcomes or outcomes[w.id].busy]
        outcomes.update({outcome.id: outcome for outcome in do_work(tuple(left), store, device)})
        return not any(outcome.busy for outcome in outcomes.values())

    _wait_until(is_done, _LOCK_SECONDS)
    return [_checked(work, outcomes[work.id], store) for work in piece]


def _checked(work: Work, outcome: Outcome, store: RunStore) -> Outcome:
    there = store.has_prompt(work.id) if work.trains else store.has_run(work.id)
    if outcome.error is None and not there:
        return Outcome(
            work.id,
            f"on {socket.gethostname()} it has another id: the task's data or the base model's "
            "weights there are not those of the machine where the study was started",
        )
    return outcome


def _wait_until(ready: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not ready() and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)
