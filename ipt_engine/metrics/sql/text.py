"""A query's text before anything reads or runs it."""

import re
from collections.abc import Iterator

# A comment, a quoted text or name, a word, a run of space, or any other character.
_TOKEN = re.compile(
    r"""--[^\n]*|/\*.*?(?:\*/|\Z)|'(?:[^']|'')*'?|"(?:[^"]|"")*"?|`[^`]*`?|\[[^\]]*\]?"""
    r"""|\w+|\s+|.""",
    re.DOTALL,
)
_SPLIT_OPERATOR = re.compile(r"([<>!]) =")
_THIS_YEAR = re.compile(r"YEAR\s*\(\s*CURDATE\s*\(\s*\)\s*\)\s*", re.IGNORECASE)


def tidy(sql: str) -> str:
    """The text with "> =" as ">=", and with the year that Spider's scorer takes as today's.

    Models trained on Spider's tokenised queries write both; the official scorer repairs the
    answer and the gold query alike.
    """
    return _THIS_YEAR.sub("2020", _SPLIT_OPERATOR.sub(r"\1=", sql)).strip()


def without_distinct(sql: str) -> str:
    """The text with every DISTINCT taken out, except in quotes and in IS DISTINCT FROM."""
    tokens = _TOKEN.findall(sql)
    words = [i for i, token in enumerate(tokens) if _is_word(token)]
    lower = [tokens[place].lower() for place in words]
    for place, word, following in zip(words, lower, [*lower[1:], ""], strict=False):
        if word == "distinct" and following != "from":
            tokens[place] = ""
    return "".join(tokens)


def is_ordered(sql: str) -> bool:
    """Whether ORDER BY stands anywhere in the query, so that its rows have an order."""
    words = list(_words(sql))
    return ("order", "by") in zip(words, words[1:], strict=False)


def is_select(sql: str) -> bool:
    """Whether the first word is SELECT or WITH, as in every query that only reads."""
    return next(_words(sql), "") in {"select", "with"}


def _words(sql: str) -> Iterator[str]:
    """The words outside quotes and comments, in lower case."""
    return (token.lower() for token in _TOKEN.findall(sql) if _is_word(token))


def _is_word(token: str) -> bool:
    return token[0].isalnum() or token[0] == "_"
