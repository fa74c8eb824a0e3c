"""Overview: which method wins where?"""

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard import findings, theme
from dashboard.components import terms, text
from dashboard.components.answers import about, answers, sentence
from dashboard.components.figure import csv_button, figure
from dashboard.components.scoretable import Cell, Column, score_table
from dashboard.findings import Scope
from dashboard.scope import choose_scope, foot, no_runs
from dashboard.state import View
from ipt_engine import paper
from ipt_engine.analysis.pairing import COMPARISONS
from ipt_engine.methods import METHODS
from ipt_engine.metrics import get_metric
from ipt_engine.plots import METHOD_COLOURS
from ipt_engine.tasks import task_title

if TYPE_CHECKING:
    from ipt_engine.findings import Methods
    from ipt_engine.report.parts import Answer

HOLM = "Holm's correction"
STARTS = (
    ("playground", "Try an input of your own", ":material/chat:", {"from": "own"}),
    ("data", "Add your own data", ":material/upload:", {}),
    ("advisor", "What should I use?", ":material/lightbulb:", {}),
)
"""Where a newcomer goes from here: page, words, icon and address."""
PAGES = {"similarity": "Similarity", "stability": "Stability", "transfer": "Transfer"}


def main() -> None:
    """Draw the page."""
    view = View("overview")
    st.title("Which method wins where?")
    introduce()
    answer = st.container(gap="xxsmall")
    scope = choose_scope(view)
    evidence = findings.evidence(scope)
    found = [each for task in evidence.tasks if (each := findings.methods(scope, task))]
    if not found:
        no_runs("There are no runs on test inputs yet.", "ipt study quick")
        view.publish()
        return
    from ipt_engine.report.on_methods import winner  # noqa: PLC0415 loads scipy

    winners = [winner(each) for each in found]
    with answer:
        st.html(f'<div class="ipt-answer">{in_a_sentence(found)}</div>')
        # Filled once the table stands, which takes less time.
        helps = st.empty()
        helps.html('<div class="ipt-line ipt-four-lines">…</div>')
        with st.container(horizontal=True, gap="medium", key="overview-starts"):
            for page, label, icon, query in STARTS:
                st.page_link(f"app_pages/{page}.py", label=label, icon=icon, query_params=query)
    draw_table(scope, found)
    with st.expander("Every score with its interval"):
        draw_rows(found)
    with st.expander("The lead on each task, in words"):
        st.html("".join(f'<div class="ipt-line">{sentence(each)}</div>' for each in winners))
    with helps.container():
        draw_help(scope)
    draw_claims(scope)
    draw_paper(scope)
    foot(scope)
    view.publish()


def introduce() -> None:
    """What the four methods are, for whoever has not heard of them."""
    st.html(
        '<div class="ipt-small">Four ways to have a frozen language model do your task, measured '
        'side by side:</div><div class="ipt-small ipt-methods">'
        + "".join(
            f"<div>{terms.method(name, METHOD_COLOURS[name])}<br>{text.html(method.explanation)}"
            "</div>"
            for name, method in METHODS.items()
        )
        + "</div>"
    )


def draw_help(scope: Scope) -> None:
    """Whether a demonstration helps, with and without training, and which does not."""
    from ipt_engine.report.on_help import help_answers  # noqa: PLC0415 loads scipy

    gains = {name: findings.gains(scope, name) for name in COMPARISONS}
    swaps = {task: findings.swap_claims(scope, task) for task in findings.evidence(scope).tasks}
    answers(help_answers(gains, swaps), first_large=False)


def in_a_sentence(found: list["Methods"]) -> str:
    """HTML: who scores highest on which tasks, and where that holds up."""
    from ipt_engine.findings import not_run  # noqa: PLC0415 loads scipy
    from ipt_engine.report.on_methods import no_winner  # noqa: PLC0415
    from ipt_engine.report.wording import in_a_row  # noqa: PLC0415

    leads: dict[str, list[str]] = {}
    none: dict[str, list[str]] = {}
    sure = []
    for each in found:
        ranked = each.means.dropna(subset=["mean"])
        if ranked.empty:
            continue
        why = no_winner(each)
        if why is not None:
            none.setdefault(why, []).append(task_title(each.task))
            continue
        higher = get_metric(each.metric).higher_is_better
        first = ranked.sort_values("mean", ascending=not higher).iloc[0]
        missing = not_run(each.means)
        aside = f" ({in_a_row(missing)} not run)" if missing else ""
        leads.setdefault(str(first["method"]), []).append(f"{task_title(each.task)}{aside}")
        if first["best"]:
            sure.append(task_title(each.task))
    parts = [
        f"{terms.method(name, METHOD_COLOURS[name])} scores highest on {text.html(in_a_row(tasks))}"
        for name, tasks in sorted(leads.items(), key=lambda item: -len(item[1]))
    ]
    parts += [f"{why} on {text.html(in_a_row(tasks))}" for why, tasks in none.items()]
    holds = "No lead holds up against every other way of answering"
    if sure:
        on = text.html(in_a_row(sure))
        holds = f"The lead holds up against every other way of answering on {on}"
    told = "; ".join(parts)
    if not leads:
        told = f"{told[:1].upper()}{told[1:]}"
    return f"{told}.{f' {holds}.' if leads else ''}"


def draw_table(scope: Scope, found: list["Methods"]) -> None:
    """Task by way of answering: mean, spread and seeds; a star where the lead holds up."""
    from ipt_engine.analysis.variants import seed_runs  # noqa: PLC0415 loads scipy
    from ipt_engine.report.wording import variant_detail  # noqa: PLC0415

    columns: dict[Column, None] = {}
    rows: dict[tuple[str, str], dict[Column, Cell]] = {}
    for each in found:
        metric = get_metric(each.metric)
        runs = seed_runs(findings.evidence(scope).task_runs(each.task))
        cells = {}
        for mean in each.means.dropna(subset=["mean"]).to_dict("records"):
            column = Column(str(mean["method"]), variant_detail(mean))
            ids = runs.loc[runs["variant"] == mean["variant"], "run_id"].tolist()
            cells[column] = _cell(mean, metric.title, task_title(each.task), ids)
            columns[column] = None
        rows[task_title(each.task), metric.title] = cells
    order = sorted(columns, key=lambda column: list(METHODS).index(column.method))
    score_table(order, rows)
    left, right = st.columns([4, 1], vertical_alignment="top")
    left.html(
        f'<div class="ipt-small">Mean {terms.term("corpus score")} ± '
        f"{terms.term('spread', 'standard deviation')} over {terms.term('seed', 'seeds')}. ★ beats "
        f"every other way of all four methods on its task, after {terms.term(HOLM)} for all pairs. "
        "A score opens its runs.</div>"
    )
    with right:
        means = pd.concat([e.means.assign(task=e.task, metric=e.metric) for e in found])
        csv_button(means, "overview")


def draw_rows(found: list["Methods"]) -> None:
    """The table's cells as rows, with what its hovers say."""
    from ipt_engine.report.wording import intervals, variant_name  # noqa: PLC0415 loads scipy

    rows = [
        {
            "task": task_title(each.task),
            "method": variant_name(mean),
            "metric": get_metric(each.metric).title,
            "score": mean["mean"],
            "95 % interval": ends,
            "spread": mean["sd"],
            "runs": mean["n_seeds"],
            "test inputs": mean["n"],
        }
        for each in found
        for mean, ends in zip(each.means.to_dict("records"), intervals(each.means), strict=True)
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key="overview.rows",
        alt="Score of each way of answering on each task, with intervals",
        column_config={
            "score": st.column_config.NumberColumn(format="%.1f"),
            "95 % interval": st.column_config.TextColumn(help="For new seeds and new inputs."),
            "spread": st.column_config.NumberColumn(format="%.1f", help=terms.TERMS["spread"]),
        },
    )


def _cell(mean: dict[Any, Any], metric: str, task: str, run_ids: list[str]) -> Cell:
    from ipt_engine.report.wording import interval, number, variant_name  # noqa: PLC0415

    seeds = int(mean["n_seeds"])
    varies = f"± {number(mean['sd'])} " if pd.notna(mean["sd"]) else ""
    spread = f"{varies}({seeds} seeds)" if seeds > 1 else ""
    ends = interval(mean["low"], mean["high"])
    ends = f"95 % interval {ends} for new seeds and inputs" if ends else f"{mean['reason']}"
    told = (
        f"{variant_name(mean)} on {task}: {number(mean['mean'])} {metric} ({ends}; "
        f"{seeds} run{'s' if seeds > 1 else ''}, {int(mean['n'])} test inputs)."
    )
    return Cell(number(mean["mean"]), spread, bool(mean["best"]), told, run_ids)


def draw_claims(scope: Scope) -> None:
    """The paper's claims as cards: what it says, and what became of it here."""
    from ipt_engine.findings import GainQuestion  # noqa: PLC0415 loads scipy
    from ipt_engine.report.on_the_paper import claims_here  # noqa: PLC0415

    tasks = findings.evidence(scope).tasks
    questions = map(GainQuestion, tasks)
    similarities = [each for q in questions if (each := findings.gain_claims(scope, q))]
    swaps = {task: findings.swap_claims(scope, task) for task in tasks}
    cards = claims_here(similarities, swaps, findings.stability(scope), findings.transfer(scope))
    st.header("The paper's claims, here", help=text.markdown(paper.SOURCE))
    with st.container(key="wide-claims"):
        columns = st.columns(len(cards))
    told: list[Answer] = []
    for column, (claim, here) in zip(columns, cards, strict=True):
        with column.container(border=True, height="stretch"):
            said = " ".join(filter(None, (claim.evidence, claim.approximate)))
            st.html(
                f'<div class="ipt-claim">{text.html(claim.sentence)}</div>'
                + "".join(f'<div class="ipt-line">{sentence(each)}</div>' for each in here)
                + f'<div class="ipt-small">In the paper: {text.html(said)}</div>'
            )
            st.page_link(
                f"app_pages/{claim.key}.py",
                label=f"See {PAGES[claim.key]}",
                icon=":material/arrow_forward:",
            )
        told += here
    about(told)


def draw_paper(scope: Scope) -> None:
    """The paper's gains of IPT over PT beside ours."""
    from ipt_engine.report.on_the_paper import (  # noqa: PLC0415 loads scipy
        gains_beside,
        has_counterpart,
    )

    gains = findings.gains(scope)
    if not has_counterpart(gains):
        return
    plot = gains_beside(gains, theme.mode(), note="")
    st.header("Beside the paper's numbers")
    figure(plot, paper.beside(gains), "paper", "IPT's gain over PT, the paper's and here", 400)
    st.caption(paper.NOT_COMPARABLE)


main()
