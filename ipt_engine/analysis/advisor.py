"""Which method to take for one task and base model: by what evidence, and at what cost.

The rule: a method is taken if it is better than every cheaper one, and no dearer one is better by
as much as matters. Both have to be shown by intervals that are corrected for looking at the best
of several; otherwise it is undecided, and the runs that would decide are named.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ipt_engine.analysis.advice_case import Case, compare_methods
from ipt_engine.analysis.advice_runs import NextRun, OpenPair, deciding_runs, missing_runs
from ipt_engine.analysis.advice_table import option_table, usable_runs
from ipt_engine.analysis.planning import MOST_SEEDS
from ipt_engine.analysis.statistics import Estimate
from ipt_engine.methods import METHODS


@dataclass(frozen=True)
class Advice:
    """What to take, or what would have to be known for that.

    Attributes:
        recommended: A method's name; None if it is undecided.
        leader: The method with the best mean score, decided or not; None without runs.
        options: Of `option_table`: each method's best variant, its score and its costs.
        compared: The best method but the recommended one (if undecided, the leader).
        difference: How much better than it that one is, with an interval that is corrected for
            all comparisons; None without a second method.
        p: Of no difference, corrected likewise; None where it is not known.
        confidence: The highest at which the same would be recommended; None if undecided.
        margin: The smallest difference that matters, in points.
        next_runs: The cheapest runs that would decide with a chance of 80 % if all is as it looks
            now, which is less sure than it sounds; none if decided.
        next_seconds: What they would take in all; None if that is not known of one of them.
        reasons: Why, in sentences.
    """

    recommended: str | None
    leader: str | None
    options: pd.DataFrame
    compared: str | None
    difference: Estimate | None
    p: float | None
    confidence: float | None
    margin: float
    next_runs: tuple[NextRun, ...]
    next_seconds: float | None
    reasons: tuple[str, ...]


def advise(ledger: pd.DataFrame, factors: pd.DataFrame, metric: str, margin: float = 1.0) -> Advice:
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

    Raises:
        ValueError: If the runs are of several tasks or base models, or the margin is not above 0.
    """
    if margin <= 0:
        raise ValueError(f"Expected a margin of more than 0 points, found {margin}.")
    runs = usable_runs(factors)
    options = option_table(ledger, runs, metric)
    if options.empty:
        why = "There are no runs on test inputs."
        return Advice(None, None, options, None, None, None, None, margin, (), None, (why,))
    case = compare_methods(ledger, runs, options, metric, margin)
    missing = missing_runs(options, runs)
    chosen = None if missing else case.chosen()
    first = chosen or case.ranked[0]
    second = next((method for method in case.ranked if method != first), None)
    gap = None if second is None else case.gaps[first, second]
    planned, hopeless = (
        ([], []) if chosen else deciding_runs(options, case.open_pairs(), case.comparisons, runs)
    )
    coming = (*missing, *planned)
    known = [run.seconds for run in coming if run.seconds is not None]
    reasons = [*_about_pairs(case, first), *_about_options(options)]
    return Advice(
        recommended=chosen,
        leader=case.ranked[0],
        options=options,
        compared=second,
        difference=None if gap is None else gap.estimate(case.comparisons),
        p=None if gap is None else gap.p(0.0, case.comparisons),
        confidence=None if chosen is None else 1 - case.doubt(chosen),
        margin=margin,
        next_runs=coming,
        next_seconds=sum(known) if known and len(known) == len(coming) else None,
        reasons=(*reasons, *_about_runs(coming, hopeless, case)),
    )


def _about_pairs(case: Case, first: str) -> list[str]:
    """What is shown of the recommended method, or the leader, against each of the others."""
    title, sentences = METHODS[first].title, []
    much = f"{case.margin:g} point{'' if case.margin == 1 else 's'}"
    for other in (name for name in case.ranked if name != first):
        gap, name = case.gaps[first, other], METHODS[other].title
        found = gap.estimate(case.comparisons)
        if found.low is None or found.high is None:
            why = gap.reason or "there is no interval"
            sentences.append(f"{title} against {name} ({gap.value:+.1f} points): {why}.")
            continue
        interval = (
            f"({gap.value:+.1f} points, corrected interval {found.low:.1f} to {found.high:.1f})"
        )
        cheaper = case.cheaper(other, first)
        costs = "costs less" if cheaper else "costs more"
        if found.low > 0:
            said = f"{title} is better than {name}, which {costs}"
        elif cheaper:
            said = f"{title} is not shown to be better than {name}, which {costs}"
        elif found.low > -case.margin:
            said = f"{name} {costs} and is not better by as much as {much}"
        else:
            said = f"{name} {costs} and may be better by {much} or more"
        sentences.append(f"{said} {interval}.")
    return sentences


def _about_options(options: pd.DataFrame) -> list[str]:
    """What one has to know of the scores and costs."""
    sentences = []
    for row in options.to_dict("records"):
        title = METHODS[row["method"]].title
        if row["luck"] and row["n_seeds"] == 1:
            sentences.append(f"{title} was run with one seed: its spread is unknown.")
        if row["n_variants"] > 1:
            sentences.append(
                f"{title} stands for the best of its {row['n_variants']} variants on these same "
                "test inputs, which flatters it; the correction counts them all."
            )
        if pd.notna(row["break_even"]):
            sentences.append(
                f"Training {title} is repaid, in time saved against ICL, after "
                f"{row['break_even']:,.0f} queries."
            )
    return sentences


def _about_runs(coming: Sequence[NextRun], hopeless: list[OpenPair], case: Case) -> list[str]:
    new = [run.method for run in coming if run.method not in case.ranked]
    sentences = [f"{METHODS[method].title} was not run." for method in dict.fromkeys(new)]
    if len(coming) > len(new):
        sentences.append(
            "The runs named decide with a chance of 80 % if difference and spreads are as they "
            "look now. They may not be: then more are asked for."
        )
    for pair in hopeless:
        cheap, dear = sorted(pair.methods, key=case.cheap.index)
        sentences.append(
            f"Not even {MOST_SEEDS} seeds are likely to tell {METHODS[dear].title} from "
            f"{METHODS[cheap].title}: {METHODS[cheap].title} costs less."
        )
    return sentences
