"""Many comparisons shown at once: their p values corrected, what is missing left missing."""

from collections.abc import Callable, Iterable
from typing import Any, Literal

import numpy as np

from ipt_engine.metrics import FloatArray

Correction = Literal["holm", "fdr_bh"]


def corrected(p: Iterable[float | None], by: Correction = "holm") -> FloatArray:
    """Corrected p values, in the order given; nan where there is none.

    Args:
        p: Of all comparisons that are shown together. None and nan are no comparison and do not
            count.
        by: "holm" keeps the chance of any false finding at 5 % (Holm 1979), "fdr_bh" the
            expected share of false ones among the findings (Benjamini & Hochberg 1995).
    """
    values = np.array([np.nan if value is None else value for value in p], dtype=np.float64)
    result = np.full(len(values), np.nan)
    known = np.isfinite(values)
    if known.any():
        result[known] = _ADJUST[by](values[known])
    return result


def _holm(p: FloatArray) -> FloatArray:
    order = np.argsort(p)
    factors = np.arange(len(p), 0, -1)
    return _back(np.maximum.accumulate(factors * p[order]), order)


def _benjamini_hochberg(p: FloatArray) -> FloatArray:
    order = np.argsort(p)
    factors = len(p) / np.arange(1, len(p) + 1)
    return _back(np.minimum.accumulate((factors * p[order])[::-1])[::-1], order)


def _back(adjusted: FloatArray, order: Any) -> FloatArray:
    """At most 1, in the order given."""
    result = np.empty_like(adjusted)
    result[order] = np.minimum(adjusted, 1.0)
    return result


# As statsmodels' multipletests, which collects garbage at each call: a third of a second.
_ADJUST: dict[Correction, Callable[[FloatArray], FloatArray]] = {
    "holm": _holm,
    "fdr_bh": _benjamini_hochberg,
}
