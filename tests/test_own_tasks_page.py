"""docs/own-tasks.md is true: its commands run and say what the page says, its code is a task."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

from ipt_engine.tasks import Task

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "own-tasks.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_commands_say_what_the_page_says(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "ipt"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ipt_engine.cli "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    environment = {
        **os.environ,
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "120",
    }
    said = []
    for kind, block in BLOCKS:
        if kind == "sh":
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", block],
                capture_output=True, text=True, check=False, cwd=tmp_path, env=environment,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            said.append(done.stdout)
        elif kind == "text":
            for line in block.splitlines():
                assert line in said[-1].splitlines()
    assert any(re.search(r"Labels +Question: … SQL: …", text) for text in said)
    assert any(re.search(r"^ shop +", text, re.MULTILINE) for text in said)
    assert sum("Removed" in text for text in said) == 2
    assert not list((Path(environment["IPT_TASKS"])).glob("*.json"))


def test_the_code_makes_a_task() -> None:
    (code,) = (block for kind, block in BLOCKS if kind == "python")
    names: dict[str, object] = {}
    exec(code, names)
    task = names["FERRIES"]
    assert isinstance(task, Task)
    assert [len(task.load(split)) for split in ("train", "dev", "test")] == [200, 20, 40]  # type: ignore[arg-type]
