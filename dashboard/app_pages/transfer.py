"""Transfer: can a prompt learned elsewhere help here?"""

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard import data, findings, theme
from dashboard.components import terms
from dashboard.components.answers import about, answers
from dashboard.components.figure import figure
from dashboard.findings import Scope
from dashboard.scope import choose_scope, foot, no_runs
from dashboard.state import View
from ipt_engine import plots

if TYPE_CHECKING:
    from ipt_engine.findings import TransferFinding

KINDS = {
    "own": "its own prompt",
    "other": "another task's prompt",
    "untrained": "untrained prompt",
    "noise": "noise, as long as a trained prompt",
}


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
    draw_rows(found)
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
    from ipt_engine.report.wording import title_of  # noqa: PLC0415 loads scipy

    titles = {task: title_of(task) for task in findings.evidence(scope).tasks}
    shows = found.setting.get("method") == "ipt"
    plot = plots.transfer_heatmap(
        found.matrix, titles, "ICL" if shows else "zero-shot", theme.mode()
    )
    targets = found.matrix["target"].nunique()
    alt = "Gain of each task's soft prompt on each task, over the same without a soft prompt"
    figure(plot, found.matrix, "transfer", alt, 190 + 72 * targets)


def draw_rows(found: "TransferFinding") -> None:
    """The cells as rows."""
    from ipt_engine.report.wording import intervals, title_of  # noqa: PLC0415 loads scipy

    rows = found.matrix
    table = pd.DataFrame(
        {
            "used on": [title_of(task) for task in rows["target"]],
            "prompt": [
                title_of(source) if kind == "other" else KINDS[kind]
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
    points = st.column_config.NumberColumn(format="%.1f")
    st.dataframe(
        table,
        hide_index=True,
        key="transfer.rows",
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
    st.caption(
        "All runs show the target's own demonstrations. An untrained prompt and noise with the "
        "vector lengths of a trained prompt tell what any vectors in that place would do."
    )


def draw_prompts(found: "TransferFinding") -> None:
    """Whether prompts that are alike carry over better."""
    gains = found.matrix[found.matrix["kind"] == "other"]
    pairs = gains.merge(found.prompts, on=["source", "target"]).dropna(subset=["gain"])
    if pairs.empty:
        return
    from ipt_engine.report.wording import title_of  # noqa: PLC0415 loads scipy

    st.header("Do prompts that are alike carry over better?")
    titles = {task: title_of(task) for task in {*pairs["source"], *pairs["target"]}}
    plot = plots.alike_scatter(pairs, titles, theme.mode())
    alt = "Gain of a foreign prompt against its similarity to the task's own prompt"
    figure(plot, pairs, "alike", alt, 380)


main()
