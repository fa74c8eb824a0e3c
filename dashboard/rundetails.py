"""One run opened, or several compared: what was run, what came of it, download."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data, theme
from dashboard.components import terms, text
from dashboard.components.again import again
from dashboard.components.example import COLUMNS, show_example
from dashboard.components.figure import csv_button, figure
from dashboard.components.links import anatomy_link, prompt_link
from dashboard.removal import delete_run_button
from dashboard.sentences import difference_sentence
from dashboard.state import View
from ipt_engine import plots
from ipt_engine.csv_text import csv_text
from ipt_engine.methods import METHODS
from ipt_engine.metrics import METRICS
from ipt_engine.plots import METHOD_COLOURS
from ipt_engine.tasks import all_tasks, task_title

_MOST_COMPARED = 12
_A_PAIR = 2


def show_run(view: View, run_id: str) -> None:
    """Everything about one run."""
    run = data.run_details(run_id)
    st.header(text.markdown(f"{_name(run)} on {task_title(run['task'])}"))
    scores = "".join(
        f"<span>{terms.metric(name)} "
        f"<b>{'cannot be computed' if value is None else f'{value:.2f}'}</b></span>"
        for name, value in run["scores"].items()
        if name in METRICS
    )
    st.html(
        f"{terms.method(run['method'], METHOD_COLOURS[run['method']])} on "
        f"{text.html(task_title(run['task']))}, run {text.html(run_id)}, {run['n']} inputs, "
        f"base model {terms.model(run['base_model'])}"
        f'<div class="ipt-scores">{scores}</div>'
    )
    trained = run["prompt_id"] and data.store().has_prompt(run["prompt_id"])
    names = ["Answers", "How to make it again", "Machine", *(["Training"] if trained else [])]
    answers, config, machine, *training = st.tabs(names)
    for tab in training:
        with tab:
            show_training(run["prompt_id"])
    with answers:
        show_answers(view, [run_id], run["task"], run["metrics"])
    with config:
        again(data.whole_config(run_id), run_id)
    with machine:
        facts = {**run["machine"], "seconds": run["seconds"], "made": run["created"]}
        st.dataframe(
            pd.DataFrame({"what": facts.keys(), "value": [str(v) for v in facts.values()]}),
            hide_index=True,
            width="content",
            alt="Machine and versions",
        )
    with st.container(horizontal=True):
        downloads([run_id])
        delete_run_button(run_id)


def show_training(prompt_id: str) -> None:
    """The loss curve of the run's soft prompt, and the ways to it."""
    prompt, history = data.store().prompt(prompt_id), data.history(prompt_id)
    if history.empty:
        st.caption("No training history was kept for this prompt.")
    else:
        name = METHODS[prompt["method"]].title
        plot = plots.loss_curve(history, prompt["method"], name, theme=theme.mode())
        figure(plot, history, f"training-{prompt_id}", "Training and dev loss by step", 320)
    with st.container(horizontal=True):
        prompt_link(prompt["task"], prompt["method"], prompt_id)
        anatomy_link(prompt["task"], prompt_id)


def show_comparison(view: View, run_ids: list[str]) -> None:
    """Runs beside each other: scores, settings that differ, answers to the same input."""
    runs = [data.run_details(run_id) for run_id in run_ids[:_MOST_COMPARED]]
    if len(run_ids) > _MOST_COMPARED:
        st.caption(f"The first {_MOST_COMPARED} of {len(run_ids)} ticked runs are compared.")
    rows: dict[str, list[Any]] = {
        "method": [METHODS[run["method"]].title for run in runs],
        "task": [task_title(run["task"]) for run in runs],
    }
    for name in dict.fromkeys(metric for run in runs for metric in run["metrics"]):
        rows[METRICS[name].title] = [_number(run["scores"].get(name)) for run in runs]
    rows["inputs"] = [run["n"] for run in runs]
    configs = [_flat(data.whole_config(run["run_id"])) for run in runs]
    for name in sorted({key for config in configs for key in config}):
        values = [config.get(name) for config in configs]
        if name not in {"method", "task"} and any(value != values[0] for value in values):
            rows[name] = values
    table = pd.DataFrame(
        [[str("" if v is None else v) for v in values] for values in rows.values()],
        index=list(rows),
        columns=[_name(run) for run in runs],
    )
    st.header("Side by side", help="Scores, and the settings that are not the same.")
    st.dataframe(table, alt="Scores and differing settings of the ticked runs")
    tasks = {run["task"] for run in runs}
    if len(tasks) == 1 and len(runs) == _A_PAIR:
        first, second = sorted(runs, key=lambda run: list(METHODS).index(run["method"]))
        metric = METRICS[first["metric"]]
        found = data.difference(first["run_id"], second["run_id"], metric.name)
        st.html(difference_sentence(found, metric.title, _name(first), _name(second)))
    if len(tasks) == 1:
        show_answers(view, [run["run_id"] for run in runs], runs[0]["task"], runs[0]["metrics"])
    with st.container(horizontal=True):
        downloads([run["run_id"] for run in runs])
        csv_button(table.reset_index(names="what"), "comparison", "Comparison as CSV")


def _name(run: dict[str, Any]) -> str:
    """What a run is called in headings: its method, its seed, and the start of its id."""
    return f"{METHODS[run['method']].title}, seed {run['seed']} ({run['run_id'][:6]})"


def show_answers(view: View, run_ids: list[str], task: str, metrics: list[str]) -> None:
    """A row for each input; a ticked one opens, and is kept in the view as `example`."""
    ledger = data.ledger(run_ids, [*COLUMNS, *metrics])
    if ledger.empty:
        st.info("The run has no rows, or it was deleted meanwhile.")
        return
    primary = metrics[0]
    wide = ledger.pivot_table(
        index=["example_id", "input"], columns="run_id", values=primary, sort=False
    )[[i for i in run_ids if i in set(ledger["run_id"])]].reset_index()
    if len(run_ids) == 1:
        wide["answer"] = ledger["prediction"].to_numpy()
    ids = wide["example_id"].tolist()
    opened = st.session_state[view.choice("example", ["", *ids])]
    event = st.dataframe(
        wide,
        key=f"answers.{'.'.join(run_ids)}",
        hide_index=True,
        height=260,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [ids.index(opened)] if opened else []}},
        alt="Score of each test input",
        column_config={
            "example_id": st.column_config.TextColumn("example", width=160),
            "input": st.column_config.TextColumn("input", width=330),
            "answer": st.column_config.TextColumn("answer", width="large"),
            **{
                i: st.column_config.NumberColumn(
                    METRICS[primary].title if len(run_ids) == 1 else _name(data.run_details(i)),
                    format="%.1f",
                )
                for i in run_ids
            },
        },
    )
    ticked = event["selection"]["rows"]
    example_id = ids[ticked[0]] if ticked else ""
    view.set("example", example_id)
    if not ticked:
        st.caption("Tick a row to open the example.")
        return
    rows = ledger[ledger["example_id"] == example_id]
    show_example(rows, metrics, data.examples(task, "train") if task in all_tasks() else {}, "runs")


def downloads(run_ids: list[str]) -> None:
    """The whole ledger of the runs, as CSV and as Parquet."""
    stem = run_ids[0] if len(run_ids) == 1 else f"{len(run_ids)}-runs"
    st.download_button(
        "Ledger as CSV",
        lambda: csv_text(data.store().ledger(run_ids)).encode(),
        file_name=f"{stem}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
        key="runs.csv",
        help=terms.TERMS["ledger"],
    )
    st.download_button(
        "Ledger as Parquet",
        lambda: data.store().ledger(run_ids).to_parquet(index=False),
        file_name=f"{stem}.parquet",
        mime="application/vnd.apache.parquet",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
        key="runs.parquet",
        help=terms.TERMS["ledger"],
    )


def _flat(config: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in config.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
