"""Intervals against scipy, brute force and known coverage."""

import numpy as np
import pytest
from scipy import stats

from ipt_engine.analysis.statistics import (
    Estimate,
    bootstrap_estimate,
    mean_interval,
    midranks,
    percentile_interval,
    resample_counts,
    weighted_line,
)


def test_mean_interval_is_scipys() -> None:
    values = [31.0, 35.5, 29.2, 40.1]
    found = mean_interval(values)
    wanted = stats.ttest_1samp(values, 0.0).confidence_interval(0.95)
    assert (found.value, found.n, found.reason) == (pytest.approx(33.95), 4, None)
    assert (found.low, found.high) == (pytest.approx(wanted.low), pytest.approx(wanted.high))


def test_one_seed_has_no_interval_and_none_no_mean() -> None:
    assert mean_interval([5.0]) == Estimate(5.0, None, None, 1, "one seed: the spread is unknown")
    assert mean_interval([]) == Estimate(None, None, None, 0, "there are no runs")


@pytest.mark.parametrize(
    ("low", "high", "decided"), [(1, 2, True), (-2, -1, True), (-1, 2, False), (None, None, False)]
)
def test_decided_means_away_from_zero(low: float | None, high: float | None, decided: bool) -> None:
    assert Estimate(1.0, low, high, 9).decided is decided


def test_resampling_draws_n_with_replacement_and_repeats_itself() -> None:
    counts = resample_counts(30, draws=500, seed=3)
    assert counts.shape == (500, 30)
    assert (counts.sum(axis=1) == 30).all()
    assert counts.mean() == 1.0
    # The variance of a binomial count with n = 30 and p = 1/30.
    assert counts.var() == pytest.approx(29 / 30, rel=0.05)
    assert (counts == resample_counts(30, draws=500, seed=3)).all()
    assert (counts != resample_counts(30, draws=500, seed=4)).any()


def test_the_bootstrap_covers_the_truth_about_as_often_as_it_says() -> None:
    hits = 0
    for seed in range(300):
        sample = np.random.default_rng(seed).normal(10.0, 3.0, size=60)
        counts = resample_counts(60, draws=400, seed=seed)
        found = bootstrap_estimate(sample.mean(), counts @ sample / 60, 60)
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 10.0 <= found.high
    assert 0.90 <= hits / 300 <= 0.98


def test_percentiles_are_missing_where_draws_are() -> None:
    draws = np.arange(1000.0)
    assert percentile_interval(draws) == (pytest.approx(24.975), pytest.approx(974.025))
    draws[:100] = np.nan
    assert percentile_interval(draws) is None
    assert percentile_interval([]) is None


def test_too_few_examples_have_a_value_but_no_interval() -> None:
    found = bootstrap_estimate(4.0, np.arange(1000.0), 9)
    assert (found.value, found.low) == (4.0, None)
    assert found.reason == "too few examples (9) for an interval"
    assert bootstrap_estimate(np.nan, [np.nan], 9).value is None


def test_draws_without_spread_are_no_certainty() -> None:
    for n in (6, 200):
        found = bootstrap_estimate(4.0, np.full(1000, 4.0), n)
        assert (found.value, found.low, found.high) == (4.0, None, None)
    assert "nothing varies" in str(found.reason)


def test_the_interval_is_students_where_the_number_is_a_mean() -> None:
    sample = np.random.default_rng(4).normal(10.0, 3.0, size=40)
    found = bootstrap_estimate(sample.mean(), resample_counts(40, 20_000) @ sample / 40, 40)
    wanted = stats.ttest_1samp(sample, 0.0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=0.03)


def test_midranks_are_scipys_on_the_drawn_sample() -> None:
    values = np.array([3.0, 1.0, 3.0, 2.0, 5.0, 1.0])
    counts = resample_counts(6, draws=50)
    ranks = midranks(values, counts)
    for draw, weights in enumerate(counts.astype(int)):
        drawn = np.repeat(np.arange(6), weights)
        wanted = stats.rankdata(values[drawn])
        assert ranks[draw, drawn] == pytest.approx(wanted)


def test_lines_are_numpys_on_the_drawn_sample() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=20), rng.normal(size=20)
    counts = resample_counts(20, draws=30)
    intercepts, slopes = weighted_line(x, y, counts)
    for draw, weights in enumerate(counts.astype(int)):
        drawn = np.repeat(np.arange(20), weights)
        slope, intercept = np.polyfit(x[drawn], y[drawn], 1)
        assert (intercepts[draw], slopes[draw]) == (pytest.approx(intercept), pytest.approx(slope))


def test_a_line_through_one_place_has_no_slope() -> None:
    _, slopes = weighted_line(np.array([2.0, 2.0]), np.array([0.0, 1.0]), np.ones((1, 2)))
    assert np.isnan(slopes).all()
