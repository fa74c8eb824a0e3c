"""mini-dart: triples to a sentence, in the manner of DART (Nan et al. 2021), data of our own."""

from functools import partial

from ipt_engine.tasks.base import Task
from ipt_engine.tasks.builtin import load_builtin

MINI_DART = Task(
    name="mini-dart",
    title="Mini-DART",
    description="Write one sentence that says what a set of triples says.",
    instruction="Write one sentence that states all of the facts.",
    input_label="Facts",
    output_label="Sentence",
    metrics=("bleu", "chrf"),
    stop="newline",
    max_new_tokens=64,
    licence="Apache-2.0",
    source="Written for IPT Lab; made by data/mini-dart/generate.py",
    loader=partial(load_builtin, "mini-dart"),
    linearisation="Each triple as `subject | relation | object`, joined by ` ; `.",
)
