"""How long work will take: what it is judged by, and how sure that is."""

from pathlib import Path

import pandas as pd
import pytest

from ipt_engine.config import PromptTuningConfig, TrainingConfig
from ipt_engine.estimates import Estimator, between
from ipt_engine.runs import RunStore
from ipt_engine.study_config import StudyConfig
from tests.tiny_studies import configs, part


def with_own(store: RunStore, steps: int, seconds: float, count: int) -> pd.DataFrame:
    """The store's prompts as if they were shipped, and own ones of 10 tokens beside them."""
    shipped = store.prompts().assign(shipped=True)
    same = (shipped["task"] == "mini-dart") & (shipped["method"] == "pt")
    own = (
        shipped[same]
        .iloc[[0] * count]
        .assign(shipped=False, num_virtual_tokens=10, steps=steps, training_seconds=seconds)
    )
    return pd.concat([shipped, own], ignore_index=True)


def test_a_single_slow_training_does_not_stand_against_all_others(fake_store: RunStore) -> None:
    training = TrainingConfig("mini-dart", prompt_tuning=PromptTuningConfig(num_virtual_tokens=10))
    steps, runs = training.training.max_steps, fake_store.runs()
    nothing_own = Estimator(fake_store.prompts().assign(shipped=True), runs).estimate(training)
    assert nothing_own is not None
    assert nothing_own.here == 0 and nothing_own.low < nothing_own.seconds < nothing_own.high
    # The fake prompts took 1.5 s a step.
    one = Estimator(with_own(fake_store, 10, 142.0, 1), runs).estimate(training)
    assert one is not None
    assert (one.each, one.here) == (pytest.approx(1.5), 1)
    assert (one.low, one.high) == (pytest.approx(1.5 * steps), pytest.approx(14.2 * steps))
    three = Estimator(with_own(fake_store, 10, 142.0, 3), runs).estimate(training)
    assert three is not None
    assert (three.n, three.low, three.high) == (3, three.seconds, three.seconds)
    assert three.each == pytest.approx(14.2)


def test_time_is_judged_by_the_same_task_before_others(fake_store: RunStore) -> None:
    estimator = Estimator(fake_store.prompts(), fake_store.runs())
    study = StudyConfig.from_dict(
        {"name": "s", "tasks": ["mini-dart", "mini-spider"], "slices": [part("pt")]}
    )
    trainings = [c.training for c in configs(study)]
    own, other = (estimator.estimate(t) for t in trainings if t is not None)
    assert own is not None and other is not None
    assert (own.basis, other.basis) == ("same", "other tasks")
    # The fake prompts took 60 s for 40 steps.
    assert own.seconds == pytest.approx(100 * 60 / 40)
    assert (
        Estimator(RunStore(Path("none")).prompts(), RunStore(Path("none")).runs()).estimate(
            trainings[0]  # type: ignore[arg-type]
        )
        is None
    )


def test_what_another_kind_of_machine_took_does_not_count(fake_store: RunStore) -> None:
    prompts = with_own(fake_store, 10, 1.0, 1)
    prompts.loc[~prompts["shipped"], "device"] = "cuda"
    found = Estimator(prompts, fake_store.runs()).estimate(TrainingConfig("mini-dart"))
    assert found is not None
    assert (found.n, found.each) == (1, pytest.approx(0.1))


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(20, 120, "20 s to 2 min"), (60, 300, "1 to 5 min"), (60, 61, "1 min"), (0.2, 8, "1 to 8 s")],
)
def test_a_range_of_times_in_words(low: float, high: float, said: str) -> None:
    assert between(low, high) == said
