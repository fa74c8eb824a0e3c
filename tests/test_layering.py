"""Imports point one way, as docs/architecture.md has it, and reading needs no torch."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import ipt_engine

ROOT = Path(__file__).resolve().parent.parent
TABLE = re.findall(
    r"^\| (\d+) \| (.+) \|$", (ROOT / "docs" / "architecture.md").read_text("utf-8"), re.MULTILINE
)
LAYER = {module.strip(): int(row) for row, modules in TABLE for module in modules.split(",")}
FILES = [p for part in ("ipt_engine", "dashboard") for p in (ROOT / part).rglob("*.py")]


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return "dashboard" if parts[0] == "dashboard" else parts[1]


def imported(path: Path) -> Iterator[str]:
    """Our own modules that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module is None or node.level):
            raise AssertionError(f"{path}, line {node.lineno}: a relative import")
        if isinstance(node, ast.ImportFrom):
            package, _, rest = node.module.partition(".")
            if package == "ipt_engine":
                names = [rest.split(".")[0]] if rest else [a.name for a in node.names]
                yield from (name for name in names if not name.startswith("__"))
            elif package == "dashboard":
                yield "dashboard"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in {"ipt_engine", "dashboard"}:
                    yield alias.name.split(".")[-1]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_come_from_layers_above(path: Path) -> None:
    me = module_of(path)
    if me == "__init__":
        return
    for other in imported(path):
        assert other == me or LAYER[other] < LAYER[me], f"{me} imports {other}"


def test_the_table_names_every_module_once() -> None:
    named = [module.strip() for _, modules in TABLE for module in modules.split(",")]
    assert len(named) == len(set(named))
    assert set(named) == {module_of(path) for path in FILES} - {"__init__"}


def test_the_engine_never_imports_streamlit() -> None:
    for path in FILES:
        if module_of(path) != "dashboard":
            assert "streamlit" not in path.read_text("utf-8").replace('"streamlit"', ""), path


@pytest.mark.parametrize(
    "module",
    [
        "ipt_engine",
        "ipt_engine.runs",
        "ipt_engine.analysis.similarity",
        "ipt_engine.analysis.statistics",
        "ipt_engine.analysis.summary",
        "ipt_engine.evidence",
        "ipt_engine.findings",
        "ipt_engine.report",
        "ipt_engine.study",
        "ipt_engine.plots",
        "ipt_engine.cli",
    ],
)
def test_reading_loads_no_torch(module: str) -> None:
    code = (
        f"import {module}, sys; "
        "print([m for m in ('torch', 'transformers', 'streamlit') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert found.stdout.strip() == "[]"


def test_no_test_file_is_imported() -> None:
    """What several of them need is a fixture of conftest.py, or in a module that holds no tests."""
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [f"{getattr(node, 'module', None) or ''}.{a.name}" for a in node.names]
                found = [name for name in names if ".test_" in f".{name}"]
                assert not found, f"{path.name}, line {node.lineno}: {found[0]}"


def test_public_names_exist() -> None:
    assert all(hasattr(ipt_engine, name) for name in ipt_engine.__all__)
