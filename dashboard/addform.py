"""The form for a task of one's own: which columns hold what, and how answers are judged."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import outcome, uploads
from dashboard.components import text
from dashboard.readonly import WHY, read_only
from ipt_engine.errors import ConfigError, DataError
from ipt_engine.metrics import METRICS
from ipt_engine.tasks.adding import NewTask
from ipt_engine.tasks.formats import FORMATS
from ipt_engine.tasks.formats.columns import KINDS, Columns
from ipt_engine.tasks.judging_own import default_metrics
from ipt_engine.tasks.splitting import SHARES, TEST_SHARES

_STOPS = {"": "decided by the answers", "newline": "a line break", "eos": "the end token alone"}
_SPLITS = {"": "split it, or take a folder's own", "train": "train", "dev": "dev", "test": "test"}
_SHOWN = 5
Add = Callable[[str, Callable[[], NewTask]], None]
"""Called with the button's key and what makes the new task; makes it, registers it, and keeps
what came of it for `outcome.say`."""


def draw_table_form(add: Add) -> None:
    """Upload of a table, the columns' meaning, and the button.

    Args:
        add: What the button does.
    """
    file = st.file_uploader(
        "A table with a column of inputs and one or several of answers",
        type=[kind.removeprefix(".") for kind in KINDS],
        key="add.upload",
    )
    if file is None:
        st.caption("CSV, TSV, JSON Lines, JSON (one list) or Parquet; UTF-8.")
        return
    content = file.getvalue()
    try:
        columns, rows = uploads.look(file.name, content)
    except DataError as error:
        st.error(text.markdown(error), icon=":material/error:")
        return
    if len(columns) < 2:  # noqa: PLR2004 an input and an answer
        st.error(
            text.markdown(
                f"{file.name} has {'only one column' if columns else 'no columns'}. Expected one "
                "of inputs and at least one of answers."
            ),
            icon=":material/error:",
        )
        return
    table = pd.DataFrame(rows[:_SHOWN], columns=columns)
    st.dataframe(
        table.astype(str), hide_index=True, height="content", alt="First rows of the uploaded table"
    )
    left, right = st.columns(2)
    known = "add.mapping." + file.file_id
    given = left.selectbox("Input", columns, key=known + "input", help="What is answered.")
    others = [name for name in columns if name != given]
    answers = right.multiselect(
        "Answers",
        others,
        default=others[:1],
        key=known + "answers",
        help="Every column counts as an accepted answer; the first that is not empty is trained "
        "on.",
    )
    name = left.text_input(
        "Task's name", uploads.task_name(file.name), max_chars=60, key=known + "name"
    )
    first = [row.get(answers[0]) for row in rows] if answers else []
    usual = default_metrics([str(answer) for answer in first if answer])
    metrics = right.multiselect(
        "Metrics, the primary one first",
        list(METRICS),
        default=usual,
        format_func=lambda metric: METRICS[metric].title,
        # Another key where other answers ask for other metrics, so that those become the default.
        key=f"{known}metrics.{usual[0]}",
        help="At first: exact match for labels, chrF for sentences, which can be right in other "
        "words. " + " ".join(f"{METRICS[m].title}: {METRICS[m].explanation}" for m in METRICS),
    )
    context = _context(metrics, columns, known)
    instruction = st.text_input(
        "Instruction",
        placeholder=f"Given the {given}, write the {answers[0] if answers else 'answer'}.",
        max_chars=1000,
        key=known + "instruction",
        help="What the model is told before any input. Empty: the words shown.",
    )
    with st.expander("More"):
        left, right = st.columns(2)
        labels = {
            "input_label": left.text_input(
                "Word before an input", max_chars=60, key=known + "input_label"
            ),
            "output_label": right.text_input(
                "Word before an answer", max_chars=60, key=known + "output_label"
            ),
        }
        stop = left.selectbox(
            "An answer ends at", list(_STOPS), format_func=_STOPS.__getitem__, key=known + "stop"
        )
        seed = right.number_input("Seed of the split", 0, 1_000_000, key=known + "seed")
        share = left.number_input(
            "For test, % of the rows",
            *(round(100 * share) for share in TEST_SHARES),
            round(100 * SHARES["test"]),
            key=known + "share",
            help="More test inputs decide more, and leave less to learn from. 10 % are for dev, "
            "the rest for training.",
        )
    skip = st.checkbox("Leave bad rows out, and count them", key=known + "skip")
    wording = {"instruction": instruction, **labels}

    def make() -> NewTask:
        if not answers:
            raise ConfigError("No column of answers is chosen. Choose at least one.")
        return NewTask(
            what=name,
            place=str(uploads.keep(file.name, content)),
            columns=Columns(given, tuple(answers), context),
            metrics=tuple(metrics),
            stop=stop or None,
            wording=tuple((field, words) for field, words in wording.items() if words.strip()),
            seed=int(seed),
            skip_bad=skip,
            test_share=share / 100,
        )

    add_button("add.table", add, make)


def draw_format_form(add: Add) -> None:
    """A known data set's files where they lie, and the button.

    Args:
        add: What the button does.
    """
    left, right = st.columns(2)
    kind = left.selectbox(
        "Data set",
        list(FORMATS),
        format_func=lambda name: FORMATS[name].title,
        key="add.format",
    )
    split = right.selectbox(
        "What the file is", list(_SPLITS), format_func=_SPLITS.__getitem__, key="add.split"
    )
    place = st.text_input(
        "File or folder on the machine that runs IPT Lab",
        max_chars=1000,
        key="add.place",
        help="The files stay where they are and are known by their content.",
    )
    name = left.text_input("Task's name", placeholder=kind, max_chars=60, key="add.format-name")
    skip = st.checkbox("Leave bad records out, and count them", key="add.format-skip")

    def make() -> NewTask:
        if not place.strip():
            raise ConfigError("No path is given. Say where the file or folder lies.")
        return NewTask(
            what=kind, place=place.strip(), name=name or None, split=split or None, skip_bad=skip
        )

    add_button("add.files", add, make)


def _context(
    metrics: Sequence[str], columns: Sequence[str], known: str
) -> tuple[tuple[str, str], ...]:
    """Which column holds what a metric needs besides the answers."""
    needs: dict[str, Any] = {need: METRICS[m].title for m in metrics for need in METRICS[m].needs}
    return tuple(
        (
            need,
            st.selectbox(
                f"Column of “{need}”, for {metric}",
                columns,
                key=f"{known}context.{need}",
            ),
        )
        for need, metric in needs.items()
    )


def add_button(key: str, add: Add, make: Callable[[], NewTask]) -> None:
    """The button that adds the task, below what came of it the last time.

    Above it and not below: there the message is where the button was, and so on the screen.
    """
    outcome.say(key)
    st.button(
        "Add the task",
        type="primary",
        key=key,
        on_click=add,
        args=(key, make),
        disabled=read_only(),
        help=WHY if read_only() else None,
    )
