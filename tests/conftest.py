"""Shared fixtures: simulated runs, a tiny model, the dashboard and a browser, a cluster."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from ipt_engine.config import DEFAULT_BASE_MODEL
from ipt_engine.errors import ModelError
from ipt_engine.machine import share_cores
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task
from tests.fake_store import add_swaps_and_transfer, build_fake_store
from tests.tiny_encoder import letters

if TYPE_CHECKING:
    from ipt_engine.models import BaseModel

share_cores()
# Where several processes share the tests, each is told that its terminal is 80 wide, and a console
# that is made meanwhile keeps that. Tests say themselves how wide it is.
for _size in ("COLUMNS", "LINES"):
    os.environ.pop(_size, None)
# Their assertions say what was found, as those of the tests themselves do.
pytest.register_assert_rewrite("tests.dashboard_app", "tests.tiny_studies")

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(autouse=True)
def no_shipped_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see the runs they make, not also those that ship with IPT Lab."""
    monkeypatch.setenv("IPT_SHIPPED", str(tmp_path / "nothing-shipped"))


@pytest.fixture(autouse=True)
def no_tasks_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see the tasks they add, and leave the user's alone."""
    monkeypatch.setenv("IPT_TASKS", str(tmp_path / "tasks-added"))


@pytest.fixture(scope="session")
def fake_store_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fake store made once; tests that change it take a copy (`fake_store`)."""
    return build_fake_store(tmp_path_factory.mktemp("template") / "store").root


@pytest.fixture
def fake_store(
    fake_store_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> RunStore:
    """A store of one's own with simulated runs, which IPT_STORE names."""
    root = tmp_path / "store"
    shutil.copytree(fake_store_template, root)
    monkeypatch.setenv("IPT_STORE", str(root))
    return RunStore(root)


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny base model with its tokenizer. Tests read it; none writes there."""
    import torch  # noqa: PLC0415 many tests need none

    from tests.tiny import tiny_model, tiny_tokenizer  # noqa: PLC0415 loads transformers

    folder = tmp_path_factory.mktemp("tiny-llama")
    tiny_model("llama", torch.float32).save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return folder


@pytest.fixture
def own_encoder(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Demonstrations are retrieved with a stand-in for the encoder."""
    from ipt_engine.retrievers import forget_pools  # noqa: PLC0415 not needed by other tests

    monkeypatch.setattr("ipt_engine.retrievers.pool.encode", letters)
    forget_pools()
    yield
    forget_pools()


@pytest.fixture
def one_thread() -> Iterator[None]:
    """One thread of torch's, as a worker has; sums are then the same to the bit."""
    import torch  # noqa: PLC0415 many tests need none

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def ray() -> Iterator[Any]:
    """Ray; without it the test is skipped, or fails where CI is true."""
    try:
        import ray  # noqa: PLC0415 an extra, and slow to import
    except ImportError:
        message = "Ray is not installed: pip install -e '.[ray]'"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    yield ray
    ray.shutdown()


@pytest.fixture(scope="session")
def real_base() -> "BaseModel":
    """The default base model itself. Without it the test is skipped, or fails where CI is true."""
    from ipt_engine.models import load_base_model  # noqa: PLC0415 not needed by other tests

    try:
        return load_base_model(DEFAULT_BASE_MODEL, device="cpu")
    except ModelError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


@pytest.fixture
def fresh_caches() -> None:
    """The dashboard knows nothing of earlier stores."""
    import streamlit as st  # noqa: PLC0415 not needed by other tests

    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def quick_ranking(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Playground's ranking without an encoder: the data's order."""
    from dashboard import engine  # noqa: PLC0415 not needed by other tests

    def rank(task: str, query: object, on_progress: object) -> pd.DataFrame:
        train = get_task(task).load("train")[:40]
        return pd.DataFrame(
            {
                "id": [e.id for e in train],
                "similarity": np.linspace(0.9, 0.1, len(train)),
                "input": [e.input for e in train],
                "answer": [e.answer for e in train],
            }
        )

    monkeypatch.setattr(engine, "ranked_demonstrations", rank)


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs stay in the queue until the test works through it."""
    from dashboard import jobs, worker  # noqa: PLC0415 not needed by other tests

    monkeypatch.setattr(jobs, "_start_worker", lambda store: None)
    monkeypatch.setattr(worker, "_POLL", 0.02)
    # However long a busy machine takes to draw a page, they wait.
    monkeypatch.setattr(jobs, "_STARTUP", 600.0)


@pytest.fixture(scope="session")
def wide_template(fake_store_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("wide") / "store"
    shutil.copytree(fake_store_template, root)
    add_swaps_and_transfer(RunStore(root))
    return root


@pytest.fixture
def wide_store(wide_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    """A fake store with swapped demonstrations and transferred prompts."""
    root = tmp_path / "wide"
    shutil.copytree(wide_template, root)
    monkeypatch.setenv("IPT_STORE", str(root))
    return RunStore(root)


@pytest.fixture
def start_app() -> Iterator[Callable[[Path], str]]:
    """Start the dashboard on a store and wait until it answers; gives its address."""
    started: list[subprocess.Popen[bytes]] = []

    def start(store: Path) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "dashboard"]
        command += ["--server.headless", "true", "--server.port", str(port)]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "IPT_STORE": str(store)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        wait_for(f"http://localhost:{port}/_stcore/health", process)
        return f"http://localhost:{port}"

    yield start
    for process in started:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def live_app(fake_store: RunStore, start_app: Callable[[Path], str]) -> str:
    """Address of the dashboard running on the fake store."""
    return start_app(fake_store.root)


@pytest.fixture(scope="session")
def browser_path() -> str:
    """A Chromium or Chrome. Without one the test is skipped, or fails where CI is true."""
    for name in (os.environ.get("IPT_BROWSER"), *BROWSERS):
        found = shutil.which(name) if name else None
        if found:
            return found
    message = f"No browser: set IPT_BROWSER, or install one of {', '.join(BROWSERS)}."
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture
def page(browser_path: str) -> Iterator[Any]:
    """A page of a headless browser, 1280 wide. A test that leaves an error on it fails."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 not needed by other tests

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=BROWSER_ARGS)
        opened = browser.new_page(viewport={"width": 1280, "height": 900})
        opened.set_default_timeout(60_000)
        said: list[str] = []
        opened.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
        opened.on("pageerror", lambda error: said.append(str(error)))
        yield opened
        assert opened.get_by_test_id("stException").count() == 0
        assert "Traceback" not in opened.locator("body").inner_text()
        browser.close()
        # Below a page's address Streamlit looks for its own settings first, in vain.
        assert [line for line in said if "404" not in line] == []


def wait_for(address: str, process: "subprocess.Popen[Any]", seconds: float = 60) -> None:
    """Until the server of a process answers at an address."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"The dashboard ended at once, with status {process.returncode}.")
        try:
            with urllib.request.urlopen(address, timeout=5) as reply:
                if reply.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"The dashboard did not answer at {address} within {seconds:.0f} s.")
