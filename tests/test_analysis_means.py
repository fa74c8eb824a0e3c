"""Means over seeds with test inputs nested: scipy, statsmodels, plain loops and known coverage."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.formula.api import ols

from benchmarks.simulate_seeds import (
    Simulated,
    World,
    simulate_difference,
    simulate_mean,
    simulated_ledgers,
    true_score,
)
from ipt_engine.analysis.means import seed_columns, seed_difference, seed_mean
from ipt_engine.analysis.summary import run_scores, score_columns, score_table
from ipt_engine.analysis.verdicts import detectable_difference
from ipt_engine.metrics import get_metric
from ipt_engine.runs import RunStore
from tests.simulated_rows import effects, ledger


def rows_of(store: RunStore, method: str, extra: tuple[str, ...] = ()) -> pd.DataFrame:
    runs = store.runs()
    chosen = runs.loc[(runs["task"] == "mini-dart") & (runs["method"] == method), "run_id"]
    columns = dict.fromkeys([*seed_columns("bleu"), *score_columns("bleu"), *extra])
    return store.ledger(chosen.tolist(), list(columns))


def within_luck(simulated: Simulated, promised: float) -> bool:
    """Whether so many of the intervals hold the truth as a fair coin of that bias might give."""
    low, high = stats.binom.interval(0.999, simulated.repetitions, promised)
    return bool(low <= simulated.covered <= high)


def test_the_standard_error_is_that_of_the_two_way_anova() -> None:
    correct = effects(4, 60, key=1)
    found = seed_mean(ledger(correct), "exact_match")
    run, example = (index.ravel() for index in np.indices(correct.shape))
    frame = pd.DataFrame({"y": 100 * correct.ravel(), "run": run, "example": example})
    table = sm.stats.anova_lm(ols("y ~ C(run) + C(example)", frame).fit())
    squares = table["sum_sq"] / table["df"]
    of_seeds, of_inputs, of_rest = squares["C(run)"], squares["C(example)"], squares["Residual"]
    # Expected mean squares: rest + n seeds, rest + k inputs, rest.
    wanted = (of_seeds + of_inputs - of_rest) / correct.size
    assert found.estimate.value == pytest.approx(100 * correct.mean())
    assert found.seed_variance == pytest.approx(of_seeds / correct.size)
    # 1000 bootstrap draws know a variance to about 5 %.
    assert found.example_variance == pytest.approx((of_inputs - of_rest) / correct.size, rel=0.2)
    assert found.standard_error == pytest.approx(np.sqrt(wanted), rel=0.1)
    assert (found.estimate.n, found.n_seeds) == (60, (4,))


def test_what_seeds_do_on_single_inputs_is_not_counted_twice() -> None:
    # Nothing but noise in single answers: a plain bootstrap would add it to the seeds' variance,
    # which holds it already.
    noise = np.random.default_rng(2).normal(0.5, 0.3, (30, 200))
    found = seed_mean(ledger(noise), "exact_match")
    wanted = 100**2 * 0.3**2 / noise.size
    assert found.seed_variance == pytest.approx(wanted, rel=0.5)
    assert found.example_variance == pytest.approx(0, abs=0.3 * wanted)


def test_without_luck_of_inputs_it_is_welchs_test() -> None:
    scores_a, scores_b = [0.2, 0.35, 0.3], [0.5, 0.52, 0.49, 0.55]
    a, b = (np.repeat(np.array(s)[:, None], 40, axis=1) for s in (scores_a, scores_b))
    found = seed_difference(ledger(a, "pt"), ledger(b), "exact_match")
    wanted = stats.ttest_ind(100 * b[:, 0], 100 * a[:, 0], equal_var=False)
    ends = wanted.confidence_interval(0.95)
    assert found.estimate.low == pytest.approx(ends.low)
    assert found.estimate.high == pytest.approx(ends.high)
    assert (found.p, found.df) == (pytest.approx(wanted.pvalue), pytest.approx(wanted.df))
    assert found.example_variance == pytest.approx(0)
    assert found.standard_error is not None
    assert found.df is not None
    assert found.detectable == detectable_difference(found.standard_error, found.df)


def test_without_luck_of_seeds_it_is_the_paired_test() -> None:
    a, b = effects(1, 200, key=3), effects(1, 200, key=4)
    found = seed_difference(ledger(a, "zero_shot", None), ledger(a + 0.2 * b, "icl"), "exact_match")
    wanted = stats.ttest_1samp(20 * b[0], 0.0)
    assert found.estimate.value == pytest.approx(20 * b.mean())
    assert (found.df, found.seed_variance) == (pytest.approx(199), 0.0)
    assert found.standard_error == pytest.approx(20 * stats.sem(b[0]), rel=0.1)
    assert found.estimate.low == pytest.approx(wanted.confidence_interval().low, rel=0.1)
    assert found.estimate.reason is None


def test_pairing_cancels_what_makes_inputs_hard() -> None:
    hard = np.repeat(np.random.default_rng(5).random(200)[None], 3, axis=0)
    a, b = hard + [[0.0], [0.01], [-0.01]], hard + [[0.1], [0.11], [0.12]]
    found = seed_difference(ledger(a, "pt"), ledger(b), "exact_match")
    assert found.estimate.value == pytest.approx(11)
    assert found.example_variance == pytest.approx(0, abs=1e-9)
    alone = seed_mean(ledger(b), "exact_match")
    assert alone.example_variance is not None
    assert alone.example_variance > 1


def test_corpus_scores_are_averaged_over_runs_not_examples(fake_store: RunStore) -> None:
    rows = rows_of(fake_store, "ipt")
    scores = run_scores(rows, "bleu")["score"].to_numpy()
    table = score_table(rows, "bleu").iloc[0]
    found = seed_mean(rows, "bleu")
    assert found.estimate.value == pytest.approx(table["mean"])
    assert found.seed_variance == pytest.approx(scores.var(ddof=1) / 3)
    a = rows_of(fake_store, "pt")
    difference = seed_difference(a, rows, "bleu").estimate.value
    assert difference == pytest.approx(scores.mean() - run_scores(a, "bleu")["score"].mean())


def test_the_bootstrap_of_bleu_is_that_of_plain_loops(fake_store: RunStore) -> None:
    rows = rows_of(fake_store, "ipt")
    spec = get_metric("bleu")
    by_run = [part.set_index("example_id")[spec.columns()] for _, part in rows.groupby("run_id")]
    ids = by_run[0].index
    rng = np.random.default_rng(6)
    draws = []
    for _ in range(400):
        drawn = rng.choice(ids, size=len(ids))
        draws.append([spec.corpus(part.loc[drawn].to_numpy()) for part in by_run])
    covariance = np.cov(np.array(draws, dtype=float), rowvar=False)
    between = covariance[~np.eye(3, dtype=bool)].mean()
    assert seed_mean(rows, "bleu").example_variance == pytest.approx(between, rel=0.25)


def test_more_is_better_whichever_way_a_metric_counts() -> None:
    spec = get_metric("ter")
    assert not spec.higher_is_better
    sides = []
    for written in ("a red boat", "a boat of red wood"):
        judged = spec.judge(written, ["a red boat"])
        rows = ledger(effects(2, 20, key=7), "pt" if sides else "ipt")
        sides.append(rows.assign(**judged))
    found = seed_difference(sides[1], sides[0], "ter").estimate
    assert found.value is not None
    assert found.value > 0


def test_one_seed_leaves_the_seeds_out_and_says_so() -> None:
    one, three = ledger(effects(1, 100, key=8), "pt"), ledger(effects(3, 100, key=9))
    found = seed_mean(one, "exact_match")
    assert found.estimate.low is not None
    assert found.seed_variance is None
    assert (found.p, found.detectable) == (None, None)
    assert found.estimate.reason == (
        "one seed of PT: the interval is over test inputs alone, not over seeds"
    )
    found = seed_difference(one, three, "exact_match")
    assert (found.p, found.seed_variance, found.n_seeds) == (None, None, (1, 3))
    assert "one seed of PT" in str(found.estimate.reason)


@pytest.mark.parametrize(
    ("method", "retriever", "luck"),
    [("zero_shot", None, False), ("icl", "dense", False), ("icl", "random", True)],
)
def test_one_run_is_all_there_is_where_no_luck_is_involved(
    method: str, retriever: str | None, luck: bool
) -> None:
    found = seed_mean(ledger(effects(1, 100, key=8), method, retriever), "exact_match")
    assert (found.estimate.reason is None) is not luck
    assert found.seed_variance == (None if luck else 0.0)


def test_only_inputs_that_all_runs_answered_count() -> None:
    a, b = ledger(effects(3, 50, key=10), "pt"), ledger(effects(3, 50, key=11))
    lost = a.drop(index=a.index[[0, 60]])
    unjudged = b.copy()
    unjudged.loc[5, "exact_match__correct"] = np.nan
    found = seed_difference(lost, unjudged, "exact_match")
    gone = {"e000", "e010", "e005"}
    kept = [rows[~rows["example_id"].isin(gone)] for rows in (a, b)]
    assert found == seed_difference(kept[0], kept[1], "exact_match")
    assert found.estimate.n == 47


@pytest.mark.parametrize(
    ("change", "value", "reason"),
    [
        (lambda a: a.head(0), False, "there are no runs"),
        (lambda a: a.iloc[[0, 51]], False, "no test example was answered by all runs"),
        (lambda a: a[a["example_id"] < "e004"], True, "too few examples (4) for an interval"),
        (lambda a: a.assign(exact_match__correct=1.0), True, "nothing varies"),
        (lambda a: a.assign(exact_match__correct=1 / 3), True, "nothing varies"),
    ],
)
def test_what_cannot_be_computed_is_missing_with_a_reason(  # type: ignore[no-untyped-def]
    change, value: bool, reason: str
) -> None:
    found = seed_mean(change(ledger(effects(2, 50, key=12))), "exact_match")
    assert (found.estimate.value is not None) is value
    assert (found.estimate.low, found.standard_error, found.p) == (None, None, None)
    assert reason in str(found.estimate.reason)


def test_no_interval_of_a_mean_leaves_the_metrics_range() -> None:
    right = np.zeros((3, 60))
    right[0, :2] = 1
    found = seed_mean(ledger(right), "exact_match").estimate
    assert found.low == 0.0
    assert found.high is not None
    assert found.high > 3


def test_intervals_of_means_cover_the_truth() -> None:
    found = simulate_mean(80, np.random.default_rng(13), World(seeds=(5, 5), examples=60))
    assert within_luck(found, 0.95)


def test_differences_are_found_where_they_are_and_seldom_else() -> None:
    world = World(seeds=(5, 5), examples=60)
    none = simulate_difference(80, np.random.default_rng(14), world)
    assert within_luck(none, 0.95)
    assert none.found == none.repetitions - none.covered
    large = simulate_difference(40, np.random.default_rng(15), world, (0.0, 1.5))
    assert within_luck(large, 0.95)
    assert large.found is not None
    assert large.found > 32


def test_the_band_would_notice_an_interval_over_examples_alone() -> None:
    world = World(seeds=(5, 5), examples=60, seed_sd=(0.8, 0.8))
    rng, hits, n = np.random.default_rng(16), 0, 80
    for _ in range(n):
        found = seed_mean(simulated_ledgers(rng, world, (0.3, 0.3))[0], "exact_match")
        assert found.estimate.value is not None
        assert found.example_variance is not None
        half = 2 * np.sqrt(found.example_variance)
        hits += abs(found.estimate.value - true_score(world, 0, 0.3)) < half
    assert not within_luck(Simulated(n, hits), 0.95)
