"""The README does what it says: its commands in their order, its Python, and its tour."""

import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from typer.testing import CliRunner

from ipt_engine.cli import app
from ipt_engine.methods import METHODS
from ipt_engine.resources import bundled_root
from ipt_engine.runs import RunStore
from tests.browser_steps import tick, wait_until_still
from tests.conftest import ROOT, wait_for
from tests.doc_blocks import FENCED, command_lines
from tests.tiny import tiny_model, tiny_tokenizer

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = FENCED.findall(README)
COMMANDS = command_lines("".join(block for kind, block in BLOCKS if kind == "sh"))
SHORTER = {
    "--method": ["--limit-test", "2"],
    "--max-steps": ["--max-steps", "1", "--batch-size", "2"],
    # Whole studies are done by test_study, on a tiny model.
    "quick": ["--dry-run"],
}
"""Added to a command that has the word, since it takes minutes; the last of an option counts."""
STEPS = re.findall(r"^\d\. \*\*(.+?)\*\*(.+?)(?=^\d\. |^!\[)", README, re.MULTILINE | re.DOTALL)
"""Each step of the tour: what it is about, and what it says."""


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As for a new user: an empty folder, and the study that came with IPT Lab."""
    monkeypatch.setenv("IPT_SHIPPED", str(bundled_root() / "data" / "study"))
    monkeypatch.delenv("IPT_STORE", raising=False)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.chdir(tmp_path)


def lay_out_files() -> None:
    """What stands for the files that the README leaves to the reader."""
    rows = "".join(f"{a} and {b},{a + b}\n" for a in range(6) for b in range(10))
    Path("table.csv").write_text(f"COLUMN,sum\n{rows}", encoding="utf-8")
    Path("lines.txt").write_text("the cat sat on the mat\n" * 3, encoding="utf-8")
    tiny_model("llama", torch.float32).save_pretrained("my-model")
    tiny_tokenizer().save_pretrained("my-model")


def filled_in(words: list[str]) -> list[str]:
    """A command with real files and ids where the README has names in capitals."""
    file = "table.csv" if words[0] == "tasks" else "lines.txt"
    stands_for = {"FILE": file, "~/models/my-model": "my-model"}
    if "PROMPT_ID" in words:
        stands_for["PROMPT_ID"] = RunStore.open().prompts()["prompt_id"].iloc[-1]
    line = [stands_for.get(word, word) for word in words]
    if "--answer" in line:
        line[line.index("--answer") + 1] = "sum"
    return line + [more for word, extra in SHORTER.items() if word in words for more in extra]


@pytest.mark.timeout(600)
def test_the_commands_do_what_is_said_of_them(shipped: None, real_base: Any) -> None:
    lay_out_files()
    said: dict[str, str] = {}
    assert len(COMMANDS) > 10
    for words in COMMANDS:
        if words[0] == "dashboard":
            continue
        line = filled_in(words)
        done = CliRunner().invoke(app, line)
        assert done.exit_code == 0, (line, done.output, done.exception)
        said[shlex.join(words)] = done.output
    store = RunStore.open()
    own = RunStore(store.root)
    assert own.runs()["method"].tolist() == ["icl", "pt", "icl"]
    assert all(run_id in said["runs"] for run_id in own.runs()["run_id"].iloc[:2])
    assert "mini-dart" in said["tasks"]
    answers = said["generate --task mini-dart --index 3"]
    assert all(f"│ {method.title}" in answers for method in METHODS.values())
    assert (Path("FOLDER") / "adapter_model.safetensors").is_file()
    assert "Added my-task" in said["tasks add my-task FILE --input COLUMN --answer COLUMN"]
    assert Path("report.html").stat().st_size > 100_000
    assert "100.00" in next(text for words, text in said.items() if words.startswith("score"))


def test_the_dashboard_command_opens_it(shipped: None) -> None:
    assert ["dashboard"] in COMMANDS
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "ipt_engine.cli", "dashboard", "--no-browser", "--port"]
    with subprocess.Popen([*command, str(port)], stdout=subprocess.PIPE, text=True) as process:
        try:
            wait_for(f"http://localhost:{port}/_stcore/health", process)
            assert process.stdout is not None
            assert process.stdout.readline().startswith(f"IPT Lab on http://localhost:{port}")
        finally:
            process.terminate()
            # Before its output is closed, into which it says that it stops.
            process.wait(timeout=20)


@pytest.mark.timeout(300)
def test_the_python_runs(shipped: None, real_base: Any, capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = (block for kind, block in BLOCKS if kind == "python")
    exec(code, {})
    said = capsys.readouterr().out
    assert "'bleu': " in said
    assert "prediction" in said


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_the_tour_finds_what_it_names(
    shipped: None, start_app: Callable[[Path], str], page: Any, tmp_path: Path
) -> None:
    """Each step's pages are in the navigation, and what it calls by its name is there."""
    page.goto(start_app(tmp_path / "store"))
    wait_until_still(page)
    assert len(STEPS) == 7
    for title, text in STEPS:
        names, _, question = title.partition(":")
        for name in names.rstrip(".").split(", "):
            page.get_by_role("link", name=name, exact=True).click()
            page.wait_for_function(
                "(name) => document.title.startsWith(name)", arg=name, timeout=20_000
            )
            wait_until_still(page)
        if question:
            assert page.locator("h1").inner_text().lower() == question.strip().lower()
        if names == "Runs":
            tick(page, 0)
            wait_until_still(page)
        for label in re.findall(r"\*([^*]+)\*", text):
            written = page.get_by_text(" ".join(label.split()))
            written.or_(page.get_by_role("button", name=label)).first.wait_for(timeout=20_000)
