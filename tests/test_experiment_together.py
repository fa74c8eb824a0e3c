"""Runs made together are those made one by one, in fewer steps of the model."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from ipt_engine import evaluation
from ipt_engine.config import RunConfig
from ipt_engine.errors import ConfigError
from ipt_engine.experiment import run, run_together
from ipt_engine.runs import RunStore
from ipt_engine.wiring import Resources
from tests.tiny_runs import config_of

pytestmark = pytest.mark.usefixtures("own_encoder")


def several(model: Path) -> list[RunConfig]:
    """Two seeds, a method without a prompt, demonstrations, and more inputs for one of them."""
    seeds = [{"seed": seed} for seed in (1, 2)]
    return [
        *(
            replace(config_of("pt", model, prompt_tuning=s, training=s), seed=s["seed"])
            for s in seeds
        ),
        config_of("zero_shot", model),
        config_of("ipt", model, evaluation={"limit": 6}),
    ]


@pytest.mark.parametrize("batch_size", [3, 64])
def test_runs_made_together_are_those_made_one_by_one(
    batch_size: int, tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configs, stores = several(model_folder), [RunStore(tmp_path / name) for name in ("1", "2")]
    ids = [run(config, stores[0]) for config in configs]
    calls: list[int] = []
    generate = evaluation.generate_and_score
    monkeypatch.setattr(
        evaluation, "generate_and_score",
        lambda base, rows, *more: calls.append(len(rows)) or generate(base, rows, *more),
    )  # fmt: skip
    resources = Resources(batch_size=batch_size)
    assert run_together([*configs, configs[0]], stores[1], resources) == [*ids, ids[0]]
    assert calls == [4 + 4 + 4 + 6]
    for run_id in ids:
        one, other = (store.ledger([run_id]).drop(columns="seconds") for store in stores)
        pd.testing.assert_frame_equal(one, other, rtol=1e-5)
        records = [store.run(run_id) for store in stores]
        assert records[0].keys() == records[1].keys()
        assert [record["machine"].pop("runs_together") for record in records] == [1, 4]
        for record in records:
            assert 0 < record.pop("seconds") < 60
            del record["created"]
        assert records[0].pop("scores") == pytest.approx(records[1].pop("scores"), rel=1e-5)
        assert records[0] == records[1]
    each = stores[1].ledger(ids)["seconds"]
    assert each.nunique() == 1
    # What is there is not made again.
    assert run_together(configs, stores[1]) == ids
    assert run_together([*configs, config_of("icl", model_folder)], stores[1])[:-1] == ids
    assert calls == [18, 4]
    assert stores[1].active() == []


def test_runs_that_cannot_be_made_together_are_refused(tmp_path: Path, model_folder: Path) -> None:
    store, one = RunStore(tmp_path), config_of("zero_shot", model_folder)
    longer = config_of("zero_shot", model_folder, generation={"max_new_tokens": 9})
    drawn = replace(one, generation=replace(one.generation, do_sample=True))
    with pytest.raises(ConfigError, match="found 2"):
        run_together([one, longer], store)
    with pytest.raises(ConfigError, match="do_sample"):
        run_together([drawn, drawn], store)
    assert store.runs().empty and store.active() == []
    assert run_together([], store) == []
