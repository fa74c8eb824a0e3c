"""The page Data: what tasks hold is what it shows; a table of one's own becomes a task."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import jobs, leakview, overlap, uploads
from dashboard.background import Works
from ipt_engine.checking import TaskReport, check_task
from ipt_engine.errors import DataError
from ipt_engine.runs import RunStore
from ipt_engine.tasks import TASKS, get_task, registry
from ipt_engine.tasks.adding import NewTask, add
from ipt_engine.tasks.formats.columns import Columns
from tests.dashboard_app import html_of, run_page
from tests.tiny_encoder import letters

HOSTILE = "<script>alert(1)</script> **bold** $x$ :red[x]"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, fake_store: RunStore) -> None:
    st.cache_data.clear()
    st.cache_resource.clear()
    monkeypatch.setattr(overlap, "_CHECKS", Works(most=16))
    monkeypatch.setattr("ipt_engine.retrievers.pool.encode", letters)
    monkeypatch.setattr("ipt_engine.checking.encode", letters)


@pytest.fixture
def own_task(tmp_path: Path) -> str:
    path = tmp_path / "shop.csv"
    path.write_text("q,a\n" + "".join(f"{HOSTILE} {n},{HOSTILE} {n}\n" for n in range(20)))
    wording = (("description", HOSTILE), ("instruction", HOSTILE), ("input_label", HOSTILE))
    add(NewTask("shop", str(path), columns=Columns("q", ("a",)), wording=wording), TASKS)
    return "shop"


def until(app: AppTest, there: Callable[[], bool]) -> None:
    """Look again, as the page does by itself, until something is there."""
    for _ in range(100):
        if there():
            return
        time.sleep(0.1)
        app.run()
    raise AssertionError("It did not come.")


@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_what_its_files_hold(name: str) -> None:
    app = run_page("data", task=name)
    assert not app.error
    task = get_task(name)
    said = html_of(app)
    for split in ("train", "dev", "test"):
        assert f"<b>{len(task.load(split)):,}</b>" in said
    (table,) = app.dataframe
    examples = task.load("test")
    assert table.value["id"].tolist() == [e.id for e in examples]
    assert table.value["answer"].tolist() == [e.answer for e in examples]


def test_examples_are_found_by_their_words() -> None:
    examples = get_task("mini-dart").load("train")
    word = examples[3].input.split(" | ")[0]
    app = run_page("data", split="train", text=word.upper())
    found = [
        e.id
        for e in examples
        if word.lower() in " ".join(" ".join([e.id, e.input, *e.references]).lower().split())
    ]
    assert app.dataframe[0].value["id"].tolist() == found
    assert examples[3].id in found


def test_the_report_is_that_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leakview, "_MOST_PAIRS", 3)
    app = run_page("data", task="mini-mtop", check="yes")
    until(app, lambda: "test examples" in html_of(app))
    assert not app.error
    report: TaskReport = check_task(get_task("mini-mtop"))
    test = report.leakage[0]
    assert f"<b>{len(test.same_answer)}</b> of {test.n} test examples" in html_of(app)
    alike = {m.held_out for m in (*test.inputs.exact, *test.inputs.near, *test.inputs.close)}
    others = len(alike - set(test.same_answer))
    assert others
    assert f"<b>{others}</b> more have such an input there with another answer" in html_of(app)
    found = sum(map(len, (test.inputs.exact, test.inputs.near, test.inputs.close)))
    pairs = next(e for e in app.expander if e.label.startswith("Pairs of test"))
    assert pairs.label.replace("\\", "") == f"Pairs of test and train (first 3 of {found})"
    assert len(pairs.dataframe[0].value) == 3
    assert app.code[-1].value == "ipt tasks check mini-mtop"
    counts = app.dataframe[1].value
    assert counts["exact"].tolist()[0] == len(test.inputs.exact)
    assert counts.iloc[1, -1] == len(test.answers.close)


def count(texts: list[str], encoder: str = "", on_progress: Any = None) -> np.ndarray:
    """An encoder that goes on until it is stopped."""
    done = 0
    while True:
        on_progress("Encoding", done := done + 1, 1000)
        time.sleep(0.02)


def stop_at_work(app: AppTest, key: str) -> None:
    """What encodes says how far it is and how long it takes, and ends when it is told to."""
    (bar,) = app.get("progress")
    assert re.match(r"Encoding: \d+ of 1000, about \d+ s left", bar.proto.text.replace("\\", ""))
    app.button(key=key).click().run()
    until(app, lambda: not app.get("progress"))
    assert "Stopped" in " ".join(caption.value for caption in app.caption)


def test_the_map_shows_how_far_it_is_and_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.maps.encode", count)
    app = run_page("data", task="mini-mtop", map="yes")
    assert not app.get("plotly_chart")
    stop_at_work(app, "data.map.stop")
    monkeypatch.setattr("dashboard.maps.encode", letters)
    app.button(key="data.map.again").click().run()
    until(app, lambda: app.get("plotly_chart"))
    assert "Click a point" in " ".join(caption.value for caption in app.caption)


def test_a_check_shows_how_far_it_is_and_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipt_engine.checking.encode", count)
    app = run_page("data", task="mini-mtop")
    app.button(key="data.look").click().run()
    stop_at_work(app, "data.stop")
    # It can be asked for again.
    monkeypatch.setattr("ipt_engine.checking.encode", letters)
    app.button(key="data.look").click().run()
    until(app, lambda: "test examples" in html_of(app))


def test_words_of_a_task_are_shown_as_they_are(own_task: str) -> None:
    app = run_page("data", task=own_task)
    assert not app.error
    assert "<script" not in html_of(app)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **bold** $x$ :red[x]" in html_of(app)


def test_a_task_is_removed_when_asked_for(own_task: str) -> None:
    app = run_page("data", task=own_task)
    next(button for button in app.button if button.label == "Remove it").click().run()
    assert registry.names() == []
    assert [said.value for said in app.success] == [r"Removed shop\."]
    assert not any(button.label == "Remove it" for button in app.button)


def test_runs_without_training_are_queued(own_task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[Any] = []
    monkeypatch.setattr(jobs, "submit", lambda store, config: queued.append(config))
    app = run_page("data", task=own_task)
    next(b for b in app.button if b.label == "Run zero-shot and ICL").click().run()
    assert not app.exception
    assert [(c.task, c.method, c.limit) for c in queued] == [
        ("shop", "zero_shot", None),
        ("shop", "icl", None),
    ]


def test_files_that_are_not_there_are_one_line() -> None:
    app = run_page("data", way="files")
    app.text_input(key="add.place").input("/nowhere/dart.json").run()
    app.button(key="add.files").click().run()
    (error,) = app.error
    assert "There is no file" in error.value
    assert not app.exception


def test_known_files_become_a_task(tmp_path: Path) -> None:
    path = tmp_path / "mtop.jsonl"
    path.write_text(
        "".join(
            f'{{"question": "wake me at {n}", "logical_form": "[IN:WAKE [SL:TIME {n} ] ]"}}\n'
            for n in range(20)
        )
    )
    app = run_page("data", way="files")
    app.selectbox(key="add.format").select("mtop")
    app.text_input(key="add.place").input(str(path))
    app.text_input(key="add.format-name").input("wake-up").run()
    app.button(key="add.files").click().run()
    assert registry.names() == ["wake-up"]
    assert next(box for box in app.selectbox if box.label == "Task").value == "wake-up"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "upload.passwd"),
        ("C:\\data\\my table.csv", "my-table.csv"),
        ("<b>$x$.jsonl", "b-x.jsonl"),
        ("...", "upload"),
        ("é" * 300 + ".csv", "upload.csv"),
    ],
)
def test_an_uploads_name_leads_nowhere(name: str, kept: str) -> None:
    assert uploads.safe_name(name) == kept


def test_uploads_of_one_name_do_not_overwrite_each_other() -> None:
    first, second = uploads.keep("a.csv", b"q,a\n1,2\n"), uploads.keep("a.csv", b"q,a\n3,4\n")
    assert first != second
    assert (first.read_bytes(), second.read_bytes()) == (b"q,a\n1,2\n", b"q,a\n3,4\n")
    assert uploads.keep("a.csv", b"q,a\n1,2\n") == first
    message = uploads.in_words_of_the_page(f"{first}, line 2: bad. Leave it out with --skip-bad.")
    assert message.startswith("a.csv, line 2: bad. Leave it out with “Leave bad rows out")


def test_a_look_at_an_upload() -> None:
    columns, rows = uploads.look("t.jsonl", b'{"a": 1, "b": "x"}\n{"a": 2, "c": ["y"]}\n')
    assert columns == ["a", "b", "c"]
    assert rows == [{"a": 1, "b": "x"}, {"a": 2, "c": ["y"]}]
    with pytest.raises(DataError, match=r"^t\.csv, line 2: not valid CSV"):
        uploads.look("t.csv", b'a,b\n"x" y,2\n')
    with pytest.raises(DataError, match=r"^t\.exe is no table"):
        uploads.look("t.exe", b"")


@pytest.mark.parametrize("file", ["My Table (2).csv", "--.csv", "ÄÖ.csv", "x" * 100 + ".tsv"])
def test_a_files_name_gives_a_tasks_name(file: str) -> None:
    registry.check_name(uploads.task_name(file), ())
