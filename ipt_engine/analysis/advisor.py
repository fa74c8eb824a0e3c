"""Which method to take for one task and base model: by what evidence, and at what cost.

The rule: a method is taken if it is better than every cheaper one, and no dearer one is better by
as much as matters. Both have to be shown by intervals that are corrected for looking at the best
of several; otherwise it is undecided, and the runs that would decide are named.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ipt_engine.analysis.advice_case import Case, compare_methods
from ipt_engine.analysis.advice_runs import Plan, deciding_runs, missing_runs
from ipt_engine.analysis.advice_table import OPTIONS, option_table, usable_runs
from ipt_engine.analysis.frames import tidy_frame
from ipt_engine.analysis.planning import can_decide
from ipt_engine.analysis.statistics import Estimate
from ipt_engine.metrics import get_metric


@dataclass(frozen=True)
class Advice:
    """What to take, or what would have to be known for that.

    Attributes:
        recommended: A method's name; None if it is undecided.
        leader: The method with the best mean score, decided or not; None where no two methods
            were run, or all score the same.
        options: Of `option_table`: each method's best variant, its score and its costs.
        case: All methods that were run, pair by pair; None without runs.
        compared: The best method but the recommended one (if undecided, the first in score).
        difference: How much better than it that one is, with an interval that is corrected for
            all comparisons; None without a second method.
        p: Of no difference, corrected likewise; None where it is not known.
        confidence: The highest at which the same would be recommended; None if undecided.
        metric: The metric's name.
        margin: The smallest difference that matters, in points.
        plan: The runs that would decide; none if decided.
    """

    recommended: str | None
    leader: str | None
    options: pd.DataFrame
    case: Case | None
    compared: str | None
    difference: Estimate | None
    p: float | None
    confidence: float | None
    metric: str
    margin: float
    plan: Plan

    @property
    def few_answered(self) -> bool:
        """Whether methods were run on too few test inputs for any interval."""
        return len(self.options) > 0 and not can_decide(int(self.options["n"].max()))

    @property
    def nothing_scored(self) -> bool:
        """Whether methods were run and none of them got anything right."""
        return len(self.options) > 0 and _nothing_scored(self.options, self.metric)


def advise(
    ledger: pd.DataFrame,
    factors: pd.DataFrame,
    metric: str,
    margin: float = 1.0,
    available: int | None = None,
) -> Advice:
    """Which method to take.

    The intervals are corrected by Bonferroni for one comparison less than there are variants
    (comparisons with the best need no more: Hsu 1984). So a method that another one beats by the
    margin or more is recommended at most once in twenty times.

    Args:
        ledger: Rows of the runs with `advisor_columns(metric)`.
        factors: Of `run_factors`, one task and base model; which of them count, `usable_runs`
            says.
        metric: Its name.
        margin: The smallest difference that matters, in points; above 0.
        available: Test inputs that the task has, so that no more are asked for; None if it is
            no longer there.

    Raises:
        ValueError: If the runs are of several tasks or base models, or the margin is not above 0.
    """
    if margin <= 0:
        raise ValueError(f"Expected a margin of more than 0 points, found {margin}.")
    runs = usable_runs(factors)
    options = option_table(ledger, runs, metric)
    if options.empty:
        return no_advice(metric, margin, available)
    case = compare_methods(ledger, runs, options, metric, margin)
    missing = missing_runs(options, runs)
    nothing = _nothing_scored(options, metric)
    chosen = None if missing or nothing else case.chosen()
    first = chosen or case.ranked[0]
    second = next((method for method in case.ranked if method != first), None)
    gap = None if second is None else case.gaps[first, second]
    # Where nothing scores, more of the same would tell nothing.
    pairs = [] if chosen or nothing else case.open_pairs()
    plan = deciding_runs(options, pairs, case.comparisons, runs, available)
    plan = replace(plan, runs=(*missing, *plan.runs))
    if not can_decide(n := int(options["n"].max())):
        # No more runs on these inputs decide; on all that there are, what was run is run anew.
        plan = _blank_plan(max(n, available or 0), available)
    return Advice(
        recommended=chosen,
        leader=case.ranked[0] if np.ptp(options["score"]) > _SAME else None,
        options=options,
        case=case,
        compared=second,
        difference=None if gap is None else gap.estimate(case.comparisons),
        p=None if gap is None else gap.p(0.0, case.comparisons),
        confidence=None if chosen is None else 1 - case.doubt(chosen),
        metric=metric,
        margin=margin,
        plan=plan,
    )


def no_advice(metric: str, margin: float, available: int | None = None) -> Advice:
    """Of a task without runs on test inputs; what it has of those is `available`, if known."""
    empty, plan = tidy_frame([], OPTIONS), _blank_plan(available or 0, available)
    return Advice(None, None, empty, None, None, None, None, None, metric, margin, plan)


def _blank_plan(most: int, available: int | None) -> Plan:
    too_few = most > 0 and not can_decide(most)
    return Plan(inputs=most, most=most, available=available, too_few=too_few)


def _nothing_scored(options: pd.DataFrame, metric: str) -> bool:
    return get_metric(metric).higher_is_better and bool((options["score"] <= 0).all())


_SAME = 1e-9
