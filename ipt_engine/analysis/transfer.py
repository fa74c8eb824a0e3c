"""Do soft prompts carry over? Each source's prompt on each target, shown the target's examples.

A gain is over the same run without the soft prompt: over ICL with the same demonstrations (or,
for prompts used without any, over zero-shot). A gain alone is not transfer: a prompt that was
never trained may also change what the model does. So the same is done with untrained prompts and
with noise of a trained prompt's norms, and a foreign prompt has to beat those too.
"""

import json

import numpy as np
import pandas as pd

from ipt_engine.analysis.comparisons import corrected
from ipt_engine.analysis.contrasts import Contrast, contrast
from ipt_engine.analysis.statistics import CONFIDENCE
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

        How much prompts differ is estimated from all cells of a target together (trained and
        untrained prompts apart): three prompts of one cell say so little of it that, of twenty
        cells without any gain, one would often seem to have some.
    """
    records, found = [], []
    spreads = _pooled_spreads(transfer)
    for (target, source, kind), cell in transfer.runs.groupby(["target", "source", "kind"]):
        variance, df = spreads[str(target), kind in CONTROLS]
        gain = _sum(transfer, dict.fromkeys(cell.index, 1 / len(cell)), (variance / len(cell), df))
        found.append(gain)
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
                "low": gain.estimate.low,
                "high": gain.estimate.high,
                "p": gain.p(),
                "detectable": gain.detectable,
                "reason": cell["reason"].iloc[0] or gain.reason,
            }
        )
    frame = pd.DataFrame(records, columns=list(MATRIX))
    for name in ("baseline", "score", "gain", "low", "high", "p", "detectable"):
        frame[name] = pd.to_numeric(frame[name]).astype("float64")
    frame["reason"] = pd.Series([r["reason"] for r in records], dtype=object, index=frame.index)
    frame["p_corrected"] = corrected(frame["p"])
    frame["outcome"] = _outcomes(frame, corrected([gain.p(margin) for gain in found]), margin)
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


def _pooled_spreads(transfer: Transfer) -> dict[tuple[str, bool], tuple[float, int]]:
    """Variance of the prompts' gains within cells, with its degrees of freedom.

    By target, and whether the prompts are controls.
    """
    found: dict[tuple[str, bool], tuple[float, int]] = {}
    runs = transfer.runs.assign(control=transfer.runs["kind"].isin(list(CONTROLS)))
    for (target, control), rows in runs.groupby(["target", "control"]):
        cells = [cell["value"].dropna() for _, cell in rows.groupby("source")]
        df = sum(max(len(cell) - 1, 0) for cell in cells)
        squares = sum(float(((cell - cell.mean()) ** 2).sum()) for cell in cells)
        found[str(target), bool(control)] = (squares / df if df else 0.0, df)
    return found


def _sum(
    transfer: Transfer, weights: dict[int, float], luck: tuple[float, int] | None = None
) -> Contrast:
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
    return contrast(terms, transfer.draws[:, places], n, luck)


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
