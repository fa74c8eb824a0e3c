"""The command line: errors are one line, and every command is in the docs."""

import subprocess
import sys
from pathlib import Path

import pytest

from ipt_engine.cli import app

ROOT = Path(__file__).resolve().parent.parent


def ipt(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ipt_engine.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--task", "nope", "--method", "pt"], "Unknown task 'nope'"),
        (["run", "--task", "mini-dart", "--method", "nope"], "zero_shot, icl, pt, ipt"),
        (["run", "--task", "mini-dart"], "--task and --method"),
        (["run", "--task", "mini-dart", "--method", "pt", "--num-fewshot", "2"], "has no effect"),
        (["run", "--task", "mini-dart", "--method", "icl", "--max-steps", "2"], "trains nothing"),
        (["run", "nowhere.yaml"], "Cannot read nowhere.yaml"),
        (["generate", "--task", "mini-dart"], "either --index or --input"),
        (["generate", "--task", "mini-dart", "--index", "9999"], "between 0 and"),
        (["export", "zzz", "folder"], "is no prompt id"),
    ],
)
def test_errors_are_one_line(arguments: list[str], message: str) -> None:
    result = ipt(*arguments)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert message in result.stderr


def test_bad_yaml_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("task: [unclosed")
    result = ipt("run", str(path))
    assert result.returncode == 1
    assert "is not valid YAML" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("arguments", [["bogus"], ["run", "--seed", "x"], ["run", "--bogus"]])
def test_misuse_is_explained_without_a_traceback(arguments: list[str]) -> None:
    result = ipt(*arguments)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert "Usage" in result.stderr


def test_lists(tmp_path: Path) -> None:
    assert "mini-mtop" in ipt("tasks").stdout
    assert "smollm2-135m-instruct" in ipt("models").stdout
    runs = ipt("runs", "--store", str(tmp_path / "empty"))
    assert runs.returncode == 0
    assert runs.stdout


def test_every_command_is_in_the_docs() -> None:
    text = (ROOT / "docs" / "cli.md").read_text("utf-8")
    names = [
        command.name or command.callback.__name__  # type: ignore[union-attr]
        for command in app.registered_commands
    ]
    assert len(names) >= 7
    assert [name for name in names if f"ipt {name}" not in text] == []
