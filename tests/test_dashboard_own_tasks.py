"""A task of one's own is on every page, its words shown as they are; a lost file is one line."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import engine
from dashboard.jobview import describe
from ipt_engine.config import RunConfig
from ipt_engine.records import Example
from ipt_engine.runs import RunStore
from ipt_engine.tasks import TASKS, get_task, registry
from ipt_engine.tasks.adding import NewTask, add
from ipt_engine.tasks.formats.columns import Columns

ROOT = Path(__file__).resolve().parent.parent
HOSTILE = "**bold** :red[x] <b>"
ESCAPED = r"\*\*bold\*\* \:red\[x\] \<b\>"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, fake_store: RunStore) -> None:
    """No caches of earlier tests, and a ranking without an encoder."""
    st.cache_data.clear()
    st.cache_resource.clear()

    def rank(task: str, query: Example, on_progress: object) -> pd.DataFrame:
        train = get_task(task).load("train")
        rows = [
            {"id": e.id, "similarity": 0.5, "input": e.input, "answer": e.answer} for e in train
        ]
        return pd.DataFrame(rows)

    monkeypatch.setattr(engine, "ranked_demonstrations", rank)


@pytest.fixture
def own_file(tmp_path: Path) -> Path:
    """A table that is registered as the task `shop`, with words that Markdown has a use for."""
    path = tmp_path / "shop.csv"
    path.write_text("q,a\n" + "".join(f"{HOSTILE} {n},answer {n}\n" for n in range(20)))
    wording = (("description", HOSTILE), ("input_label", HOSTILE))
    add(NewTask("shop", str(path), columns=Columns("q", ("a",)), wording=wording), TASKS)
    return path


def open_page(name: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60)
    if name != "overview":
        app.run().switch_page(f"app_pages/{name}.py")
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def task_box(app: AppTest) -> Any:
    return next(box for box in app.selectbox if box.label == "Task")


@pytest.mark.parametrize("page", ["playground", "similarity", "train"])
def test_an_own_task_can_be_chosen(own_file: Path, page: str) -> None:
    app = open_page(page, task="shop")
    assert not app.exception and not app.error and not app.warning
    assert task_box(app).value == "shop"
    assert task_box(app).options == [*(task.title for task in TASKS.values()), "Shop"]


def test_the_playground_says_how_the_input_is_made(own_file: Path) -> None:
    said = task_box(open_page("playground", task="shop")).help
    assert said == rf"{ESCAPED} The input\: The column \`q\` as it stands\."
    dart = task_box(open_page("playground")).help
    assert r"Each triple as \`subject \| relation \| object\`" in dart


def test_the_playground_shows_the_own_words_as_they_are(own_file: Path) -> None:
    app = open_page("playground", task="shop", **{"from": "own"})
    labels = [box.label for box in app.text_input]
    assert labels == [f"{ESCAPED} (yours)", "Expected answer (optional)"]
    # A placeholder is plain text, whatever it says.
    like = get_task("shop").load("train")[0].input
    assert (
        app.text_input(key="playground.text").placeholder.removeprefix("Such as: ")[:20]
        == like[:20]
    )


@pytest.mark.parametrize(("length", "said"), [(2000, ""), (2001, "has 2,001 characters")])
def test_an_input_that_is_too_long_is_said_and_kept(own_file: Path, length: int, said: str) -> None:
    app = open_page("playground", task="shop", **{"from": "own"})
    app.text_input(key="playground.text").set_value("x" * length).run()
    assert app.text_input(key="playground.text").value == "x" * length
    assert [said in box.value for box in app.error] == ([True] if said else [])


@pytest.mark.parametrize("page", ["playground", "train"])
def test_a_lost_file_is_one_line_and_other_tasks_go_on(own_file: Path, page: str) -> None:
    own_file.unlink()
    app = open_page(page, task="shop")
    if page == "playground":
        (error,) = app.error
        assert r"shop\.csv\, which is missing" in error.value
    assert not app.exception
    task_box(app).select("mini-dart").run()
    assert not app.exception and not app.error


@pytest.mark.parametrize("what", [{"method": "ipt"}, {"do": "evaluate", "method": "icl"}])
def test_no_more_demonstrations_than_there_are(own_file: Path, what: dict[str, str]) -> None:
    app = open_page("train", task="shop", shown="17", **what)
    said = "num_fewshot asks for 17 demonstrations, but Shop has 16 training examples: choose at "
    assert [error.value.replace("\\", "") for error in app.error] == [f"{said}most 16."]
    assert app.button(key="train.start").disabled
    app.number_input(key="train.shown").set_value(16.0).run()
    assert not app.error and not app.button(key="train.start").disabled


def test_a_removed_task_is_called_by_its_name(own_file: Path) -> None:
    config = RunConfig.from_dict({"task": "shop", "method": "zero_shot"})
    assert describe(config.to_dict()).endswith("on Shop")
    registry.remove("shop")
    assert describe(config.to_dict()).endswith("on shop")
