"""Defaults of the built-in tasks: they are the shipped searches' results, and options win."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ipt_engine.catalogue import CATALOGUE
from ipt_engine.cli import app
from ipt_engine.config import DEFAULT_BASE_MODEL, TrainingArguments
from ipt_engine.presets import build_run_config
from ipt_engine.resources import bundled_root
from ipt_engine.tasks import get_task
from ipt_engine.tuned import tuned_settings
from ipt_engine.tuning import TuningConfig, tuning_id_of
from ipt_engine.tunings import Trial, Tuning, read_tunings, save_tuning

CONFIG = {
    "task": "mini-dart",
    "method": "ipt",
    "base_model": DEFAULT_BASE_MODEL,
    "max_steps": 100,
    "batch_size": 8,
    "num_virtual_tokens": 25,
    "trials": 3,
    "seed": 0,
}
SHIPPED = read_tunings([bundled_root() / "data" / "study"])


@pytest.fixture
def searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tuning:
    """A shipped search in which TEXT at 0.007 won, though another began better."""
    root = tmp_path / "shipped"
    trials = [
        Trial(0, settings(0.1, "SAMPLE_VOCAB"), "a" * 12, "complete", [(0, 2.0), (100, 1.0)]),
        Trial(1, settings(0.007, "TEXT"), "b" * 12, "complete", [(0, 2.0), (80, 0.5)]),
        Trial(2, settings(0.2, "TEXT"), "c" * 12, "pruned", [(0, 0.1), (20, 0.3)]),
    ]
    tuning = Tuning("d" * 12, CONFIG, trials)
    save_tuning(root, tuning)
    monkeypatch.setenv("IPT_SHIPPED", str(root))
    return tuning


def settings(rate: float, init: str) -> dict[str, object]:
    return {"learning_rate": rate, "prompt_tuning_init": init}


def test_a_run_takes_what_the_search_found(searched: Tuning) -> None:
    training = build_run_config("mini-dart", "ipt", DEFAULT_BASE_MODEL, 0, None, {}).training
    assert training is not None
    assert training.training.learning_rate == 0.007
    assert training.prompt_tuning.prompt_tuning_init == "TEXT"
    assert training.prompt_tuning.prompt_tuning_init_text == get_task("mini-dart").instruction


def test_what_is_given_wins(searched: Tuning) -> None:
    options = {
        "training": {"learning_rate": 0.5},
        "prompt_tuning": {"prompt_tuning_init": "RANDOM"},
    }
    training = build_run_config("mini-dart", "ipt", DEFAULT_BASE_MODEL, 0, None, options).training
    assert training is not None
    assert training.training.learning_rate == 0.5
    assert training.prompt_tuning.prompt_tuning_init == "RANDOM"
    assert training.prompt_tuning.prompt_tuning_init_text is None


@pytest.mark.parametrize(
    "task, method, model",
    [
        ("mini-mtop", "ipt", DEFAULT_BASE_MODEL),
        ("mini-dart", "pt", DEFAULT_BASE_MODEL),
        ("mini-dart", "ipt", "some/model"),
    ],
)
def test_a_search_speaks_for_its_own_case_alone(
    searched: Tuning, task: str, method: str, model: str
) -> None:
    assert tuned_settings(task, method, model) is None
    training = build_run_config(task, method, model, 0, None, {}).training
    assert training is not None
    assert training.training.learning_rate == TrainingArguments.learning_rate


def test_an_unfinished_search_says_nothing(searched: Tuning, tmp_path: Path) -> None:
    searched.id, searched.config = "e" * 12, CONFIG | {"method": "pt", "trials": 4}
    save_tuning(tmp_path / "shipped", searched)
    assert tuned_settings("mini-dart", "pt", DEFAULT_BASE_MODEL) is None


def test_a_search_is_the_same_one_before_and_after_it_is_shipped(
    searched: Tuning, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = tuning_id_of(TuningConfig("mini-dart", "ipt"), "weights")
    monkeypatch.setenv("IPT_SHIPPED", str(tmp_path / "none"))
    assert tuning_id_of(TuningConfig("mini-dart", "ipt"), "weights") == after


def test_a_task_says_where_its_defaults_come_from(searched: Tuning) -> None:
    said = CliRunner().invoke(app, ["tasks", "show", "mini-dart"], env={"COLUMNS": "400"})
    assert "at 0.007 from TEXT: the best of 3 on dev (ipt tune" in said.output
    assert "0.500 nats a token" in said.output
    assert "the general default; look for better with ipt tune" in said.output


@pytest.mark.parametrize(
    "tuning", SHIPPED, ids=lambda t: f"{t.config['task']}-{t.config['method']}"
)
def test_shipped_searches_are_of_todays_data(tuning: Tuning) -> None:
    assert tuning.done
    weights = CATALOGUE[tuning.config["base_model"]].gguf_sha256
    assert tuning_id_of(TuningConfig(**tuning.config), weights) == tuning.id
    best = tuning.winner
    assert best is not None
    assert best.best is not None
    assert best.best[1] < 0.95 * best.losses[0][1]
