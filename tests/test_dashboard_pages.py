"""Each page says what the ledger says: numbers recomputed here from the Parquet files."""

import re
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
import sacrebleu
import streamlit as st
from scipy import stats
from streamlit.testing.v1 import AppTest

from dashboard import data, engine, jobs
from dashboard.answers import generated_panels
from ipt_engine.config import RunConfig
from ipt_engine.errors import InputTooLong, StoreError
from ipt_engine.records import Example
from ipt_engine.rescoring import rescore
from ipt_engine.runs import RunStore
from ipt_engine.studies import StudyRecord, StudyRun, save_study
from ipt_engine.tasks import get_task
from tests.fake_store import add_swaps_and_transfer
from tests.test_rescoring import without_metric

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "dashboard" / "app_pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.py"))
HOSTILE = "<script>alert(1)</script> **bold** $x$ :red[x] [a](javascript:1)"

QUESTION = engine.Question("mini-dart", "a model", Example("own-input", "x", ("",)), False, (), ())


@pytest.fixture(autouse=True)
def fresh_caches() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(autouse=True)
def quick_ranking(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Playground's ranking without an encoder: the data's order."""

    def rank(task: str, query: Example, on_progress: object) -> pd.DataFrame:
        train = get_task(task).load("train")[:40]
        return pd.DataFrame(
            {
                "id": [e.id for e in train],
                "similarity": np.linspace(0.9, 0.1, len(train)),
                "input": [e.input for e in train],
                "answer": [e.answer for e in train],
            }
        )

    monkeypatch.setattr(engine, "ranked_demonstrations", rank)


def open_app(name: str) -> AppTest:
    """The app, with that page chosen and not yet run."""
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60)
    if name != "overview":
        app.run().switch_page(f"app_pages/{name}.py")
    return app


def open_page(name: str, **query: str) -> AppTest:
    app = open_app(name)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception and not app.error
    return app


def shown(app: AppTest) -> str:
    """All text of the page's HTML, tags and all their attributes left out."""
    return unescape(re.sub(r"<[^>]*>", "", " ".join(element.proto.body for element in app.html)))


def ledger(store: RunStore) -> pd.DataFrame:
    """All rows, read without the engine."""
    files = str(store.root / "runs" / "*" / "predictions.parquet")
    return duckdb.sql(f"SELECT * FROM read_parquet('{files}', union_by_name = true)").df()


def bleu(rows: pd.DataFrame) -> float:
    """Corpus BLEU by sacreBLEU itself."""
    references = [list(r) for r in rows["references"]]
    most = max(map(len, references))
    streams = [[r[i] if i < len(r) else None for r in references] for i in range(most)]
    return float(sacrebleu.corpus_bleu(list(rows["prediction"]), streams).score)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_opens_with_its_question(name: str, fake_store: RunStore) -> None:
    app = open_page(name)
    assert len(app.title) == 1
    assert app.title[0].value.endswith("?")


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_store_says_what_to_do(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPT_STORE", str(tmp_path / "nothing"))
    monkeypatch.setattr(RunStore, "open", classmethod(lambda cls, path: cls(path)))
    app = open_page(name)
    said = " ".join(info.value for info in app.info) + shown(app)
    assert any(word in said for word in ("Train", "Press Generate", "examples to learn from"))


def test_every_page_is_in_the_navigation() -> None:
    table = (ROOT / "dashboard" / "app.py").read_text(encoding="utf-8")
    assert sorted(re.findall(r'"app_pages/(\w+)\.py"', table)) == NAMES


def test_reading_pages_load_no_torch(fake_store: RunStore) -> None:
    """In a process of its own, since other tests load torch here."""
    code = (
        "import sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from streamlit.testing.v1 import AppTest\n"
        "import pandas as pd\n"
        "from dashboard import engine\n"
        "engine.ranked_demonstrations = lambda task, query, on_progress: pd.DataFrame(\n"
        "    {'id': ['a'], 'similarity': [0.5], 'input': ['i'], 'answer': ['o']})\n"
        f"app = AppTest.from_file({str(ROOT / 'dashboard' / 'app.py')!r}, default_timeout=60)\n"
        "app.run()\n"
        f"for name in {NAMES!r}:\n"
        "    app.switch_page(f'app_pages/{name}.py').run()\n"
        "    assert not app.exception and not app.error and app.title, name\n"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "False", done.stderr[-2000:]


@pytest.mark.parametrize("name", ["runs", "similarity", "train"])
def test_an_error_is_one_plain_line(
    name: str, fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: RunStore) -> pd.DataFrame:
        raise StoreError(f"The store is odd: {HOSTILE}")

    app = open_app(name)
    st.cache_data.clear()
    monkeypatch.setattr(RunStore, "runs", refuse)
    app.run()
    assert not app.exception
    assert len(app.error) == 1
    assert app.error[0].value.replace("\\", "") == f"The store is odd: {HOSTILE}"
    assert "\\*\\*bold" in app.error[0].value


def test_an_error_that_nobody_foresaw_shows_no_traceback(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(self: RunStore) -> pd.DataFrame:
        raise ZeroDivisionError("oops")

    app = open_app("runs")
    st.cache_data.clear()
    monkeypatch.setattr(RunStore, "runs", stumble)
    app.run()
    assert not app.exception
    assert len(app.error) == 1
    assert "Traceback" not in app.error[0].value


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
    assert f"is {abs(difference):.1f} BLEU points {word} than PT ({pt[:6]})" in shown(app)


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


def test_similarity_reports_scipys_correlation(fake_store: RunStore) -> None:
    app = open_page("similarity")
    rows = ledger(fake_store).query("task == 'mini-dart' and method in ['pt', 'ipt']")
    by_seed = rows.pivot_table(index=["example_id", "seed"], columns="method", values="bleu")
    gain = (by_seed["ipt"] - by_seed["pt"]).groupby("example_id").mean()
    near = rows.groupby("example_id")["nearest_similarity"].first()
    rho = stats.spearmanr(near, gain[near.index]).statistic
    assert f"Spearman {rho:+.2f}".replace("-", "−") in shown(app)
    assert f"n = {len(gain)}" in shown(app)
    table = app.dataframe[0].value.set_index("example_id")
    assert table["gain"].to_dict() == pytest.approx(gain.to_dict())


def test_the_leakage_limit_drops_near_duplicates(fake_store: RunStore) -> None:
    app = open_page("similarity", limit="0.7")
    rows = ledger(fake_store).query("task == 'mini-dart' and method == 'pt' and seed == 0")
    kept = rows[rows["nearest_similarity"] <= 0.7]
    assert set(app.dataframe[0].value["example_id"]) == set(kept["example_id"])
    assert f"{len(rows) - len(kept)} inputs above the leakage limit are left out" in shown(app)


def test_a_similarity_link_opens_the_example(fake_store: RunStore) -> None:
    rows = ledger(fake_store).query("task == 'mini-dart'")
    example = rows["example_id"].iloc[7]
    app = open_page("similarity", example=example)
    said = shown(app)
    for _, row in rows[(rows["example_id"] == example) & (rows["seed"] == 0)].iterrows():
        assert row["prediction"] in said
        assert f"run {row['run_id']}" in said


def test_without_pairs_similarity_says_what_to_run(fake_store: RunStore) -> None:
    for run_id in fake_store.runs().query("task == 'mini-dart' and method == 'pt'")["run_id"]:
        fake_store.delete_run(run_id)
    app = open_page("similarity")
    assert "There are no runs of PT on" in app.info[0].value
    assert app.code[0].value == "ipt run --task mini-dart --method pt"


def test_the_playground_opens_on_stored_answers(fake_store: RunStore) -> None:
    example = get_task("mini-dart").load("test")[3]
    app = open_page("playground", example=example.id)
    rows = ledger(fake_store)
    rows = rows[rows["example_id"] == example.id].set_index("run_id")
    said = shown(app)
    stored = re.findall(r"run ([0-9a-f]{12}), seed", said)
    assert [rows.loc[i, "method"] for i in stored] == ["zero_shot", "icl", "pt", "ipt"]
    for run_id in stored:
        prediction = rows.loc[run_id, "prediction"]
        score = sacrebleu.sentence_bleu(prediction, list(example.references)).score
        assert prediction in said
        assert f"BLEU {score:.1f}" in said


def test_generated_answers_are_shown_in_order_and_as_they_are(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def answer(question: engine.Question, store: RunStore) -> engine.Generation:
        asked.append(question)
        answers = {
            name: engine.Answer(text=f"{name} {HOSTILE}", finish="stop", generated_tokens=5)
            for name in ("zero_shot", "icl", "pt", "ipt")
        }
        return engine.Generation(question, answers, phase="done")

    monkeypatch.setattr(engine, "ask", answer)
    app = open_page("playground")
    app.button(key="playground.generate").click().run()
    assert not app.exception
    said = shown(app)
    places = [said.index(f"{name} <script>") for name in ("zero_shot", "icl", "pt", "ipt")]
    assert places == sorted(places)
    assert HOSTILE in said
    assert not any("<script" in element.proto.body for element in app.html)
    (question,) = asked
    assert question.text == get_task("mini-dart").load("test")[0].input
    assert [d.example.id for d in question.demonstrations] == [
        get_task("mini-dart").load("train")[0].id
    ]
    assert set(dict(question.prompts)) == {"pt", "ipt"}


def test_an_input_of_ones_own_goes_into_the_address(fake_store: RunStore) -> None:
    app = open_page("playground", **{"from": "own", "text": HOSTILE})
    assert app.text_input(key="playground.text").value == HOSTILE


def test_generate_says_that_an_input_is_missing(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A button that waited for the input to arrive would lose the click that ends the typing."""
    asked = []
    monkeypatch.setattr(engine, "ask", lambda question, store: asked.append(question))
    app = open_page("playground", **{"from": "own"})
    app.button(key="playground.generate").click().run()
    assert not asked
    assert "There is no input yet" in shown(app)


def test_another_input_begins_with_its_own_nearest_demonstration(fake_store: RunStore) -> None:
    train = get_task("mini-dart").load("train")
    app = open_page("playground", task="mini-dart", demonstrations=f"{train[2].id},{train[30].id}")
    assert "2 demonstrations chosen" in shown(app)
    # What is ticked is in sight: below the first rows, on top.
    assert app.dataframe[0].value["id"].tolist()[:2] == [train[30].id, train[0].id]
    app.segmented_control(key="playground.from").set_value("own").run()
    assert "demonstrations" not in app.query_params
    app.text_input(key="playground.text").set_value("Lagos | country | Nigeria").run()
    assert app.session_state["playground.demonstrations"] == [train[0].id]
    assert "1 demonstration chosen" in shown(app)
    assert app.dataframe[0].value["id"].tolist()[:2] == [train[0].id, train[1].id]


def test_stored_answers_say_where_another_demonstration_is_ticked(fake_store: RunStore) -> None:
    example = get_task("mini-dart").load("test")[3]
    rows = ledger(fake_store)
    rows = rows[(rows["example_id"] == example.id) & (rows["method"] == "icl")]
    (told,) = {tuple(ids) for ids in rows["demonstration_ids"]}
    train = [e.id for e in get_task("mini-dart").load("train")[:40]]
    other = next(i for i in train if i not in told)
    app = open_page("playground", example=example.id, demonstrations=other)
    said = shown(app)
    assert said.count("Answered with another demonstration.") == 2
    assert f"shown: {', '.join(told)}" in said
    assert len(re.findall("ipt-outdated", " ".join(e.proto.body for e in app.html))) == 3


def test_the_playground_opens_prompts_of_the_same_seed(fake_store: RunStore) -> None:
    """Though another seed's prompt has the lower loss on dev."""
    prompts = fake_store.prompts().set_index("prompt_id")
    app = open_page("playground", task="mini-dart")
    opened = [app.selectbox(key=f"playground.{method}").value for method in ("pt", "ipt")]
    here = prompts[prompts["task"] == "mini-dart"]
    assert prompts.loc[opened, "seed"].tolist() == [here["seed"].min()] * 2
    assert all(len(label) < 42 for label in app.selectbox(key="playground.pt").options)


def test_an_input_that_is_too_long_is_told_in_the_pages_words(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(generation: engine.Generation, store: RunStore) -> None:
        raise InputTooLong("Raise max_length", excess=37)

    monkeypatch.setattr(engine, "_lay_out", refuse)
    generation = engine.Generation(QUESTION)
    engine._answer(generation, fake_store)
    assert generation.error == "The input is about 37 tokens too long: shorten it."
    panels = generated_panels(generation)
    assert {panel.answer for panel in panels.values()} == {None}
    assert "…" not in {panel.note for panel in panels.values()}


def test_generated_answers_say_what_was_shown() -> None:
    answers = {"icl": engine.Answer("x", "stop", shown=("a", "your own"))}
    drawn = generated_panels(engine.Generation(QUESTION, answers, phase="done"))
    assert drawn["icl"].shown == ("a", "your own")


def test_a_failure_of_the_model_is_one_line(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        engine,
        "ask",
        lambda question, store: engine.Generation(question, phase="failed", error=HOSTILE),
    )
    app = open_page("playground")
    app.button(key="playground.generate").click().run()
    assert not app.exception
    assert [error.value.replace("\\", "") for error in app.error] == [HOSTILE]


def test_train_estimates_from_stored_prompts(fake_store: RunStore) -> None:
    app = open_page("train", method="ipt", steps="90")
    prompts = fake_store.prompts().query("task == 'mini-dart' and method == 'ipt'")
    seconds = prompts["seconds_per_step"].median() * 90
    assert f"About {seconds / 60:.0f} min to train" in shown(app)
    assert f"judged by {len(prompts)} stored prompts" in shown(app)


def test_train_starts_what_the_form_says(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[RunConfig] = []
    monkeypatch.setattr(jobs, "submit", lambda store, config: started.append(config))
    app = open_page("train", task="mini-mtop", method="ipt", tokens="7", seed="4", shown="2")
    app.number_input(key="train.steps").set_value(33)
    app.button(key="train.start").click().run()
    (config,) = started
    assert (config.task, config.method, config.seed) == ("mini-mtop", "ipt", 4)
    assert config.training is not None and config.retrieval is not None
    assert config.training.prompt_tuning.num_virtual_tokens == 7
    assert config.training.training.max_steps == 33
    assert config.retrieval.num_fewshot == 2


def test_train_offers_to_resume_what_was_interrupted(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    resumed = []
    monkeypatch.setattr(jobs, "resume_activity", lambda store, work: resumed.append(work.id))
    (work,) = fake_store.active()
    app = open_page("train")
    app.button(key=f"resume.{work.id}").click().run()
    assert resumed == [work.id]


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


def test_runs_that_lack_a_metric_say_how_to_get_it(fake_store: RunStore) -> None:
    runs = fake_store.runs()
    (run_id,) = runs.loc[
        (runs["task"] == "mini-mtop") & (runs["method"] == "ipt") & (runs["seed"] == 0), "run_id"
    ]
    without_metric(fake_store, run_id, "mtop_template")
    app = open_page("similarity", task="mini-mtop", metric="mtop_template")
    assert "1 of these runs are not judged by Template match yet." in shown(app)
    assert [code.value for code in app.code] == [f"ipt rescore {run_id} --metric mtop_template"]
    rescore(fake_store, run_id, ["mtop_template"])
    st.cache_data.clear()
    assert "not judged" not in shown(open_page("similarity", task="mini-mtop"))


def test_stored_answers_are_those_with_the_nearest_demonstration(fake_store: RunStore) -> None:
    """Though runs with others are newer."""
    add_swaps_and_transfer(fake_store)
    runs = fake_store.runs().query("task == 'mini-dart' and method == 'icl'")
    assert runs["retriever"].iloc[-1] != "dense"
    ordered = data.usual_first(runs)
    assert sorted(ordered) == sorted(runs["run_id"])
    nearest = runs.set_index("run_id")["retriever"][ordered]
    assert nearest.iloc[0] == "dense" and "dense" not in set(nearest.iloc[1:])
    said = shown(open_page("playground", task="mini-dart"))
    assert f"run {ordered[0]}, seed" in said


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
