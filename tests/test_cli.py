"""The command line: errors are one line, and every command is in the docs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from ipt_engine import cli
from ipt_engine.cli import app
from ipt_engine.runs import RunStore

ROOT = Path(__file__).resolve().parent.parent
ICL = ["run", "--task", "mini-dart", "--method", "icl"]


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
        (["run", "--task", "mini-dart", "--method", "icl", "--seed", "-1"], "seed must lie"),
        ([*ICL, "--retriever", "bm26"], "Unknown retriever 'bm26'. Choose one of: random, bm25"),
        ([*ICL, "--diversity", "0.3", "--retriever", "bm25"], "use the retriever 'mmr'"),
        ([*ICL, "--diversity", "3"], "--diversity must lie between 0"),
        ([*ICL, "--num-fewshot=-1"], "Error: --num-fewshot must lie between 0 and 1000"),
        ([*ICL, "--limit-test", "0"], "Error: --limit-test must lie between 1"),
        ([*ICL, "--max-steps", "5"], "Error: --max-steps has no effect"),
        (["tune", "--task", "mini-dart", "--trials", "0"], "Error: --trials must"),
        (["generate", "--task", "mini-dart", "--index", "0", "--num-fewshot=-1"], "--num-fewshot"),
        ([*ICL, "--source-task", "nope"], "Unknown task 'nope'"),
        ([*ICL, "--source-task", "mini-dart"], "name another task"),
        ([*ICL, "--order", "up"], "expected one of: most_similar_first"),
        (["tasks", "check", "nope"], "Unknown task 'nope'"),
        (["dashboard", "--port", "99999999"], "--port must lie between 1 and 65535"),
        (["dashboard", "--port=-1"], "--port must lie between 1 and 65535"),
        (["dashboard", "--port", "0"], "--port must lie between 1 and 65535"),
        (["run", "x.yaml", "--task", "mini-dart"], "--task has no effect beside x.yaml"),
        (["run", "x.yaml", "--max-steps", "500"], "--max-steps has no effect beside x.yaml"),
        (["run", "x.yaml", "--chat-template"], "--chat-template has no effect beside x.yaml"),
        # Given, though it says no more than the default does.
        (["run", "x.yaml", "--seed", "0"], "--seed has no effect beside x.yaml"),
        (["run", "nowhere.yaml", "--device", "cpu", "--force"], "Cannot read nowhere.yaml"),
        (["generate", "--task", "nope", "--index", "1"], "Unknown task 'nope'"),
        (["export", "zzz", "folder"], "is no prompt id"),
        (["tasks", "show", "nope"], "Unknown task 'nope'"),
        (["tasks", "remove", "mini-dart"], "cannot be removed"),
        (["tasks", "remove", "nope"], "No task named 'nope'"),
        (["tasks", "add", "dart", "nowhere.json"], "There is no file"),
        (["tasks", "add", "mine", "x.csv", "--input", "q"], "--input COLUMN and --answer COLUMN"),
        (["tasks", "add", "dart", "x", "--split", "valid"], "train, dev, test, found 'valid'"),
        (["tasks", "add", "dart", "x", "--stop", "full"], "newline, eos, found 'full'"),
        (
            ["tasks", "add", "mine", "x", "--input", "q", "--answer", "a", "--context", "c"],
            "NAME=COLUMN",
        ),
    ],
)
def test_errors_are_one_line(arguments: list[str], message: str) -> None:
    result = ipt(*arguments)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert message in result.stderr


def test_a_fault_of_the_program_is_one_line_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("by nothing\nsecond line")

    monkeypatch.setattr(cli, "app", fail)
    monkeypatch.delenv("IPT_DEBUG", raising=False)
    with pytest.raises(SystemExit, match="1"):
        cli.main()
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "ZeroDivisionError: by nothing)" in told
    assert "IPT_DEBUG" in told
    monkeypatch.setenv("IPT_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli.main()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"task: [unclosed\n\nmethod: pt", "is not valid YAML"),
        (b"task: \x00", "is not valid YAML"),
        (b"\xff\xfe\xff", "Cannot read"),
        (b"- task", "must hold a mapping of settings"),
        (b"", "must hold a mapping of settings"),
        (b"task: mini-dart\nmethod: icl\nretrieval: {fewshot: 2}", "Unknown setting 'fewshot'"),
        (b'{"task": "mini-dart", "method": "zero_shot", "limit": "5"}', "limit must be int"),
    ],
)
def test_a_bad_config_file_is_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    result = ipt("run", str(path))
    assert result.returncode == 1
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert message in result.stderr


def test_export_overwrites_nothing(fake_store: RunStore, tmp_path: Path) -> None:
    prompt = fake_store.prompts()["prompt_id"].iloc[0]
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "mine.txt").write_text("keep")
    for target in (folder, folder / "mine.txt"):
        result = ipt("export", prompt, str(target))
        assert result.returncode == 1
        assert "is not an empty folder" in result.stderr
        assert result.stderr.count("\n") == 1
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]
    assert ipt("export", prompt[:8], str(folder / "new")).returncode == 0
    assert (folder / "new" / "adapter_config.json").is_file()


@pytest.mark.parametrize(
    "arguments",
    [["bogus"], ["run", "--seed", "x"], ["run", "--bogus"], ["study", "quick", "--workers", "0"]],
)
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


def test_every_command_and_option_is_in_the_docs() -> None:
    text = (ROOT / "docs" / "cli.md").read_text("utf-8")
    commands = dict(get_command(app).commands)  # type: ignore[attr-defined]
    assert len(commands) >= 7
    for group, members in [(n, getattr(c, "commands", {})) for n, c in commands.items()]:
        commands |= {f"{group} {name}": command for name, command in members.items()}
    assert "tasks add" in commands
    for name, command in commands.items():
        assert f"## ipt {name}\n" in text
        section = text.partition(f"## ipt {name}\n")[2].partition("\n## ")[0]
        common = text.partition("\n## ")[0]
        options = [option for parameter in command.params for option in parameter.opts]
        for option in options:
            if option.startswith("--"):
                assert option in section + common, f"ipt {name} {option}"


def test_the_dashboard_sees_the_folders_that_the_command_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its server begins in a folder of its own, where a path such as `mine` is another."""
    given: dict[str, str] = {}
    names = {"IPT_STORE": "store", "IPT_TASKS": "mine", "IPT_SHIPPED": "theirs"}
    monkeypatch.chdir(tmp_path)
    for name, folder in names.items():
        monkeypatch.setenv(name, folder)
    monkeypatch.setattr(os, "chdir", lambda folder: None)
    monkeypatch.setattr(os, "execve", lambda program, command, variables: given.update(variables))
    assert CliRunner().invoke(app, ["dashboard", "--no-browser"]).exit_code == 0
    assert {name: given[name] for name in names} == {
        name: str(tmp_path / folder) for name, folder in names.items()
    }
