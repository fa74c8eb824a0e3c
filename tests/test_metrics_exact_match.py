"""Exact match: what counts as the same tree, and the share of right answers."""

import numpy as np
import pytest

from ipt_engine.metrics.exact_match import EXACT_MATCH, normalise
from ipt_engine.metrics.shares import share_score

TREE = "[IN:CREATE_CALL [SL:CONTACT Ann Lee ] ]"


@pytest.mark.parametrize(
    "same",
    [
        TREE,
        "[IN:CREATE_CALL[SL:CONTACT Ann Lee]]",
        "  [IN:CREATE_CALL\t[SL:CONTACT  Ann\nLee ]] ",
        "[ IN:CREATE_CALL [ SL:CONTACT Ann Lee ] ]",
    ],
)
def test_spacing_does_not_matter(same: str) -> None:
    assert EXACT_MATCH.judge(same, [TREE])["exact_match"] == 100.0


@pytest.mark.parametrize(
    "other",
    [
        "",
        "[IN:CREATE_CALL [SL:CONTACT AnnLee ] ]",
        "[IN:CREATE_CALL [SL:CONTACT ann Lee ] ]",
        "[IN:CREATE_CALL [SL:CONTACT Ann Lee ]",
        TREE + " ]",
    ],
)
def test_anything_else_does(other: str) -> None:
    assert EXACT_MATCH.judge(other, [TREE])["exact_match"] == 0.0


def test_any_reference_will_do() -> None:
    assert EXACT_MATCH.judge("b", ["a", " b "])["exact_match"] == 100.0


def test_corpus_score_is_the_percentage() -> None:
    rows = [EXACT_MATCH.statistics(p, ["yes"]) for p in ("yes", "no", "yes", "yes ")]
    assert EXACT_MATCH.corpus(rows) == 75.0
    assert EXACT_MATCH.corpus([]) is None
    assert np.isnan(share_score([0.0, 0.0]))
    assert share_score([[1, 4], [0, 2]]).tolist() == [25.0, 0.0]


def test_normalising_twice_changes_nothing() -> None:
    assert normalise(normalise("[a[b]c]")) == normalise("[a[b]c]") == "[ a [ b ] c ]"
