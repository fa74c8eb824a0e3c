"""A page's choices live in its address: written there, restored from there, never trusted."""

import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import engine


def _page() -> None:
    import streamlit as st

    from dashboard.state import View

    name = st.session_state.get("go", "first")
    view = View(name)
    if name == "first":
        st.selectbox(
            "Fruit", ["apple", "pear", "fig"], key=view.choice("fruit", ["apple", "pear", "fig"])
        )
        st.number_input("Count", 1, 9, key=view.number("count", 1, 9, 3))
        st.number_input(
            "Rate", 0.0, 1.0, step=0.05, key=view.number("rate", 0.0, 1.0, 0.5, step=0.05)
        )
        st.text_input("Words", key=view.words("words"))
        st.toggle("Flag", key=view.flag("flag"))
        st.multiselect("Many", ["a", "b", "c"], key=view.several("many", ["a", "b", "c"], ["a"]))
    view.publish()


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(_page, default_timeout=20)


def test_defaults_leave_the_address_empty(app: AppTest) -> None:
    app.run()
    assert app.selectbox[0].value == "apple"
    assert app.multiselect[0].value == ["a"]
    assert dict(app.query_params) == {}


def test_going_back_takes_the_last_choice_back(app: AppTest) -> None:
    app.run()
    app.selectbox[0].select("fig").run()
    app.toggle[0].set_value(True).run()
    assert dict(app.query_params) == {"fruit": "fig", "flag": "yes"}
    del app.query_params["flag"]
    app.run()
    assert (app.selectbox[0].value, app.toggle[0].value) == ("fig", False)
    app.query_params.clear()
    app.run()
    assert app.selectbox[0].value == "apple"
    assert dict(app.query_params) == {}
    app.query_params["fruit"] = "pear"
    app.run()
    assert app.selectbox[0].value == "pear"


def test_back_to_where_one_came_in_by_the_menu_shows_what_one_saw(app: AppTest) -> None:
    """Else one would have to go back twice, and see on the way what one never chose."""
    app.run()
    app.selectbox[0].select("fig").run()
    app.session_state["go"] = "second"
    app.run()
    app.session_state["go"] = "first"
    app.query_params.clear()
    app.run()
    assert app.selectbox[0].value == "fig" and dict(app.query_params) == {"fruit": "fig"}
    app.toggle[0].set_value(True).run()
    app.query_params.clear()
    app.run()
    assert (app.selectbox[0].value, app.toggle[0].value) == ("fig", False)
    assert dict(app.query_params) == {}
    # The next choice is written whole.
    app.toggle[0].set_value(True).run()
    assert dict(app.query_params) == {"fruit": "fig", "flag": "yes"}


def test_a_choice_is_not_lost_where_the_address_lags_behind(app: AppTest) -> None:
    app.run()
    app.selectbox[0].select("fig").run()
    app.query_params.clear()
    app.toggle[0].set_value(True)
    app.run()
    assert (app.selectbox[0].value, app.toggle[0].value) == ("fig", True)
    assert dict(app.query_params) == {"fruit": "fig", "flag": "yes"}


def test_every_kind_of_choice_goes_to_the_address_and_comes_back(app: AppTest) -> None:
    app.run()
    app.selectbox[0].select("fig")
    app.number_input[0].set_value(7)
    app.number_input[1].set_value(0.25)
    app.text_input[0].set_value("a & b=c <i>")
    app.toggle[0].set_value(True)
    app.multiselect[0].set_value(["b", "c"])
    app.run()
    address = dict(app.query_params)
    assert set(address) == {"fruit", "count", "rate", "words", "flag", "many"}

    reopened = AppTest.from_function(_page, default_timeout=20)
    for name, value in address.items():
        reopened.query_params[name] = value
    reopened.run()
    assert not reopened.warning
    assert reopened.selectbox[0].value == "fig"
    assert [box.value for box in reopened.number_input] == [7, 0.25]
    assert reopened.text_input[0].value == "a & b=c <i>"
    assert reopened.toggle[0].value is True
    assert reopened.multiselect[0].value == ["b", "c"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fruit", "stone"),
        ("fruit", "**apple**"),
        ("count", "10"),
        ("count", "many"),
        ("rate", "nan"),
        ("words", "x" * 5000),
        ("flag", "perhaps"),
        ("many", "a,z"),
    ],
)
def test_a_bad_link_gives_the_default_and_one_plain_line(
    app: AppTest, name: str, value: str
) -> None:
    app.query_params[name] = value
    app.run()
    assert not app.exception
    assert len(app.warning) == 1
    assert f"asks for {name}" in app.warning[0].value.replace("\\", "")
    assert "*" not in app.warning[0].value.replace("\\*", "")
    assert app.selectbox[0].value == "apple"
    assert [box.value for box in app.number_input] == [3, 0.5]
    assert app.multiselect[0].value == ["a"]
    app.selectbox[0].select("pear").run()
    assert not app.warning, "the line goes once the person has chosen something"


def test_unknown_names_in_the_address_are_dropped(app: AppTest) -> None:
    app.query_params["stranger"] = "1"
    app.run()
    assert not app.exception
    assert dict(app.query_params) == {}


def test_what_is_too_long_for_a_link_stays_out_of_it(app: AppTest) -> None:
    app.run()
    app.text_input[0].set_value("x" * 4001)
    app.number_input[0].set_value(8).run()
    assert dict(app.query_params) == {"count": "8"}
    assert app.text_input[0].value == "x" * 4001


def test_choices_survive_a_visit_to_another_page(app: AppTest) -> None:
    app.run()
    app.selectbox[0].select("pear").run()
    app.session_state["go"] = "second"
    app.query_params.clear()
    app.run()
    app.session_state["go"] = "first"
    app.query_params.clear()
    app.run()
    assert app.selectbox[0].value == "pear"


def test_a_link_to_a_page_wins_over_the_last_visit(app: AppTest) -> None:
    app.run()
    app.selectbox[0].select("pear")
    app.number_input[0].set_value(8).run()
    app.session_state["go"] = "second"
    app.query_params.clear()
    app.run()
    app.session_state["go"] = "first"
    app.query_params["fruit"] = "fig"
    app.run()
    assert app.selectbox[0].value == "fig"
    assert app.number_input[0].value == 3, "a link opens the same view for everyone"


def test_what_a_link_gave_stays_in_the_address(app: AppTest) -> None:
    """Taking a default out of it would be one more step for Back."""
    app.query_params["fruit"] = "apple"
    app.query_params["flag"] = "yes"
    app.run()
    assert dict(app.query_params) == {"fruit": "apple", "flag": "yes"}
    app.toggle[0].set_value(False)
    app.selectbox[0].select("pear")
    app.run()
    assert dict(app.query_params) == {"fruit": "pear"}


def test_of_a_list_what_is_there_is_kept(app: AppTest) -> None:
    app.query_params["many"] = "b,zzz"
    app.run()
    assert app.multiselect[0].value == ["b"]
    said = app.warning[0].value.replace("\\", "")
    assert said == "The link asks for many “zzz”, which is not there; leaving it out."


def _pages_with_tasks() -> None:
    import streamlit as st

    from dashboard.state import View

    options = {
        "similarity": ["dart", "mtop", "spider"],
        "advisor": ["mtop", "spider"],
        "runs": ["all", "dart", "spider"],
        "prompts": ["dart"],
    }
    name = st.session_state.get("go", "similarity")
    view = View(name)
    st.selectbox("Task", options[name], key=view.choice("task", options[name]))
    view.publish()


def test_the_task_chosen_last_is_carried_to_the_next_page() -> None:
    app = AppTest.from_function(_pages_with_tasks, default_timeout=20)
    app.run()
    app.selectbox[0].select("spider").run()
    for page, expected in (
        ("advisor", "spider"),
        ("runs", "all"),
        ("prompts", "dart"),
        ("similarity", "dart"),
    ):
        # As the browser does it for another page.
        app.query_params.clear()
        app.session_state["go"] = page
        app.run()
        assert app.selectbox[0].value == expected, page


def test_what_looks_again_often_does_not_stop_the_model() -> None:
    """Streamlit's collection after each script holds up every thread for as long as it takes."""
    file = Path(engine.__file__).parent / ".streamlit" / "config.toml"
    settings = tomllib.loads(file.read_text("utf-8"))
    assert settings["runner"]["postScriptGC"] is False
