"""A store that is shown to others, `ipt dashboard --read-only`: no page changes it."""

import os
from typing import Any

import streamlit as st

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


def write_button(
    label: str, *, disabled: bool = False, help: str | None = None, **how: Any
) -> bool:
    """A button that changes the store: off where nothing may be changed, and it says why.

    Args:
        label: What stands on it.
        disabled: Whether it is off for a reason of its own.
        help: Said on hover.
        how: Further arguments of `st.button`.

    Returns:
        Whether it was pressed.
    """
    shown = WHY if read_only() else help
    return st.button(label, disabled=disabled or read_only(), help=shown, **how)
