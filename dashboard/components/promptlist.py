"""The store's soft prompts: a table, and for a chosen one its loss curve, export and links."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import theme
from dashboard.components import terms
from dashboard.components.figure import figure
from dashboard.components.links import anatomy_link, prompt_link
from dashboard.state import View
from ipt_engine import plots
from ipt_engine.methods import METHODS
from ipt_engine.tasks import task_title

_ALL_SHOWN = 8
_COLUMNS = {
    "prompt_id": st.column_config.TextColumn("prompt", width=118),
    "task": st.column_config.TextColumn("task", width=112),
    "method": st.column_config.TextColumn("method", width=70),
    "num_virtual_tokens": st.column_config.NumberColumn(
        "tokens", help=terms.TERMS["virtual tokens"], width=65
    ),
    "seed": st.column_config.NumberColumn("seed", help=terms.TERMS["seed"], width=55),
    "origin": st.column_config.TextColumn(
        "origin",
        help="Trained in this store, imported into it, or shipped with IPT Lab. Tick an imported "
        "one for what its file says of its training.",
        width=80,
    ),
    "steps": st.column_config.NumberColumn("steps", width=60),
    "best_dev_loss": st.column_config.NumberColumn(
        "dev loss", format="%.3f", help=terms.TERMS["dev loss"], width=75
    ),
    "training_seconds": st.column_config.NumberColumn("training, s", format="%.0f", width=85),
    "created": st.column_config.DatetimeColumn("made", format="YYYY-MM-DD", width=95),
}

_CLAIMED = {
    "seed": "seed {:.0f}",
    "steps": "{:.0f} steps",
    "best_dev_loss": "dev loss {:.3f}",
    "training_seconds": "{:.0f} s of training",
}
"""What the file of an imported prompt may say of its training, and how it is told."""


def origin(prompt: Mapping[str, Any]) -> str:
    """Where a row of `RunStore.prompts` comes from, in a word."""
    if prompt["shipped"]:
        return "shipped"
    if prompt["imported"]:
        return "imported"
    return "trained" if prompt["steps"] else "untrained"


def draw_prompts(
    view: View,
    prompts: pd.DataFrame,
    history_of: Callable[[str], pd.DataFrame],
    zip_of: Callable[[str], bytes],
    delete: Callable[[str], None],
) -> None:
    """Draw the table, newest first; a chosen row opens below it.

    Args:
        view: The page's choices; the chosen prompt is kept in it as `prompt`.
        prompts: `RunStore.prompts`.
        history_of: Prompt id to training history.
        zip_of: Prompt id to its folder as a zip file.
        delete: Draws the button that deletes the prompt of an id.
    """
    if prompts.empty:
        st.info("There is no prompt here yet. The page Train makes one.")
        return
    shown = prompts.iloc[::-1].reset_index(drop=True)
    ids = shown["prompt_id"].tolist()
    opened = st.session_state[view.choice("prompt", ["", *ids])]
    rows = shown.to_dict("records")
    table = shown.assign(
        task=shown["task"].map({t: task_title(t) for t in set(shown["task"])}),
        method=[METHODS[m].title for m in shown["method"]],
        created=pd.to_datetime(shown["created"], utc=True, format="ISO8601"),
        origin=[origin(row) for row in rows],
        # What a file says of its prompt's training stands below, not among what was measured.
        steps=shown["steps"].mask(shown["imported"]),
        seed=shown["seed"].mask([p["imported"] and "seed" not in p["claimed"] for p in rows]),
    )[list(_COLUMNS)]
    event = st.dataframe(
        table,
        # A table of other rows is another table: its tick is kept by id, not by place.
        key=f"{view.page}.prompts.{hash(tuple(ids))}",
        hide_index=True,
        column_config=_COLUMNS,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [ids.index(opened)] if opened else []}},
        height="auto" if len(table) <= _ALL_SHOWN else 300,
        placeholder="",
        alt="Soft prompts of the store",
    )
    ticked = event["selection"]["rows"]
    view.set("prompt", ids[ticked[0]] if ticked else "")
    if not ticked:
        st.caption("Tick a row for its loss curve, to export it or to try it.")
        return
    prompt, prompt_id = shown.iloc[ticked[0]], ids[ticked[0]]
    history = history_of(prompt_id)
    left, right = st.columns([3, 1], gap="large")
    with left:
        if history.empty:
            kept = "No training history was kept for this prompt."
            st.caption(_imported(prompt["claimed"]) if prompt["imported"] else kept)
        else:
            name = METHODS[prompt["method"]].title
            plot = plots.loss_curve(history, prompt["method"], name, theme=theme.mode())
            figure(plot, history, f"loss-{prompt_id}", "Training and dev loss by step", 320)
    with right:
        export_button(view, prompt_id, zip_of)
        prompt_link(prompt["task"], prompt["method"], prompt_id)
        anatomy_link(prompt["task"], prompt_id)
        delete(prompt_id)


def _imported(claimed: Mapping[str, float]) -> str:
    """What is known of how an imported prompt was trained, in a sentence."""
    said = [words.format(claimed[name]) for name, words in _CLAIMED.items() if name in claimed]
    if not said:
        return "It was imported: how it was trained is not known here."
    return f"It was imported. Its file says: {', '.join(said)}. None of that was measured here."


def export_button(view: View, prompt_id: str, zip_of: Callable[[str], bytes]) -> None:
    """A button that downloads a prompt's folder.

    Args:
        view: The page's choices.
        prompt_id: The prompt's id.
        zip_of: Prompt id to its folder as a zip file.
    """
    st.download_button(
        "Export for PEFT (zip)",
        lambda: zip_of(prompt_id),
        file_name=f"{prompt_id}.zip",
        mime="application/zip",
        key=f"{view.page}.export",
        icon=":material/download:",
        on_click="ignore",
        help="Unpacked, PEFT's PeftModel.from_pretrained reads the folder.",
    )
