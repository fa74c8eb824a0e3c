"""Numbers and verdicts as plain text."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from ipt_engine.analysis.arms import Outcome
from ipt_engine.analysis.comparisons import corrected
from ipt_engine.analysis.statistics import CONFIDENCE, Estimate
from ipt_engine.analysis.verdicts import Verdict
from ipt_engine.analysis.versions import LeftOut
from ipt_engine.methods import METHODS
from ipt_engine.metrics import METRICS
from ipt_engine.numerals import plain, signed
from ipt_engine.report.parts import Answer
from ipt_engine.tasks import task_title

_SMALLEST_P = 0.001
_DEMONSTRATIONS = {"dense": "nearest", "random": "random"}


def number(value: float | None, digits: int = 1, sign: bool = False) -> str:
    """A number; a dash where it is missing."""
    if value is None or pd.isna(value):
        return "–"
    return signed(value, digits) if sign else plain(value, digits)


def probability(p: float | None) -> str:
    """A p value, not shown more exactly than it is known."""
    return "< 0.001" if p is not None and p < _SMALLEST_P else number(p, 3)


def interval(low: float | None, high: float | None, digits: int = 1, sign: bool = False) -> str:
    """The two ends; nothing where there is no interval."""
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return ""
    return f"{number(low, digits, sign)} to {number(high, digits, sign)}"


def intervals(frame: pd.DataFrame, digits: int = 1, sign: bool = False) -> list[str]:
    """`interval` of each row's low and high; its reason where there is none."""
    rows = frame[["low", "high", "reason"]].to_dict("records")
    return [interval(r["low"], r["high"], digits, sign) or str(r["reason"] or "") for r in rows]


def estimate(found: Estimate, digits: int = 1, sign: bool = True) -> str:
    """A number with its interval and n, or why it is missing."""
    if found.value is None:
        return f"cannot be computed: {found.reason}"
    ends = interval(found.low, found.high, digits, sign)
    told = f"95 % interval {ends}" if ends else f"no interval: {found.reason}"
    return f"{number(found.value, digits, sign)} ({told}, n {found.n})"


def answer(verdict: Verdict, where: str = "") -> Answer:
    """A verdict as a sentence, with what it rests on.

    Args:
        verdict: The verdict.
        where: The task it is of, for people; nothing where it is of all.
    """
    ratio = verdict.null != 0
    digits = 2 if ratio or "rho" in verdict.unit or "nats" in verdict.unit else 1
    text = f"{where}: " if where else ""
    told = estimate(verdict.estimate, digits, not ratio)
    if verdict.estimate.value is not None:
        told = verdict.unit.format(told) if "{}" in verdict.unit else f"{told} {verdict.unit}"
    text += f"{verdict.claim.rstrip('.')}: {told}."
    if verdict.detectable is not None:
        what = f"{'A ratio' if ratio else 'An effect'} of "
        text += (
            f" {what}{number(verdict.null + verdict.detectable, digits)} would have shown four "
            "times out of five."
        )
    # An estimate that has no interval says why itself.
    said = verdict.estimate.low is None and verdict.reason == verdict.estimate.reason
    if verdict.reason and not said:
        text += f" {verdict.reason[0].upper()}{verdict.reason[1:].rstrip('.')}."
    return Answer(text, verdict.outcome, verdict.method)


def variant_name(row: Mapping[Any, Any]) -> str:
    """A variant in a few words, from its labels (`variants.mean_table`); no two share one."""
    detail = variant_detail(row)
    name = METHODS[row["method"]].title
    return f"{name}, {detail}" if detail else name


def variant_detail(row: Mapping[Any, Any]) -> str:
    """What tells a variant from others of its method; may be ""."""
    return ", ".join(part for part in (shown_detail(row), row["apart"]) if part)


def shown_detail(row: Mapping[Any, Any]) -> str:
    """How many demonstrations of which kind a variant shows; "" if none."""
    if not METHODS[row["method"]].demonstrations:
        return ""
    kind = _DEMONSTRATIONS.get(str(row["retriever"]), str(row["retriever"]))
    return f"{int(row['num_fewshot'] or 0)} {kind}"


def measure_of(outcome: Outcome) -> str:
    """What an axis with an arm's scores shows."""
    if outcome.name in METRICS:
        return f"{METRICS[outcome.name].title} (corpus score, 0 to 100)"
    # The sum over all inputs by the sum of their tokens: no mean of the inputs' own figures.
    return f"{outcome.unit} (over all inputs' tokens)"


def shares(parts: pd.DataFrame) -> str:
    """What a variance is made of (`decomposition.decompose`): what stands out, then the numbers."""
    known = parts.dropna(subset=["share"])
    if known.empty:
        return f"What the spread is made of cannot be told: {parts['reason'].iloc[0]}."
    tested = known.assign(p=corrected(known["p"])).dropna(subset=["p"])
    sure = tested[tested["p"] < 1 - CONFIDENCE].to_dict("records")
    lead = f"Neither {' nor '.join(tested['source'])} is shown to make scores differ."
    if sure:
        which = in_a_row([f"{row['source']} (F test, p {probability(row['p'])})" for row in sure])
        lead = f"Scores differ by {which}, corrected for both tests."
    told = [
        f"{row['source']} {100 * row['share']:.0f}\u00a0% ({100 * row['share_low']:.0f} to "
        f"{100 * row['share_high']:.0f}\u00a0%), a standard deviation of {number(row['sd'], 2)}"
        for row in known.to_dict("records")
    ]
    return f"{lead} Shares of the variance, with 95 % intervals: {'; '.join(told)}."


def in_a_row(names: Sequence[str]) -> str:
    """Names with commas, and an "and" before the last."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def left_out(runs: Iterable[LeftOut]) -> list[str]:
    """Which runs do not fit the others, a sentence for each task and reason."""
    return [
        f"{task_title(each.task)}: {each.runs} run{'' if each.runs == 1 else 's'} {each.why} "
        f"{'is' if each.runs == 1 else 'are'} left out."
        for each in runs
    ]
