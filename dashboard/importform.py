"""The form that takes a soft prompt made elsewhere into the store."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import data, outcome
from dashboard.components import text
from dashboard.readonly import WHY, read_only, refuse_if_read_only
from ipt_engine.errors import IPTError
from ipt_engine.methods import METHODS
from ipt_engine.prompt_files import CONFIG, WEIGHTS, Provenance, gather, provenance
from ipt_engine.tasks import all_tasks, task_title

_GO = "import.go"


def draw_import(models: list[str], task: str) -> None:
    """Upload, what it is for, and the button.

    Args:
        models: Base models that can be named.
        task: What it is for where the upload does not say.
    """
    with st.expander("Import a prompt", icon=":material/upload:", expanded=outcome.waits(_GO)):
        uploads: list[Any] = st.file_uploader(
            "The zip that Export gives, PEFT's two files, or one safetensors file with the vectors",
            type=["zip", "safetensors", "json"],
            accept_multiple_files=True,
            key="import.files",
            disabled=read_only(),
            help=f"PEFT's two files are {WEIGHTS} and {CONFIG}, as PeftModel.save_pretrained "
            "writes them. The zip has them in it, and prompt.json, which says what the prompt is "
            "for.",
        )
        files = _gathered(uploads)
        said = provenance(files)
        tasks, soft = all_tasks(), [name for name, spec in METHODS.items() if spec.soft_prompt]
        _say(said, list(tasks))
        models = list(dict.fromkeys([*models, *filter(None, [said.base_model])]))
        # Another upload, or another task on the page, is another form with other defaults.
        known = f"import.{'.'.join(file.file_id for file in uploads) or task}."
        left, right = st.columns(2)
        task = left.selectbox(
            "For the task",
            list(tasks),
            index=list(tasks).index(said.task if said.task in tasks else task),
            key=known + "task",
            format_func=lambda name: tasks[name].title,
        )
        method = right.selectbox(
            "For the method",
            soft,
            index=soft.index(said.method or soft[0]),
            key=known + "method",
            format_func=lambda name: METHODS[name].title,
        )
        model = st.selectbox(
            "Trained on the base model",
            models,
            index=models.index(said.base_model or models[0]),
            key=known + "model",
            accept_new_options=True,
        )
        outcome.say(_GO)
        st.button(
            "Import",
            key=_GO,
            disabled=not files or read_only(),
            help=WHY if read_only() else None,
            on_click=_import,
            args=(files, task, method, model),
        )


def _gathered(uploads: list[Any]) -> dict[str, bytes]:
    """The upload's files; none while something is wrong with them, which is said."""
    try:
        return gather([(file.name, file.getvalue()) for file in uploads]) if uploads else {}
    except IPTError as error:
        st.error(text.markdown(error), icon=":material/error:")
        return {}


def _say(said: Provenance, tasks: list[str]) -> None:
    """What prompt.json says, in a sentence."""
    if said.task is None:
        return
    words = f"Its prompt.json says that it was trained for {task_title(said.task)}"
    if said.method is not None:
        words += f", by {METHODS[said.method].title}"
    if said.base_model is not None:
        words += f", on {said.base_model}"
    if said.task not in tasks:
        words += ". There is no such task here: choose the one it is for"
    st.caption(text.markdown(f"{words}."))


def _import(files: Mapping[str, bytes], task: str, method: str, model: str) -> None:
    from ipt_engine.imports import import_prompt  # noqa: PLC0415

    try:
        refuse_if_read_only()
        made = import_prompt(data.store(), files, task, method, model)
    except IPTError as error:
        outcome.keep(_GO, "error", str(error))
        return
    which = f"prompt {made.prompt_id}"
    told = f"This is {which}, which is already here" if made.already else f"Imported as {which}"
    words = f"{told}, for {task_title(task)} by {METHODS[method].title}."
    outcome.keep(_GO, "done", f"{words} It can be tried in the Playground.")
