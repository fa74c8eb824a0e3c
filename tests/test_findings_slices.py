"""Crossed trainings and other prompt lengths in the store: what stands for independent seeds."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ipt_engine.analysis.means import seed_columns, seed_difference
from ipt_engine.analysis.power import seeds_for_difference
from ipt_engine.evidence import Evidence
from ipt_engine.findings import (
    GainQuestion,
    find_draw_luck,
    find_similarity,
    find_sources_of_luck,
    find_stability,
    find_swap,
)
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task
from tests.fake_store import World, add_swaps_and_transfer, build_fake_store, fake_training
from tests.study_slices import add_crossed, add_draws, add_lengths, write_trained

SEEDS = 3


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    """Three seeds of each method, and their swapped demonstrations."""
    store = build_fake_store(tmp_path_factory.mktemp("plain") / "store", n=30)
    add_swaps_and_transfer(store)
    return store


@pytest.fixture(scope="module")
def sliced(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    """The same with the trainings of the slices `lengths` and `crossed`."""
    store = build_fake_store(tmp_path_factory.mktemp("sliced") / "store", n=30)
    add_swaps_and_transfer(store)
    add_lengths(store, n=30)
    add_crossed(store, n=30)
    return store


def test_crossed_trainings_are_no_independent_seeds(plain: RunStore, sliced: RunStore) -> None:
    before, after = Evidence(plain), Evidence(sliced)
    assert len(after.factors) > len(before.factors)
    usual, other = after.pairs("mini-dart")[0], before.pairs("mini-dart")[0]
    assert (usual.without, usual.with_) == (other.without, other.with_)
    for found in after.pairs("mini-dart"):
        assert len(found.without) == len(found.with_) == SEEDS, found.label
    swaps = [find_swap(evidence, "mini-dart") for evidence in (before, after)]
    assert swaps[0] is not None and swaps[1] is not None
    assert swaps[1].arms.equals(swaps[0].arms)
    assert swaps[1].verdicts == swaps[0].verdicts
    stable = [find_stability(evidence) for evidence in (before, after)]
    assert stable[0] is not None and stable[1] is not None
    assert stable[1].spread.equals(stable[0].spread)
    gains = [find_similarity(evidence, GainQuestion("mini-dart")) for evidence in (before, after)]
    assert gains[0] is not None and gains[1] is not None
    assert gains[1].gain == gains[0].gain


def test_the_seeds_needed_are_for_new_inputs_too(plain: RunStore) -> None:
    evidence = Evidence(plain)
    pair, metric = evidence.pairs("mini-dart")[0], evidence.metric("mini-dart")
    sides = [evidence.ledger(ids, seed_columns(metric)) for ids in (pair.without, pair.with_)]
    of_inputs = seed_difference(*sides, metric).example_variance
    found = find_stability(evidence)
    assert found is not None and of_inputs is not None
    row = found.seeds.set_index("task").loc["mini-dart"]
    wanted = seeds_for_difference(row["difference"], row["sd_a"], row["sd_b"], of_inputs)
    assert np.array_equal([row["needed"]], [np.nan if wanted is None else wanted], equal_nan=True)
    assert wanted != seeds_for_difference(row["difference"], row["sd_a"], row["sd_b"])


def test_the_cross_is_what_sources_of_luck_are_told_by(sliced: RunStore) -> None:
    found = find_sources_of_luck(Evidence(sliced), "mini-dart")
    assert set(found) == {"pt", "ipt"}
    for parts in found.values():
        assert parts["levels"].tolist() == [SEEDS, SEEDS, SEEDS**2]


def test_a_training_with_more_steps_is_no_second_run_in_the_cross(tmp_path: Path) -> None:
    store = build_fake_store(tmp_path / "store", n=20)
    add_crossed(store, n=20)
    plain = fake_training("mini-dart", 0, None)
    longer = replace(plain, training=replace(plain.training, max_steps=80))
    write_trained(store, World(get_task("mini-dart"), 20), longer)
    parts = find_sources_of_luck(Evidence(store), "mini-dart")["pt"]
    assert parts["levels"].tolist() == [SEEDS, SEEDS, SEEDS**2]


def test_prompts_that_met_several_draws_tell_what_the_draw_decides(tmp_path: Path) -> None:
    store = build_fake_store(tmp_path / "store", n=30)
    add_swaps_and_transfer(store)
    before = find_swap(Evidence(store), "mini-dart")
    assert find_draw_luck(Evidence(store), "mini-dart") == {}
    add_draws(store, n=30)
    parts = find_draw_luck(Evidence(store), "mini-dart")["ipt"]
    assert parts["source"].tolist()[:2] == ["soft prompt", "demonstration draw"]
    assert parts["levels"].tolist() == [SEEDS, SEEDS, SEEDS**2]
    # Of a prompt's draws the one with its own seed counts elsewhere, as if there were no others.
    after = find_swap(Evidence(store), "mini-dart")
    assert before is not None and after is not None
    assert after.arms.equals(before.arms)
