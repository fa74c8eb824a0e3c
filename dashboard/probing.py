"""Taking out a prompt's tokens one by one, in a thread; seen by every session until it is done."""

from dashboard.background import Work, Works
from dashboard.engine import MODEL
from dashboard.readonly import refuse_if_read_only
from ipt_engine.runs import RunStore

_PROBES: Works[tuple[str, str], Work] = Works(most=64)


def start(store: RunStore, prompt_id: str) -> None:
    """Begin, unless it is being done already.

    Raises:
        StoreError: If nothing may be changed.
    """
    refuse_if_read_only()
    _PROBES.begin(
        (str(store.root), prompt_id),
        lambda: Work(doing="Waiting for the model"),
        lambda work: _measure(work, store, prompt_id),
    )


def find(store: RunStore, prompt_id: str) -> Work | None:
    """The measurement begun last; None if none was begun since the server started."""
    return _PROBES.find((str(store.root), prompt_id))


def _measure(work: Work, store: RunStore, prompt_id: str) -> None:
    with MODEL:
        from ipt_engine.knockout import knock_out  # noqa: PLC0415
        from ipt_engine.wiring import Resources  # noqa: PLC0415 imports torch

        knock_out(store, prompt_id, Resources(on_progress=work.tell), check=work.check)
