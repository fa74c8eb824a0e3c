"""Advisor: what should I use?"""

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard import data, findings, jobs, theme
from dashboard.components import terms, text
from dashboard.components.figure import csv_button, figure
from dashboard.readonly import write_button
from dashboard.scope import choose_scope, choose_task, foot
from dashboard.state import View
from ipt_engine import plots
from ipt_engine.config import RunConfig
from ipt_engine.estimates import duration
from ipt_engine.methods import METHODS
from ipt_engine.metrics import get_metric
from ipt_engine.tasks import all_tasks, task_title

if TYPE_CHECKING:
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
    tasks = list(dict.fromkeys([*findings.evidence(scope).tasks, *all_tasks()]))
    left, right = st.columns([3, 1.4], vertical_alignment="bottom")
    with left:
        task = choose_task(view, scope, tasks)
    margin = right.number_input(
        "Smallest difference that matters",
        0.1,
        50.0,
        step=0.5,
        key=view.number("margin", 0.1, 50.0, 1.0, step=0.1),
        help="In points of the task's metric. A more expensive method is chosen only if it is "
        "better; a cheaper one only if no other is better by this much. Cheaper is what needs no "
        "training; of methods alike in that, the one with fewer tokens of a query.",
    )
    found = findings.advice(scope, task, margin)
    with answer:
        say(task, found)
    if found.plan.runs:
        draw_next(found)
    if found.case is not None:
        draw_costs(view, task, found)
    foot(scope)
    view.publish()


def say(task: str, found: "Advice") -> None:
    """The recommendation, or that there is none, and why."""
    from ipt_engine.report.on_advice import provisos, reasons, settings  # noqa: PLC0415 loads scipy

    told = {method: f" ({text.html(each)})" for method, each in settings(found).items() if each}
    if found.case is None:
        there, title = data.runs(), text.html(task_title(task))
        head = f"Nothing of {title} has been run yet."
        if len(there) and (there["task"] == task).any():
            head = f"None of these runs shows how a method does on {title}."
    elif found.recommended is None:
        head = '<span class="ipt-verdict ipt-undecided">undecided</span>'
        if found.leader is not None:
            name = terms.method(found.leader, plots.METHOD_COLOURS[found.leader])
            name += told.get(found.leader, "")
            head += f" {name} scores highest so far, but that is not enough to rely on."
    else:
        name = terms.method(found.recommended, plots.METHOD_COLOURS[found.recommended])
        sure = "" if found.confidence is None else f" ({_percent(found.confidence)} confidence)"
        head = f"Use {name}{told.get(found.recommended, '')}{sure}."
    st.html(f'<div class="ipt-answer">{head}</div>{_lines(reasons(found))}')
    if found.plan.too_few:
        st.page_link(
            "app_pages/data.py",
            label="Add the task with more test inputs",
            icon=":material/database:",
        )
    also = provisos(found)
    if also:
        with st.expander("On what this rests"):
            st.html(_lines(also))


def _lines(sentences: list[str]) -> str:
    return "".join(f'<div class="ipt-line">{text.html(each)}</div>' for each in sentences)


def draw_next(found: "Advice") -> None:
    """The runs that would decide, as a table, as commands, and as a button."""
    from ipt_engine.report.on_advice import UNKNOWN_TIME, plan_title, time_of  # noqa: PLC0415

    runs, seconds = found.plan.runs, found.plan.seconds
    st.header(plan_title(found))
    table = pd.DataFrame(
        {
            "method": [TITLES[run.method] for run in runs],
            "seed": [run.seed for run in runs],
            "time": [time_of(run.seconds) for run in runs],
            "what for": [run.why for run in runs],
        }
    )
    st.dataframe(table, hide_index=True, key="advisor.next", alt="Runs that would decide")
    time = f"time {UNKNOWN_TIME}" if seconds is None else f"about {duration(seconds)}"
    whole = f"{time} in all" if len(runs) > 1 and seconds is not None else time
    configs = [RunConfig.from_dict(dict(run.config)) for run in runs]
    left = jobs.not_queued(data.store(), configs)
    if left:
        words = "it" if len(runs) == 1 else f"all {len(runs)}"
        if len(left) < len(runs):
            words, whole = f"the other {len(left)}", f"{len(runs) - len(left)} are queued already"
        if write_button(
            f"Run {words}, {whole}",
            key="advisor.queue",
            type="primary",
            icon=":material/play_arrow:",
        ):
            jobs.submit_many(data.store(), left)
            st.rerun()
    else:
        st.success("Queued. The page Train shows how far they are.", icon=":material/check:")
        st.page_link("app_pages/train.py", label="See the queue", icon=":material/model_training:")
    commands = [run.command for run in runs if run.command is not None]
    if commands:
        with st.expander("From the command line"):
            st.code("\n".join(commands), language=None, wrap_lines=True)


def draw_costs(view: View, task: str, found: "Advice") -> None:
    """Score against cost, and the same as rows."""
    st.header("Score and cost")
    cost = st.segmented_control(
        "Cost",
        list(COSTS),
        key=view.choice("cost", list(COSTS)),
        format_func=COSTS.__getitem__,
        required=True,
        label_visibility="collapsed",
    )
    from ipt_engine.report.on_advice import settings  # noqa: PLC0415 loads scipy

    metric, told = get_metric(found.metric).title, settings(found)
    plot = plots.cost_scatter(found.options, TITLES, metric, cost, found.recommended, theme.mode())
    figure(plot, found.options, f"costs-{task}", f"Score of each method against {COSTS[cost]}", 380)
    rows = found.options
    table = pd.DataFrame(
        {
            "method": [TITLES[method] for method in rows["method"]],
            "settings": [told[method] for method in rows["method"]],
            metric: rows["score"],
            "seeds": rows["n_seeds"],
            "training": [_training(seconds) for seconds in rows["training_seconds"]],
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
    if not any(told.values()):
        table = table.drop(columns="settings")
    st.dataframe(
        table,
        hide_index=True,
        key="advisor.costs",
        alt="Score and cost of each method",
        column_config={
            "settings": st.column_config.TextColumn(
                help="What tells the variant shown, a method's best one, from its others, and what "
                "the methods compared do not have alike."
            ),
            metric: st.column_config.NumberColumn(format="%.1f"),
            "tokens of a query": st.column_config.NumberColumn(format="%.0f"),
            "seconds of a query": st.column_config.NumberColumn(
                format="%.2f", help="On the machine that evaluated it, in batches."
            ),
            "repaid after": st.column_config.TextColumn(
                help="Queries after which training has cost less time than ICL's longer prompts."
            ),
        },
    )
    csv_button(rows, f"costs-{task}-rows")


def _training(seconds: float) -> str:
    if pd.isna(seconds):
        return "time not known"
    return duration(seconds) if seconds > 0 else "none"


def _percent(share: float) -> str:
    # Never more certain than it is: 99.97 % is "over 99 %".
    return "over 99 %" if share > 0.99 else f"{100 * share:.0f} %"  # noqa: PLR2004


main()
