"""The report's questions, in order. Each is a function from evidence to sections that answer it."""

from collections.abc import Callable, Iterator

from ipt_engine.evidence import Evidence
from ipt_engine.report.on_advice import what_to_use
from ipt_engine.report.on_help import does_it_help
from ipt_engine.report.on_luck import does_it_carry_over, how_much_luck
from ipt_engine.report.on_methods import which_wins
from ipt_engine.report.on_similarity import across_inputs, within_inputs
from ipt_engine.report.on_the_paper import beside_the_paper
from ipt_engine.report.parts import Section

Question = Callable[[Evidence], Iterator[Section]]


QUESTIONS: tuple[Question, ...] = (
    which_wins,
    does_it_help,
    what_to_use,
    across_inputs,
    within_inputs,
    how_much_luck,
    does_it_carry_over,
    beside_the_paper,
)
