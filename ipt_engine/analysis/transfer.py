"""Do soft prompts carry over? Each source's prompt on each target, shown the target's examples.

A gain is over the same run without the soft prompt: over ICL with the same demonstrations (or,
for prompts used without any, over zero-shot). A gain alone is not transfer: a prompt that was
never trained may also change what the model does. So the same is done with untrained prompts and
with noise of a trained prompt's norms, and a foreign prompt has to beat those too.
"""

import json

import numpy as np
import pandas as pd

from ipt_engine.analysis.behrens_fisher import detectable, half_width, p_value
from ipt_engine.analysis.comparisons import corrected
from ipt_engine.analysis.contrasts import Contrast, contrast
from ipt_engine.analysis.statistics import CONFIDENCE, Estimate
from ipt_engine.analysis.transfer_runs import CONTROLS, KINDS, Kind, Transfer
from ipt_engine.analysis.verdicts import Outcome, Verdict, outcome_of
from ipt_engine.metrics import FloatArray

MATRIX = (
    "target",
    "source",
    "kind",
    "n_seeds",
    "n",
    "baseline",
    "score",
    "gain",
    "low",
    "high",
    "p",
    "p_corrected",
    "detectable",
    "outcome",
    "reason",
)


def transfer_matrix(transfer: Transfer, margin: float = 1.0) -> pd.DataFrame:
    """Each source on each target, and the controls.

    Args:
        transfer: Of `measure_transfer`.
        margin: A gain of up to so many points is negligible.

    Returns:
        `MATRIX`, one row for each cell; a control's source is its kind. baseline, score and gain
        are means over the prompts; low and high the gain's 95 % interval, of this one cell, for
        new prompts and new inputs; p_corrected is Holm's over all rows. outcome says whether "it
        helps" holds, both ways with p values corrected so. A cell with one prompt has no p.

        How much prompts differ is estimated from each cell's own, because a target's cells are
        far from alike in it. Three prompts say little of that, which `behrens_fisher` allows for.
    """
    records, against_margin = [], []
    for (target, source, kind), cell in transfer.runs.groupby(["target", "source", "kind"]):
        gain = _sum(transfer, dict.fromkeys(cell.index, 1 / len(cell)))
        found = _careful(gain)
        against_margin.append(_p(gain, margin))
        records.append(
            {
                "target": target,
                "source": source,
                "kind": kind,
                "n_seeds": len(cell),
                "n": int(cell["n"].iloc[0]),
                "baseline": cell["baseline"].mean(),
                "score": cell["score"].mean(),
                "gain": gain.value,
                "low": found.low,
                "high": found.high,
                "p": _p(gain, 0.0),
                "detectable": detectable(gain.parts) if _p(gain, 0.0) is not None else None,
                "reason": cell["reason"].iloc[0] or gain.reason,
            }
        )
    frame = pd.DataFrame(records, columns=list(MATRIX))
    for name in ("baseline", "score", "gain", "low", "high", "p", "detectable"):
        frame[name] = pd.to_numeric(frame[name]).astype("float64")
    frame["reason"] = pd.Series([r["reason"] for r in records], dtype=object, index=frame.index)
    frame["p_corrected"] = corrected(frame["p"])
    frame["outcome"] = _outcomes(frame, corrected(against_margin), margin)
    order = frame["kind"].map({kind: place for place, kind in enumerate(KINDS)})
    keyed = frame.assign(_order=order).sort_values(["target", "_order", "source"])
    return keyed.drop(columns="_order").reset_index(drop=True)


def transfer_verdicts(transfer: Transfer, margin: float = 1.0) -> tuple[Verdict, Verdict]:
    """Whether foreign prompts help on average, and whether more than prompts without training.

    It is transfer only if both hold. The tasks are taken as they are, not as a sample of tasks.

    Args:
        transfer: Of `measure_transfer`.
        margin: A gain of up to so many points is negligible.

    Returns:
        The verdict on the gain over the runs without a soft prompt, and that on the gain over
        the control that is harder to beat.
    """
    shows = transfer.baseline == "icl"
    shown = "when shown the target's demonstrations" if shows else "without demonstrations"
    cells = _cells(transfer, "other")
    weights = {place: 1 / (len(cells) * len(cell)) for cell in cells for place in cell}
    over_plain = _verdict(
        f"A prompt learned on another task helps {shown}.",
        _sum(transfer, weights),
        margin,
        f"The mean gain over {'ICL' if shows else 'zero-shot'} alone of {_pairs(cells)}, {_HOW}",
    )
    claim = f"A prompt learned on another task does more {shown} than one without training."
    over_controls = [_over_control(transfer, kind, claim, margin) for kind in CONTROLS]
    # The claim needs the gain over each control, so it is as good as the worst of them.
    return over_plain, min(over_controls, key=_goodness)


_HOW = (
    "in points of each target's metric; t interval for new prompts and new test inputs (variance "
    "components, Satterthwaite's degrees of freedom)."
)


def _cells(transfer: Transfer, kind: Kind) -> list[list[int]]:
    """The places of the runs of each cell of a kind that has gains."""
    rows = transfer.runs[(transfer.runs["kind"] == kind) & transfer.runs["value"].notna()]
    return [list(cell.index) for _, cell in rows.groupby(["target", "source"])]


def _careful(gain: Contrast) -> Estimate:
    """A cell's gain with the interval of Behrens and Fisher."""
    if gain.value is None or gain.standard_error is None:
        return gain.estimate
    half = half_width(gain.parts)
    return Estimate(gain.value, gain.value - half, gain.value + half, gain.n, gain.reason)


def _p(gain: Contrast, null: float) -> float | None:
    """Two-sided p of a true gain of `null`; None where the spread over seeds is unknown."""
    if gain.value is None or gain.standard_error is None or not gain.seeds_known:
        return None
    return p_value(gain.value - null, gain.parts)


def _sum(transfer: Transfer, weights: dict[int, float]) -> Contrast:
    places = list(weights)
    runs = transfer.runs.loc[places]
    pairs = zip(runs["source"], runs["target"], strict=True)
    terms = pd.DataFrame(
        {
            "value": runs["value"].astype("float64"),
            "weight": list(weights.values()),
            "cell": [json.dumps(pair) for pair in pairs],
            "unit": runs["unit"],
        }
    )
    n = int(runs.groupby("target")["n"].first().sum())
    return contrast(terms, transfer.draws[:, places], n)


def _over_control(transfer: Transfer, kind: Kind, claim: str, margin: float) -> Verdict:
    target = transfer.runs["target"]
    control = {target[cell[0]]: cell for cell in _cells(transfer, kind)}
    cells = [cell for cell in _cells(transfer, "other") if target[cell[0]] in control]
    weights: dict[int, float] = {}
    for cell in cells:
        for sign, side in ((1, cell), (-1, control[target[cell[0]]])):
            for place in side:
                weights[place] = weights.get(place, 0.0) + sign / (len(cells) * len(side))
    name = {"untrained": "untrained prompts", "noise": "noise of a trained prompt's norms"}[kind]
    found = _sum(transfer, weights)
    if not cells:
        found = Contrast(None, None, None, 0, f"{name} were not run on these targets")
    return _verdict(claim, found, margin, f"The mean gain over {name} of {_pairs(cells)}, {_HOW}")


def _verdict(claim: str, found: Contrast, margin: float, how: str) -> Verdict:
    estimate, reason = found.estimate, found.reason
    outcome = outcome_of(estimate, 0.0, margin) if found.seeds_known else "undecided"
    if outcome == "undecided" and reason is None:
        reason = "the interval holds both no gain and one that matters"
    return Verdict(claim, outcome, estimate, 0.0, margin, "points", found.detectable, how, reason)


def _pairs(cells: list[list[int]]) -> str:
    return f"{len(cells)} pair{'' if len(cells) == 1 else 's'} of source and target"


def _goodness(verdict: Verdict) -> tuple[int, float]:
    rank = ("does not hold", "undecided", "holds").index(verdict.outcome)
    value = verdict.estimate.value
    return rank, -np.inf if value is None else value


def _outcomes(frame: pd.DataFrame, p_margin: FloatArray, margin: float) -> list[Outcome]:
    alpha = 1 - CONFIDENCE
    found: list[Outcome] = []
    for gain, p, small in zip(frame["gain"], frame["p_corrected"], p_margin, strict=True):
        negligible = gain < margin and small < alpha
        helps = gain > 0 and p < alpha
        found.append("holds" if helps else "does not hold" if negligible else "undecided")
    return found
