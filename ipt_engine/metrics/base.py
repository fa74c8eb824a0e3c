"""`Metric`: sufficient statistics of one answer, and a score from any sum of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Metric:
    """How an answer is judged.

    The score of any set of answers is `score` of the sum of their statistics: a corpus, a bin
    and a bootstrap draw are all sums of columns of the ledger, and no text is scored again.

    Attributes:
        name: Key in `METRICS`, also the ledger's column of per-example scores.
        title: Short name for people.
        explanation: One line for a newcomer.
        stat_names: What the sufficient statistics count, in order.
        statistics: (prediction, references) to the statistics; where the metric `needs` more,
            (prediction, references, context).
        score: (..., statistics) summed statistics to (...) scores; nan where there is nothing
            to judge (a sum over no answers).
        example_score: The same for the statistics of single answers, where the customary
            per-example figure differs from that of a corpus of one.
        higher_is_better: Whether more is better.
        range: Lowest and highest score possible.
        needs: Names of what it has to know besides the references, as `Task.context_of` has it.
    """

    name: str
    title: str
    explanation: str
    stat_names: tuple[str, ...]
    statistics: Callable[..., tuple[float, ...]]
    score: Callable[[npt.ArrayLike], FloatArray]
    example_score: Callable[[npt.ArrayLike], FloatArray]
    higher_is_better: bool = True
    range: tuple[float, float] = (0.0, 100.0)
    needs: tuple[str, ...] = ()

    def columns(self) -> list[str]:
        """Names of the ledger's columns that hold the statistics, in order."""
        return [f"{self.name}__{stat}" for stat in self.stat_names]

    def judge(
        self, prediction: str, references: Sequence[str], context: Mapping[str, str] | None = None
    ) -> dict[str, float]:
        """The ledger's columns for one answer: the per-example score and the statistics.

        Args:
            prediction: What the model wrote.
            references: Accepted answers, at least one.
            context: What the metric `needs`, by name; more does no harm.

        Raises:
            ValueError: If there are no references, or the context lacks what is needed.
        """
        if not references:
            raise ValueError(f"{self.title} needs at least one reference, found none.")
        missing = [name for name in self.needs if name not in (context or {})]
        if missing:
            raise ValueError(f"{self.title} needs the example's {missing[0]!r}, found none.")
        given = [context] if self.needs else []
        stats = self.statistics(prediction, references, *given)
        score = float(self.example_score(stats))
        return {self.name: score, **dict(zip(self.columns(), stats, strict=True))}

    def gain(self, before: Any, after: Any) -> Any:
        """How much better `after` is, in the metric's points, whichever way these count.

        Args:
            before: Scores: a number, array or series.
            after: The same of what is compared with it.
        """
        return after - before if self.higher_is_better else before - after

    def corpus(self, statistics: npt.ArrayLike) -> float | None:
        """The score of all answers together; None if there are none.

        Args:
            statistics: (answers, statistics), one row for each answer.
        """
        rows = np.asarray(statistics, dtype=np.float64).reshape(-1, len(self.stat_names))
        score = float(self.score(rows.sum(axis=0)))
        return None if np.isnan(score) else score
