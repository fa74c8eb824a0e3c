"""The built wheel carries the dashboard and the data, and works from any folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel holds, as pip would lay it out."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_dashboard_and_data_are_all_there(installed: Path) -> None:
    for part in ("dashboard", "data", "configs"):
        files = [
            p for p in (ROOT / part).rglob("*") if p.is_file() and "__pycache__" not in p.parts
        ]
        assert files
        for path in files:
            carried = installed / "ipt_engine" / "_bundled" / path.relative_to(ROOT)
            assert carried.is_file(), path
            assert carried.read_bytes() == path.read_bytes()


def test_the_command_works_from_any_folder(installed: Path, tmp_path: Path) -> None:
    code = (
        "import sys, ipt_engine, ipt_engine.cli\n"
        f"assert ipt_engine.__file__.startswith({str(installed)!r})\n"
        "sys.argv = ['ipt', 'tasks']\n"
        "ipt_engine.cli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed), "COLUMNS": "200"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert "mini-dart" in done.stdout
    assert not list(tmp_path.iterdir())
