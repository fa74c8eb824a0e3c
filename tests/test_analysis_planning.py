"""The runs that advice asks for: the cheapest that would decide, by search and by drawing."""

import json
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy import stats

from benchmarks.simulate_advice import (
    SECONDS,
    TRAINING_SECONDS,
    Truth,
    simulated_advice,
    simulated_methods,
)
from ipt_engine.analysis.advice_case import Case, Gap
from ipt_engine.analysis.advisor import advise
from ipt_engine.analysis.planning import MOST_SEEDS, Arm, cheapest, input_counts
from ipt_engine.methods import METHODS
from ipt_engine.report.on_advice import plan_title, reasons
from tests.advice_cases import CLEAR, CLOSE


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


def test_a_hopeless_comparison_is_said_to_be_one() -> None:
    truth = Truth({"zero_shot": 10, "icl": 20, "pt": 30, "ipt": 30.5}, spread=8.0)
    advice = simulated_advice(truth, 1)
    assert advice.recommended is None
    undecided = f"IPT against PT would remain undecided: not even {MOST_SEEDS} seeds of each on all"
    undecided = undecided if advice.plan.runs else undecided.replace("would remain", "remains")
    assert any(reason.startswith(undecided) for reason in reasons(advice))


@pytest.mark.parametrize("n", [1, 4])
def test_where_test_inputs_are_too_few_for_an_interval_no_runs_are_offered(n: int) -> None:
    for truth in (CLEAR, replace(CLEAR, scores={"zero_shot": 0, "icl": 75}, seeds={})):
        advice = simulated_advice(replace(truth, n=n), 0)
        assert advice.plan.too_few
        assert (advice.recommended, advice.plan.runs) == (None, ())
        (told,) = reasons(advice)
        assert told.startswith(f"The task has {n} test input{'s' if n > 1 else ''}.")
        assert "no number of runs" in told and "with 50 or more" in told
    assert not simulated_advice(replace(CLEAR, n=5), 0).plan.too_few
    # Where the task has more test inputs, it is those that should be answered.
    more = advise(*simulated_methods(replace(CLEAR, n=n), 0), "exact_match", 1.0, 60)
    assert (more.plan.too_few, more.few_answered) == (False, True)
    assert "The task has 60." in reasons(more)[0]


def test_one_seed_asks_for_none_where_the_test_inputs_alone_forbid_a_decision() -> None:
    close = Truth({"zero_shot": 10, "icl": 20, "pt": 30, "ipt": 32}, seeds={"pt": 1, "ipt": 1})
    advice = simulated_advice(replace(close, n=12, noise=30.0), 0)
    assert advice.plan.hopeless and not advice.plan.runs
    told = reasons(advice)
    assert any("not even 30 seeds of each on all 12 test inputs" in line for line in told)
    # On so few, what costs less is no advice.
    assert told[-1].startswith("Only 12 test examples") and not any("costs" in t for t in told[-3:])
    # On many, what one seed of each shows may be mostly luck.
    more = simulated_advice(replace(close, n=60, noise=30.0), 0)
    assert {run.why for run in more.plan.runs} == {"its spread over seeds is unknown"}
    # On enough inputs that one seed each shows far apart, their spread is what is missing.
    far = simulated_advice(replace(CLEAR, seeds={"pt": 1, "ipt": 1}), 0)
    assert {run.why for run in far.plan.runs} == {"its spread over seeds is unknown"}


def test_what_a_cheaper_method_costs_more_of_is_said() -> None:
    # ICL needs no training, and each of its queries takes longer.
    truth = Truth({"zero_shot": 10, "icl": 30, "pt": 30.4, "ipt": 10}, spread=8.0)
    told = " ".join(reasons(simulated_advice(truth, 1)))
    times = f"{SECONDS['icl'] / SECONDS['pt']:.1f} times the time of a query"
    assert f"ICL needs no training, but {times}." in told
    assert "costs less" not in told


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


def test_a_prompt_from_elsewhere_is_not_asked_for_again() -> None:
    ledger, factors = simulated_methods(replace(CLOSE, seeds={"pt": 1, "ipt": 3}), 0)
    pt = factors["method"] == "pt"
    config, _ = json.loads(factors.loc[pt, "variant"].iloc[0])
    factors.loc[pt, "variant"] = json.dumps([config, "hash of a file"])
    advice = advise(ledger, factors, "exact_match")
    assert "pt" not in {run.method for run in advice.plan.runs}
    lone = advise(ledger, factors[pt], "exact_match")
    assert {run.method for run in lone.plan.runs} == {"zero_shot", "icl", "ipt"}


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
