"""Initialisation against data order: statsmodels, closed forms, and known coverage."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.formula.api import ols

from benchmarks.simulate_seeds import simulate_decomposition
from ipt_engine.analysis.decomposition import ANSWERING, decompose, mean_squares

SOURCES = ["initialisation", "data order", "interaction and rest"]


def crossed(scores: np.ndarray) -> pd.DataFrame:
    """One run for each cell."""
    init, order = (index.ravel() for index in np.indices(scores.shape))
    return pd.DataFrame({"init_seed": init, "order_seed": order, "score": scores.ravel()})


def simulated(shape: tuple[int, int], sds: tuple[float, float, float], key: int) -> np.ndarray:
    rng = np.random.default_rng(key)
    init, order = rng.normal(0, sds[0], (shape[0], 1)), rng.normal(0, sds[1], (1, shape[1]))
    return 40 + init + order + rng.normal(0, sds[2], shape)


def limits(above: float, below: float, dfs: tuple[int, int], times: int) -> tuple[float, float]:
    """Closed-form 95 % limits of (above - below) / times, a difference of mean squares.

    The modified large-sample method of Ting, Burdick, Graybill, Jeyaratnam and Lu (1990).
    """
    tail, inf = 0.025, 1e9
    upper, lower = stats.f(*dfs).isf(tail), stats.f(*dfs).isf(1 - tail)
    g1, g2 = (1 - 1 / stats.f(df, inf).isf(tail) for df in dfs)
    h1, h2 = (1 / stats.f(df, inf).isf(1 - tail) - 1 for df in dfs)
    g12 = ((upper - 1) ** 2 - g1**2 * upper**2 - h2**2) / upper
    h12 = ((1 - lower) ** 2 - h1**2 * lower**2 - g2**2) / lower
    down = g1**2 * above**2 + h2**2 * below**2 + g12 * above * below
    up = h1**2 * above**2 + g2**2 * below**2 + h12 * above * below
    value = above - below
    return max(value - np.sqrt(down), 0) / times, max(value + np.sqrt(up), 0) / times


def test_mean_squares_are_statsmodels() -> None:
    scores = simulated((3, 4), (2.0, 1.0, 0.5), key=1)
    table = sm.stats.anova_lm(ols("score ~ C(init_seed) + C(order_seed)", crossed(scores)).fit())
    squares, dfs = mean_squares(scores)
    assert list(squares) == pytest.approx(list(table["sum_sq"] / table["df"]))
    assert list(dfs) == list(table["df"])
    found = decompose(crossed(scores))
    assert found["source"].tolist() == SOURCES
    assert found["p"].tolist()[:2] == pytest.approx(table["PR(>F)"].tolist()[:2])
    assert np.isnan(found["p"].iloc[2])
    init, order, rest = squares
    wanted = [(init - rest) / 4, (order - rest) / 3, rest]
    assert found["variance"].tolist() == pytest.approx(wanted)
    assert found["sd"].tolist() == pytest.approx(list(np.sqrt(wanted)))
    assert found["share"].tolist() == pytest.approx(list(np.array(wanted) / np.sum(wanted)))
    assert found["reason"].isna().all()
    assert found["levels"].tolist() == [3, 4, 12]


@pytest.mark.parametrize("shape", [(3, 3), (3, 5), (5, 4)])
def test_intervals_agree_with_closed_forms(shape: tuple[int, int]) -> None:
    scores = simulated(shape, (3.0, 1.0, 1.0), key=2)
    squares, dfs = mean_squares(scores)
    found = decompose(crossed(scores)).set_index("source")
    rest = found.loc["interaction and rest"]
    exact = dfs[2] * squares[2] / stats.chi2(dfs[2]).ppf([0.975, 0.025])
    assert [rest["variance_low"], rest["variance_high"]] == pytest.approx(list(exact), rel=0.05)
    low, high = limits(squares[0], squares[2], (int(dfs[0]), int(dfs[2])), shape[1])
    init = found.loc["initialisation"]
    assert init["variance_high"] == pytest.approx(high, rel=0.1)
    assert init["variance_low"] == pytest.approx(low, abs=0.1 * init["variance"])


def test_what_is_there_is_found() -> None:
    found = decompose(crossed(simulated((8, 8), (4.0, 0.0, 0.5), key=3))).set_index("source")
    init = found.loc["initialisation"]
    assert init["share"] > 0.8
    assert init["share_low"] > found.loc["data order", "share_high"]
    assert init["p"] < 1e-6


def test_a_negative_estimate_is_zero_and_says_so() -> None:
    # Orders differ in nothing: their mean square is 0, that of the rest is not.
    scores = np.array([[1.0, 2.0, 3.0], [6.0, 4.0, 5.0], [8.0, 9.0, 7.0]])
    assert np.ptp(scores.mean(axis=0)) == 0
    found = decompose(crossed(scores)).set_index("source")
    order = found.loc["data order"]
    assert (order["variance"], order["sd"], order["share"]) == (0, 0, 0)
    assert order["variance_high"] >= 0
    assert order["reason"] == (
        "the estimate is below 0, as that of a small variance may be, and shown as 0"
    )
    assert found.loc["initialisation", "reason"] is None
    assert found["share"].sum() == pytest.approx(1)


def test_runs_outside_the_cross_are_left_out() -> None:
    inside = simulated((3, 3), (1.0, 1.0, 1.0), key=4)
    more = pd.DataFrame({"init_seed": [3, 4], "order_seed": [3, 4], "score": [99.0, 0.0]})
    found = decompose(pd.concat([crossed(inside), more], ignore_index=True))
    wanted = decompose(crossed(inside))
    numbers = ["variance", "variance_low", "share_high", "levels"]
    assert found[numbers].equals(wanted[numbers])
    assert "2 of 11 runs lie outside the complete cross of 3 × 3" in found["reason"].iloc[0]


def test_the_largest_complete_part_counts() -> None:
    scores = simulated((3, 4), (1.0, 1.0, 1.0), key=5)
    runs = crossed(scores)
    runs.loc[runs.index[[1, 11]], "score"] = np.nan
    found = decompose(runs)
    # Without orders 1 and 3: 3 × 2. Without initialisation 0 and order 3, or 2 and 1: 2 × 3.
    kept = [
        decompose(crossed(scores[:, [0, 2]])),
        decompose(crossed(scores[1:, :3])),
        decompose(crossed(scores[:2, [0, 2, 3]])),
    ]
    assert any(found["variance"].equals(part["variance"]) for part in kept)
    assert "4 of 10 runs lie outside" in found["reason"].iloc[0]


def test_an_initialisation_that_met_few_orders_does_not_shrink_the_cross() -> None:
    scores = simulated((4, 5), (1.0, 1.0, 1.0), key=9)
    runs = crossed(scores)
    found = decompose(runs[(runs["init_seed"] < 3) | (runs["order_seed"] < 2)])
    assert found["levels"].tolist() == [3, 5, 15]
    assert found["variance"].equals(decompose(crossed(scores[:3]))["variance"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda r: r.head(0), "no runs that tell initialisation and data"),
        (lambda r: r.assign(order_seed=np.nan), "no runs that tell initialisation and data"),
        (lambda r: r[r["init_seed"] == r["order_seed"]], "3 runs of 3 initialisations and 3"),
        (lambda r: r.head(3), "hold no complete cross"),
        (lambda r: pd.concat([r, r.tail(1)]), "initialisation 2 with data order 2 was run twice"),
        (lambda r: r.assign(score=1 / 3), "all runs score the same"),
    ],
)
def test_what_cannot_be_split_is_missing_with_a_reason(change, reason: str) -> None:  # type: ignore[no-untyped-def]
    found = decompose(change(crossed(simulated((3, 3), (1.0, 1.0, 1.0), key=6))))
    assert found["source"].tolist() == SOURCES
    assert found[["variance", "share", "variance_low", "p"]].isna().all(axis=None)
    assert all(reason in text for text in found["reason"])


def test_prompts_are_crossed_with_draws_as_starts_with_orders() -> None:
    runs = crossed(simulated((3, 4), (1.0, 1.0, 1.0), key=8))
    prompts = runs["init_seed"].map(lambda seed: f"p{seed}")
    named = pd.DataFrame(
        {"prompt_id": prompts, "draw_seed": runs["order_seed"], "score": runs["score"]}
    )
    found, same = decompose(named, ANSWERING), decompose(runs)
    assert found.drop(columns="source").equals(same.drop(columns="source"))
    assert found["source"].tolist() == ["soft prompt", "demonstration draw", SOURCES[2]]
    twice = decompose(pd.concat([named, named.tail(1)]), ANSWERING)
    assert "soft prompt p2 with demonstration draw 3 was run twice" in twice["reason"].iloc[0]


def test_the_same_runs_give_the_same_intervals() -> None:
    runs = crossed(simulated((3, 3), (1.0, 1.0, 1.0), key=7))
    assert decompose(runs).equals(decompose(runs.sample(frac=1, random_state=1)))


@pytest.mark.parametrize("variances", [(1.0, 1.0, 1.0), (4.0, 0.0, 0.5)])
def test_intervals_cover_the_truth(variances: tuple[float, float, float]) -> None:
    n = 120
    found = simulate_decomposition(n, np.random.default_rng(8), (3, 3), variances)
    # Never below 0, so that a variance of 0 is covered more often than promised.
    fewest, _ = stats.binom.interval(0.999, n, 0.94)
    assert {name for name, each in found.items() if each.covered < fewest} == set()
    sure = found["interaction and rest variance"]
    assert sure.covered <= stats.binom.ppf(0.9995, n, 0.97)
