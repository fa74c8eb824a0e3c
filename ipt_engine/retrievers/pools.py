"""The pools in use: one for each task and encoder, made anew when the task's examples change."""

from collections.abc import Callable

from ipt_engine.config import DEFAULT_ENCODER, RetrievalArguments
from ipt_engine.encoders import encoder_hash
from ipt_engine.errors import ConfigError
from ipt_engine.records import Example
from ipt_engine.retrievers.pool import DemonstrationPool
from ipt_engine.tasks import Task, get_task

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


def refuse_too_many(task: str, args: RetrievalArguments | None) -> None:
    """Refuse to show more demonstrations than there are training examples.

    Of those asked for some may still be missing before a query: itself, where it is trained on,
    and duplicates of its input. The ledger names those that were shown.

    Args:
        task: Name of the task whose queries they are for.
        args: Which demonstrations, how many; None shows none.

    Raises:
        ConfigError: If so; says how many there are.
        DataError: If the training examples cannot be read.
    """
    if args is None:
        return
    source = get_task(args.source_task or task)
    there = len(source.load("train"))
    if args.num_fewshot > there:
        raise ConfigError(
            f"num_fewshot asks for {args.num_fewshot} demonstrations, but {source.title} has "
            f"{there} training examples: choose at most {there}."
        )


def forget_pools() -> None:
    """Let go of all pools."""
    _held.clear()
