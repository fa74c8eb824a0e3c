"""The page Playground: stored answers as they are, generated ones in order, and what was shown."""

import json
import re
import shlex
from dataclasses import replace
from html import escape
from types import SimpleNamespace
from typing import Any

import pytest
import sacrebleu
import streamlit as st
from typer.testing import CliRunner

from dashboard import data, engine
from dashboard.answers import generated_panels, helps
from dashboard.components.panels import Panel
from dashboard.components.terms import TERMS
from ipt_engine import cli, compare
from ipt_engine.errors import InputTooLong
from ipt_engine.records import Example
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task
from tests.dashboard_app import HOSTILE, open_page, shown
from tests.fake_store import add_swaps_and_transfer, fake_training, write_prompt
from tests.ledger_oracles import ledger
from tests.study_slices import add_crossed

pytestmark = pytest.mark.usefixtures("fresh_caches", "quick_ranking")
QUESTION = engine.Question("mini-dart", "a model", Example(engine.YOURS, "x", ("",)), False, (), ())


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


def test_ones_own_input_is_judged_by_the_answer_one_expects(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[engine.Question] = []

    def answer(question: engine.Question, store: RunStore) -> engine.Generation:
        asked.append(question)
        return engine.Generation(question, phase="done")

    monkeypatch.setattr(engine, "ask", answer)
    app = open_page("playground", **{"from": "own"})
    like = get_task("mini-dart").load("train")[0].input
    assert app.text_input(key="playground.text").placeholder[9:40] == like[:31]
    assert "Type an input, then generate." in shown(app)
    app.text_input(key="playground.text").set_value("Lagos | country | Nigeria").run()
    said = shown(app)
    assert "Press Generate. No expected answer, no scores." in said
    assert "Type an input" not in said
    app.text_input(key="playground.expected").set_value("Lagos is in Nigeria.").run()
    assert "No expected answer" not in shown(app)
    assert app.query_params["expected"] == "Lagos is in Nigeria."
    app.button(key="playground.generate").click().run()
    (question,) = asked
    assert question.judged and question.own
    assert question.example == Example(
        engine.YOURS, "Lagos | country | Nigeria", ("Lagos is in Nigeria.",)
    )
    app.text_input(key="playground.expected").set_value("").run()
    assert "Below: an earlier choice. Generate again." in shown(app)


def test_what_is_typed_is_judged_by_metrics_that_need_its_words_only() -> None:
    """Spider's metrics ask a database, which an input of one's own does not name."""
    example = Example(engine.YOURS, "How many? | game : id", ("SELECT COUNT(*) FROM game",))
    assert engine.judges("mini-spider", example) == ["chrf"]
    scores = engine.example_scores("mini-spider", "SELECT id FROM game", example)
    chrf = sacrebleu.sentence_chrf("SELECT id FROM game", list(example.references), word_order=0)
    assert scores == {"chrf": pytest.approx(chrf.score)}


def test_a_demonstration_of_ones_own_is_shown_once_both_halves_are_added(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "similarity", lambda first, second: 0.5)
    app = open_page("playground", task="mini-dart")
    app.text_area(key="playground.draft_input").set_value("a | b | c")
    app.button(key="playground.own.add").click().run()
    assert app.get("popover")[0].proto.popover.label == "Your demonstration lacks its answer"
    assert [w.value.split(":")[0] for w in app.warning] == ["The answer is missing"]
    assert "1 demonstration chosen" in shown(app)
    app.text_area(key="playground.draft_answer").set_value(HOSTILE)
    app.button(key="playground.own.add").click().run()
    assert not app.warning
    assert app.get("popover")[0].proto.popover.label == "My own demonstration (in use)"
    said = shown(app)
    assert "2 demonstrations chosen" in said
    # Among those that can be read in full, as it is.
    assert "your own, 0.50 similar" in said and HOSTILE in said
    assert app.query_params["own_answer"] == HOSTILE
    again = open_page("playground", own_input="a | b | c", own_answer=HOSTILE)
    assert again.text_area(key="playground.draft_answer").value == HOSTILE
    app.button(key="playground.own.remove").click().run()
    assert "1 demonstration chosen" in shown(app)
    assert app.text_area(key="playground.draft_answer").value == ""
    assert "own_answer" not in app.query_params


def test_back_brings_what_was_ticked_and_written(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "similarity", lambda first, second: 0.5)
    train = [example.id for example in get_task("mini-dart").load("train")]
    app = open_page("playground", demonstrations=train[2], own_input="a", own_answer="b")
    assert app.session_state["playground.demonstrations"] == [train[2]]
    # The browser's Back: the address changes though nobody chose.
    app.query_params["demonstrations"] = f"{train[3]},{train[1]}"
    app.query_params["own_answer"] = "c"
    app.run()
    assert sorted(app.session_state["playground.demonstrations"]) == [train[1], train[3]]
    assert app.text_area(key="playground.draft_answer").value == "c"
    assert "3 demonstrations chosen" in shown(app)


def test_the_chosen_demonstrations_can_be_read_in_full(fake_store: RunStore) -> None:
    train = get_task("mini-dart").load("train")
    app = open_page("playground", demonstrations=f"{train[1].id},{train[4].id}")
    said = shown(app)
    for example in (train[1], train[4]):
        assert example.id in said and example.input in said and example.answer in said
    assert train[5].answer not in said


def test_above_the_panels_stands_whether_the_demonstration_helped(fake_store: RunStore) -> None:
    example = get_task("mini-dart").load("test")[3]
    rows = ledger(fake_store)
    rows = rows[(rows["example_id"] == example.id) & (rows["method"] == "icl")]
    (told,) = {tuple(ids) for ids in rows["demonstration_ids"]}
    said = shown(open_page("playground", example=example.id, demonstrations=",".join(told)))
    these = "this demonstration" if len(told) == 1 else "these demonstrations"
    assert f"With {these}, by BLEU: ICL scores" in said
    assert "on this one input." in said
    train = [e.id for e in get_task("mini-dart").load("train")[:40]]
    other = next(i for i in train if i not in told)
    said = shown(open_page("playground", example=example.id, demonstrations=other))
    assert "on this one input." not in said


def test_whether_the_demonstration_helped_is_the_difference_of_the_scores_seen() -> None:
    scores = {"zero_shot": 7.46, "icl": 17.14, "pt": 10.0, "ipt": 10.04}
    drawn = {
        name: Panel("x", scores={"bleu": score}, shown=["a"] if name in {"icl", "ipt"} else [])
        for name, score in scores.items()
    }
    said = re.sub(r"<[^>]*>", "", helps(drawn, "bleu"))
    assert said == (
        "With this demonstration, by BLEU: ICL scores 9.6 more than Zero-shot, IPT scores the "
        "same as PT, on this one input."
    )
    drawn["ipt"] = replace(drawn["ipt"], shown=["a", "b"])
    assert helps(drawn, "bleu") == ""
    # A task without soft prompts has one half of it.
    half = helps({name: drawn[name] for name in ("zero_shot", "icl")}, "bleu")
    assert "ICL scores" in half and "IPT" not in half
    assert helps({name: drawn[name] for name in ("icl", "pt")}, "bleu") == ""
    # Both wrong, and one of them nearer to what was wanted.
    wrong = {
        name: Panel("x", scores={"bleu": 0.0}, shown=["a"] * (name == "icl"), gold_logprob=nearer)
        for name, nearer in {"zero_shot": -66.2, "icl": -4.8}.items()
    }
    said = re.sub(r"<[^>]*>", "", helps(wrong, "bleu"))
    assert "ICL scores the same as Zero-shot but finds the reference likelier" in said


def test_words_under_an_answer_explain_themselves() -> None:
    answers = {"pt": engine.Answer("x", "stop", virtual_tokens=20, gold_logprob=-2.5)}
    drawn = generated_panels(engine.Generation(QUESTION, answers, phase="done"))
    facts = " ".join(drawn["pt"].facts)
    for word in ("virtual tokens", "gold log-probability"):
        assert escape(TERMS[word], quote=True) in facts
    assert "+ 20 virtual" in re.sub(r"<[^>]*>", "", facts)
    assert "log p(reference) −2.5" in re.sub(r"<[^>]*>", "", facts)


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


def test_the_prompt_that_opens_is_of_the_setting_with_the_most(fake_store: RunStore) -> None:
    """As on the pages that compare methods, whatever a single other setting reached."""
    before = open_page("playground", task="mini-dart").selectbox(key="playground.pt").value
    plain = fake_training("mini-dart", 0, None)
    longer = replace(plain, prompt_tuning=replace(plain.prompt_tuning, num_virtual_tokens=100))
    lone = write_prompt(fake_store, longer)
    record = fake_store.root / "prompts" / lone / "prompt.json"
    best = json.loads(record.read_text("utf-8")) | {"best_dev_loss": 0.01}
    record.write_text(json.dumps(best), "utf-8")
    field = open_page("playground", task="mini-dart").selectbox(key="playground.pt")
    assert field.options[0].startswith("loss 0.01") and field.value == before != lone
    # Crossed trainings have the same seed and say what tells them apart.
    add_crossed(fake_store)
    st.cache_data.clear()
    field = open_page("playground", task="mini-dart").selectbox(key="playground.pt")
    assert field.value == before
    assert sum(", order " in option for option in field.options) == 6
