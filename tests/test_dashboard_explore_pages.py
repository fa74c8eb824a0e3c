"""Overview, Stability, Transfer, Prompts, Advisor and the swap bench: what they say is so."""

import json
import re
import shutil
from dataclasses import replace
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlparse

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import data, engine, jobs, probing, promptdata, swapping
from ipt_engine.config import RunConfig
from ipt_engine.evidence import Evidence
from ipt_engine.findings import find_advice
from ipt_engine.knockouts import known_knockout, save_knockout
from ipt_engine.methods import METHODS
from ipt_engine.plots import BACKGROUNDS
from ipt_engine.report.on_advice import reasons
from ipt_engine.retrievers import Demonstration
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task
from ipt_engine.vocabulary import Vocabulary
from tests.command_config import config_of
from tests.dashboard_app import open_page, shown
from tests.fake_store import WIDTH, World, add_swaps_and_transfer, fake_training
from tests.ledger_oracles import bleu, ledger
from tests.study_slices import write_trained

pytestmark = pytest.mark.usefixtures("fresh_caches", "quick_ranking")


@pytest.fixture(scope="module")
def wide_template(fake_store_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("wide") / "store"
    shutil.copytree(fake_store_template, root)
    add_swaps_and_transfer(RunStore(root))
    return root


@pytest.fixture
def wide_store(wide_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    """A fake store with swapped demonstrations and transferred prompts."""
    root = tmp_path / "wide"
    shutil.copytree(wide_template, root)
    monkeypatch.setenv("IPT_STORE", str(root))
    return RunStore(root)


@pytest.fixture(autouse=True)
def small_vocabulary(monkeypatch: pytest.MonkeyPatch) -> Vocabulary:
    table = np.random.default_rng(5).normal(size=(50, WIDTH)).astype(np.float32)
    words = Vocabulary(table, tuple(f"word{i}" for i in range(50)))
    monkeypatch.setattr(promptdata, "_vocabulary", lambda base_model: words)
    return words


def attributes(app: AppTest, name: str) -> list[str]:
    bodies = " ".join(element.proto.body for element in app.html)
    return [unescape(found) for _, found in re.findall(rf"{name}=(['\"])(.*?)\1", bodies)]


def table(app: AppTest, *columns: str) -> pd.DataFrame:
    """The first table that has these columns."""
    return next(d.value for d in app.dataframe if set(columns) <= set(d.value.columns))


def click(app: AppTest, chart: str, prompt_id: str) -> None:
    """Click a point of a picture; AppTest has no hands for that of its own."""
    (found,) = [e.proto.id for e in app.get("plotly_chart") if e.key == f"{chart}.plot"]
    states = app._tree.get_widget_states()
    clicked = {"selection": {"points": [{"customdata": [prompt_id]}]}}
    states.widgets.add(id=found, string_value=json.dumps(clicked))
    app._run(states)


# Overview.


def test_overview_shows_means_that_sacrebleu_confirms(fake_store: RunStore) -> None:
    app = open_page("overview")
    rows = ledger(fake_store).query("task == 'mini-dart'")
    said = shown(app)
    for method in ("zero_shot", "icl", "pt", "ipt"):
        scores = [bleu(run) for _, run in rows[rows["method"] == method].groupby("run_id")]
        assert f"{np.mean(scores):.1f}" in said
        if len(scores) > 1:
            assert f"± {np.std(scores, ddof=1):.1f} ({len(scores)} seeds)" in said
    assert "scores highest on" in said
    # The methods' short names are explained where they are read first.
    assert METHODS["ipt"].explanation in attributes(app, "data-tip")[:4]


def test_every_score_of_the_overview_has_its_interval_in_a_row(fake_store: RunStore) -> None:
    app = open_page("overview")
    rows = table(app, "95 % interval", "test inputs")
    assert len(rows) == 8
    said = attributes(app, "data-tip")
    for row in rows.to_dict("records"):
        start = f"{row['method']} on {row['task']}: {row['score']:.1f} {row['metric']} ("
        (sentence,) = [told for told in said if told.startswith(start)]
        assert row["95 % interval"] in sentence


def test_a_score_of_the_overview_opens_its_runs(fake_store: RunStore) -> None:
    app = open_page("overview")
    links = attributes(app, "href")
    assert len(links) == 8
    runs = fake_store.runs().set_index("run_id")
    for link in links:
        ids = parse_qs(urlparse(link).query)["runs"][0].split(",")
        assert runs.loc[ids, ["task", "method"]].drop_duplicates().shape[0] == 1
        opened = open_page("runs", runs=",".join(ids))
        assert opened.session_state["runs.runs"] == ids
        break


def test_variants_of_one_method_hide_none_of_each_other(fake_store: RunStore) -> None:
    n = int(fake_store.runs()["n"].iloc[0])
    plain = fake_training("mini-dart", 0, None)
    longer = replace(plain, training=replace(plain.training, max_steps=60))
    run_id = write_trained(fake_store, World(get_task("mini-dart"), n), longer)
    app = open_page("overview")
    assert any(run_id in link for link in attributes(app, "href"))
    assert "max steps 40" in shown(app) and "max steps 60" in shown(app)


def test_the_papers_claims_are_judged(wide_store: RunStore) -> None:
    said = shown(open_page("overview"))
    assert "Here: over all inputs IPT beats PT" in said
    assert "an unrelated demonstration leaves IPT behind PT: on " in said
    assert "IPT varies less between seeds than PT" in said
    assert "A prompt learned on another task helps" in said


# Stability.


def test_stability_shows_the_seeds_spread(fake_store: RunStore) -> None:
    app = open_page("stability")
    rows = ledger(fake_store)
    found = table(app, "spread", "mean")
    for task, name in (("mini-dart", "Mini-DART"),):
        for method, title in (("pt", "PT"), ("ipt", "IPT")):
            own = rows[(rows["task"] == task) & (rows["method"] == method)]
            scores = [bleu(run) for _, run in own.groupby("run_id")]
            line = found[(found["task"] == name) & (found["method"] == title)].iloc[0]
            assert line["mean"] == pytest.approx(np.mean(scores))
            assert line["spread"] == pytest.approx(np.std(scores, ddof=1))
            assert line["seeds"] == 3
    assert "varies less between seeds" in shown(app)
    assert len(table(app, "seeds needed")) == 2


def test_a_ticked_seed_opens_its_run(fake_store: RunStore) -> None:
    app = open_page("stability")
    rows = table(app, "seed", "run_id")
    scores = {run_id: bleu(run) for run_id, run in ledger(fake_store).groupby("run_id")}
    dart = rows[rows["task"] == "Mini-DART"]
    assert dart["score"].tolist() == pytest.approx([scores[i] for i in dart["run_id"]])
    run_id = rows["run_id"].iloc[1]
    opened = open_page("stability", run=run_id)
    links = [link.proto.query_string for link in opened.get("page_link")]
    assert f"runs={run_id}" in links


def test_a_picture_is_saved_under_its_name_on_a_background(fake_store: RunStore) -> None:
    app = open_page("stability")
    charts = [chart.proto for chart in app.get("plotly_chart")]
    names = [json.loads(chart.config)["toImageButtonOptions"]["filename"] for chart in charts]
    assert names[:2] == ["seeds", "ratios"]
    for chart in charts:
        layout = json.loads(chart.spec)["layout"]
        assert "paper_bgcolor" not in layout
        assert layout["template"]["layout"]["paper_bgcolor"] == BACKGROUNDS["light"]


def test_stability_asks_for_seeds_where_there_is_one(
    fake_store: RunStore,
) -> None:
    for run_id in fake_store.runs().query("seed > 0")["run_id"]:
        fake_store.delete_run(run_id)
    app = open_page("stability")
    assert "several seeds" in app.info[0].value
    assert "--seed 1" in app.code[0].value


# Transfer.


def test_transfer_is_the_gain_over_icl(wide_store: RunStore) -> None:
    app = open_page("transfer")
    rows = ledger(wide_store).query("task == 'mini-dart'")
    runs = wide_store.runs().query("task == 'mini-dart' and retriever == 'dense'")
    icl = bleu(rows[rows["run_id"] == runs[runs["method"] == "icl"]["run_id"].iloc[0]])
    foreign = runs[runs["source_task"] == "mini-mtop"]["run_id"]
    assert len(foreign) == 3
    gain = np.mean([bleu(rows[rows["run_id"] == i]) for i in foreign]) - icl
    found = table(app, "used on")
    line = found[(found["used on"] == "Mini-DART") & (found["prompt"] == "Mini-MTOP")].iloc[0]
    assert line["gain"] == pytest.approx(gain)
    assert line["without it"] == pytest.approx(icl)
    assert {"untrained prompt", "noise, as long as a trained prompt"} <= set(found["prompt"])


def test_a_ticked_cell_of_transfer_leads_to_its_runs(wide_store: RunStore) -> None:
    app = open_page("transfer", cell="mini-dart:mini-mtop")
    (link,) = [e.proto for e in app.get("page_link") if "behind" in e.proto.label]
    ids = parse_qs(link.query_string)["runs"][0].split(",")
    runs = wide_store.runs().query("task == 'mini-dart' and retriever == 'dense'")
    foreign = runs[runs["source_task"] == "mini-mtop"]["run_id"]
    icl = runs[runs["method"] == "icl"]["run_id"]
    assert ids == [*(i for i in ids if i in set(foreign)), icl.iloc[0]]
    assert set(ids) == {*foreign, icl.iloc[0]}


# Prompts.


def test_prompts_shows_the_nearest_words(
    fake_store: RunStore, small_vocabulary: Vocabulary
) -> None:
    prompt = fake_store.prompts().query("task == 'mini-mtop' and method == 'ipt'").iloc[1]
    app = open_page("prompts", task="mini-mtop", prompt=prompt["prompt_id"])
    vectors = fake_store.prompt_vectors(prompt["prompt_id"])
    matrix = small_vocabulary.table.astype(np.float64)
    cosines = vectors @ matrix.T
    cosines /= np.linalg.norm(vectors, axis=1)[:, None] * np.linalg.norm(matrix, axis=1)
    expected = [f"'word{row.argmax()}' {row.max():.2f}" for row in cosines]
    assert table(app, "position")["1."].tolist() == expected
    assert f"mean of all {cosines.max(axis=1).mean():.2f}" in shown(app)


def test_the_chosen_prompt_is_among_the_paths_and_both_methods_are(fake_store: RunStore) -> None:
    prompts = fake_store.prompts().query("task == 'mini-dart'").sort_values("prompt_id")
    many = pd.concat(
        [prompts.assign(prompt_id=prompts["prompt_id"] + str(i), seed=prompts["seed"] + 3 * i)
         for i in range(4)]
    )  # fmt: skip
    last = many[many["method"] == "pt"].sort_values("seed").iloc[-1]
    drawn = promptdata.beside_in_training(many, last["prompt_id"], 12)
    assert drawn["prompt_id"].iloc[0] == last["prompt_id"]
    assert drawn["method"].value_counts().to_dict() == {"ipt": 6, "pt": 6}
    assert set(drawn["seed"]) == {*range(6), last["seed"]}

    app = open_page("prompts", task="mini-dart", prompt=prompts["prompt_id"].iloc[2])
    assert any("6 of 6 prompts of this task and length" in c.value for c in app.caption)


def test_of_a_prompt_that_was_made_again_nothing_old_is_shown(
    fake_store: RunStore, tmp_path: Path
) -> None:
    one, other = fake_store.prompts()["prompt_id"].iloc[[0, 1]]
    archive, tokens = data.prompt_zip(one), promptdata.nearest_tokens(one)
    # As `ipt run --force` does: the old folder goes, and the new one is renamed into its place.
    folder = fake_store.prompt_folder(one)
    shutil.copytree(folder, tmp_path / "made")
    name = "adapter_model.safetensors"
    shutil.copy(fake_store.prompt_folder(other) / name, tmp_path / "made" / name)
    shutil.rmtree(folder)
    (tmp_path / "made").rename(folder)
    assert data.prompt_zip(one) != archive
    assert not promptdata.nearest_tokens(one).equals(tokens)


def test_a_click_on_the_map_chooses_the_prompt(fake_store: RunStore) -> None:
    prompts = fake_store.prompts()
    first = prompts[prompts["task"] == "mini-dart"].iloc[0]
    other = prompts[prompts["task"] == "mini-mtop"].iloc[2]
    app = open_page("prompts", task="mini-dart", prompt=first["prompt_id"], compare="yes")
    click(app, "map", other["prompt_id"])
    assert app.selectbox(key="prompts.task").value == "mini-mtop"
    assert app.selectbox(key="prompts.prompt").value == other["prompt_id"]


def test_a_token_that_was_taken_out_is_shown(fake_store: RunStore) -> None:
    prompt_id = fake_store.prompts().query("task == 'mini-dart'").iloc[0]["prompt_id"]
    losses = [1.0, *np.linspace(0.99, 1.2, 25)]
    save_knockout(fake_store, prompt_id, losses, 40)
    app = open_page("prompts", task="mini-dart", prompt=prompt_id)
    said = shown(app)
    assert "Token 25 matters most: without it the dev loss rises by 0.200 from 1.000" in said
    assert "2 of 25 tokens could go at no loss" in said


def test_measuring_is_begun_once_and_its_end_is_shown(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measure(probe: probing.Probe, store: RunStore, prompt_id: str) -> None:
        save_knockout(store, prompt_id, [1.0, 1.1], 3)
        probe.running = False

    monkeypatch.setattr(probing, "_measure", measure)
    app = open_page("prompts", task="mini-dart")
    prompt_id = app.session_state["prompts.prompt"]
    app.button(key="prompts.measure").click().run()
    for _ in range(100):
        if known_knockout(fake_store, prompt_id) is not None:
            break
    app.run()
    assert "Token 1 matters most" in shown(app)


# Advisor.


def test_the_advisor_recommends_or_says_what_to_run(fake_store: RunStore) -> None:
    app = open_page("advisor", task="mini-dart")
    for task in ("mini-dart", "mini-mtop"):
        found = find_advice(Evidence(fake_store), task)
        assert found.leader is not None
        said = shown(open_page("advisor", task=task))
        if found.recommended is None:
            assert f"undecided {METHODS[found.leader].title} scores highest so far" in said
        else:
            assert f"Use {METHODS[found.recommended].title} (" in said
        assert all(reason in said for reason in reasons(found))
    costs = table(app, "repaid after")
    assert costs["method"].tolist() == ["Zero-shot", "ICL", "PT", "IPT"]
    rows = ledger(fake_store).query("task == 'mini-dart' and method == 'pt'")
    tokens = (rows["prompt_tokens"] + rows["virtual_tokens"]).mean()
    assert costs["tokens of a query"][2] == pytest.approx(tokens)


def test_the_runs_that_would_decide_are_queued_at_a_click(
    fake_store: RunStore, no_worker: None
) -> None:
    for run_id in fake_store.runs().query("method == 'ipt' and task == 'mini-dart'")["run_id"]:
        fake_store.delete_run(run_id)
    app = open_page("advisor", task="mini-dart")
    wanted = table(app, "what for")
    assert "IPT" in set(wanted["method"])
    assert "not known yet" not in app.button(key="advisor.queue").label
    app.button(key="advisor.queue").click().run()
    queued = [RunConfig.from_dict(job.config) for job in jobs.jobs(fake_store)[::-1]]
    assert [config.seed for config in queued] == wanted["seed"].tolist()
    assert {config.task for config in queued} == {"mini-dart"}
    assert "Queued" in app.success[0].value
    assert "advisor.queue" not in {button.key for button in app.button}, "not all once more"
    jobs.cancel(fake_store, jobs.jobs(fake_store)[-1])
    app.run()
    assert app.button(key="advisor.queue").label.startswith("Run the other 1, ")
    app.button(key="advisor.queue").click().run()
    assert len(jobs.jobs(fake_store)) == len(queued)
    # What is missing is run as the others were.
    steps = {config.training.training.max_steps for config in queued if config.training}
    assert steps == {next(iter(fake_store.prompts()["steps"]))}


def test_of_a_task_without_runs_it_says_so_and_offers_the_first_ones(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[RunConfig] = []
    monkeypatch.setattr(jobs, "submit_many", lambda store, configs: queued.extend(configs))
    app = open_page("advisor", task="mini-spider")
    assert not app.warning
    assert "Nothing of Mini-Spider has been run yet." in shown(app)
    assert app.header[0].value == "What would give a first answer"
    wanted = table(app, "what for")
    assert wanted["method"].tolist() == ["Zero-shot", "ICL", *["PT"] * 3, *["IPT"] * 3]
    commands = app.code[0].value.splitlines()
    assert commands[0] == "ipt run --task mini-spider --method zero_shot --seed 0"
    # Judged by the other tasks' runs.
    assert "not known yet" not in set(wanted["time"])
    app.button(key="advisor.queue").click().run()
    assert queued == [config_of(command) for command in commands]


def test_in_an_empty_store_no_time_is_made_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPT_STORE", str(tmp_path / "nothing"))
    monkeypatch.setattr(RunStore, "open", classmethod(lambda cls, path: cls(path)))
    app = open_page("advisor")
    assert set(table(app, "what for")["time"]) == {"not known yet"}
    assert app.button(key="advisor.queue").label == "Run all 8, time not known yet"


def test_one_way_of_answering_alone_wins_nowhere(fake_store: RunStore) -> None:
    runs = fake_store.runs()
    kept = runs.query("method == 'pt' and task == 'mini-mtop'")["run_id"].iloc[0]
    for run_id in set(runs["run_id"]) - {kept}:
        fake_store.delete_run(run_id)
    overview = shown(open_page("overview"))
    assert "One way of answering alone has been run on Mini-MTOP." in overview
    advisor = shown(open_page("advisor"))
    assert "One way of answering alone has been run." in advisor
    assert "scores highest" not in overview + advisor


@pytest.mark.parametrize("page", ["prompts", "runs"])
def test_a_link_to_a_task_without_anything_says_that(page: str, fake_store: RunStore) -> None:
    app = open_page(page, task="mini-spider")
    assert "“mini-spider”, which has nothing on this page yet" in app.warning[0].value.replace(
        "\\", ""
    )
    gone = open_page(page, task="no-such-task")
    assert "which is not there" in gone.warning[0].value.replace("\\", "")


# Similarity.


def test_similarity_can_be_measured_by_words(fake_store: RunStore) -> None:
    from ipt_engine.nearness import WORDS, nearest_similarity

    app = open_page("similarity", task="mini-dart", measure=WORDS)
    points = table(app, "similarity", "gain")
    by_id = nearest_similarity("mini-dart", WORDS)
    found = points.set_index("example_id")["similarity"]
    assert found.to_dict() == pytest.approx(by_id[found.index].to_dict())
    plain = table(open_page("similarity", task="mini-dart"), "similarity", "gain")
    assert set(plain["example_id"]) == set(points["example_id"])
    assert plain["similarity"].tolist() != points["similarity"].tolist()


# Swapped demonstrations.


def test_similarity_shows_what_swapping_does(wide_store: RunStore) -> None:
    app = open_page("similarity", task="mini-dart")
    rows = ledger(wide_store).query("task == 'mini-dart' and method == 'icl'")
    by_retriever = {name: bleu(run) for name, run in rows.groupby("retriever")}
    found = table(app, "mean similarity")
    icl = found[found["method"] == "ICL"].set_index("demonstration")
    for name, arm in (("dense", "nearest"), ("farthest", "farthest"), ("median", "median")):
        column = next(c for c in found.columns if "BLEU" in c)
        assert float(icl.loc[arm, column]) == pytest.approx(by_retriever[name], abs=0.06)
    assert "With the input held fixed, a more similar demonstration helps ICL" in shown(app)


def finish_at_once(
    monkeypatch: pytest.MonkeyPatch, values: dict[tuple[str, str], float]
) -> list[engine.Question]:
    """Let the bench end as it begins, with these log-probabilities; what it was asked."""
    asked: list[engine.Question] = []

    def fill(bench: swapping.Swap, store: RunStore) -> None:
        asked.append(bench.question)
        train = get_task(bench.question.task).load("train")
        bench.arms = {"nearest": [Demonstration(train[0], 0.9)]}
        if not bench.covers(bench.question.demonstrations):
            bench.arms = {**bench.arms, swapping.CHOSEN: bench.question.demonstrations}
        bench.rows = pd.DataFrame(
            {"method": method, "kind": kind, "similarity": None if kind == "none" else 0.5,
             "demonstration": "a  →  b", "prediction": "<b>x</b>", "gold_logprob": value,
             "score": 10.0}
            for (method, kind), value in values.items()
            if kind != swapping.CHOSEN or kind in bench.arms
        )  # fmt: skip
        bench.running = False

    class AtOnce:
        def __init__(self, target: Any, args: tuple[Any, ...], daemon: bool) -> None:
            self.start = lambda: fill(*args)

    monkeypatch.setattr(swapping, "threading", SimpleNamespace(Thread=AtOnce))
    monkeypatch.setattr(swapping, "_SWAPS", {})
    return asked


def test_the_swap_bench_leads_with_the_best_and_shows_how_the_reference_moves(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {("icl", "nearest"): -2.0, ("icl", "farthest"): -9.5, ("pt", "none"): -1.5}
    finish_at_once(monkeypatch, values)
    app = open_page("playground", task="mini-dart")
    assert "about half a minute" in shown(app)
    app.button(key="swap.go").click().run()
    said = shown(app)
    best = "Here PT without a demonstration gives the reference answer the highest probability"
    assert f"{best} (log p(reference) −1.5)." in said
    assert "ICL: with the nearest demonstration the reference is 7.5 nats more likely" in said
    assert said.index(best) < said.index("7.5 nats")
    assert table(app, "kind")["kind"].tolist() == ["nearest", "farthest", "none"]


def test_a_visitor_who_leaves_an_input_stops_no_others_bench(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[swapping.Swap] = []

    class Begun:
        def __init__(self, target: Any, args: tuple[Any, ...], daemon: bool) -> None:
            self.start = lambda: begun.append(args[0])

    monkeypatch.setattr(swapping, "threading", SimpleNamespace(Thread=Begun))
    monkeypatch.setattr(swapping, "_SWAPS", {})
    first = open_page("playground", task="mini-dart")
    first.button(key="swap.go").click().run()
    second = open_page("playground", task="mini-dart")
    assert second.button(key="swap.stop")
    (bench,) = begun
    first.selectbox(key="playground.example").select_index(1).run()
    assert not bench.stopping.is_set()
    second.selectbox(key="playground.example").select_index(1).run()
    assert bench.stopping.is_set()


def test_the_swap_bench_is_kept_and_takes_the_users_choice(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {("icl", "nearest"): -2.0, ("icl", swapping.CHOSEN): -1.0}
    asked = finish_at_once(monkeypatch, values)
    example = get_task("mini-dart").load("test")[4].id
    app = open_page("playground", task="mini-dart", example=example)
    app.button(key="swap.go").click().run()
    assert table(app, "kind")["kind"].tolist() == ["nearest"]
    assert not [button for button in app.button if button.key == "swap.go"]
    # Another input and back, and then a session of its own, as after a reload.
    app.selectbox(key="playground.example").set_value(get_task("mini-dart").load("test")[5].id)
    app.run()
    assert app.button(key="swap.go").label == "Swap the demonstration"
    app.selectbox(key="playground.example").set_value(example).run()
    assert table(app, "kind")["kind"].tolist() == ["nearest"]
    ticked = get_task("mini-dart").load("train")[3].id
    app = open_page("playground", task="mini-dart", example=example, demonstrations=ticked)
    assert table(app, "kind")["kind"].tolist() == ["nearest"]
    assert len(asked) == 1
    app.button(key="swap.go").click().run()
    assert [d.example.id for d in asked[-1].demonstrations] == [ticked]
    assert table(app, "kind")["kind"].tolist() == ["nearest", "your choice"]
    assert "Here ICL with your choice of demonstrations gives" in shown(app)
    app = open_page("playground", task="mini-dart", example=example)
    assert table(app, "kind")["kind"].tolist() == ["nearest"]


def test_the_swap_bench_needs_a_reference(fake_store: RunStore) -> None:
    app = open_page("playground", task="mini-dart", **{"from": "own"})
    assert "whose reference answer is known" in " ".join(c.value for c in app.caption)
    assert not [button for button in app.button if button.key == "swap.go"]


def test_choosing_a_study_counts_its_runs_alone(fake_store: RunStore) -> None:
    from ipt_engine.studies import StudyRecord, StudyRun, save_study

    runs = fake_store.runs().query("task == 'mini-dart'")
    config: dict[str, Any] = {"slices": [{"name": "core", "about": "Which wins?"}]}
    planned = tuple(StudyRun("core", i, None) for i in runs["run_id"])
    save_study(fake_store.root, StudyRecord("mine", config, planned))
    st.cache_data.clear()
    everything, study = open_page("overview"), open_page("overview", study="mine")
    assert "Mini-MTOP" in shown(everything) and "Mini-MTOP" not in shown(study)
    assert "Study mine: core complete." in shown(study)
