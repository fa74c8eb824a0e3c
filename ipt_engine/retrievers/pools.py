"""The pools in use: one for each task and encoder, made anew when the task's examples change."""

from collections.abc import Callable

from ipt_engine.config import DEFAULT_ENCODER
from ipt_engine.encoders import encoder_hash
from ipt_engine.records import Example
from ipt_engine.retrievers.pool import DemonstrationPool
from ipt_engine.tasks import Task

_MOST = 8
_held: dict[tuple[str, str, str | None], tuple[list[Example], DemonstrationPool]] = {}


def demonstration_pool(
    task: Task,
    encoder: str = DEFAULT_ENCODER,
    on_progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> DemonstrationPool:
    """A task's training examples with their embeddings; the latest few are kept in the process.

    Args:
        task: A task that was added again meanwhile, with other examples, gets another pool.
        encoder: As `encoders.encode` takes it.
        on_progress: As `encoders.encode` takes it.

    Raises:
        DataError: If the examples cannot be read.
        ModelError: If the encoder cannot be had.
    """
    train = task.load("train")
    # The files of an encoder may become others while a process lives.
    place = (task.name, encoder, encoder_hash(encoder))
    examples, pool = _held.pop(place, (None, None))
    if pool is None or examples is not train:
        pool = DemonstrationPool(train, encoder, on_progress)
    _held[place] = (train, pool)
    while len(_held) > _MOST:
        _held.pop(next(iter(_held)), None)
    return pool


def forget_pools() -> None:
    """Let go of all pools."""
    _held.clear()
