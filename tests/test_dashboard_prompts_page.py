"""Prompts: nearest words, paths, the map, and what each token does."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard import data, probing, promptdata, removal
from dashboard.background import Work
from ipt_engine.knockouts import known_knockout, save_knockout
from ipt_engine.runs import RunStore
from ipt_engine.vocabulary import Vocabulary
from tests.dashboard_app import click, open_page, shown, table
from tests.fake_store import WIDTH

pytestmark = pytest.mark.usefixtures("fresh_caches", "quick_ranking")


@pytest.fixture(autouse=True)
def small_vocabulary(monkeypatch: pytest.MonkeyPatch) -> Vocabulary:
    table = np.random.default_rng(5).normal(size=(50, WIDTH)).astype(np.float32)
    words = Vocabulary(table, tuple(f"word{i}" for i in range(50)))
    monkeypatch.setattr(promptdata, "_vocabulary", lambda base_model: words)
    return words


def test_prompts_shows_the_nearest_words(
    fake_store: RunStore, small_vocabulary: Vocabulary
) -> None:
    prompt = fake_store.prompts().query("task == 'mini-mtop' and method == 'ipt'").iloc[1]
    app = open_page("prompts", task="mini-mtop", prompt=prompt["prompt_id"])
    vectors = fake_store.prompt_vectors(prompt["prompt_id"])
    matrix = small_vocabulary.table.astype(np.float64)
    cosines = vectors @ matrix.T
    cosines /= np.linalg.norm(vectors, axis=1)[:, None] * np.linalg.norm(matrix, axis=1)
    expected = [f"'word{row.argmax()}' {row.max():.2f}" for row in cosines]
    assert table(app, "position")["1."].tolist() == expected
    assert f"mean of all {cosines.max(axis=1).mean():.2f}" in shown(app)


def test_the_prompt_is_exported_tried_and_deleted_where_it_is_looked_at(
    fake_store: RunStore,
) -> None:
    prompts = fake_store.prompts()
    chosen = prompts.query("task == 'mini-mtop'")["prompt_id"].iloc[1]
    app = open_page("prompts", task="mini-mtop", prompt=chosen)
    links = {link.proto.label: link.proto.query_string for link in app.get("page_link")}
    assert links["Try the prompt"].endswith(f"={chosen}")
    assert links["Import another on Train"] == "task=mini-mtop"
    (export,) = [b.proto for b in app.get("download_button") if "Export" in b.proto.label]
    assert export.id.endswith("prompts.export")
    app.button(key="prompts.delete").click().run()
    assert any(f"Prompt `{chosen}` is removed" in words.value for words in app.markdown)
    runs = fake_store.runs()
    for prompt_id in prompts.query("task == 'mini-mtop'")["prompt_id"]:
        users = runs.loc[runs["prompt_id"] == prompt_id, "run_id"].tolist()
        removal.delete_prompt(fake_store, prompt_id, users)
    app.run()
    assert not app.exception and not app.error
    assert app.query_params["task"] == "mini-dart", "the last of its task is gone"


def test_the_chosen_prompt_is_among_the_paths_and_both_methods_are(fake_store: RunStore) -> None:
    prompts = fake_store.prompts().query("task == 'mini-dart'").sort_values("prompt_id")
    many = pd.concat(
        [prompts.assign(prompt_id=prompts["prompt_id"] + str(i), seed=prompts["seed"] + 3 * i)
         for i in range(4)]
    )  # fmt: skip
    last = many[many["method"] == "pt"].sort_values("seed").iloc[-1]
    drawn = promptdata.beside_in_training(many, last["prompt_id"], 12)
    assert drawn["prompt_id"].iloc[0] == last["prompt_id"]
    assert drawn["method"].value_counts().to_dict() == {"ipt": 6, "pt": 6}
    assert set(drawn["seed"]) == {*range(6), last["seed"]}

    app = open_page("prompts", task="mini-dart", prompt=prompts["prompt_id"].iloc[2])
    assert any("6 of 6 prompts of this task and length" in c.value for c in app.caption)


def test_of_a_prompt_that_was_made_again_nothing_old_is_shown(
    fake_store: RunStore, tmp_path: Path
) -> None:
    one, other = fake_store.prompts()["prompt_id"].iloc[[0, 1]]
    archive, tokens = data.prompt_zip(one), promptdata.nearest_tokens(one)
    # As `ipt run --force` does: the old folder goes, and the new one is renamed into its place.
    folder = fake_store.prompt_folder(one)
    shutil.copytree(folder, tmp_path / "made")
    name = "adapter_model.safetensors"
    shutil.copy(fake_store.prompt_folder(other) / name, tmp_path / "made" / name)
    shutil.rmtree(folder)
    (tmp_path / "made").rename(folder)
    assert data.prompt_zip(one) != archive
    assert not promptdata.nearest_tokens(one).equals(tokens)


def test_a_click_on_the_map_chooses_the_prompt(fake_store: RunStore) -> None:
    prompts = fake_store.prompts()
    first = prompts[prompts["task"] == "mini-dart"].iloc[0]
    other = prompts[prompts["task"] == "mini-mtop"].iloc[2]
    app = open_page("prompts", task="mini-dart", prompt=first["prompt_id"], compare="yes")
    click(app, "map", other["prompt_id"])
    assert app.selectbox(key="prompts.task").value == "mini-mtop"
    assert app.selectbox(key="prompts.prompt").value == other["prompt_id"]


def test_a_token_that_was_taken_out_is_shown(fake_store: RunStore) -> None:
    prompt_id = fake_store.prompts().query("task == 'mini-dart'").iloc[0]["prompt_id"]
    losses = [1.0, *np.linspace(0.99, 1.2, 25)]
    save_knockout(fake_store, prompt_id, losses, 40)
    app = open_page("prompts", task="mini-dart", prompt=prompt_id)
    said = shown(app)
    assert "Token 25 matters most: without it the dev loss rises by 0.200 from 1.000" in said
    assert "2 of 25 tokens could go at no loss" in said


def test_measuring_is_begun_once_and_its_end_is_shown(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measure(work: Work, store: RunStore, prompt_id: str) -> None:
        save_knockout(store, prompt_id, [1.0, 1.1], 3)

    monkeypatch.setattr(probing, "_measure", measure)
    app = open_page("prompts", task="mini-dart")
    prompt_id = app.session_state["prompts.prompt"]
    app.button(key="prompts.measure").click().run()
    for _ in range(100):
        if known_knockout(fake_store, prompt_id) is not None:
            break
    app.run()
    assert "Token 1 matters most" in shown(app)


@pytest.mark.parametrize("page", ["prompts", "runs"])
def test_a_link_to_a_task_without_anything_says_that(page: str, fake_store: RunStore) -> None:
    app = open_page(page, task="mini-spider")
    assert "“mini-spider”, which has nothing on this page yet" in app.warning[0].value.replace(
        "\\", ""
    )
    gone = open_page(page, task="no-such-task")
    assert "which is not there" in gone.warning[0].value.replace("\\", "")
