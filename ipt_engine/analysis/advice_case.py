"""A task's methods compared: what is shown of each pair, and which method that lets one take."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ipt_engine.analysis.advice_runs import OpenPair
from ipt_engine.analysis.statistics import CONFIDENCE, Estimate
from ipt_engine.analysis.variants import difference_table
from ipt_engine.methods import METHODS
from ipt_engine.metrics import get_metric


@dataclass(frozen=True)
class Gap:
    """How much better one method is than another.

    Attributes:
        value: In points.
        error: Standard error; None where a spread over seeds is unknown.
        inputs_error: What of it is known then too, the test inputs' part; None if nothing.
        df: Its degrees of freedom.
        n: Test inputs.
        reason: Why there is no error; None if there is one.
    """

    value: float
    error: float | None
    df: float
    n: int
    reason: str | None
    inputs_error: float | None = None

    def estimate(self, comparisons: int) -> Estimate:
        """With the interval corrected for so many comparisons."""
        if self.error is None:
            return Estimate(self.value, None, None, self.n, self.reason)
        tail = (1 - CONFIDENCE) / 2 / comparisons
        half = float(stats.t.ppf(1 - tail, self.df)) * self.error
        return Estimate(self.value, self.value - half, self.value + half, self.n)

    def p(self, line: float, comparisons: int) -> float | None:
        """Two-sided, of a true value of `line`, corrected likewise."""
        if self.error is None:
            return None
        p = 2 * stats.t.sf(abs(self.value - line) / self.error, self.df)
        return min(1.0, float(p) * comparisons)


@dataclass(frozen=True)
class Case:
    """The methods of one task.

    Attributes:
        ranked: Their names, the best mean score first.
        cheap: The cheapest first: without training before with, then fewer tokens a query.
        gaps: How much better the first of a pair is than the second.
        comparisons: One less than the variants looked at.
        margin: The smallest difference that matters.
    """

    ranked: tuple[str, ...]
    cheap: tuple[str, ...]
    gaps: dict[tuple[str, str], Gap]
    comparisons: int
    margin: float

    def chosen(self) -> str | None:
        """The cheapest method of which everything is shown that has to be; None if of none."""
        if len(self.ranked) == 1:
            return None
        return next((c for c in self.cheap if self.doubt(c) < 1 - CONFIDENCE), None)

    def doubt(self, method: str) -> float:
        """The largest corrected p of what has to be shown for a method."""
        return max(self._doubt(method, other) for other in self.ranked if other != method)

    def cheaper(self, a: str, b: str) -> bool:
        """Whether a costs less than b."""
        return self.cheap.index(a) < self.cheap.index(b)

    def open_pairs(self) -> list[OpenPair]:
        """What is not shown between the leader and each other method."""
        leader, *others = self.ranked
        found = []
        for other in others:
            if self._doubt(leader, other) < 1 - CONFIDENCE:
                continue
            gap = self.gaps[leader, other]
            distance = gap.value + self.margin
            if self.cheaper(other, leader):
                # Either the leader is better, or the other one is as good: whichever is easier.
                distance = max(gap.value, self.margin - gap.value)
            known = gap.inputs_error if gap.error is None else gap.error
            variance = np.nan if known is None else known**2
            found.append(OpenPair((leader, other), distance, variance))
        return found

    def _doubt(self, method: str, other: str) -> float:
        """The corrected p of what has to be shown against one other method."""
        gap = self.gaps[method, other]
        # A cheaper one has to be worse; a dearer one must not be better by the margin.
        line = 0.0 if self.cheaper(other, method) else -self.margin
        p = gap.p(line, self.comparisons)
        return p if p is not None and gap.value > line else 1.0


def compare_methods(
    ledger: pd.DataFrame, runs: pd.DataFrame, options: pd.DataFrame, metric: str, margin: float
) -> Case:
    """Compare the methods of a task pair by pair.

    Args:
        ledger: Rows with `advisor_columns(metric)`.
        runs: Of `usable_runs`.
        options: Of `option_table`, at least one.
        metric: Its name.
        margin: The smallest difference that matters, in points.
    """
    ascending = not get_metric(metric).higher_is_better
    ranked = options.sort_values("score", ascending=ascending, kind="stable")["method"]
    costs = options.assign(trains=[METHODS[name].soft_prompt for name in options["method"]])
    cheap = costs.sort_values(["trains", "prompt_tokens"], kind="stable")["method"]
    method = dict(zip(options["variant"], options["method"], strict=True))
    best = runs[runs["variant"].isin(list(method))]
    alone = options[options["luck"] & (options["n_seeds"] == 1)]["method"].tolist()
    gaps = {}
    for row in difference_table(ledger, best, metric).to_dict("records"):
        a, b = method[row["variant_a"]], method[row["variant_b"]]
        known = float(row["standard_error"]) if pd.notna(row["standard_error"]) else None
        error = known if pd.notna(row["p"]) else None
        unknown = [METHODS[name].title for name in (a, b) if name in alone]
        reason = f"one seed of {' and '.join(unknown)}, whose spread is unknown"
        reason = reason if unknown else row["reason"]
        for pair, sign in (((b, a), 1.0), ((a, b), -1.0)):
            value = sign * float(row["difference"])
            gaps[pair] = Gap(value, error, float(row["df"]), int(row["n"]), reason, known)
    comparisons = max(int(options["n_variants"].sum()) - 1, 1)
    return Case(tuple(ranked), tuple(cheap), gaps, comparisons, margin)
