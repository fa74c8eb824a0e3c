"""Gain against similarity, on simulated answers for which the truth is known."""

import time

import numpy as np
import pandas as pd
import pytest
import sacrebleu
from scipy import stats

from benchmarks.simulate_similarity import as_they_are, simulate_bin
from ipt_engine.analysis.means import seed_columns
from ipt_engine.analysis.run_gains import run_gains
from ipt_engine.analysis.similarity import (
    bin_gain,
    overall_gain,
    paired_columns,
    paired_gain,
    threshold,
)
from ipt_engine.analysis.similarity_claims import rise_of
from ipt_engine.runs import RunStore
from tests.fake_store import TURNING_POINT


def simulated(
    chances: np.ndarray, similarity: np.ndarray, seeds: tuple[int, ...], key: int
) -> pd.DataFrame:
    """Exact-match answers that are right with the given chance."""
    parts = []
    for seed in seeds:
        right = np.random.default_rng([key, seed]).random(len(chances)) < chances
        parts.append(
            pd.DataFrame(
                {
                    "example_id": [f"e{i:04d}" for i in range(len(chances))],
                    "seed": seed,
                    "nearest_similarity": similarity,
                    "similarity": similarity,
                    "exact_match": 100.0 * right,
                    "exact_match__correct": right.astype(float),
                    "exact_match__count": 1.0,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def pairs(slope: float, shift: float, n: int = 400, crossing: float = 0.6) -> pd.DataFrame:
    """Pairs whose true gain is 100 (slope (similarity - crossing) + shift) points."""
    similarity = np.random.default_rng(6).uniform(0.2, 1.0, n)
    a = simulated(np.full(n, 0.5), similarity, (0, 1, 2), key=1)
    chances = np.clip(0.5 + slope * (similarity - crossing) + shift, 0, 1)
    return paired_gain(a, simulated(chances, similarity, (0, 1, 2), key=2), "exact_match")


def methods(store: RunStore, a: str, b: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    runs = store.runs()
    runs = runs[runs["task"] == "mini-dart"]
    wanted = {*paired_columns("bleu"), *seed_columns("bleu"), "seed", "prediction", "references"}
    found = [
        store.ledger(runs.loc[runs["method"] == m, "run_id"].tolist(), sorted(wanted))
        for m in (a, b)
    ]
    return found[0], found[1]


def test_pairs_hold_means_over_the_seeds(fake_store: RunStore) -> None:
    a, b = methods(fake_store, "pt", "ipt")
    paired = paired_gain(a, b, "bleu")
    assert len(paired) == 60
    assert paired["similarity"].is_monotonic_increasing
    for row in paired.head(10).to_dict("records"):
        of_a = a[a["example_id"] == row["example_id"]]
        of_b = b[b["example_id"] == row["example_id"]]
        assert row["n_pairs"] == 3
        assert row["score_a"] == pytest.approx(of_a["bleu"].mean())
        assert row["gain"] == pytest.approx(of_b["bleu"].mean() - of_a["bleu"].mean())
        assert row["similarity"] == of_b["nearest_similarity"].iloc[0]
        assert row["b__match_1"] == pytest.approx(of_b["bleu__match_1"].mean())


@pytest.mark.parametrize(
    ("seeds_a", "seeds_b"), [((0,), (0, 1, 2)), ((7, 8), (0, 1, 2)), ((0, 1, 2), (2, 3, 4))]
)
def test_all_seeds_count_whatever_their_numbers(
    seeds_a: tuple[int, ...], seeds_b: tuple[int, ...]
) -> None:
    similarity = np.linspace(0, 1, 20)
    a = simulated(np.full(20, 0.5), similarity, seeds_a, key=1)
    b = simulated(np.full(20, 0.5), similarity, seeds_b, key=2)
    paired = paired_gain(a, b, "exact_match").set_index("example_id").sort_index()
    wanted = b.groupby("example_id")["exact_match"].mean()
    wanted = wanted - a.groupby("example_id")["exact_match"].mean()
    assert paired["gain"].tolist() == pytest.approx(wanted.tolist())
    assert (paired["n_pairs"] == 3).all()
    overall = overall_gain(paired, "exact_match").value
    assert overall == pytest.approx(b["exact_match"].mean() - a["exact_match"].mean())
    # Both methods' answers weigh the same where they are mixed.
    assert paired["a__count"].tolist() == paired["b__count"].tolist()


def test_only_examples_that_both_answered_are_paired(fake_store: RunStore) -> None:
    a, b = methods(fake_store, "icl", "ipt")
    assert len(paired_gain(a.head(25), b, "bleu")) == 25
    assert paired_gain(a.head(0), b, "bleu").empty


def test_similarity_of_the_demonstrations_shown(fake_store: RunStore) -> None:
    a, b = methods(fake_store, "pt", "ipt")
    paired = paired_gain(a, b.assign(similarity=0.25), "bleu", x="similarity")
    assert (paired["similarity"] == 0.25).all()
    none = paired_gain(a, a, "bleu", x="similarity")
    assert none["similarity"].isna().all()
    assert bin_gain(none, "bleu").empty
    assert rise_of(none, as_they_are(none)).n == 0


def test_a_bins_scores_are_sacrebleus_on_its_text(fake_store: RunStore) -> None:
    a, b = methods(fake_store, "pt", "ipt")
    a, b = a[a["seed"] == 0], b[b["seed"] == 0]
    paired = paired_gain(a, b, "bleu")
    for row in bin_gain(paired, "bleu", n_bins=3).to_dict("records"):
        last = row["high"] == paired["similarity"].max()
        for name, rows in (("score_a", a), ("score_b", b)):
            x = rows["nearest_similarity"]
            chosen = rows[(x >= row["low"]) & ((x < row["high"]) | last)]
            references = [
                [refs[k] if k < len(refs) else None for refs in chosen["references"]]
                for k in range(max(len(refs) for refs in chosen["references"]))
            ]
            wanted = sacrebleu.corpus_bleu(chosen["prediction"].tolist(), references).score
            assert len(chosen) == row["n"]
            assert row[name] == pytest.approx(wanted)
        assert row["gain"] == pytest.approx(row["score_b"] - row["score_a"])


@pytest.mark.parametrize("binning", ["width", "quantile"])
def test_bins_cover_every_pair_once(binning: str) -> None:
    paired = pairs(1.0, 0.0)
    bins = bin_gain(paired, "exact_match", 5, binning)  # type: ignore[arg-type]
    assert bins["n"].sum() == len(paired)
    assert bins["low"].tolist()[1:] == bins["high"].tolist()[:-1]
    if binning == "width":
        assert (bins["high"] - bins["low"]).to_numpy() == pytest.approx(np.full(5, 0.8 / 5), 0.02)
    else:
        assert bins["n"].max() - bins["n"].min() <= 1


def test_bin_intervals_cover_the_true_gain() -> None:
    bins = bin_gain(pairs(0.8, 0.0, n=2000), "exact_match", 4)
    truth = 80 * (bins["center"] - 0.6)
    assert ((bins["gain_low"] < truth) & (truth < bins["gain_high"])).sum() >= 3
    assert (bins["gain_low"] <= bins["gain"]).all()
    assert (bins["gain"] <= bins["gain_high"]).all()


def test_pairing_narrows_the_interval() -> None:
    # Both methods fail on the same hard examples, which a paired bootstrap must cancel out.
    similarity = np.linspace(0, 1, 200)
    a = simulated(np.repeat([0.0, 1.0], 100), similarity, (0,), key=1)
    b = simulated(np.repeat([0.0, 0.1, 1.0], [90, 10, 100]), similarity, (0,), key=2)
    bins = bin_gain(paired_gain(a, b, "exact_match"), "exact_match", 1)
    assert bins.loc[0, "gain_high"] - bins.loc[0, "gain_low"] < 5
    assert bins.loc[0, "score_a_high"] - bins.loc[0, "score_a_low"] > 10


def test_where_nothing_varies_nothing_is_known_of_the_spread() -> None:
    similarity = np.linspace(0, 1, 30)
    wrong, right = (simulated(np.full(30, p), similarity, (0,), key=1) for p in (0.0, 1.0))
    for other, gain in ((wrong, 0.0), (right, 100.0)):
        paired = paired_gain(wrong, other, "exact_match")
        overall, bins = overall_gain(paired, "exact_match"), bin_gain(paired, "exact_match", 1)
        assert (overall.value, overall.low, bins.loc[0, "gain"]) == (gain, None, gain)
        assert bins.loc[0, ["gain_low", "gain_high", "score_a_low"]].isna().all()
        for reason in (overall.reason, bins.loc[0, "reason"]):
            assert "nothing varies" in str(reason)


def test_scores_of_a_bin_stay_where_scores_can_be() -> None:
    chances = np.full(12, 0.9)
    a, b = (simulated(chances, np.linspace(0, 1, 12), (0,), key=key) for key in (1, 3))
    bins = bin_gain(paired_gain(a, b, "exact_match"), "exact_match", 1)
    assert bins.loc[0, "score_a_high"] == 100.0
    assert bins.loc[0, "score_a"] < 100.0


@pytest.mark.parametrize(("chances", "n"), [((0.25, 0.35), 10), ((0.02, 0.05), 33)])
def test_intervals_of_small_bins_cover_the_truth(chances: tuple[float, float], n: int) -> None:
    """Percentiles would in 85 %."""
    found = simulate_bin(300, np.random.default_rng(2), chances, n)
    assert found.covered >= stats.binom.ppf(0.001, 300, 0.95)


def test_sparse_bins_say_why_they_have_no_interval() -> None:
    paired = pairs(1.0, 0.0, n=60)
    paired = paired[
        (paired["similarity"] < 0.5) | (paired["similarity"] == paired["similarity"].max())
    ]
    bins = bin_gain(paired, "exact_match", 4)
    assert bins["n"].tolist()[2:] == [0, 1]
    assert bins["reason"].tolist()[2:] == ["no examples", "too few examples (1) for an interval"]
    assert bins.loc[2, "gain":"gain_high"].isna().all()
    assert bins.loc[0, "reason"] is None


def test_equal_similarities_make_one_bin() -> None:
    paired = pairs(1.0, 0.0).assign(similarity=0.5)
    for binning in ("width", "quantile"):
        bins = bin_gain(paired, "exact_match", 4, binning)  # type: ignore[arg-type]
        assert bins["n"].tolist() == [400]


def test_rho_is_scipys_and_its_interval_holds_the_truth() -> None:
    paired = pairs(0.6, 0.0)
    found = rise_of(paired, as_they_are(paired))
    wanted = stats.spearmanr(paired["similarity"], paired["gain"])
    assert found.rho == pytest.approx(wanted.statistic)
    assert found.p == pytest.approx(wanted.pvalue, abs=1e-4)
    crowd = pairs(0.6, 0.0, n=20_000)
    many = stats.spearmanr(crowd["similarity"], crowd["gain"]).statistic
    assert found.low is not None
    assert found.high is not None
    assert found.low < many < found.high


def test_intervals_of_rho_are_those_of_a_plain_bootstrap() -> None:
    paired = pairs(0.6, 0.0, n=80)
    rng = np.random.default_rng(12)
    draws = []
    for _ in range(400):
        drawn = paired.iloc[rng.integers(80, size=80)]
        draws.append(stats.spearmanr(drawn["similarity"], drawn["gain"]).statistic)
    found = rise_of(paired, as_they_are(paired))
    low, high = np.quantile(draws, [0.025, 0.975])
    assert (found.low, found.high) == (pytest.approx(low, abs=0.05), pytest.approx(high, abs=0.05))


def test_no_relation_is_not_found() -> None:
    paired = pairs(0.0, 0.1)
    found = rise_of(paired, as_they_are(paired))
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0 < found.high


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda p: p.head(9), "9 pairs are too few"),
        (lambda p: p.assign(similarity=0.5), "same similarity"),
        (lambda p: p.assign(gain=0.0), "same gain"),
    ],
)
def test_what_cannot_be_computed_is_missing_with_a_reason(change, reason: str) -> None:  # type: ignore[no-untyped-def]
    paired = change(pairs(1.0, 0.0))
    correlation, found = rise_of(paired, as_they_are(paired)), threshold(paired)
    assert (correlation.rho, correlation.p, found.value) == (None, None, None)
    assert found.verdict == "undecided"
    assert reason in str(correlation.reason)
    assert reason in str(found.reason)


def test_the_threshold_is_found_where_it_is() -> None:
    found = threshold(pairs(1.0, 0.0))
    assert found.verdict == "threshold"
    assert found.value == pytest.approx(0.6, abs=0.06)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.6 < found.high
    assert found.high - found.low < 0.2


def test_threshold_intervals_cover_the_truth() -> None:
    hits = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        similarity = rng.uniform(0.2, 1.0, 200)
        gain = 50 * (similarity - 0.6) + rng.normal(0, 15, 200)
        found = threshold(pd.DataFrame({"similarity": similarity, "gain": gain}))
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 0.6 <= found.high
    assert hits >= 52


@pytest.mark.parametrize(
    ("slope", "shift", "verdict"),
    [
        (0.0, 0.3, "always"),
        (0.0, -0.3, "never"),
        (0.0, 0.0, "undecided"),
        (-1.0, 0.0, "undecided"),
    ],
)
def test_where_there_is_no_threshold_the_verdict_says_so(
    slope: float, shift: float, verdict: str
) -> None:
    found = threshold(pairs(slope, shift))
    assert (found.verdict, found.value) == (verdict, None)
    assert found.reason


def test_the_fake_studys_turning_point_is_found(fake_store: RunStore) -> None:
    sides = methods(fake_store, "pt", "ipt")
    paired = paired_gain(*sides, "bleu")
    found = threshold(paired)
    assert found.value == pytest.approx(TURNING_POINT, abs=0.1)
    rho = rise_of(paired, run_gains(*sides, "bleu"))
    assert rho.low is not None
    assert rho.low > 0.5


def test_overall_gain_is_the_difference_of_corpus_scores(fake_store: RunStore) -> None:
    a, b = methods(fake_store, "pt", "ipt")
    a, b = a[a["seed"] == 0], b[b["seed"] == 0]
    found = overall_gain(paired_gain(a, b, "bleu"), "bleu")
    runs = fake_store.runs()
    scores = runs[(runs["task"] == "mini-dart") & (runs["seed"] == 0)].set_index("method")["score"]
    assert found.value == pytest.approx(scores["ipt"] - scores["pt"])
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high
    assert overall_gain(paired_gain(a.head(0), b, "bleu"), "bleu").value is None


def test_a_change_of_filters_takes_a_fraction_of_a_second(fake_store: RunStore) -> None:
    # As large as the shipped study: 240 examples, five seeds.
    a, b = (
        pd.concat(
            rows[rows["seed"] == 0].assign(
                seed=seed, run_id=str(seed), example_id=rows["example_id"] + str(copy)
            )
            for seed in range(5)
            for copy in range(4)
        )
        for rows in methods(fake_store, "pt", "ipt")
    )
    assert len(a) == len(b) == 1200
    durations = []
    for _ in range(3):
        started = time.process_time()
        paired = paired_gain(a, b, "bleu")
        bin_gain(paired, "bleu", 8, "quantile")
        rise_of(paired, run_gains(a, b, "bleu"))
        threshold(paired)
        overall_gain(paired, "bleu")
        durations.append(time.process_time() - started)
    assert min(durations) < 0.3
