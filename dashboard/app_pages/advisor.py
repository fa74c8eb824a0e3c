"""Advisor: what should I use?"""

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard import data, findings, jobs, theme
from dashboard.components import terms, text
from dashboard.components.figure import csv_button, figure
from dashboard.findings import Scope
from dashboard.readonly import read_only
from dashboard.scope import choose_scope, choose_task, foot, no_runs
from dashboard.state import View
from ipt_engine import plots
from ipt_engine.config import RunConfig
from ipt_engine.estimates import duration
from ipt_engine.methods import METHODS
from ipt_engine.metrics import get_metric
from ipt_engine.presets import build_run_config

if TYPE_CHECKING:
    from ipt_engine.analysis.advice_runs import NextRun
    from ipt_engine.analysis.advisor import Advice
    from ipt_engine.plots.advisor import Cost

TITLES = {name: method.title for name, method in METHODS.items()}
COSTS: dict["Cost", str] = {
    "seconds": "Time of a query",
    "prompt_tokens": "Tokens of a query",
    "training_seconds": "Training time",
}


def main() -> None:
    """Draw the page."""
    view = View("advisor")
    st.title("What should I use?")
    answer = st.container(gap="xxsmall")
    scope = choose_scope(view)
    tasks = findings.evidence(scope).tasks
    if not tasks:
        no_runs("There are no runs on test inputs to advise by.", "ipt study quick")
        view.publish()
        return
    left, right = st.columns([3, 1.4], vertical_alignment="bottom")
    with left:
        task = choose_task(view, scope, tasks)
    margin = right.number_input(
        "Smallest difference that matters",
        0.1,
        50.0,
        step=0.5,
        key=view.number("margin", 0.1, 50.0, 1.0, step=0.1),
        help="In points of the task's metric. A dearer method is taken only if it is better; a "
        "cheaper one only if no other is better by this much.",
    )
    found = findings.advice(scope, task, margin)
    if found is None:
        with answer:
            no_runs("No run of this task can be advised by.", f"ipt run --task {task} --method icl")
        view.publish()
        return
    with answer:
        say(found)
    if found.next_runs:
        draw_next(scope, task, found)
    draw_costs(view, scope, task, found)
    foot(scope)
    view.publish()


def say(found: "Advice") -> None:
    """The recommendation, or that there is none, and why."""
    if found.recommended is None:
        head = '<span class="ipt-verdict ipt-undecided">undecided</span>'
        if found.leader is not None:
            name = terms.method(found.leader, plots.METHOD_COLOURS[found.leader])
            head += f" {name} scores highest so far, but that is not enough to rely on."
    else:
        name = terms.method(found.recommended, plots.METHOD_COLOURS[found.recommended])
        sure = "" if found.confidence is None else f" ({_percent(found.confidence)} confidence)"
        head = f"Use {name}{sure}."
    lines = "".join(f'<div class="ipt-line">{text.html(reason)}</div>' for reason in found.reasons)
    st.html(f'<div class="ipt-answer">{head}</div>{lines}')


def draw_next(scope: Scope, task: str, found: "Advice") -> None:
    """The runs that would decide, as a table, as commands, and as a button."""
    st.subheader("What would decide it")
    time = "" if found.next_seconds is None else f", about {duration(found.next_seconds)} in all"
    table = pd.DataFrame(
        {
            "method": [TITLES[run.method] for run in found.next_runs],
            "seed": [run.seed for run in found.next_runs],
            "time": [
                "unknown" if run.seconds is None else duration(run.seconds)
                for run in found.next_runs
            ],
            "what for": [run.why for run in found.next_runs],
        }
    )
    st.dataframe(table, hide_index=True, key="advisor.next", alt="Runs that would decide")
    commands = [run.command for run in found.next_runs if run.command is not None]
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            f"Run {'it' if len(table) == 1 else f'all {len(table)}'}{time}",
            key="advisor.queue",
            type="primary",
            icon=":material/play_arrow:",
            disabled=read_only(),
        ):
            for run in found.next_runs:
                jobs.submit(data.store(), config_of(scope, task, run))
            st.session_state["advisor.queued"] = len(table)
    if st.session_state.pop("advisor.queued", 0):
        st.success("Queued. The page Train shows how far they are.", icon=":material/check:")
        st.page_link("app_pages/train.py", label="See the queue", icon=":material/model_training:")
    if commands:
        with st.expander("From the command line"):
            st.code("\n".join(commands), language=None, wrap_lines=True)


def config_of(scope: Scope, task: str, run: "NextRun") -> RunConfig:
    """A run that is asked for, as its config."""
    if run.config is not None:
        return RunConfig.from_dict(dict(run.config))
    base_model = str(findings.evidence(scope).base_model)
    return build_run_config(task, run.method, base_model, run.seed, None, {})


def draw_costs(view: View, scope: Scope, task: str, found: "Advice") -> None:
    """Score against cost, and the same as rows."""
    st.subheader("Score and cost")
    cost = st.segmented_control(
        "Cost",
        list(COSTS),
        key=view.choice("cost", list(COSTS)),
        format_func=COSTS.__getitem__,
        required=True,
        label_visibility="collapsed",
    )
    metric = get_metric(findings.evidence(scope).metric(task)).title
    plot = plots.cost_scatter(found.options, TITLES, metric, cost, found.recommended, theme.mode())
    figure(plot, found.options, f"costs-{task}", f"Score of each method against {COSTS[cost]}", 380)
    rows = found.options
    table = pd.DataFrame(
        {
            "method": [TITLES[method] for method in rows["method"]],
            metric: rows["score"],
            "seeds": rows["n_seeds"],
            "training": [duration(s) if s > 0 else "none" for s in rows["training_seconds"]],
            "tokens of a query": rows["prompt_tokens"],
            "seconds of a query": rows["seconds"],
            "repaid after": [
                f"{queries:,.0f} queries" if pd.notna(queries) else str(reason or "")
                for queries, reason in rows[["break_even", "break_even_reason"]].itertuples(
                    index=False
                )
            ],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        key="advisor.costs",
        alt="Score and cost of each method",
        column_config={
            metric: st.column_config.NumberColumn(format="%.1f"),
            "tokens of a query": st.column_config.NumberColumn(format="%.0f"),
            "seconds of a query": st.column_config.NumberColumn(
                format="%.2f", help="As evaluated on this machine, in batches."
            ),
            "repaid after": st.column_config.TextColumn(
                help="Queries after which training has cost less time than ICL's longer prompts."
            ),
        },
    )
    csv_button(rows, f"costs-{task}-rows")


def _percent(share: float) -> str:
    # Never more certain than it is: 99.97 % is "over 99 %".
    return "over 99 %" if share > 0.99 else f"{100 * share:.0f} %"  # noqa: PLR2004


main()
