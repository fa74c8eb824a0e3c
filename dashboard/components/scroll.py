"""Bringing what a click opened into sight."""

import json

import streamlit as st

_SCRIPT = """<script>
setTimeout(() => {
  const opened = document.querySelector(".st-key-" + %s);
  if (opened) opened.scrollIntoView({behavior: "smooth", block: "start"});
}, 120);
</script>"""


def scroll_to(key: str, what: str) -> None:
    """Scroll to a container once it shows something else than when this was last called.

    Args:
        key: The container's key.
        what: What it shows, such as an id.
    """
    last = f"scrolled.{key}"
    if st.session_state.get(last) == what:
        return
    st.session_state[last] = what
    # The key is a name in our code; nothing that people write gets in here.
    st.html(_SCRIPT % json.dumps(key), unsafe_allow_javascript=True)
