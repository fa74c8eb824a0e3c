"""The page Train: what it starts, numbers that are not allowed, jobs, curves, and imports."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data, jobs, removal, worker
from ipt_engine import imports
from ipt_engine.config import RunConfig
from ipt_engine.errors import StoreError
from ipt_engine.runs import RunStore
from tests.dashboard_app import open_page, shown
from tests.job_configs import ICL, ZERO

pytestmark = pytest.mark.usefixtures("fresh_caches", "quick_ranking")


def plain(words: str) -> str:
    return words.replace("\\", "")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("steps", -5, "Steps must be a whole number from 1 to 100,000, but is -5."),
        ("steps", 1e9, "Steps must be a whole number from 1 to 100,000, but is 1,000,000,000."),
        ("steps", 2.5, "Steps must be a whole number from 1 to 100,000, but is 2.5."),
        ("rate", 99999, "Learning rate must be a number from 0.00001 to 10, but is 99,999."),
        ("tokens", 5000, "Virtual tokens must be a whole number from 1 to 1,000, but is 5,000."),
        ("shown", 50, "How many must be a whole number from 0 to 20, but is 50."),
    ],
)
def test_a_number_that_is_not_allowed_is_named(
    fake_store: RunStore, field: str, value: float, said: str
) -> None:
    app = open_page("train", method="ipt")
    app.number_input(key=f"train.{field}").set_value(float(value)).run()
    assert [plain(error.value) for error in app.error] == [said]
    assert app.button(key="train.start").disabled
    assert "to train" not in shown(app)
    app.number_input(key=f"train.{field}").set_value(1.0).run()
    assert not app.error and not app.button(key="train.start").disabled


def test_all_that_is_wrong_is_said_at_once(fake_store: RunStore) -> None:
    app = open_page("train")
    app.number_input(key="train.steps").set_value(-5.0)
    app.number_input(key="train.seed").set_value(-1.0).run()
    (error,) = app.error
    assert "Steps must" in error.value and "Seed must" in error.value


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


def bars(app: AppTest) -> list[str]:
    return [plain(bar.proto.text) for bar in app.get("progress")]


def test_a_running_job_says_what_it_does_at_every_moment(
    fake_store: RunStore, no_worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_worker_is_there", lambda root: True)
    fake_store.discard(fake_store.active()[0].id)
    run = fake_store.run(fake_store.runs().query("method == 'ipt'")["run_id"].iloc[0])
    training = fake_store.prompt(run["prompt_id"])["config"]
    trained = RunConfig.from_dict(run["config"] | {"training": training, "prompt_id": None})
    new = training | {"prompt_tuning": training["prompt_tuning"] | {"seed": 77}}
    untrained = RunConfig.from_dict(trained.to_dict() | {"training": new, "seed": 77})

    def begin(config: RunConfig) -> None:
        jobs.submit(fake_store, config)
        (job,) = [job for job in jobs.jobs(fake_store) if job.state == "queued"]
        worker.write_json(job.folder / worker.STARTED, {"pid": os.getpid(), "started": "2026"})

    begin(untrained)
    assert bars(open_page("train")) == ["Starting: loading torch and the model"]
    with fake_store.begin("training", "ab" * 6, new) as activity:
        assert bars(open_page("train")) == ["Starting"]
        activity.update(note="Choosing demonstrations")
        assert bars(open_page("train")) == ["Choosing demonstrations"]
        activity.update(step=0, total=40, note="Training IPT")
        assert bars(open_page("train")) == ["Training IPT: step 0 of 40"]
        activity.leave()
    with fake_store.begin("evaluation", "cd" * 6, untrained.to_dict()) as activity:
        activity.update(note="Choosing demonstrations")
        assert bars(open_page("train")) == ["Choosing demonstrations"]
        activity.update(step=0, total=60, note="IPT on Mini-DART: writing")
        assert bars(open_page("train")) == ["IPT on Mini-DART: writing: 0 of 60 inputs"]
        activity.leave()
    (job,) = jobs.jobs(fake_store)
    shutil.rmtree(job.folder)
    begin(trained)
    assert bars(open_page("train")) == ["Finishing"]
    fake_store.delete_run(run["run_id"])
    assert bars(open_page("train")) == ["The prompt is trained: starting the evaluation"]


def test_the_list_knows_when_anything_comes_begins_or_ends(
    fake_store: RunStore, no_worker: None
) -> None:
    """What the page looks at every few seconds: work may be begun in another browser."""
    seen = [jobs.standing(fake_store)]
    assert not seen[-1].busy
    jobs.submit(fake_store, ICL)
    seen.append(jobs.standing(fake_store))
    assert seen[-1].busy
    (job,) = jobs.jobs(fake_store)
    worker.write_json(job.folder / worker.STARTED, {"pid": 2**22 + 1, "started": "2026-01-01"})
    worker.write_json(job.folder / worker.RESULT, {"returncode": 0, "cancelled": False})
    seen.append(jobs.standing(fake_store))
    with fake_store.begin("training", "ab" * 6, {}) as activity:
        seen.append(jobs.standing(fake_store))
        assert seen[-1].busy, "begun from the command line"
        activity.update(step=1, total=2, note="Training")
        assert jobs.standing(fake_store).states == seen[-1].states
        activity.leave()
    assert jobs.standing(fake_store).states == seen[2].states
    assert len({standing.states for standing in seen}) == len(seen)


def test_jobs_that_are_not_shown_are_counted_and_shown_on_demand(
    fake_store: RunStore, no_worker: None
) -> None:
    for _ in range(6):
        jobs.submit(fake_store, ICL)
        folder = jobs.jobs(fake_store)[0].folder
        worker.write_json(folder / worker.STARTED, {"pid": 2**22 + 1, "started": "2026-01-01"})
        worker.write_json(folder / worker.RESULT, {"returncode": 1, "cancelled": False})

    def cards(app: AppTest) -> int:
        return sum(str(button.key).startswith("clear.") for button in app.button)

    app = open_page("train")
    assert app.button(key="jobs.clear_finished").label == "Clear finished (6)"
    (more,) = [toggle for toggle in app.toggle if toggle.key == "jobs.earlier"]
    assert (cards(app), more.label) == (4, "Show 2 more that ended earlier")
    assert cards(more.set_value(True).run()) == 6


def test_what_runs_stands_before_what_waits(fake_store: RunStore, no_worker: None) -> None:
    jobs.submit(fake_store, ZERO)
    app = open_page("train")
    assert "about to start" in shown(app) and "waiting for" not in shown(app)
    with fake_store.begin("training", "ab" * 6, fake_store.active()[0].config) as activity:
        words = shown(open_page("train"))
        assert words.index("begun outside the dashboard") < words.index("about to start")
        activity.leave()


def test_a_task_without_prompts_is_told_of_the_form_above(fake_store: RunStore) -> None:
    app = open_page("train", task="mini-spider")
    (said,) = [info.value for info in app.info if "soft prompt" in info.value]
    assert "The form above trains one" in said and "page Train" not in said


def buttons(app: AppTest) -> list[str]:
    return [button.key for button in app.button if str(button.key).startswith("jobs.")]


def test_several_jobs_are_cancelled_or_cleared_at_once(
    fake_store: RunStore, no_worker: None
) -> None:
    jobs.submit(fake_store, ICL)
    assert buttons(open_page("train")) == []
    jobs.submit(fake_store, ZERO)
    app = open_page("train")
    assert buttons(app) == ["jobs.cancel_all"]
    app.button(key="jobs.cancel_all").click().run()
    assert not app.exception and jobs.jobs(fake_store) == []
    for returncode, cancelled in ((0, False), (1, False), (1, True)):
        jobs.submit(fake_store, ICL)
        ended = {"returncode": returncode, "cancelled": cancelled}
        folder = jobs.jobs(fake_store)[0].folder
        worker.write_json(folder / worker.STARTED, {"pid": 2**22 + 1, "started": "2026-01-01"})
        worker.write_json(folder / worker.RESULT, ended)
    app = open_page("train")
    assert buttons(app) == ["jobs.clear_finished"]
    app.button(key="jobs.clear_finished").click().run()
    assert [job.state for job in jobs.jobs(fake_store)] == ["cancelled"], "it can be resumed"


def test_unfinished_work_is_discarded_with_its_job_and_only_after_asking(
    fake_store: RunStore, no_worker: None
) -> None:
    """Cleared alone, it would come back as work that somebody else began."""
    (work,) = fake_store.active()
    jobs.submit(fake_store, ICL)
    (job,) = jobs.jobs(fake_store)
    worker.write_json(job.folder / worker.STARTED, {"pid": work.pid, "started": "2026-01-01"})
    worker.write_json(job.folder / worker.RESULT, {"returncode": 1, "cancelled": True})
    app = open_page("train")
    assert "outside the dashboard" not in shown(app)
    keys = {button.key for button in app.button}
    assert f"discard.{work.id}" in keys and f"clear.{job.id}" not in keys
    (box,) = [box for box in app.get("popover") if box.proto.popover.label == "Discard"]
    app.button(key=f"discard.{work.id}").click().run()
    assert not app.exception
    assert fake_store.active() == [] and jobs.jobs(fake_store) == []


def test_what_a_cleared_job_left_is_called_unfinished(fake_store: RunStore) -> None:
    said = shown(open_page("train"))
    assert "unfinished, interrupted" in said and "outside the dashboard" not in said


def test_jobs_that_have_ended_are_not_looked_up_again_and_again(
    fake_store: RunStore, no_worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue is drawn anew every two seconds while something trains."""
    runs = fake_store.runs()
    run = fake_store.run(runs[runs["method"] == "icl"]["run_id"].iloc[0])
    jobs.submit(fake_store, RunConfig.from_dict(run["config"]))
    (job,) = jobs.jobs(fake_store)
    worker.write_json(job.folder / worker.STARTED, {"pid": 2**22 + 1, "started": "2026-01-01"})
    worker.write_json(job.folder / worker.RESULT, {"returncode": 0, "cancelled": False})
    read: list[str] = []
    for name in ("runs", "run", "prompts", "prompt"):
        method = getattr(RunStore, name)
        monkeypatch.setattr(
            RunStore, name, lambda *a, m=method, n=name: read.append(n) or m(*a)
        )  # fmt: skip
    app = open_page("train")
    assert "runs" in read and run["run_id"] in {
        link.proto.query_string.rpartition("runs=")[2] for link in app.get("page_link")
    }
    read.clear()
    app.run()
    assert read == []


def test_the_loss_curve_stays_when_the_training_has_ended(
    fake_store: RunStore, no_worker: None
) -> None:
    runs = fake_store.runs()
    run = fake_store.run(runs[runs["method"] == "ipt"]["run_id"].iloc[0])
    training = fake_store.prompt(run["prompt_id"])["config"]
    config = RunConfig.from_dict(run["config"] | {"training": training, "prompt_id": None})
    before = len(open_page("train").get("plotly_chart"))
    jobs.submit(fake_store, config)
    (job,) = jobs.jobs(fake_store)
    worker.write_json(job.folder / worker.STARTED, {"pid": 2**22 + 1, "started": "2026-01-01"})
    worker.write_json(job.folder / worker.RESULT, {"returncode": 0, "cancelled": False})
    app = open_page("train")
    assert len(app.get("plotly_chart")) == before + 1
    (curve,) = [box for box in app.expander if box.label == "Loss curve"]
    assert curve.proto.expanded


def test_prompts_of_the_forms_task_are_listed_unless_all_are_asked_for(
    fake_store: RunStore,
) -> None:
    app = open_page("train", task="mini-mtop")
    mine = fake_store.prompts().query("task == 'mini-mtop'")
    table = next(t.value for t in app.dataframe if "origin" in t.value)
    assert table["prompt_id"].tolist() == mine["prompt_id"].tolist()[::-1]
    app = open_page("train", task="mini-mtop", of="all")
    table = next(t.value for t in app.dataframe if "origin" in t.value)
    assert len(table) == len(fake_store.prompts()) > len(mine)


@pytest.mark.parametrize("name", ["train", "runs"])
def test_the_chosen_prompt_is_the_links_and_stays_when_others_come_or_go(
    name: str, fake_store: RunStore
) -> None:
    ids = fake_store.prompts().query("task == 'mini-dart'")["prompt_id"].tolist()
    chosen = ids[1]

    def opened(app: AppTest) -> list[str]:
        links = [link.proto for link in app.get("page_link")]
        found = [link.query_string for link in links if link.label == "Take the prompt apart"]
        return [query.rpartition("prompt=")[2] for query in found]

    app = open_page(name, prompt=chosen)
    assert opened(app) == [chosen]
    assert app.query_params["prompt"] == chosen
    # Another order, and fewer rows than the place of the tick.
    for prompt_id in fake_store.prompts()["prompt_id"]:
        if prompt_id not in ids[:2]:
            fake_store.delete_prompt(prompt_id, force=True)
    assert opened(app.run()) == [chosen]
    fake_store.delete_prompt(chosen, force=True)
    assert opened(app.run()) == []
    assert "prompt" not in app.query_params


def test_deleting_a_prompt_asks_first_and_takes_its_runs_along(fake_store: RunStore) -> None:
    prompts, runs = fake_store.prompts(), fake_store.runs()
    used = prompts["prompt_id"].iloc[0]
    users = runs.loc[runs["prompt_id"] == used, "run_id"].tolist()
    app = open_page("train", of="all", prompt=used)
    app.button(key="prompts.delete").click().run()
    said = " ".join(words.value for words in app.markdown)
    assert len(users) == 1 and "1 run used it. It is deleted first" in said
    assert app.button(key="prompts.delete.yes").label == "Delete 1 run and the prompt"
    assert fake_store.has_prompt(used)
    with pytest.raises(StoreError, match="is used by 1"):
        removal.delete_prompt(fake_store, used, [])
    removal.delete_prompt(fake_store, used, users)
    assert not fake_store.has_prompt(used) and not fake_store.has_run(users[0])
    assert len(fake_store.runs()) == len(runs) - 1


@pytest.fixture
def any_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in = SimpleNamespace(folder=tmp_path, weights_hash="c" * 64)
    monkeypatch.setattr(imports, "provision", lambda name: stand_in)


def test_an_exported_zip_is_imported_for_what_it_was_made_for(
    fake_store: RunStore, any_model: None
) -> None:
    prompts = fake_store.prompts()
    original = prompts[(prompts["task"] == "mini-mtop") & (prompts["method"] == "ipt")].iloc[0]
    open_page("train", task="mini-dart")
    archive = data.prompt_zip(original["prompt_id"])
    app = open_page("train", task="mini-dart")
    boxes = {box.label: box for box in app.selectbox}
    assert boxes["For the task"].value == "mini-dart"
    app.file_uploader(key="import.files").upload("x.zip", archive, "application/zip").run()
    boxes = {box.label: box for box in app.selectbox}
    assert boxes["For the task"].value == "mini-mtop"
    assert boxes["For the method"].value == "ipt"
    assert boxes["Trained on the base model"].value == original["base_model"]
    assert any("trained for Mini-MTOP, by IPT" in plain(c.value) for c in app.caption)
    app.button(key="import.go").click().run()
    assert not app.exception
    (done,) = app.success
    assert "for Mini-MTOP by IPT" in plain(done.value)
    (made,) = set(fake_store.prompts()["prompt_id"]) - set(prompts["prompt_id"])
    assert (
        fake_store.prompt_vectors(made).tolist()
        == fake_store.prompt_vectors(original["prompt_id"]).tolist()
    )
    app = open_page("train", task="mini-mtop")
    table = next(t.value for t in app.dataframe if "origin" in t.value).set_index("prompt_id")
    assert table.loc[made, "origin"] == "imported"
    assert table.loc[made, ["steps", "best_dev_loss"]].isna().all()
    picked = next(box for box in open_page("playground", task="mini-mtop").selectbox
                  if box.label == "IPT prompt")  # fmt: skip
    assert any(option.startswith("imported · seed 0") for option in picked.options)
    opened = open_page("train", task="mini-mtop", prompt=made)
    (said,) = (c.value for c in opened.caption if "imported" in c.value)
    loss = f"dev loss {original['best_dev_loss']:.3f}"
    assert f"Its file says: seed 0, {original['steps']} steps, {loss}, " in said


def test_an_exported_zip_of_what_is_here_makes_no_second_prompt(
    fake_store: RunStore, any_model: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = fake_store.prompts().iloc[0]
    here = SimpleNamespace(folder=fake_store.root, weights_hash=original["weights_hash"])
    monkeypatch.setattr(imports, "provision", lambda name: here)
    open_page("train")
    archive = data.prompt_zip(original["prompt_id"])
    app = open_page("train")
    app.file_uploader(key="import.files").upload("x.zip", archive, "application/zip").run()
    app.button(key="import.go").click().run()
    (done,) = app.success
    told = f"This is prompt {original['prompt_id']}, which is already here, for "
    assert plain(done.value).startswith(told)
    assert not fake_store.prompts()["imported"].any()


def test_a_bad_upload_is_one_line_and_keeps_the_button_off(fake_store: RunStore) -> None:
    app = open_page("train", task="mini-mtop")
    app.file_uploader(key="import.files").upload("x.zip", b"no", "application/zip").run()
    (error,) = app.error
    assert "x.zip cannot be read as a zip file" in plain(error.value)
    assert app.button(key="import.go").disabled
    assert {box.label: box for box in app.selectbox}["For the task"].value == "mini-mtop"
