"""Transfer on simulated prompts of known truth; intervals and tests against brute force."""

import json
from dataclasses import replace
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.spatial.distance import cosine
from statsmodels.stats.multitest import multipletests

from benchmarks.simulate_transfer import (
    World,
    coverage,
    matrix_rates,
    predictor_rates,
    simulated_pairs,
    simulated_runs,
)
from ipt_engine.analysis.behrens_fisher import detectable, half_width, p_value
from ipt_engine.analysis.comparisons import Correction, corrected
from ipt_engine.analysis.contrasts import Contrast, contrast, scored_runs
from ipt_engine.analysis.means import seed_columns, seed_difference
from ipt_engine.analysis.prompt_similarity import prompt_similarity, similarity_predicts
from ipt_engine.analysis.statistics import mean_interval, resample_counts
from ipt_engine.analysis.transfer import (
    MATRIX,
    transfer_matrix,
    transfer_verdicts,
)
from ipt_engine.analysis.transfer_runs import (
    SETTING,
    measure_transfer,
    runs_of_setting,
    transfer_settings,
)
from ipt_engine.metrics import get_metric
from ipt_engine.runs import RunStore

SMALL = World(tasks=2, n=60)
QUIET = World(tasks=2, n=60, prompts=0.5, fit=0.5, inputs=2.0, noise=4.0, other=8.0)


def matrix_of(ledger: pd.DataFrame, factors: pd.DataFrame) -> pd.DataFrame:
    return transfer_matrix(measure_transfer(ledger, factors))


def cell_of(matrix: pd.DataFrame, target: str, source: str) -> "pd.Series[object]":
    found = matrix[(matrix["target"] == target) & (matrix["source"] == source)]
    assert len(found) == 1
    return found.iloc[0]


def crossed(values: np.ndarray, weights: list[float] | None = None) -> Contrast:
    """A contrast of (inputs, prompts) values of one cell."""
    n, k = values.shape
    runs = pd.DataFrame(
        {
            "value": values.mean(axis=0),
            "weight": weights or [1 / k] * k,
            "cell": "a",
            "unit": [f"p{place}" for place in range(k)],
        }
    )
    return contrast(runs, resample_counts(n) @ values / n, n)


def test_gains_are_differences_of_corpus_scores() -> None:
    ledger, factors = simulated_runs(SMALL, 1)
    # One run lacks an example, which then counts for none of the target's runs.
    lost = (ledger["run_id"] == "task-0-prompt-task-1-0") & (ledger["example_id"] == "e0007")
    matrix = matrix_of(ledger[~lost], factors)
    assert tuple(matrix.columns) == MATRIX
    metric = get_metric("exact_match")
    kept = ledger[ledger["example_id"] != "e0007"]
    scores = {
        run: metric.corpus(rows[metric.columns()].to_numpy())
        for run, rows in kept[kept["task"] == "task-0"].groupby("run_id")
    }
    for source in ("task-0", "task-1", "untrained", "noise"):
        cell = cell_of(matrix, "task-0", source)
        wanted = np.mean([scores[f"task-0-prompt-{source}-{seed}"] for seed in range(3)])
        assert (cell["n"], cell["n_seeds"]) == (59, 3)
        assert cell["baseline"] == pytest.approx(scores["task-0-None"])
        assert cell["score"] == pytest.approx(wanted)
        assert cell["gain"] == pytest.approx(wanted - scores["task-0-None"])
    assert cell_of(matrix, "task-1", "task-0")["n"] == 60
    assert matrix["kind"].tolist() == ["own", "other", "untrained", "noise"] * 2


def test_a_cell_alone_is_the_difference_of_means_over_seeds() -> None:
    ledger, factors = simulated_runs(SMALL, 2)
    alone = factors["prompt_task"].eq("task-1") & factors["prompt_kind"].eq("trained")
    cell = cell_of(
        matrix_of(ledger, factors[alone | factors["prompt_id"].isna()]), "task-0", "task-1"
    )
    rows = ledger[ledger["task"] == "task-0"]
    plain = rows[rows["run_id"] == "task-0-None"]
    wanted = seed_difference(plain, rows[rows["run_id"].str.contains("task-1")], "exact_match")
    parts = [(wanted.example_variance, 59), (wanted.seed_variance, 2)]
    half, value = half_width(parts), wanted.estimate.value
    found = [cell[name] for name in ("gain", "low", "high", "p", "detectable")]
    assert found == pytest.approx(
        [value, value - half, value + half, p_value(value, parts), detectable(parts)]
    )


def test_another_cells_luck_does_not_matter() -> None:
    """The own prompts agree; that those of another source do not is no reason to doubt them."""
    ledger, factors = simulated_runs(QUIET, 4)
    before = cell_of(matrix_of(ledger, factors), "task-0", "task-0")
    for number, points in enumerate((-30.0, 0.0, 30.0)):
        run = ledger["run_id"] == f"task-0-prompt-task-1-{number}"
        ledger.loc[run, ["exact_match", "exact_match__correct"]] += [points, points / 100]
    after = cell_of(matrix_of(ledger, factors), "task-0", "task-0")
    assert after[["low", "high", "p"]].tolist() == before[["low", "high", "p"]].tolist()
    assert after["low"] > 0  # type: ignore[operator]


@pytest.mark.parametrize("df", [1, 2, 4, 199])
def test_of_one_variance_the_distribution_is_students(df: int) -> None:
    for distance in (0.5, 2.0, 9.0):
        wanted = 2 * stats.t.sf(distance / 1.5, df)
        assert p_value(distance, [(2.25, df)]) == pytest.approx(wanted, rel=2e-3, abs=1e-12)
    assert half_width([(2.25, df)]) == pytest.approx(1.5 * stats.t.ppf(0.975, df), rel=1e-3)
    tails = stats.t.ppf(0.975, df) + stats.t.ppf(0.8, df)
    assert detectable([(2.25, df)]) == pytest.approx(1.5 * tails, rel=1e-3)


def test_of_two_variances_it_is_that_of_a_sum_of_students() -> None:
    random = np.random.default_rng(8)
    drawn = np.sqrt(2.0) * random.standard_t(2, 10**6) + 1.5 * random.standard_t(99, 10**6)
    parts = [(2.0, 2), (2.25, 99)]
    for distance in (2.0, 5.0, 10.0, 30.0):
        wanted = (abs(drawn) > distance).mean()
        assert p_value(distance, parts) == pytest.approx(wanted, rel=0.05)
    assert half_width(parts) == pytest.approx(np.quantile(abs(drawn), 0.95), rel=0.01)


def test_bleu_is_scored_as_a_corpus(fake_store: RunStore) -> None:
    runs = fake_store.runs()
    runs = runs[runs["task"] == "mini-dart"].set_index("method")["run_id"]
    ids = [*runs.loc["ipt"], runs.loc["icl"]]
    ledger = fake_store.ledger(ids, seed_columns("bleu"))
    scores, draws, n = scored_runs(ledger, ids, "bleu")
    terms = pd.DataFrame(
        {
            "value": scores[:3] - scores[3],
            "weight": 1 / 3,
            "cell": "a",
            "unit": ["x", "y", "z"],
        }
    )
    found = contrast(terms, draws[:, :3] - draws[:, 3:], n).estimate
    parts = [ledger[ledger["run_id"].isin(some)] for some in (ids[3:], ids[:3])]
    wanted = seed_difference(*parts, "bleu").estimate
    assert found.n == wanted.n == 60
    ends = [found.value, found.low, found.high]
    assert ends == pytest.approx([wanted.value, wanted.low, wanted.high])


def test_the_variance_is_that_of_the_two_way_layout() -> None:
    random = np.random.default_rng(3)
    n, k = 300, 4
    values = random.normal(size=(n, 1)) + random.normal(size=k) + 2 * random.normal(size=(n, k))
    # The expected mean squares of the two-way random-effects layout give the variance.
    by_input, by_prompt = values.mean(axis=1, keepdims=True), values.mean(axis=0)
    rest = values - by_input - by_prompt + values.mean()
    of_inputs, of_prompts = k * by_input.var(ddof=1), n * by_prompt.var(ddof=1)
    of_rest = (rest**2).sum() / ((n - 1) * (k - 1))
    wanted = (of_inputs + of_prompts - of_rest) / (n * k)
    found = crossed(values)
    assert found.standard_error**2 == pytest.approx(wanted, rel=0.08)


def test_prompts_shared_by_targets_count_once() -> None:
    # Nothing varies but the prompts, each the same on both targets: the interval is that of three
    # values, not of six.
    values = [1.0, 2.0, 6.0]
    runs = pd.DataFrame(
        {
            "value": values * 2,
            "weight": 1 / 6,
            "cell": ["a"] * 3 + ["b"] * 3,
            "unit": ["x", "y", "z"] * 2,
        }
    )
    found = contrast(runs, np.tile(values * 2, (100, 1)), 50)
    wanted = mean_interval(values)
    assert (found.estimate.low, found.estimate.high) == pytest.approx((wanted.low, wanted.high))
    assert found.df == pytest.approx(2)


def test_several_runs_of_a_prompt_are_averaged_first() -> None:
    """Three prompts, each with two draws of demonstrations, are three draws of luck."""
    values = np.array([1.0, 3.0, 2.0, 6.0, 9.0, 7.0])
    runs = pd.DataFrame(
        {"value": values, "weight": 1 / 6, "cell": "a", "unit": ["x", "x", "y", "y", "z", "z"]}
    )
    found = contrast(runs, np.tile(values, (100, 1)), 50).estimate
    wanted = mean_interval([2.0, 4.0, 8.0])
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high))


def test_the_interval_covers_with_several_draws_of_each_prompt() -> None:
    repetitions, covered = 300, 0
    units = np.repeat(list("xyz"), 5)
    for seed in range(repetitions):
        random = np.random.default_rng([6, seed])
        means = np.repeat(random.normal(size=3), 5) + random.normal(size=15)
        answers = means + 3.0 * random.normal(size=(60, 1)) + 3.0 * random.normal(size=(60, 15))
        runs = pd.DataFrame(
            {"value": answers.mean(axis=0), "weight": 1 / 15, "cell": "a", "unit": units}
        )
        found = contrast(runs, resample_counts(60) @ answers / 60, 60).estimate
        covered += found.low <= 0 <= found.high  # type: ignore[operator]
    low, high = stats.binom.interval(0.999, repetitions, 0.95)
    assert low <= covered <= high


def test_prompts_of_their_own_count_each() -> None:
    values = np.array([[1.0, 2.0, 6.0], [4.0, 4.5, 8.0]])
    runs = pd.DataFrame(
        {
            "value": values.ravel(),
            "weight": [1 / 3] * 3 + [-1 / 3] * 3,
            "cell": ["a"] * 3 + ["b"] * 3,
            "unit": list("uvwxyz"),
        }
    )
    found = contrast(runs, np.tile(values.ravel(), (100, 1)), 50)
    welch = stats.ttest_ind(*values, equal_var=False)
    assert found.p() == pytest.approx(welch.pvalue)
    assert found.df == pytest.approx(welch.df)


def test_the_interval_covers_the_truth() -> None:
    repetitions, covered = 300, 0
    for seed in range(repetitions):
        random = np.random.default_rng([5, seed])
        # Luck of prompts, of inputs, and of how they meet, in like measure in the mean.
        values = 5.0 * random.normal(size=(60, 1)) + random.normal(size=3)
        found = crossed(values + 7.0 * random.normal(size=(60, 3))).estimate
        covered += found.low <= 0 <= found.high  # type: ignore[operator]
    low, high = stats.binom.interval(0.999, repetitions, 0.95)
    assert low <= covered <= high


def test_verdicts_on_prompts_that_carry_over() -> None:
    over_icl, over_controls = transfer_verdicts(measure_transfer(*simulated_runs(QUIET, 4)))
    assert (over_icl.outcome, over_controls.outcome) == ("holds", "holds")
    assert over_icl.estimate.value == pytest.approx(8.0, abs=1.5)
    assert over_icl.detectable is not None
    assert "ICL alone of 2 pairs" in over_icl.method


def test_what_any_prompt_does_is_no_transfer() -> None:
    world = replace(QUIET, control=8.0)
    over_icl, over_controls = transfer_verdicts(measure_transfer(*simulated_runs(world, 4)))
    assert over_icl.outcome == "holds"
    assert over_controls.outcome != "holds"
    assert abs(over_controls.estimate.value) < 2  # type: ignore[arg-type]


def test_the_harder_control_decides() -> None:
    ledger, factors = simulated_runs(QUIET, 4)
    better = ledger["run_id"].str.contains("noise")
    columns = ["exact_match", "exact_match__correct"]
    ledger.loc[better, columns] += [9.0, 0.09]
    _, over_controls = transfer_verdicts(measure_transfer(ledger, factors))
    assert over_controls.outcome == "does not hold"
    assert "over noise" in over_controls.method
    without = factors[factors["prompt_kind"] != "untrained"]
    _, unknown = transfer_verdicts(measure_transfer(ledger, without))
    assert unknown.outcome == "does not hold"
    neither = without[without["prompt_kind"] != "noise"]
    _, nothing = transfer_verdicts(measure_transfer(ledger, neither))
    assert nothing.outcome == "undecided"
    assert nothing.estimate.value is None
    assert "not run" in str(nothing.reason)


def test_without_training_claims_are_rarely_made() -> None:
    rates = coverage(SMALL, repetitions=20).set_index("interval")
    most = stats.binom.ppf(0.9999, 20, 0.025)
    least = stats.binom.ppf(0.0001, 20, 0.95)
    for name in ("over ICL", "over controls"):
        assert rates.loc[name, "holds"] * 20 <= most
        assert rates.loc[name, "covered"] * 20 >= least


def test_outcomes_are_corrected_for_all_cells() -> None:
    matrix = matrix_of(*simulated_runs(World(tasks=2, n=60, other=6.0), 1))
    order = matrix["p"].sort_values()
    holm = (order * np.arange(len(order), 0, -1)).cummax().clip(upper=1).reindex(matrix.index)
    assert matrix["p_corrected"].tolist() == pytest.approx(holm.tolist())
    helps = (matrix["p_corrected"] < 0.05) & (matrix["gain"] > 0)
    assert (matrix["outcome"] == "holds").tolist() == helps.tolist()
    assert 0 < helps.sum() < len(matrix)
    precise = replace(QUIET, prompts=0.05, fit=0.05, noise=1.0, inputs=0.5)
    quiet = matrix_of(*simulated_runs(precise, 2))
    controls = quiet[quiet["kind"].isin(["untrained", "noise"])]
    assert set(controls["outcome"]) == {"does not hold"}


def test_what_is_missing_has_a_reason() -> None:
    ledger, factors = simulated_runs(SMALL, 1)
    no_icl = factors[(factors["method"] != "icl") | (factors["task"] != "task-1")]
    matrix = matrix_of(ledger, no_icl)
    lacking = matrix[matrix["target"] == "task-1"]
    assert lacking["gain"].isna().all()
    assert lacking["score"].notna().all()
    assert lacking["reason"].str.contains("icl was not run").all()
    assert matrix[matrix["target"] == "task-0"]["reason"].isna().all()
    assert "of 1 pair of" in transfer_verdicts(measure_transfer(ledger, no_icl))[0].method
    one = factors[(factors["seed"] == 0)]
    matrix = matrix_of(ledger, one)
    assert matrix["p"].isna().all()
    assert matrix["low"].notna().all()
    assert matrix["reason"].str.contains("one seed").all()
    assert set(matrix["outcome"]) == {"undecided"}
    assert transfer_verdicts(measure_transfer(ledger, one))[0].outcome == "undecided"
    controls = factors["prompt_kind"].isin(["untrained", "noise"])
    one_control = factors[~controls | (factors["seed"] == 0)]
    _, over_controls = transfer_verdicts(measure_transfer(ledger, one_control))
    assert over_controls.outcome == "undecided"
    assert "one seed of some prompts" in str(over_controls.reason)


def test_nothing_to_show() -> None:
    ledger, factors = simulated_runs(SMALL, 1)
    transfer = measure_transfer(ledger, factors[factors["method"] == "icl"])
    assert transfer_matrix(transfer).empty
    assert {verdict.outcome for verdict in transfer_verdicts(transfer)} == {"undecided"}
    assert transfer_settings(factors[factors["method"] == "icl"]).empty
    few = measure_transfer(ledger[ledger["example_id"] < "e0003"], factors)
    assert transfer_matrix(few)["reason"].str.contains("too few examples").all()


def test_settings_are_kept_apart() -> None:
    ledger, factors = simulated_runs(SMALL, 1)
    other = factors[factors["prompt_id"].notna()].assign(
        num_virtual_tokens=5.0, run_id=lambda f: f["run_id"] + "-short"
    )
    other = other[other["task"] == "task-0"]
    short = ledger[ledger["run_id"].isin(other["run_id"].str.removesuffix("-short"))]
    ledger = pd.concat([ledger, short.assign(run_id=short["run_id"] + "-short")])
    both = pd.concat([factors, other], ignore_index=True)
    settings = transfer_settings(both)
    assert list(settings.columns) == [*SETTING, "sources", "targets", "n_runs"]
    assert settings["num_virtual_tokens"].tolist() == [25.0, 5.0]
    assert settings["n_runs"].tolist() == [6, 3]
    with pytest.raises(ValueError, match="runs_of_setting"):
        measure_transfer(ledger, both)
    first = runs_of_setting(both, settings.iloc[0])
    assert set(first["run_id"]) == set(factors["run_id"])
    second = matrix_of(ledger, runs_of_setting(both, settings.iloc[1]))
    assert second["target"].unique().tolist() == ["task-0"]
    assert second["gain"].notna().all()


def test_a_task_without_foreign_prompts_says_nothing_of_transfer() -> None:
    ledger, factors = simulated_runs(QUIET, 4)
    own = factors["task"].eq("task-0") & factors["prompt_task"].isin(["task-0", None])
    tasks = ["task", "prompt_task", "demonstration_task"]
    lone = factors[own & ~factors["prompt_kind"].isin(["untrained", "noise"])].copy()
    lone[tasks] = lone[tasks].replace("task-0", "lone")
    lone["run_id"] += "-lone"
    assert len(lone) > 1 and lone["prompt_task"].eq("lone").any()
    both = pd.concat([factors, lone], ignore_index=True)
    setting = transfer_settings(both).iloc[0]
    assert runs_of_setting(both, setting).equals(runs_of_setting(factors, setting))


def test_prompts_without_demonstrations_are_measured_against_zero_shot() -> None:
    ledger, factors = simulated_runs(QUIET, 4)
    shown = ["retriever", "order", "encoder", "demonstration_task"]
    factors = factors.assign(
        method=factors["method"].map({"icl": "zero_shot", "ipt": "pt"}), num_fewshot=0.0
    )
    factors[shown] = None
    transfer = measure_transfer(
        ledger, runs_of_setting(factors, transfer_settings(factors).iloc[0])
    )
    assert transfer.baseline == "zero_shot"
    verdict, _ = transfer_verdicts(transfer)
    assert verdict.claim == "A prompt learned on another task helps without demonstrations."
    assert verdict.outcome == "holds"


def test_a_run_is_paired_with_the_same_conditions_only() -> None:
    ledger, factors = simulated_runs(SMALL, 1)
    icl = factors["method"] == "icl"
    config = [{"task": "task-0", "retrieval": {"retriever": "dense"}, "template": "chat"}, None]
    elsewhere = factors.copy()
    elsewhere.loc[icl, "variant"] = json.dumps(config)
    assert matrix_of(ledger, elsewhere)["gain"].isna().all()
    drawn = factors.assign(retriever="random", draw_seed=factors["seed"])
    matrix = matrix_of(ledger, drawn)
    # Only the prompts of seed 0 were shown what ICL was shown.
    runs = measure_transfer(ledger, drawn).runs
    assert runs["value"].notna().tolist() == runs["unit"].str.endswith("-0").tolist()
    assert matrix["gain"].isna().all()


def test_only_the_targets_own_demonstrations_count() -> None:
    ledger, factors = simulated_runs(SMALL, 1)
    foreign = factors.assign(demonstration_task="task-9")
    assert measure_transfer(ledger, foreign).runs.empty


def test_runs_that_share_a_seed_are_not_counted_as_several() -> None:
    ledger, factors = simulated_runs(World(tasks=2, n=60, seeds=4), 1)
    crossed_design = factors.copy()
    mine = factors["run_id"].str.startswith("task-0-prompt-task-1")
    # Four prompts of a 2 x 2 design: two of them share no seed.
    crossed_design.loc[mine, "init_seed"] = [0.0, 0.0, 1.0, 1.0]
    crossed_design.loc[mine, "order_seed"] = [0.0, 1.0, 0.0, 1.0]
    cell = cell_of(matrix_of(ledger, crossed_design), "task-0", "task-1")
    assert cell["n_seeds"] == 2


def test_similarity_of_prompts_does_not_depend_on_the_order_of_tokens() -> None:
    random = np.random.default_rng(0)
    a, b = random.normal(size=(6, 16)), random.normal(size=(4, 16))
    for by in ("match", "mean"):
        found = prompt_similarity(a, b, by)  # type: ignore[arg-type]
        mixed = prompt_similarity(a[random.permutation(6)], b[random.permutation(4)], by)  # type: ignore[arg-type]
        assert mixed == pytest.approx(found)
        assert prompt_similarity(b, a, by) == pytest.approx(found)  # type: ignore[arg-type]
        assert prompt_similarity(a, 3 * a[::-1], by) == pytest.approx(1.0)  # type: ignore[arg-type]


def test_similarity_of_prompts_is_the_best_pairing() -> None:
    random = np.random.default_rng(1)
    a, b = random.normal(size=(5, 8)), random.normal(size=(3, 8))
    best = max(
        np.mean([1 - cosine(b[place], a[chosen]) for place, chosen in enumerate(order)])
        for order in permutations(range(5), 3)
    )
    assert prompt_similarity(a, b) == pytest.approx(best)
    means = 1 - cosine(a.mean(axis=0), b.mean(axis=0))
    assert prompt_similarity(a, b, "mean") == pytest.approx(means)


def test_similarity_of_prompts_that_cannot_be_compared() -> None:
    assert prompt_similarity(np.zeros((2, 4)), np.ones((2, 4))) is None
    assert prompt_similarity(np.array([[1.0], [-1.0]]), np.ones((2, 1)), "mean") is None
    with pytest.raises(ValueError, match="same width"):
        prompt_similarity(np.ones((2, 4)), np.ones((2, 5)))


def test_relabelling_is_exhausted() -> None:
    matrix, similarities = simulated_pairs(4, 1.0, 1.0, seed=3)
    found = similarity_predicts(matrix, similarities)
    table = {(r.source, r.target): r.gain for r in matrix.itertuples()}
    alike = {(r.source, r.target): r.similarity for r in similarities.itertuples()}
    tasks = sorted({source for source, _ in table})

    def rho(order: tuple[str, ...]) -> float:
        name = dict(zip(tasks, order, strict=True))
        moved = [alike[name[s], name[t]] for s, t in table]
        return float(stats.spearmanr(moved, list(table.values())).statistic)

    every = np.array([rho(order) for order in permutations(tasks)])
    assert found.rho == pytest.approx(rho(tuple(tasks)))
    assert found.p == pytest.approx(np.mean(np.abs(every) >= abs(every[0]) - 1e-12))
    assert found.n == 12
    assert "4 tasks can be relabelled in 24 ways" in str(found.reason)
    assert found.low < found.rho < found.high  # type: ignore[operator]


def test_a_strong_relation_is_found_and_none_is_not_claimed() -> None:
    (strong,) = predictor_rates(15, tasks=6, slope=3.0).to_dict("records")
    assert strong["significant"] >= 0.8
    (null,) = predictor_rates(60, tasks=5).to_dict("records")
    assert null["significant"] * 60 <= stats.binom.ppf(0.999, 60, 0.05)
    assert null["covered"] * 60 >= stats.binom.ppf(0.001, 60, 0.95)


def test_a_relation_needs_all_pairs_of_some_tasks() -> None:
    matrix, similarities = simulated_pairs(5, 1.0, 1.0, seed=3)
    short = similarity_predicts(matrix.iloc[1:], similarities)
    assert (short.rho, short.n) == (None, 19)
    assert "19 of the 20 pairs of 5 tasks" in str(short.reason)
    assert similarity_predicts(*simulated_pairs(3, 1.0, 1.0, seed=3)).rho is None
    level = similarity_predicts(matrix.assign(gain=1.0), similarities)
    assert (level.rho, level.p) == (None, None)


def test_corrections_leave_missing_values_out() -> None:
    p = [0.01, None, 0.04, 0.03, np.nan]
    holm = corrected(p)
    # Smallest first: 3 times 0.01, 2 times 0.03, then no less than that.
    assert holm[[0, 2, 3]].tolist() == pytest.approx([0.03, 0.06, 0.06])
    assert np.isnan(holm[[1, 4]]).all()
    known = [0.01, 0.04, 0.03]
    assert corrected(known, "fdr_bh") == pytest.approx(stats.false_discovery_control(known))
    assert corrected([]).tolist() == []


@pytest.mark.parametrize("by", ["holm", "fdr_bh"])
def test_corrections_are_those_of_statsmodels(by: Correction) -> None:
    random = np.random.default_rng(3)
    for count in (1, 2, 7, 40):
        p = random.uniform(0, 0.2, count).round(2)
        assert corrected(p, by).tolist() == pytest.approx(multipletests(p, method=by)[1].tolist())


@pytest.mark.parametrize("uneven", [(1.0,), (0.3, 2.5, 1.0)])
def test_where_nothing_helps_few_matrices_say_that_something_does(
    uneven: tuple[float, ...],
) -> None:
    """At most one in twenty should; of 20 more than 4 would be bad luck of two in a thousand."""
    found = matrix_rates(World(tasks=3, n=50, uneven=uneven), 20).iloc[0]
    assert found["any_holds"] <= 4 / 20
    assert found["least_covered"] >= 0.85
    assert 0.90 <= found["covered"] <= 0.99
