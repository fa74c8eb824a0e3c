"""Against the prompt's length: runs of one setting alone, and the means' own intervals."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ipt_engine.analysis.lengths import length_runs, length_table
from ipt_engine.analysis.spread import ONE_SEED
from ipt_engine.evidence import Evidence
from ipt_engine.findings import find_lengths, find_methods
from tests.fake_store import build_fake_store
from tests.simulated_factors import frame, run
from tests.study_slices import add_crossed, add_lengths


def study() -> list[dict[str, object]]:
    """Three seeds of PT and IPT at each of three lengths."""
    return [
        run(method, "dense" if method == "ipt" else None, seed, tokens=tokens)
        for method in ("pt", "ipt")
        for tokens in (5, 25, 100)
        for seed in range(3)
    ]


def others(*odd: dict[str, object]) -> set[str]:
    """The study's own runs that are not chosen, and the odd ones that are."""
    own = study()
    return set(length_runs(frame(*own, *odd))["run_id"]) ^ {f"r{i}" for i in range(len(own))}


def test_runs_of_another_setting_are_no_seeds() -> None:
    assert others() == set()
    assert others(run("pt", seed=5, steps=60, n=20)) == set()
    assert others(run("pt", seed=5, steps=60), run("pt", seed=5, n=20)) == set()
    assert others(*(run("pt", seed=seed, steps=60) for seed in range(9))) == set()
    assert others(run("pt", seed=5, instruction=False)) == set()
    assert others(run("pt", seed=5, rate=0.3), run("ipt", "dense", 5, encoder="other")) == set()
    assert others(run("ipt", "random", 5), run("zero_shot"), run("icl", "dense")) == set()
    pairs = [(i, j) for i in range(3) for j in range(3) if i != j]
    assert others(*(run("pt", seed=i, order_seed=j) for i, j in pairs)) == set()


def test_of_a_length_the_tuning_with_most_seeds_counts() -> None:
    short = [run("pt", seed=seed, tokens=5, rate=0.3) for seed in range(2)]
    usual = [run("pt", seed=seed) for seed in range(3)]
    lone = [run("pt", seed=7, rate=0.2)]
    assert set(length_runs(frame(*short, *usual, *lone))["run_id"]) == {f"r{i}" for i in range(5)}


def test_one_length_is_no_comparison() -> None:
    assert length_runs(frame(run("pt"), run("ipt", "dense"))).empty
    assert length_runs(frame(run("zero_shot"))).empty


def test_the_spreads_interval_is_chi_square_and_one_seed_has_none() -> None:
    scores = np.array([35.0, 36.0, 34.5])
    rows = {"task": "x", "method": "pt", "low": 30.0, "high": 40.0, "n": 200, "reason": None}
    means = pd.DataFrame(
        [
            rows | {"num_virtual_tokens": 100.0, "mean": 1.0, "sd": np.nan, "n_seeds": 1},
            rows
            | {"num_virtual_tokens": 5.0, "mean": scores.mean(), "n_seeds": 3}
            | {"sd": scores.std(ddof=1)},
        ]
    )
    short, long = length_table(means).to_dict("records")
    assert (short["num_virtual_tokens"], short["low"], short["high"]) == (5, 30.0, 40.0)
    ends = np.sqrt(2 * scores.var(ddof=1) / stats.chi2.ppf([0.975, 0.025], 2))
    assert (short["sd_low"], short["sd_high"]) == pytest.approx(tuple(ends))
    assert np.isnan([long[name] for name in ("low", "high", "sd", "sd_low", "sd_high")]).all()
    assert (long["mean"], long["reason"]) == (1.0, ONE_SEED)
    assert length_table(means.head(0)).empty


def test_the_usual_lengths_mean_is_that_of_the_table_of_methods(tmp_path: Path) -> None:
    store = build_fake_store(tmp_path / "store", n=30)
    assert find_lengths(Evidence(store), "mini-dart") is None
    add_lengths(store, n=30)
    add_crossed(store, n=30)
    found, methods = (f(Evidence(store), "mini-dart") for f in (find_lengths, find_methods))
    assert found is not None and methods is not None
    assert sorted(set(found["num_virtual_tokens"])) == [5, 25, 100]
    assert set(found["n_seeds"]) == {3}
    same = ["mean", "low", "high", "sd", "n_seeds", "n"]
    for method in ("pt", "ipt"):
        row = found[(found["method"] == method) & (found["num_virtual_tokens"] == 25)].iloc[0]
        wanted = methods.means[methods.means["method"] == method].iloc[0]
        assert row[same].tolist() == wanted[same].tolist()
