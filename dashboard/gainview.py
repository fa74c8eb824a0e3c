"""The gain from demonstrations against similarity: the picture, and the rows behind it."""

import pandas as pd
import streamlit as st

from dashboard import theme
from dashboard.components import terms
from dashboard.components.figure import csv_button, figure
from dashboard.state import View
from ipt_engine import plots


def draw_gains(view: View, points: pd.DataFrame, bins: pd.DataFrame, labels: plots.Labels) -> None:
    """Points and bins, in a picture and as rows; a click or a tick opens the example.

    Args:
        view: The page's choices; the opened one is kept in it as `example`.
        points: `similarity.paired_gain`, with each example's `input`.
        bins: `similarity.bin_gain` of them.
        labels: Names of the two methods and the metric.
    """
    _picture(view, points, bins, labels)
    _points(view, points, labels)
    _bins(bins, labels)


def _picture(view: View, points: pd.DataFrame, bins: pd.DataFrame, labels: plots.Labels) -> None:
    plot = plots.gain_scatter(points, bins, labels, theme.mode())
    # A click opens an example; it is no reason to fade all others.
    plot.update_traces(unselected={"marker": {"opacity": 0.55}}, selector={"mode": "markers"})
    plot.update_traces(unselected={"marker": {"opacity": 1.0}}, selector={"mode": "lines+markers"})
    key = "gain"
    figure(
        plot,
        points,
        key,
        "Gain from demonstrations against similarity, with the mean of each bin",
        on_select=lambda: _clicked(view, f"{key}.plot"),
        selection_mode="points",
    )


def _points(view: View, points: pd.DataFrame, labels: plots.Labels) -> None:
    """A row for each point; a ticked one opens."""
    ids = points["example_id"].tolist()
    opened = st.session_state[view.choice("example", ["", *ids])]
    # A table of other rows is another table: its tick is kept by id, not by place.
    clicked = st.session_state.get(view.key("clicked"), "")
    key = f"similarity.table.{hash((clicked, *ids))}"
    st.dataframe(
        points[["similarity", "score_a", "score_b", "gain", "input", "example_id"]],
        key=key,
        hide_index=True,
        height=230,
        on_select=lambda: _ticked(view, key, ids),
        selection_mode="single-row",
        selection_default={"selection": {"rows": [ids.index(opened)] if opened else []}},
        alt="The points of the picture",
        column_config={
            "similarity": st.column_config.NumberColumn(
                format="%.3f", width=85, help=terms.TERMS["nearest similarity"]
            ),
            "score_a": st.column_config.NumberColumn(labels.title_a, format="%.1f", width=75),
            "score_b": st.column_config.NumberColumn(labels.title_b, format="%.1f", width=75),
            "gain": st.column_config.NumberColumn(
                "gain",
                format="%+.1f",
                width=70,
                help=f"{labels.title_b} − {labels.title_a}, points of {labels.metric}, mean over "
                "seeds.",
            ),
            "input": st.column_config.TextColumn("input", width=390),
            "example_id": st.column_config.TextColumn("example", width=160),
        },
    )
    if not opened:
        st.caption("Click a point or tick a row to open the example.")


def _bins(bins: pd.DataFrame, labels: plots.Labels) -> None:
    """A row for each bin, with what of it is in the picture and what is not."""
    from ipt_engine.report.wording import interval  # noqa: PLC0415 loads scipy

    ends = [
        interval(row["gain_low"], row["gain_high"], 1, True) or str(row["reason"] or "")
        for row in bins.to_dict("records")
    ]
    table = pd.DataFrame(
        {
            "from": bins["low"],
            "to": bins["high"],
            "inputs": bins["n"],
            "score_a": bins["score_a"],
            "score_b": bins["score_b"],
            "gain of the bin": bins["gain"],
            "95 % interval": ends,
        }
    )
    with st.expander("The bins as rows"):
        st.dataframe(
            table,
            hide_index=True,
            key="similarity.bins.table",
            alt="The bins of the picture",
            column_config={
                "from": st.column_config.NumberColumn("similarity from", format="%.3f"),
                "to": st.column_config.NumberColumn(format="%.3f"),
                "score_a": st.column_config.NumberColumn(labels.title_a, format="%.1f"),
                "score_b": st.column_config.NumberColumn(labels.title_b, format="%.1f"),
                "gain of the bin": st.column_config.NumberColumn(
                    format="%+.1f",
                    help=f"{labels.title_b} − {labels.title_a}, corpus scores of {labels.metric}.",
                ),
            },
        )
        csv_button(bins, "gain-bins", "Bins as CSV")


def _clicked(view: View, key: str) -> None:
    chosen = st.session_state[key]["selection"]["points"]
    example_id = next((point["customdata"][0] for point in chosen if point.get("customdata")), "")
    if example_id:
        view.set("example", example_id)
        view.set("clicked", example_id)


def _ticked(view: View, key: str, ids: list[str]) -> None:
    picked = st.session_state[key]["selection"]["rows"]
    view.set("example", ids[picked[0]] if picked else "")
