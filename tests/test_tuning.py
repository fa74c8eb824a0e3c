"""`tune` finds the better of planted settings, goes on where it was, and does nothing twice."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ipt_engine import tuning as search
from ipt_engine.commands.tune import advice
from ipt_engine.errors import BusyError, Cancelled, ConfigError, StoreError, TrainingError
from ipt_engine.locks import locked
from ipt_engine.presets import build_run_config
from ipt_engine.retrievers import forget_pools
from ipt_engine.runs import RunStore
from ipt_engine.soft_prompt import WEIGHTS_FILE
from ipt_engine.training import train
from ipt_engine.tuning import TuningConfig, tune
from ipt_engine.tunings import TUNING, Trial, Tuning, read_tuning, read_tunings
from ipt_engine.wiring import Resources

pytestmark = pytest.mark.usefixtures("own_encoder")
CPU = Resources(device="cpu")
STEPS = 100


@pytest.fixture(autouse=True)
def pools() -> Iterator[None]:
    yield
    forget_pools()


def config_for(model: Any = "smollm2-135m-instruct", **changes: Any) -> TuningConfig:
    return TuningConfig("mini-dart", "pt", str(model), max_steps=STEPS, **changes)


Curve = Callable[[dict[str, Any], int], float]


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch, model_folder: Path) -> dict[str, Any]:
    """Trainings replaced by curves that follow from their settings; what was trained is kept."""
    world: dict[str, Any] = {"steps": 0, "stop_after": None, "model": model_folder}

    def curve(settings: Any, step: int) -> float:
        # Best at a rate of 0.05, a little better from TEXT, falling with the steps.
        import math  # noqa: PLC0415

        off = abs(math.log10(settings.training.learning_rate / 0.05))
        text = settings.prompt_tuning.prompt_tuning_init == "TEXT"
        return 1.0 + off - 0.1 * text + 1.0 / (1 + step / 20)

    def fake_train(config: Any, store: RunStore, resources: Any, on_row: Any) -> str:
        if config.training.learning_rate > world.get("diverges_above", 1.0):
            raise TrainingError("The loss is nan. Try a tenth of that learning rate.")
        prompt_id = search.prompt_id_of(
            config, search.base_model(str(model_folder), CPU).model_hash
        )
        at = world.setdefault("checkpoints", {}).get(prompt_id, 0)
        for step in range(at, STEPS + 1, 20):
            if step:
                world["steps"] += 20 if step > at else 0
                world["checkpoints"][prompt_id] = step
            on_row({"step": step, "dev_loss": curve(config, step)})
            if world["stop_after"] is not None and world["steps"] >= world["stop_after"]:
                world["stop_after"] = None
                raise Cancelled("Stopped.")
        world.setdefault("finished", []).append(prompt_id)
        return prompt_id

    monkeypatch.setattr(search, "train", fake_train)
    monkeypatch.setattr(RunStore, "history", lambda store, prompt_id: _nothing())
    return world


def _nothing() -> Any:
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame(columns=["step", "dev_loss"])


def test_it_finds_the_better_settings_with_fewer_steps(
    planted: dict[str, Any], tmp_path: Path
) -> None:
    found = tune(config_for(planted["model"]), RunStore(tmp_path), CPU)
    assert len(found.trials) == 8
    assert found.done
    assert planted["steps"] < 8 * STEPS
    winner = found.winner
    assert winner is not None
    assert winner is found.ranked()[0]
    whole = [trial for trial in found.trials if trial.state == "complete"]
    assert whole
    assert {trial.state for trial in found.trials} == {"complete", "pruned"}
    # The best of the eight proposed, by the planted curve at its end.
    rates = [abs(t.settings["learning_rate"] - 0.05) for t in found.trials]
    assert rates[winner.number] <= sorted(rates)[2]


@pytest.mark.parametrize("stop_after", [20, 40, 60, 100, 120, 160, 200, 260])
def test_an_interrupted_search_ends_as_an_unbroken_one(
    planted: dict[str, Any], tmp_path: Path, stop_after: int
) -> None:
    config = config_for(planted["model"])
    whole = tune(config, RunStore(tmp_path / "whole"), CPU)
    planted["checkpoints"], steps = {}, planted["steps"]
    planted["steps"], planted["stop_after"] = 0, stop_after
    store = RunStore(tmp_path / "broken")
    with pytest.raises(Cancelled):
        tune(config, store, CPU)
    again = tune(config, store, CPU)
    assert again.trials == whole.trials
    assert planted["steps"] == steps
    before = planted["steps"]
    assert tune(config, store, CPU).trials == whole.trials
    assert planted["steps"] == before


def test_a_trial_that_diverges_is_lost_and_the_search_goes_on(
    planted: dict[str, Any], tmp_path: Path
) -> None:
    planted["diverges_above"] = 0.03
    found = tune(config_for(planted["model"]), RunStore(tmp_path), CPU)
    failed = [trial for trial in found.trials if trial.state == "failed"]
    assert failed
    assert all("The loss is nan" in str(trial.reason) for trial in failed)
    assert found.winner is not None
    assert found.winner.settings["learning_rate"] <= 0.03


def test_the_default_comes_first_and_what_is_proposed_depends_on_the_seed(
    planted: dict[str, Any], tmp_path: Path
) -> None:
    tried = [
        [
            trial.settings
            for trial in tune(
                config_for(planted["model"], seed=seed), RunStore(tmp_path / str(seed)), CPU
            ).trials
        ]
        for seed in (0, 1)
    ]
    assert tried[0] != tried[1]
    for some in tried:
        assert some[0] == {"learning_rate": 0.03, "prompt_tuning_init": "SAMPLE_VOCAB"}
        assert len({tuple(settings.values()) for settings in some}) == 8
        assert all(0.003 <= settings["learning_rate"] <= 0.3 for settings in some)


def test_a_finished_trial_has_made_the_prompt_that_run_makes(
    tmp_path: Path, model_folder: Path
) -> None:
    config = TuningConfig(
        "mini-dart", "ipt", str(model_folder), 2, batch_size=2, num_virtual_tokens=3, trials=1
    )
    store = RunStore(tmp_path / "tuned")
    (trial,) = tune(config, store, CPU).trials
    assert trial.state == "complete"
    assert [step for step, _ in trial.losses] == [0, 2]
    options = {
        "prompt_tuning": {
            "num_virtual_tokens": 3,
            "prompt_tuning_init": trial.settings["prompt_tuning_init"],
        },
        "training": {
            "max_steps": 2,
            "batch_size": 2,
            "learning_rate": trial.settings["learning_rate"],
        },
    }
    if trial.settings["prompt_tuning_init"] == "TEXT":
        options["prompt_tuning"]["prompt_tuning_init_text"] = search.get_task(
            "mini-dart"
        ).instruction
    same = build_run_config("mini-dart", "ipt", str(model_folder), 0, None, options)
    assert same.training is not None
    other = RunStore(tmp_path / "other")
    prompt_id = train(same.training, other, CPU)
    assert prompt_id == trial.prompt_id
    files = [s.prompt_folder(prompt_id) / WEIGHTS_FILE for s in (store, other)]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert store.active() == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"method": "icl"}, "method must be one of pt, ipt, found 'icl'"),
        ({"trials": 0}, "trials must lie between 1 and 1000, found 0"),
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        TuningConfig(**({"task": "mini-dart", "method": "pt"} | changes))


def test_a_large_seed_is_a_seed(planted: dict[str, Any], tmp_path: Path) -> None:
    found = tune(config_for(planted["model"], seed=5_000_000, trials=5), RunStore(tmp_path), CPU)
    assert found.done


def test_two_searches_alike_are_not_made_at_once(planted: dict[str, Any], tmp_path: Path) -> None:
    config, store = config_for(planted["model"]), RunStore(tmp_path)
    held = search.tuning_id_of(config, search.base_model(config.base_model, CPU).model_hash)
    with locked(tmp_path, f"tuning-{held}"), pytest.raises(BusyError, match=f"search {held}"):
        tune(config, store, CPU)
    assert planted["steps"] == 0 and read_tuning(tmp_path, held) is None
    assert tune(config, store, CPU).done


def test_a_damaged_search_is_named_and_left_out_of_lists(tmp_path: Path) -> None:
    folder = tmp_path / "tunings" / "0123456789ab"
    folder.mkdir(parents=True)
    (folder / TUNING).write_text(json.dumps({"id": "0123456789ab"}))
    with pytest.raises(StoreError, match="Remove its folder"):
        read_tuning(tmp_path, "0123456789ab")
    assert read_tunings([tmp_path]) == []
    assert read_tuning(tmp_path, "ffffffffffff") is None


def test_advice_says_how_sure_it_is() -> None:
    config = {
        "task": "mini-dart", "method": "pt", "seed": 0, "max_steps": 100, "batch_size": 8,
        "num_virtual_tokens": 25, "trials": 2,
    }  # fmt: skip
    settings = {"learning_rate": 0.05, "prompt_tuning_init": "SAMPLE_VOCAB"}
    best = Trial(0, settings, "a" * 12, "complete", [(0, 2.0), (100, 1.0)])
    close = Trial(1, settings | {"learning_rate": 0.02}, "b" * 12, "complete", [(100, 1.004)])
    far = Trial(1, settings | {"learning_rate": 0.02}, "b" * 12, "complete", [(100, 1.5)])
    command = advice(Tuning("c" * 12, config, [best, close]))[0]
    assert "ipt run --task mini-dart --method pt --seed 0 --learning-rate 0.05" in command
    assert "0.004 nats" in advice(Tuning("c" * 12, config, [best, close]))[-1]
    assert "could turn round" in advice(Tuning("c" * 12, config, [best, close]))[-1]
    assert "with this one seed" in advice(Tuning("c" * 12, config, [best, far]))[-1]
    assert "Only one" in advice(Tuning("c" * 12, config, [best]))[-1]
    assert advice(Tuning("c" * 12, config, [])) == ["No configuration was trained to its end."]
