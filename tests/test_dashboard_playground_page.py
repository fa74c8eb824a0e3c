"""The page Playground: stored answers as they are, generated ones in order, and what was shown."""

import re
import shlex
from types import SimpleNamespace
from typing import Any

import pytest
import sacrebleu
from typer.testing import CliRunner

from dashboard import data, engine
from dashboard.answers import generated_panels
from ipt_engine import cli, compare
from ipt_engine.errors import InputTooLong
from ipt_engine.records import Example
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task
from tests.dashboard_app import HOSTILE, open_page, shown
from tests.fake_store import add_swaps_and_transfer
from tests.ledger_oracles import ledger

pytestmark = pytest.mark.usefixtures("fresh_caches", "quick_ranking")
QUESTION = engine.Question("mini-dart", "a model", Example("own-input", "x", ("",)), False, (), ())


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


def test_the_command_asks_what_the_page_asks(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []
    nothing = SimpleNamespace(demonstrations=[], answers={}, notes=[])
    monkeypatch.setattr(compare.Comparison, "prepare", lambda *args: asked.append(args) or nothing)
    monkeypatch.setattr(compare, "compare", lambda comparison: iter(()))
    example = get_task("mini-dart").load("test")[4]
    ids = [e.id for e in get_task("mini-dart").load("train")[:3]]
    for query, text in (
        ({"example": example.id}, example.input),
        ({"from": "own", "text": 'it\'s | "a" | $b'}, 'it\'s | "a" | $b'),
    ):
        app = open_page("playground", demonstrations=",".join(ids), **query)
        (line,) = [code.value for code in app.code if code.value.startswith("ipt generate")]
        done = CliRunner().invoke(cli.app, shlex.split(line)[1:])
        assert done.exit_code == 0, done.output
        task, words, _, retrieval, _, pt, ipt = asked.pop()
        assert (task.name, words) == ("mini-dart", text)
        # The page's ranking is by falling similarity, and the most similar one is shown last.
        assert list(retrieval.fixed_ids) == ids[::-1]
        assert pt == app.session_state["playground.pt"]
        assert ipt == app.session_state["playground.ipt"]


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
