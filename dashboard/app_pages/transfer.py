"""Transfer: can a prompt learned elsewhere help here?"""

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard import data, findings, theme
from dashboard.components import terms, text
from dashboard.components.answers import about, answers
from dashboard.components.figure import LEAST_WIDTHS, figure
from dashboard.findings import Scope
from dashboard.scope import choose_scope, foot, no_runs
from dashboard.state import View
from ipt_engine import plots
from ipt_engine.tasks import task_title

if TYPE_CHECKING:
    from ipt_engine.findings import TransferFinding

KINDS = {
    "own": "its own prompt",
    "other": "another task's prompt",
    "untrained": "untrained prompt",
    "noise": "noise, as long as a trained prompt",
}

FEW_COLUMNS = 8


def main() -> None:
    """Draw the page."""
    view = View("transfer")
    st.title("Can a prompt learned elsewhere help here?")
    answer = st.container(gap="xxsmall")
    scope = choose_scope(view)
    found = findings.transfer(scope)
    if found is None:
        task, prompt = an_example(scope)
        no_runs(
            "There are no runs in which a soft prompt of one task is used on another.",
            "ipt study shipped --slice transfer",
            f"ipt run --task {task} --method ipt --prompt {prompt or 'PROMPT_OF_ANOTHER_TASK'}",
            evaluate={"task": task, "method": "ipt", "use": prompt} if prompt else None,
        )
        view.publish()
        return
    from ipt_engine.report.on_luck import transfer_answers  # noqa: PLC0415 loads scipy

    told = transfer_answers(found)
    with answer:
        answers(told)
    draw_matrix(scope, found)
    draw_rows(view, found)
    draw_prompts(found)
    about(told)
    foot(scope)
    view.publish()


def an_example(scope: Scope) -> tuple[str, str]:
    """A task, and a prompt that was trained on another; "" where there is none."""
    prompts = data.prompts()
    trained = prompts[(prompts["method"] == "ipt") & (prompts["steps"] > 0)]
    task, prompt = "mini-dart", ""
    for row in trained.itertuples():
        others = [each for each in findings.evidence(scope).tasks if each != row.task]
        if others:
            task, prompt = others[0], str(row.prompt_id)
    return task, prompt


def draw_matrix(scope: Scope, found: "TransferFinding") -> None:
    """Gain of each source's prompt on each target."""
    titles = {task: task_title(task) for task in findings.evidence(scope).tasks}
    shows = found.setting.get("method") == "ipt"
    plot = plots.transfer_heatmap(
        found.matrix, titles, "ICL" if shows else "zero-shot", theme.mode()
    )
    targets, sources = found.matrix["target"].nunique(), found.matrix["source"].nunique()
    least = LEAST_WIDTHS[0 if sources <= FEW_COLUMNS else 2]
    alt = "Gain of each task's soft prompt on each task, over the same without a soft prompt"
    figure(plot, found.matrix, "transfer", alt, 260 + 66 * targets, least)


def draw_rows(view: View, found: "TransferFinding") -> None:
    """The cells as rows; a ticked one leads to the runs behind it."""
    from ipt_engine.report.wording import intervals  # noqa: PLC0415 loads scipy

    rows = found.matrix
    table = pd.DataFrame(
        {
            "used on": [task_title(task) for task in rows["target"]],
            "prompt": [
                task_title(source) if kind == "other" else KINDS[kind]
                for source, kind in rows[["source", "kind"]].itertuples(index=False)
            ],
            "without it": rows["baseline"],
            "with it": rows["score"],
            "gain": rows["gain"],
            "95 % interval": intervals(rows, 1, True),
            "it helps": rows["outcome"],
            "prompts": rows["n_seeds"],
        }
    )
    cells = [
        f"{target}:{source}" for target, source in zip(rows["target"], rows["source"], strict=True)
    ]
    chosen = st.session_state[view.choice("cell", ["", *cells])]
    points = st.column_config.NumberColumn(format="%.1f")
    event = st.dataframe(
        table,
        hide_index=True,
        key=f"transfer.rows.{hash(tuple(cells))}",
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [cells.index(chosen)] if chosen else []}},
        alt="Gain of each soft prompt on each task",
        column_config={
            "without it": points,
            "with it": points,
            "gain": st.column_config.NumberColumn(format="%+.1f"),
            "it helps": st.column_config.TextColumn(
                help="Holds, does not hold, or undecided; after Holm's correction for all cells. "
                + terms.TERMS["Holm's correction"]
            ),
        },
    )
    ticked = event["selection"]["rows"]
    view.set("cell", cells[ticked[0]] if ticked else "")
    if ticked:
        open_cell(found.runs, rows.iloc[ticked[0]], table.iloc[ticked[0]])
    else:
        st.caption("Tick a row to open the runs behind a cell.")
    st.caption(
        "All runs show the target's own demonstrations. An untrained prompt and noise with the "
        "vector lengths of a trained prompt tell what any vectors in that place would do."
    )


def open_cell(runs: pd.DataFrame, cell: "pd.Series[Any]", named: "pd.Series[Any]") -> None:
    """Link to a cell's runs, and to those without a soft prompt that they are compared with."""
    behind = runs[(runs["target"] == cell["target"]) & (runs["source"] == cell["source"])]
    ids = [*behind["run_id"], *behind["baseline_id"].dropna().unique()]
    st.page_link(
        "app_pages/runs.py",
        label=text.markdown(
            f"Open the {len(ids)} runs behind {named['prompt']} on {named['used on']}"
        ),
        icon=":material/table_rows:",
        query_params={"runs": ",".join(ids)},
    )


def draw_prompts(found: "TransferFinding") -> None:
    """Whether prompts that are alike carry over better."""
    gains = found.matrix[found.matrix["kind"] == "other"]
    pairs = gains.merge(found.prompts, on=["source", "target"]).dropna(subset=["gain"])
    if pairs.empty:
        return

    st.header("Do prompts that are alike carry over better?")
    titles = {task: task_title(task) for task in {*pairs["source"], *pairs["target"]}}
    plot = plots.alike_scatter(pairs, titles, theme.mode())
    alt = "Gain of a foreign prompt against its similarity to the task's own prompt"
    figure(plot, pairs, "alike", alt, 380)


main()
