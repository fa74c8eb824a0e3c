"""Is it worth choosing for each input, by its similarity, whether to show demonstrations?"""

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import theme
from dashboard.components import terms
from dashboard.components.answers import answers
from dashboard.components.figure import figure
from ipt_engine import plots

if TYPE_CHECKING:
    from ipt_engine.findings import Similarity
    from ipt_engine.report.parts import Answer


def draw_router(found: "Similarity", labels: plots.Labels) -> "list[Answer]":
    """The verdict, what each policy scores, and where the cut lies.

    Args:
        found: Of one task.
        labels: Names of the two methods and the metric.

    Returns:
        The answers shown.
    """
    st.header(
        f"Should it be chosen for each input, {labels.title_a} or {labels.title_b}?",
        help="A router takes demonstrations where the nearest training input is similar enough. "
        "The threshold is fitted on one half of the inputs and judged on the other, many times. "
        f"The oracle: {terms.TERMS['oracle'][0].lower()}{terms.TERMS['oracle'][1:]}",
    )
    if found.routing is None or found.routing_pays is None:
        st.caption(
            "There are too few inputs to fit a threshold on one half and judge it on the other."
        )
        return []
    from ipt_engine.report.wording import answer  # noqa: PLC0415 loads scipy

    told = [answer(found.routing_pays)]
    answers(told)
    with st.container(key="wide-router"):
        left, right = st.columns(2, gap="medium")
    with left:
        plot = plots.policy_dots(found.routing.policies, labels, theme.mode())
        alt = "What always doing the same, choosing by similarity, and the oracle score"
        figure(plot, found.routing.policies, "policies", alt, 380)
    with right:
        cut = found.cut
        value = None if cut is None else cut.value
        ends = None
        if cut is not None and cut.low is not None and cut.high is not None:
            ends = (cut.low, cut.high)
        plot = plots.cut_scores(found.curve, value, ends, labels, theme.mode())
        figure(plot, found.curve, "cuts", "What each threshold scores", 380)
    return told
