"""The executor on a cluster that is made up: what a lost machine, worker or head comes to."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ipt_engine import __version__, ray_executor
from ipt_engine.errors import ConfigError, IPTError, StoreError
from ipt_engine.executors import Outcome
from ipt_engine.ray_cluster import Actors
from ipt_engine.ray_executor import RayExecutor
from ipt_engine.ray_worker import Place
from ipt_engine.runs import RunStore
from ipt_engine.study import begin_study, run_study
from ipt_engine.study_plan import Piece
from tests.tiny_studies import part, study_of


class MadeUpRay:
    """A cluster whose workers start at once, and whose machine and answers the test chooses."""

    class exceptions:  # noqa: N801 as Ray calls it
        class RayError(Exception):
            pass

        class RayActorError(RayError):
            pass

        class RayTaskError(RayError):
            pass

        class OutOfMemoryError(RayError):
            pass

    def __init__(
        self, place: Place, answer: Callable[[Piece], list[Outcome]] | None = None
    ) -> None:
        self.place, self.answer = place, answer
        self.started = self.killed = 0
        self.silent = False

    def nodes(self) -> list[dict[str, Any]]:
        return [{"Alive": True, "NodeID": "n", "Resources": {"CPU": 2.0}}]

    def remote(self, **options: Any) -> Callable[[type], Any]:
        assert options["max_restarts"] == options["max_task_retries"] == -1
        return lambda kind: SimpleNamespace(remote=self.start)

    def start(self, setup: Any) -> Any:
        self.started += 1
        look = SimpleNamespace(remote=lambda: lambda: self.place)
        do = SimpleNamespace(remote=lambda piece: lambda: (self.answer(piece), self.place))  # type: ignore[misc]
        return SimpleNamespace(look=look, do=do)

    def wait(self, answers: list[Any], num_returns: int = 1, timeout: float = 0) -> Any:
        assert len(answers) >= num_returns
        return ([], answers) if self.silent else (answers, [])

    def get_runtime_context(self) -> Any:
        return SimpleNamespace(gcs_address="127.0.0.1:1")

    def get(self, answer: Callable[[], Any]) -> Any:
        return answer()

    def kill(self, handle: Any) -> None:
        self.killed += 1


def made_up(fake: MadeUpRay, store: RunStore, monkeypatch: pytest.MonkeyPatch) -> RayExecutor:
    monkeypatch.setattr(ray_executor, "connect", lambda address: (fake, False))
    return RayExecutor(store, Actors())


HERE = Place("this", "n", __version__, sees=True)


@pytest.mark.parametrize(
    "place, kind, said",
    [
        (replace(HERE, sees=False, machine="m7"), StoreError, "m7 does not see the store"),
        (replace(HERE, version="9", machine="m7"), ConfigError, "m7 has IPT Lab 9, this machine"),
    ],
)
def test_a_machine_that_cannot_do_it_stops_the_study_in_a_line(
    place: Place, kind: type[IPTError], said: str, tmp_path: Path,
    model_folder: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    store, fake = RunStore(tmp_path), MadeUpRay(place)
    plan, record = begin_study(study_of(part("zero_shot"), model=model_folder), store)
    with pytest.raises(kind, match=said):
        run_study(plan, record, store, made_up(fake, store, monkeypatch))
    assert fake.killed == fake.started == 1
    assert list((tmp_path / "active").iterdir()) == []


def test_work_whose_worker_is_lost_for_good_fails_alone(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(tmp_path)
    study = study_of(part("zero_shot", {"method": "icl", "num_fewshot": 0}), model=model_folder)
    plan, record = begin_study(study, store)

    def answer(piece: Piece) -> list[Outcome]:
        if piece[0].id == plan.work[0].id:
            raise MadeUpRay.exceptions.RayActorError("Traceback ...\n\nIt died.\n")
        return [Outcome(work.id) for work in piece]

    record = run_study(plan, record, store, made_up(MadeUpRay(HERE, answer), store, monkeypatch))
    assert record.failures == {plan.work[0].id: "its worker was lost: It died."}


def test_a_lost_head_is_one_line(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_executor, "_HEAD_SECONDS", 0.1)
    store, fake = RunStore(tmp_path), MadeUpRay(HERE)
    fake.silent = True
    plan, record = begin_study(study_of(part("zero_shot"), model=model_folder), store)
    with pytest.raises(IPTError, match="head does not answer any more"):
        run_study(plan, record, store, made_up(fake, store, monkeypatch))
    assert fake.killed == fake.started == 1
