"""Sample sizes against statsmodels, and against what simulated studies of that size find."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import TTestIndPower, TTestPower

from benchmarks.simulate_seeds import simulate_pooled_ratio
from ipt_engine.analysis.power import (
    MOST_SEEDS,
    detectable_ratio,
    pooled_df,
    seeds_for_difference,
    seeds_for_ratio,
    seeds_to_decide,
)


@pytest.mark.parametrize("difference", [0.3, 0.5, 1.0, 2.0, 3.0])
def test_seeds_for_a_difference_are_statsmodels(difference: float) -> None:
    both = TTestIndPower().solve_power(difference, alpha=0.05, power=0.8)
    assert seeds_for_difference(difference, 1.0, 1.0) == np.ceil(both)
    assert seeds_for_difference(-10 * difference, 10.0, 10.0) == np.ceil(both)
    one = TTestPower().solve_power(difference, alpha=0.05, power=0.8)
    assert seeds_for_difference(difference, 0.0, 1.0) == np.ceil(one)


def test_unequal_spreads_are_found_as_often_as_said() -> None:
    needed = seeds_for_difference(3.0, 4.0, 1.0)
    assert needed is not None
    rng = np.random.default_rng(1)
    a, b = rng.normal(0, 4, (needed, 2000)), rng.normal(3, 1, (needed, 2000))
    found = int((stats.ttest_ind(a, b, equal_var=False).pvalue < 0.05).sum())
    low, high = stats.binom.interval(0.999, 2000, [0.79, 0.84])
    assert low[0] <= found <= high[1]


def test_seeds_cannot_make_up_for_few_test_inputs() -> None:
    free = seeds_for_difference(3.0, 1.0, 1.0)
    some = seeds_for_difference(3.0, 1.0, 1.0, example_variance=0.9)
    assert free is not None
    assert some is not None
    assert some > free
    assert seeds_for_difference(3.0, 1.0, 1.0, example_variance=4.0) is None
    assert seeds_for_difference(0.0, 1.0, 1.0) is None
    assert seeds_for_difference(0.0, 0.0, 0.0) is None
    assert seeds_for_difference(1.0, 0.0, 0.0) == 2


def test_an_f_test_finds_the_detectable_ratio_in_four_of_five() -> None:
    ratio = detectable_ratio(7, 12)
    draws = ratio**2 * stats.f(7, 12).rvs(20_000, random_state=2)
    found = int((draws > stats.f(7, 12).ppf(0.975)).sum())
    low, high = stats.binom.interval(0.999, 20_000, 0.8)
    assert low <= found <= high


def test_one_variance_keeps_its_degrees_of_freedom_and_more_add_some() -> None:
    assert pooled_df(np.array([4.0]), np.array([1.0])) == pytest.approx(4)
    five = pooled_df(np.full(5, 2.0), np.full(5, 0.2))
    assert 2 < five < 10
    # The log of a chi-square by its degrees of freedom varies as the mean of the five logs.
    draws = np.log(stats.chi2(2).rvs((100_000, 5), random_state=3)).mean(axis=1)
    alone = np.log(stats.chi2(five).rvs(100_000, random_state=4))
    assert draws.var() == pytest.approx(alone.var(), rel=0.03)


@pytest.mark.parametrize(("ratio", "n_tasks"), [(3.0, 3), (4.0, 1)])
def test_so_many_seeds_decide_a_ratio_as_often_as_said(ratio: float, n_tasks: int) -> None:
    needed = seeds_for_ratio(ratio, n_tasks)
    assert needed is not None
    assert seeds_for_ratio(1 / ratio, n_tasks) == needed
    rng = np.random.default_rng(5)
    found = [
        simulate_pooled_ratio(200, rng, ((k, k),) * n_tasks, ratio).found
        for k in (needed, needed - 2)
    ]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0] >= stats.binom.ppf(0.001, 200, 0.8)
    assert found[1] < stats.binom.ppf(0.999, 200, 0.8)


def test_a_single_tasks_ratio_needs_what_an_f_test_needs() -> None:
    needed = seeds_for_ratio(2.0, 1)
    assert needed is not None
    power = [
        stats.f.sf(stats.f.ppf(0.975, k - 1, k - 1) / 4, k - 1, k - 1) for k in (needed - 1, needed)
    ]
    assert power[0] < 0.8 <= power[1]


def test_either_answer_decides() -> None:
    assert seeds_to_decide(3.0, 4, 0.25) == seeds_for_ratio(3.0, 4)
    assert seeds_to_decide(1.0, 4, 0.25) == seeds_for_ratio(1.25, 4)
    assert seeds_to_decide(0.5, 4, 0.25) == seeds_for_ratio(2.5, 4)
    assert seeds_to_decide(1.2, 4, 0.25) == seeds_for_ratio(1.2, 4)


def test_no_number_is_named_where_nobody_could_train_so_many() -> None:
    assert seeds_for_ratio(1.01, 1) is None
    assert seeds_to_decide(1.0, 3, 0.0) is None
    largest = seeds_for_ratio(1.1, 1)
    assert largest is not None
    assert largest <= MOST_SEEDS
