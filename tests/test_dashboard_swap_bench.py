"""The Playground's swap bench: what it leads with, keeps, and stops."""

import re
from typing import Any

import pandas as pd
import pytest

from dashboard import benchwords, engine, swapping
from dashboard.background import Works
from ipt_engine.retrievers import Demonstration
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task
from tests.dashboard_app import open_page, shown, table

pytestmark = pytest.mark.usefixtures("fresh_caches", "quick_ranking")


def finish_at_once(
    monkeypatch: pytest.MonkeyPatch, values: dict[tuple[str, str], float]
) -> list[engine.Question]:
    """Let the bench end as it begins, with these log-probabilities; what it was asked."""
    asked: list[engine.Question] = []

    def fill(bench: swapping.Swap, store: RunStore) -> None:
        asked.append(bench.question)
        train = get_task(bench.question.task).load("train")
        bench.arms = {"nearest": [Demonstration(train[0], 0.9)]}
        if not bench.covers(bench.question.demonstrations):
            bench.arms = {**bench.arms, swapping.CHOSEN: bench.question.demonstrations}
        bench.rows = pd.DataFrame(
            {"method": method, "kind": kind, "similarity": None if kind == "none" else 0.5,
             "demonstration": "a  →  b", "prediction": "<b>x</b>", "gold_logprob": value,
             "score": 10.0}
            for (method, kind), value in values.items()
            if kind != swapping.CHOSEN or kind in bench.arms
        )  # fmt: skip

    class AtOnce(Works[Any, Any]):
        def begin(self, key: Any, new: Any, do: Any, wait: float = 0) -> None:
            super().begin(key, new, do, wait=60)

    monkeypatch.setattr(swapping, "_swap", fill)
    monkeypatch.setattr(swapping, "_SWAPS", AtOnce(most=64))
    return asked


def test_the_swap_bench_leads_with_the_best_and_shows_how_the_reference_moves(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {("icl", "nearest"): -2.0, ("icl", "farthest"): -9.5, ("pt", "none"): -1.5}
    finish_at_once(monkeypatch, values)
    app = open_page("playground", task="mini-dart")
    assert "about half a minute" in shown(app)
    app.button(key="swap.go").click().run()
    said = shown(app)
    best = "Here PT without a demonstration gives the reference answer the highest probability"
    assert f"{best} (log p(reference) −1.5)." in said
    assert "ICL: with the nearest demonstration the reference is 7.5 nats more likely" in said
    assert said.index(best) < said.index("7.5 nats")
    assert table(app, "kind")["kind"].tolist() == ["nearest", "farthest", "none"]


def test_a_visitor_who_leaves_an_input_stops_no_others_bench(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[swapping.Swap] = []

    def go_on(bench: swapping.Swap, store: RunStore) -> None:
        begun.append(bench)
        assert bench.stopping.wait(60)

    monkeypatch.setattr(swapping, "_swap", go_on)
    monkeypatch.setattr(swapping, "_SWAPS", Works(most=64))
    first = open_page("playground", task="mini-dart")
    first.button(key="swap.go").click().run()
    second = open_page("playground", task="mini-dart")
    assert second.button(key="swap.stop")
    (bench,) = begun
    first.selectbox(key="playground.example").select_index(1).run()
    assert not bench.stopping.is_set()
    second.selectbox(key="playground.example").select_index(1).run()
    assert bench.stopping.is_set()


def test_the_swap_bench_is_kept_and_takes_the_users_choice(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {("icl", "nearest"): -2.0, ("icl", swapping.CHOSEN): -1.0}
    asked = finish_at_once(monkeypatch, values)
    example = get_task("mini-dart").load("test")[4].id
    app = open_page("playground", task="mini-dart", example=example)
    app.button(key="swap.go").click().run()
    assert table(app, "kind")["kind"].tolist() == ["nearest"]
    assert not [button for button in app.button if button.key == "swap.go"]
    # Another input and back, and then a session of its own, as after a reload.
    app.selectbox(key="playground.example").set_value(get_task("mini-dart").load("test")[5].id)
    app.run()
    assert app.button(key="swap.go").label == "Swap the demonstration"
    app.selectbox(key="playground.example").set_value(example).run()
    assert table(app, "kind")["kind"].tolist() == ["nearest"]
    ticked = get_task("mini-dart").load("train")[3].id
    app = open_page("playground", task="mini-dart", example=example, demonstrations=ticked)
    assert table(app, "kind")["kind"].tolist() == ["nearest"]
    assert len(asked) == 1
    app.button(key="swap.go").click().run()
    assert [d.example.id for d in asked[-1].demonstrations] == [ticked]
    assert table(app, "kind")["kind"].tolist() == ["nearest", "your choice"]
    assert "Here ICL with your choice of demonstrations gives" in shown(app)
    app = open_page("playground", task="mini-dart", example=example)
    assert table(app, "kind")["kind"].tolist() == ["nearest"]


def test_the_swap_bench_needs_a_reference(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = finish_at_once(monkeypatch, {("icl", "nearest"): -2.0})
    app = open_page("playground", task="mini-dart", **{"from": "own", "text": "a | b | c"})
    assert "whose reference answer is known" in " ".join(c.value for c in app.caption)
    assert not [button for button in app.button if button.key == "swap.go"]
    app.text_input(key="playground.expected").set_value("a bs c").run()
    app.button(key="swap.go").click().run()
    assert [question.example.references for question in asked] == [("a bs c",)]
    assert table(app, "kind")["kind"].tolist() == ["nearest"]
    # By another reference it is another question.
    app.text_input(key="playground.expected").set_value("a is c").run()
    assert app.button(key="swap.go").label == "Swap the demonstration"


def test_the_swap_bench_says_whether_the_nearest_helps_against_none(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {
        ("zero_shot", "none"): -31.8, ("icl", "nearest"): -24.5, ("pt", "none"): -20.8,
        ("ipt", "nearest"): -20.6,
    }  # fmt: skip
    finish_at_once(monkeypatch, values)
    app = open_page("playground", task="mini-dart")
    app.button(key="swap.go").click().run()
    assert (
        "Against none, the nearest demonstration makes the reference likelier without a soft "
        "prompt (ICL −24.5 against Zero-shot −31.8), and hardly changes how likely the reference "
        "is with one (IPT −20.6 against PT −20.8). One input is an example and no evidence"
    ) in shown(app)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({("icl", "nearest"): -9.0, ("zero_shot", "none"): -2.0}, "the reference less likely"),
        ({("pt", "none"): -2.0, ("ipt", "nearest"): -1.0}, "likelier with one (IPT"),
        ({("icl", "nearest"): -9.0, ("pt", "none"): -2.0}, ""),
    ],
)
def test_only_what_differs_by_the_demonstration_is_compared(
    values: dict[tuple[str, str], float], said: str
) -> None:
    rows = pd.DataFrame([(*key, value) for key, value in values.items()])
    rows.columns = ["method", "kind", "gold_logprob"]
    told = re.sub(r"<[^>]*>", "", benchwords.against_none(rows))
    assert said in told and bool(said) == bool(told)


def test_a_foreign_demonstration_that_does_best_is_called_odd() -> None:
    rows = pd.DataFrame(
        {"method": "icl", "kind": ["nearest", "other task"], "gold_logprob": [-3.0, -1.0]}
    )
    assert "an oddity of this one input" in benchwords.best(rows)
    assert "oddity" not in benchwords.best(rows.assign(gold_logprob=[-1.0, -3.0]))
