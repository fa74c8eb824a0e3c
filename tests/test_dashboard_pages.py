"""Every page opens with its question, says what to do in an empty store, and errors in one line."""

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st

from ipt_engine.errors import StoreError
from ipt_engine.runs import RunStore
from tests.dashboard_app import HOSTILE, ROOT, open_app, open_page, shown

PAGES = ROOT / "dashboard" / "app_pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.py"))
pytestmark = pytest.mark.usefixtures("fresh_caches", "quick_ranking")


@pytest.mark.parametrize("name", NAMES)
def test_the_page_opens_with_its_question(name: str, fake_store: RunStore) -> None:
    app = open_page(name)
    assert len(app.title) == 1
    assert app.title[0].value.endswith("?")
    # No level of headings is left out below it.
    assert not app.subheader


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_store_says_what_to_do(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPT_STORE", str(tmp_path / "nothing"))
    monkeypatch.setattr(RunStore, "open", classmethod(lambda cls, path: cls(path)))
    app = open_page(name)
    said = " ".join(info.value for info in app.info) + shown(app)
    assert any(word in said for word in ("Train", "Press Generate", "examples to learn from"))


def test_every_page_is_in_the_navigation() -> None:
    table = (ROOT / "dashboard" / "app.py").read_text(encoding="utf-8")
    assert sorted(re.findall(r'"app_pages/(\w+)\.py"', table)) == NAMES


def test_reading_pages_load_no_torch(fake_store: RunStore) -> None:
    """In a process of its own, since other tests load torch here."""
    code = (
        "import sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from streamlit.testing.v1 import AppTest\n"
        "import pandas as pd\n"
        "from dashboard import engine\n"
        "engine.ranked_demonstrations = lambda task, query, on_progress: pd.DataFrame(\n"
        "    {'id': ['a'], 'similarity': [0.5], 'input': ['i'], 'answer': ['o']})\n"
        f"app = AppTest.from_file({str(ROOT / 'dashboard' / 'app.py')!r}, default_timeout=60)\n"
        "app.run()\n"
        f"for name in {NAMES!r}:\n"
        "    app.switch_page(f'app_pages/{name}.py').run()\n"
        "    assert not app.exception and not app.error and app.title, name\n"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "False", done.stderr[-2000:]


@pytest.mark.parametrize("name", ["runs", "similarity", "train"])
def test_an_error_is_one_plain_line(
    name: str, fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: RunStore) -> pd.DataFrame:
        raise StoreError(f"The store is odd: {HOSTILE}")

    app = open_app(name)
    st.cache_data.clear()
    monkeypatch.setattr(RunStore, "runs", refuse)
    app.run()
    assert not app.exception
    assert len(app.error) == 1
    assert app.error[0].value.replace("\\", "") == f"The store is odd: {HOSTILE}"
    assert "\\*\\*bold" in app.error[0].value


def test_an_error_that_nobody_foresaw_shows_no_traceback(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(self: RunStore) -> pd.DataFrame:
        raise ZeroDivisionError("oops")

    app = open_app("runs")
    st.cache_data.clear()
    monkeypatch.setattr(RunStore, "runs", stumble)
    app.run()
    assert not app.exception
    assert len(app.error) == 1
    assert "Traceback" not in app.error[0].value
