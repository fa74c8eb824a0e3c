"""Where the work of a study is done: worker processes of this machine.

A worker keeps its base model loaded from one piece of work to the next. What it makes goes into
the store, so an executor passes back nothing but whether it went well.
"""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Protocol

from ipt_engine.config import RunConfig, TrainingConfig
from ipt_engine.errors import BusyError, ConfigError, IPTError
from ipt_engine.runs import RunStore
from ipt_engine.study_plan import Piece

_THREADS = "OMP_NUM_THREADS"
_MOST_WORKERS = 4


@dataclass(frozen=True)
class Outcome:
    """What became of a piece of work.

    Attributes:
        id: Its id.
        error: Why it failed, in a line; None if it went well.
        busy: Whether it failed because another process is at it.
    """

    id: str
    error: str | None = None
    busy: bool = False


class Executor(Protocol):
    """Takes work, one piece a slot, and says when it is done."""

    slots: int

    @property
    def free(self) -> int:
        """How many more pieces it can take now."""

    def submit(self, piece: Piece) -> None:
        """Begin; only while there is a free slot."""

    def wait(self, seconds: float) -> list[Outcome]:
        """What has ended, as soon as something has; nothing if that takes longer."""

    def close(self) -> None:
        """Stop at once. What was being done stays in the store, to be continued."""


class LocalExecutor:
    """Worker processes of this machine; the cores are shared out among them.

    On few cores, two workers of one thread each do more than one of two threads: where a step is
    short, threads wait for each other often.
    """

    def __init__(self, store: RunStore, workers: int, device: str | None = None) -> None:
        """Prepare; processes start with the first work they get.

        Args:
            store: Where results go.
            workers: How many pieces of work are done at once.
            device: As `Resources` has it.

        Raises:
            ConfigError: If there are more workers than cores.
        """
        cores = count_cores()
        if not 1 <= workers <= cores:
            raise ConfigError(
                f"workers must lie between 1 and {cores}, the number of cores, found {workers}."
            )
        self.slots = workers
        self._store, self._device = store, device
        self._threads = max(1, cores // workers)
        # One process each, so that it is known whose work was lost when one dies.
        self._idle: list[ProcessPoolExecutor] = []
        self._busy: dict[Future[list[Outcome]], tuple[ProcessPoolExecutor, Piece]] = {}

    @property
    def free(self) -> int:
        """See `Executor`."""
        return self.slots - len(self._busy)

    def submit(self, piece: Piece) -> None:
        """Hand the work to a process that has none."""
        pool = self._idle.pop() if self._idle else self._start()
        future = pool.submit(do_work, piece, self._store, self._device)
        self._busy[future] = (pool, piece)

    def wait(self, seconds: float) -> list[Outcome]:
        """See `Executor`; a process that died (out of memory, say) fails its work alone."""
        done, _ = wait(self._busy, timeout=seconds, return_when=FIRST_COMPLETED)
        outcomes: list[Outcome] = []
        for future in done:
            pool, piece = self._busy.pop(future)
            try:
                outcomes += future.result()
                self._idle.append(pool)
            except BrokenProcessPool:
                pool.shutdown(wait=False)
                reason = "its process ended without a word: perhaps the memory was not enough"
                outcomes += [Outcome(work.id, reason) for work in piece]
        return outcomes

    def close(self) -> None:
        """See `Executor`."""
        for pool in [*(pool for pool, _ in self._busy.values()), *self._idle]:
            # Python 3.14 has terminate_workers; before it there is no public way.
            for process in list((pool._processes or {}).values()):
                process.terminate()
            pool.shutdown(wait=True, cancel_futures=True)
        self._idle, self._busy = [], {}

    def _start(self) -> ProcessPoolExecutor:
        # Read by OpenMP when the process starts; torch itself is told in `_begin`.
        os.environ.setdefault(_THREADS, str(self._threads))
        return ProcessPoolExecutor(
            1, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(self._threads,)
        )


def count_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def default_workers(device: str | None) -> int:
    """As many processes as pay: one on a GPU, else one for each core, but no more than four.

    Each holds its own base model in memory.
    """
    if device is None:
        import torch  # noqa: PLC0415

        device = "cuda" if torch.cuda.is_available() else "cpu"
    return min(_MOST_WORKERS, count_cores()) if device == "cpu" else 1


def do_work(piece: Piece, store: RunStore, device: str | None = None) -> list[Outcome]:
    """Train or evaluate, in this process. An error becomes the outcome's line.

    If evaluations fail together, each is tried alone, so that it is known which of them fail. What
    another process is at is left to it, and the others are done.

    Args:
        piece: What to do.
        store: Where results go.
        device: As `Resources` has it.
    """
    from ipt_engine.experiment import run_together  # noqa: PLC0415 loads torch
    from ipt_engine.training import train  # noqa: PLC0415 loads torch
    from ipt_engine.wiring import Resources  # noqa: PLC0415 loads torch

    resources = Resources(device=device)
    try:
        for work in piece:
            if isinstance(work.config, TrainingConfig):
                train(work.config, store, resources)
        runs = [work.config for work in piece if isinstance(work.config, RunConfig)]
        if runs:
            run_together(runs, store, resources)
    except BusyError as error:
        rest = tuple(work for work in piece if work.id != error.work_id)
        busy = [Outcome(work.id, str(error), busy=True) for work in piece if work not in rest]
        if not busy:
            # What they need is being made again.
            return [Outcome(work.id, str(error), busy=True) for work in piece]
        return [*busy, *(do_work(rest, store, device) if rest else [])]
    except Exception as error:  # a fault of the program stops one piece, not the study
        if len(piece) == 1:
            return [Outcome(piece[0].id, _line(error))]
        cancelled = {work.id for work in piece if store.is_cancelled(work.id)}
        return [
            Outcome(work.id, _line(error))
            if work.id in cancelled
            else do_work((work,), store, device)[0]
            for work in piece
        ]
    return [Outcome(work.id) for work in piece]


def _line(error: Exception) -> str:
    if isinstance(error, IPTError):
        return str(error)
    first = (str(error).strip().split("\n") or [""])[0][:300]
    return f"IPT Lab failed ({type(error).__name__}: {first})"


def _begin(threads: int) -> None:
    # Ctrl-C reaches all processes of a terminal; the study's own decides what then happens.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import torch  # noqa: PLC0415

    torch.set_num_threads(threads)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
