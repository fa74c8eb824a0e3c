"""Advice on simulated methods of known truth, its costs by hand, its commands by running them."""

import json
import re
import shlex
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks.simulate_advice import (
    SECONDS,
    TRAINING_SECONDS,
    Truth,
    advice_rates,
    simulated_advice,
    simulated_methods,
)
from ipt_engine.analysis.advice_case import Case, Gap
from ipt_engine.analysis.advice_table import advisor_columns, option_table, usable_runs
from ipt_engine.analysis.advisor import Advice, advise
from ipt_engine.analysis.commands import FLAGS, full_config, run_command, tuned_left_open
from ipt_engine.analysis.factors import run_factors
from ipt_engine.analysis.means import seed_columns, seed_difference, seed_mean
from ipt_engine.analysis.planning import MOST_SEEDS, Arm, cheapest, input_counts
from ipt_engine.cli import app
from ipt_engine.config import DEFAULT_BASE_MODEL, RunConfig
from ipt_engine.methods import METHODS
from ipt_engine.metrics import get_metric
from ipt_engine.presets import build_run_config
from ipt_engine.report.on_advice import plan_title, reasons
from ipt_engine.runs import RunStore

CLEAR = Truth({"zero_shot": 10, "icl": 20, "pt": 30, "ipt": 50})
CLOSE = Truth({"zero_shot": 10, "icl": 20, "pt": 30, "ipt": 32}, spread=2.0)
PRECISE = Truth(
    {"zero_shot": 10, "icl": 20, "pt": 50, "ipt": 50},
    seeds={"pt": 5, "ipt": 5},
    spread=0.2,
    noise=3,
)


def fake_runs(store: RunStore, task: str = "mini-dart") -> tuple[pd.DataFrame, pd.DataFrame]:
    runs = store.runs()
    records = runs[runs["task"] == task].to_dict("records")
    configs = {record["run_id"]: store.run(record["run_id"])["config"] for record in records}
    ids = {record["prompt_id"] for record in records if record["prompt_id"]}
    factors = run_factors(records, configs, {name: store.prompt(name) for name in ids})
    return store.ledger(list(configs), advisor_columns("bleu")), factors


def config_of(command: str) -> RunConfig:
    """What `ipt run` makes of a command line."""
    words = iter(shlex.split(command)[2:])
    given: dict[str, Any] = {"seed": "0"}
    flags = {flag: (part, name) for part, name, flag in FLAGS}
    options: dict[str, dict[str, Any]] = {}
    numbers = {"num_virtual_tokens", "max_steps", "batch_size", "num_fewshot", "max_new_tokens"}
    for word in words:
        if word == "--no-instruction":
            options.setdefault("template", {})["instruction"] = False
        elif word in flags:
            part, name = flags[word]
            value: Any = True if part == "template" else next(words)
            value = int(value) if name in numbers else value
            value = float(value) if name in {"learning_rate", "diversity"} else value
            options.setdefault(part, {})[name] = value
        elif word == "--limit-test":
            options.setdefault("evaluation", {})["limit"] = int(next(words))
        elif word == "--split":
            options.setdefault("evaluation", {})["split"] = next(words)
        else:
            given[word.removeprefix("--")] = next(words)
    seed = int(given["seed"])
    base = given.get("base-model", DEFAULT_BASE_MODEL)
    return build_run_config(given["task"], given["method"], base, seed, None, options)


def test_the_best_method_is_recommended_with_its_evidence() -> None:
    advice = simulated_advice(CLEAR, 0)
    assert (advice.recommended, advice.leader, advice.compared) == ("ipt", "ipt", "pt")
    assert (advice.plan.runs, advice.plan.seconds) == ((), None)
    ledger, _ = simulated_methods(CLEAR, 0)
    parts = [ledger[ledger["method"] == method] for method in ("pt", "ipt")]
    wanted = seed_difference(*parts, "exact_match")
    assert advice.difference is not None
    assert advice.difference.value == pytest.approx(wanted.estimate.value)
    # Three comparisons of four methods: the interval is that of 1 - 0.05 / 3.
    half = stats.t.ppf(1 - 0.025 / 3, wanted.df) * wanted.standard_error
    assert advice.difference.high == pytest.approx(advice.difference.value + half)
    assert advice.p == pytest.approx(min(1.0, 3 * wanted.p))  # type: ignore[operator]
    assert advice.confidence is not None
    assert 0.95 < advice.confidence == pytest.approx(1 - advice.p)  # type: ignore[operator]
    told = f"IPT is better than PT, which costs {SECONDS['pt']:.2f} s a query against"
    assert any(line.startswith(told) for line in reasons(advice))


def test_of_methods_as_good_the_cheaper_one_is_recommended() -> None:
    advice = simulated_advice(PRECISE, 0)
    assert advice.recommended == "pt"
    (told,) = [line for line in reasons(advice) if line.startswith("IPT")][:1]
    assert "and is not better than PT by as much as 1 point" in told
    level = replace(PRECISE, scores=dict.fromkeys(PRECISE.scores, 50.0), spread=0.1)
    assert simulated_advice(level, 0).recommended == "zero_shot"


def test_the_margin_decides_what_is_worth_its_cost() -> None:
    truth = replace(PRECISE, scores={"zero_shot": 10, "icl": 20, "pt": 50, "ipt": 53})
    assert simulated_advice(truth, 0, margin=1.0).recommended == "ipt"
    assert simulated_advice(truth, 0, margin=5.0).recommended == "pt"
    with pytest.raises(ValueError, match="more than 0"):
        simulated_advice(truth, 0, margin=0.0)


def test_fewer_points_are_better_where_the_metric_says_so() -> None:
    ledger, factors = simulated_methods(CLEAR, 0)
    names = dict(zip(get_metric("exact_match").columns(), get_metric("ter").columns(), strict=True))
    ledger = ledger.rename(columns=names | {"exact_match": "ter"})
    advice = advise(ledger, factors.assign(metric="ter"), "ter")
    assert (advice.recommended, advice.compared) == ("zero_shot", "icl")
    assert advice.difference is not None
    assert advice.difference.value == pytest.approx(10, abs=3)


def test_undecided_names_the_runs_that_would_decide() -> None:
    advice = simulated_advice(CLOSE, 0)
    assert (advice.recommended, advice.leader) == (None, "ipt")
    assert advice.confidence is None
    assert advice.plan.runs
    assert {run.method for run in advice.plan.runs} <= {"pt", "ipt"}
    for run in advice.plan.runs:
        assert run.seed >= 3
        assert run.seconds == pytest.approx(
            TRAINING_SECONDS[run.method] + 200 * SECONDS[run.method]
        )
        assert str(run.command).startswith(f"ipt run --task task --method {run.method} --seed ")
        assert run.why == "to tell IPT from PT"
    assert advice.plan.seconds == pytest.approx(sum(run.seconds or 0 for run in advice.plan.runs))
    assert len({(run.method, run.seed) for run in advice.plan.runs}) == len(advice.plan.runs)
    assert "would tell IPT from PT with a chance of 80 % if" in reasons(advice)[-1]


def test_one_seed_decides_nothing() -> None:
    advice = simulated_advice(replace(CLEAR, seeds={"pt": 1, "ipt": 3}), 0)
    assert advice.recommended is None
    assert "PT was run with one seed: its spread is unknown." in reasons(advice)
    assert advice.difference is not None
    assert (advice.difference.low, advice.p) == (None, None)
    assert [(run.method, run.seed) for run in advice.plan.runs] == [("pt", 1), ("pt", 2)]


def test_methods_that_were_not_run_are_asked_for() -> None:
    advice = simulated_advice(replace(CLEAR, scores={"zero_shot": 10, "ipt": 50}), 0)
    assert (advice.recommended, advice.leader) == (None, "ipt")
    assert {"ICL was not run.", "PT was not run."} <= set(reasons(advice))
    runs = {(run.method, run.seed): run for run in advice.plan.runs}
    assert list(runs) == [("icl", 0), ("pt", 0), ("pt", 1), ("pt", 2)]
    # Demonstrations as IPT was shown them; length and steps as it was trained with.
    assert "--num-fewshot 3" in str(runs["icl", 0].command)
    assert "--num-virtual-tokens 20 --max-steps 90" in str(runs["pt", 0].command)
    assert "--learning-rate" not in str(runs["pt", 0].command)
    assert runs["pt", 0].seconds == pytest.approx(900 + 200 * 0.2)
    assert runs["icl", 0].seconds == pytest.approx(200 * 0.6)
    alone = simulated_advice(replace(CLEAR, scores={"icl": 20}), 0)
    assert (alone.recommended, alone.difference, alone.compared) == (None, None, None)
    assert [run.seconds for run in alone.plan.runs] == [None] * 7
    assert alone.leader is None
    assert reasons(alone)[0] == "One way of answering alone has been run."
    assert alone.plan.seconds is None


def test_no_runs_no_advice() -> None:
    ledger, factors = simulated_methods(CLEAR, 0)
    advice = advise(ledger, factors.assign(split="dev"), "exact_match")
    assert (advice.recommended, advice.leader, advice.plan.runs) == (None, None, ())
    assert advice.case is None


def test_costs_and_break_even() -> None:
    ledger, factors = simulated_methods(CLEAR, 0)
    factors["training_seconds"] += np.where(factors["seed"] == 2, 5000.0, factors["seed"])
    options = option_table(ledger, usable_runs(factors), "exact_match").set_index("method")
    # The median: one training that was held up does not count.
    assert options["training_seconds"].tolist() == [0.0, 0.0, 601.0, 901.0]
    assert options["prompt_tokens"].tolist() == [30, 60, 50, 80]
    assert options["seconds"].tolist() == list(SECONDS.values())
    saved = SECONDS["icl"] - SECONDS["pt"]
    repaid = options.loc["pt", "break_even"]
    assert 601 / saved <= repaid < 601 / saved + 1
    assert options.loc["ipt", "break_even_reason"] == (
        "it takes no less time for each query than ICL"
    )
    assert np.isnan(options.loc["ipt", "break_even"])
    assert options.loc["icl", "break_even_reason"] == "nothing is trained"
    without = factors[factors["method"] != "icl"]
    lone = option_table(ledger, without, "exact_match").set_index("method")
    assert lone.loc["pt", "break_even_reason"] == "ICL was not run"
    wanted = seed_mean(ledger[ledger["method"] == "ipt"], "exact_match").estimate
    found = options.loc["ipt", ["score", "low", "high"]].tolist()
    assert found == pytest.approx([wanted.value, wanted.low, wanted.high])


def test_what_more_inputs_would_lessen_is_told_from_what_seeds_would() -> None:
    noisy = Truth({"icl": 20, "ipt": 30}, seeds={"ipt": 12}, n=50, spread=0.0, noise=20.0)
    options = option_table(*simulated_methods(noisy, 1), "exact_match").set_index("method")
    assert options.loc["ipt", "sd_mixed"] == pytest.approx(20 / np.sqrt(50), rel=0.15)
    lucky = replace(noisy, spread=5.0, noise=1.0)
    options = option_table(*simulated_methods(lucky, 1), "exact_match").set_index("method")
    assert options.loc["ipt", "sd_mixed"] == pytest.approx(1 / np.sqrt(50), rel=0.15)
    assert options.loc["ipt", "sd"] > 10 * options.loc["ipt", "sd_mixed"]


def test_more_inputs_are_asked_for_where_they_are_the_cheapest_way() -> None:
    truth = replace(CLOSE, spread=0.1, noise=15.0, n=50, limit=True)
    advice = simulated_advice(truth, 0)
    assert advice.recommended is None
    assert {run.method for run in advice.plan.runs} == set(truth.scores)
    limit = advice.plan.inputs if advice.plan.inputs < 200 else None
    assert {run.config["limit"] for run in advice.plan.runs} == {limit}
    again = [run for run in advice.plan.runs if run.method == "pt" and run.seed < 3]
    assert len(again) == 3
    # Trained prompts are evaluated again, not trained.
    assert advice.plan.inputs in (100, 200)
    assert again[0].seconds == pytest.approx(advice.plan.inputs * SECONDS["pt"])
    assert all(run.why.startswith("again, on ") for run in again)
    everything = simulated_advice(replace(truth, limit=False), 0)
    assert not any("--limit-test" in str(run.command) for run in everything.plan.runs)


def test_a_hopeless_comparison_is_said_to_be_one() -> None:
    truth = Truth({"zero_shot": 10, "icl": 20, "pt": 30, "ipt": 30.5}, spread=8.0)
    advice = simulated_advice(truth, 1)
    assert advice.recommended is None
    undecided = f"IPT against PT would remain undecided: not even {MOST_SEEDS} seeds of each on all"
    undecided = undecided if advice.plan.runs else undecided.replace("would remain", "remains")
    assert any(reason.startswith(undecided) for reason in reasons(advice))


def test_no_more_test_inputs_are_asked_for_than_there_are() -> None:
    assert input_counts(200, 240) == (200, 240)
    assert input_counts(200, 500) == (200, 400, 500)
    assert input_counts(200, 5000) == (200, 400, 800, 5000)
    assert input_counts(240, 240) == input_counts(240, None) == (240,)
    truth = replace(CLOSE, spread=0.1, noise=15.0, n=50, limit=True)
    methods = simulated_methods(truth, 0)
    for available in (60, 110, 400):
        plan = advise(*methods, "exact_match", 1.0, available).plan
        assert plan.inputs <= plan.most == available
        for run in plan.runs:
            limit = run.config["limit"]
            assert limit is None if plan.inputs == available else limit == plan.inputs
            assert ("--limit-test" in str(run.command)) == (limit is not None)
            training = 0 if run.why.startswith("again") else TRAINING_SECONDS[run.method]
            wanted = training + plan.inputs * SECONDS[run.method]
            assert run.seconds == pytest.approx(wanted)
    # All 110 at 80 %, or it is said that not even they are enough.
    advice = advise(*methods, "exact_match", 1.0, 110)
    told = " ".join(reasons(advice))
    assert "all 110 test inputs" in told


def test_a_sentence_gives_its_own_methods_number() -> None:
    """Above 0 means that the method which the sentence is about is better."""
    pattern = re.compile(
        r"(?P<a>\S+) (is better than|is not shown to be better than|costs .+ better than) "
        r"(?P<b>[\w-]+).* \((?P<value>\S+) points, corrected interval (?P<low>\S+) to "
        r"(?P<high>\S+)\)\."
    )
    names = {spec.title: name for name, spec in METHODS.items()}
    seen = set()
    for truth, margin in ((CLEAR, 1.0), (CLOSE, 1.0), (PRECISE, 1.0), (CLEAR, 90.0)):
        advice = simulated_advice(truth, 0, margin)
        score = advice.options.set_index("method")["score"]
        for line in reasons(advice):
            found = pattern.fullmatch(line)
            if found is None:
                continue
            seen.add(found[2].split(" ")[0] + ("" if found[2].startswith("is") else " and"))
            assert "-" not in found["value"] + found["low"] + found["high"]
            value, low, high = (
                float(found[part].replace("\N{MINUS SIGN}", "-"))
                for part in ("value", "low", "high")
            )
            wanted = score[names[found["a"]]] - score[names[found["b"]]]
            assert value == pytest.approx(wanted, abs=0.051)
            assert low <= value <= high
    assert seen == {"is", "costs and"}


def test_where_nothing_scores_no_method_is_named() -> None:
    ledger, factors = simulated_methods(CLEAR, 0)
    ledger[["exact_match", "exact_match__correct"]] = 0.0
    advice = advise(ledger, factors, "exact_match")
    assert (advice.recommended, advice.leader, advice.plan.runs) == (None, None, ())
    assert "there is nothing to choose by" in reasons(advice)[0]
    assert not any("better" in line for line in reasons(advice))


def test_what_is_decided_and_what_is_not_do_not_contradict_each_other() -> None:
    # IPT against ICL can be decided, IPT against PT cannot.
    truth = Truth({"zero_shot": 0, "icl": 26, "pt": 30, "ipt": 30.4}, spread=2.5, noise=5)
    for seed in range(20):
        advice = simulated_advice(truth, seed)
        if advice.plan.decided and advice.plan.hopeless:
            break
    told = reasons(advice)
    decided = [pair.methods for pair in advice.plan.decided]
    for methods in decided:
        pair = " from ".join(METHODS[name].title for name in methods)
        assert any(line.startswith("The runs named would tell") and pair in line for line in told)
    (open_pair,) = advice.plan.hopeless
    assert open_pair.methods not in decided
    assert any("would remain undecided: not even" in line for line in told)
    assert plan_title(advice) == "What would decide a part of it"


def power(distance: float, need: Any, arms: list[Arm], inputs: float, comparisons: int) -> float:
    """How often the corrected interval leaves out the line, by drawing."""
    random = np.random.default_rng(0)
    times = need.inputs / 200
    draws = 20000
    parts = [
        np.full(draws, inputs / times),
        *(
            (max(arm.variance - arm.mixed, 0) + arm.mixed / times)
            / k
            * (random.chisquare(k - 1, draws) / (k - 1) if arm.variance else 1.0)
            for arm, k in zip(arms, need.seeds, strict=True)
        ),
    ]
    freedom = [199 * times, *(max(k - 1, 1) for k in need.seeds)]
    variance = sum(parts)
    df = variance**2 / sum(part**2 / f for part, f in zip(parts, freedom, strict=True))
    true = sum(float(np.mean(part)) for part in parts)
    value = distance + random.normal(0, np.sqrt(true), draws)
    half = stats.t.ppf(1 - 0.025 / comparisons, df) * np.sqrt(variance)
    return float((value - half > 0).mean())


@pytest.mark.parametrize(
    ("distance", "variances"), [(3.0, (2.0, 1.0)), (1.5, (1.0, 0.0)), (5.0, (9.0, 0.1))]
)
def test_the_runs_asked_for_have_the_power_promised(
    distance: float, variances: tuple[float, float]
) -> None:
    arms = [Arm(3 if v else 1, v, 0.2 * v, 100.0, 10.0) for v in variances]
    need = cheapest(distance, 0.1, arms, 3, [200])
    assert need is not None
    assert power(distance, need, arms, 0.1, 3) == pytest.approx(0.8, abs=0.12)


def test_the_cheapest_way_is_found() -> None:
    arms = [Arm(3, 4.0, 1.0, 100.0, 10.0), Arm(3, 2.0, 1.0, 5000.0, 10.0)]
    rest = [Arm(1, 0.0, 0.0, 0.0, 7.0)]
    best = cheapest(3.0, 0.3, [*arms, *rest], 3, [200, 400, 800])
    assert best is not None
    costs = {}
    for times, *seeds in product((1, 2, 4), range(3, 31), range(3, 31)):
        parts = [
            (a.variance - a.mixed + a.mixed / times) / k for a, k in zip(arms, seeds, strict=True)
        ]
        total = 0.3 / times + sum(parts)
        bottom = (0.3 / times) ** 2 / (200 * times - 1)
        bottom += sum(p**2 / (k - 1) for p, k in zip(parts, seeds, strict=True))
        t = stats.t(total**2 / bottom)
        if (t.ppf(1 - 0.025 / 3) + t.ppf(0.8)) * np.sqrt(total) <= 3.0:
            training = sum((k - 3) * a.training_seconds for a, k in zip(arms, seeds, strict=True))
            again = sum((k - 3 if times == 1 else k * times) * 10.0 for k in seeds)
            costs[times, *seeds] = training + again + (7.0 * times if times > 1 else 0)
    assert best.seconds == pytest.approx(min(costs.values()))
    assert costs[best.inputs // 200, *best.seeds] == pytest.approx(best.seconds)
    # The arm that is dear to train gets fewer new seeds.
    assert best.seeds[0] - 3 >= best.seeds[1] - 3
    assert cheapest(0.01, 0.3, arms, 3, [200, 400, 800]) is None


def test_what_is_open_and_how_far_it_is_from_the_line() -> None:
    values = {("ipt", "pt"): 0.3, ("ipt", "icl"): 4.0, ("pt", "icl"): 3.7}
    gaps = {pair: Gap(value, 3.0, 20.0, 200, None) for pair, value in values.items()}
    gaps |= {pair[::-1]: Gap(-value, 3.0, 20.0, 200, None) for pair, value in values.items()}
    case = Case(("ipt", "pt", "icl"), ("icl", "pt", "ipt"), gaps, 2, margin=1.0)
    assert case.chosen() is None
    # PT is nearer to "not a point worse" than to "worse"; ICL is the other way round.
    assert [(pair.methods, pair.distance) for pair in case.open_pairs()] == [
        (("ipt", "pt"), pytest.approx(0.7)),
        (("ipt", "icl"), pytest.approx(4.0)),
    ]
    assert {pair.variance for pair in case.open_pairs()} == {9.0}
    # A leader that costs less has only to be shown to be no point worse.
    dear = Case(("ipt", "pt", "icl"), ("ipt", "pt", "icl"), gaps, 2, margin=1.0)
    assert [pair.distance for pair in dear.open_pairs()] == pytest.approx([1.3, 5.0])


def test_advice_rests_on_real_uses_of_a_method_alone() -> None:
    ledger, factors = simulated_methods(CLEAR, 0)
    columns = {
        "retriever": "farthest",
        "split": "dev",
        "demonstration_task": "other",
        "data_hash": "older",
    }
    for name, value in columns.items():
        odd = factors["run_id"] == "ipt-0"
        changed = factors.assign(**{name: factors[name].where(~odd, value)})
        assert set(factors["run_id"]) - set(usable_runs(changed)["run_id"]) == {"ipt-0"}, name
    for name, value in (("prompt_task", "x"), ("prompt_kind", "noise"), ("prompt_method", "pt")):
        odd = factors["run_id"] == "ipt-0"
        changed = factors.assign(**{name: factors[name].where(~odd, value)})
        assert "ipt-0" not in set(usable_runs(changed)["run_id"]), name
    # A quick look at some inputs with two methods does not displace a whole comparison.
    quick = factors[factors["method"].isin(["icl", "pt"])].assign(n=20.0, limit=20.0)
    both = pd.concat([factors, quick.assign(run_id=quick["run_id"] + "-quick")])
    assert set(usable_runs(both)["run_id"]) == set(factors["run_id"])
    with pytest.raises(ValueError, match="one task"):
        usable_runs(factors.assign(task=["a", *["b"] * (len(factors) - 1)]))


def test_the_best_of_several_variants_is_corrected_for() -> None:
    ledger, factors = simulated_methods(CLEAR, 0)
    icl = factors["method"] == "icl"
    config, training = json.loads(factors.loc[icl, "variant"].iloc[0])
    config["retrieval"] = {"retriever": "dense", "num_fewshot": 5}
    more = factors[icl].assign(
        run_id="icl-5", num_fewshot=5.0, variant=json.dumps([config, training])
    )
    rows = ledger[ledger["run_id"] == "icl-0"].assign(run_id="icl-5")
    better = ["exact_match", "exact_match__correct"]
    rows[better] += [2.0, 0.02]
    advice = advise(pd.concat([ledger, rows]), pd.concat([factors, more]), "exact_match")
    options = advice.options.set_index("method")
    assert options.loc["icl", "n_variants"] == 2
    assert options.loc["icl", "variant"] == more["variant"].iloc[0]
    told = "ICL stands for the best of its 2 variants, that with the 5 nearest demonstrations."
    assert any(reason.startswith(told) for reason in reasons(advice))
    before = simulated_advice(CLEAR, 0)
    assert advice.p == pytest.approx(before.p * 4 / 3)  # type: ignore[operator]


def test_the_settings_that_tell_the_best_variant_apart_are_named() -> None:
    ledger, factors = simulated_methods(CLEAR, 0)
    pt = factors["method"] == "pt"
    config, training = json.loads(factors.loc[pt, "variant"].iloc[0])
    training["training"]["max_steps"] = 300
    more = factors[pt].assign(
        run_id=factors["run_id"] + "-long", variant=json.dumps([config, training])
    )
    rows = ledger[ledger["method"] == "pt"]
    rows = rows.assign(run_id=rows["run_id"] + "-long")
    rows[["exact_match", "exact_match__correct"]] += [2.0, 0.02]
    advice = advise(pd.concat([ledger, rows]), pd.concat([factors, more]), "exact_match")
    told = "PT stands for the best of its 2 variants, that with max steps 300. It was picked"
    assert any(reason.startswith(told) for reason in reasons(advice))


def test_a_prompt_from_elsewhere_is_not_asked_for_again() -> None:
    ledger, factors = simulated_methods(replace(CLOSE, seeds={"pt": 1, "ipt": 3}), 0)
    pt = factors["method"] == "pt"
    config, _ = json.loads(factors.loc[pt, "variant"].iloc[0])
    factors.loc[pt, "variant"] = json.dumps([config, "hash of a file"])
    advice = advise(ledger, factors, "exact_match")
    assert "pt" not in {run.method for run in advice.plan.runs}
    lone = advise(ledger, factors[pt], "exact_match")
    assert {run.method for run in lone.plan.runs} == {"zero_shot", "icl", "ipt"}


def test_commands_make_the_same_variant_with_another_seed(fake_store: RunStore) -> None:
    _, factors = fake_runs(fake_store)
    for row in factors.to_dict("records"):
        config = full_config(row["variant"], 7, None)
        wanted = RunConfig.from_dict(config)
        assert wanted.seed == 7
        if wanted.training is not None:
            assert wanted.training.prompt_tuning.seed == wanted.training.training.seed == 7
            # The fake store's trainings look at dev more often than any option of the command.
            assert run_command(config) is None
            config["training"]["training"]["eval_steps"] = 20
            wanted = RunConfig.from_dict(config)
        command = run_command(config)
        assert command is not None
        assert config_of(command) == wanted


def test_what_no_option_says_has_no_command() -> None:
    config = build_run_config("mini-dart", "ipt", DEFAULT_BASE_MODEL, 3, None, {}).to_dict()
    assert run_command(config) is not None
    config["training"]["retrieval"]["num_fewshot"] = 3
    # Trained with three demonstrations, used with one.
    assert run_command(config) is None


def test_short_commands_for_usual_runs() -> None:
    config = build_run_config("mini-dart", "icl", DEFAULT_BASE_MODEL, 3, None, {}).to_dict()
    assert run_command(config) == "ipt run --task mini-dart --method icl --seed 3"
    config = build_run_config("mini-dart", "pt", DEFAULT_BASE_MODEL, 3, None, {}).to_dict()
    assert run_command(tuned_left_open(config)) == "ipt run --task mini-dart --method pt --seed 3"
    assert "--learning-rate" in str(run_command(config))


@pytest.mark.parametrize(
    "options",
    [
        {"retrieval": {"retriever": "mmr", "diversity": 0.3}, "template": {"instruction": False}},
        {"retrieval": {"retriever": "fixed", "num_fewshot": 2, "fixed_ids": ["a b", "c"]}},
        {"prompt_tuning": {"prompt_tuning_init": "TEXT", "prompt_tuning_init_text": "Say it's so"}},
        {"training": {"learning_rate": 3e-05, "max_steps": 7, "batch_size": 2}},
        {"evaluation": {"limit": 12, "split": "dev"}, "generation": {"max_new_tokens": 9}},
        {"template": {"chat_template": True}, "retrieval": {"order": "random", "num_fewshot": 3}},
    ],
)
def test_every_option_is_in_the_command(options: dict[str, dict[str, Any]]) -> None:
    method = "icl" if set(options) == {"retrieval"} else "ipt"
    config = build_run_config("mini-dart", method, "tiny", 3, None, options)
    command = run_command(config.to_dict())
    assert command is not None
    if "fixed_ids" in options.get("retrieval", {}):
        assert "--fixed-id 'a b' --fixed-id c" in command
    else:
        assert config_of(command) == config


def test_options_of_commands_exist() -> None:
    from typer.main import get_command

    known = {
        name
        for parameter in get_command(app).commands["run"].params
        for name in parameter.opts  # type: ignore[attr-defined]
    }
    assert {flag for *_, flag in FLAGS} <= known


def test_advice_on_stored_runs(fake_store: RunStore) -> None:
    ledger, factors = fake_runs(fake_store)
    advice = advise(ledger, factors, "bleu")
    assert isinstance(advice, Advice)
    assert advice.options["method"].tolist() == ["zero_shot", "icl", "pt", "ipt"]
    assert (advice.options["n"] == 60).all()
    assert advice.leader == "ipt"
    assert all(run.config is not None for run in advice.plan.runs)
    assert set(seed_columns("bleu")) < set(advisor_columns("bleu"))


def test_a_wrong_method_is_rarely_recommended() -> None:
    # IPT is better than PT by just the margin: whoever recommends PT is wrong.
    edge = replace(PRECISE, scores={"icl": 20, "pt": 30, "ipt": 31, "zero_shot": 10}, n=60)
    rates = advice_rates(edge, repetitions=12).iloc[0]
    assert rates["wrong"] * 12 <= stats.binom.ppf(0.999, 12, 0.05)
    assert rates["undecided"] + rates["ipt"] + rates["wrong"] == pytest.approx(1)
