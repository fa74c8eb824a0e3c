"""mini-mtop: a request to its intent tree, in the manner of MTOP (Li et al. 2021), own data."""

from functools import partial

from ipt_engine.tasks.base import Task
from ipt_engine.tasks.builtin import load_builtin

MINI_MTOP = Task(
    name="mini-mtop",
    title="Mini-MTOP",
    description="Turn a spoken request into a bracketed tree of intents and slots.",
    instruction=(
        "Write the request as a bracketed tree of one intent and its slots. "
        "Intents: ALARM, CALL, DIRECTIONS, EVENT, HOME, LIST, MESSAGE, MUSIC, NEWS, RECIPE, "
        "REMINDER, TIMER, WEATHER. Slots: WHO, WHAT, WHEN."
    ),
    input_label="Request",
    output_label="Tree",
    metrics=("exact_match", "chrf"),
    stop="newline",
    max_new_tokens=64,
    licence="Apache-2.0",
    source="Written for IPT Lab; made by data/mini-mtop/generate.py",
    loader=partial(load_builtin, "mini-mtop"),
)
