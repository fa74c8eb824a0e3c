"""The swap bench's picture: one input, several demonstrations."""

import pandas as pd

from ipt_engine.methods import METHOD_TITLES
from ipt_engine.plots import swap_dots

ROWS = pd.DataFrame(
    {
        "method": ["zero_shot", "icl", "icl", "icl"],
        "kind": ["none", "nearest", "random", "other task"],
        "similarity": [None, 0.9, 0.3, 0.2],
        "gold_logprob": [-8.0, -2.0, -5.0, -3.0],
    }
)


def test_kinds_without_an_order_are_not_joined_by_a_line() -> None:
    """A level without demonstrations is the same for all, and may."""
    level, shown = swap_dots(ROWS, METHOD_TITLES).data
    assert shown.mode == "markers"
    assert list(shown.y) == [-2.0, -5.0, -3.0]
    assert level.mode == "lines" and set(level.y) == {-8.0}
