"""Verdicts on similarity across inputs, where the truth is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks.simulate_seeds import World, simulated_ledgers
from benchmarks.simulate_similarity import (
    LuckyWorld,
    as_they_are,
    simulate_beats,
    simulate_lucky_rises,
    simulate_rises,
)
from ipt_engine.analysis.means import seed_difference
from ipt_engine.analysis.run_gains import run_gains, spread
from ipt_engine.analysis.similarity import paired_gain
from ipt_engine.analysis.similarity_claims import (
    NEGLIGIBLE_POINTS,
    NEGLIGIBLE_RHO,
    beats,
    gain_rises,
    judged,
    rise_of,
)
from ipt_engine.analysis.statistics import Estimate, resample_counts
from ipt_engine.analysis.verdicts import Verdict

EM = "exact_match"


def pairs(r: float, n: int, seed: int = 0) -> pd.DataFrame:
    """Normal similarities and gains with the given correlation."""
    x, noise = np.random.default_rng(seed).normal(size=(2, n))
    gain = r * x + np.sqrt(1 - r**2) * noise
    return pd.DataFrame({"example_id": np.arange(n), "similarity": x, "gain": gain})


def risen(paired: pd.DataFrame, *names: str) -> Verdict:
    return gain_rises(rise_of(paired, as_they_are(paired)), *names)


@pytest.mark.parametrize(
    ("r", "n", "outcome"),
    [(0.6, 200, "holds"), (-0.6, 200, "does not hold"), (0.0, 2000, "does not hold")],
)
def test_a_rise_is_judged_by_its_interval(r: float, n: int, outcome: str) -> None:
    paired = pairs(r, n)
    found = risen(paired)
    assert found.outcome == outcome
    wanted = stats.spearmanr(paired["similarity"], paired["gain"]).statistic
    assert found.estimate.value == pytest.approx(wanted)
    assert (found.null, found.margin, found.estimate.n) == (0.0, NEGLIGIBLE_RHO, n)
    assert f"over {n} test inputs" in found.method
    assert found.claim == "The gain of IPT over PT rises with similarity"


def test_a_verdict_says_why_it_is_what_it_is() -> None:
    assert risen(pairs(0.05, 60)).reason == ("the interval allows an effect that matters and none")
    assert "the other way round" in str(risen(pairs(-0.6, 200)).reason)
    few = risen(pairs(0.6, 6))
    assert (few.outcome, few.estimate.value) == ("undecided", None)
    assert "6 pairs are too few" in str(few.reason)
    assert risen(pairs(0.6, 200), "zero-shot", "ICL").claim.startswith("The gain of ICL over")


def test_an_interval_that_leaves_something_out_decides_nothing() -> None:
    one_seed = Estimate(5.0, 4.0, 6.0, 200, "one seed: the interval is over test inputs alone")
    found = judged("x", one_seed, 1.0, "points", None, "somehow")
    assert (found.outcome, found.reason) == ("undecided", one_seed.reason)


def test_the_detectable_rho_is_found_four_times_in_five() -> None:
    n, rounds = 60, 600
    rho = rise_of(pairs(0.3, n), as_they_are(pairs(0.3, n))).detectable
    assert rho is not None
    rng = np.random.default_rng(1)
    r = 2 * np.sin(np.pi * rho / 6)
    x, noise = rng.normal(size=(2, rounds, n))
    y = r * x + np.sqrt(1 - r**2) * noise
    hits = sum(stats.spearmanr(a, b).pvalue < 0.05 for a, b in zip(x, y, strict=True))
    # The spread that it rests on is itself an estimate.
    assert 0.7 <= hits / rounds <= 0.9


def test_winning_is_judged_by_the_difference_for_new_seeds_and_inputs() -> None:
    found = seed_difference(*simulated_ledgers(np.random.default_rng(3), World(), (0.0, 1.5)), EM)
    verdict = beats(found, EM)
    assert (verdict.outcome, verdict.estimate) == ("holds", found.estimate)
    assert (verdict.margin, verdict.detectable) == (NEGLIGIBLE_POINTS, found.detectable)
    assert verdict.claim == "IPT beats PT"


def test_with_one_seed_of_each_nothing_is_decided() -> None:
    """However clear it is on these inputs: other seeds may do otherwise."""
    a, b = LuckyWorld(slope=2.0, noise=0.2, seeds=2).ledgers(np.random.default_rng(1))
    one = a[a["seed"] == 0], b[b["seed"] == 0].assign(exact_match__correct=2.0)
    rise = gain_rises(rise_of(paired_gain(*one, EM), run_gains(*one, EM)))
    win = beats(seed_difference(*one, EM), EM)
    for found in (rise, win):
        assert found.estimate.low is not None
        assert found.estimate.low > 0
        assert (found.outcome, found.detectable) == ("undecided", None)
        assert "one seed of PT and IPT: the interval is over test inputs alone" in str(found.reason)
    half = rise_of(paired_gain(one[0], b, EM), run_gains(one[0], b, EM))
    assert "one seed of PT:" in str(half.reason)
    without_luck = one[0].assign(method="zero_shot"), one[1].assign(method="icl")
    rise = gain_rises(rise_of(paired_gain(*without_luck, EM), run_gains(*without_luck, EM)))
    assert (rise.outcome, rise.reason) == ("holds", None)


def test_a_rise_that_a_seed_decides_is_no_rise() -> None:
    """Two seeds of IPT gain with similarity and one loses with it, much; inputs hardly vary."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=100)
    frames = []
    for run, slope in enumerate((1.0, 1.0, -1.0)):
        score = slope * x + 0.05 * rng.normal(size=100)
        frames.append(ledger_of("ipt", run, x, score))
    b = pd.concat(frames)
    a = pd.concat([ledger_of("pt", run, x, 0.05 * rng.normal(size=100)) for run in range(3)])
    found = gain_rises(rise_of(paired_gain(a, b, EM), run_gains(a, b, EM)))
    assert found.estimate.value is not None
    assert found.estimate.value > 0.9
    assert found.outcome == "undecided"


def test_of_a_mean_the_spread_is_that_of_means() -> None:
    world = World(seeds=(3, 4))
    sides = simulated_ledgers(np.random.default_rng(5), world, (0.3, 0.5))
    runs = run_gains(*sides, EM)
    n = runs.gains.shape[1]
    variance, df = spread(
        runs.gains.mean(axis=1), resample_counts(n) @ runs.gains.T / n, runs.groups, n
    )
    wanted = seed_difference(*sides, EM)
    assert wanted.standard_error is not None
    assert variance == pytest.approx(wanted.standard_error**2)
    assert df == pytest.approx(wanted.df)


def test_runs_are_left_out_each_in_turn_on_the_inputs_that_all_answered() -> None:
    a, b = LuckyWorld(seeds=3, n=12).ledgers(np.random.default_rng(6))
    lost = b[(b["run_id"] != "ipt-1") | (b["example_id"] != "e0004")]
    runs = run_gains(a, lost, EM)
    assert len(runs.examples) == 11
    assert "e0004" not in runs.examples
    assert (runs.groups, runs.reason, runs.gains.shape) == ((3, 3), None, (7, 11))
    means = [side.groupby("example_id")[EM].mean()[runs.examples] for side in (a, b)]
    assert runs.gains[0] == pytest.approx((means[1] - means[0]).to_numpy())
    rest = b[b["run_id"] != "ipt-2"].groupby("example_id")[EM].mean()[runs.examples]
    assert runs.gains[6] == pytest.approx((rest - means[0]).to_numpy())
    none = run_gains(a.head(0), b, EM)
    assert none.gains.shape == (1, 0)
    assert (
        rise_of(paired_gain(a, b, EM), none).reason == "0 pairs are too few: at least 10 are needed"
    )


def test_fewer_edits_win_where_less_is_better() -> None:
    rng = np.random.default_rng(4)
    sides = []
    for method, edits in (("zero_shot", 6.0), ("icl", 3.0)):
        counts = rng.poisson(edits, 100).astype(float)
        sides.append(
            pd.DataFrame(
                {
                    "run_id": method,
                    "method": method,
                    "retriever": "dense",
                    "example_id": [f"e{i}" for i in range(100)],
                    "ter": 10 * counts,
                    "ter__edits": counts,
                    "ter__reference_length": 10.0,
                }
            )
        )
    found = beats(seed_difference(*sides, "ter"), "ter")
    assert found.outcome == "holds"
    wanted = sides[0]["ter"].mean() - sides[1]["ter"].mean()
    assert found.estimate.value == pytest.approx(wanted)
    assert run_gains(*sides, "ter").gains[0].mean() == pytest.approx(wanted)


def test_without_pairs_nothing_is_decided() -> None:
    a, b = simulated_ledgers(np.random.default_rng(0), World(), (0.0, 0.0))
    found = beats(seed_difference(a, b.head(0), EM), EM)
    assert (found.outcome, found.estimate.value, found.detectable) == ("undecided", None, None)
    assert found.reason == "there are no runs"


def test_claims_hold_as_often_as_they_should() -> None:
    # Bands that a right procedure leaves in one case of a thousand: false findings 2.5 % each.
    rng, n = np.random.default_rng(5), 60
    none, some = simulate_rises(n, rng), simulate_rises(n, rng, 0.25)
    lucky = simulate_lucky_rises(n, rng, LuckyWorld(n=60))
    rising = simulate_lucky_rises(n, rng, LuckyWorld(1.2, seeds=4, n=60))
    even, better = simulate_beats(n, rng), simulate_beats(n, rng, (0.3, 1.5))
    for found in (none, lucky, even):
        assert found.holds <= stats.binom.ppf(0.999, n, 0.025)
    for found in (some, rising, better):
        assert found.holds >= stats.binom.ppf(0.001, n, 0.8)
    for found in (none, some, lucky, rising, even, better):
        assert found.covered >= stats.binom.ppf(0.001, n, 0.95)


def ledger_of(method: str, run: int, similarity: np.ndarray, score: np.ndarray) -> pd.DataFrame:
    """Answers of one run."""
    return pd.DataFrame(
        {
            "run_id": f"{method}-{run}",
            "example_id": [f"e{place:04d}" for place in range(len(score))],
            "method": method,
            "retriever": "dense",
            "seed": run,
            "nearest_similarity": similarity,
            EM: score,
            f"{EM}__correct": score / 100,
            f"{EM}__count": 1.0,
        }
    )
