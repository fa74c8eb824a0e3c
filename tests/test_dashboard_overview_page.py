"""Overview: means, intervals, claims and links are those of the runs."""

import shutil
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
import streamlit as st

from dashboard import findings
from dashboard.findings import Scope
from ipt_engine.methods import METHODS
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task
from tests.dashboard_app import attributes, open_page, shown, table
from tests.fake_store import World, build_fake_store, fake_training
from tests.ledger_oracles import bleu, ledger
from tests.study_slices import write_trained

pytestmark = pytest.mark.usefixtures("fresh_caches", "quick_ranking")


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


def test_it_is_said_first_whether_a_demonstration_helps(fake_store: RunStore) -> None:
    app = open_page("overview")
    said = shown(app)
    rows = ledger(fake_store).query("task == 'mini-dart'")
    gain = bleu(rows[rows["method"] == "icl"]) - bleu(rows[rows["method"] == "zero_shot"])
    assert (
        "Without training, the most similar demonstration helps on Mini-DART (ICL scores "
        f"{gain:.1f} points more than zero-shot); is not known to help on Mini-MTOP: nothing varies"
    ) in said
    assert "soft prompt, the most similar demonstration may or may not help on Mini-DART (+" in said
    # Every method is explained in full, and three ways on are there at once.
    assert all(method.explanation in said for method in METHODS.values())
    labels = [link.proto.label for link in app.get("page_link")][:3]
    assert labels == ["Try an input of your own", "Add your own data", "What should I use?"]


def test_a_task_of_few_inputs_ranks_nothing(fake_store: RunStore) -> None:
    """Four inputs must not stand in one sentence with two hundred."""
    for run_id in fake_store.runs().query("task == 'mini-mtop'")["run_id"]:
        fake_store.delete_run(run_id)
    few = build_fake_store(fake_store.root.parent / "few", n=4)
    for run_id in few.runs().query("task == 'mini-mtop'")["run_id"]:
        shutil.copytree(few.root / "runs" / run_id, fake_store.root / "runs" / run_id)
    said = shown(open_page("overview"))
    assert "4 test inputs cannot rank the ways of answering on Mini-MTOP" in said
    assert "is not known to help on Mini-MTOP: too few examples (4)" in said


def test_beating_the_bare_model_is_not_beating_every_other_way(fake_store: RunStore) -> None:
    everything = shown(open_page("overview"))
    for run_id in fake_store.runs().query("method in ['pt', 'ipt']")["run_id"]:
        fake_store.delete_run(run_id)
    st.cache_data.clear()
    said = shown(open_page("overview"))
    assert "not run" not in everything
    assert "ICL scores highest on Mini-DART (PT and IPT not run)" in said
    # It does stand alone at the top, and by a difference that holds up.
    assert "★ beats" in said and said.count("★") == 1
    assert "No lead holds up" in said
    assert "PT and IPT were not run." in said


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


def test_the_report_is_written_once_until_the_store_changes(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ipt_engine import report  # noqa: PLC0415 loads scipy

    written: list[str] = []
    monkeypatch.setattr(report, "build_report", lambda *args: written.append("again"))
    monkeypatch.setattr(report, "to_html", lambda built: f"page {len(written)}")
    assert [findings.report(Scope()) for _ in range(2)] == ["page 1"] * 2
    fake_store.delete_run(fake_store.runs()["run_id"].iloc[0])
    assert findings.report(Scope()) == "page 2"
    app = open_page("overview")
    (said,) = [caption.value for caption in app.caption if "Written when pressed" in caption.value]
    assert "in about 1 s the first time; then kept until the store changes" in said
