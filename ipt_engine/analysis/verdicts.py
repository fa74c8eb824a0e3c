"""A claim, the number it is judged by, and whether it holds here.

A verdict rests on an interval, never on a point: a claim holds if the whole interval lies on its
side, does not hold if the whole interval leaves no more than a negligible effect, and is undecided
in between. Undecided is an answer; what it would take to decide stands beside it.
"""

from dataclasses import dataclass, replace
from typing import Literal

from scipy import stats

from ipt_engine.analysis.statistics import CONFIDENCE, Estimate

Outcome = Literal["holds", "does not hold", "undecided"]
POWER = 0.8
"""The chance with which an effect as large as `Verdict.detectable` would have been seen."""


@dataclass(frozen=True)
class Verdict:
    """What became of a claim.

    Attributes:
        claim: In a sentence, as if it held.
        outcome: "holds", "does not hold" or "undecided".
        estimate: The number it was judged by, with its 95 % interval and its n.
        null: The value of "no effect": 0 of a difference, 1 of a ratio.
        margin: An effect up to null + margin is negligible.
        unit: What the number counts, such as "BLEU points"; or what is said of it, with {} where
            it goes.
        detectable: The smallest distance from `null` that these data would have shown with a
            chance of 80 %; None where it is not known.
        method: How number and interval were computed, in a sentence.
        reason: Why it is undecided, or what else one has to know; None if nothing.
    """

    claim: str
    outcome: Outcome
    estimate: Estimate
    null: float
    margin: float
    unit: str
    detectable: float | None
    method: str
    reason: str | None = None


def outcome_of(estimate: Estimate, null: float, margin: float) -> Outcome:
    """Whether a claim that a number lies above `null` holds.

    Args:
        estimate: With its interval; without one nothing is decided.
        null: The value of "no effect".
        margin: 0 or more: an effect up to null + margin is negligible.
    """
    if estimate.low is None or estimate.high is None:
        return "undecided"
    if estimate.low > null:
        return "holds"
    return "does not hold" if estimate.high < null + margin else "undecided"


def after_correction(verdict: Verdict, p: float | None) -> Verdict:
    """The verdict as one of several that are shown together.

    Args:
        verdict: By its own 95 % interval.
        p: Its p value, corrected for all of them; None or nan where it has none.

    Returns:
        The same, or undecided where it holds by its interval and not after the correction.
    """
    if verdict.outcome != "holds" or (p is not None and p < 1 - CONFIDENCE):
        return verdict
    reason = "it holds by its own interval, but not once corrected for all tasks shown"
    return replace(verdict, outcome="undecided", reason=reason)


def detectable_difference(standard_error: float, df: float) -> float:
    """The smallest true difference that a two-sided 5 % t test would find with 80 % power.

    (t(0.975, df) + t(0.8, df)) standard errors: the usual approximation to the noncentral t
    (Julious 2004, Sample sizes for clinical trials with normal data).

    Args:
        standard_error: Of the estimated difference, in its unit.
        df: Degrees of freedom of the standard error; infinite for a normal interval.
    """
    tail = stats.t.ppf(0.5 + CONFIDENCE / 2, df) + stats.t.ppf(POWER, df)
    return float(tail * standard_error)
