"""Variants beside each other: which runs are seeds, Holm's correction, and who is best."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from benchmarks.simulate_variants import SIX, simulate_variants
from ipt_engine.analysis.factors import run_factors
from ipt_engine.analysis.means import seed_columns, seed_difference, seed_mean
from ipt_engine.analysis.variants import difference_table, mark_best, mean_table, seed_runs
from ipt_engine.runs import RunStore
from tests.simulated_rows import effects, ledger

DEFAULTS = {
    "task": "mini-mtop",
    "prompt_kind": "trained",
    "init": "SAMPLE_VOCAB",
    "retriever": "dense",
    "order": "most_similar_last",
    "num_fewshot": 1.0,
    "num_virtual_tokens": 25.0,
    "draw_seed": 0.0,
}


def factors(*runs: dict[str, object]) -> pd.DataFrame:
    """Rows of `run_factors`, as far as variants need them."""
    rows = [DEFAULTS | {"variant": "v", "method": "ipt"} | run for run in runs]
    frame = pd.DataFrame(rows)
    for name in ("init_seed", "order_seed", "draw_seed", "seed"):
        column = frame[name] if name in frame else pd.Series(np.nan, index=frame.index)
        frame[name] = column.astype("float64")
    for place, run_id in enumerate(frame.get("run_id", [None] * len(frame))):
        frame.loc[place, "run_id"] = run_id or f"r{place}"
    return frame


def text(name: str) -> str:
    """A variant as factors have it."""
    return json.dumps([{"name": name}, {}])


def study(shares: dict[str, np.ndarray]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ledger and factors of variants of IPT, each (runs, examples) shares."""
    parts, rows = [], []
    for variant, correct in shares.items():
        own = ledger(correct)
        parts.append(own.assign(run_id=variant + own["run_id"]))
        for seed, run_id in enumerate(parts[-1]["run_id"].unique()):
            rows.append(
                {"variant": text(variant), "run_id": run_id, "init_seed": seed, "order_seed": seed}
            )
    return pd.concat(parts, ignore_index=True), factors(*rows)


def test_of_a_crossed_design_only_independent_seeds_count() -> None:
    crossed = [{"init_seed": i, "order_seed": j} for i in range(3) for j in range(3)]
    more = [{"init_seed": 3, "order_seed": 3}, {"init_seed": 3, "order_seed": 3, "draw_seed": 1}]
    chosen = seed_runs(factors(*crossed, *more))
    pairs = list(zip(chosen["init_seed"], chosen["order_seed"], strict=True))
    assert pairs == [(0, 0), (1, 1), (2, 2), (3, 3)]
    apart = seed_runs(
        factors(*[{"init_seed": i, "order_seed": 10 + j} for i in range(2) for j in range(3)])
    )
    assert list(apart["init_seed"]) == [0, 1]
    assert apart["order_seed"].is_unique


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({}, 1),
        ({"init": "TEXT"}, 3),
        ({"prompt_kind": "untrained"}, 1),
        ({"prompt_kind": None, "method": "icl"}, 3),
        ({"prompt_kind": None, "method": "icl", "retriever": "random"}, 1),
    ],
)
def test_only_seeds_that_decide_something_must_differ(change: dict[str, object], left: int) -> None:
    runs = [{"init_seed": 0, "order_seed": s, "seed": s, "draw_seed": 7} | change for s in range(3)]
    assert len(seed_runs(factors(*runs))) == left


def test_untrained_prompts_share_an_order_and_are_still_independent() -> None:
    runs = [{"init_seed": s, "order_seed": 0, "prompt_kind": "untrained"} for s in range(3)]
    assert len(seed_runs(factors(*runs))) == 3
    assert len(seed_runs(factors(*[run | {"prompt_kind": "trained"} for run in runs]))) == 1


def test_other_variants_may_have_the_same_seeds() -> None:
    runs = [{"variant": v, "init_seed": 0, "order_seed": 0} for v in "ab"]
    assert len(seed_runs(factors(*runs))) == 2


def test_means_and_differences_are_those_of_their_runs() -> None:
    rows, chosen = study({"a": effects(3, 60, 1), "b": effects(4, 60, 2), "c": effects(1, 60, 3)})
    means = mean_table(rows, chosen, "exact_match").set_index("variant")
    assert list(means.index) == [text(name) for name in "abc"]
    assert list(means["apart"]) == ["name a", "name b", "name c"]
    assert list(means["n_seeds"]) == [3, 4, 1]
    own = {v: rows[rows["run_id"].str.startswith(v)] for v in "abc"}
    wanted = seed_mean(own["b"], "exact_match")
    row = means.loc[text("b")]
    assert (row["mean"], row["low"]) == (wanted.estimate.value, wanted.estimate.low)
    scores = 100 * effects(4, 60, 2).mean(axis=1)
    assert row["sd"] == pytest.approx(scores.std(ddof=1))
    assert (row["method"], row["num_virtual_tokens"], row["n"]) == ("ipt", 25, 60)
    assert means.loc[text("c"), ["sd"]].isna().all()
    assert "one seed" in means.loc[text("c"), "reason"]
    differences = difference_table(rows, chosen, "exact_match")
    pairs = list(zip(differences["variant_a"], differences["variant_b"], strict=True))
    assert pairs == [(text(a), text(b)) for a, b in ("ab", "ac", "bc")]
    first = seed_difference(own["a"], own["b"], "exact_match")
    assert differences.loc[0, "difference"] == first.estimate.value
    assert differences.loc[0, "p"] == first.p
    assert differences.loc[0, "detectable"] == first.detectable
    assert differences.loc[1:, ["p", "p_holm"]].isna().all(axis=None)


def test_p_values_are_corrected_for_all_pairs_shown() -> None:
    levels = {"a": 0.0, "b": 0.04, "c": 0.1, "d": 0.5}
    rows, chosen = study({v: effects(4, 60, k) + x for k, (v, x) in enumerate(levels.items())})
    found = difference_table(rows, chosen, "exact_match")
    assert len(found) == 6
    # Holm: the smallest p times 6, the next times 5, ..., never less than the one before.
    ordered = found.sort_values("p")
    factor = np.arange(6, 0, -1)
    wanted = np.minimum(np.maximum.accumulate(ordered["p"] * factor), 1.0)
    assert list(ordered["p_holm"]) == pytest.approx(list(wanted))


def test_best_is_better_than_every_other_or_nobody_is() -> None:
    shares = {"a": effects(4, 60, 1), "b": effects(4, 60, 2), "c": effects(4, 60, 3) + 1.0}
    rows, chosen = study(shares)
    means = mean_table(rows, chosen, "exact_match")
    differences = difference_table(rows, chosen, "exact_match")
    assert list(mark_best(means, differences)["best"]) == [False, False, True]
    rows, chosen = study(shares | {"d": effects(4, 60, 4) + 1.0})
    means = mean_table(rows, chosen, "exact_match")
    differences = difference_table(rows, chosen, "exact_match")
    sure = differences["p_holm"] < 0.05
    assert sure.sum() >= 4
    assert not mark_best(means, differences)["best"].any()


@pytest.mark.parametrize(
    ("signs", "p", "best"),
    [
        ((-5.0, -5.0, 1.0), (0.01, 0.01, 0.9), "a"),
        ((5.0, -5.0, -5.0), (0.01, 0.9, 0.01), "b"),
        ((1.0, 5.0, 5.0), (0.9, 0.01, 0.01), "c"),
        ((1.0, 5.0, 5.0), (0.9, 0.01, 0.06), None),
        ((1.0, 5.0, 5.0), (0.9, 0.01, np.nan), None),
    ],
)
def test_whoever_wins_all_comparisons_is_best(
    signs: tuple[float, ...], p: tuple[float, ...], best: str | None
) -> None:
    differences = pd.DataFrame(
        {
            "variant_a": ["a", "a", "b"],
            "variant_b": ["b", "c", "c"],
            "difference": signs,
            # What is not corrected does not count.
            "p": 1e-9,
            "p_holm": p,
        }
    )
    marked = mark_best(pd.DataFrame({"variant": ["a", "b", "c"]}), differences)
    assert marked.loc[marked["best"], "variant"].tolist() == ([best] if best else [])


def test_one_variant_is_best_of_nothing_and_a_single_seed_of_no_other() -> None:
    rows, chosen = study({"a": effects(4, 60, 1)})
    means = mean_table(rows, chosen, "exact_match")
    differences = difference_table(rows, chosen, "exact_match")
    assert differences.empty
    assert list(mark_best(means, differences)["best"]) == [False]
    rows, chosen = study({"a": effects(4, 60, 1), "b": effects(1, 60, 2) + 3.0})
    means = mean_table(rows, chosen, "exact_match")
    differences = difference_table(rows, chosen, "exact_match")
    assert not mark_best(means, differences)["best"].any()


def test_tasks_are_not_compared_with_each_other() -> None:
    rows, chosen = study({"a": effects(2, 20, 1), "b": effects(2, 20, 2)})
    chosen["task"] = ["x", "x", "y", "y"]
    with pytest.raises(ValueError, match=r"one task, found x, y\. Filter the factors"):
        mean_table(rows, chosen, "exact_match")


def test_runs_without_the_metric_are_left_out() -> None:
    rows, chosen = study({"a": effects(2, 20, 1), "b": effects(2, 20, 2)})
    rows.loc[rows["run_id"].str.startswith("b"), "exact_match__correct"] = np.nan
    assert list(mean_table(rows, chosen, "exact_match")["variant"]) == [text("a")]
    empty = mean_table(rows.head(0), chosen, "exact_match")
    assert empty.empty
    assert list(empty.dtypes) == list(mean_table(rows, chosen, "exact_match").dtypes)


def test_a_stores_runs_are_compared_as_they_are(fake_store: RunStore, tmp_path: Path) -> None:
    runs = fake_store.runs()
    runs = runs[runs["task"] == "mini-dart"]
    configs = {run_id: fake_store.run(run_id)["config"] for run_id in runs["run_id"]}
    prompts = {p: fake_store.prompt(p) for p in runs["prompt_id"].dropna()}
    chosen = run_factors(runs.to_dict("records"), configs, prompts)
    rows = fake_store.ledger(runs["run_id"].tolist(), seed_columns("bleu"))
    means = mean_table(rows, chosen, "bleu").set_index("method")
    assert means["n_seeds"].to_dict() == {"zero_shot": 1, "icl": 1, "pt": 3, "ipt": 3}
    assert means["reason"].isna().all()
    assert means.loc["zero_shot", ["sd"]].isna().all()
    assert len(difference_table(rows, chosen, "bleu")) == 6


def test_of_variants_that_are_alike_hardly_ever_one_is_found_better() -> None:
    world = replace(SIX, examples=60)
    n = 40
    any_shown, any_best = simulate_variants(n, np.random.default_rng(21), world)
    assert any_shown <= binom.ppf(0.999, n, 0.05)
    assert any_best <= 1
    _, found = simulate_variants(n, np.random.default_rng(22), world, best=3.0)
    assert found > n / 2
