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
        "Intents and slots: ALARM TIME, CALL PERSON TIME, EVENT EVENT TIME, MESSAGE PERSON TEXT, "
        "MUSIC SONG PLACE, NEWS TOPIC, RECIPE DISH, REMINDER TASK TIME, ROUTE PLACE, "
        "SHOPPING ITEM, SWITCH DEVICE PLACE TIME, TIMER DISH TIME, WEATHER PLACE TIME."
    ),
    input_label="Request",
    output_label="Tree",
    metrics=("mtop_exact_match", "mtop_template", "exact_match", "chrf"),
    stop="newline",
    max_new_tokens=64,
    licence="Apache-2.0",
    source="Written for IPT Lab; made by data/mini-mtop/generate.py",
    loader=partial(load_builtin, "mini-mtop"),
    linearisation="The request's words as they stand.",
)
