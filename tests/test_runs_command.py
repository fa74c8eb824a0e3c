"""`ipt runs`: whatever the terminal's width, no id is cut, and like runs can be told apart."""

import io

import pytest
from rich.console import Console
from typer.testing import CliRunner

from ipt_engine.cli import app
from ipt_engine.commands import runs as command
from ipt_engine.errors import IPTError
from ipt_engine.runs import RunStore


def listed(store: RunStore, *arguments: str) -> str:
    said = CliRunner().invoke(
        app, ["runs", "--store", str(store.root), *arguments], catch_exceptions=False
    )
    assert said.exit_code == 0
    return said.stdout


@pytest.mark.parametrize("width", [20, 33, 60, 80, 200])
def test_no_id_is_cut(fake_store: RunStore, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    said = io.StringIO()
    narrow = Console(force_terminal=True, width=width, file=said, color_system=None)
    monkeypatch.setattr(command, "console", narrow)
    table = listed(fake_store)
    runs = fake_store.runs()
    for run_id in {*runs["run_id"], *runs["prompt_id"].dropna()}:
        assert run_id in table
    assert "…" not in table
    if width >= 33:
        assert max(map(len, table.splitlines())) <= width
    headings = table.splitlines()[0].split()
    told = " ".join(said.getvalue().split())
    left_out = [name for name in command._COLUMNS if name not in headings]
    assert all(name in told for name in left_out) and bool(told) == bool(left_out)
    if width == 80:
        assert headings[:5] == ["run", "task", "method", "seed", "shown"]


def test_a_pipe_has_room_for_all(fake_store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    table = listed(fake_store)
    assert table.splitlines()[0].split() == list(command._COLUMNS)
    assert "…" not in table and len(table.splitlines()) == 1 + len(fake_store.runs())


def test_retrievers_are_told_apart(fake_store: RunStore) -> None:
    headings, *lines = listed(fake_store).splitlines()
    runs = fake_store.runs().set_index("run_id")
    for line in lines:
        run = runs.loc[line[:12]]
        shown = f"{run['num_fewshot']} {run['retriever']}" if run["num_fewshot"] else "–"
        assert line[headings.index("shown") :].startswith(f"{shown} ")


def test_one_tasks_runs(fake_store: RunStore) -> None:
    lines = listed(fake_store, "--task", "mini-mtop").splitlines()[1:]
    of_task = fake_store.runs().query("task == 'mini-mtop'")["run_id"]
    assert [line[:12] for line in lines] == of_task.tolist() and lines
    assert "ipt run --task mini-totto --method icl" in listed(fake_store, "--task", "mini-totto")
    with pytest.raises(IPTError, match="Unknown task 'nope'"):
        listed(fake_store, "--task", "nope")
