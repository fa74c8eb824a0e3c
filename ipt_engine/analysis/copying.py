"""How much of an answer could have been copied from the demonstrations shown with it."""

import re
from collections.abc import Iterator, Sequence

_WORD = re.compile(r"\w+")
_RUN = 3
"""Fewer words in a row are shared by any two answers of a task, copied or not."""


def copied_share(answer: str, shown: Sequence[str]) -> float | None:
    """The share of an answer's words that stand in runs copied from the answers shown.

    A word counts if it belongs to a run of three words or more that occurs, word for word, in
    one of the answers shown; in an answer of one or two words, if the whole answer occurs in
    one. Words are runs of letters, digits and underscores, case aside; what stands between them
    is passed over. (Every run of more than three is made of runs of three that occur in the same
    place, so only those are looked up.)

    Args:
        answer: What a model wrote, or the gold answer.
        shown: The answers of the demonstrations that were in the prompt.

    Returns:
        0 to 1; None without demonstrations, or if the answer has no words.
    """
    words = _words(answer)
    if not shown or not words:
        return None
    length = min(_RUN, len(words))
    runs = {run for text in shown for run in _runs(_words(text), length)}
    covered = {
        place + offset
        for place, run in enumerate(_runs(words, length))
        if run in runs
        for offset in range(length)
    }
    return len(covered) / len(words)


def _runs(words: list[str], length: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[i : i + length]) for i in range(len(words) - length + 1))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
