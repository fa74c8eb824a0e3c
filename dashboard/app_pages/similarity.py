"""Similarity: when does a demonstration help prompt tuning?"""

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import data, findings, theme
from dashboard.components import terms, text
from dashboard.components.again import commands
from dashboard.components.answers import about, answers, sentence
from dashboard.components.example import COLUMNS, show_example
from dashboard.components.figure import figure
from dashboard.components.scroll import scroll_to
from dashboard.findings import Scope
from dashboard.routerview import draw_router
from dashboard.sentences import correlation_sentence, cut_sentence
from dashboard.state import View
from dashboard.swapview import draw_swap
from ipt_engine import plots
from ipt_engine.analysis.pairing import COMPARISONS, Pair
from ipt_engine.methods import METHODS
from ipt_engine.metrics import get_metric
from ipt_engine.nearness import WORDS
from ipt_engine.tasks import all_tasks, get_task

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from ipt_engine.findings import Similarity
    from ipt_engine.report.parts import Answer

BINNINGS = {"width": "Equal width", "quantile": "Equal counts"}


def main() -> None:
    """Draw the page."""
    view = View("similarity")
    st.title("When does a demonstration help prompt tuning?")
    answer = st.container(gap="xsmall")
    task, comparison, metric, pair = choose_runs(view)
    if pair is None:
        empty_state(task, comparison)
        view.publish()
        return
    unjudged = data.unjudged((*pair.without, *pair.with_), metric)
    if unjudged:
        say_unjudged(unjudged, metric)
        view.publish()
        return
    cut = choose_cut(view)
    gains = data.gains(pair, metric, cut)
    without, with_ = (METHODS[name].title for name in COMPARISONS[comparison])
    with answer:
        # Filled when the rest of the page, whose numbers it needs, has been drawn.
        short = st.empty()
        short.html('<div class="ipt-answer ipt-two-lines">…</div>')
        st.html(correlation_sentence(gains.rises, without, with_))
        st.html(cut_sentence(gains))
    picture(view, gains, comparison, metric)
    rows(view, gains, without, with_, metric)
    opened = view.get("example")
    with st.container(key="similarity-example"):
        if opened:
            open_example(opened, pair, task)
    if opened:
        scroll_to("similarity-example", opened)
    from ipt_engine.findings import GainQuestion  # noqa: PLC0415 loads scipy

    question = GainQuestion(task, comparison, cut.limit, pair, metric, cut.measure)
    scope = Scope(None, data.run_details(pair.with_[0])["base_model"])
    found = findings.similarity(scope, question)
    if found is None:
        short.empty()
    else:
        from ipt_engine.report.on_similarity import in_short  # noqa: PLC0415 loads scipy

        short.html(f'<div class="ipt-answer ipt-two-lines">{sentence(in_short(found))}</div>')
        about(draw_more(view, scope, found))
    with st.expander("How to make it again"):
        commands({i: data.whole_config(i) for i in (*pair.without, *pair.with_)})
    view.publish()


def draw_more(view: View, scope: Scope, found: "Similarity") -> "list[Answer]":
    """Whether difficulty explains it, what a swapped demonstration does, and the router.

    Returns:
        All answers of the page.
    """
    from ipt_engine.report.wording import answer  # noqa: PLC0415 loads scipy

    without, with_ = COMPARISONS[found.comparison]
    told = [answer(found.given_difficulty)] if found.given_difficulty is not None else []
    if told:
        st.header(
            "Is it similarity, or are near inputs just easier?",
            help="The gain is compared among inputs of equal difficulty, by the log-probability "
            "that the bare model gives to the reference.",
        )
        answers(told)
    told += draw_swap(view, scope, found.task)
    labels = plots.Labels(
        without,
        with_,
        METHODS[without].title,
        METHODS[with_].title,
        get_metric(found.metric).title,
    )
    told += draw_router(found, labels)
    # The sentences at the top of the page rest on these.
    return [answer(found.rises), answer(found.beats), *told]


def choose_runs(view: View) -> tuple[str, str, str, Pair | None]:
    """Task, comparison, metric, and the runs compared; None where the store has none."""
    names = {"ipt-pt": "IPT − PT", "icl-zero": "ICL − zero-shot"}
    columns = st.columns([1, 1.5, 1.1, 2.2])
    tasks = all_tasks()
    task = columns[0].selectbox(
        "Task",
        list(tasks),
        key=view.choice("task", list(tasks)),
        format_func=lambda name: tasks[name].title,
        on_change=view.forget,
        args=("metric", "runs", "example"),
    )
    comparison = columns[1].segmented_control(
        "Gain",
        list(names),
        key=view.choice("gain", list(names)),
        format_func=names.__getitem__,
        required=True,
        on_change=view.forget,
        args=("runs", "example"),
        help="What demonstrations add to prompt tuning, or to the bare model.",
    )
    metrics = list(get_task(task).metrics)
    metric = columns[2].selectbox(
        "Metric",
        metrics,
        key=view.choice("metric", metrics),
        format_func=lambda name: get_metric(name).title,
        help=" ".join(get_metric(name).explanation for name in metrics),
    )
    found = {pair.label: pair for pair in data.comparable(task, comparison)}
    if not found:
        return task, comparison, metric, None
    label = columns[3].selectbox(
        "Runs",
        list(found),
        key=view.choice("runs", list(found)),
        format_func=lambda name: (
            f"{name}, {found[name].seeds} seed" + ("s" if found[name].seeds > 1 else "")
        ),
        help="Runs that differ in demonstrations and seed alone.",
    )
    return task, comparison, metric, found[label]


def say_unjudged(run_ids: list[str], metric: str) -> None:
    """Some of the runs were made before the task had this metric."""
    with st.container(border=True):
        st.html(
            f'<div class="ipt-answer">{len(run_ids)} of these runs are not judged by '
            f"{text.html(get_metric(metric).title)} yet.</div>"
        )
        st.write("Their answers are stored, so this takes seconds:")
        st.code(f"ipt rescore {' '.join(run_ids)} --metric {metric}", language="sh")


def choose_cut(view: View) -> data.Cut:
    """Leakage limit, number of bins and how they are cut."""
    columns = st.columns([1.8, 1.4, 1.4, 1.6], gap="medium")
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
    return data.Cut(limit, count, binning, choose_measure(view, columns[3]))


def choose_measure(view: View, column: "DeltaGenerator") -> str | None:
    """What similarity is measured by; None for that of the runs' own encoder."""
    key = view.words("measure")
    known = {"": "the runs' encoder", WORDS: "words alone (TF-IDF)"}
    chosen = st.session_state[key]
    picked = column.selectbox(
        "Similarity by",
        [*known, *([chosen] if chosen not in known else [])],
        key=key,
        format_func=lambda name: known.get(name, name),
        accept_new_options=True,
        help="Choose one, or type a sentence-transformers folder or hub id: the similarity of each "
        "input to its nearest training input is then measured by that. The demonstrations stay "
        "those that the runs showed.",
    )
    return picked or None


def picture(view: View, gains: data.Gains, comparison: str, metric: str) -> None:
    """Points and bins; a click opens the example."""
    without, with_ = (METHODS[name] for name in COMPARISONS[comparison])
    labels = plots.Labels(
        without.name, with_.name, without.title, with_.title, get_metric(metric).title
    )
    plot = plots.gain_scatter(gains.points, gains.bins, labels, theme.mode())
    # A click opens an example; it is no reason to fade all others.
    plot.update_traces(unselected={"marker": {"opacity": 0.55}}, selector={"mode": "markers"})
    plot.update_traces(unselected={"marker": {"opacity": 1.0}}, selector={"mode": "lines+markers"})
    key = "gain"
    figure(
        plot,
        gains.points,
        key,
        "Gain from demonstrations against similarity, with the mean of each bin",
        on_select=lambda: _clicked(view, f"{key}.plot"),
        selection_mode="points",
    )


def rows(view: View, gains: data.Gains, without: str, with_: str, metric: str) -> None:
    """A row for each point; a ticked one opens."""
    points = gains.points
    ids = points["example_id"].tolist()
    opened = st.session_state[view.choice("example", ["", *ids])]
    key = f"similarity.table.{st.session_state.get(view.key('clicked'), '')}"
    st.dataframe(
        points[["similarity", "score_a", "score_b", "gain", "input", "example_id"]],
        key=key,
        hide_index=True,
        height=230,
        on_select=lambda: _ticked(view, key, ids),
        selection_mode="single-row",
        selection_default={"selection": {"rows": [ids.index(opened)] if opened else []}},
        alt="The points of the picture",
        column_config={
            "similarity": st.column_config.NumberColumn(
                format="%.3f", width=85, help=terms.TERMS["nearest similarity"]
            ),
            "score_a": st.column_config.NumberColumn(without, format="%.1f", width=75),
            "score_b": st.column_config.NumberColumn(with_, format="%.1f", width=75),
            "gain": st.column_config.NumberColumn(
                "gain",
                format="%+.1f",
                width=70,
                help=f"{with_} − {without}, points of {get_metric(metric).title}, mean over seeds.",
            ),  # fmt: skip
            "input": st.column_config.TextColumn("input", width=390),
            "example_id": st.column_config.TextColumn("example", width=160),
        },
    )
    if not opened:
        st.caption("Click a point or tick a row to open the example.")


def open_example(example_id: str, pair: Pair, task: str) -> None:
    """The example behind a point: what was shown, what each method wrote."""
    everything = data.runs()
    fitting = everything[(everything["task"] == task) & (everything["split"] == "test")]
    # The compared runs first, so that they stand for their methods.
    order = [*pair.with_, *pair.without, *data.usual_first(fitting)]
    metrics = list(get_task(task).metrics)
    ledger = data.ledger(list(dict.fromkeys(order)), [*COLUMNS, *metrics])
    found = ledger[ledger["example_id"] == example_id].drop_duplicates("method")
    st.header("The example")
    show_example(found, metrics, data.examples(task, "train"), "similarity")
    st.page_link(
        "app_pages/playground.py",
        label="Try it with other demonstrations",
        icon=":material/forum:",
        query_params={"task": task, "example": example_id},
    )


def empty_state(task: str, comparison: str) -> None:
    """What to run so that there is something to compare."""
    names = COMPARISONS[comparison]
    runs = data.runs()
    there = runs[(runs["task"] == task) & (runs["split"] == "test")]["method"].unique()
    missing = [name for name in names if name not in there]
    title = text.markdown(get_task(task).title)
    st.info(
        f"There are no runs of {' and '.join(METHODS[name].title for name in missing)} on {title} "
        "yet. Train what is missing, or run it from the command line."
        if missing
        else f"There are runs of both on {title}, but none that differ in demonstrations and seed "
        "alone. Run one of them with the settings of the other."
    )
    st.page_link(
        "app_pages/train.py",
        label="Train what is missing",
        icon=":material/model_training:",
        query_params={"task": task, "method": (missing or names)[0]}
        if METHODS[(missing or names)[0]].soft_prompt
        else {"task": task},
    )
    lines = [f"ipt run --task {task} --method {name}" for name in missing or names]
    st.code("\n".join(lines), language=None)
    if not missing:
        st.caption("The page Runs has the settings of each run, and the command that repeats it.")


def _clicked(view: View, key: str) -> None:
    chosen = st.session_state[key]["selection"]["points"]
    example_id = next((point["customdata"][0] for point in chosen if point.get("customdata")), "")
    if example_id:
        view.set("example", example_id)
        view.set("clicked", example_id)


def _ticked(view: View, key: str, ids: list[str]) -> None:
    picked = st.session_state[key]["selection"]["rows"]
    view.set("example", ids[picked[0]] if picked else "")


main()
