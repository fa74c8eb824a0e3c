"""mini-logic2text: logic forms to sentences, after Logic2Text (Chen et al. 2020), own data."""

from functools import partial

from ipt_engine.tasks.base import Task
from ipt_engine.tasks.builtin import load_builtin

MINI_LOGIC2TEXT = Task(
    name="mini-logic2text",
    title="Mini-Logic2Text",
    description="Write one sentence that says what a logic form says of a table.",
    instruction="Write one sentence that says what the logic form says of the table.",
    input_label="Logic form",
    output_label="Sentence",
    metrics=("bleu", "chrf", "blec"),
    stop="newline",
    max_new_tokens=64,
    licence="Apache-2.0",
    source="Written for IPT Lab; made by data/mini-logic2text/generate.py",
    loader=partial(load_builtin, "mini-logic2text"),
    linearisation="The table's topic, then ` | `, then the logic form, which is true of the table.",
)
