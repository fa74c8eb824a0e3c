"""Which base model: the field that the forms of the page Train share."""

import streamlit as st

from dashboard import data
from dashboard.state import View
from ipt_engine.catalogue import CATALOGUE, model_title
from ipt_engine.config import DEFAULT_BASE_MODEL


def known_models() -> list[str]:
    """The catalogue's base models, and those of the store's prompts."""
    return list(dict.fromkeys([*CATALOGUE, *data.prompts()["base_model"]]))


def choose_model(view: View) -> str:
    """A known base model, or any causal language model by its folder or hub id."""
    key = view.words("model", DEFAULT_BASE_MODEL)
    models = known_models()
    chosen = st.session_state[key]
    model = st.selectbox(
        "Base model",
        models if chosen in models else [*models, chosen],
        key=key,
        accept_new_options=True,
        format_func=model_title,
        help="Choose one, or type the folder of a model on this machine, or a hub id. Any causal "
        "language model in safetensors works.",
    )
    return str(model or DEFAULT_BASE_MODEL)
