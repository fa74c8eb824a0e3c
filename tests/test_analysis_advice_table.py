"""What each method costs and how sure its score is, by hand; which runs count at all."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks.simulate_advice import SECONDS, Truth, simulated_methods
from ipt_engine.analysis.advice_table import option_table, usable_runs
from ipt_engine.analysis.means import seed_mean
from tests.advice_cases import CLEAR


def test_costs_and_break_even() -> None:
    ledger, factors = simulated_methods(CLEAR, 0)
    factors["training_seconds"] += np.where(factors["seed"] == 2, 5000.0, factors["seed"])
    options = option_table(ledger, usable_runs(factors), "exact_match").set_index("method")
    # The median: one training that was held up does not count.
    assert options["training_seconds"].tolist() == [0.0, 0.0, 601.0, 901.0]
    assert options["prompt_tokens"].tolist() == [30, 60, 50, 80]
    assert options["seconds"].tolist() == list(SECONDS.values())
    saved = SECONDS["icl"] - SECONDS["pt"]
    repaid = options.loc["pt", "break_even"]
    assert 601 / saved <= repaid < 601 / saved + 1
    assert options.loc["ipt", "break_even_reason"] == (
        "it takes no less time for each query than ICL"
    )
    assert np.isnan(options.loc["ipt", "break_even"])
    assert options.loc["icl", "break_even_reason"] == "nothing is trained"
    without = factors[factors["method"] != "icl"]
    lone = option_table(ledger, without, "exact_match").set_index("method")
    assert lone.loc["pt", "break_even_reason"] == "ICL was not run"
    wanted = seed_mean(ledger[ledger["method"] == "ipt"], "exact_match").estimate
    found = options.loc["ipt", ["score", "low", "high"]].tolist()
    assert found == pytest.approx([wanted.value, wanted.low, wanted.high])


def test_what_more_inputs_would_lessen_is_told_from_what_seeds_would() -> None:
    noisy = Truth({"icl": 20, "ipt": 30}, seeds={"ipt": 12}, n=50, spread=0.0, noise=20.0)
    options = option_table(*simulated_methods(noisy, 1), "exact_match").set_index("method")
    assert options.loc["ipt", "sd_mixed"] == pytest.approx(20 / np.sqrt(50), rel=0.15)
    lucky = replace(noisy, spread=5.0, noise=1.0)
    options = option_table(*simulated_methods(lucky, 1), "exact_match").set_index("method")
    assert options.loc["ipt", "sd_mixed"] == pytest.approx(1 / np.sqrt(50), rel=0.15)
    assert options.loc["ipt", "sd"] > 10 * options.loc["ipt", "sd_mixed"]


def test_advice_rests_on_real_uses_of_a_method_alone() -> None:
    ledger, factors = simulated_methods(CLEAR, 0)
    columns = {
        "retriever": "farthest",
        "split": "dev",
        "demonstration_task": "other",
        "data_hash": "older",
        "weights_hash": "older",
    }
    for name, value in columns.items():
        odd = factors["run_id"] == "ipt-0"
        changed = factors.assign(**{name: factors[name].where(~odd, value)})
        assert set(factors["run_id"]) - set(usable_runs(changed)["run_id"]) == {"ipt-0"}, name
    for name, value in (("prompt_task", "x"), ("prompt_kind", "noise"), ("prompt_method", "pt")):
        odd = factors["run_id"] == "ipt-0"
        changed = factors.assign(**{name: factors[name].where(~odd, value)})
        assert "ipt-0" not in set(usable_runs(changed)["run_id"]), name
    # A quick look at some inputs with two methods does not displace a whole comparison.
    quick = factors[factors["method"].isin(["icl", "pt"])].assign(n=20.0, limit=20.0)
    both = pd.concat([factors, quick.assign(run_id=quick["run_id"] + "-quick")])
    assert set(usable_runs(both)["run_id"]) == set(factors["run_id"])
    odd = factors["run_id"] == "ipt-0"
    renamed = factors.assign(metric=factors["metric"].where(~odd, "ter"))
    assert set(usable_runs(renamed)["run_id"]) == set(factors["run_id"])
    with pytest.raises(ValueError, match="one task"):
        usable_runs(factors.assign(task=["a", *["b"] * (len(factors) - 1)]))
