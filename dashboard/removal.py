"""Deleting runs and soft prompts: asked first, and refused where something needs them."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components import text
from dashboard.readonly import refuse_if_read_only, write_button
from ipt_engine.errors import StoreError
from ipt_engine.runs import RunStore


def delete_run(store: RunStore, run_id: str) -> None:
    """Delete a run.

    Raises:
        StoreError: If nothing may be changed, or the store refuses it.
    """
    refuse_if_read_only()
    store.delete_run(run_id)


def delete_prompt(store: RunStore, prompt_id: str, run_ids: list[str]) -> None:
    """Delete a soft prompt, and before it the runs that were made with it.

    Args:
        store: Where it lies.
        prompt_id: Its id.
        run_ids: The runs that somebody agreed to lose; of another one the prompt is kept.

    Raises:
        StoreError: If nothing may be changed, or the store refuses it.
    """
    refuse_if_read_only()
    for run_id in run_ids:
        store.delete_run(run_id)
    store.delete_prompt(prompt_id)


def delete_run_button(run_id: str) -> None:
    """Delete, after a confirmation; a shipped run says why it stays."""
    if _button("runs", _is_shipped(data.runs(), "run_id", run_id)):
        _confirm_run(run_id)


def delete_prompt_button(prompt_id: str) -> None:
    """The same of a soft prompt."""
    if _button("prompts", _is_shipped(data.prompts(), "prompt_id", prompt_id)):
        _confirm_prompt(prompt_id)


def _is_shipped(table: pd.DataFrame, column: str, item_id: str) -> bool:
    return bool(table.loc[table[column] == item_id, "shipped"].any())


def _button(kind: str, shipped: bool) -> bool:
    return write_button(
        "Delete",
        icon=":material/delete:",
        type="tertiary",
        disabled=shipped,
        help="It came with IPT Lab and stays." if shipped else None,
        key=f"{kind}.delete",
    )


@st.dialog("Delete this run?")
def _confirm_run(run_id: str) -> None:
    runs = data.runs()
    prompts = runs.loc[runs["run_id"] == run_id, "prompt_id"].dropna()
    stays = " Its prompt stays." if len(prompts) else ""
    st.write(f"Run `{run_id}` and its ledger are removed from the disk.{stays}")
    _decide("runs", "Delete it", lambda: delete_run(data.store(), run_id))


@st.dialog("Delete this soft prompt?")
def _confirm_prompt(prompt_id: str) -> None:
    runs = data.runs()
    users = runs.loc[runs["prompt_id"] == prompt_id, "run_id"].tolist()
    st.write(f"Prompt `{prompt_id}` is removed from the disk, with its history.")
    if users:
        several = len(users) > 1
        count = f"{len(users)} run{'s' * several}"
        they, them = ("They are", "them") if several else ("It is", "it")
        st.write(
            f"{count} used it. {they} deleted first, since without the prompt no one can make "
            f"{them} again."
        )
        st.page_link(
            "app_pages/runs.py",
            label=f"See the {count}",
            icon=":material/table_rows:",
            query_params={"runs": ",".join(users)},
        )
    label = f"Delete {count} and the prompt" if users else "Delete it"
    _decide("prompts", label, lambda: delete_prompt(data.store(), prompt_id, users))


def _decide(kind: str, label: str, delete: Callable[[], None]) -> None:
    """The two buttons; what the store refuses is said beside them."""
    with st.container(horizontal=True):
        if write_button(label, type="primary", key=f"{kind}.delete.yes"):
            try:
                delete()
            except StoreError as error:
                st.error(text.markdown(error))
                return
            st.rerun()
        if st.button("Keep it", key=f"{kind}.delete.no"):
            st.rerun()
