"""Runs: what has been run, and how did it score?"""

import pandas as pd
import streamlit as st

from dashboard import data, theme
from dashboard.components import terms, text
from dashboard.components.figure import LEAST_WIDTHS, figure
from dashboard.components.promptlist import draw_prompts
from dashboard.components.runtable import pick_runs, tick
from dashboard.components.scroll import scroll_to
from dashboard.removal import delete_prompt_button
from dashboard.rundetails import show_comparison, show_run
from dashboard.runscores import RunScores, run_scores
from dashboard.scorewords import say_scores
from dashboard.state import View
from ipt_engine import plots
from ipt_engine.catalogue import model_title
from ipt_engine.housekeeping import measure, size_text
from ipt_engine.methods import METHODS
from ipt_engine.metrics import METRICS
from ipt_engine.studies import read_studies, slice_statuses
from ipt_engine.tasks import all_tasks, task_title

TITLES = {name: method.title for name, method in METHODS.items()}


def main() -> None:
    """Draw the page."""
    view = View("runs")
    st.title("What has been run, and how did it score?")
    runs = data.runs()
    if runs.empty:
        empty_state()
        return
    answer = st.container(gap="xxsmall")
    shown = choose_filters(view, runs)
    found = run_scores(shown)
    with answer:
        say_scores(found)
    draw_scores(view, shown, found)
    if shown.empty:
        st.info("No run fits these filters.")
        if st.button("Clear the filters", key="runs.clear", on_click=clear, args=(view,)):
            st.rerun()
    else:
        picked = pick_runs(view, shown)
        with st.container(key="runs-opened"):
            if len(picked) == 1:
                show_run(view, picked[0])
            elif picked:
                show_comparison(view, picked)
            else:
                st.caption(
                    "Tick a run, or click its point, to see what exactly was run; tick several to "
                    "compare them."
                )
        # Whoever comes by a link to runs wants these: their rows may be out of the table's sight.
        if picked and view.arriving:
            scroll_to("runs-opened", ",".join(picked))
    st.header("Soft prompts", help=terms.TERMS["soft prompt"])
    draw_prompts(view, data.prompts(), data.history, data.prompt_zip, delete_prompt_button)
    draw_studies(runs)
    draw_space()
    damaged_folders()
    view.publish()


def empty_state() -> None:
    """What to do when there is nothing."""
    st.info("This store holds no runs yet. Train a prompt: the run that scores it appears here.")
    st.page_link("app_pages/train.py", label="Train a prompt", icon=":material/model_training:")
    st.code("ipt run --task mini-dart --method icl", language=None)


def choose_filters(view: View, runs: pd.DataFrame) -> pd.DataFrame:
    """The runs that fit task, methods, text, and base model and split where there are several."""
    tasks = sorted(runs["task"].unique())
    others = {
        "model": ("base_model", "Base model", "All models", model_title),
        "split": ("split", "Split", "All splits", str),
    }
    several = {name: other for name, other in others.items() if runs[other[0]].nunique() > 1}
    columns = st.columns([1.2, 2, 1.6, *([1.6] * len(several))])
    task = columns[0].selectbox(
        "Task",
        ["all", *tasks],
        key=view.choice("task", ["all", *tasks], known=all_tasks()),
        format_func=lambda name: "All tasks" if name == "all" else task_title(name),
    )
    methods = columns[1].pills(
        "Methods",
        list(METHODS),
        selection_mode="multi",
        key=view.several("methods", list(METHODS)),
        format_func=TITLES.__getitem__,
        help="None picked means all.",
    )
    wanted = columns[2].text_input(
        "Search",
        key=view.words("text"),
        placeholder="id, dense, seed 1 …",
        max_chars=100,
        icon=":material/search:",
    )
    keep = pd.Series(True, index=runs.index)
    if task != "all":
        keep &= runs["task"] == task
    if methods:
        keep &= runs["method"].isin(methods)
    for column, (name, (field, label, everything, title)) in zip(
        columns[3:], several.items(), strict=True
    ):
        options = ["all", *sorted(runs[field].unique())]
        picked = column.selectbox(
            label,
            options,
            key=view.choice(name, options),
            format_func=lambda o, e=everything, t=title: e if o == "all" else t(o),
        )
        if picked != "all":
            keep &= runs[field] == picked
    phrase = " ".join(wanted.lower().split())
    if phrase:
        keep &= pd.Series([phrase in line for line in _searchable(runs)], index=runs.index)
    return runs[keep]


def _searchable(runs: pd.DataFrame) -> list[str]:
    """What the table shows of each run, and the names that the command line has for it."""
    fields = ["run_id", "prompt_id", "task", "method", "base_model_title", "retriever", "split"]
    tasks = {name: task_title(name) for name in set(runs["task"])}
    metrics = {name: METRICS[name].title for name in set(runs["metric"]) if name in METRICS}
    return [
        f"{' '.join(str(row[f]) for f in fields)} {tasks[row['task']]} {TITLES[row['method']]} "
        f"{metrics.get(row['metric'], row['metric'])} seed {row['seed']} "
        f"{row['num_virtual_tokens']} tokens {row['created']}".lower()
        for row in runs.to_dict("records")
    ]


def clear(view: View) -> None:
    """Take all filters away."""
    view.forget("task", "methods", "text", "model", "split")


def draw_scores(view: View, shown: pd.DataFrame, found: RunScores) -> None:
    """Score by method, each run a point that opens it; a panel for what may be compared."""
    if not found.panels:
        return
    plot = plots.score_dots(found.runs, found.table, TITLES, found.panels, theme.mode())
    figure(
        plot,
        found.runs.drop(columns="panel"),
        "scores",
        "Score by method, a panel for each task",
        int(plot.layout.height),
        # Room for the methods' names under each of at most three panels in a row.
        {1: LEAST_WIDTHS[0], 2: LEAST_WIDTHS[1]}.get(len(found.panels), LEAST_WIDTHS[-1]),
        on_select=lambda: clicked(view, shown),
        selection_mode="points",
    )
    if found.table["mean"].isna().any():
        st.caption(
            "Without a mean: runs of several settings, such as other demonstrations. Filter by "
            "text, or tick runs to see what differs."
        )


def clicked(view: View, shown: pd.DataFrame) -> None:
    """A click on a run's point ticks its row."""
    points = st.session_state["scores.plot"]["selection"]["points"]
    run_id = next((p["customdata"][0] for p in points if p.get("customdata")), None)
    if run_id in set(shown["run_id"]):
        tick(view, shown, run_id)


def draw_studies(runs: pd.DataFrame) -> None:
    """Which slices of which studies exist, and how to go on with one."""
    for record in read_studies(data.store().roots):
        st.header(f"Study {text.markdown(record.name)}")
        about = record.config.get("about")
        if about:
            text.plain(about, code=True)
        found = slice_statuses(record, runs["run_id"].tolist())
        rows = [
            {
                "slice": part.name,
                "runs": f"{part.done} of {part.total}",
                "state": "complete"
                if part.complete
                else f"{part.failed} failed" * (part.failed > 0),
                "question": part.about,
            }
            for part in found
        ]
        st.dataframe(
            pd.DataFrame(rows), hide_index=True, key=f"runs.study.{record.name}", alt="Its slices"
        )
        if not all(part.complete for part in found):
            st.caption("The same command goes on with what is missing:")
            st.code(f"ipt study {record.name}", language=None)


def draw_space() -> None:
    """What store and caches take on the disk, where someone asks."""
    with st.expander("Disk space", icon=":material/hard_drive:"):
        st.toggle("Measure", key="runs.space", help="Looks at every file of the store.")
        if not st.session_state["runs.space"]:
            return
        found = measure(data.store())
        st.dataframe(
            pd.DataFrame(
                {
                    "what": [space.name for space in found],
                    "size": [size_text(space.bytes) for space in found],
                    "files": [space.files for space in found],
                    "about": [space.about for space in found],
                }
            ),
            hide_index=True,
            alt="What takes space on the disk",
        )
        st.caption("Unfinished work and caches can be removed, prompts and runs stay:")
        st.code("ipt clean --unfinished\nipt clean --caches", language=None)


def damaged_folders() -> None:
    """Folders of the store that cannot be read, each with its reason."""
    damaged = data.damaged()
    if damaged:
        with st.expander(f"{len(damaged)} damaged folders"):
            for path, reason in damaged:
                st.text(f"{path.parent.name}/{path.name}: {reason}")


main()
