"""What is asked of a cluster, and the one line said where it cannot be had."""

import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ipt_engine.cli import app
from ipt_engine.errors import ConfigError
from ipt_engine.ray_cluster import Actors, connect, gpus_of, room_for


@pytest.mark.parametrize(
    "address, said",
    [
        ("127.0.0.1:1", "No Ray cluster could be reached at 127.0.0.1:1: .*refused"),
        ("ray://127.0.0.1:10001", "expected host:port"),
        ("somewhere", "expected host:port"),
        ("127.0.0.1:99999999", "No Ray cluster could be reached"),
    ],
)
def test_no_cluster_is_one_line_at_once(ray: Any, address: str, said: str) -> None:
    started = time.monotonic()
    with pytest.raises(ConfigError, match=said):
        connect(address)
    assert time.monotonic() - started < 10
    assert not ray.is_initialized()


def test_without_ray_the_command_to_install_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ConfigError, match=r"pip install 'ipt-lab\[ray\]'"):
        connect(None)


@pytest.mark.parametrize(
    "options, said",
    [
        ({"count": 0}, "workers must be at least 1"),
        ({"cpus": 0}, "cpus must be at least 1"),
        ({"gpus": -0.5}, "gpus must be"),
        ({"gpus": 1.5}, "gpus must be"),
    ],
)
def test_workers_that_cannot_be_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        Actors(**options)


def test_options_of_a_cluster_need_one(tmp_path: Path) -> None:
    for option in ("--address", "--cpus", "--gpus"):
        found = CliRunner().invoke(app, ["study", "quick", option, "1", "--store", str(tmp_path)])
        assert f"{option} has no effect without --engine ray" in str(found.exception)
    assert list(tmp_path.iterdir()) == []


def test_workers_fill_the_machines_and_a_gpu_is_asked_for_where_there_is_one() -> None:
    small: dict[str, Any] = {"Resources": {"CPU": 3.0}}
    large: dict[str, Any] = {"Resources": {"CPU": 8.0, "GPU": 2.0}}
    empty: dict[str, Any] = {"Resources": {}}
    assert room_for(1, 0, [small, large, empty]) == 11
    assert room_for(2, 0, [small, large, empty]) == 1 + 4
    assert room_for(1, 1, [small, large, empty]) == 2
    assert room_for(1, 0.5, [small, large, empty]) == 4
    with pytest.raises(ConfigError, match=r"has the 4 CPU\(s\) and 1 GPU\(s\)"):
        room_for(4, 1, [small])
    assert gpus_of(Actors(), None, [small, large]) == 1
    assert gpus_of(Actors(), None, [small]) == gpus_of(Actors(), "cpu", [large]) == 0
    assert gpus_of(Actors(), "cuda", [small]) == 1
    assert gpus_of(Actors(gpus=0.25), None, [large]) == 0.25
    with pytest.raises(ConfigError, match="contradict"):
        gpus_of(Actors(gpus=0), "cuda:0", [large])
