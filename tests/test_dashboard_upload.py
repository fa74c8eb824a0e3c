"""A table uploaded on the page Data: what came of it is said beside the button, nothing is left."""

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import uploads
from ipt_engine.resources import tasks_root
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task, registry
from tests.dashboard_app import html_of, run_page

SENTENCES = "q,a\n" + "".join(f"{n} lamps,There are {n} lamps left today.\n" for n in range(30))
LABELS = "q,a\n" + "".join(f"Is {n} even?,{('yes', 'no')[n % 2]}\n" for n in range(600))


@pytest.fixture(autouse=True)
def fresh(fake_store: RunStore) -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


def upload(name: str, content: str, encoding: str = "utf-8") -> AppTest:
    app = run_page("data")
    app.file_uploader(key="add.upload").upload(name, content.encode(encoding)).run()
    assert not app.exception
    return app


def kept() -> list[Path]:
    return [path for path in (tasks_root() / "files").rglob("*") if path.is_file()]


def test_a_refusal_stands_beside_the_button_and_leaves_no_copy() -> None:
    app = upload("mini-dart.csv", SENTENCES)
    app.button(key="add.table").click().run()
    (error,) = app.error
    assert "is taken by a task of IPT Lab" in error.value
    assert [element.type for element in app.main][-2:] == ["error", "button"]
    assert kept() == []


def test_success_is_said_beside_the_button_and_in_the_corner() -> None:
    app = upload("lamps.csv", SENTENCES)
    app.button(key="add.table").click().run()
    (done,) = app.success
    assert [element.type for element in app.main][-2:] == ["success", "button"]
    assert done.value.startswith(r"Added lamps\: 24 train\, 3 dev\, 3 test\.")
    assert [toast.value for toast in app.toast] == [done.value]
    assert "--" not in done.value.replace("\\", "") and "It is open at the top" in done.value
    assert str(tasks_root()) not in html_of(app)
    assert "lamps.csv. Licence" in html_of(app)
    app.run()
    assert not app.success, "it is said once"


def test_the_metric_follows_from_the_answers() -> None:
    upload("lamps.csv", SENTENCES).button(key="add.table").click().run()
    upload("even.csv", LABELS).button(key="add.table").click().run()
    assert get_task("lamps").metric == "chrf"
    assert get_task("even").metric == "exact_match"


def test_a_small_test_is_warned_of() -> None:
    app = upload("lamps.csv", SENTENCES).button(key="add.table").click().run()
    assert [said.value for said in app.warning if "so few can decide little" in said.value]
    app = upload("even.csv", LABELS).button(key="add.table").click().run()
    assert not app.warning


def test_the_share_for_test_is_chosen_under_more() -> None:
    app = upload("lamps.csv", SENTENCES)
    share = next(box for box in app.number_input if box.label == "For test, % of the rows")
    assert (share.value, share.min, share.max) == (10, 1, 80)
    share.set_value(40).run()
    app.button(key="add.table").click().run()
    assert [len(get_task("lamps").load(split)) for split in ("train", "dev", "test")] == [15, 3, 12]
    (few,) = (said.value.replace("\\", "") for said in app.warning if "so few" in said.value)
    assert "larger share of them for test (“More”, when a table is added)" in few
    assert "--" not in few


def test_a_table_of_one_column_is_said_in_words() -> None:
    (error,) = upload("missing.csv", "q\nwho\nwhat\n").error
    assert error.value.replace("\\", "").startswith("missing.csv has only one column. Expected")


def test_a_table_that_is_not_utf_8_is_said_in_words() -> None:
    (error,) = upload("old.csv", "q,a\nStraße,x\n", "latin-1").error
    said = "Cannot read old.csv: it is not UTF-8. Save it as UTF-8."
    assert error.value.replace("\\", "") == said


def test_a_removed_tasks_copy_goes_unless_another_uses_it() -> None:
    app = upload("lamps.csv", SENTENCES).button(key="add.table").click().run()
    name = next(box for box in app.text_input if box.label == "Task's name")
    name.input("more-lamps").run()
    app.button(key="add.table").click().run()
    assert registry.names() == ["lamps", "more-lamps"] and len(kept()) == 1
    app.button(key="data.remove").click().run()
    assert registry.names() == ["lamps"] and len(kept()) == 1
    run_page("data", task="lamps").button(key="data.remove").click().run()
    assert registry.names() == [] and kept() == []


def test_a_lost_copy_is_called_by_its_name() -> None:
    upload("lamps.csv", SENTENCES).button(key="add.table").click().run()
    kept()[0].unlink()
    (error,) = run_page("data", task="lamps").error
    said = error.value.replace("\\", "")
    assert "lamps.csv, which is missing" in said and str(tasks_root()) not in said


def test_a_damaged_registration_keeps_its_file() -> None:
    uploads.keep("a.csv", b"q,a\n1,2\n")
    used = uploads.keep("b.csv", b"q,a\n3,4\n")
    (tasks_root() / "broken.json").write_text(f'{{"path": "{used}", ')
    uploads.tidy()
    assert kept() == [used]


def test_backticks_are_shown_as_code() -> None:
    upload("lamps.csv", SENTENCES.replace("q,", "q`<i>,", 1)).button(key="add.table").click().run()
    said = html_of(run_page("data", task="mini-dart"))
    assert "<code>subject | relation | object</code>" in said
    assert "The column <code>q</code>&lt;i&gt;` as it stands." in html_of(
        run_page("data", task="lamps")
    )


@pytest.mark.parametrize(
    ("command", "page"),
    [
        ("Answers may take 16 tokens (--max-new-tokens).", "Answers may take 16 tokens."),
        ("There is one. To make it anew, first: ipt tasks remove a-b",
         "There is one. Choose another name, or remove it first."),
    ],
)  # fmt: skip
def test_the_page_knows_no_commands(command: str, page: str) -> None:
    assert uploads.in_words_of_the_page(command) == page
