"""Difficulty held constant, against residuals, regression and simulated inputs; leakage counted."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from benchmarks.simulate_similarity import (
    HardWorld,
    LuckyWorld,
    as_they_are,
    simulate_control,
)
from ipt_engine.analysis.difficulty import (
    control_difficulty,
    drop_leaked,
    gold_logprob,
    mean_score,
    rises_given_difficulty,
)
from ipt_engine.analysis.run_gains import run_gains
from ipt_engine.analysis.similarity import Correlation, paired_gain
from ipt_engine.analysis.similarity_claims import rise_of


def hard_pairs(n: int = 120, rise: float = 0.5) -> tuple[pd.DataFrame, pd.Series]:
    """Easy inputs are similar and gain more, and similarity adds to it; numbers have ties."""
    rng = np.random.default_rng(8)
    ease = rng.normal(size=n)
    similarity = np.round(ease + rng.normal(size=n), 1)
    gain = np.round(ease + rise * similarity + rng.normal(size=n), 1)
    ids = [f"e{i}" for i in range(n)]
    paired = pd.DataFrame({"example_id": ids, "similarity": similarity, "gain": gain})
    return paired, pd.Series(np.round(ease, 1), index=ids)


def residual_correlation(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> float:
    """Correlation of what a line through z leaves of the ranks of x and y."""
    x, y, z = (stats.rankdata(values) for values in (x, y, z))
    rest = [v - np.polyval(np.polyfit(z, v, 1), z) for v in (x, y)]
    return float(stats.pearsonr(*rest).statistic)


def controlled(paired: pd.DataFrame, ease: pd.Series) -> Correlation:
    return control_difficulty(paired, ease, as_they_are(paired))


def test_the_partial_rho_is_that_of_the_residuals() -> None:
    paired, ease = hard_pairs()
    wanted = residual_correlation(paired["similarity"], paired["gain"], ease)
    assert controlled(paired, ease).rho == pytest.approx(wanted)


def test_its_p_is_near_that_of_a_regression_of_the_ranks() -> None:
    paired, ease = hard_pairs(rise=0.1)
    x, y, z = (stats.rankdata(v) for v in (paired["similarity"], paired["gain"], ease))
    wanted = sm.OLS(y, sm.add_constant(np.column_stack([x, z]))).fit().pvalues[1]
    assert controlled(paired, ease).p == pytest.approx(wanted, rel=0.35)


def test_its_interval_is_that_of_a_plain_bootstrap() -> None:
    paired, ease = hard_pairs(80)
    points = np.stack([paired["similarity"], paired["gain"], ease])
    rng = np.random.default_rng(2)
    draws = []
    for _ in range(500):
        x, y, z = points[:, rng.integers(80, size=80)]
        draws.append(residual_correlation(x, y, z))
    found = controlled(paired, ease)
    low, high = np.quantile(draws, [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.06)


def test_seeds_that_differ_make_it_less_sure() -> None:
    a, b = LuckyWorld(slope=0.8, slope_sd=0.6).ledgers(np.random.default_rng(3))
    paired = paired_gain(a, b, "exact_match")
    ease = pd.Series(np.random.default_rng(4).normal(size=200), index=paired["example_id"])
    runs = run_gains(a, b, "exact_match")
    both = [control_difficulty(paired, ease, of) for of in (as_they_are(paired), runs)]
    assert both[0].rho == pytest.approx(both[1].rho)
    widths = [found.high - found.low for found in both]  # type: ignore[operator]
    assert widths[1] > 1.5 * widths[0]
    one = [side[side["seed"] == 0] for side in (a, b)]
    alone = control_difficulty(
        paired_gain(*one, "exact_match"), ease, run_gains(*one, "exact_match")
    )
    verdict = rises_given_difficulty(alone, "ease")
    assert verdict.outcome == "undecided"
    assert "one seed of PT and IPT" in str(verdict.reason)


def test_pairs_of_unknown_difficulty_are_left_out() -> None:
    paired, ease = hard_pairs()
    assert controlled(paired, ease.iloc[:50]) == controlled(paired.head(50), ease)
    assert controlled(paired, ease.iloc[:50]).n == 50


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda p, e: (p.head(9), e), "9 pairs are too few"),
        (lambda p, e: (p, e * 0), "the same difficulty"),
        (lambda p, e: (p.assign(gain=1.0), e), "the same gain"),
        (lambda p, e: (p.assign(similarity=p["example_id"].map(e)), e), "rank the inputs alike"),
    ],
)
def test_what_cannot_be_controlled_is_missing_with_a_reason(change, reason: str) -> None:  # type: ignore[no-untyped-def]
    found = controlled(*change(*hard_pairs()))
    assert (found.rho, found.p, found.low) == (None, None, None)
    assert reason in str(found.reason)
    verdict = rises_given_difficulty(found, "ease")
    assert verdict.outcome == "undecided"
    assert reason in str(verdict.reason)


def test_the_verdict_is_on_what_is_left() -> None:
    paired, ease = hard_pairs(400)
    found = controlled(paired, ease)
    verdict = rises_given_difficulty(found, "the zero-shot log-probability")
    assert verdict.outcome == "holds"
    assert (verdict.estimate.value, verdict.detectable) == (found.rho, found.detectable)
    assert "given the zero-shot log-probability" in verdict.method
    confounded, ease = hard_pairs(2000, rise=0.0)
    verdict = rises_given_difficulty(controlled(confounded, ease), "ease")
    assert verdict.outcome == "does not hold"
    assert rise_of(confounded, as_they_are(confounded)).low > 0.3  # type: ignore[operator]


def test_holding_difficulty_constant_removes_what_it_does() -> None:
    # Similarity adds nothing, but easy inputs are similar and gain more.
    world = HardWorld(ceiling=0.8, blur=0.05)
    rng = np.random.default_rng(6)
    assert simulate_control(30, rng, world, None).holds >= 25
    held = simulate_control(60, rng, world, "gold_logprob")
    assert held.holds <= stats.binom.ppf(0.999, 60, 0.025)
    assert held.covered >= stats.binom.ppf(0.001, 60, 0.95)


def test_the_pt_score_makes_a_rise_of_nothing_and_the_log_probability_does_not() -> None:
    # Neither similarity nor ease does anything to the gain.
    rng = np.random.default_rng(7)
    assert simulate_control(30, rng, HardWorld(), None).holds <= 4
    assert simulate_control(30, rng, HardWorld(), "gold_logprob").holds <= 4
    assert simulate_control(30, rng, HardWorld(), "pt_score").holds >= 20


def test_what_similarity_does_is_left() -> None:
    rng = np.random.default_rng(9)
    assert simulate_control(30, rng, HardWorld(rise=0.4), "gold_logprob").holds >= 27


def test_ease_is_the_log_probability_per_token_over_the_runs() -> None:
    ledger = pd.DataFrame(
        {
            "example_id": ["a", "a", "b", "c", "d"],
            "gold_logprob": [-4.0, -8.0, -3.0, 0.0, np.nan],
            "gold_tokens": [4, 4, 6, 0, 3],
            "bleu": [10.0, 30.0, 50.0, np.nan, 0.0],
        }
    )
    assert gold_logprob(ledger).to_dict() == {"a": -1.5, "b": -0.5}
    assert mean_score(ledger, "bleu").to_dict() == {"a": 20.0, "b": 50.0, "d": 0.0}


def test_leaked_examples_are_dropped_and_counted() -> None:
    ledger = pd.DataFrame(
        {
            "example_id": list("aabbccdd"),
            "nearest_similarity": [0.2, 0.2, 0.9, 0.9, 0.95, 0.95, np.nan, np.nan],
        }
    )
    kept, cut = drop_leaked(ledger, 0.9)
    assert kept["example_id"].tolist() == list("aabbdd")
    assert (cut.limit, cut.kept, cut.dropped, cut.unknown) == (0.9, 3, 1, 1)
    pairs = ledger.drop_duplicates("example_id").rename(
        columns={"nearest_similarity": "similarity"}
    )
    kept, cut = drop_leaked(pairs, 0.5, "similarity")
    assert (kept["example_id"].tolist(), cut.kept, cut.dropped) == (["a", "d"], 2, 2)
