"""Ids follow the data used, the settings and the weights, and nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from ipt_engine.errors import ModelError
from ipt_engine.identity import data_hash_of, prompt_id_of, run_id_of
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


def test_ids_follow_the_files_of_an_encoder_that_is_no_packaged_one(tmp_path: Path) -> None:
    config = config_of("ipt", Path("some-model"), retrieval={"encoder": str(tmp_path)})
    ids = set()
    for content in ("{}", '{"pooling_mode": "cls"}'):
        (tmp_path / "modules.json").write_text(content)
        assert config.training is not None
        ids |= {prompt_id_of(config.training, "w"), run_id_of(config, "p", "w")}
        # Runs with other encoders answer the same inputs, and are compared.
        assert data_hash_of(config, "test") == data_hash_of(config_of("pt", tmp_path), "test")
    assert len(ids) == 4


def test_an_encoder_of_the_hub_that_cannot_be_had_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.snapshot_download", _unreachable)
    config = config_of("icl", Path("some-model"), retrieval={"encoder": "no/such-encoder"})
    with pytest.raises(ModelError, match="'no/such-encoder' cannot be loaded .* all-minilm"):
        run_id_of(config, None, "w")


def _unreachable(name: str, **how: object) -> str:
    raise OSError(f"{name}: no network")


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
