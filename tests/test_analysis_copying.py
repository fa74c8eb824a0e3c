"""The share of an answer copied, worked by hand."""

import pytest

from ipt_engine.analysis.copying import copied_share

SHOWN = ["The red boat lies in Oslo.", "Ann owns a lamp."]


@pytest.mark.parametrize(
    ("answer", "shown", "share"),
    [
        # the red boat lies in | Graz: five of six, though no run has six words.
        ("The red boat lies in Graz.", SHOWN, 5 / 6),
        ("the RED boat, lies in Oslo!", SHOWN, 1),
        # Two words in a row are no run; "in Oslo" ends one answer, "Ann owns" begins another.
        ("Ben owns a boat in Oslo", SHOWN, 0),
        ("in Oslo Ann owns", SHOWN, 0),
        # ann owns a | ship | lies in oslo: six of seven, from two demonstrations.
        ("Ann owns a ship lies in Oslo", SHOWN, 6 / 7),
        ("a lamp", SHOWN, 1),
        ("lamp a", SHOWN, 0),
        ("Oslo", SHOWN, 1),
        ("Os", SHOWN, 0),
        # A demonstration too short for a run of three covers nothing of a longer answer.
        ("a red lamp", ["red lamp"], 0),
        ("[IN:GET_WEATHER [SL:PLACE Oslo ] ]", ["[IN:GET_WEATHER [SL:PLACE Graz ] ]"], 4 / 5),
        ("Zażółć gęślą jaźń", ["zażółć GĘŚLĄ jaźń"], 1),
        ("The red boat", [], None),
        ("", SHOWN, None),
        ("...", SHOWN, None),
    ],
)
def test_worked_cases(answer: str, shown: list[str], share: float | None) -> None:
    assert copied_share(answer, shown) == pytest.approx(share)


def test_every_run_counts_as_the_definition_has_it() -> None:
    """Against all runs of every length from three up, each looked for as text."""
    answer = list("cdefabcxabdefaqrs")
    shown = ["a b c d e f a b", "d e f a b c", "q r"]
    covered = set()
    for start in range(len(answer)):
        for end in range(start + 3, len(answer) + 1):
            run = " ".join(answer[start:end])
            if any(f" {run} " in f" {text} " for text in shown):
                covered |= set(range(start, end))
    assert 0 < len(covered) < len(answer)
    assert copied_share(" ".join(answer), shown) == len(covered) / len(answer)
