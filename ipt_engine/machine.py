"""The machine: how its cores are shared, and what a result was computed on."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any


def share_cores() -> None:
    """Let threads that wait sleep. To be called before torch is imported.

    By default OpenMP's threads spin while they wait. Two processes that compute at once (a
    training and the dashboard, say) then steal each other's cores: training steps were seen to
    take ten times as long, against less than twice when waiting threads sleep.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


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
