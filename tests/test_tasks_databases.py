"""Databases are built from SQL text into the cache: whole, once, and the same for every process."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ipt_engine.errors import DataError
from ipt_engine.records import Example
from ipt_engine.tasks import TASKS, databases
from ipt_engine.tasks.databases import built_databases

TASK = TASKS["mini-spider"]
SOURCE = Path(__file__).resolve().parent.parent / "data" / "mini-spider"
SCRIPTS = {path.stem: path.read_text("utf-8") for path in (SOURCE / "databases").glob("*.sql")}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache, and scripts that are read again."""
    monkeypatch.setattr(databases, "cache_root", lambda: tmp_path / "cache")
    databases._scripts.cache_clear()
    yield tmp_path / "cache"
    databases._scripts.cache_clear()


def test_the_cache_holds_what_the_sql_says(cache: Path) -> None:
    schemas = json.loads((SOURCE / "tables.json").read_text("utf-8"))
    for example in TASK.load("dev"):
        context = TASK.context_of(example)
        name = example.context["db_id"]
        assert Path(context["database"]).is_relative_to(cache)
        assert Path(context["database"]).parts[-2:] == (name, f"{name}.sqlite")
        assert json.loads(Path(context["tables"]).read_text("utf-8")) == schemas
    for name, script in SCRIPTS.items():
        with (
            closing(sqlite3.connect(built_databases(TASK.name) / name / f"{name}.sqlite")) as built,
            closing(sqlite3.connect(":memory:")) as expected,
        ):
            expected.executescript(script)
            assert list(built.iterdump()) == list(expected.iterdump())


def test_processes_that_build_at_once_get_the_same_whole_folder(cache: Path) -> None:
    code = (
        "import sys, pathlib; from ipt_engine.tasks import databases; "
        "databases.cache_root = lambda: pathlib.Path(sys.argv[1]); "
        "folder = databases.built_databases('mini-spider'); "
        "print(folder, len(list(folder.glob('*/*.sqlite'))))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(cache)], stdout=subprocess.PIPE, cwd=SOURCE.parents[1]
        )
        for _ in range(3)
    ]
    said = {process.communicate(timeout=60)[0].decode().strip() for process in started}
    assert said == {f"{built_databases(TASK.name)} {len(SCRIPTS)}"}
    left = [path for path in (cache / "databases").iterdir() if path.suffix != ".lock"]
    assert left == [built_databases(TASK.name)]


def test_the_folder_appears_whole_and_is_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moves: list[Path] = []
    replace = databases.os.replace

    def watch(work: Path, folder: Path) -> None:
        assert not folder.exists()
        assert {path.stem for path in work.glob("*/*.sqlite")} == set(SCRIPTS)
        moves.append(folder)
        replace(work, folder)

    monkeypatch.setattr(databases.os, "replace", watch)
    folder = built_databases(TASK.name)
    assert built_databases(TASK.name) == folder
    assert moves == [folder]
    # A cache cleaner took a file: the whole is made again.
    next(folder.glob("*/*.sqlite")).unlink()
    assert built_databases(TASK.name) == folder
    assert moves == [folder, folder]
    assert {path.stem for path in folder.glob("*/*.sqlite")} == set(SCRIPTS)


def bundle(root: Path, **scripts: str) -> None:
    folder = root / "data" / "mini-spider" / "databases"
    folder.mkdir(parents=True, exist_ok=True)
    for name, script in scripts.items():
        (folder / f"{name}.sql").write_text(script, encoding="utf-8")


def test_edited_sql_makes_another_folder(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "bundled_root", lambda: tmp_path)
    folders = set()
    for script in ("CREATE TABLE a (id);", "CREATE TABLE a (id);", "CREATE TABLE a (id, x);"):
        bundle(tmp_path, one=script)
        databases._scripts.cache_clear()
        folders.add(built_databases("mini-spider"))
    assert len(folders) == 2


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE a (id",
        "CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER REFERENCES a (id));"
        "INSERT INTO a VALUES (1, 7);",
    ],
)
def test_wrong_sql_is_named_and_leaves_nothing(
    script: str, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "bundled_root", lambda: tmp_path)
    bundle(tmp_path, good="CREATE TABLE a (id);", wrong=script)
    with pytest.raises(DataError, match="database wrong does not run"):
        built_databases("mini-spider")
    assert [p for p in (cache / "databases").iterdir() if p.suffix != ".lock"] == []


def test_no_sql_is_refused(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "bundled_root", lambda: tmp_path)
    with pytest.raises(DataError, match="holds no .sql files"):
        built_databases("mini-spider")


def test_a_cache_that_cannot_be_written_is_refused_in_one_line(cache: Path) -> None:
    cache.write_text("a file where a folder should be")
    with pytest.raises(DataError, match="cannot be written to .*XDG_CACHE_HOME") as caught:
        built_databases(TASK.name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("context", [{}, {"db_id": "nowhere"}])
def test_an_example_without_a_database_is_refused(context: dict[str, str], cache: Path) -> None:
    with pytest.raises(DataError, match="db_id.*Expected one of: bank, books"):
        TASK.context_of(Example("x", "q", ("SELECT 1",), context=context))
