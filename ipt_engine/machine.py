"""What a result was computed on: recorded with it, no part of its id."""

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any


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
