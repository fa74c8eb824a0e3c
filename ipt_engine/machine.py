"""The machine: how its cores are shared, and what a result was computed on."""

import os
import platform
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_PATIENCE = 10
"""How far the queue's work steps back, in the steps of `nice`."""


def share_cores() -> None:
    """Let threads that wait sleep. To be called before torch is imported.

    By default OpenMP's threads spin while they wait. Two processes that compute at once (a
    training and the dashboard, say) then steal each other's cores: training steps were seen to
    take ten times as long, against less than twice when waiting threads sleep.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def step_back() -> None:
    """Let this process, and those it starts, have the cores that nobody else is waiting for.

    The queue's worker calls it. The server and its jobs have one budget, all the threads that
    torch takes ($OMP_NUM_THREADS to change it): a training has them whole while nobody looks,
    and an answer somebody waits for goes first. The count itself stays as it is during a
    training, since sums of floats come out differently with another one.
    """
    if hasattr(os, "nice"):
        os.nice(_PATIENCE)
    # Linux shares the cores among sessions first, each with a niceness of its own.
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(_PATIENCE), encoding="ascii")


def describe_machine(device: str, threads: int) -> dict[str, Any]:
    """Device, threads, platform and the versions that matter.

    Args:
        device: Where the model ran, such as "cpu" or "cuda:0".
        threads: Torch's CPU threads.
    """
    return {
        "device": device,
        "threads": threads,
        "platform": platform.platform(),
        "processor": platform.machine(),
        "python": platform.python_version(),
        **{
            name.replace("-", "_"): _version(name)
            for name in ("ipt-lab", "torch", "transformers", "sentence-transformers", "sacrebleu")
        },
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
