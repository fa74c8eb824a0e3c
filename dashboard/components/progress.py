"""How far something is that a thread does, with a button that ends it."""

import streamlit as st

from dashboard.background import Work
from dashboard.components import text


def progress(work: Work, key: str) -> None:
    """Draw it.

    Args:
        work: What is going on.
        key: The button's.
    """
    st.progress(work.done / max(work.total, 1), text.markdown(work.line))
    st.button("Stop", key=key, icon=":material/stop:", on_click=work.stopping.set)
