"""BLEC: hand-worked cases, and the pairs that people judged."""

import json
from collections import Counter

import pytest

from ipt_engine.metrics.blec import BLEC, misses
from ipt_engine.metrics.number_words import number_words
from tests.real_data import FOLDER, needs_real_data

AVERAGE = "round_eq { avg { all_rows ; pupils } ; 1350 } = true"
SECOND = "eq { hop { nth_argmax { all_rows ; length ; 2 } ; bridge } ; Tran Bridge } = true"


@pytest.mark.parametrize(
    ("text", "logic", "missed"),
    [
        ("The schools have 1350 pupils on average.", AVERAGE, []),
        ("The schools have 1,350 pupils on average.", AVERAGE, []),
        ("The schools have 1350 pupils.", AVERAGE, ["avg"]),
        ("The schools have an average of 1400 pupils.", AVERAGE, ["number: 1350"]),
        ("The schools do not have 1350 pupils on average.", AVERAGE, ["not"]),
        ("Tran Bridge is the second longest.", SECOND, []),
        ("Tran Bridge is the 2nd longest.", SECOND, []),
        ("Tran Bridge is the second shortest.", SECOND, ["nth_argmax"]),
        ("Tran Bridge is the third longest.", SECOND, ["number: 2"]),
        ("Most of them are red.", "most_eq { all_rows ; colour ; red } = true", []),
        ("All of them are red.", "most_eq { all_rows ; colour ; red } = true", ["most_eq"]),
        ("Ann is the only one.", "only { filter_eq { all_rows ; name ; Ann } } = true", []),
        ("There are twelve.", "eq { count { filter_all { all_rows ; x } } ; 12 } = true", []),
    ],
)
def test_by_hand(text: str, logic: str, missed: list[str]) -> None:
    assert misses(text, logic) == missed
    right = "It is 1350, the 2nd, or 12."
    assert BLEC.judge(text, [right], {"logic": logic})["blec"] == (0.0 if missed else 100.0)


def test_a_number_that_the_references_lack_is_not_asked_for() -> None:
    logic = "greater { hop { filter_eq { all_rows ; 1953 ; Ann } ; votes } ; 7 } = true"
    assert misses("Ann had more than 7 votes.", logic) == ["number: 1953"]
    assert misses("Ann had more than 7 votes.", logic, ["Ann has over seven votes."]) == []


def test_nothing_written_says_nothing() -> None:
    assert BLEC.judge("", ["a"], {"logic": "eq { a ; b } = true"})["blec"] == 0.0


def test_numbers_in_words() -> None:
    assert set(number_words(2)) >= {"two", "second", "twice", "both"}
    assert set(number_words(12)) >= {"twelve", "twelfth", "dozen"}
    assert set(number_words(21)) == {"twenty-one", "twenty-first"}
    assert set(number_words(40)) == {"forty", "fortieth"}
    assert set(number_words(19)) == {"nineteen", "nineteenth"}
    assert number_words(100) == ()


@needs_real_data
def test_it_agrees_with_people_on_the_judged_pairs() -> None:
    path = FOLDER / "logic2text" / "blec_eval_dev.jsonl"
    pairs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(pairs) == 1041
    table = Counter((pair["label"], not misses(pair["question"], pair["sql"])) for pair in pairs)
    right = table["1", True] + table["0", False]
    # Measured 82.4 %: 659 of 730 consistent texts pass, 199 of 311 others are caught.
    assert right / len(pairs) >= 0.8
    assert table["1", True] / 730 >= 0.88
    assert table["0", False] / 311 >= 0.6
