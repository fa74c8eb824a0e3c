"""A store that is shown to others, `ipt dashboard --read-only`: no page changes it."""

import os

from ipt_engine.errors import StoreError

VARIABLE = "IPT_READ_ONLY"
WHY = "This dashboard only shows its store: it was started with --read-only."


def read_only() -> bool:
    """Whether nothing may be changed."""
    return os.environ.get(VARIABLE) == "1"


def refuse_if_read_only() -> None:
    """Called by whatever writes, so that no forgotten button does.

    Raises:
        StoreError: If nothing may be changed.
    """
    if read_only():
        raise StoreError(WHY)
