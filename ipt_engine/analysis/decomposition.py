"""Where does a spread come from: initialisation or data order, training or demonstrations drawn?

A crossed design trains with every pair of a few initialisations and a few data orders, or shows
every one of a few soft prompts every one of a few draws of demonstrations, one run for each pair.
Scores are then taken as the sum of an effect of the first, one of the second, and a rest: what
only this pair does (their interaction) and what is left. One run for each pair cannot tell the two
parts of the rest apart. All runs answer the same test inputs, so that the rest also holds how a run
happens to meet these.

This is the two-way random-effects model with one observation in each cell (Searle, Casella and
McCulloch 1992, Variance Components, chapter 4). Variances come from the mean squares (method of
moments), and their 95 % intervals are generalised ones (Weerahandi 1993): each mean square is
divided by draws of the chi-square that it is distributed as, which gives draws of the variances
and of anything computed from them, such as shares; none of these draws may be below 0. They need no
formula for each number, and keep their coverage in designs as small as 3 × 3 (simulated: 94 to
97 %; 91 to 93 % for the rest's share where in truth it is all). With so few seeds they are wide,
and that is what such a design can say.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from ipt_engine.analysis.frames import tidy_frame
from ipt_engine.analysis.statistics import CONFIDENCE
from ipt_engine.metrics import FloatArray

TRAINING = {"init_seed": "initialisation", "order_seed": "data order"}
"""What is crossed in trainings: the column that tells it, and what it is called."""
ANSWERING = {"prompt_id": "soft prompt", "draw_seed": "demonstration draw"}
"""What is crossed where trained prompts meet demonstrations drawn at random."""
REST = "interaction and rest"
COLUMNS = (
    "source",
    "df",
    "variance",
    "variance_low",
    "variance_high",
    "sd",
    "share",
    "share_low",
    "share_high",
    "p",
    "levels",
    "reason",
)
_DRAWS = 10_000
_LEAST = 2
_MOST_SEEDS = 14
"""Of so many of the first all choices are tried; a larger design has to be complete."""


def decompose(runs: pd.DataFrame, crossed: Mapping[str, str] = TRAINING) -> pd.DataFrame:
    """Split the variance of scores into its sources.

    Args:
        runs: score and the columns of `crossed`, of one variant on one task. Runs outside the
            largest complete cross (such as those whose two seeds are the same, beyond it) are
            left out, and the reason says how many.
        crossed: `TRAINING` or `ANSWERING`.

    Returns:
        One row for each of the two sources, and one for the rest: source, df, variance, sd (its
        root), share (of the sum of the three variances), the variance and the share with _low and
        _high (95 % interval), p (F test of no such variance; nan of the rest), levels (how many
        there are of the source; of the rest the runs), and reason (why something is nan, or what
        one has to know, or None).
    """
    cells = runs.dropna(subset=[*crossed, "score"])
    scores, reason = largest_cross(cells, crossed)
    names = (*crossed.values(), REST)
    if scores is None:
        return _frame(names, [{"levels": 0, "reason": reason}] * len(names))
    levels = (*scores.shape, scores.size)
    if np.ptp(scores) == 0:
        return _frame(names, [{"levels": n, "reason": _SAME} for n in levels])
    squares, dfs = mean_squares(scores)
    variances = _variances(squares, dfs)
    kept = np.maximum(variances, 0.0)
    draws = _draws(squares, dfs)
    total = draws.sum(axis=0)
    records: list[dict[str, Any]] = []
    for place, below in enumerate(variances < 0):
        said = [text for text in (_BELOW if below else None, reason) if text]
        records.append(
            {"levels": levels[place], "df": dfs[place]}
            | {"variance": kept[place], "sd": np.sqrt(kept[place])}
            | {"share": kept[place] / kept.sum(), "p": _p(squares, dfs, place)}
            | _ends("variance", draws[place])
            | _ends("share", draws[place] / total)
            | {"reason": "; ".join(said) or None}
        )
    return _frame(names, records)


_BELOW = "the estimate is below 0, as that of a small variance may be, and shown as 0"
_SAME = "all runs score the same: there is no variance to split"


def mean_squares(scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean squares of the first, the second and the rest, and their degrees of freedom.

    Args:
        scores: (of the first, of the second), at least 2 × 2.
    """
    n_rows, n_columns = scores.shape
    centred = scores - scores.mean()
    rows, columns = centred.mean(axis=1), centred.mean(axis=0)
    rest = centred - rows[:, None] - columns
    sums = np.array([n_columns * (rows**2).sum(), n_rows * (columns**2).sum(), (rest**2).sum()])
    dfs = np.array([n_rows - 1.0, n_columns - 1.0, (n_rows - 1.0) * (n_columns - 1.0)])
    return sums / dfs, dfs


def _variances(squares: FloatArray, dfs: FloatArray) -> FloatArray:
    """Solve the expected mean squares: an effect's is the rest's, and its own as often as seen."""
    first, second, rest = squares
    return np.array([(first - rest) / (dfs[1] + 1), (second - rest) / (dfs[0] + 1), rest])


def _draws(squares: FloatArray, dfs: FloatArray) -> FloatArray:
    """(3, draws) of the generalised pivots of the variances."""
    random = np.random.default_rng(0)
    chi2 = random.chisquare(dfs[:, None], size=(len(dfs), _DRAWS))
    return np.maximum(_variances((squares * dfs)[:, None] / chi2, dfs), 0.0)


def _ends(name: str, draws: FloatArray) -> dict[str, float]:
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return {f"{name}_low": float(low), f"{name}_high": float(high)}


def _p(squares: FloatArray, dfs: FloatArray, place: int) -> float | None:
    if place == len(dfs) - 1 or squares[-1] == 0:
        return None
    return float(stats.f.sf(squares[place] / squares[-1], dfs[place], dfs[-1]))


def largest_cross(
    cells: pd.DataFrame, crossed: Mapping[str, str] = TRAINING
) -> tuple[FloatArray | None, str | None]:
    """The complete part of a crossed design that has the most runs.

    Args:
        cells: score and the columns of `crossed`, none of them missing.
        crossed: As `decompose` takes it.

    Returns:
        (of the first, of the second) scores and what is to be said about them, or None and why
        there is no complete part.
    """
    (first, second), (rows, columns) = crossed, crossed.values()
    if cells.empty:
        return None, f"there are no runs that tell {rows} and {columns}"
    twice = cells[cells.duplicated([first, second])]
    if len(twice):
        cell = f"{rows} {_name(twice.iloc[0][first])} with {columns} {_name(twice.iloc[0][second])}"
        return None, f"{cell} was run twice: choose one variant"
    grid = cells.pivot(index=first, columns=second, values="score")
    # Who met a single one of the others is in no cross.
    grid = grid[grid.notna().sum(axis=1) >= _LEAST]
    best = _best_rows(grid.notna().to_numpy())
    if best is None:
        n_rows, n_columns = cells[first].nunique(), cells[second].nunique()
        return None, (
            f"{len(cells)} runs of {n_rows} {rows}s and {n_columns} {columns}s hold no complete "
            "cross: at least two of each are needed, every pair of them run"
        )
    part = grid.iloc[best].dropna(axis="columns")
    left_out, reason = len(cells) - part.size, None
    if left_out:
        cross = f"{part.shape[0]} × {part.shape[1]}"
        reason = f"{left_out} of {len(cells)} runs lie outside the complete cross of {cross}"
    return part.to_numpy(dtype=np.float64), reason


def _best_rows(there: npt.NDArray[np.bool_]) -> list[int] | None:
    """Rows whose common columns give the largest complete part, at least 2 × 2."""
    n = len(there)
    sizes = range(_LEAST, n + 1) if n <= _MOST_SEEDS else [n]
    best: tuple[int, list[int] | None] = (0, None)
    for rows in (list(rows) for size in sizes for rows in combinations(range(n), size)):
        columns = int(there[rows].all(axis=0).sum())
        if columns >= _LEAST and len(rows) * columns > best[0]:
            best = (len(rows) * columns, rows)
    return best[1]


def _name(level: object) -> str:
    return f"{level:g}" if isinstance(level, int | float) else str(level)


def _frame(names: Sequence[str], records: Sequence[dict[str, Any]]) -> pd.DataFrame:
    named = [{"source": name, **record} for name, record in zip(names, records, strict=True)]
    return tidy_frame(named, COLUMNS, ["source", "reason"], ["levels"])
