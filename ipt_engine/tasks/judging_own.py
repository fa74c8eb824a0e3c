"""How a task of one's own is judged: by which metrics, and whether by enough test examples."""

from collections.abc import Sequence
from statistics import median

FEW_TESTS = 50
"""Test examples below which only very large differences can be told from luck."""
_OF_LABELS, _OF_SENTENCES = ("exact_match", "chrf"), ("chrf", "exact_match")
_SENTENCE_WORDS = 4
_MOSTLY = 0.5


def default_metrics(answers: Sequence[str]) -> tuple[str, ...]:
    """What a table of one's own is judged by unless it is said, the primary metric first.

    Labels come again and again, word for word; sentences are several words, mostly different, and
    can be right without being the same.

    Example:
        >>> default_metrics(["yes", "no", "yes"])
        ('exact_match', 'chrf')
        >>> default_metrics(["The red lamp costs 5 euros.", "Two blue mugs are left."])
        ('chrf', 'exact_match')
    """
    if not answers:
        return _OF_LABELS
    words = median(len(answer.split()) for answer in answers)
    distinct = len(set(answers)) / len(answers)
    return _OF_SENTENCES if words >= _SENTENCE_WORDS and distinct > _MOSTLY else _OF_LABELS


def few_tests(count: int) -> str | None:
    """A warning where a test of so many examples is too small to decide much; else None."""
    if count >= FEW_TESTS:
        return None
    examples = "example" if count == 1 else "examples"
    return (
        f"Only {count} test {examples}: so few can decide little. With {FEW_TESTS} or more, "
        "differences between methods begin to show. You get more from more rows, a larger share of "
        "them for test (--test-share), or a test file of your own (--split test)."
    )
