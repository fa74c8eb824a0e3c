"""How far something is that a thread does, with a button that ends it."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from dashboard.background import Work
from dashboard.components import text

W = TypeVar("W", bound=Work)


def progress(work: Work, key: str) -> None:
    """Draw it.

    Args:
        work: What is going on.
        key: The button's.
    """
    st.progress(work.done / max(work.total, 1), text.markdown(work.line))
    st.button("Stop", key=key, icon=":material/stop:", on_click=work.stopping.set)


def awaited(find: Callable[[], W | None], start: Callable[[], None], key: str) -> W | None:
    """What a thread has done; until then how far it is, or why it has ended.

    Args:
        find: Gives the work begun last.
        start: Begins it.
        key: Of its buttons.

    Returns:
        The work, once it has ended well.
    """
    if find() is None:
        start()
    work = find()
    if work is None or work.running:
        st.fragment(_watch, run_every=0.7)(find, key)
        return None
    if work.error is None:
        return work
    st.caption(text.markdown(work.error))
    if st.button("Begin again", key=f"{key}.again", icon=":material/replay:"):
        start()
        st.rerun()
    return None


def _watch(find: Callable[[], Work | None], key: str) -> None:
    work = find()
    if work is not None and work.running:
        progress(work, f"{key}.stop")
    else:
        # It has just ended: the whole page shows what came of it.
        st.rerun()
