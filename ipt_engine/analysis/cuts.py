"""All cuts of a set of examples by similarity: method b from a cut on, method a below.

What a cut scores is a sum of columns, so that all cuts of many bootstrap draws or halves are scored
at once. Draws are given as counts: (draws, n) how often each example is in each.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ipt_engine.metrics import FloatArray, Metric

ALWAYS, NEVER = -np.inf, np.inf
"""Cuts at which b is taken everywhere, and nowhere."""
MOST_CUTS = 200
_TIE = 1e-9
_CELLS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class Cuts:
    """Examples by similarity, with the answers of both methods.

    Attributes:
        metric: How answers are judged.
        similarity: (n,) ascending.
        a: (n, statistics) of method a.
        b: The same of method b.
        wins: (n,) 1 where b answered better, else 0.
        starts: (groups,) places in `similarity` at which a cut may be, the first 0.
    """

    metric: Metric
    similarity: FloatArray
    a: FloatArray
    b: FloatArray
    wins: FloatArray
    starts: npt.NDArray[np.intp]

    @property
    def places(self) -> FloatArray:
        """(groups + 1,) similarity of each cut, in the middle between its neighbours.

        The first is the lowest similarity seen and means always, the last the highest and
        means never.
        """
        x, starts = self.similarity, self.starts
        between = (x[starts[1:] - 1] + x[starts[1:]]) / 2
        return np.concatenate([x[:1], between, x[-1:]])

    def scores(self, counts: FloatArray) -> FloatArray:
        """What each cut scores: (draws, groups + 1), from always to never.

        Args:
            counts: (draws, n).
        """
        size = (len(self.starts) + 1) * self.a.shape[1]
        rows = max(_CELLS_AT_ONCE // size, 1)
        chunks = [self._scores(counts[i : i + rows]) for i in range(0, len(counts), rows)]
        return np.concatenate(chunks)

    def _scores(self, counts: FloatArray) -> FloatArray:
        below, from_here = self._up_to(counts, self.a), self._up_to(counts, self.b)
        return self.metric.score(below + (from_here[:, -1:] - from_here))

    def _up_to(self, counts: FloatArray, statistics: FloatArray) -> FloatArray:
        """(draws, groups + 1, statistics) sums over the groups before each cut."""
        sums = np.zeros((len(counts), len(self.starts) + 1, statistics.shape[1]))
        for k in range(statistics.shape[1]):
            groups = np.add.reduceat(counts * statistics[:, k], self.starts, axis=1)
            np.cumsum(groups, axis=1, out=sums[:, 1:, k])
        return sums

    def fitted(self, counts: FloatArray) -> FloatArray:
        """The best cut of each draw.

        Never where no cut is better, else always where none is; else the middle of the highest
        stretch of equally good cuts.

        Args:
            counts: (draws, n).

        Returns:
            (draws,) similarities, `ALWAYS` or `NEVER`.
        """
        # Above 0 where a cut is better than never.
        scores = self.metric.gain(0.0, self.scores(counts))
        tied = scores >= scores.max(axis=1, keepdims=True) - _TIE
        last = len(self.starts)
        index = np.arange(last + 1)
        high = np.where(tied, index, -1).max(axis=1)
        low = 1 + np.where(~tied & (index < high[:, None]), index, -1).max(axis=1)
        x, starts = self.similarity, self.starts
        below = x[starts[np.clip(low, 1, last - 1)] - 1] if last > 1 else x[:1]
        middle = (below + x[starts[np.clip(high, 0, last - 1)]]) / 2
        return np.select([tied[:, last], tied[:, 0]], [NEVER, ALWAYS], middle)

    def routed(self, counts: FloatArray, cuts: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What draws score, each with a cut of its own.

        Args:
            counts: (draws, n).
            cuts: (draws,).

        Returns:
            (draws,) corpus scores, and the shares of examples that b answered.
        """
        return self._chosen(counts, counts * (self.similarity >= cuts[:, None]))

    def oracle(self, counts: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The same, each example answered by what turned out better for it, a if neither did."""
        return self._chosen(counts, counts * self.wins)

    def _chosen(self, counts: FloatArray, by_b: FloatArray) -> tuple[FloatArray, FloatArray]:
        sums = by_b @ self.b + (counts - by_b) @ self.a
        return self.metric.score(sums), by_b.sum(axis=1) / counts.sum(axis=1)


def cuts_of(paired: pd.DataFrame, metric: Metric) -> Cuts:
    """Arrange pairs for cutting.

    Args:
        paired: From `similarity.paired_gain`, at least one. Pairs without a similarity are left
            out.
        metric: As in `paired`.
    """
    rows = paired.dropna(subset=["similarity"]).sort_values(["similarity", "example_id"])
    x = rows["similarity"].to_numpy(np.float64)
    a, b = (
        rows[[f"{side}__{name}" for name in metric.stat_names]].to_numpy(np.float64)
        for side in "ab"
    )
    wins = np.asarray(rows["gain"] > 0, dtype=np.float64)
    starts = np.flatnonzero(np.diff(x, prepend=-np.inf) > 0)
    if len(starts) > MOST_CUTS:
        starts = starts[np.linspace(0, len(starts) - 1, MOST_CUTS).round().astype(np.intp)]
    return Cuts(metric, x, a, b, wins, starts)
