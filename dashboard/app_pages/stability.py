"""Stability: how much does luck decide?"""

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard import findings, theme
from dashboard.components import terms
from dashboard.components.answers import about, answers
from dashboard.components.figure import csv_button, figure
from dashboard.components.text import html, markdown
from dashboard.findings import Scope
from dashboard.scope import choose_scope, choose_task, foot, no_runs
from dashboard.state import View
from ipt_engine import plots
from ipt_engine.methods import METHOD_TITLES
from ipt_engine.metrics import get_metric
from ipt_engine.tasks import task_title

if TYPE_CHECKING:
    from ipt_engine.findings import Stability
    from ipt_engine.plots.stability import Shown

_PARTS = (
    "soft prompts of several lengths",
    "trainings in which start and data order were crossed",
    "prompts that met several draws of demonstrations",
)
SHOWN: dict["Shown", str] = {"mean": "Score", "sd": "Spread"}


def main() -> None:
    """Draw the page."""
    view = View("stability")
    st.title("How much does luck decide?")
    answer = st.container(gap="xxsmall")
    scope = choose_scope(view)
    found = findings.stability(scope)
    if found is None:
        no_runs(
            "There are no runs of PT and IPT on one task with several seeds each.",
            *(f"ipt run --task mini-dart --method {method}" for method in ("pt", "ipt")),
            *(f"ipt run --task mini-dart --method {method} --seed 1" for method in ("pt", "ipt")),
        )
        view.publish()
        return
    from ipt_engine.report.wording import answer as in_words  # noqa: PLC0415 loads scipy

    told = [in_words(found.steadier)]
    with answer:
        answers(told)
    draw_seeds(view, scope, found)
    draw_spreads(found)
    draw_needed(scope, found)
    draw_by_task(view, scope)
    about(told)
    foot(scope)
    view.publish()


def draw_seeds(view: View, scope: Scope, found: "Stability") -> None:
    """Each seed a point, by task and method; a click opens its run."""
    tasks = _titles(scope)
    metrics = {task: get_metric(findings.evidence(scope).metric(task)).title for task in tasks}
    plot = plots.seeds_by_task(found.runs, found.means, METHOD_TITLES, tasks, metrics, theme.mode())
    if found.left_out:
        names = [f"{tasks[task]} ({why})" for task, why in found.left_out.items()]
        st.caption(markdown(f"Left out: {', '.join(names)}."))
    rows = found.runs.reset_index(drop=True)
    ids = rows["run_id"].tolist()
    opened = view.choice("run", ["", *ids])
    figure(
        plot,
        found.runs,
        "seeds",
        "Scores of each seed of PT and IPT on each task, with means and intervals",
        int(plot.layout.height or 420),
        on_select=lambda: _clicked(view),
        selection_mode="points",
    )
    table = rows[["task", "method", "seed", "score", "run_id"]].assign(
        task=rows["task"].map(tasks), method=rows["method"].map(METHOD_TITLES)
    )
    chosen = st.session_state[opened]
    event = st.dataframe(
        table,
        # A click on a point ticks its row, whatever was ticked before.
        key=f"stability.seeds.{hash(tuple(ids))}.{view.clicks}",
        hide_index=True,
        height=215,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [ids.index(chosen)] if chosen else []}},
        alt="Score of each seed of PT and IPT on each task",
        column_config={
            "score": st.column_config.NumberColumn(format="%.1f"),
            "seed": st.column_config.NumberColumn(help=terms.TERMS["seed"]),
            "run_id": st.column_config.TextColumn("run"),
        },
    )
    ticked = event["selection"]["rows"]
    run_id = ids[ticked[0]] if ticked else ""
    view.set("run", run_id)
    if run_id:
        row = rows.set_index("run_id").loc[run_id]
        st.page_link(
            "app_pages/runs.py",
            label=f"Open {METHOD_TITLES[row['method']]}, seed {row['seed']:.0f}: "
            f"{row['score']:.1f}",
            icon=":material/table_rows:",
            query_params={"runs": run_id},
        )
    else:
        st.caption("Click a point, or tick its row, to open the run.")


def draw_spreads(found: "Stability") -> None:
    """Spread by task, and the ratio of the two methods' spreads, over all tasks too."""
    from ipt_engine.report.wording import intervals  # noqa: PLC0415 loads scipy

    st.header("Does IPT vary less than PT?", help=terms.TERMS["spread"])
    tasks = {task: task_title(task) for task in found.spread["task"].unique()}
    ratio = found.pooled.estimate
    pooled = {"ratio": ratio.value, "low": ratio.low, "high": ratio.high}
    plot = plots.spread_ratios(
        found.ratios, pooled | {"n_tasks": found.pooled.n_tasks}, tasks, theme=theme.mode()
    )
    figure(plot, found.ratios, "ratios", "PT's spread over seeds divided by IPT's, by task", 380)
    table = pd.DataFrame(
        {
            "task": [tasks[task] for task in found.spread["task"]],
            "method": [METHOD_TITLES[method] for method in found.spread["method"]],
            "mean": found.spread["mean"],
            "spread": found.spread["sd"],
            "95 % of the spread": intervals(found.spread, 2),
            "seeds": found.spread["n_seeds"],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        key="stability.spread",
        alt="Spread over seeds by task and method",
        column_config={
            "mean": st.column_config.NumberColumn(format="%.1f"),
            "spread": st.column_config.NumberColumn(format="%.2f", help=terms.TERMS["spread"]),
        },
    )
    st.caption(
        "A spread over a few seeds is a description: its interval is wide. The verdict above pools "
        "all tasks."
    )
    csv_button(found.spread, "spread")


def draw_needed(scope: Scope, found: "Stability") -> None:
    """How many seeds tell the two methods' means apart."""
    st.header("How many seeds would tell PT from IPT?")
    table = pd.DataFrame(
        {
            "task": [task_title(task) for task in found.seeds["task"]],
            "IPT − PT": found.seeds["difference"],
            "seeds so far": found.seeds[["n_seeds_a", "n_seeds_b"]].min(axis=1),
            "seeds needed": found.seeds["needed"],
            "why none": found.seeds["reason"].fillna(""),
        }
    )
    if not table["why none"].any():
        table = table.drop(columns="why none")
    st.dataframe(
        table,
        hide_index=True,
        key="stability.needed",
        alt="Seeds needed to tell two methods apart",
        column_config={
            "IPT − PT": st.column_config.NumberColumn(format="%+.1f", help="Points, on average."),
            "seeds needed": st.column_config.NumberColumn(
                format="%.0f",
                help="For each method, to tell them apart with a chance of 80 % for new test "
                "inputs too, if difference and spreads are those seen so far.",
            ),
        },
    )
    if found.seeds["needed"].isna().any():
        st.caption(
            "Seeds lessen the luck of training, not that of the test inputs. The Advisor says how "
            "many of both would decide."
        )


def draw_by_task(view: View, scope: Scope) -> None:
    """Prompt length, and what the spread is made of, where a task has such runs."""
    tasks = findings.evidence(scope).tasks
    lengths = {t: f for t in tasks if (f := findings.lengths(scope, t)) is not None}
    trainings = {t: f for t in tasks if (f := findings.sources_of_luck(scope, t))}
    draws = {t: f for t in tasks if (f := findings.draw_luck(scope, t))}
    fitting = [task for task in tasks if task in lengths or task in trainings or task in draws]
    st.header("Prompt length, and what luck is made of")
    if not fitting:
        st.caption(
            "No task has soft prompts of several lengths, trainings in which start and data order "
            "were crossed, or prompts that met several draws of demonstrations. The study "
            "`ipt study shipped` has slices for all three."
        )
        return
    task = choose_task(view, scope, fitting) if len(fitting) > 1 else fitting[0]
    if task in lengths:
        draw_lengths(view, scope, task, lengths[task])
    missing = [
        what
        for what, there in zip(_PARTS, (lengths, trainings, draws), strict=True)
        if task not in there
    ]
    if missing:
        st.caption(f"Not run on {markdown(task_title(task))}: {', '.join(missing)}.")
    if task in trainings:
        st.subheader("Is it the start, or the order of the data?")
        draw_sources(task, "luck", trainings[task])
    if task in draws:
        st.subheader("Is it the training, or the demonstration drawn?")
        draw_sources(task, "draws", draws[task])


def draw_lengths(view: View, scope: Scope, task: str, found: pd.DataFrame) -> None:
    """Score or spread against the soft prompt's length."""
    shown = st.segmented_control(
        "Show",
        list(SHOWN),
        key=view.choice("show", list(SHOWN)),
        format_func=SHOWN.__getitem__,
        required=True,
        label_visibility="collapsed",
    )
    metric = get_metric(findings.evidence(scope).metric(task)).title
    plot = plots.by_length(found, METHOD_TITLES, metric, shown, theme.mode())
    figure(plot, found, f"lengths-{task}", "Score by length of the soft prompt, with bands", 380)


def draw_sources(task: str, name: str, found: dict[str, pd.DataFrame]) -> None:
    """Shares of the variance, by method: of each of two sources, and the rest."""
    from ipt_engine.report.wording import shares  # noqa: PLC0415 loads scipy

    with st.container(key=f"wide-{name}"):
        columns = st.columns(max(len(found), 2))
    for column, (method, parts) in zip(columns, found.items(), strict=False):
        with column:
            st.html(terms.method(method, plots.METHOD_COLOURS[method]))
            st.html(f'<div class="ipt-line">{html(shares(parts))}</div>')
            plot = plots.variance_shares(parts, method, theme.mode())
            alt = f"What the spread of {METHOD_TITLES[method]} on {task_title(task)} is made of"
            figure(plot, parts, f"{name}-{task}-{method}", alt, 300)


def _titles(scope: Scope) -> dict[str, str]:
    return {task: task_title(task) for task in findings.evidence(scope).tasks}


def _clicked(view: View) -> None:
    points = st.session_state["seeds.plot"]["selection"]["points"]
    view.open(run=next((p["customdata"][0] for p in points if p.get("customdata")), ""))


main()
