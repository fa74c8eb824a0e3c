"""Soft prompts taken apart, cached: nearest words, paths through training."""

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard import data

if TYPE_CHECKING:
    from ipt_engine.vocabulary import Vocabulary


def nearest_tokens(prompt_id: str) -> pd.DataFrame:
    """`anatomy.nearest_tokens` of a prompt."""
    return _nearest_tokens(str(data.store().root), data.stamp(), prompt_id)


def training_paths(prompt_ids: tuple[str, ...]) -> tuple[pd.DataFrame, float]:
    """`anatomy.training_paths` of these prompts."""
    return _training_paths(str(data.store().root), data.stamp(), prompt_ids)


def beside_in_training(prompts: pd.DataFrame, chosen: str, most: int) -> pd.DataFrame:
    """The prompts whose way through training is drawn with the chosen one's.

    Args:
        prompts: Trained prompts that can be compared, with `prompt_id`, `method` and `seed`.
        chosen: Id of the one that is looked at; it comes first if it is among them.
        most: How many at most.

    Returns:
        At most so many rows: as many of each method as there are, by seed.
    """
    order = prompts.sort_values(["seed", "method", "prompt_id"])
    order = order.assign(other=order["prompt_id"] != chosen)
    order = order.sort_values("other", kind="stable")
    order["turn"] = order.groupby("method").cumcount()
    order = order.sort_values(["other", "turn", "method"], kind="stable")
    return order.head(most).drop(columns=["other", "turn"])


@st.cache_resource(max_entries=2, show_spinner="Reading the vocabulary")
def _vocabulary(base_model: str) -> "Vocabulary":
    from ipt_engine.vocabulary import load_vocabulary  # noqa: PLC0415 reads the weights

    return load_vocabulary(base_model)


@st.cache_data(max_entries=64, show_spinner=False)
def _nearest_tokens(root: str, at: data.Stamp, prompt_id: str) -> pd.DataFrame:
    from ipt_engine.analysis.anatomy import nearest_tokens  # noqa: PLC0415 loads scipy

    words = _vocabulary(str(data.store().prompt(prompt_id)["base_model"]))
    return nearest_tokens(data.store().prompt_vectors(prompt_id), words.table, words.texts, 4)


@st.cache_data(max_entries=16, show_spinner=False)
def _training_paths(
    root: str, at: data.Stamp, prompt_ids: tuple[str, ...]
) -> tuple[pd.DataFrame, float]:
    from ipt_engine.analysis.anatomy import training_paths  # noqa: PLC0415 loads scipy

    return training_paths({prompt_id: data.history(prompt_id) for prompt_id in prompt_ids})
