"""Spreads over seeds and their ratios: scipy, quantiles of simulated scores, known coverage."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks.simulate_seeds import Simulated, simulate_pooled_ratio, simulate_sd
from ipt_engine.analysis.power import seeds_for_difference, seeds_to_decide
from ipt_engine.analysis.spread import sd_interval, spread_table
from ipt_engine.analysis.stability import (
    MARGIN,
    pooled_ratio,
    ratio_table,
    seeds_table,
    stability_verdict,
)
from ipt_engine.analysis.summary import run_scores, score_columns
from ipt_engine.runs import RunStore

PT = {"x": [30.0, 36.0, 27.0], "y": [0.5, 0.9, 0.2, 0.6]}
IPT = {"x": [41.0, 42.5, 40.0], "y": [0.8, 0.9, 0.85]}


def runs(**methods: dict[str, list[float]]) -> pd.DataFrame:
    """Scores by method and task."""
    rows = [
        {"task": task, "method": method, "seed": seed, "score": score}
        for method, tasks in methods.items()
        for task, scores in tasks.items()
        for seed, score in enumerate(scores)
    ]
    return pd.DataFrame(rows, columns=["task", "method", "seed", "score"])


def spread_out(ratio: float, seeds: int, tasks: int, key: int = 0) -> pd.DataFrame:
    """Runs whose observed ratio of spreads is exact in every task, on scales of their own."""
    rng = np.random.default_rng(key)
    sides: dict[str, dict[str, list[float]]] = {"pt": {}, "ipt": {}}
    for task in range(tasks):
        for method, sd in (("pt", ratio), ("ipt", 1.0)):
            noise = rng.normal(size=seeds)
            scores = 50 + 3.0**task * sd * (noise - noise.mean()) / noise.std(ddof=1)
            sides[method][f"t{task}"] = scores.tolist()
    return runs(**sides)


def within_luck(found: Simulated) -> bool:
    low, high = stats.binom.interval(0.999, found.repetitions, 0.95)
    return bool(low <= found.covered <= high)


def test_a_spread_has_the_chi_square_interval() -> None:
    row = spread_table(runs(pt=PT)).iloc[0]
    variance = np.var(PT["x"], ddof=1)
    low, high = np.sqrt(2 * variance / stats.chi2(2).isf([0.025, 0.975]))
    assert (row["task"], row["method"], row["n_seeds"]) == ("x", "pt", 3)
    assert (row["mean"], row["sd"]) == (pytest.approx(31), pytest.approx(np.sqrt(variance)))
    assert (row["low"], row["high"]) == (pytest.approx(low), pytest.approx(high))
    assert row["reason"] is None


def test_spreads_of_a_stores_runs(fake_store: RunStore) -> None:
    ledger = fake_store.ledger(fake_store.runs()["run_id"].tolist(), score_columns("bleu"))
    scores = run_scores(ledger, "bleu")
    table = spread_table(scores).set_index("method")
    wanted = scores.groupby("method")["score"].std()
    assert table.loc["pt", "sd"] == pytest.approx(wanted["pt"])
    assert table.loc["icl", "reason"] == "one seed: the spread is unknown"


@pytest.mark.parametrize(
    ("scores", "sd", "reason"),
    [([], None, "one seed"), ([3.0], None, "one seed"), ([0.1] * 3, 0.0, "score the same")],
)
def test_a_spread_that_cannot_be_had_says_why(
    scores: list[float], sd: float | None, reason: str
) -> None:
    found = sd_interval(np.array(scores))
    assert (found.value, found.low) == (sd, None)
    assert reason in str(found.reason)


def test_a_tasks_ratio_has_the_f_interval() -> None:
    table = ratio_table(runs(pt=PT, ipt=IPT)).set_index("task")
    for task, a in PT.items():
        b = IPT[task]
        f = np.var(a, ddof=1) / np.var(b, ddof=1)
        low, high = np.sqrt(f / stats.f(len(a) - 1, len(b) - 1).ppf([0.975, 0.025]))
        row = table.loc[task]
        assert row["ratio"] == pytest.approx(np.sqrt(f))
        assert (row["low"], row["high"]) == (pytest.approx(low), pytest.approx(high))
        assert (row["n_seeds_a"], row["n_seeds_b"]) == (len(a), len(b))
        alone = pooled_ratio(runs(pt={task: a}, ipt={task: b}))
        assert alone.estimate.value == pytest.approx(row["ratio"])
        assert alone.estimate.low == pytest.approx(row["low"])
        assert (alone.df_a, alone.df_b) == (pytest.approx(len(a) - 1), pytest.approx(len(b) - 1))


def test_the_pooled_ratio_is_the_geometric_mean_of_the_tasks() -> None:
    scores = runs(pt={"x": PT["x"], "y": PT["y"][:3]}, ipt=IPT)
    found = pooled_ratio(scores)
    ratios = ratio_table(scores)["ratio"]
    assert found.estimate.value == pytest.approx(stats.gmean(ratios))
    assert (found.n_tasks, found.estimate.n) == (2, 12)
    swapped = pooled_ratio(scores, "ipt", "pt")
    assert swapped.estimate.value == pytest.approx(1 / stats.gmean(ratios))
    assert found.estimate.high is not None
    assert swapped.estimate.low == pytest.approx(1 / found.estimate.high)


def test_a_tasks_scale_does_not_matter() -> None:
    scores = runs(pt=PT, ipt=IPT)
    scaled = scores.assign(score=scores["score"] * np.where(scores["task"] == "x", 100.0, 1.0))
    found, wanted = pooled_ratio(scaled).estimate, pooled_ratio(scores).estimate
    assert found.value == pytest.approx(wanted.value)
    assert (found.low, found.high) == (pytest.approx(wanted.low), pytest.approx(wanted.high))


def test_the_pooled_interval_is_that_of_simulated_scores() -> None:
    # Unequal seeds: what remains if the estimate is divided by the truth, from 40,000 studies.
    seeds = [(3, 4), (12, 9), (2, 3)]
    rng = np.random.default_rng(1)
    sides: dict[str, dict[str, list[float]]] = {"pt": {}, "ipt": {}}
    logs, weights = np.zeros(40_000), 0.0
    for task, (n_a, n_b) in enumerate(seeds):
        sides["pt"][str(task)] = rng.normal(size=n_a).tolist()
        sides["ipt"][str(task)] = rng.normal(size=n_b).tolist()
        draws = stats.f(n_a - 1, n_b - 1).rvs(len(logs), random_state=rng)
        precision = 1 / np.var(np.log(stats.f(n_a - 1, n_b - 1).rvs(200_000, random_state=rng)))
        logs += precision * (np.log(draws) - np.log(draws).mean())
        weights += precision
    found = pooled_ratio(runs(**sides)).estimate
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    width = np.diff(np.quantile(logs / weights / 2, [0.025, 0.975]))[0]
    assert np.log(found.high / found.low) == pytest.approx(width, rel=0.02)


def test_unequal_numbers_of_seeds_do_not_tilt_the_ratio() -> None:
    # The log of a variance of few seeds is too low on average, more so with 3 than with 9.
    rng, logs = np.random.default_rng(9), []
    for _ in range(200):
        sides: dict[str, dict[str, list[float]]] = {"pt": {}, "ipt": {}}
        for task in range(6):
            sides["pt"][str(task)] = rng.normal(size=3).tolist()
            sides["ipt"][str(task)] = rng.normal(size=9).tolist()
        found = pooled_ratio(runs(**sides))
        assert found.estimate.value is not None
        logs.append(2 * np.log(found.estimate.value))
    draws = np.log(stats.f(found.df_a, found.df_b).rvs(200_000, random_state=10))
    error = np.std(logs) / np.sqrt(len(logs))
    assert np.mean(logs) == pytest.approx(draws.mean(), abs=4 * error)


@pytest.mark.parametrize("seeds", [((3, 3),) * 2, ((5, 5),) * 3, ((5, 3), (3, 4), (3, 3))])
def test_pooled_intervals_cover_the_truth_on_tasks_of_other_scales(
    seeds: tuple[tuple[int, int], ...],
) -> None:
    rng = np.random.default_rng(2)
    none = simulate_pooled_ratio(150, rng, seeds)
    assert within_luck(none)
    assert none.found == none.repetitions - none.covered
    assert within_luck(simulate_pooled_ratio(100, rng, seeds, ratio=4.0))


def test_pooling_variances_instead_would_be_too_sure() -> None:
    # The check above can fail: with summed variances one task decides, with the df of all.
    rng = np.random.default_rng(3)
    scale = 10.0 ** np.arange(5)[:, None]
    quantiles = stats.f(10, 10).ppf([0.025, 0.975])
    covered = 0
    for _ in range(150):
        a, b = ((scale * rng.normal(size=(5, 3))).var(axis=1, ddof=1).sum() for _ in range(2))
        covered += quantiles[0] <= a / b <= quantiles[1]
    assert not within_luck(Simulated(150, covered))


def test_intervals_of_one_spread_cover_the_truth() -> None:
    assert within_luck(simulate_sd(1000, np.random.default_rng(4)))


@pytest.mark.parametrize(
    ("ratio", "seeds", "outcome"),
    [
        (4.0, 5, "holds"),
        (0.25, 5, "does not hold"),
        (1.2, 5, "undecided"),
        (1.0, 100, "does not hold"),
    ],
)
def test_the_verdict_follows_the_interval(ratio: float, seeds: int, outcome: str) -> None:
    scores = spread_out(ratio, seeds, 3)
    found = stability_verdict(scores)
    assert found.outcome == outcome
    assert found.estimate == pooled_ratio(scores).estimate
    assert found.estimate.value == pytest.approx(ratio)
    assert found.claim == "IPT varies less between seeds than PT."
    assert (found.null, found.margin) == (1.0, MARGIN)
    assert "geometric mean of 3 tasks" in found.method
    assert found.detectable is not None
    assert found.detectable > 0
    assert (found.reason is None) is (outcome != "undecided")


def test_undecided_says_what_would_decide() -> None:
    found = stability_verdict(spread_out(1.8, 3, 4))
    needed = seeds_to_decide(1.8, 4, MARGIN)
    assert found.outcome == "undecided"
    assert found.reason == (
        f"if the true ratio is 1.80, {needed} seeds for each method and task would decide it "
        "with a chance of 80 %"
    )
    never = stability_verdict(spread_out(1.0, 3, 1), margin=0.01)
    assert "more than 1000 seeds" in str(never.reason)


def test_tasks_without_a_spread_are_left_out_and_named() -> None:
    pt = {"one": [3.0], "same": [1.0, 2.0], "none": [1.0, 2.0], "x": PT["x"]}
    ipt = {"one": [1.0, 2.0], "same": [0.1, 0.1, 0.1], "x": IPT["x"]}
    scores = runs(pt=pt, ipt=ipt, icl={"elsewhere": [1.0]})
    table = ratio_table(scores).set_index("task")
    assert table["ratio"].notna().to_dict() == {
        "one": False,
        "same": False,
        "none": False,
        "x": True,
    }
    assert table.loc["none", "reason"] == "there are no runs of one method"
    found = stability_verdict(scores)
    assert found.estimate.value == pytest.approx(table.loc["x", "ratio"])
    assert "geometric mean of 1 task," in found.method
    assert "left out: one (one seed: the spread is unknown), same (all seeds" in str(found.reason)
    nothing = stability_verdict(runs(pt={"one": [3.0]}, ipt={"one": [1.0, 2.0]}))
    assert (nothing.outcome, nothing.estimate.value, nothing.detectable) == (
        "undecided",
        None,
        None,
    )
    assert "no task has a spread of both methods; one (one seed" in str(nothing.reason)
    assert pooled_ratio(runs()).estimate.value is None


def test_variants_are_compared_by_another_column() -> None:
    scores = runs(ipt={"x": PT["x"]}).assign(shown="random")
    scores = pd.concat([scores, runs(ipt={"x": IPT["x"]}).assign(shown="dense")])
    found = stability_verdict(scores, "random", "dense", by="shown")
    assert found.claim == "dense varies less between seeds than random."
    assert found.estimate.value == pytest.approx(np.std(PT["x"], ddof=1) / np.std(IPT["x"], ddof=1))


def test_seeds_needed_to_tell_two_means_apart() -> None:
    table = seeds_table(runs(pt=PT, ipt=IPT)).set_index("task")
    row = table.loc["x"]
    assert row["difference"] == pytest.approx(np.mean(IPT["x"]) - np.mean(PT["x"]))
    sds = [float(np.std(side["x"], ddof=1)) for side in (PT, IPT)]
    assert row["needed"] == seeds_for_difference(row["difference"], *sds)
    one = runs(icl={"x": [20.0]}, ipt=IPT)
    unknown = seeds_table(one, "icl", "ipt").set_index("task")
    assert unknown["needed"].isna().all()
    assert unknown.loc["x", "reason"] == "one seed: the spread is unknown"
    assert unknown.loc["y", "reason"] == "there are no runs of one method"
    known = seeds_table(one, "icl", "ipt", no_luck=("icl",)).set_index("task")
    assert known.loc["x", "needed"] == seeds_for_difference(21.0, 0.0, sds[1])
    same = seeds_table(runs(pt={"x": [1.0, 1.0]}, ipt={"x": [2.0, 2.0]})).iloc[0]
    assert same["reason"] == "no seed changes either score"
    equal = seeds_table(runs(pt=PT, ipt=PT)).iloc[0]
    assert (np.isnan(equal["needed"]), equal["reason"]) == (
        True,
        "more than 1000 seeds would be needed",
    )


def test_seeds_do_not_make_up_for_test_inputs() -> None:
    scores = runs(pt=PT, ipt=IPT)
    alone = seeds_table(scores).set_index("task")
    difference = alone.loc["x", "difference"]
    sds = [float(np.std(side["x"], ddof=1)) for side in (PT, IPT)]
    limit = (difference / (stats.norm.ppf(0.975) + stats.norm.ppf(0.8))) ** 2
    found = {}
    for name, of_inputs in (("less", 0.8 * limit), ("more", 1.1 * limit), ("unknown", None)):
        table = seeds_table(scores, inputs={"x": of_inputs, "y": None}).set_index("task")
        found[name] = table.loc["x"]
    wanted = seeds_for_difference(difference, *sds, example_variance=0.8 * limit)
    assert wanted is not None and wanted > alone.loc["x", "needed"]
    assert found["less"]["needed"] == wanted
    for name, told in (("more", "more test inputs are needed"), ("unknown", "too few test inputs")):
        assert np.isnan(found[name]["needed"])
        assert found[name]["reason"].startswith(told)
