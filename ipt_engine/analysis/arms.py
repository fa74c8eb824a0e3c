"""Runs that answer the same inputs with other demonstrations, side by side.

An arm is what a run shows with each input: its nearest training example, one of middling
similarity, a random one, the farthest, or none. The retriever tells them apart.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from ipt_engine.analysis.contrasts import Contrast, contrast
from ipt_engine.analysis.similarity_claims import NEGLIGIBLE_POINTS
from ipt_engine.analysis.statistics import resample_counts
from ipt_engine.methods import METHODS
from ipt_engine.metrics import FloatArray, get_metric

ARMS = {"dense": "nearest", "median": "median", "random": "random", "farthest": "farthest"}
"""Retriever to what it shows, from the nearest to the farthest."""
NO_DEMONSTRATION = "none"
_NEGLIGIBLE_NATS = 0.01
Names = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Outcome:
    """What is compared between arms.

    Attributes:
        name: The metric, or "gold_logprob".
        unit: What it counts, for people.
        columns: The ledger's columns whose sums give a corpus figure.
        score: (..., columns) sums to (...) corpus figures.
        sign: 1 if more is better, else -1.
        negligible: An effect that would not matter, of all of similarity from 0 to 1.
        range: The lowest and the highest corpus figure possible.
    """

    name: str
    unit: str
    columns: tuple[str, ...]
    score: Callable[[npt.ArrayLike], FloatArray]
    sign: float
    negligible: float
    range: tuple[float, float]


def metric_outcome(metric: str) -> Outcome:
    """The written answers, judged by a metric."""
    spec = get_metric(metric)
    sign = 1.0 if spec.higher_is_better else -1.0
    unit = f"{spec.title} points"
    columns = tuple(spec.columns())
    return Outcome(metric, unit, columns, spec.score, sign, NEGLIGIBLE_POINTS, spec.range)


def _ratio(sums: npt.ArrayLike) -> FloatArray:
    sums = np.asarray(sums, dtype=np.float64)
    above, below = sums[..., 0], sums[..., 1]
    ratio: FloatArray = np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
    return ratio


GOLD_LOGPROB = Outcome(
    name="gold_logprob",
    unit="nats per gold token",
    columns=("gold_logprob", "gold_tokens"),
    score=_ratio,
    sign=1.0,
    negligible=_NEGLIGIBLE_NATS,
    range=(-math.inf, 0.0),
)
"""How likely the model finds the gold answer: finer than what it writes, and hardly ever tied."""


def outcome_columns(outcome: Outcome) -> list[str]:
    """The ledger's columns that `arrange` needs."""
    runs = ["run_id", "prompt_id", "method", "retriever", "num_fewshot"]
    value = [] if outcome.name in outcome.columns else [outcome.name]
    return [*runs, "example_id", "similarity", *value, *outcome.columns]


@dataclass(frozen=True)
class Arms:
    """A method's runs over the inputs that all of them answered.

    Attributes:
        outcome: What is compared.
        arms: (runs,) what each shows.
        prompts: (runs,) prompt ids, "" without a soft prompt.
        similarity: (inputs, runs) of what was shown; nan where nothing was.
        values: (inputs, runs) single answers' figures.
        statistics: (inputs, runs, columns).
    """

    outcome: Outcome
    arms: Names
    prompts: Names
    similarity: FloatArray
    values: FloatArray
    statistics: FloatArray

    def of_prompt(self, prompt: str) -> "Arms":
        """The runs of one prompt."""
        mine = self.prompts == prompt
        of_inputs = (self.similarity[:, mine], self.values[:, mine], self.statistics[:, mine])
        return Arms(self.outcome, self.arms[mine], self.prompts[mine], *of_inputs)

    def mean_similarity(self, arm: str) -> float:
        """Over inputs and runs; nan where nothing is shown."""
        values = self.similarity[:, self.arms == arm]
        return float(values.mean()) if values.size else np.nan

    def weighted(self, weights: FloatArray, single: bool = False) -> Contrast:
        """A weighted sum of the runs' figures.

        Args:
            weights: (runs,).
            single: Of the means of single answers' figures instead of the corpus figures.
        """
        n, chosen = len(self.values), np.flatnonzero(weights)
        if n == 0:
            return Contrast(None, None, None, 0, "no test example was answered in all arms")
        counts = np.vstack([np.ones((1, n)), resample_counts(n)])
        if single:
            scores = counts @ self.values[:, chosen] / n
        else:
            scores = self.outcome.score(np.tensordot(counts, self.statistics[:, chosen], axes=1))
        runs = pd.DataFrame(
            {
                "value": scores[0],
                "weight": weights[chosen],
                "cell": self.arms[chosen],
                # A random demonstration is drawn for each input, so the luck of the draw is in the
                # inputs; what runs have of their own is their prompt.
                "unit": [prompt or None for prompt in self.prompts[chosen]],
            }
        )
        return contrast(runs, scores[1:], n)


def balanced(arms: "pd.Series[str]", prompts: "pd.Series[str]") -> "pd.Series[bool]":
    """Which runs to compare so that each prompt answers in each arm.

    An arm that few prompts have would cost all others, a prompt that lacks an arm that arm. Of
    all choices of two arms or more, that with most arms times prompts is taken; of several, that
    with most prompts.

    Args:
        arms: What each run shows.
        prompts: Its prompt, "" without one.

    Returns:
        Whether each run is of the choice: none where no prompt answered in two arms, all where
        there is but one arm.
    """
    there = pd.crosstab(prompts, arms).gt(0)
    names = list(there.columns)
    if len(names) < 2:  # noqa: PLR2004 there is nothing to balance
        return pd.Series(True, index=arms.index)
    choices = [list(c) for size in range(2, len(names) + 1) for c in combinations(names, size)]

    def size(choice: list[str]) -> tuple[int, int]:
        whole = int(there[choice].all(axis=1).sum())
        return whole * len(choice), whole

    best = max(choices, key=size)
    return arms.isin(best) & prompts.map(there[best].all(axis=1)).astype(bool)


def arrange(ledger: pd.DataFrame, outcome: Outcome, method: str) -> Arms:
    """Put a method's runs side by side.

    Left out are inputs that some run has no answer or no demonstration for, and arms and prompts
    so that every prompt answers in every arm (`balanced`). Where no prompt has two arms, there is
    nothing to compare: no runs are left.

    Args:
        ledger: Rows with `outcome_columns(outcome)` of one task.
        outcome: What is compared.
        method: Its runs are taken, of a method with demonstrations those whose retriever is among
            `ARMS`.

    Raises:
        ValueError: If its runs differ in the number of demonstrations.
    """
    rows = ledger[ledger["method"] == method]
    columns = list(outcome.columns)
    if METHODS[method].demonstrations:
        rows = rows[rows["retriever"].isin(ARMS)]
        numbers = sorted(rows["num_fewshot"].unique())
        if len(numbers) > 1:
            raise ValueError(
                f"The runs of {METHODS[method].title} show {' and '.join(map(str, numbers))} "
                "demonstrations. Arms are compared at one number: choose the runs of one."
            )
    values = rows[outcome.name]
    if outcome.name in columns:
        values = pd.Series(outcome.score(rows[columns]), index=rows.index)
    rows = rows.assign(
        arm=rows["retriever"].map(ARMS).fillna(NO_DEMONSTRATION).astype(object),
        prompt=rows["prompt_id"].fillna("").astype(object),
        value=values,
    )
    runs = rows.drop_duplicates("run_id").set_index("run_id")[["arm", "prompt"]]
    runs = runs[balanced(runs["arm"], runs["prompt"])]
    if runs.empty:
        none, no_runs = np.empty(0, dtype=object), np.empty((0, 0))
        return Arms(outcome, none, none, no_runs, no_runs, np.empty((0, 0, len(columns))))
    rows = rows[rows["run_id"].isin(runs.index)]
    wide = _wide(rows, ["similarity", "value", *columns], runs.index)
    needed = ["value", *columns] + ["similarity"] * METHODS[method].demonstrations
    wide = wide[wide[needed].notna().all(axis=1)]
    return Arms(
        outcome,
        runs["arm"].to_numpy(dtype=object),
        runs["prompt"].to_numpy(dtype=object),
        wide["similarity"].to_numpy(np.float64),
        wide["value"].to_numpy(np.float64),
        np.stack([wide[name].to_numpy(np.float64) for name in columns], axis=-1),
    )


def _wide(rows: pd.DataFrame, names: list[str], run_ids: pd.Index) -> pd.DataFrame:
    """(inputs, names × runs)."""
    places = pd.MultiIndex.from_product([names, run_ids])
    wide = rows.pivot(index="example_id", columns="run_id", values=names)
    return wide.reindex(columns=places).astype("float64")
