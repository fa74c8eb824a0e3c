"""The page Runs says what the ledger says: scores by sacreBLEU itself, each run as it was made."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ipt_engine.analysis.summary import run_scores
from ipt_engine.config import RunConfig
from ipt_engine.runs import RunStore
from ipt_engine.studies import StudyRecord, StudyRun, save_study
from ipt_engine.tasks import get_task
from tests.dashboard_app import HOSTILE, html_of, open_page, shown
from tests.fake_store import World, add_swaps_and_transfer, write_run
from tests.ledger_oracles import bleu, ledger
from tests.older_runs import with_fields

pytestmark = pytest.mark.usefixtures("fresh_caches", "quick_ranking")


def test_runs_shows_scores_that_sacrebleu_confirms(fake_store: RunStore) -> None:
    app = open_page("runs", task="mini-dart")
    rows = ledger(fake_store).query("task == 'mini-dart'")
    said = shown(app)
    for method, title in (("zero_shot", "Zero-shot"), ("icl", "ICL"), ("pt", "PT"), ("ipt", "IPT")):
        scores = [bleu(run) for _, run in rows[rows["method"] == method].groupby("run_id")]
        expected = f"{title} {np.mean(scores):.1f}"
        if len(scores) > 1:
            expected += f" ± {np.std(scores, ddof=1):.1f} ({len(scores)} runs)"
        assert expected in said
    table = app.dataframe[0].value
    found = dict(zip(table["run_id"], table["score"], strict=True))
    assert found == pytest.approx({str(i): bleu(run) for i, run in rows.groupby("run_id")})


def test_runs_mixes_no_settings(fake_store: RunStore) -> None:
    """A mean over other demonstrations, too, would be of things that are not alike."""
    add_swaps_and_transfer(fake_store)
    said = shown(open_page("runs", task="mini-dart"))
    rows = ledger(fake_store).query("task == 'mini-dart' and method == 'icl'")
    scores = [bleu(run) for _, run in rows.groupby("run_id")]
    expected = (
        f"ICL {min(scores):.1f} to {max(scores):.1f} ({len(scores)} runs of several settings)"
    )
    assert expected in said
    assert "Zero-shot" in said


def test_runs_of_another_model_or_split_stand_apart(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(get_task("mini-dart"), 60)
    write_run(fake_store, world, RunConfig(task="mini-dart", method="zero_shot", split="dev"), None)
    other = RunConfig(task="mini-dart", method="zero_shot", base_model="some/model")
    write_run(fake_store, world, other, None)
    app = open_page("runs", task="mini-dart")
    rows = ledger(fake_store).query("task == 'mini-dart' and method == 'zero_shot'")
    scores = {round(bleu(run), 1) for _, run in rows.groupby("run_id")}
    said = shown(app)
    assert "Mini-DART, dev, SmolLM2" in said and "Mini-DART, some/model BLEU" in said
    assert len(scores) == 1, "the answers are the same, so each row has the same number"
    assert [row[0] for row in score_rows(app)] == [f"{scores.pop()} 1 run"] * 3
    app = open_page("runs", task="mini-dart", split="dev")
    assert set(app.dataframe[0].value["split"]) == {"dev"}
    (plot,) = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    assert "60 dev examples" in plot["layout"]["xaxis"]["title"]["text"]
    assert "interval" not in plot["layout"]["xaxis"]["title"]["text"]
    app = open_page("runs", model="some/model")
    assert len(app.dataframe[0].value) == 1


def score_rows(app: AppTest) -> list[list[str]]:
    """The cells of the table of scores above the filters."""
    (body,) = re.findall(r"<tbody>(.*?)</tbody>", html_of(app))
    rows = [re.findall(r"<td>(.*?)</td>", row) for row in body.split("</tr>")[:-1]]
    return [[re.sub(r"<[^>]*>", "", cell) for cell in row] for row in rows]


def test_scores_of_several_tasks_are_a_table_and_of_one_a_sentence(fake_store: RunStore) -> None:
    with_fields(fake_store, fake_store.runs()["run_id"].iloc[-1], data_hash="c" * 64)
    app = open_page("runs")
    assert f"{len(fake_store.runs())} runs: scores of one row may be compared" in shown(app)
    rows = ledger(fake_store)
    expected = []
    for task in ("mini-dart", "mini-mtop"):
        cells = []
        for method in ("zero_shot", "icl", "pt", "ipt"):
            same = rows[(rows["task"] == task) & (rows["method"] == method)]
            metric = get_task(task).metric
            table = run_scores(same, metric)["score"]
            count = f"{len(table)} run{'s' * (len(table) > 1)}"
            score = f"{table.mean():.1f}"
            if task == "mini-mtop" and method == "ipt":
                score = f"{table.min():.1f} to {table.max():.1f}"
            elif len(table) > 1:
                score += f" ± {table.std(ddof=1):.1f}"
            cells.append(f"{score} {count}")
        expected.append(cells)
    assert score_rows(app) == expected
    assert "<tbody>" not in html_of(open_page("runs", task="mini-dart"))


def test_a_studys_words_show_commands_as_code(fake_store: RunStore) -> None:
    about = "Rates are those that `ipt tune` found."
    save_study(fake_store.root, StudyRecord("mine", {"slices": {}, "about": about}, ()))
    app = open_page("runs")
    assert "<code>ipt tune</code>" in html_of(app) and "`ipt tune`" not in shown(app)


def test_a_damaged_folder_is_listed_once_it_is_there(fake_store: RunStore) -> None:
    def listed() -> list[str]:
        app = open_page("runs")
        return [line.value for line in app.text if "/" in line.value]

    assert listed() == []
    (fake_store.root / "runs" / ("d" * 12)).mkdir()
    assert [line.split(":")[0] for line in listed()] == [f"runs/{'d' * 12}"]
    status = next((fake_store.root / "active").glob("*/status.json"))
    status.write_text("{", encoding="utf-8")
    assert f"active/{status.parent.name}" in {line.split(":")[0] for line in listed()}


def test_what_is_damaged_is_not_looked_for_at_every_click(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    damaged = RunStore.damaged
    monkeypatch.setattr(RunStore, "damaged", lambda self: looked.append(1) or damaged(self))
    app = open_page("runs")
    app.text_input(key="runs.text").set_value("seed 1").run()
    assert len(looked) == 1


def test_runs_mixes_no_versions_of_the_data(fake_store: RunStore) -> None:
    of_pt = fake_store.runs().query("task == 'mini-dart' and method == 'pt'")
    with_fields(fake_store, of_pt["run_id"].iloc[0], data_hash="c" * 64)
    scores = [bleu(run) for run in (fake_store.ledger([i]) for i in of_pt["run_id"])]
    told = f"PT {min(scores):.1f} to {max(scores):.1f} ({len(scores)} runs of several settings)"
    assert told in shown(open_page("runs", task="mini-dart"))


@pytest.mark.parametrize(("method", "stays"), [("icl", False), ("ipt", True)])
def test_deleting_a_run_speaks_of_a_prompt_where_there_is_one(
    fake_store: RunStore, method: str, stays: bool
) -> None:
    run_id = fake_store.runs().query(f"method == '{method}'")["run_id"].iloc[0]
    app = open_page("runs", runs=run_id)
    app.button(key="runs.delete").click().run()
    (said,) = [words.value for words in app.markdown if "removed from the disk" in words.value]
    assert ("Its prompt stays" in said) == stays


@pytest.mark.parametrize(
    ("query", "keeps"),
    [
        ({"methods": "pt,ipt"}, lambda run: run["method"] in {"pt", "ipt"}),
        ({"text": "seed 1"}, lambda run: run["seed"] == 1),
        ({"text": "zero-shot"}, lambda run: run["method"] == "zero_shot"),
        ({"text": "mini-mtop"}, lambda run: run["task"] == "mini-mtop"),
        (
            {"task": "mini-mtop", "text": "dense"},
            lambda r: (r["task"], r["retriever"]) == ("mini-mtop", "dense"),
        ),
    ],
)
def test_runs_can_be_filtered(
    fake_store: RunStore, query: dict[str, str], keeps: Callable[[Any], bool]
) -> None:
    app = open_page("runs", **query)
    runs = fake_store.runs()
    expected = set(runs.loc[[keeps(row) for row in runs.to_dict("records")], "run_id"])
    assert 0 < len(expected) < len(runs)
    assert set(app.dataframe[0].value["run_id"]) == expected


def test_a_run_opened_by_link_shows_what_was_run(fake_store: RunStore) -> None:
    runs = fake_store.runs()
    run_id = runs[runs["method"] == "ipt"]["run_id"].iloc[0]
    app = open_page("runs", runs=run_id)
    code = [block.value for block in app.code]
    assert f"ipt run {run_id}.yaml" in code
    import yaml

    config = RunConfig.from_dict(yaml.safe_load(code[1]))
    run = fake_store.run(run_id)
    assert app.header[0].value.replace("\\", "").startswith(f"IPT, seed {run['seed']} (")
    assert config.training is not None
    assert config.training.to_dict() == fake_store.prompt(run["prompt_id"])["config"]
    assert run["machine"]["platform"] in app.dataframe[2].value["value"].tolist()


def test_lists_in_the_ledger_as_csv_are_json(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {}
    monkeypatch.setattr(
        st, "download_button", lambda label, data, **_: made.setdefault(label, data)
    )
    run_id = fake_store.runs().query("method == 'icl'")["run_id"].iloc[0]
    open_page("runs", runs=run_id)
    read = pd.read_csv(io.BytesIO(made["Ledger as CSV"]()))
    for name in ("references", "demonstration_ids", "demonstration_similarities"):
        stored = [list(cell) for cell in fake_store.ledger([run_id])[name]]
        assert any(stored) and [json.loads(cell) for cell in read[name]] == stored


def test_two_runs_compared_by_link_differ_by_what_sacrebleu_says(fake_store: RunStore) -> None:
    runs = fake_store.runs().query("task == 'mini-dart' and seed == 0")
    pt, ipt = (runs[runs["method"] == m]["run_id"].iloc[0] for m in ("pt", "ipt"))
    app = open_page("runs", runs=f"{ipt},{pt}")
    rows = ledger(fake_store)
    difference = bleu(rows[rows["run_id"] == ipt]) - bleu(rows[rows["run_id"] == pt])
    word = "better" if difference > 0 else "worse"
    assert f"is {abs(difference):.1f} BLEU points {word} than PT, seed 0 ({pt[:6]})" in shown(app)


def test_deleting_a_run_asks_first(fake_store: RunStore) -> None:
    run_id = fake_store.runs()["run_id"].iloc[0]
    app = open_page("runs", runs=run_id)
    app.button(key="runs.delete").click().run()
    assert app.button(key="runs.delete.yes") and app.button(key="runs.delete.no")
    assert fake_store.has_run(run_id)


def test_a_shipped_run_cannot_be_deleted(
    fake_store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPT_STORE", str(tmp_path / "mine"))
    both = classmethod(lambda cls, path: cls(path, shipped=fake_store.root))
    monkeypatch.setattr(RunStore, "open", both)
    app = open_page("runs", runs=fake_store.runs()["run_id"].iloc[0])
    button = app.button(key="runs.delete")
    assert button.disabled
    assert "came with IPT Lab" in button.proto.help


def test_runs_says_which_slices_of_a_study_exist(fake_store: RunStore) -> None:
    there = fake_store.runs()["run_id"].tolist()
    parts = [{"name": "core", "about": "Which wins?"}, {"name": "swap", "about": HOSTILE}]
    runs = [StudyRun("core", there[0]), StudyRun("swap", there[1]), StudyRun("swap", "f" * 12)]
    save_study(fake_store.root, StudyRecord("mine", {"slices": parts}, tuple(runs)))
    app = open_page("runs")
    (table,) = [t.value for t in app.dataframe if "slice" in t.value]
    assert table["runs"].tolist() == ["1 of 1", "1 of 2"]
    assert table["state"].tolist() == ["complete", ""]
    assert any(code.value == "ipt study mine" for code in app.code)


def _ticking() -> None:
    import streamlit as st  # noqa: PLC0415 it is a script

    from dashboard import data  # noqa: PLC0415
    from dashboard.components.runtable import pick_runs, tick  # noqa: PLC0415
    from dashboard.state import View  # noqa: PLC0415

    view, runs = View("runs"), data.runs()
    for place in range(3):
        args = (view, runs, runs["run_id"].iloc[place])
        st.button(f"point {place}", key=f"point.{place}", on_click=tick, args=args)
    st.text(",".join(pick_runs(view, runs)))
    view.publish()


def test_what_a_point_stands_for_is_ticked_alone(fake_store: RunStore) -> None:
    ids = fake_store.runs()["run_id"].tolist()
    app = AppTest.from_function(_ticking, default_timeout=60).run()
    assert app.text[0].value == ""
    for place in (0, 2):
        app.button(key=f"point.{place}").click().run()
        assert app.text[0].value == ids[place]
        assert app.query_params["runs"] == ids[place]


def test_an_opened_example_is_part_of_the_address(fake_store: RunStore) -> None:
    runs = fake_store.runs().query("task == 'mini-dart'")
    run_id = runs["run_id"].iloc[-1]
    example = get_task("mini-dart").load("test")[4]
    app = open_page("runs", runs=run_id, example=example.id)
    assert f"Input ({example.id})" in shown(app) and example.input in shown(app)
    assert app.query_params["example"] == example.id
    both = open_page("runs", runs=",".join(runs["run_id"].iloc[-2:]), example=example.id)
    assert f"Input ({example.id})" in shown(both)
    assert open_page("runs", runs=run_id, example="no-such").warning
