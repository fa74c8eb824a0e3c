"""In the sidebar, on every page: what is being done now, and whether the store is only shown."""

import streamlit as st

from dashboard import data, jobs
from dashboard.components import text
from dashboard.jobview import describe
from dashboard.readonly import WHY, read_only

_LOOK_SECONDS = 5.0


def draw_badge() -> None:
    """Draw it; it looks again by itself."""
    with st.sidebar:
        if read_only():
            st.caption(":material/lock: Read only", help=WHY)
        st.fragment(_draw, run_every=_LOOK_SECONDS)()


def _draw() -> None:
    found = jobs.jobs(data.store())
    running = [job for job in found if job.state == "running"]
    queued = sum(job.state == "queued" for job in found)
    ours = {job.activity.id for job in running if job.activity is not None}
    others = [w for w in data.store().active() if w.state == "running" and w.id not in ours]
    if not (running or queued or others):
        return
    lines = []
    for job in running:
        work = job.activity
        how_far = f", {work.step} of {work.total}" if work is not None and work.total else ""
        lines.append(f"{text.html(describe(job.config))}{how_far}")
    for work in others:
        how_far = f", {work.step} of {work.total}" if work.total else ""
        lines.append(f"{text.html(work.note or work.kind)}{how_far}")
    if queued:
        lines.append(f"{queued} {'more ' if lines else ''}waiting")
    st.html(
        '<div class="ipt-badge"><span class="ipt-pulse"></span>'
        + ("Running" if running or others else "Starting")
        + "".join(f'<div class="ipt-small">{line}</div>' for line in lines)
        + "</div>"
    )
    st.page_link("app_pages/train.py", label="See it", icon=":material/model_training:")
