"""Which runs a page's answer rests on: chosen where there is a choice, and said at its foot."""

from collections.abc import Mapping

import streamlit as st

from dashboard import data, findings
from dashboard.components import terms, text
from dashboard.components.links import evaluate_link
from dashboard.fields import task_field
from dashboard.findings import Scope
from dashboard.state import View
from ipt_engine.catalogue import model_title
from ipt_engine.estimates import duration
from ipt_engine.studies import read_studies, slice_statuses
from ipt_engine.tasks import all_tasks, task_title

ALL = "all"
_ROW, _FRAME = 75, 4
"""Letters in a row of buttons on a narrow window (800 pixels), and in the frame of each."""
_SECONDS_A_RUN = 0.08
"""That a report takes on two cores: 14 s for 259 runs alone, 25 s beside other work."""


def choose_scope(view: View) -> Scope:
    """Study and base model; a widget only where there are several."""
    runs = data.runs()
    runs = runs[runs["split"] == "test"] if len(runs) else runs
    studies = [record.name for record in read_studies(data.store().roots)]
    models = list(runs["base_model"].value_counts().index) if len(runs) else []
    wanted = view.choice("study", [ALL, *studies])
    model = view.choice("model", models or [""])
    if studies or len(models) > 1:
        columns = st.columns([1.3, 1.6, 3])
        if studies:
            columns[0].selectbox(
                "Runs of",
                [ALL, *studies],
                key=wanted,
                format_func=lambda name: "everything" if name == ALL else f"study {name}",
                help="A study's runs are comparable by design; the store may hold others too.",
            )
        if len(models) > 1:
            columns[1].selectbox("Base model", models, key=model, format_func=model_title)
    study = st.session_state[wanted]
    return Scope(None if study == ALL else study, st.session_state[model] or None)


def choose_task(view: View, scope: Scope, tasks: list[str]) -> str:
    """One of the tasks that can be asked about: of a few all are seen, of more one is picked."""
    if sum(len(task_title(name)) + _FRAME for name in tasks) > _ROW:
        return task_field(view, names=tasks)
    task: str = st.segmented_control(
        "Task",
        tasks,
        key=view.choice("task", tasks, known=all_tasks()),
        format_func=lambda name: text.markdown(task_title(name)),
        required=True,
    )
    return task


def foot(scope: Scope) -> None:
    """What the page's numbers rest on, and the way to those runs."""
    found = findings.evidence(scope)
    if found.factors.empty:
        return
    count, name = len(found.factors), str(found.base_model)
    parts = [f"Computed from {count} stored runs of {terms.model(name)} on test inputs."]
    from ipt_engine.report.wording import left_out  # noqa: PLC0415 loads scipy

    parts += [text.html(told) for told in left_out(found.left_out)]
    present = data.runs()["run_id"].tolist()
    for record in read_studies(data.store().roots):
        if scope.study not in {None, record.name}:
            continue
        slices = [
            f"{part.name} {'complete' if part.complete else f'{part.done} of {part.total}'}"
            for part in slice_statuses(record, present)
            if part.done
        ]
        if slices:
            parts.append(text.html(f"Study {record.name}: {', '.join(slices)}."))
    st.html(f'<div class="ipt-small ipt-foot">{" ".join(parts)}</div>')
    with st.expander("How to make these numbers again"):
        study = f" --study {scope.study}" if scope.study else ""
        st.write("From the same stored runs, with every table behind them as CSV and Parquet:")
        st.code(f"ipt report{study} --out report.html --frames tables", language=None)
        if scope.study:
            st.write("The runs themselves; what is there is not done again:")
            st.code(f"ipt study {scope.study}", language=None)
        st.write("What exactly each run was, with its command, stands on the page Runs.")
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.page_link("app_pages/runs.py", label="All runs", icon=":material/table_rows:")
        name = f"ipt-lab-{scope.study or 'report'}.html"
        st.download_button(
            "All findings as one page (HTML)",
            lambda: findings.report(scope).encode(),
            file_name=name,
            mime="text/html",
            key="foot.report",
            icon=":material/download:",
            on_click="ignore",
            type="tertiary",
            help="Every page's answers, pictures and tables; needs no network.",
        )
        st.caption(
            f"Written when pressed, in about {duration(_SECONDS_A_RUN * count)} the first time; "
            "then kept until the store changes."
        )


def no_runs(what: str, *commands: str, evaluate: Mapping[str, str] | None = None) -> None:
    """An empty state: what is missing, and how to make it.

    Args:
        what: What there are no runs of, in a sentence.
        commands: Command lines that make them.
        evaluate: What the form for an evaluation is filled in with, where nothing need be trained.
    """
    way = "Evaluate what is there" if evaluate is not None else "Train what is missing"
    st.info(f"{text.markdown(what)} {way}, or run it from the command line.")
    if evaluate is not None:
        evaluate_link("Evaluate without training", **evaluate)
    else:
        st.page_link("app_pages/train.py", label="Train a prompt", icon=":material/model_training:")
    st.code("\n".join(commands), language=None)
