"""Findings in words: what is claimed, what became of it, and how the number was computed."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.components import text

if TYPE_CHECKING:
    from ipt_engine.report.parts import Answer

_MEANINGS = {
    "holds": "The interval lies on the side of the claim.",
    "does not hold": "The interval lies against the claim, or shows that any effect is negligible.",
    "undecided": "The interval allows both. More test inputs or seeds decide.",
}


def badge(outcome: str) -> str:
    """HTML of a verdict, with its meaning."""
    look = f"ipt-verdict ipt-{text.html(outcome.split(maxsplit=1)[0])}"
    return text.explained(text.html(outcome), _MEANINGS[outcome], look)


def sentence(answer: "Answer") -> str:
    """HTML of one answer; how the number was computed stands behind a mark."""
    parts = [badge(answer.outcome)] if answer.outcome else []
    parts.append(text.html(answer.text))
    if answer.about:
        parts.append(text.explained("how", answer.about, "ipt-about"))
    return " ".join(parts)


def answers(found: Iterable["Answer"], first_large: bool = True) -> None:
    """Draw answers, the first in large letters.

    Args:
        found: The answers.
        first_large: Whether the first one is the page's answer.
    """
    lines = [sentence(answer) for answer in found]
    if not lines:
        return
    head, *rest = lines
    if not first_large:
        head, rest = "", lines
    body = f'<div class="ipt-answer">{head}</div>' if head else ""
    body += "".join(f'<div class="ipt-line">{line}</div>' for line in rest)
    st.html(body)


def about(found: Iterable["Answer"]) -> None:
    """How each number was computed, in full, for those who cannot hover."""
    told = [(answer.text, answer.about) for answer in found if answer.about]
    if not told:
        return
    with st.expander("About these numbers"):
        st.html(
            "".join(
                f'<div class="ipt-label">{text.html(what)}</div>'
                f'<div class="ipt-text">{text.html(how)}</div>'
                for what, how in told
            )
        )
