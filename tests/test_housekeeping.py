"""What takes space, and removing it: prompts and runs stay, and so does what runs."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ipt_engine import housekeeping
from ipt_engine.cli import app
from ipt_engine.housekeeping import clean_caches, clean_unfinished, measure, size_text
from ipt_engine.runs import RunStore


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    (folder / "models" / "m").mkdir(parents=True)
    (folder / "models" / "m" / "weights").write_bytes(b"x" * 5000)
    (folder / "embeddings").mkdir()
    (folder / "databases" / "d").mkdir(parents=True)
    (folder / "databases" / "d" / "d.sqlite").write_bytes(b"x" * 300)
    (folder / "other").write_bytes(b"kept")
    monkeypatch.setattr(housekeeping, "cache_root", lambda: folder)
    return folder


def test_sizes_are_those_on_the_disk(fake_store: RunStore, cache: Path) -> None:
    found = {space.name: space for space in measure(fake_store)}
    files = [path for path in (fake_store.root / "runs").rglob("*") if path.is_file()]
    assert found["runs"].files == len(files)
    assert found["runs"].bytes == sum(path.stat().st_size for path in files)
    assert (found["models"].bytes, found["models"].files) == (5000, 1)
    assert (found["databases"].bytes, found["databases"].files) == (300, 1)
    assert found["embeddings"].bytes == found["jobs"].bytes == 0


def test_unfinished_work_goes_and_what_runs_stays(fake_store: RunStore, cache: Path) -> None:
    prompts, runs = fake_store.prompts(), fake_store.runs()
    (left,) = fake_store.active()
    with fake_store.begin("training", "a" * 12, {}) as activity:
        freed = clean_unfinished(fake_store)
        assert [work.id for work in fake_store.active()] == ["a" * 12]
        assert activity.folder.is_dir()
    assert freed > 0 and not left.folder.exists()
    assert fake_store.prompts().equals(prompts)
    assert fake_store.runs()["run_id"].tolist() == runs["run_id"].tolist()


def test_caches_go_and_nothing_beside_them(cache: Path) -> None:
    assert clean_caches() == 5300
    assert [path.name for path in cache.iterdir()] == ["other"]
    assert clean_caches() == 0


def test_the_command_says_what_it_did(fake_store: RunStore, cache: Path) -> None:
    def said(*options: str) -> str:
        found = CliRunner().invoke(app, ["clean", *options, "--store", str(fake_store.root)])
        assert found.exit_code == 0
        return " ".join(found.stdout.split())

    assert "Nothing was removed" in said()
    assert len(fake_store.active()) == 1 and (cache / "models").is_dir()
    told = said("--caches", "--unfinished")
    assert "Caches removed: 5 kB." in told and "Nothing was removed" not in told
    assert fake_store.active() == [] and not (cache / "models").exists()


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1500, "2 kB"), (2_500_000, "2 MB"), (3 * 10**9, "3.0 GB")],
)
def test_sizes_in_words(count: int, text: str) -> None:
    assert size_text(count) == text
