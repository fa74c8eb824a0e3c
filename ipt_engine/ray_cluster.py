"""A Ray cluster: what is asked of it, how it is reached, how much room it has."""

import logging
import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ipt_engine.errors import ConfigError

Node = dict[str, Any]
"""A machine as `ray.nodes` describes it."""

_LOCAL, _AUTO = "local", "auto"
_CONNECT_SECONDS = 5.0
_OBJECT_STORE_BYTES = 100 * 2**20
"""Enough for a cluster of one's own: nothing large passes through Ray."""


@dataclass(frozen=True)
class Actors:
    """What to ask of a cluster.

    Attributes:
        address: "host:port" of the cluster; "auto" for the one that this machine belongs to;
            None for $RAY_ADDRESS, else for a cluster of this machine alone, which starts and
            ends with the study.
        count: How many actors; None for as many as the machines have room for.
        cpus: Of each; torch takes as many threads.
        gpus: Of each, perhaps a part of one; None for one if the cluster has any.
    """

    address: str | None = None
    count: int | None = None
    cpus: int = 1
    gpus: float | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be.

        Raises:
            ConfigError: If a number is too small, or no number of GPUs.
        """
        for name, value in (("workers", self.count), ("cpus", self.cpus)):
            if value is not None and value < 1:
                raise ConfigError(f"{name} must be at least 1, found {value}.")
        if self.gpus is not None and (self.gpus < 0 or self.gpus > 1 and self.gpus % 1):
            raise ConfigError(
                f"gpus must be a part of one, or a whole number, found {self.gpus:g}."
            )


def connect(address: str | None) -> tuple[Any, bool]:
    """Reach a cluster, or start one, quietly.

    Args:
        address: As `Actors` has it.

    Returns:
        The library, and whether the connection is ours to end: not if there was one before.

    Raises:
        ConfigError: If Ray is not installed, or there is no cluster.
    """
    try:
        import ray  # noqa: PLC0415
    except ImportError:
        raise ConfigError("Ray is not installed. Install it: pip install 'ipt-lab[ray]'") from None
    if ray.is_initialized():
        return ray, False
    address = address or os.environ.get("RAY_ADDRESS") or _LOCAL
    options: dict[str, Any] = {}
    if address == _LOCAL:
        options = {"include_dashboard": False, "object_store_memory": _OBJECT_STORE_BYTES}
    else:
        _knock(address)
        # One try, since somebody is there: Ray would take twenty, each with a warning.
        os.environ.setdefault("RAY_gcs_server_port_wait_time_s", "1")
    try:
        ray.init(address, log_to_driver=False, logging_level=logging.CRITICAL, **options)
    except Exception as error:
        ray.shutdown()
        raise _nobody(address, last_line(error)) from error
    with suppress(AttributeError):
        # Ray prints what befalls its servers, in pages, and has no public way to leave it out.
        ray._private.worker.print_to_stdstream = lambda *_, **__: None
    return ray, True


def gpus_of(actors: Actors, device: str | None, nodes: Sequence[Node]) -> float:
    """How many GPUs each actor asks for.

    Args:
        actors: What was asked for.
        device: As `Resources` has it.
        nodes: The machines of the cluster.

    Raises:
        ConfigError: If the device needs a GPU and none is asked for.
    """
    cuda = device is not None and device.startswith("cuda")
    if actors.gpus is None:
        some = any(node["Resources"].get("GPU") for node in nodes)
        return float(cuda or (some and device is None))
    if cuda and not actors.gpus:
        raise ConfigError("device cuda and gpus 0 contradict each other. Leave one of them out.")
    return actors.gpus


def room_for(cpus: int, gpus: float, nodes: Sequence[Node]) -> int:
    """How many actors the machines have room for, if nothing else runs there.

    Raises:
        ConfigError: If no machine has room for one.
    """
    found = 0
    for node in nodes:
        room = node["Resources"].get("CPU", 0) // cpus
        found += int(min(room, node["Resources"].get("GPU", 0) // gpus) if gpus else room)
    if not found:
        wanted = f"{cpus} CPU(s)" + (f" and {gpus:g} GPU(s)" if gpus else "")
        raise ConfigError(f"No machine of the cluster has the {wanted} that one worker asks for.")
    return found


def silence(address: str) -> str | None:
    """Why nobody answers at "host:port"; None if somebody does."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS).close()
    except (OSError, OverflowError) as error:
        return str(error)
    return None


def last_line(error: Exception) -> str:
    """What a message of Ray's, often a traceback, comes to."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines or [type(error).__name__])[-1][:300]


def _knock(address: str) -> None:
    """Find out at once whether anyone is there; Ray itself tries for minutes."""
    if address == _AUTO:
        return
    host, _, port = address.rpartition(":")
    if not host or "/" in host or not port.isdecimal():
        raise ConfigError(
            f"{address!r} is no address of a cluster: expected host:port as `ray start --head` "
            "prints it, or auto on a machine of the cluster."
        )
    reason = silence(address)
    if reason is not None:
        raise _nobody(address, reason)


def _nobody(address: str, reason: str) -> ConfigError:
    if address == _LOCAL:
        return ConfigError(f"Ray could not be started here: {reason}")
    hint = " If it asks for a token, put RAY_AUTH_MODE=token before the command."
    told = address == _AUTO or "RAY_AUTH_MODE" in os.environ
    return ConfigError(
        f"No Ray cluster could be reached at {address}: {reason.removesuffix('.')}."
        + ("" if told else hint)
    )
