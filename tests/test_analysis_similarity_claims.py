"""Verdicts on similarity across inputs, where the truth is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks.simulate_similarity import (
    exact_match_pairs,
    simulate_beats,
    simulate_rises,
)
from ipt_engine.analysis.similarity import overall_gain, paired_gain, spearman
from ipt_engine.analysis.similarity_claims import (
    NEGLIGIBLE_POINTS,
    NEGLIGIBLE_RHO,
    beats,
    detectable_rho,
    gain_rises,
    judged,
)
from ipt_engine.analysis.statistics import Estimate


def pairs(r: float, n: int, seed: int = 0) -> pd.DataFrame:
    """Normal similarities and gains with the given correlation."""
    x, noise = np.random.default_rng(seed).normal(size=(2, n))
    gain = r * x + np.sqrt(1 - r**2) * noise
    return pd.DataFrame({"example_id": np.arange(n), "similarity": x, "gain": gain})


@pytest.mark.parametrize(
    ("r", "n", "outcome"),
    [(0.6, 200, "holds"), (-0.6, 200, "does not hold"), (0.0, 2000, "does not hold")],
)
def test_a_rise_is_judged_by_its_interval(r: float, n: int, outcome: str) -> None:
    paired = pairs(r, n)
    found, wanted = gain_rises(paired), spearman(paired)
    assert found.outcome == outcome
    assert (found.estimate.value, found.estimate.low) == (wanted.rho, wanted.low)
    assert (found.null, found.margin, found.estimate.n) == (0.0, NEGLIGIBLE_RHO, n)
    assert f"over {n} test inputs" in found.method
    assert found.claim == "The gain of IPT over PT rises with similarity"


def test_a_verdict_says_why_it_is_what_it_is() -> None:
    assert gain_rises(pairs(0.05, 60)).reason == (
        "the interval allows an effect that matters and none"
    )
    assert "the other way round" in str(gain_rises(pairs(-0.6, 200)).reason)
    few = gain_rises(pairs(0.6, 6))
    assert (few.outcome, few.estimate.value) == ("undecided", None)
    assert "6 pairs are too few" in str(few.reason)
    assert gain_rises(pairs(0.6, 200), "zero-shot", "ICL").claim.startswith("The gain of ICL over")


def test_an_interval_that_leaves_something_out_decides_nothing() -> None:
    one_seed = Estimate(5.0, 4.0, 6.0, 200, "one seed: the interval is over test inputs alone")
    found = judged("x", one_seed, 1.0, "points", None, "somehow")
    assert (found.outcome, found.reason) == ("undecided", one_seed.reason)


@pytest.mark.parametrize("controls", [0, 1])
def test_the_detectable_rho_is_found_four_times_in_five(controls: int) -> None:
    n, rounds = 60, 600
    rho = detectable_rho(n, controls)
    assert rho is not None
    rng = np.random.default_rng(1)
    r = 2 * np.sin(np.pi * rho / 6)
    x, noise = rng.normal(size=(2, rounds, n))
    y = r * x + np.sqrt(1 - r**2) * noise
    hits = sum(stats.spearmanr(a, b).pvalue < 0.05 for a, b in zip(x, y, strict=True))
    low, high = stats.binom.interval(0.999, rounds, 0.8)
    assert low <= hits <= high


def test_the_detectable_rho_shrinks_with_n_and_grows_with_controls() -> None:
    plain, controlled, many = detectable_rho(50), detectable_rho(50, 1), detectable_rho(500)
    assert many < plain < controlled < 1  # type: ignore[operator]
    assert detectable_rho(3) is None
    assert detectable_rho(4, 1) is None


def test_winning_is_judged_by_the_difference_of_corpus_scores() -> None:
    rng = np.random.default_rng(3)
    chances = [np.full(200, 0.3), np.full(200, 0.6)]
    paired = exact_match_pairs(rng.random(200), chances, 3, rng)
    found, wanted = beats(paired, "exact_match"), overall_gain(paired, "exact_match")
    assert (found.outcome, found.estimate, found.margin) == ("holds", wanted, NEGLIGIBLE_POINTS)
    assert found.claim == "IPT beats PT"
    # Two and a half standard errors and a third: t(0.975) + t(0.8) without end of freedom.
    error = paired["gain"].std() / np.sqrt(200)
    assert found.detectable == pytest.approx(2.802 * error, rel=0.08)


def test_fewer_edits_win_where_less_is_better() -> None:
    rng = np.random.default_rng(4)
    sides = []
    for edits in (6.0, 3.0):
        counts = rng.poisson(edits, 100).astype(float)
        sides.append(
            pd.DataFrame(
                {
                    "example_id": [f"e{i}" for i in range(100)],
                    "seed": 0,
                    "nearest_similarity": 0.5,
                    "similarity": 0.5,
                    "ter": 10 * counts,
                    "ter__edits": counts,
                    "ter__reference_length": 10.0,
                }
            )
        )
    found = beats(paired_gain(sides[0], sides[1], "ter"), "ter")
    assert found.outcome == "holds"
    assert found.estimate.value == pytest.approx(sides[0]["ter"].mean() - sides[1]["ter"].mean())


def test_without_pairs_nothing_is_decided() -> None:
    rng = np.random.default_rng(0)
    none = exact_match_pairs(np.empty(0), [np.empty(0), np.empty(0)], 1, rng)
    found = beats(none, "exact_match")
    assert (found.outcome, found.estimate.value, found.detectable) == ("undecided", None, None)
    assert found.reason == "there are no pairs"


def test_claims_hold_as_often_as_they_should() -> None:
    # Bands that a right procedure leaves in one case of a thousand: false findings 2.5 % each.
    rng, n = np.random.default_rng(5), 60
    none, some = simulate_rises(n, rng), simulate_rises(n, rng, detectable_rho(200) or 0.0)
    even, better = simulate_beats(n, rng), simulate_beats(n, rng, (0.4, 0.5))
    for found in (none, even):
        assert found.holds <= stats.binom.ppf(0.999, n, 0.025)
    for found in (some, better):
        assert found.holds >= stats.binom.ppf(0.001, n, 0.8)
    for found in (none, some, even, better):
        assert found.covered >= stats.binom.ppf(0.001, n, 0.95)
