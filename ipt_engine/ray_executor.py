"""Where the work of a study is done: the machines of a Ray cluster.

The work is done by actors: processes that Ray starts where the processors they ask for are free,
and starts again elsewhere if their machine is lost; what one was doing is then tried again, and a
training goes on from its last checkpoint. As in `executors`, an actor keeps its base model loaded,
and what it makes goes into the store, which all machines have to see.
"""

import secrets
import shutil
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ipt_engine import __version__
from ipt_engine.errors import ConfigError, IPTError, StoreError
from ipt_engine.executors import Outcome
from ipt_engine.ray_cluster import Actors, Node, connect, gpus_of, last_line, room_for, silence
from ipt_engine.ray_worker import Setup, Worker
from ipt_engine.resources import tasks_root
from ipt_engine.runs import RunStore
from ipt_engine.study_plan import Piece

_ALWAYS = -1
"""Restarts and retries, as Ray counts them. Its count of retries would not do: while it is not
sure yet that a machine is lost, it uses up one a second."""
_HEAD_SECONDS = 40.0
"""How long the cluster's head may be silent; after 60 s Ray ends the process that asks."""
_END_SECONDS = 10.0


class RayExecutor:
    """Actors on a Ray cluster; see `Executor`.

    Work is given to actors that have a place, and only to those. If a machine is lost and no
    other has room for its actors, an actor that has nothing left to do makes room.
    """

    def __init__(self, store: RunStore, actors: Actors, device: str | None = None) -> None:
        """Connect to the cluster, or start one; actors start with the first work there is.

        Args:
            store: Where results go; all machines of the cluster must see it by the same path.
            actors: What to ask of the cluster.
            device: As `Resources` has it.

        Raises:
            ConfigError: If Ray is missing, no cluster is reached, or no machine is large enough.
        """
        self._ray, self._ours = connect(actors.address)
        try:
            gpus = gpus_of(actors, device, self._nodes())
            room = room_for(actors.cpus, gpus, self._nodes())
        except BaseException:
            self._disconnect()
            raise
        self.slots = actors.count or room
        root = store.root.resolve()
        self._setup = Setup(
            store=RunStore(root, store.shipped and store.shipped.resolve()),
            device=device or (None if gpus else "cpu"),
            log=root / "active" / f".cluster-{secrets.token_hex(6)}",
            threads=actors.cpus,
            folder=Path.cwd(),
            tasks=tasks_root().resolve(),
        )
        self._remote = self._ray.remote(
            num_cpus=actors.cpus,
            num_gpus=gpus,
            max_restarts=_ALWAYS,
            max_task_retries=_ALWAYS,
            scheduling_strategy="SPREAD",
        )(Worker)
        self._heard = time.monotonic()
        self._waiting: deque[Piece] = deque()
        self._actors: list[_Actor] = []

    @property
    def free(self) -> int:
        """See `Executor`."""
        busy = sum(actor.piece is not None for actor in self._actors)
        return self.slots - busy - len(self._waiting)

    def submit(self, piece: Piece) -> None:
        """Give the work to an actor that has none; it waits until one has a place."""
        self._waiting.append(piece)
        self._hand_out()

    def wait(self, seconds: float) -> list[Outcome]:
        """See `Executor`; work that ends its process time and again fails alone.

        Raises:
            IPTError: If the cluster is lost, or a machine of it cannot do the work.
        """
        try:
            self._make_room()
            answers = [actor.answer for actor in self._actors if actor.answer is not None]
            self._ray.wait(answers, timeout=seconds)
            done, _ = self._ray.wait(answers, num_returns=len(answers), timeout=0)
            if not done:
                self._check_head()
            ended = [actor for actor in self._actors if actor.answer in done]
            outcomes = [outcome for actor in ended for outcome in self._end(actor)]
            self._hand_out()
        except self._ray.exceptions.RayError as error:
            raise IPTError(f"The cluster was lost: {last_line(error)}") from error
        return outcomes

    def close(self) -> None:
        """See `Executor`; a cluster that was there before goes on."""
        pending = [actor.answer for actor in self._actors if actor.answer is not None]
        for actor in list(self._actors):
            self._drop(actor)
        with suppress(Exception):
            # What an actor owed is an error as soon as it has ended.
            self._ray.wait(pending, num_returns=len(pending), timeout=_END_SECONDS)
        shutil.rmtree(self._setup.log, ignore_errors=True)
        self._disconnect()

    def _check_head(self) -> None:
        """Say that the cluster is lost, before Ray ends this process for it."""
        reason = silence(self._ray.get_runtime_context().gcs_address)
        if reason is None:
            self._heard = time.monotonic()
        elif time.monotonic() - self._heard > _HEAD_SECONDS:
            raise IPTError(
                f"The cluster's head does not answer any more ({reason}). What was done is kept; "
                "the same command continues, once there is a cluster."
            )

    def _hand_out(self) -> None:
        free = [actor for actor in self._actors if actor.piece is None]
        while len(free) < len(self._waiting) and len(self._actors) < self.slots:
            free.append(self._start())
        for actor in free:
            if self._waiting and actor.answer is None:
                actor.piece = self._waiting.popleft()
                actor.answer = actor.handle.do.remote(actor.piece)

    def _start(self) -> "_Actor":
        self._setup.log.mkdir(parents=True, exist_ok=True)
        handle = self._remote.remote(self._setup)
        actor = _Actor(handle, handle.look.remote())
        self._actors.append(actor)
        return actor

    def _end(self, actor: "_Actor") -> list[Outcome]:
        answer, piece = actor.answer, actor.piece
        actor.answer = actor.piece = None
        errors = self._ray.exceptions
        try:
            found = self._ray.get(answer)
        except (errors.RayActorError, errors.RayTaskError, errors.OutOfMemoryError) as error:
            self._drop(actor)
            if piece is None:
                raise IPTError(
                    f"No worker can start on a machine of the cluster: {last_line(error)}. "
                    "Install IPT Lab alike on all of them."
                ) from error
            reason = f"its worker was lost: {last_line(error)}"
            return [Outcome(work.id, reason) for work in piece]
        outcomes: list[Outcome] = []
        place = found
        if piece is not None:
            outcomes, place = found
        if not place.sees:
            raise StoreError(
                f"{place.machine} does not see the store {self._setup.store.root}: give --store a "
                "folder that all machines of the cluster have under the same path."
            )
        if place.version != __version__:
            raise ConfigError(
                f"{place.machine} has IPT Lab {place.version}, this machine {__version__}: "
                "install the same on all machines of the cluster."
            )
        actor.node = place.node
        return outcomes

    def _make_room(self) -> None:
        idle = [actor for actor in self._actors if actor.piece is None]
        if self._waiting or not idle:
            return
        nodes = {node["NodeID"] for node in self._nodes()}
        lost = [a.piece for a in self._actors if a.piece is not None and a.node not in nodes]
        # Those that Ray has already placed elsewhere are at it again.
        if not all(self._setup.store.is_running(piece[0].id) for piece in lost):
            for actor in idle:
                self._drop(actor)

    def _drop(self, actor: "_Actor") -> None:
        self._actors.remove(actor)
        with suppress(Exception):
            self._ray.kill(actor.handle)

    def _nodes(self) -> list[Node]:
        return [node for node in self._ray.nodes() if node["Alive"]]

    def _disconnect(self) -> None:
        if self._ours:
            self._ray.shutdown()


@dataclass
class _Actor:
    """An actor as the executor sees it: it starts, is idle, or has work.

    Attributes:
        handle: Ray's.
        answer: What it owes: where it is once it has started, or its work's outcome.
        piece: What it does.
        node: Where it was when it last answered.
    """

    handle: Any
    answer: Any
    piece: Piece | None = None
    node: str = ""
