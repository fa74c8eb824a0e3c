"""The form that takes a soft prompt made elsewhere into the store."""

import tempfile
from pathlib import Path

import streamlit as st

from dashboard import data
from dashboard.components import text
from dashboard.readonly import WHY, read_only, refuse_if_read_only
from dashboard.state import IMPORT_OUTCOME
from ipt_engine.errors import IPTError
from ipt_engine.methods import METHODS
from ipt_engine.tasks import all_tasks

_NAMES = ("adapter_model.safetensors", "adapter_config.json")


def draw_import(models: list[str]) -> None:
    """Upload, what it is for, and the button.

    Args:
        models: Base models that can be named.
    """
    kind, words = st.session_state.pop(IMPORT_OUTCOME, (None, ""))
    if kind == "done":
        st.success(text.markdown(words), icon=":material/check:")
    elif kind == "error":
        st.error(text.markdown(words), icon=":material/error:")
    with st.expander("Import a prompt", icon=":material/upload:", expanded=kind is not None):
        files = st.file_uploader(
            "PEFT's two files, or one safetensors file with the vectors",
            type=["safetensors", "json"],
            accept_multiple_files=True,
            key="import.files",
            disabled=read_only(),
            help=f"{_NAMES[0]} and {_NAMES[1]}, as PeftModel.save_pretrained writes them.",
        )
        tasks = all_tasks()
        left, right = st.columns(2)
        task = left.selectbox(
            "For the task", list(tasks), key="import.task", format_func=lambda n: tasks[n].title
        )
        method = right.selectbox(
            "For the method",
            [name for name, spec in METHODS.items() if spec.soft_prompt],
            key="import.method",
            format_func=lambda name: METHODS[name].title,
        )
        model = st.selectbox(
            "Trained on the base model", models, key="import.model", accept_new_options=True
        )
        st.button(
            "Import",
            key="import.go",
            disabled=not files or read_only(),
            help=WHY if read_only() else None,
            on_click=_import,
            args=(files, task, method, model),
        )


def _import(files: list[object], task: str, method: str, model: str) -> None:
    try:
        refuse_if_read_only()
        prompt_id = _take(files, task, method, model)
    except IPTError as error:
        st.session_state[IMPORT_OUTCOME] = ("error", str(error))
        return
    words = f"Imported as prompt {prompt_id}. It can be tried in the Playground."
    st.session_state[IMPORT_OUTCOME] = ("done", words)


def _take(files: list[object], task: str, method: str, model: str) -> str:
    from ipt_engine.imports import import_prompt  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder)
        for file in files:
            # What the browser calls it decides nothing but which of the two files it is.
            name = _NAMES[1] if str(file.name).endswith(".json") else _NAMES[0]  # type: ignore[attr-defined]
            (source / name).write_bytes(file.getvalue())  # type: ignore[attr-defined]
        try:
            return import_prompt(data.store(), source, task, method, model)
        except IPTError as error:
            # People know the file by the name they gave it, not by where it lies for a moment.
            raise type(error)(
                str(error).replace(f"{source}/", "").replace(str(source), "the upload")
            ) from error
