"""Stability: seeds, their spread and how many would decide."""

import json

import numpy as np
import pytest

from dashboard.components.text import markdown
from ipt_engine.evidence import Evidence
from ipt_engine.findings import find_draw_luck
from ipt_engine.plots import BACKGROUNDS
from ipt_engine.runs import RunStore
from tests.dashboard_app import open_page, shown, table
from tests.fake_store import add_swaps_and_transfer
from tests.ledger_oracles import bleu, ledger
from tests.study_slices import add_crossed, add_draws

pytestmark = pytest.mark.usefixtures("fresh_caches", "quick_ranking")


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


def test_what_luck_is_made_of_is_said_beside_its_picture(fake_store: RunStore) -> None:
    add_crossed(fake_store)
    add_draws(fake_store)
    add_swaps_and_transfer(fake_store)
    app = open_page("stability", task="mini-dart")
    asked = [heading.value for heading in app.subheader]
    assert asked == [
        "Is it the start, or the order of the data?",
        "Is it the training, or the demonstration drawn?",
    ]
    said = shown(app)
    assert said.count("initialisation ") >= 2
    draws = said[said.index(": soft prompt ") :]
    parts = find_draw_luck(Evidence(fake_store), "mini-dart")["ipt"]
    for share, sd in zip(parts["share"], parts["sd"], strict=True):
        assert f" {100 * share:.0f}\u00a0% (" in draws and f"deviation of {sd:.2f}" in draws


def test_tasks_that_do_not_count_are_named_with_the_reason(fake_store: RunStore) -> None:
    assert not any("Left out" in caption.value for caption in open_page("stability").caption)
    for run_id in fake_store.runs().query("task == 'mini-mtop' and seed > 0")["run_id"]:
        fake_store.delete_run(run_id)
    told = [caption.value for caption in open_page("stability").caption]
    assert markdown("Left out: Mini-MTOP (one seed of PT or IPT).") in told
    for run_id in fake_store.runs().query("task == 'mini-mtop' and method == 'pt'")["run_id"]:
        fake_store.delete_run(run_id)
    told = [caption.value for caption in open_page("stability").caption]
    assert markdown("Left out: Mini-MTOP (no PT and IPT with the same settings).") in told


def test_stability_asks_for_seeds_where_there_is_one(
    fake_store: RunStore,
) -> None:
    for run_id in fake_store.runs().query("seed > 0")["run_id"]:
        fake_store.delete_run(run_id)
    app = open_page("stability")
    assert "several seeds" in app.info[0].value
    assert "--seed 1" in app.code[0].value
