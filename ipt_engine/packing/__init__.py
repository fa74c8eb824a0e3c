"""Rows to the model and back: `answer_states` to train and score, `prefill` and `grow` to write.

A base model takes one of three layouts, found out on the model itself (`layout_of`):

- `packed`: all rows in one line, what they share standing there once
- `prefix`: what all rows share computed once and cached, the rest side by side
- `plain`: whole rows side by side

Each gives the numbers a row would have alone.
"""

from ipt_engine.packing.growing import grow
from ipt_engine.packing.layout import EXPLANATIONS, answer_states, layout_of, prefill, window_of
from ipt_engine.packing.rows import AnswerStates, Batch, Row
from ipt_engine.packing.sizing import groups

__all__ = [
    "EXPLANATIONS",
    "AnswerStates",
    "Batch",
    "Row",
    "answer_states",
    "grow",
    "groups",
    "layout_of",
    "prefill",
    "window_of",
]
