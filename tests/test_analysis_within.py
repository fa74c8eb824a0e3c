"""The input held fixed: tables, slopes and verdicts against brute force and known effects."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import sacrebleu
import statsmodels.formula.api as smf
from scipy import stats

from benchmarks.simulate_similarity import (
    ArmsWorld,
    arms_ledger,
    simulate_arms,
    simulate_contrasts,
)
from ipt_engine.analysis.arms import (
    GOLD_LOGPROB,
    arrange,
    metric_outcome,
    outcome_columns,
)
from ipt_engine.analysis.statistics import Estimate
from ipt_engine.analysis.within import (
    STEP,
    arm_table,
    contrast_table,
    similar_helps,
    slope_table,
    unrelated_hurts,
)
from ipt_engine.metrics import get_metric

WORDS = "the old mill by the river was sold to a baker from the next town last spring"
RETRIEVERS = ("dense", "median", "random", "farthest")


def logprob_ledger(seed: int = 0, **world: Any) -> pd.DataFrame:
    return arms_ledger(ArmsWorld(**world), np.random.default_rng(seed))


def written_ledger(prompts: int = 2, n: int = 40) -> pd.DataFrame:
    """Answers that lose more words the farther the demonstration; PT's lose some too."""
    rng = np.random.default_rng(4)
    rows: list[dict[str, Any]] = []
    references = [" ".join(rng.permutation(WORDS.split())[: rng.integers(6, 14)]) for _ in range(n)]
    for prompt in range(prompts):
        for place, retriever in enumerate([None, *RETRIEVERS]):
            method = "ipt" if retriever else "pt"
            for i, reference in enumerate(references):
                lost = 0.1 + 0.12 * place
                text = " ".join(word for word in reference.split() if rng.random() > lost)
                row = {
                    "run_id": f"{method}-{retriever}-{prompt}",
                    "prompt_id": f"{method}-{prompt}",
                    "method": method,
                    "retriever": retriever,
                    "num_fewshot": 1 if retriever else 0,
                    "seed": prompt,
                    "example_id": f"e{i}",
                    "similarity": 0.9 - 0.2 * place if retriever else np.nan,
                    "prediction": text,
                    "reference": reference,
                }
                rows.append(row | judged(text, reference))
    return pd.DataFrame(rows)


def judged(text: str, reference: str) -> dict[str, float]:
    return get_metric("bleu").judge(text, [reference]) | get_metric("ter").judge(text, [reference])


def long_frame(ledger: pd.DataFrame) -> pd.DataFrame:
    """What a regression of log-probabilities needs, one row for each answer."""
    value = ledger["gold_logprob"] / ledger["gold_tokens"]
    frame = pd.DataFrame({"y": value, "x": ledger["similarity"] / STEP})
    frame["input"] = ledger["example_id"]
    frame["unit"] = ledger["prompt_id"].fillna("").astype(str) + ledger["example_id"]
    frame["mean_x"] = frame.groupby("unit")["x"].transform("mean")
    return frame


def test_an_arms_score_is_the_mean_of_its_runs_corpus_scores() -> None:
    ledger = written_ledger()
    table = arm_table(ledger, metric_outcome("bleu"))
    assert list(zip(table["method"], table["arm"], strict=True)) == [
        ("pt", "none"),
        ("ipt", "nearest"),
        ("ipt", "median"),
        ("ipt", "random"),
        ("ipt", "farthest"),
    ]
    for row, retriever in zip(table.to_dict("records"), [None, *RETRIEVERS], strict=True):
        of_arm = [
            sacrebleu.corpus_bleu(run["prediction"].tolist(), [run["reference"].tolist()]).score
            for run_id, run in ledger.groupby("run_id")
            if str(run_id).split("-")[1] == str(retriever)
        ]
        assert row["score"] == pytest.approx(np.mean(of_arm))
        assert row["low"] < row["score"] < row["high"]
        assert (row["n"], row["n_runs"], row["reason"]) == (40, 2, None)
    assert table["similarity"].tolist()[1:] == pytest.approx([0.7, 0.5, 0.3, 0.1])
    assert np.isnan(table["similarity"][0])


def test_only_inputs_that_every_run_answered_are_compared() -> None:
    ledger = written_ledger()
    gone = (ledger["run_id"] == "ipt-median-1") & (ledger["example_id"] == "e3")
    ledger.loc[gone, "similarity"] = np.nan
    ledger = ledger[~((ledger["run_id"] == "ipt-dense-0") & (ledger["example_id"] == "e5"))]
    shown = arrange(ledger, metric_outcome("bleu"), "ipt")
    assert (shown.values.shape, len(shown.arms)) == ((38, 8), 8)
    assert len(arrange(ledger, metric_outcome("bleu"), "pt").values) == 40


def test_prompts_that_miss_an_arm_and_other_retrievers_are_left_out() -> None:
    ledger = written_ledger(prompts=5)
    ledger = ledger[ledger["run_id"] != "ipt-farthest-1"]
    other = ledger[ledger["run_id"] == "ipt-dense-0"].assign(retriever="bm25", run_id="other")
    shown = arrange(pd.concat([ledger, other]), metric_outcome("bleu"), "ipt")
    assert set(shown.prompts) == {"ipt-0", "ipt-2", "ipt-3", "ipt-4"}
    assert len(shown.arms) == 16


def test_an_arm_that_one_prompt_has_costs_no_other_prompt() -> None:
    ledger = written_ledger(prompts=3)
    one = ledger["retriever"].isin(["farthest", "median"]) & (ledger["prompt_id"] != "ipt-0")
    shown = arrange(ledger[~one], metric_outcome("bleu"), "ipt")
    assert set(shown.prompts) == {"ipt-0", "ipt-1", "ipt-2"}
    assert set(shown.arms) == {"nearest", "random"}


def test_where_no_prompt_has_two_arms_there_is_nothing_to_compare() -> None:
    ledger = written_ledger(prompts=2)
    kept = ["pt-None-0", "pt-None-1", "ipt-dense-0", "ipt-random-1"]
    ledger, outcome = ledger[ledger["run_id"].isin(kept)], metric_outcome("bleu")
    assert arm_table(ledger, outcome)["method"].tolist() == ["pt"]
    assert contrast_table(ledger, outcome).empty
    verdict = similar_helps(ledger, outcome)
    assert verdict.outcome == "undecided"
    assert verdict.reason == "no prompt was used with several kinds of demonstration"


def test_arms_of_other_numbers_of_demonstrations_are_refused() -> None:
    ledger = written_ledger()
    ledger.loc[ledger["retriever"] == "median", "num_fewshot"] = 3
    with pytest.raises(ValueError, match="show 1 and 3 demonstrations"):
        arm_table(ledger, metric_outcome("bleu"))


def test_the_columns_named_are_enough() -> None:
    ledger = written_ledger().assign(gold_logprob=-3.0, gold_tokens=2)
    for outcome in (metric_outcome("bleu"), GOLD_LOGPROB):
        table = arm_table(ledger[outcome_columns(outcome)], outcome)
        assert table["score"].notna().all()
    assert table["score"].tolist() == [-1.5] * 5


def test_contrasts_are_differences_of_scores() -> None:
    ledger = written_ledger()
    arms = arm_table(ledger, metric_outcome("bleu")).set_index("arm")["score"]
    answers = ledger[ledger["method"] == "ipt"].groupby("retriever")["bleu"].mean()
    table = contrast_table(ledger, metric_outcome("bleu"))
    assert table["second"].tolist() == ["median", "median", "random", "random", "farthest"] + [
        "farthest"
    ]
    for row in table.to_dict("records"):
        wanted = arms["nearest"] - arms[row["second"]]
        if row["way"] == "mean":
            wanted = answers["dense"] - answers[row["second"]]
        assert row["gain"] == pytest.approx(wanted)
        assert row["similarity_gap"] > 0
    edits = contrast_table(ledger, metric_outcome("ter"))
    assert (edits["gain"] > 0).all()


def test_a_contrast_of_means_is_the_paired_t_test() -> None:
    ledger = logprob_ledger(prompts=0, n=150)
    values = ledger.pivot(index="example_id", columns="retriever", values="gold_logprob")
    table = contrast_table(ledger, GOLD_LOGPROB)
    row = table[(table["way"] == "mean") & (table["second"] == "farthest")].iloc[0]
    wanted = stats.ttest_rel(values["dense"], values["farthest"])
    interval = wanted.confidence_interval(0.95)
    assert row["gain"] == pytest.approx((values["dense"] - values["farthest"]).mean())
    assert (row["low"], row["high"]) == pytest.approx((interval.low, interval.high), abs=0.02)
    assert row["p"] == pytest.approx(wanted.pvalue, abs=0.03)


def test_p_values_are_corrected_over_the_rows_of_one_way() -> None:
    both = pd.concat([logprob_ledger(prompts=0, slope=0.03), logprob_ledger(1, slope=0.01)])
    table = contrast_table(both, GOLD_LOGPROB)
    for _, rows in table.groupby("way"):
        assert len(rows) == 6
        # Holm 1979: the smallest times 6, the next times 5, and never falling.
        p = np.sort(rows["p"])
        wanted = np.minimum(np.maximum.accumulate(p * np.arange(6, 0, -1)), 1)
        assert np.sort(rows["p_holm"]) == pytest.approx(wanted)


def test_the_slope_is_that_with_a_dummy_for_every_input() -> None:
    ledger = logprob_ledger(prompts=0, slope=0.02, n=40)
    frame = long_frame(ledger)
    row = slope_table(ledger, GOLD_LOGPROB).iloc[0]
    dummies = smf.ols("y ~ x + C(input)", frame).fit()
    assert row["slope"] == pytest.approx(dummies.params["x"])
    # Each input's sum of residuals times x, squared: Liang and Zeger's variance by hand.
    within = frame["x"] - frame["mean_x"]
    sums = (within * dummies.resid).groupby(frame["input"]).sum()
    total = (within**2).sum()
    variance = (sums**2).sum() / total**2 * 40 / 39
    assert row["standard_error"] == pytest.approx(np.sqrt(variance), rel=1e-3)
    assert (row["df"], row["n"], row["n_prompts"]) == (39, 40, 0)
    half = stats.t.ppf(0.975, 39) * row["standard_error"]
    assert (row["low"], row["high"]) == pytest.approx((row["slope"] - half, row["slope"] + half))
    t = row["slope"] / row["standard_error"]
    assert row["p"] == pytest.approx(2 * stats.t.sf(abs(t), 39))


def test_a_mixed_model_agrees_once_differences_between_inputs_are_taken_out() -> None:
    # Easy inputs have similar demonstrations, and demonstrations do nothing.
    ledger = logprob_ledger(prompts=0, slope=0.0, input_sd=0.0, confounding=0.3, noise=1.0, n=150)
    frame = long_frame(ledger)
    found = slope_table(ledger, GOLD_LOGPROB).iloc[0]
    with_means = smf.mixedlm("y ~ x + mean_x", frame, groups="input").fit()
    assert found["slope"] == pytest.approx(with_means.params["x"], abs=1e-4)
    assert found["standard_error"] == pytest.approx(with_means.bse["x"], rel=0.3)
    assert found["low"] < 0 < found["high"]
    plain = smf.mixedlm("y ~ x", frame, groups="input").fit()
    assert plain.params["x"] - 1.96 * plain.bse["x"] > 0


def test_several_prompts_bring_their_spread_along() -> None:
    ledger = logprob_ledger(prompts=4, slope=0.05, prompt_sd=0.2, n=60)
    table = slope_table(ledger, GOLD_LOGPROB)
    assert table["prompt_id"].tolist() == [None, "p0", "p1", "p2", "p3"]
    whole, own = table.iloc[0], table.iloc[1:]
    frame = long_frame(ledger)
    x, y = (frame[c] - frame.groupby("unit")[c].transform("mean") for c in "xy")
    assert whole["slope"] == pytest.approx((x * y).sum() / (x**2).sum())
    shares = (x**2).groupby(ledger["prompt_id"]).sum() / (x**2).sum()
    assert whole["slope"] == pytest.approx((shares.to_numpy() * own["slope"]).sum())
    seeds = ((shares.to_numpy() * (own["slope"] - whole["slope"])) ** 2).sum() * 4 / 3
    residual = x * (y - whole["slope"] * x)
    by_input, by_unit = (
        (residual.groupby(frame[by]).sum() ** 2).sum() / (x**2).sum() ** 2 * k / (k - 1)
        for by, k in (("input", 60), ("unit", 240))
    )
    shared = max(by_input - by_unit, 0)
    assert whole["standard_error"] == pytest.approx(np.sqrt(seeds + shared), rel=0.02)
    wanted = (seeds + shared) ** 2 / (seeds**2 / 3 + shared**2 / 59)
    assert whole["df"] == pytest.approx(wanted, rel=0.1)
    assert (own["reason"] == whole["reason"]).all() or whole["reason"] is None
    assert own["p"].isna().all()


def test_fewer_edits_are_a_rise() -> None:
    ledger = written_ledger()
    assert slope_table(ledger, metric_outcome("ter"))["slope"][0] > 0
    assert similar_helps(ledger, metric_outcome("ter")).outcome == "holds"
    assert similar_helps(ledger, metric_outcome("bleu")).unit == "BLEU points for each 0.1 of " + (
        "similarity"
    )


@pytest.mark.parametrize(
    ("slope", "outcome"), [(0.1, "holds"), (-0.1, "does not hold"), (0.0, "undecided")]
)
def test_the_verdict_follows_the_slope(slope: float, outcome: str) -> None:
    found = similar_helps(logprob_ledger(slope=slope), GOLD_LOGPROB)
    assert found.outcome == outcome
    assert found.claim == "With the input held fixed, a more similar demonstration helps IPT"
    assert found.detectable is not None
    assert 2.8 < found.detectable / ((found.estimate.high - found.estimate.low) / 4) < 4  # type: ignore[operator]


def test_no_slope_to_speak_of_does_not_hold() -> None:
    found = similar_helps(
        logprob_ledger(prompts=0, noise=0.01, input_sd=0.0, n=200), GOLD_LOGPROB, "icl"
    )
    assert found.outcome == "does not hold"
    assert found.claim.endswith("helps ICL")


def test_one_prompt_decides_nothing() -> None:
    found = similar_helps(logprob_ledger(prompts=1, slope=0.3), GOLD_LOGPROB)
    assert (found.outcome, found.detectable) == ("undecided", None)
    assert "one prompt" in str(found.reason)
    assert found.estimate.low > 0  # type: ignore[operator]


def test_what_cannot_be_computed_is_missing_with_a_reason() -> None:
    ledger = logprob_ledger(prompts=0)
    same = ledger.assign(similarity=0.5)
    assert "equally similar" in slope_table(same, GOLD_LOGPROB)["reason"][0]
    level = ledger.assign(gold_logprob=-2.0)
    assert "no difference at all" in slope_table(level, GOLD_LOGPROB)["reason"][0]
    few = ledger[ledger["example_id"] < "e0003"]
    assert "too few examples (3)" in slope_table(few, GOLD_LOGPROB)["reason"][0]
    assert slope_table(few, GOLD_LOGPROB)["slope"].isna().all()
    assert arm_table(few, GOLD_LOGPROB)["low"].isna().all()
    apart = ledger[(ledger["retriever"] == "dense") == (ledger["example_id"] < "e0050")]
    assert arm_table(apart, GOLD_LOGPROB)["reason"][0] == (
        "no test example was answered in all arms"
    )
    assert similar_helps(ledger, GOLD_LOGPROB, "ipt").reason == "there are no runs"
    none = ledger.head(0)
    for table in (arm_table, contrast_table, slope_table):
        assert table(none, GOLD_LOGPROB).empty


def test_an_unrelated_demonstration_hurts_where_it_does() -> None:
    ledger = written_ledger(prompts=3, n=60)
    found = unrelated_hurts(ledger, "bleu")
    scores = {
        run_id: sacrebleu.corpus_bleu(run["prediction"].tolist(), [run["reference"].tolist()]).score
        for run_id, run in ledger.groupby("run_id")
    }
    wanted = np.mean([scores[f"pt-None-{k}"] - scores[f"ipt-farthest-{k}"] for k in range(3)])
    assert found.estimate.value == pytest.approx(wanted)
    assert (found.outcome, found.unit) == ("holds", "BLEU points that PT is ahead")
    assert "(farthest)" in found.claim
    near = ledger.assign(
        retriever=ledger["retriever"].replace({"dense": "random", "random": "dense"})
    )
    assert unrelated_hurts(near, "bleu", "random").estimate.value == pytest.approx(
        np.mean([scores[f"pt-None-{k}"] - scores[f"ipt-dense-{k}"] for k in range(3)])
    )


@pytest.mark.parametrize("prompts", [0, 4])
def test_slopes_are_covered_and_found_as_often_as_they_should_be(prompts: int) -> None:
    n, rng = 40, np.random.default_rng(11)
    none = simulate_arms(n, rng, ArmsWorld(prompts, prompt_sd=0.1 if prompts else 0.0, n=60))
    assert none.covered >= stats.binom.ppf(0.001, n, 0.95)
    assert none.holds <= stats.binom.ppf(0.999, n, 0.025)
    some = simulate_arms(n // 2, rng, ArmsWorld(prompts, slope=0.15, n=60))
    assert some.holds >= stats.binom.ppf(0.001, n // 2, 0.9)


def test_contrasts_are_seldom_found_where_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    # statsmodels collects garbage at each correction, which here takes longer than all the rest.
    monkeypatch.setattr("gc.collect", lambda: 0)
    found = simulate_contrasts(40, np.random.default_rng(12), ArmsWorld(0, n=60))
    assert max(found) <= stats.binom.ppf(0.999, 40, 0.05)


def test_an_interval_of_scores_ends_where_scores_do() -> None:
    assert Estimate(0.5, -0.5, 1.5, 200).within((0.0, 100.0)) == Estimate(0.5, 0.0, 1.5, 200)
    assert Estimate(0.5, None, None, 1, "one").within((0.0, 100.0)).reason == "one"
    assert metric_outcome("bleu").range == (0.0, 100.0)
    assert GOLD_LOGPROB.range[1] == 0.0
