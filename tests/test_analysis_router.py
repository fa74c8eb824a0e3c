"""Routing by similarity, against brute force and in worlds where its worth is known."""

import time

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks.simulate_similarity import (
    RoutedWorld,
    exact_match_pairs,
    simulate_cut,
    simulate_router,
)
from ipt_engine.analysis.cuts import ALWAYS, MOST_CUTS, NEVER, Cuts, cuts_of
from ipt_engine.analysis.router import (
    POLICIES,
    best_cut,
    cut_curve,
    halves,
    route,
    routing_pays,
)
from ipt_engine.analysis.similarity import paired_columns, paired_gain
from ipt_engine.analysis.statistics import resample_counts
from ipt_engine.metrics import get_metric
from ipt_engine.runs import RunStore
from tests.fake_store import TURNING_POINT


def pairs(seed: int = 0, **world: float) -> pd.DataFrame:
    return RoutedWorld(**world).pairs(np.random.default_rng(seed))  # type: ignore[arg-type]


def arranged(paired: pd.DataFrame) -> Cuts:
    return cuts_of(paired, get_metric("exact_match"))


def score_by_hand(paired: pd.DataFrame, counts: np.ndarray, cut: float) -> float:
    """The share of right answers, b answering from the cut on."""
    rows = paired.sort_values(["similarity", "example_id"])
    b = (rows["similarity"] >= cut).to_numpy()
    right = np.where(b, rows["b__correct"], rows["a__correct"])
    total = np.where(b, rows["b__count"], rows["a__count"])
    return float(100 * (counts * right).sum() / (counts * total).sum())


def bleu_pairs(store: RunStore) -> pd.DataFrame:
    runs = store.runs()
    runs = runs[runs["task"] == "mini-dart"]
    a, b = (
        store.ledger(runs.loc[runs["method"] == m, "run_id"].tolist(), paired_columns("bleu"))
        for m in ("pt", "ipt")
    )
    return paired_gain(a, b, "bleu")


def test_every_cut_of_every_draw_is_scored_as_by_hand() -> None:
    paired = pairs(slope=60.0, n=40)
    paired["similarity"] = paired["similarity"].round(2)
    cuts = arranged(paired)
    counts = resample_counts(40, draws=5)
    places = cuts.places.copy()
    places[0], places[-1] = ALWAYS, NEVER
    assert len(places) == paired["similarity"].nunique() + 1
    scores = cuts.scores(counts)
    for draw, weights in enumerate(counts):
        wanted = [score_by_hand(paired, weights, cut) for cut in places]
        assert scores[draw] == pytest.approx(wanted)
    assert cuts.routed(counts, np.full(5, 0.5))[0] == pytest.approx(
        [score_by_hand(paired, weights, 0.5) for weights in counts]
    )


def test_the_fitted_cut_is_as_good_as_any() -> None:
    paired = pairs(slope=60.0, n=60)
    cuts = arranged(paired)
    counts = resample_counts(60, draws=50)
    fitted = cuts.fitted(counts)
    reached, _ = cuts.routed(counts, fitted)
    candidates = [ALWAYS, NEVER, *cuts.places[1:-1]]
    for draw, weights in enumerate(counts):
        assert reached[draw] == pytest.approx(
            max(score_by_hand(paired, weights, cut) for cut in candidates)
        )


def sided(a: list[float], b: list[float]) -> pd.DataFrame:
    """One answer of each method to inputs of similarity 0.0, 0.1, …"""
    n = len(a)
    frame = exact_match_pairs(
        np.arange(n) / 10, [np.array(a), np.array(b)], 1, np.random.default_rng(0)
    )
    return frame


@pytest.mark.parametrize(
    ("a", "b", "cut"),
    [
        ([0, 0, 0], [1, 1, 1], ALWAYS),
        ([1, 1, 1], [0, 0, 0], NEVER),
        # Where nothing is gained, nothing is shown.
        ([1, 0, 1], [1, 0, 1], NEVER),
        # Always is as good as the cut below the second.
        ([0, 0, 0], [0, 1, 1], ALWAYS),
        ([1, 0, 0], [0, 1, 1], 0.05),
        # The middle of the stretch without a difference.
        ([1, 0, 0, 0, 0], [0, 0, 0, 0, 1], 0.2),
        # Two equally good cuts: the one that shows less.
        ([1, 0, 1, 0], [0, 1, 0, 1], 0.25),
    ],
)
def test_of_equally_good_cuts_the_simplest_is_taken(
    a: list[float], b: list[float], cut: float
) -> None:
    cuts = arranged(sided(a, b))
    assert cuts.fitted(np.ones((1, len(a))))[0] == pytest.approx(cut)


@pytest.mark.parametrize("b", [0.0, 1.0])
def test_where_the_gain_is_the_same_everywhere_nothing_is_decided(b: float) -> None:
    paired = sided([0.0] * 20, [b] * 20)
    found = route(paired, "exact_match")
    verdict = routing_pays(found, "exact_match")
    assert (verdict.outcome, verdict.estimate.low, verdict.detectable) == ("undecided", None, None)
    assert "nothing varies" in str(verdict.reason)
    assert found.policies[["low", "high"]].isna().all(axis=None)


def test_a_router_that_always_does_the_same_is_found_not_to_pay() -> None:
    paired = pairs(shift=45.0)
    found = route(paired, "exact_match")
    assert found.always == 1.0
    assert routing_pays(found, "exact_match").outcome == "does not hold"


def test_equal_similarities_are_never_parted() -> None:
    paired = sided([1, 1, 0, 0], [0, 0, 1, 1]).assign(similarity=0.5)
    assert arranged(paired).fitted(np.ones((1, 4)))[0] == NEVER
    assert len(arranged(paired).places) == 2


def test_many_examples_have_a_limited_number_of_cuts() -> None:
    cuts = arranged(pairs(n=2000))
    assert len(cuts.starts) == MOST_CUTS
    assert cuts.starts[0] == 0
    assert np.diff(cuts.starts).max() <= 11


def test_halves_keep_copies_together_and_are_equal() -> None:
    counts = resample_counts(61, draws=200)
    first = halves(counts, np.random.default_rng(0))
    drawn = counts > 0
    assert not (first & ~drawn).any()
    sizes = first.sum(axis=1), (drawn & ~first).sum(axis=1)
    assert set((sizes[1] - sizes[0]).tolist()) == {0, 1}
    # Every example is in the first half half of the time.
    assert (first.sum(axis=0) / drawn.sum(axis=0)).mean() == pytest.approx(0.5, abs=0.02)
    assert (first != halves(counts, np.random.default_rng(1))).any()


def test_policies_score_what_they_are() -> None:
    paired = pairs(slope=100.0)
    found = route(paired, "exact_match")
    table = found.policies.set_index("policy")
    assert tuple(table.index) == POLICIES
    assert table.loc["always_a", "score"] == pytest.approx(paired["score_a"].mean())
    assert table.loc["always_b", "score"] == pytest.approx(paired["score_b"].mean())
    best = np.maximum(paired["score_a"], paired["score_b"]).mean()
    assert table.loc["oracle", "score"] == pytest.approx(best)
    assert table.loc["oracle", "shown"] == pytest.approx((paired["gain"] > 0).mean())
    assert table.loc["always_a":"always_b", "shown"].tolist() == [0.0, 1.0]
    assert table["score"].drop("oracle").max() == table.loc["router", "score"] < best
    assert (table["low"] < table["score"]).all()
    assert (table["score"] < table["high"]).all()
    for gain, policy in ((found.over_a, "always_a"), (found.over_b, "always_b")):
        assert gain.value == pytest.approx(
            table.loc["router", "score"] - table.loc[policy, "score"]
        )
    # A mean's standard error, for a policy that fits nothing.
    error = paired["score_a"].std() / np.sqrt(200)
    width = table.loc["always_a", "high"] - table.loc["always_a", "low"]
    assert width == pytest.approx(2 * 1.96 * error, rel=0.2)


def test_the_router_is_judged_where_it_was_not_fitted() -> None:
    # With one answer each and no gain anywhere, the best cut of the same examples always wins a
    # little, and that of others never does.
    paired = pairs(seeds=1)
    flattered = cut_curve(paired, "exact_match")["score"].max()
    fixed = max(paired["score_a"].mean(), paired["score_b"].mean())
    router = route(paired, "exact_match").policies.set_index("policy").loc["router", "score"]
    assert router < fixed < flattered


def test_the_same_seed_gives_the_same_and_another_nearly() -> None:
    paired = pairs(slope=100.0)
    first, again = route(paired, "exact_match"), route(paired, "exact_match")
    pd.testing.assert_frame_equal(first.policies, again.policies)
    other = route(paired, "exact_match", seed=1)
    assert other.over_a.value == pytest.approx(first.over_a.value, abs=0.5)
    assert other.over_a != first.over_a


def test_the_verdict_asks_for_more_than_both() -> None:
    found = route(pairs(slope=150.0), "exact_match")
    verdict = routing_pays(found, "exact_match")
    assert verdict.outcome == "holds"
    assert verdict.estimate.value == min(found.over_a.value, found.over_b.value)  # type: ignore[type-var]
    assert verdict.estimate.low == min(found.over_a.low, found.over_b.low)  # type: ignore[type-var]
    assert verdict.detectable is not None
    always = route(pairs(shift=30.0), "exact_match")
    assert always.over_a.low > 20  # type: ignore[operator]
    assert always.always > 0.7  # type: ignore[operator]
    verdict = routing_pays(always, "exact_match")
    assert verdict.outcome == "does not hold"
    assert verdict.detectable is None or verdict.detectable < 5


def test_answers_that_are_all_alike_need_no_router() -> None:
    n = 30
    paired = exact_match_pairs(
        np.linspace(0, 1, n), [np.zeros(n), np.ones(n)], 1, np.random.default_rng(0)
    )
    found = route(paired, "exact_match")
    assert (found.over_a.value, found.over_b.value, found.over_b.high) == (100.0, 0.0, None)
    assert (found.always, found.never) == (1.0, 0.0)
    verdict = routing_pays(found, "exact_match")
    assert (verdict.outcome, verdict.detectable) == ("undecided", None)


def test_where_less_is_better_the_lower_side_is_chosen() -> None:
    rng = np.random.default_rng(5)
    x = rng.uniform(0, 1, 120)
    edits_a, edits_b = np.full(120, 5.0), np.where(x > 0.5, 2.0, 8.0)
    paired = pd.DataFrame(
        {
            "example_id": [f"e{i:03d}" for i in range(120)],
            "similarity": x,
            "score_a": 10 * edits_a,
            "score_b": 10 * edits_b,
            "gain": 10 * (edits_a - edits_b),
            "a__edits": edits_a,
            "a__reference_length": 10.0,
            "b__edits": edits_b,
            "b__reference_length": 10.0,
        }
    )
    found = route(paired, "ter")
    assert routing_pays(found, "ter").outcome == "holds"
    assert best_cut(paired, "ter").value == pytest.approx(0.5, abs=0.05)
    table = found.policies.set_index("policy")["score"]
    assert table["oracle"] <= table["router"] < min(table["always_a"], table["always_b"])


def test_bleu_of_the_fake_study_is_routed_at_its_turning_point(fake_store: RunStore) -> None:
    paired = bleu_pairs(fake_store)
    found = best_cut(paired, "bleu")
    assert found.verdict == "threshold"
    assert found.value == pytest.approx(TURNING_POINT, abs=0.12)
    assert found.low <= found.value <= found.high  # type: ignore[operator]
    table = route(paired, "bleu").policies.set_index("policy")["score"]
    assert max(table["always_a"], table["always_b"]) < table["router"] < table["oracle"]


def test_the_curve_runs_from_always_to_never() -> None:
    paired = pairs(slope=100.0)
    curve = cut_curve(paired, "exact_match")
    assert curve["threshold"].is_monotonic_increasing
    first, last = curve.iloc[0], curve.iloc[-1]
    assert (first["score"], first["shown"]) == (pytest.approx(paired["score_b"].mean()), 1.0)
    assert (last["score"], last["shown"]) == (pytest.approx(paired["score_a"].mean()), 0.0)
    middle = curve.iloc[100]
    assert middle["score"] == pytest.approx(
        score_by_hand(paired, np.ones(200), middle["threshold"])
    )
    assert middle["shown"] == (paired["similarity"] >= middle["threshold"]).mean()
    assert (curve["low"] <= curve["score"]).all()
    assert (curve["score"] <= curve["high"]).all()
    best = best_cut(paired, "exact_match").value
    assert score_by_hand(paired, np.ones(200), best or 0.0) == pytest.approx(curve["score"].max())


@pytest.mark.parametrize(
    ("shift", "verdict", "reason"),
    [(50.0, "always", "always showing"), (-50.0, "never", "showing none")],
)
def test_a_cut_that_is_none_says_so(shift: float, verdict: str, reason: str) -> None:
    found = best_cut(pairs(shift=shift), "exact_match")
    assert (found.verdict, found.value, found.low) == (verdict, None, None)
    assert reason in str(found.reason)


def test_too_few_pairs_are_not_routed() -> None:
    paired = pairs(n=19)
    found = route(paired, "exact_match")
    assert (len(found.policies), found.over_a.value, found.always) == (0, None, None)
    verdict = routing_pays(found, "exact_match")
    assert (verdict.outcome, verdict.estimate.low, verdict.detectable) == ("undecided", None, None)
    assert "19 pairs are too few" in str(verdict.reason)
    assert best_cut(paired, "exact_match").verdict == "undecided"
    assert cut_curve(paired, "exact_match").empty
    unknown = pairs(n=40).assign(similarity=np.nan)
    assert route(unknown, "exact_match").over_a.n == 0


def test_pairs_without_a_similarity_are_left_out() -> None:
    paired = pairs(slope=100.0)
    blind = pd.concat([paired, pairs(1).assign(similarity=np.nan)], ignore_index=True)
    pd.testing.assert_frame_equal(
        route(paired, "exact_match").policies, route(blind, "exact_match").policies
    )


def test_routing_pays_as_often_as_it_should() -> None:
    n, rng = 30, np.random.default_rng(21)
    none, gain = simulate_router(n, rng, RoutedWorld())
    assert gain < 0.5
    assert none.holds <= stats.binom.ppf(0.999, n, 0.05)
    fixed, _ = simulate_router(n, rng, RoutedWorld(slope=60, crossing=0.2))
    assert fixed.holds <= stats.binom.ppf(0.999, n, 0.05)
    some, gain = simulate_router(n, rng, RoutedWorld(slope=120))
    # Half of the inputs gain 24 points on average from b, the others from a.
    assert 9 < gain < 12
    assert some.holds >= stats.binom.ppf(0.001, n, 0.9)
    assert some.covered >= stats.binom.ppf(0.001, n, 0.95)


def test_cut_intervals_hold_the_true_crossing() -> None:
    n = 40
    found, covered = simulate_cut(n, np.random.default_rng(22), RoutedWorld(slope=100))
    assert found == n
    assert covered >= stats.binom.ppf(0.001, n, 0.95)


def test_a_study_is_routed_in_a_second_or_two(fake_store: RunStore) -> None:
    paired = bleu_pairs(fake_store)
    copies = [paired.assign(example_id=paired["example_id"] + str(i)) for i in range(4)]
    many = pd.concat(copies, ignore_index=True)
    many["similarity"] += np.random.default_rng(0).uniform(0, 1e-3, len(many))
    assert len(many) == 240
    durations = []
    for _ in range(2):
        started = time.process_time()
        route(many, "bleu")
        durations.append(time.process_time() - started)
    assert min(durations) < 3
