"""What came of a button, said once and beside it, where the person who pressed it looks."""

from typing import Literal

import streamlit as st

from dashboard.components import text
from dashboard.state import OUTCOME

Kind = Literal["done", "error"]


def keep(place: str, kind: Kind, words: str) -> None:
    """Remember what to say after the page is drawn again; for callbacks.

    Args:
        place: Key of the button, or of another place that calls `say`.
        kind: Whether it was done, or why not.
        words: Plain text.
    """
    st.session_state[OUTCOME] = (place, kind, words)


def waits(place: str) -> bool:
    """Whether something is to be said at this place."""
    return bool(st.session_state.get(OUTCOME, ("",))[0] == place)


def say(place: str) -> None:
    """Say what was kept for this place, if anything.

    What was done is said in a corner of the window too: the page above may have become longer or
    shorter by it, and then the place itself is no longer on the screen.
    """
    if not waits(place):
        return
    _, kind, words = st.session_state.pop(OUTCOME)
    if kind == "done":
        st.success(text.markdown(words), icon=":material/check:")
        st.toast(text.markdown(words), icon=":material/check:", duration="long")
    else:
        st.error(text.markdown(words), icon=":material/error:")
