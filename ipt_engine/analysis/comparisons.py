"""Many comparisons shown at once: their p values corrected, what is missing left missing."""

from collections.abc import Iterable
from typing import Literal

import numpy as np
from statsmodels.stats.multitest import multipletests

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
        result[known] = multipletests(values[known], method=by)[1]
    return result
