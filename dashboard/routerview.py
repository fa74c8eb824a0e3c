"""Is it worth choosing for each input, by its similarity, whether to show demonstrations?"""

from typing import TYPE_CHECKING

import pandas as pd
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
        _policies(found.routing.policies, labels)
    with right:
        cut = found.cut
        value = None if cut is None else cut.value
        ends = None
        if cut is not None and cut.low is not None and cut.high is not None:
            ends = (cut.low, cut.high)
        plot = plots.cut_scores(found.curve, value, ends, labels, theme.mode())
        figure(plot, found.curve, "cuts", "What each threshold scores", 380)
        _cuts(found.curve, labels)
    return told


def _policies(policies: pd.DataFrame, labels: plots.Labels) -> None:
    """A row for each policy of the picture."""
    from ipt_engine.report.wording import interval  # noqa: PLC0415 loads scipy

    names = {
        "always_a": f"always {labels.title_a}",
        "always_b": f"always {labels.title_b}",
        "router": "by similarity",
        "oracle": "oracle",
    }
    table = pd.DataFrame(
        {
            "policy": [names[policy] for policy in policies["policy"]],
            labels.metric: policies["score"],
            "95 % interval": [interval(r.low, r.high) for r in policies.itertuples()],
            "shown": 100 * policies["shown"],
            "inputs": policies["n"],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        key="similarity.policies",
        alt="The policies of the picture",
        column_config={
            labels.metric: st.column_config.NumberColumn(format="%.1f"),
            "shown": st.column_config.NumberColumn(
                f"{labels.title_b} for", format="%.0f %%", help="Share of inputs that it answers."
            ),
        },
    )


def _cuts(curve: pd.DataFrame, labels: plots.Labels) -> None:
    """A row for each threshold of the picture."""
    from ipt_engine.report.wording import interval  # noqa: PLC0415 loads scipy

    table = pd.DataFrame(
        {
            "threshold": curve["threshold"],
            labels.metric: curve["score"],
            "95 % interval": [interval(r.low, r.high) for r in curve.itertuples()],
            "shown": 100 * curve["shown"],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        key="similarity.cuts",
        height=180,
        alt="The thresholds of the picture",
        column_config={
            "threshold": st.column_config.NumberColumn(format="%.3f"),
            labels.metric: st.column_config.NumberColumn(format="%.1f"),
            "shown": st.column_config.NumberColumn(
                f"{labels.title_b} for", format="%.0f %%", help="Share of inputs that it answers."
            ),
        },
    )
