"""The four methods' answers side by side: always the same order and colour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.components import terms, text
from ipt_engine.methods import METHODS
from ipt_engine.plots import METHOD_COLOURS


@dataclass(frozen=True)
class Panel:
    """One method's answer, ready to be shown.

    Attributes:
        answer: The text; None where there is none yet.
        note: Said in place of a missing answer, or under the answer (where it comes from).
        scores: Score of each metric, 0 to 100.
        facts: Further short facts (tokens, time) as HTML, in order.
        demonstrations: Inputs and answers the model was shown.
        shown: Ids of these demonstrations.
        gold_logprob: Of the reference; None where there is none.
        outdated: Said at the top, the answer dimmed, where it is not what one gets now.
        writing: Whether the answer is still growing.
    """

    answer: str | None
    note: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)
    facts: Sequence[str] = ()
    demonstrations: Sequence[str] = ()
    shown: Sequence[str] = ()
    gold_logprob: float | None = None
    outdated: str = ""
    writing: bool = False


def panels(by_method: Mapping[str, Panel], query: str, key: str) -> None:
    """Draw the four panels.

    Args:
        by_method: A panel for each method that has something to show.
        query: The input, so that only words the input does not have count as copied.
        key: Tells several rows of panels on one page apart.
    """
    fill(empty_panels(key), by_method, query)


def empty_panels(key: str) -> dict[str, DeltaGenerator]:
    """Draw the four panels' frames; `fill` may then be called any number of times."""
    places = {}
    with st.container(key=f"panels-{key}"):
        for column, name in zip(st.columns(len(METHODS)), METHODS, strict=True):
            with column.container(border=True, key=f"panel-{name}-{key}", height="stretch"):
                places[name] = st.empty()
    return places


def fill(places: Mapping[str, DeltaGenerator], by_method: Mapping[str, Panel], query: str) -> None:
    """Put answers into frames drawn before; arguments as for `panels`."""
    for name, place in places.items():
        place.html(_panel(name, by_method.get(name, Panel(None, "No answer yet.")), query))


def logprob(value: float) -> str:
    """HTML of a gold log-probability as one of a panel's facts."""
    return f"{terms.term('gold log-probability', 'log p(reference)')} {minus(value)}"


def minus(value: float) -> str:
    """A number with one decimal and a true minus sign."""
    return f"{value:.1f}".replace("-", "\N{MINUS SIGN}")


def _panel(name: str, panel: Panel, query: str) -> str:
    head = terms.method(name, METHOD_COLOURS[name])
    if panel.answer is None:
        body = f'<div class="ipt-panel-text ipt-small">{text.html(panel.note)}</div>'
        return f"{head}{body}"
    copied = text.copied_words(panel.answer, panel.demonstrations, query)
    cursor = '<span class="ipt-cursor"> </span>' if panel.writing else ""
    written = text.mark(panel.answer, copied) + cursor
    if not panel.answer and not panel.writing:
        written = '<span class="ipt-small">(an empty answer)</span>'
    scores = "".join(
        f"<span>{terms.metric(metric)} <b>{score:.1f}</b></span>"
        for metric, score in panel.scores.items()
    )
    shown = [f"shown: {text.html(', '.join(panel.shown))}"] if panel.shown else []
    facts = "".join(f"<div>{line}</div>" for line in [*panel.facts, *shown])
    if panel.outdated:
        head += f'<div class="ipt-small"><b>{text.html(panel.outdated)}</b></div>'
    dimmed = " ipt-outdated" if panel.outdated else ""
    return (
        f'{head}<div class="ipt-text ipt-panel-text{dimmed}">{written}</div>'
        f'<div class="ipt-scores">{scores}</div>'
        f'<div class="ipt-small">{facts}<div>{text.html(panel.note)}</div></div>'
    )
