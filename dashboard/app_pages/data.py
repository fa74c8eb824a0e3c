"""Data: what are the tasks made of, and how does one's own become one?"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import data, jobs, outcome, uploads
from dashboard.addform import draw_format_form, draw_table_form
from dashboard.components import terms, text
from dashboard.components.errors import one_line_errors
from dashboard.fields import task_field
from dashboard.leakview import draw_report
from dashboard.mapview import draw_map
from dashboard.readonly import read_only, refuse_if_read_only
from dashboard.state import View
from ipt_engine.config import DEFAULT_BASE_MODEL
from ipt_engine.errors import IPTError
from ipt_engine.presets import build_run_config
from ipt_engine.tasks import TASKS, Split, Task, all_tasks, plugins, registry
from ipt_engine.tasks.adding import NewTask
from ipt_engine.tasks.adding import add as add_task
from ipt_engine.tasks.judging_own import few_tests

ALL_SHOWN = 8
MOST_ROWS = 2000
MOST_INPUTS = 240
"""Test inputs that a run started here answers at most."""
REMOVE = "data.remove"
OPENED = "It is open at the top of this page."
SPLITS: dict[str, str] = {"test": "Test", "train": "Train", "dev": "Dev"}


def main() -> None:
    """Draw the page."""
    view = View("data")
    st.title("What are the tasks made of?")
    tasks = all_tasks()
    name = task_field(view, forget=("example", "text", "check"))
    task = tasks[name]
    with one_line_errors():
        describe(task)
        browse(view, task)
        st.header("Does the test set overlap the training data?", help=terms.TERMS["leakage"])
        draw_report(view, task)
        st.header("How near is the test to the training data?")
        draw_map(view, task)
        run_it(task)
    if name in registry.names():
        remove_it(view, name)
    outcome.say(REMOVE)
    st.header("Add your own")
    ways = {"table": "A table of mine", "files": "A known data set's files"}
    way = st.segmented_control(
        "What to add",
        list(ways),
        key=view.choice("way", list(ways)),
        format_func=ways.__getitem__,
        required=True,
        label_visibility="collapsed",
    )
    draw = draw_table_form if way == "table" else draw_format_form
    draw(lambda key, make: add_and_tell(view, key, make))
    view.publish()


def describe(task: Task) -> None:
    """The answer in words, and what is said around each input."""
    sizes = {split: len(data.examples(task.name, split)) for split in ("train", "dev", "test")}
    judged = ", ".join(map(terms.metric, task.metrics))
    st.html(
        f'<div class="ipt-answer">{text.html(task.description)} '
        f"<b>{sizes['train']:,}</b> examples to learn from, <b>{sizes['dev']:,}</b> to choose by "
        f"({terms.term('dev')}), "
        f"<b>{sizes['test']:,}</b> to test on. Judged by {judged}.</div>"
    )
    end = "at a line break" if task.stop == "newline" else "at the end token alone"
    lines = {
        "How a record becomes the input": task.linearisation,
        "What the model is told": task.instruction,
        "Before an input and an answer": f"{task.input_label}: …  {task.output_label}: …",
        "An answer ends": f"{end}, or after {task.max_new_tokens} tokens",
        "Where it comes from": f"{place_of(task)}. Licence: {task.licence}.",
    }
    few = few_tests(sizes["test"])
    if few is not None:
        st.warning(text.markdown(uploads.in_words_of_the_page(few)), icon=":material/info:")
    with st.expander("How it is put to the model"):
        for label, words in lines.items():
            text.plain(words, label, code=True)


def place_of(task: Task) -> str:
    """Where a task's data come from; of a file its name, since its folder is nobody's business."""
    path = Path(task.source)
    return path.name if path.is_absolute() else task.source


def browse(view: View, task: Task) -> None:
    """The examples of a split; the ticked one in full."""
    columns = st.columns([1.4, 2.6])
    split: Split = columns[0].segmented_control(
        "Examples",
        list(SPLITS),
        key=view.choice("split", list(SPLITS)),
        format_func=SPLITS.__getitem__,
        required=True,
        on_change=view.forget,
        args=("example",),
    )
    wanted = columns[1].text_input(
        "Search", key=view.words("text"), max_chars=200, icon=":material/search:"
    )
    phrase = " ".join(wanted.lower().split())
    examples = data.examples(task.name, split)
    found = [
        e for e in examples.values() if phrase in " ".join([e.id, e.input, *e.references]).lower()
    ]
    ids = [e.id for e in found[:MOST_ROWS]]
    opened = st.session_state[view.choice("example", ["", *ids])]
    table = pd.DataFrame(
        {"id": ids, "input": [e.input for e in found[:MOST_ROWS]]}
        | {"answer": [e.answer for e in found[:MOST_ROWS]]}
        | {"references": [len(e.references) for e in found[:MOST_ROWS]]}
    )
    event = st.dataframe(
        table,
        key=f"data.table.{hash(tuple(ids))}.{view.clicks}",
        hide_index=True,
        height="auto" if len(ids) <= ALL_SHOWN else 320,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [ids.index(opened)] if opened else []}},
        column_config={
            "id": st.column_config.TextColumn("id", width=130),
            "input": st.column_config.TextColumn("input", width=305),
            "answer": st.column_config.TextColumn("answer", width=270),
            "references": st.column_config.NumberColumn(
                "answers", width=85, help="How many answers count as right."
            ),
        },
        placeholder="",
        alt=f"{SPLITS[split]} examples of {task.title}",
    )
    shown = f"{len(ids):,} of {len(examples):,}" if len(ids) < len(examples) else f"{len(ids):,}"
    st.caption(f"{shown} examples. Tick one to read it whole.")
    ticked = [ids[row] for row in event["selection"]["rows"]]
    view.set("example", ticked[0] if ticked else "")
    if ticked:
        read_one(task, split, ticked[0])


def read_one(task: Task, split: Split, example_id: str) -> None:
    """One example, all of it."""
    example = data.examples(task.name, split)[example_id]
    with st.container(border=True):
        text.plain(example.input, f"{task.input_label} ({example.id})")
        for reference in example.references:
            text.plain(reference, task.output_label)
        for name, value in example.context.items():
            text.plain(value, name)
        if split == "test":
            st.page_link(
                "app_pages/playground.py",
                label="See how the methods answer it",
                icon=":material/forum:",
                query_params={"task": task.name, "example": example.id},
            )


def run_it(task: Task) -> None:
    """Runs that need no training, and the way to those that do."""
    st.header("Use it")
    count = min(len(data.examples(task.name, "test")), MOST_INPUTS)
    left, right = st.columns([1.4, 2.6], vertical_alignment="center")
    pressed = left.button(
        "Run zero-shot and ICL",
        icon=":material/play_arrow:",
        key="data.run",
        disabled=read_only(),
        help=f"Answers {count} test inputs with each; nothing is trained.",
    )
    right.page_link(
        "app_pages/train.py",
        label="Train a prompt on it",
        icon=":material/model_training:",
        query_params={"task": task.name},
    )
    if pressed:
        for method in ("zero_shot", "icl"):
            options = {"evaluation": {"limit": MOST_INPUTS}}
            if len(data.examples(task.name, "test")) <= MOST_INPUTS:
                options = {}
            config = build_run_config(task.name, method, DEFAULT_BASE_MODEL, 0, None, options)
            jobs.submit(data.store(), config)
        st.switch_page("app_pages/train.py", query_params={"task": task.name})


def remove_it(view: View, name: str) -> None:
    """Forgetting a task of one's own, asked twice."""
    with st.popover("Remove this task", icon=":material/delete:"):
        st.write(
            "Its prompts and runs stay. A table that was uploaded for it is deleted here; files "
            "added by their path stay where they are."
        )
        st.button(
            "Remove it",
            key=REMOVE,
            on_click=forget,
            args=(view, name),
            disabled=read_only(),
        )


def forget(view: View, name: str) -> None:
    """Remove a task and go back to the first."""
    try:
        refuse_if_read_only()
        with uploads.CHANGING:
            registry.remove(name)
            uploads.tidy()
    except IPTError as error:
        outcome.keep(REMOVE, "error", str(error))
        return
    view.forget("task", "example", "text", "check")
    outcome.keep(REMOVE, "done", f"Removed {name}.")


def add_and_tell(view: View, key: str, make: Callable[[], NewTask]) -> None:
    """Add a task and open it; what was decided, or what was wrong, is said beside the button."""
    try:
        refuse_if_read_only()
        with uploads.CHANGING:
            try:
                added = add_task(make(), [*TASKS, *plugins.tasks()])
            finally:
                # What was refused leaves no copy behind.
                uploads.tidy()
    except IPTError as error:
        outcome.keep(key, "error", uploads.in_words_of_the_page(str(error)))
        return
    sizes = ", ".join(f"{count} {split}" for split, count in added.sizes.items())
    notes = " ".join([f"Added {added.task.name}: {sizes}.", *added.notes, OPENED])
    outcome.keep(key, "done", uploads.in_words_of_the_page(notes))
    view.forget("example", "text", "check")
    view.set("task", added.task.name)


main()
