"""The page table and the navigation. A new page is one more line."""

import sys
from pathlib import Path

import streamlit as st

if str(Path(__file__).resolve().parent.parent) not in sys.path:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dashboard import theme  # noqa: E402
from dashboard.badge import draw_badge  # noqa: E402
from dashboard.components.errors import one_line_errors  # noqa: E402
from ipt_engine.machine import share_cores  # noqa: E402

share_cores()

PAGES = {
    "Explore": [
        st.Page("app_pages/overview.py", title="Overview", default=True),
        st.Page("app_pages/playground.py", title="Playground"),
        st.Page("app_pages/similarity.py", title="Similarity"),
        st.Page("app_pages/stability.py", title="Stability"),
        st.Page("app_pages/transfer.py", title="Transfer"),
        st.Page("app_pages/prompts.py", title="Prompts"),
        st.Page("app_pages/advisor.py", title="Advisor"),
    ],
    "Experiment": [
        st.Page("app_pages/train.py", title="Train"),
        st.Page("app_pages/data.py", title="Data"),
        st.Page("app_pages/runs.py", title="Runs"),
    ],
}

page = st.navigation(PAGES)
# The pages have no icons of their own: Streamlit would fetch them from the web for the tab.
st.set_page_config(f"{page.title} · IPT Lab", str(theme.ASSETS / "icon.svg"), layout="wide")
theme.apply()
with one_line_errors():
    draw_badge()
with one_line_errors():
    page.run()
