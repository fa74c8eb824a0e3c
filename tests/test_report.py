"""The report says what the ledger says, in every form, and takes no text for markup."""

import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from markdown_it import MarkdownIt
from typer.testing import CliRunner

from ipt_engine import paper
from ipt_engine.analysis.arms import GOLD_LOGPROB, metric_outcome
from ipt_engine.analysis.comparisons import corrected
from ipt_engine.analysis.similarity import Threshold
from ipt_engine.analysis.statistics import Estimate
from ipt_engine.analysis.verdicts import Verdict, after_correction
from ipt_engine.cli import app
from ipt_engine.config import RetrievalArguments, RunConfig
from ipt_engine.errors import ConfigError
from ipt_engine.evidence import Evidence
from ipt_engine.findings import (
    GainQuestion,
    find_advice,
    find_gain_claims,
    find_gains,
    find_methods,
    find_similarity,
    find_stability,
    find_transfer,
)
from ipt_engine.metrics import get_metric
from ipt_engine.plots import BACKGROUNDS
from ipt_engine.report import Report, build_report, to_html, to_markdown, write_frames
from ipt_engine.report.markdown import text
from ipt_engine.report.on_methods import which_wins, winner
from ipt_engine.report.on_similarity import by_a_line, in_short
from ipt_engine.report.on_the_paper import claims_here
from ipt_engine.report.parts import Answer, Picture, Section, Table
from ipt_engine.report.wording import (
    answer,
    estimate,
    interval,
    measure_of,
    number,
    probability,
    variant_name,
)
from ipt_engine.resources import shipped_root
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task
from tests.fake_store import TURNING_POINT, World, build_fake_store, fake_training, write_run
from tests.study_slices import write_trained

HOSTILE = "<script>alert(1)</script> & | *b* `c` [d](e) $f$ # g"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    return build_fake_store(tmp_path_factory.mktemp("report") / "store")


@pytest.fixture(scope="module")
def report(store: RunStore) -> Report:
    return build_report(store)


def frame(report: Report, name: str) -> pd.DataFrame:
    (found,) = [s.frames[name] for s in report.sections if name in s.frames]
    return found


def test_means_are_those_of_the_ledger(report: Report, store: RunStore) -> None:
    methods = frame(report, "methods")
    runs = store.runs()
    assert len(methods) == 8
    for row in methods.to_dict("records"):
        same = runs[(runs["task"] == row["task"]) & (runs["method"] == row["method"])]
        spec = get_metric(row["metric"])
        scores = [spec.corpus(store.ledger([i], spec.columns()).to_numpy()) for i in same["run_id"]]
        assert row["mean"] == pytest.approx(sum(scores) / len(scores))  # type: ignore[arg-type]
        assert row["n_seeds"] == len(scores)


def test_the_planted_relation_is_found_and_told(report: Report, store: RunStore) -> None:
    """In the fake store IPT's gain rises with similarity and changes sign at a known place."""
    found = find_similarity(Evidence(store), GainQuestion("mini-dart"))
    assert found is not None
    assert found.rises.outcome == "holds"
    assert found.threshold.value == pytest.approx(TURNING_POINT, abs=0.1)
    assert found.gain.n_seeds == (3, 3)
    (section,) = [
        s for s in report.sections if s.title.startswith("When does a demonstration help prompt")
    ]
    (told,) = [
        a for a in section.answers if a.text.startswith("Mini-DART: The gain of IPT over PT")
    ]
    assert told.outcome == "holds"
    assert number(found.rises.estimate.value, 2, True) in told.text
    assert "n 60" in told.text


def test_with_one_seed_of_each_no_claim_of_the_paper_is_decided(store: RunStore) -> None:
    runs = store.runs()
    evidence = Evidence(store, runs.loc[runs["seed"].eq(0), "run_id"].tolist())
    gains = find_gains(evidence)
    assert gains["low"].notna().all()
    assert gains["reason"].str.contains("one seed of PT and IPT").all()
    assert set(paper.beside(gains).query("whose == 'here'")["direction"]) == {"undecided"}
    claims = [find_gain_claims(evidence, GainQuestion(task)) for task in evidence.tasks]
    told = claims_here([c for c in claims if c], {}, None, None)[0][1]
    assert len(told) == 2
    assert {one.outcome for one in told} == {"undecided"}


def test_the_papers_claim_is_judged_among_equally_hard_inputs_where_that_is_known(
    store: RunStore,
) -> None:
    found = find_gain_claims(Evidence(store), GainQuestion("mini-dart"))
    assert found is not None
    assert found.given_difficulty is not None
    told = claims_here([found], {}, None, None)[0][1][0].text
    assert "among equally hard inputs, the nearer the training data, the more IPT gains" in told
    without = claims_here([replace(found, given_difficulty=None)], {}, None, None)[0][1][0].text
    assert without.startswith("Here: the nearer the training data, the more IPT gains")


def test_what_does_not_hold_once_corrected_is_not_said_to_hold() -> None:
    estimate = Estimate(0.2, 0.01, 0.4, 100)
    verdict = Verdict("It rises.", "holds", estimate, 0.0, 0.1, "rho", 0.3, "")
    assert after_correction(verdict, 0.04) == verdict
    for p in (0.2, None, float("nan")):
        found = after_correction(verdict, p)
        assert found.outcome == "undecided"
        assert "corrected for all tasks" in str(found.reason)
    fails = replace(verdict, outcome="does not hold")
    assert after_correction(fails, 1.0) == fails


def test_the_p_of_a_row_is_that_of_its_rho(report: Report, store: RunStore) -> None:
    evidence = Evidence(store)
    found = [find_gain_claims(evidence, GainQuestion(task)) for task in evidence.tasks]
    wanted = corrected([each.correlation.p for each in found if each])
    (section,) = [
        s for s in report.sections if s.title.startswith("When does a demonstration help prompt")
    ]
    shown = [row[3] for row in section.tables[0].rows]
    assert shown == [probability(p) for p in wanted]
    told = [a for a in section.answers if ": The gain" in a.text]
    for p, one in zip(wanted, told, strict=True):
        assert (one.outcome == "holds") <= (p < 0.05)


def gained(
    low: float, high: float, routing: str, reason: str | None = None, nearest: bool = True
) -> str:
    """What is said in short of a gain whose interval is given."""
    found = Mock(task="mini-dart", comparison="ipt-pt", metric="bleu")
    found.gain.estimate = Estimate((low + high) / 2, low, high, 60, reason)
    found.gain.n_seeds = (1, 1) if reason else (3, 3)
    # More runs than independent seeds, as crossed trainings are.
    found.pair.seeds = 11
    found.nearest = nearest
    found.routing_pays.outcome = routing
    found.cut.value = 0.456
    return in_short(found).text


def test_what_to_do_is_said_in_short() -> None:
    always = gained(2.0, 6.0, "undecided")
    assert always.startswith(
        "On Mini-DART, show the nearest demonstrations to every input: IPT is 4"
    )
    other = gained(2.0, 6.0, "undecided", nearest=False)
    assert other.startswith("On Mini-DART, show demonstrations to every input")
    assert "(95 % interval +2.0 to +6.0, for new seeds and inputs; 60 inputs, 3 seeds)" in always
    assert "more similar than 0.46" in gained(2.0, 6.0, "holds")
    assert gained(-6.0, -2.0, "undecided").startswith("On Mini-DART, show no demonstrations: IPT")
    assert "4.0 points of BLEU worse than PT" in gained(-6.0, -2.0, "does not hold")
    assert "cannot be told yet" in gained(-2.0, 6.0, "does not hold")
    for routing in ("undecided", "holds"):
        lone = gained(2, 6, routing, "one seed of PT: the interval is over test inputs alone")
        assert lone.startswith("On Mini-DART it cannot be told yet whether demonstrations help")
        assert lone.endswith("60 inputs; one seed of PT: the interval is over test inputs alone).")


def line_of(low: float, high: float, routing: str) -> str:
    """What is said of a line that crosses zero at 0.4, where 2 of 6 inputs lie below."""
    found = Mock()
    found.threshold = Threshold("threshold", 0.4, 0.34, 0.47, 6)
    found.points = pd.DataFrame({"similarity": [0.1, 0.3, 0.4, 0.5, 0.6, 0.7]})
    found.gain.estimate = Estimate((low + high) / 2, low, high, 6)
    found.routing_pays.outcome = routing
    return by_a_line(found)


def test_where_the_gain_changes_sign_is_said_so_that_it_fits_what_to_do() -> None:
    always, never = line_of(2.0, 6.0, "undecided"), line_of(-6.0, -2.0, "does not hold")
    crosses = "A straight line through the gains crosses zero at similarity 0.40 (95 % interval "
    assert always.startswith(crosses + "0.34 to 0.47)")
    assert always.endswith(
        "2 of the 6 inputs lie below, and leaving demonstrations out there is not shown to do "
        "better than showing them always."
    )
    assert never.endswith(
        "4 of the 6 inputs lie above, and showing demonstrations there alone is not shown to do "
        "better than showing none."
    )
    assert line_of(-2.0, 6.0, "undecided").endswith("2 of the 6 inputs lie below.")
    assert "not shown" not in line_of(2.0, 6.0, "holds")


def test_why_nothing_is_known_is_said_once(tmp_path: Path) -> None:
    few = find_similarity(
        Evidence(build_fake_store(tmp_path, n=4)), GainQuestion("mini-dart", "icl-zero")
    )
    assert few is not None
    assert by_a_line(few) == ""
    assert answer(few.rises).text.count("4 pairs are too few") == 1


def test_what_the_interval_of_a_gain_speaks_for_is_said(store: RunStore) -> None:
    told = {}
    for comparison in ("ipt-pt", "icl-zero"):
        found = find_similarity(Evidence(store), GainQuestion("mini-dart", comparison))
        assert found is not None
        told[comparison] = in_short(found).text
    assert "for new seeds and inputs; 60 inputs, 3 seeds)" in told["ipt-pt"]
    # In neither is there any luck.
    assert "for new inputs; 60 inputs)" in told["icl-zero"]


def test_a_claim_over_tasks_holds_where_most_tasks_say_so_and_none_against() -> None:
    def over(*outcomes: str) -> Answer:
        claims = [
            Mock(task=f"task-{place}", rises=Mock(outcome=outcome), beats=Mock(outcome=outcome))
            for place, outcome in enumerate(outcomes)
        ]
        return next(
            a for a in claims_here(claims, {}, None, None)[0][1] if "IPT beats PT" in a.text
        )

    most = over("holds", "holds", "undecided")
    assert most.outcome == "holds"
    assert most.text == (
        "Here: over all inputs IPT beats PT: on 2 of 3 tasks; undecided on task-2."
    )
    assert over("holds", "holds", "does not hold").outcome == "undecided"
    assert over("holds", "undecided").outcome == "undecided"
    assert over("does not hold", "does not hold", "undecided").outcome == "does not hold"


def test_a_ratio_that_would_have_shown_is_a_ratio() -> None:
    verdict = Verdict(
        claim="B varies less than A.",
        outcome="undecided",
        estimate=Estimate(1.29, 0.58, 2.89, 30),
        null=1.0,
        margin=0.1,
        unit="A's spread is {} times B's",
        detectable=2.11,
        method="",
    )
    told = answer(verdict).text
    assert "A's spread is 1.29 (95 % interval 0.58 to 2.89, n 30) times B's." in told
    assert "A ratio of 3.11 would have shown four times out of five." in told


def test_a_limit_on_leakage_leaves_out_the_nearest(store: RunStore) -> None:
    whole, cut = (
        find_similarity(Evidence(store), GainQuestion("mini-dart", limit=x)) for x in (1.0, 0.8)
    )
    assert whole is not None and cut is not None
    assert cut.points["similarity"].max() <= 0.8 < whole.points["similarity"].max()
    assert cut.leakage.dropped == len(whole.points) - len(cut.points) > 0


def test_what_no_run_answers_is_no_section(report: Report, store: RunStore) -> None:
    assert find_transfer(Evidence(store)) is None
    titles = [section.title for section in report.sections]
    assert not any("carry" in t or "elsewhere" in t or "stays the same" in t for t in titles)


def test_only_runs_that_stand_for_their_method_are_compared(tmp_path: Path) -> None:
    """Runs with another prompt length, or demonstrations unlike training's, stay out."""
    store = build_fake_store(tmp_path / "store")
    evidence = Evidence(store)
    odd = (
        evidence.factors[evidence.factors["method"] == "ipt"]
        .iloc[:1]
        .assign(run_id="f" * 12, retriever="farthest")
    )
    other_length = (
        evidence.factors[evidence.factors["method"] == "pt"]
        .iloc[:1]
        .assign(run_id="e" * 12, num_virtual_tokens=5.0)
    )
    foreign = (
        evidence.factors[evidence.factors["method"] == "pt"]
        .iloc[:1]
        .assign(run_id="d" * 12, prompt_task="mini-mtop")
    )
    evidence.factors = pd.concat([evidence.factors, odd, other_length, foreign], ignore_index=True)
    assert not set(evidence.main_runs["run_id"]) & {"f" * 12, "e" * 12, "d" * 12}
    assert len(evidence.main_runs) == len(evidence.factors) - 3


def test_spread_is_that_of_the_runs(store: RunStore) -> None:
    found = find_stability(Evidence(store))
    assert found is not None
    row = found.spread[
        (found.spread["task"] == "mini-dart") & (found.spread["method"] == "pt")
    ].iloc[0]
    runs = store.runs()
    scores = runs[(runs["task"] == "mini-dart") & (runs["method"] == "pt")]["score"]
    assert row["sd"] == pytest.approx(scores.std(ddof=1))
    assert found.steadier.estimate.n == 12


def test_the_nearest_demonstration_stands_for_icl_though_a_random_one_has_more_seeds(
    tmp_path: Path,
) -> None:
    store = build_fake_store(tmp_path / "store", seeds=(0,), n=20)
    for seed in (1, 2, 3):
        shown = RetrievalArguments(retriever="random", seed=seed)
        config = RunConfig(task="mini-dart", method="icl", retrieval=shown, seed=seed)
        write_run(store, World(get_task("mini-dart"), 20), config, None)
    evidence = Evidence(store)
    retrievers = evidence.factors.set_index("run_id")["retriever"]
    pairs = evidence.pairs("mini-dart", "icl-zero")
    assert [set(retrievers[list(pair.with_)]) for pair in pairs] == [{"dense"}, {"random"}]
    assert [len(pair.with_) for pair in pairs] == [1, 3]


def test_marked_best_only_where_it_beats_all(store: RunStore) -> None:
    found = find_methods(Evidence(store), "mini-dart")
    assert found is not None
    best = found.means[found.means["best"]]
    assert len(best) <= 1
    for variant in best["variant"]:
        rows = found.differences
        own = rows[(rows["variant_a"] == variant) | (rows["variant_b"] == variant)]
        assert (own["p_holm"] < 0.05).all() and len(own) == len(found.means) - 1


def test_no_winner_is_named_where_there_is_none(store: RunStore) -> None:
    found = find_methods(Evidence(store), "mini-dart")
    assert found is not None
    level = replace(found, means=found.means.assign(mean=0.0))
    assert winner(level).text.endswith("all ways of answering that were run score the same (0.0).")
    lone = replace(found, means=found.means.head(1))
    assert winner(lone).text == "Mini-DART: one way of answering alone has been run."


def test_variants_of_a_method_have_names_that_differ(tmp_path: Path) -> None:
    store = build_fake_store(tmp_path / "store", n=20)
    plain = fake_training("mini-dart", 0, None)
    for steps in (60, 80):
        training = replace(plain, training=replace(plain.training, max_steps=steps))
        write_trained(store, World(get_task("mini-dart"), 20).harder(0.001 * steps), training)
    evidence = Evidence(store)
    found = find_methods(evidence, "mini-dart")
    assert found is not None
    names = [variant_name(row) for row in found.means.to_dict("records")]
    assert len(set(names)) == len(names) == 6
    assert {"PT, max steps 40", "PT, max steps 60", "PT, max steps 80", "IPT, 1 nearest"} < {*names}
    (section,) = which_wins(evidence)
    table = section.tables[0]
    row = dict(zip(table.columns, table.rows[0], strict=True))
    for mean in found.means.to_dict("records"):
        assert row[variant_name(mean)].startswith(number(mean["mean"]))


def test_advice_on_the_shipped_study_stays_within_its_tasks() -> None:
    evidence = Evidence(RunStore(shipped_root()))
    for task in evidence.tasks:
        inputs = len(get_task(task).load("test"))
        found = find_advice(evidence, task)
        assert found.plan.most <= inputs and found.plan.inputs <= inputs
        for run in found.plan.runs:
            assert (run.config["limit"] or 0) < inputs
            assert f"--limit-test {inputs}" not in str(run.command)


def test_runs_that_are_there_are_not_asked_for(store: RunStore, tmp_path: Path) -> None:
    shutil.copytree(store.root, tmp_path / "store")
    copy = RunStore(tmp_path / "store")
    for run_id in copy.runs().query("method == 'icl' and task == 'mini-dart'")["run_id"]:
        copy.delete_run(run_id)
    (planned,) = find_advice(Evidence(copy), "mini-dart").plan.runs
    assert planned.method == "icl"
    # It does not count beside runs on other inputs, and need not be made again.
    config = RunConfig.from_dict(dict(planned.config))
    write_run(copy, World(get_task("mini-dart"), 30), config, None)
    found = find_advice(Evidence(copy), "mini-dart")
    assert "icl" not in set(found.options["method"])
    assert found.plan.runs == ()


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in {"src", "href"}]


def hostile_report() -> Report:
    figure = go.Figure(go.Scatter(x=[1], y=[2], name="</script><script>alert(1)</script>"))
    section = Section(
        HOSTILE,
        [Answer(HOSTILE, "holds", HOSTILE)],
        [Picture(HOSTILE, lambda theme: figure)],
        [Table(HOSTILE, [HOSTILE], [[HOSTILE]])],
        [HOSTILE],
    )
    return Report(HOSTILE, [HOSTILE], [section], {HOSTILE: "a: ```\n" + HOSTILE})


def test_the_page_is_whole_without_a_network(report: Report) -> None:
    page = to_html(report)
    parser = _Scripts()
    parser.feed(page)
    assert all(source.startswith("#") for source in parser.sources)
    assert parser.tags.count("figure") == sum(len(s.pictures) for s in report.sections) > 2


@pytest.mark.browser
def test_pictures_follow_the_browsers_theme(report: Report, page: Any, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    (tmp_path / "report.html").write_text(to_html(report), encoding="utf-8")
    page.goto((tmp_path / "report.html").as_uri())
    pictures = sum(len(section.pictures) for section in report.sections)
    for theme, background in BACKGROUNDS.items():
        page.emulate_media(color_scheme=theme)
        paper = ", ".join(str(int(background[i : i + 2], 16)) for i in (1, 3, 5))
        drawn = page.locator(f".plot .main-svg[style*='rgb({paper})']")
        expect(drawn).to_have_count(pictures)
        expect(page.locator("body")).to_have_css("background-color", f"rgb({paper})")


def test_no_text_becomes_markup() -> None:
    page = to_html(hostile_report())
    outside = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert "alert(1)</script>" not in outside.replace("&lt;/script&gt;", "")
    assert page.count("<script>alert(1)") == 0
    tokens = MarkdownIt("commonmark").enable("table").parse(to_markdown(hostile_report()))
    inline = [t for token in tokens for t in token.children or []]
    assert not any(t.type in {"html_inline", "link_open", "em_open", "code_inline"} for t in inline)
    assert not any(t.type == "html_block" for t in tokens)
    fences = [t.content for t in tokens if t.type == "fence"]
    assert fences == ["a: ```\n" + HOSTILE + "\n"]


@pytest.mark.parametrize("plain", [HOSTILE, "- a", "1. b", "+ c", "a_b", "x\ny", "5 > 3"])
def test_markdown_reads_as_the_plain_text(plain: str) -> None:
    (_, inline, _) = MarkdownIt("commonmark").parse(text(plain))
    assert "".join(t.content for t in inline.children or []) == " ".join(plain.split())


def test_frames_are_written_twice_and_are_the_same(report: Report, tmp_path: Path) -> None:
    written = write_frames(report, tmp_path)
    assert len(written) == 2 * sum(len(s.frames) for s in report.sections)
    for section in report.sections:
        for name, expected in section.frames.items():
            csv, parquet = (
                pd.read_csv(tmp_path / f"{name}.csv"),
                pd.read_parquet(tmp_path / f"{name}.parquet"),
            )
            assert len(csv) == len(parquet) == len(expected)
            for column in expected.select_dtypes("number"):
                pd.testing.assert_series_equal(
                    csv[column],
                    expected[column].reset_index(drop=True),
                    check_dtype=False,
                    check_names=False,
                )


def test_lists_in_a_frame_are_json_in_its_csv(tmp_path: Path) -> None:
    frame = pd.DataFrame({"similarities": [[np.float64(0.25)]]})
    section = Section("Which?", frames={"found": frame})
    write_frames(Report("A report", (), (section,), {}), tmp_path)
    assert pd.read_csv(tmp_path / "found.csv")["similarities"][0] == "[0.25]"


def test_the_command_writes_both_forms(fake_store: RunStore, tmp_path: Path) -> None:
    for name, start in (("r.html", "<!doctype html>"), ("r.md", "# IPT Lab")):
        out = tmp_path / name
        said = CliRunner().invoke(
            app, ["report", "--store", str(fake_store.root), "--out", str(out)]
        )
        assert said.exit_code == 0
        assert out.read_text("utf-8").startswith(start)


def test_an_empty_store_and_an_unknown_study_are_one_line(
    tmp_path: Path, fake_store: RunStore
) -> None:
    empty = CliRunner().invoke(app, ["report", "--store", str(tmp_path / "none")])
    assert isinstance(empty.exception, ConfigError)
    assert "ipt study quick" in str(empty.exception)
    unknown = CliRunner().invoke(app, ["report", "--study", "x", "--store", str(fake_store.root)])
    assert "There is no study 'x'" in str(unknown.exception)


def test_what_an_axis_shows_is_said_as_it_is_computed() -> None:
    assert measure_of(metric_outcome("bleu")) == "BLEU (corpus score, 0 to 100)"
    sums = np.array([[-2.0, 1.0], [-2.0, 4.0]]).sum(axis=0)
    assert GOLD_LOGPROB.score(sums) == -4.0 / 5  # and not the inputs' mean, (-2 - 0.5) / 2
    assert measure_of(GOLD_LOGPROB) == "nats per gold token (over all inputs' tokens)"


def test_numbers_in_words() -> None:
    assert number(-1.25) == "\N{MINUS SIGN}1.2"
    assert number(None) == number(float("nan")) == "–"
    assert interval(None, 1.0) == ""
    assert probability(0.0004) == "< 0.001" and probability(0.04) == "0.040"
    nothing = Estimate(None, None, None, 0, "there are no runs")
    assert estimate(nothing) == "cannot be computed: there are no runs"
    assert "no interval: one seed" in estimate(Estimate(1.0, None, None, 1, "one seed"))
