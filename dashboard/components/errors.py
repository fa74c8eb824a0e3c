"""The one place where an error becomes a line on the page."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard import uploads
from dashboard.components import text
from ipt_engine.errors import IPTError


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Show an error raised inside as one line, and go on; Streamlit's own control flow passes."""
    try:
        yield
    except IPTError as error:
        st.error(text.markdown(uploads.without_folder(str(error))), icon=":material/error:")
    except Exception as error:
        logging.getLogger("ipt_lab").exception("A page failed")
        message = f"This page failed ({type(error).__name__}: {error}). The server's log has more."
        st.error(text.markdown(message), icon=":material/error:")
