"""Ids follow the data used, the settings and the weights, and nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from ipt_engine.identity import prompt_id_of, run_id_of
from ipt_engine.records import Example
from ipt_engine.tasks import TASKS, Split
from tests.tiny_runs import config_of


def test_ids_follow_the_data_used_and_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = TASKS["mini-dart"]
    config = config_of("pt", Path("some-model"), evaluation={"split": "dev"})
    assert config.training is not None
    ids = {"as it is": (prompt_id_of(config.training, "w"), run_id_of(config, "p", "w"))}
    ids["weights"] = (prompt_id_of(config.training, "v"), run_id_of(config, "p", "v"))
    for edited in ("train", "dev", "test"):

        def load(split: Split, edited: str = edited) -> list[Example]:
            return whole.load(split)[edited == split :]

        with monkeypatch.context() as patch:
            patch.setitem(TASKS, "mini-dart", replace(whole, loader=load))
            ids[edited] = (prompt_id_of(config.training, "w"), run_id_of(config, "p", "w"))
    # Test inputs are looked at neither in training nor in an evaluation on dev.
    assert ids.pop("test") == ids["as it is"]
    prompt_ids, run_ids = (set(column) for column in zip(*ids.values(), strict=True))
    assert len(prompt_ids) == len(run_ids) == len(ids)
    assert run_id_of(config, "q", "w") not in run_ids


def test_ids_follow_the_data_of_the_other_task(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {"retriever": "other_task", "source_task": "mini-mtop"}
    config = config_of("ipt", Path("some-model"), retrieval=shown)
    assert config.training is not None

    def ids() -> tuple[str, str]:
        assert config.training is not None
        return prompt_id_of(config.training, "w"), run_id_of(config, "p", "w")

    before, whole = ids(), TASKS["mini-mtop"]
    for edited, changes in (("test", False), ("train", True)):

        def load(split: Split, edited: str = edited) -> list[Example]:
            return whole.load(split)[edited == split :]

        with monkeypatch.context() as patch:
            patch.setitem(TASKS, "mini-mtop", replace(whole, loader=load))
            assert [now != then for now, then in zip(ids(), before, strict=True)] == [changes] * 2
