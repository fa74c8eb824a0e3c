"""Scores of stored runs, those together that answered the same task, model and split."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard import data
from ipt_engine.analysis.pairing import settings_of
from ipt_engine.catalogue import model_title
from ipt_engine.metrics import get_metric
from ipt_engine.plots import ScorePanel
from ipt_engine.tasks import task_title

_TOGETHER = ["task", "base_model", "split", "metric"]


@dataclass(frozen=True)
class RunScores:
    """What `run_scores` finds.

    Attributes:
        panels: What each group of runs is about, by the group's key.
        metrics: Name of each group's metric, likewise.
        runs: `summary.run_scores` of all groups, with each run's `panel` (the key) and `split`.
        table: `summary.score_table`, with `panel`, and the `least` and the `most` of a method's
            scores. Mean, spread and interval are missing where a method's runs differ in more
            than their seed, the data or weights included: they would mix what is not alike.
    """

    panels: dict[str, ScorePanel]
    metrics: dict[str, str]
    runs: pd.DataFrame
    table: pd.DataFrame


def run_scores(runs: pd.DataFrame) -> RunScores:
    """The scores of runs, in groups of one task, base model, split and metric.

    Args:
        runs: Rows of `RunStore.runs`.
    """
    return _run_scores(str(data.store().root), data.stamp(), tuple(runs["run_id"]))


@st.cache_data(max_entries=32, show_spinner=False)
def _run_scores(root: str, at: data.Stamp, run_ids: tuple[str, ...]) -> RunScores:
    from ipt_engine.analysis import summary  # noqa: PLC0415 loads scipy

    found = data.runs()
    shown = found[found["run_id"].isin(run_ids)]
    several = shown["base_model"].nunique() > 1
    panels, metrics, scores, tables = {}, {}, [], []
    for place, (key, group) in enumerate(shown.groupby(_TOGETHER, sort=False)):
        task, model, split, metric = map(str, key)
        panel = str(place)
        ledger = data.ledger(group["run_id"].tolist(), summary.score_columns(metric))
        points, table = summary.run_scores(ledger, metric), summary.score_table(ledger, metric)
        mixed = table["method"].isin(_of_several_settings(group))
        table.loc[mixed, ["mean", "sd", "low", "high"]] = float("nan")
        ends = points.groupby("method")["score"].agg(["min", "max"])
        table["least"], table["most"] = (table["method"].map(ends[end]) for end in ("min", "max"))
        scores.append(points.assign(panel=panel, split=split))
        tables.append(table.assign(panel=panel))
        title = [task_title(task), *([split] if split != "test" else [])]
        title += [model_title(model)] if several else []
        panels[panel] = ScorePanel(", ".join(title), get_metric(metric).title, f"{split} example")
        metrics[panel] = metric
    return RunScores(panels, metrics, _together(scores), _together(tables))


def _of_several_settings(runs: pd.DataFrame) -> list[str]:
    """The methods whose runs differ in more than their seed, the data or weights included."""
    settings: dict[str, set[str]] = {}
    for run_id, method in zip(runs["run_id"], runs["method"], strict=True):
        run = data.run_details(run_id)
        alike = {name: run[name] for name in ("data_hash", "weights_hash")}
        settings.setdefault(method, set()).add(settings_of(data.whole_config(run_id) | alike))
    return [method for method, found in settings.items() if len(found) > 1]


def _together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["panel"])
