"""Evaluations without training are asked for on the page Train; other pages lead there."""

import shlex
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import jobs
from ipt_engine.config import DEFAULT_BASE_MODEL, RetrievalArguments, RunConfig
from ipt_engine.runs import RunStore
from tests.command_config import config_of
from tests.dashboard_app import open_page, run_page, shown

pytestmark = pytest.mark.usefixtures("fresh_caches", "quick_ranking")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[RunConfig]:
    """What the button starts."""
    started: list[RunConfig] = []
    monkeypatch.setattr(jobs, "submit", lambda store, config: started.append(config))
    return started


def leads(app: AppTest) -> list[dict[str, str]]:
    """What the page's links to the form fill in."""
    found = [link.proto.query_string for link in app.get("page_link")]
    queries = [dict(part.split("=") for part in query.split("&")) for query in found if query]
    return [query for query in queries if query.get("do") == "evaluate"]


def test_the_form_asks_for_what_the_method_has(
    fake_store: RunStore, asked: list[RunConfig]
) -> None:
    app = open_page("train", do="evaluate", task="mini-mtop", method="zero_shot", seed="3")
    assert not {"retriever", "use"} & {str(box.key).partition(".")[2] for box in app.selectbox}
    app.button(key="train.start").click().run()
    app = open_page(
        "train", do="evaluate", task="mini-dart", method="icl", retriever="median", shown="2"
    )
    assert app.button(key="train.start").label == "Evaluate"
    app.button(key="train.start").click().run()
    zero, icl = asked
    assert zero == RunConfig(task="mini-mtop", method="zero_shot", seed=3)
    shown_ones = RetrievalArguments(retriever="median", num_fewshot=2)
    assert icl == RunConfig(task="mini-dart", method="icl", retrieval=shown_ones)


def test_a_prompt_of_any_task_brings_its_model_and_its_seed(
    fake_store: RunStore, asked: list[RunConfig]
) -> None:
    prompts = fake_store.prompts()
    ipt = prompts[prompts["method"] == "ipt"]
    foreign = ipt[(ipt["task"] == "mini-mtop") & (ipt["seed"] == 2)].iloc[0]
    app = open_page(
        "train", do="evaluate", task="mini-dart", method="ipt", use=foreign["prompt_id"]
    )
    (box,) = [box for box in app.selectbox if box.label == "Soft prompt"]
    assert len(box.options) == len(ipt)
    assert box.options[0].startswith("Mini-DART"), "those of the task come first"
    app.button(key="train.start").click().run()
    (config,) = asked
    assert config.prompt_id == foreign["prompt_id"] and config.training is None
    assert config.base_model == foreign["base_model"] == DEFAULT_BASE_MODEL
    assert config.seed == 2 and config.retrieval == RetrievalArguments(seed=2)


def test_what_it_takes_is_judged_by_stored_runs(fake_store: RunStore) -> None:
    said = shown(open_page("train", do="evaluate", task="mini-dart", method="pt"))
    runs = fake_store.runs().query("task == 'mini-dart' and method == 'pt'")
    each = (runs["seconds"] / runs["n"]).median()
    assert f"to evaluate, about {each:.2g} s for each input" in said
    assert f"judged by {len(runs)} stored runs of this task and method" in said


def test_without_a_prompt_there_is_nothing_to_start(fake_store: RunStore) -> None:
    for prompt_id in fake_store.prompts()["prompt_id"]:
        fake_store.delete_prompt(prompt_id, force=True)
    app = open_page("train", do="evaluate", method="ipt")
    assert any("no prompt of IPT yet" in info.value for info in app.info)
    assert app.button(key="train.start").disabled


@pytest.mark.parametrize(
    "query",
    [
        {"method": "ipt", "retriever": "mmr", "shown": "3", "seed": "2"},
        {"do": "evaluate", "method": "icl", "retriever": "farthest"},
    ],
)
def test_the_command_under_the_form_runs_what_the_button_does(
    fake_store: RunStore, asked: list[RunConfig], query: dict[str, Any]
) -> None:
    app = open_page("train", task="mini-dart", **query)
    (command,) = [block.value for block in app.code if block.value.startswith("ipt run ")]
    app.button(key="train.start").click().run()
    assert config_of(command) == asked[0]
    assert shlex.split(command)[:2] == ["ipt", "run"]


def test_where_runs_are_missing_a_link_fills_in_the_form(
    fake_store: RunStore, asked: list[RunConfig]
) -> None:
    swaps = leads(run_page("similarity", task="mini-dart"))
    assert [query["retriever"] for query in swaps] == ["dense", "median", "farthest", "random"]
    (transfer,) = leads(open_page("transfer"))
    for query in (swaps[1], transfer):
        app = open_page("train", **query)
        assert not app.warning
        app.button(key="train.start").click().run()
    icl, ipt = asked
    assert (icl.task, icl.method) == ("mini-dart", "icl")
    assert icl.retrieval is not None and icl.retrieval.retriever == "median"
    assert ipt.prompt_id is not None
    assert fake_store.prompt(ipt.prompt_id)["task"] != ipt.task
