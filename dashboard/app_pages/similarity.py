"""Similarity: when does a demonstration help prompt tuning?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard import data, findings
from dashboard.components import terms, text
from dashboard.components.again import commands
from dashboard.components.answers import about, answers, sentence
from dashboard.components.example import COLUMNS, show_example
from dashboard.components.links import command_link, evaluate_link
from dashboard.components.scroll import scroll_to
from dashboard.fields import task_field
from dashboard.findings import Scope
from dashboard.gainview import draw_gains
from dashboard.measureview import choose_measure, is_measured
from dashboard.routerview import draw_router
from dashboard.sentences import correlation_sentence, cut_sentence
from dashboard.state import View
from dashboard.swapview import draw_swap
from ipt_engine import plots
from ipt_engine.analysis.pairing import COMPARISONS, Pair
from ipt_engine.catalogue import model_title
from ipt_engine.methods import METHODS
from ipt_engine.metrics import get_metric
from ipt_engine.tasks import all_tasks, get_task

if TYPE_CHECKING:
    from ipt_engine.analysis.similarity import Binning
    from ipt_engine.findings import Partner, Similarity
    from ipt_engine.report.parts import Answer

NAMES = {"ipt-pt": "IPT − PT", "icl-zero": "ICL − zero-shot"}
QUESTIONS = {
    "ipt-pt": "When does a demonstration help prompt tuning?",
    "icl-zero": "When does a demonstration help without training?",
}
"""Of each comparison what it asks."""
BINNINGS = {"width": "Equal width", "quantile": "Equal counts"}


@dataclass(frozen=True)
class Cut:
    """How the points are limited and binned.

    Attributes:
        limit: Inputs whose nearest training input is more similar than this are left out.
        count: At most so many bins.
        binning: Of equal width, or of equally many inputs.
        measure: What similarity is measured by; None for that of the runs' own encoder.
    """

    limit: float
    count: int
    binning: "Binning"
    measure: str | None


def main() -> None:
    """Draw the page."""
    view = View("similarity")
    st.title(QUESTIONS[st.session_state[view.choice("gain", list(NAMES), usual_gain(view))]])
    answer = st.container(gap="xsmall")
    scope, task, comparison, metric, pair = choose_runs(view)
    if pair is None:
        offer_other(view, scope, task, comparison)
        empty_state(scope, task, comparison)
        view.publish()
        return
    unjudged = data.unjudged((*pair.without, *pair.with_), metric)
    if unjudged:
        say_unjudged(unjudged, metric)
        view.publish()
        return
    cut = choose_cut(view)
    if not is_measured(task, cut.measure):
        view.publish()
        return
    from ipt_engine.findings import GainQuestion  # noqa: PLC0415 loads scipy

    question = GainQuestion(task, comparison, cut.limit, pair, metric, cut.measure)
    with answer:
        # Filled as the numbers come: the router takes far longer than the picture.
        short, rises, pays = st.empty(), st.empty(), st.empty()
        short.html('<div class="ipt-answer ipt-two-lines">…</div>')
    claims = findings.gain_claims(scope, question)
    assert claims is not None
    labels = labels_of(comparison, metric)
    rises.html(correlation_sentence(claims.rises, labels.title_a, labels.title_b))
    points = claims.points.merge(
        data.ledger([pair.with_[0]], ["example_id", "input"]), on="example_id", how="left"
    )
    bins = findings.bins(scope, question, cut.count, cut.binning)
    draw_gains(view, points, bins, labels)
    opened = view.get("example")
    with st.container(key="similarity-example"):
        if opened:
            open_example(opened, scope, pair, task)
    if opened:
        scroll_to("similarity-example", opened)
    found = findings.similarity(scope, question)
    assert found is not None
    from ipt_engine.report.on_similarity import by_a_line, in_short  # noqa: PLC0415 loads scipy

    short.html(f'<div class="ipt-answer ipt-two-lines">{sentence(in_short(found))}</div>')
    pays.html(cut_sentence(by_a_line(found), found.leakage))
    about(draw_more(view, scope, found, labels))
    with st.expander("How to make it again"):
        commands({i: data.whole_config(i) for i in (*pair.without, *pair.with_)})
    view.publish()


def labels_of(comparison: str, metric: str) -> plots.Labels:
    """The two methods and the metric, as the pictures name them."""
    without, with_ = (METHODS[name] for name in COMPARISONS[comparison])
    return plots.Labels(
        without.name, with_.name, without.title, with_.title, get_metric(metric).title
    )


def draw_more(
    view: View, scope: Scope, found: "Similarity", labels: plots.Labels
) -> "list[Answer]":
    """Whether difficulty explains it, what a swapped demonstration does, and the router.

    Returns:
        All answers of the page.
    """
    from ipt_engine.report.wording import answer  # noqa: PLC0415 loads scipy

    told = [answer(found.given_difficulty)] if found.given_difficulty is not None else []
    if told:
        st.header(
            "Is it similarity, or are near inputs just easier?",
            help="The gain is compared among inputs of equal difficulty, by the log-probability "
            "that the bare model gives to the reference.",
        )
        answers(told)
    told += draw_swap(view, scope, found.task)
    told += draw_router(found, labels)
    # The sentences at the top of the page rest on these.
    return [answer(found.rises), answer(found.beats), *told]


def choose_runs(view: View) -> tuple[Scope, str, str, str, Pair | None]:
    """Base model, task, comparison, metric, and the runs compared; None where there are none."""
    models = base_models(st.session_state[view.choice("task", list(all_tasks()))])
    columns = st.columns([0.8, 1.2, 1.6, 0.8, 1.8] if len(models) > 1 else [0.75, 1.25, 0.75, 2.5])
    task = task_field(view, columns.pop(0), forget=("metric", "runs", "example"))
    everywhere = data.runs()["base_model"].unique()
    model = st.session_state[view.choice("model", models or [""], known=everywhere)]
    if len(models) > 1:
        columns.pop(0).selectbox(
            "Base model",
            models,
            key=view.key("model"),
            format_func=model_title,
            on_change=view.forget,
            args=("runs", "example"),
        )
    comparison = columns[0].segmented_control(
        "Gain",
        list(NAMES),
        key=view.key("gain"),
        format_func=NAMES.__getitem__,
        required=True,
        on_change=view.forget,
        args=("runs", "example"),
        help="What demonstrations add to prompt tuning, or to the bare model.",
    )
    metrics = list(get_task(task).metrics)
    metric = columns[1].selectbox(
        "Metric",
        metrics,
        key=view.choice("metric", metrics),
        format_func=lambda name: get_metric(name).title,
        help=" ".join(get_metric(name).explanation for name in metrics),
    )
    scope = Scope(None, model or None)
    found = {pair.label: pair for pair in findings.pairs(scope, task, comparison)}
    if not found:
        return scope, task, comparison, metric, None
    label = columns[2].selectbox(
        "Runs",
        list(found),
        key=view.choice("runs", list(found)),
        format_func=lambda name: (
            f"{name}, {found[name].seeds} seed" + ("s" if found[name].seeds > 1 else "")
        ),
        help="Runs that differ in demonstrations and seed alone.",
    )
    return scope, task, comparison, metric, found[label]


def base_models(task: str) -> list[str]:
    """Base models with runs of a task on test inputs, that with the most first."""
    fitting = _on_test(task)
    return list(map(str, fitting["base_model"].value_counts().index))


def say_unjudged(run_ids: list[str], metric: str) -> None:
    """Some of the runs were made before the task had this metric."""
    with st.container(border=True):
        st.html(
            f'<div class="ipt-answer">{len(run_ids)} of these runs are not judged by '
            f"{text.html(get_metric(metric).title)} yet.</div>"
        )
        st.write("Their answers are stored, so this takes seconds:")
        st.code(f"ipt rescore {' '.join(run_ids)} --metric {metric}", language="sh")


def choose_cut(view: View) -> Cut:
    """Leakage limit, number of bins and how they are cut."""
    columns = st.columns([1.5, 1.75, 1.2, 1.6], gap="medium")
    limit = columns[0].slider(
        "Leakage limit",
        0.3,
        1.0,
        step=0.01,
        key=view.number("limit", 0.3, 1.0, 1.0, step=0.01),
        help=terms.TERMS["leakage"],
    )
    binning = columns[1].segmented_control(
        "Bins",
        list(BINNINGS),
        key=view.choice("bins", list(BINNINGS)),
        format_func=BINNINGS.__getitem__,
        required=True,
    )
    count = columns[2].slider("Number of bins", 2, 12, key=view.number("count", 2, 12, 6))
    return Cut(limit, count, binning, choose_measure(view, columns[3]))


def open_example(example_id: str, scope: Scope, pair: Pair, task: str) -> None:
    """The example behind a point: what was shown, what each method wrote."""
    fitting = _on_test(task)
    fitting = fitting[fitting["base_model"] == scope.base_model]
    # The compared runs first, so that they stand for their methods.
    order = [*pair.with_, *pair.without, *data.usual_first(fitting)]
    metrics = list(get_task(task).metrics)
    found = answered(example_id, dict.fromkeys(order), metrics)
    st.header("The example")
    show_example(found, metrics, data.examples(task, "train"), "similarity")
    st.page_link(
        "app_pages/playground.py",
        label="Try it with other demonstrations",
        icon=":material/forum:",
        query_params={"task": task, "example": example_id},
    )


def answered(example_id: str, run_ids: Iterable[str], metrics: list[str]) -> pd.DataFrame:
    """The example's row of each method, of the first of the runs that has one.

    Ledgers hold texts: they are read one by one, and no more of them than are needed.
    """
    methods = data.runs().set_index("run_id")["method"]
    found: dict[str, pd.DataFrame] = {}
    for run_id in run_ids:
        method = methods[run_id]
        if method not in found:
            judged = [name for name in metrics if not data.unjudged([run_id], name)]
            rows = data.ledger([run_id], [*COLUMNS, *judged])
            own = rows[rows["example_id"] == example_id]
            found |= {} if own.empty else {method: own}
    return pd.concat(found.values(), ignore_index=True).reindex(columns=[*COLUMNS, *metrics])


def usual_gain(view: View) -> str:
    """What the page opens with: the first comparison for which the task has runs."""
    task = st.session_state[view.choice("task", list(all_tasks()))]
    scope = Scope(None, next(iter(base_models(task)), None))
    return next((name for name in NAMES if findings.pairs(scope, task, name)), next(iter(NAMES)))


def offer_other(view: View, scope: Scope, task: str, comparison: str) -> None:
    """A way to the other comparison, where its runs are there."""
    (other,) = (name for name in COMPARISONS if name != comparison)
    if findings.pairs(scope, task, other):
        st.button(
            f"Show {NAMES[other]}, which has runs: {QUESTIONS[other].lower()}",
            icon=":material/swap_horiz:",
            type="primary",
            on_click=view.set,
            args=("gain", other),
        )


def empty_state(scope: Scope, task: str, comparison: str) -> None:
    """What to run so that there is something to compare."""
    names = COMPARISONS[comparison]
    runs = _on_test(task)
    there = runs.loc[runs["base_model"] == scope.base_model, "method"].unique()
    missing = [name for name in names if name not in there]
    title = text.markdown(get_task(task).title)
    partner = findings.partner(scope, task, comparison)
    if partner is not None:
        offer_partner(partner, title, bool(missing))
        return
    wanted = " and ".join(METHODS[name].title for name in missing)
    st.info(
        f"There are no runs of {wanted} on {title} yet. The page Train makes them: it trains soft "
        "prompts, and evaluates what needs none. So does the command line."
        if missing
        else f"There are runs of both on {title}, but none that differ in demonstrations and seed "
        "alone. Run one of them with the settings of the other, which the page Runs has."
    )
    if not missing:
        st.page_link("app_pages/runs.py", label="See the runs", icon=":material/table_rows:")
        return
    first = METHODS[missing[0]]
    if first.soft_prompt:
        st.page_link(
            "app_pages/train.py",
            label=f"Train {first.title}",
            icon=":material/model_training:",
            query_params={"task": task, "method": first.name},
        )
    else:
        evaluate_link(f"Evaluate {first.title}", task=task, method=first.name)
    lines = [f"ipt run --task {task} --method {name}" for name in missing]
    st.code("\n".join(lines), language=None)


def offer_partner(partner: "Partner", title: str, missing: bool) -> None:
    """The run that would make a pair with one that is there, by form and by command.

    Args:
        partner: The run to be made.
        title: The task's, as Markdown.
        missing: Whether there are no runs of its method yet.
    """
    method, like = METHODS[partner.method], METHODS[partner.like]
    st.info(
        f"There are no runs of {method.title} on {title} yet, to compare those of {like.title} "
        "with."
        if missing
        else f"There are runs of both on {title}, but none that differ in demonstrations and seed "
        "alone."
    )
    st.write(
        f"What can be compared is {method.title} with the settings of the {like.title} that is "
        "there:"
    )
    command_link(f"{'Train' if method.soft_prompt else 'Evaluate'} {method.title}", partner.command)
    st.code(partner.command, language=None, wrap_lines=True)


def _on_test(task: str) -> pd.DataFrame:
    runs = data.runs()
    return runs[(runs["task"] == task) & (runs["split"] == "test")]


main()
