"""Timing two ways side by side, and the rate that the processor multiplies matrices at."""

import statistics
import time
from collections.abc import Callable

import torch

from ipt_engine.linear import linear

Work = Callable[[], object]


def alternate(ours: Work, theirs: Work, times: int) -> tuple[float, float]:
    """Median seconds of each; they take turns, so that other load meets both alike."""
    mine, other = [], []
    for _ in range(times):
        mine.append(seconds(ours))
        other.append(seconds(theirs))
    return statistics.median(mine), statistics.median(other)


def seconds(work: Work) -> float:
    """How long it takes, with what a GPU still has to do."""
    started = time.perf_counter()
    work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - started


def matmul_rate(tokens: int, hidden: int, width: int, device: torch.device) -> float:
    """Floating-point operations in a second, at the fastest known here for a layer of that size."""
    inputs = torch.randn(tokens, hidden, device=device)
    weight = torch.randn(width, hidden, device=device)

    def several() -> None:
        for _ in range(20):
            linear(inputs, weight)

    several()
    return 20 * 2 * tokens * hidden * width / min(seconds(several) for _ in range(3))
