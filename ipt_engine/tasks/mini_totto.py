"""mini-totto: highlighted cells to a sentence, in the manner of ToTTo (Parikh et al. 2020)."""

from functools import partial

from ipt_engine.tasks.base import Task
from ipt_engine.tasks.builtin import load_builtin

MINI_TOTTO = Task(
    name="mini-totto",
    title="Mini-ToTTo",
    description="Write one sentence that says what the highlighted cells of a table say.",
    instruction="Write one sentence that states the highlighted cells of the table.",
    input_label="Table",
    output_label="Sentence",
    metrics=("bleu_lower", "bleu", "chrf"),
    stop="newline",
    max_new_tokens=64,
    licence="Apache-2.0",
    source="Written for IPT Lab; made by data/mini-totto/generate.py",
    loader=partial(load_builtin, "mini-totto"),
    linearisation=(
        "The page's title, the section's title and each highlighted cell with its column's "
        "header, row by row: page: TITLE ; section: TITLE ; cell: VALUE (HEADER) ; ..."
    ),
)
