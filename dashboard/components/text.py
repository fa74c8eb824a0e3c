"""The escape helper: what a person types or a model writes is shown as it is, never run.

`html` is for text inside `st.html`, `markdown` for labels, captions, tooltips and messages,
which Streamlit reads as Markdown. Plots have their own `ipt_engine.plots.escape`.
"""

import html as _html
import re
from collections.abc import Iterable

import streamlit as st

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_CODE = re.compile(r"`([^`\n]+)`")
_WORD = re.compile(r"[\w:'-]+")
SHORTEST_MARKED_WORD = 4
"""Letters from which a copied word is marked; shorter ones (the, in) are no evidence."""


def html(text: object) -> str:
    """The text with every character that HTML gives a meaning replaced by its entity."""
    return _html.escape(str(text), quote=True)


def markdown(text: object) -> str:
    """The text with every character that Markdown could give a meaning escaped, on one line."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(str(text).split()))


def shorten(text: object, length: int) -> str:
    """The text on one line, cut to at most `length` characters, the cut shown as an ellipsis."""
    line = " ".join(str(text).split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def plain(text: object, label: str | None = None, code: bool = False) -> None:
    """Show a text as it is, its line breaks kept, under an optional small label.

    Args:
        text: What to show.
        label: Stands above it.
        code: Whether words between backticks are shown as code, without the backticks.
    """
    head = f'<div class="ipt-label">{html(label)}</div>' if label else ""
    body = html(text)
    if code:
        body = _CODE.sub(r"<code>\1</code>", body)
    st.html(f'{head}<div class="ipt-text">{body}</div>')


def explained(inside: str, words: object, look: str = "ipt-term", stops: bool = True) -> str:
    """HTML with an explanation shown on hover, on a tap, and when the Tab key comes to it.

    Args:
        inside: HTML of what is explained.
        words: The explanation, plain text.
        look: The style's classes.
        stops: Whether the Tab key stops there; off where many say the same.
    """
    tab = ' tabindex="0"' if stops else ""
    told = html(words)
    return (
        f'<span class="{look} ipt-tip"{tab} data-tip="{told}" aria-description="{told}">'
        f"{inside}</span>"
    )


def copied_words(text: str, demonstrations: Iterable[str], query: str) -> set[str]:
    """Words of four letters or more that stand in a demonstration but not in the query.

    Args:
        text: What a model wrote.
        demonstrations: Inputs and answers that the model was shown.
        query: The input it answered.

    Returns:
        The words, in lower case.
    """
    shown = {word for demonstration in demonstrations for word in _words(demonstration)}
    return {
        word for word in _words(text) & shown - _words(query) if len(word) >= SHORTEST_MARKED_WORD
    }


def mark(text: str, words: set[str]) -> str:
    """HTML of the text, escaped, with the given words (lower case) underlined and explained.

    The Tab key stops at the first of them: the others say the same.
    """
    pieces, end, marked = [], 0, 0
    for match in _WORD.finditer(text):
        pieces.append(html(text[end : match.start()]))
        word = html(match.group())
        if match.group().lower() in words:
            what = "Also in a demonstration, not in the input"
            word = explained(word, what, "ipt-copied", stops=not marked)
            marked += 1
        pieces.append(word)
        end = match.end()
    return "".join([*pieces, html(text[end:])])


def _words(text: str) -> set[str]:
    return {match.group().lower() for match in _WORD.finditer(text)}
