"""The page Runs says what the ledger says: scores by sacreBLEU itself, each run as it was made."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ipt_engine.config import RunConfig
from ipt_engine.runs import RunStore
from ipt_engine.studies import StudyRecord, StudyRun, save_study
from tests.dashboard_app import HOSTILE, open_page, shown
from tests.fake_store import add_swaps_and_transfer
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


def test_runs_mixes_no_versions_of_the_data(fake_store: RunStore) -> None:
    of_pt = fake_store.runs().query("task == 'mini-dart' and method == 'pt'")
    with_fields(fake_store, of_pt["run_id"].iloc[0], data_hash="c" * 64)
    scores = [bleu(run) for run in (fake_store.ledger([i]) for i in of_pt["run_id"])]
    told = f"PT {min(scores):.1f} to {max(scores):.1f} ({len(scores)} runs of several settings)"
    assert told in shown(open_page("runs"))


@pytest.mark.parametrize(
    ("query", "keeps"),
    [
        ({"methods": "pt,ipt"}, lambda run: run["method"] in {"pt", "ipt"}),
        ({"text": "seed 1"}, lambda run: run["seed"] == 1),
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
