"""JSON files of a store: whole for whoever reads, whoever writes at the same time."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ipt_engine.artifacts import read_json, write_json


def test_many_writers_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "x.json"

    def write(writer: int) -> list[bool]:
        seen = []
        for count in range(50):
            write_json(path, {"by": [writer] * 500, "count": count}, lasting=False)
            found = read_json(path)
            seen.append(found is not None and len(set(found["by"])) == 1)
        return seen

    with ThreadPoolExecutor(4) as pool:
        assert all(all(seen) for seen in pool.map(write, range(4)))
    assert list(tmp_path.iterdir()) == [path]
    assert json.loads(path.read_text())["count"] == 49


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.json").mkdir()
    with pytest.raises(OSError):
        write_json(tmp_path / "x.json", {})
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]
