"""Advice on simulated methods of known truth, and on a store's runs."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest
from scipy import stats

from benchmarks.simulate_advice import SECONDS, advice_rates, simulated_advice, simulated_methods
from ipt_engine.analysis.advice_table import advisor_columns
from ipt_engine.analysis.advisor import Advice, advise
from ipt_engine.analysis.means import seed_columns, seed_difference
from ipt_engine.methods import METHODS
from ipt_engine.metrics import get_metric
from ipt_engine.report.on_advice import provisos, reasons, settings
from ipt_engine.runs import RunStore
from tests.advice_cases import CLEAR, CLOSE, PRECISE, fake_runs


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


def test_one_seed_decides_nothing() -> None:
    advice = simulated_advice(replace(CLEAR, seeds={"pt": 1, "ipt": 3}), 0)
    assert advice.recommended is None
    assert "PT was run with one seed: its spread is unknown." in reasons(advice)
    assert advice.difference is not None
    assert (advice.difference.low, advice.p) == (None, None)
    assert [(run.method, run.seed) for run in advice.plan.runs] == [("pt", 1), ("pt", 2)]


def test_no_runs_no_advice() -> None:
    ledger, factors = simulated_methods(CLEAR, 0)
    advice = advise(ledger, factors.assign(split="dev"), "exact_match")
    assert (advice.recommended, advice.leader, advice.plan.runs) == (None, None, ())
    assert advice.case is None


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
    told = "The best stands for all: ICL for its 2 variants, the one with the 5 nearest "
    assert any(line.startswith(told) for line in provisos(advice))
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
    told = (
        "The best stands for all: PT for its 2 variants, the one with max steps 300. It was picked"
    )
    assert any(line.startswith(told) for line in provisos(advice))


def test_trainings_of_unequal_length_are_named_beside_their_methods() -> None:
    ledger, factors = simulated_methods(CLEAR, 0)
    alike = advise(ledger, factors, "exact_match")
    assert set(settings(alike).values()) == {""}
    pt = factors["method"] == "pt"
    config, training = json.loads(factors.loc[pt, "variant"].iloc[0])
    # A rate that suits the method makes no comparison unfair.
    training["training"] |= {"max_steps": 30, "learning_rate": 0.1}
    factors.loc[pt, "variant"] = json.dumps([config, training])
    advice = advise(ledger, factors, "exact_match")
    told = {"zero_shot": "", "icl": "", "pt": "max steps 30", "ipt": "max steps 90"}
    assert settings(advice) == told
    assert any(
        line.startswith("IPT is better than PT (max steps 30), which") for line in reasons(advice)
    )


def test_unequal_demonstrations_are_named_beside_their_methods() -> None:
    ledger, factors = simulated_methods(CLEAR, 0)
    factors.loc[factors["method"] == "icl", "num_fewshot"] = 5.0
    advice = advise(ledger, factors, "exact_match")
    assert settings(advice) == {"zero_shot": "", "icl": "5 nearest", "pt": "", "ipt": "3 nearest"}


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
