"""Advisor: what it recommends, what it costs, and what would decide."""

from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st

from dashboard import jobs
from ipt_engine.config import RunConfig
from ipt_engine.evidence import Evidence
from ipt_engine.findings import find_advice
from ipt_engine.methods import METHODS
from ipt_engine.report.on_advice import reasons
from ipt_engine.runs import RunStore
from ipt_engine.tasks import TASKS, get_task
from ipt_engine.tasks.adding import NewTask, add
from ipt_engine.tasks.formats.columns import Columns
from tests.command_config import config_of
from tests.dashboard_app import open_page, shown, table
from tests.fake_store import World, build_fake_store, fake_training, write_prompt, write_run
from tests.ledger_oracles import ledger

pytestmark = pytest.mark.usefixtures("fresh_caches", "quick_ranking")


def test_the_advisor_recommends_or_says_what_to_run(fake_store: RunStore) -> None:
    app = open_page("advisor", task="mini-dart")
    for task in ("mini-dart", "mini-mtop"):
        found = find_advice(Evidence(fake_store), task)
        assert found.leader is not None
        said = shown(open_page("advisor", task=task))
        if found.recommended is None:
            assert f"undecided {METHODS[found.leader].title} scores highest so far" in said
        else:
            assert f"Use {METHODS[found.recommended].title} (" in said
        assert all(reason in said for reason in reasons(found))
    costs = table(app, "repaid after")
    assert costs["method"].tolist() == ["Zero-shot", "ICL", "PT", "IPT"]
    rows = ledger(fake_store).query("task == 'mini-dart' and method == 'pt'")
    tokens = (rows["prompt_tokens"] + rows["virtual_tokens"]).mean()
    assert costs["tokens of a query"][2] == pytest.approx(tokens)


def test_the_runs_that_would_decide_are_queued_at_a_click(
    fake_store: RunStore, no_worker: None
) -> None:
    for run_id in fake_store.runs().query("method == 'ipt' and task == 'mini-dart'")["run_id"]:
        fake_store.delete_run(run_id)
    app = open_page("advisor", task="mini-dart")
    wanted = table(app, "what for")
    assert "IPT" in set(wanted["method"])
    assert "not known yet" not in app.button(key="advisor.queue").label
    app.button(key="advisor.queue").click().run()
    queued = [RunConfig.from_dict(job.config) for job in jobs.jobs(fake_store)[::-1]]
    assert [config.seed for config in queued] == wanted["seed"].tolist()
    assert {config.task for config in queued} == {"mini-dart"}
    assert "Queued" in app.success[0].value
    assert "advisor.queue" not in {button.key for button in app.button}, "not all once more"
    jobs.cancel(fake_store, jobs.jobs(fake_store)[-1])
    app.run()
    assert app.button(key="advisor.queue").label.startswith("Run the other 1, ")
    app.button(key="advisor.queue").click().run()
    assert len(jobs.jobs(fake_store)) == len(queued)
    # What is missing is run as the others were.
    steps = {config.training.training.max_steps for config in queued if config.training}
    assert steps == {next(iter(fake_store.prompts()["steps"]))}


def test_of_a_task_without_runs_it_says_so_and_offers_the_first_ones(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[RunConfig] = []
    monkeypatch.setattr(jobs, "submit_many", lambda store, configs: queued.extend(configs))
    app = open_page("advisor", task="mini-spider")
    assert not app.warning
    assert "Nothing of Mini-Spider has been run yet." in shown(app)
    assert app.header[0].value == "What would give a first answer"
    wanted = table(app, "what for")
    assert wanted["method"].tolist() == ["Zero-shot", "ICL", *["PT"] * 3, *["IPT"] * 3]
    commands = app.code[0].value.splitlines()
    assert commands[0] == "ipt run --task mini-spider --method zero_shot --seed 0"
    # Judged by the other tasks' runs.
    assert "not known yet" not in set(wanted["time"])
    app.button(key="advisor.queue").click().run()
    assert queued == [config_of(command) for command in commands]


def test_in_an_empty_store_no_time_is_made_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPT_STORE", str(tmp_path / "nothing"))
    monkeypatch.setattr(RunStore, "open", classmethod(lambda cls, path: cls(path)))
    app = open_page("advisor")
    assert set(table(app, "what for")["time"]) == {"not known yet"}
    assert app.button(key="advisor.queue").label == "Run all 8, time not known yet"


def test_settings_that_are_not_alike_stand_beside_the_method(fake_store: RunStore) -> None:
    assert "settings" not in table(open_page("advisor", task="mini-dart"), "repaid after")
    for run_id in fake_store.runs().query("method == 'pt' and task == 'mini-dart'")["run_id"]:
        fake_store.delete_run(run_id)
    task = get_task("mini-dart")
    for seed in range(3):
        training = fake_training("mini-dart", seed, None)
        short = replace(training, training=replace(training.training, max_steps=30))
        config = RunConfig(task="mini-dart", method="pt", training=short, seed=seed)
        write_run(fake_store, World(task, 60), config, write_prompt(fake_store, short))
    st.cache_data.clear()
    app = open_page("advisor", task="mini-dart")
    assert table(app, "repaid after")["settings"].tolist() == [
        "", "", "max steps 30", "max steps 40",
    ]  # fmt: skip
    assert "PT (max steps 30)" in shown(app) and "IPT (max steps 40) scores highest" in shown(app)


def test_a_task_of_a_handful_of_test_inputs_is_offered_no_runs(
    fake_store: RunStore, tmp_path: Path
) -> None:
    path = tmp_path / "shop.csv"
    path.write_text("q,a\n" + "".join(f"question {n},answer {n}\n" for n in range(20)))
    add(NewTask("shop", str(path), columns=Columns("q", ("a",))), TASKS)
    app = open_page("advisor", task="shop")
    assert "The task has 2 test inputs. A difference on so few has no interval" in shown(app)
    assert not app.header and "advisor.queue" not in {button.key for button in app.button}
    assert "Add the task with more test inputs" in {link.label for link in app.get("page_link")}


def test_more_tasks_than_fit_beside_each_other_are_picked_from_a_list(
    fake_store: RunStore, tmp_path: Path
) -> None:
    app = open_page("advisor", task="mini-mtop")
    assert [group.label for group in app.button_group if group.label == "Task"] == ["Task"]
    path = tmp_path / "shop.csv"
    path.write_text("q,a\n" + "".join(f"question {n},answer {n}\n" for n in range(20)))
    add(NewTask("shop", str(path), columns=Columns("q", ("a",))), TASKS)
    app = open_page("advisor", task="mini-mtop")
    assert "Task" not in {group.label for group in app.button_group}
    box = app.selectbox(key="advisor.task")
    assert (box.value, len(box.options)) == ("mini-mtop", len(TASKS) + 1)
    box.select("shop").run()
    assert "Nothing of Shop has been run yet." in shown(app)


def test_runs_on_a_handful_of_many_test_inputs_are_no_dead_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPT_STORE", str(build_fake_store(tmp_path / "few", n=4).root))
    app = open_page("advisor", task="mini-dart")
    assert "What was run answers 4 test inputs, too few for any interval. The task has 240." in (
        shown(app)
    )
    assert app.header[0].value == "What would give a first answer"
    assert set(table(app, "what for")["method"]) == {"Zero-shot", "ICL", "PT", "IPT"}


def test_one_way_of_answering_alone_wins_nowhere(fake_store: RunStore) -> None:
    runs = fake_store.runs()
    kept = runs.query("method == 'pt' and task == 'mini-mtop'")["run_id"].iloc[0]
    for run_id in set(runs["run_id"]) - {kept}:
        fake_store.delete_run(run_id)
    overview = shown(open_page("overview"))
    assert "One way of answering alone has been run on Mini-MTOP." in overview
    advisor = shown(open_page("advisor"))
    assert "One way of answering alone has been run." in advisor
    assert "scores highest" not in overview + advisor
