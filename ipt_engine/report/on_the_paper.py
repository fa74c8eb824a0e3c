"""The paper's claims with its own numbers, and what became of them here."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import pandas as pd
import plotly.graph_objects as go

from ipt_engine import paper, plots
from ipt_engine.analysis.verdicts import Verdict
from ipt_engine.evidence import Evidence
from ipt_engine.findings import (
    GainClaims,
    GainQuestion,
    Stability,
    TransferFinding,
    find_gain_claims,
    find_gains,
    find_stability,
    find_swap_claims,
    find_transfer,
)
from ipt_engine.plots import Theme
from ipt_engine.report.parts import Answer, Picture, Section
from ipt_engine.report.wording import answer
from ipt_engine.tasks import task_title


def beside_the_paper(evidence: Evidence) -> Iterator[Section]:
    """The paper's claims with its own numbers, and ours."""
    gains = find_gains(evidence)
    questions = map(GainQuestion, evidence.tasks)
    similarities = [each for q in questions if (each := find_gain_claims(evidence, q))]
    swaps = {task: find_swap_claims(evidence, task) for task in evidence.tasks}
    found = claims_here(similarities, swaps, find_stability(evidence), find_transfer(evidence))
    answers = []
    for claim, here in found:
        said = " ".join(filter(None, (claim.sentence, claim.evidence, claim.approximate)))
        answers += [Answer(f"The paper: {said}"), *here]
    pictures = []
    if has_counterpart(gains):
        pictures = [
            Picture("Gain of IPT over PT, the paper's and here", partial(gains_beside, gains))
        ]
    yield Section(
        "What does the paper say, and how is it here?",
        answers,
        pictures,
        notes=[paper.NOT_COMPARABLE],
        frames={"beside_paper": paper.beside(gains)},
    )


def claims_here(
    similarities: Sequence[GainClaims],
    swaps: Mapping[str, Mapping[str, Verdict]],
    stability: Stability | None,
    transfer: TransferFinding | None,
) -> list[tuple[paper.Claim, list[Answer]]]:
    """The paper's claims, each with what became of it.

    Args:
        similarities: Of each task with runs of PT and IPT.
        swaps: Of each task `find_swap_claims`.
        stability: How much luck decides, or None.
        transfer: Whether prompts carry over, or None.
    """
    here = {
        "similarity": _similarity_here(similarities, swaps),
        "stability": _stability_here(stability),
        "transfer": _transfer_here(transfer),
    }
    return [(claim, here[claim.key]) for claim in paper.claims()]


def has_counterpart(gains: pd.DataFrame) -> bool:
    """Whether the paper has the same task as one of ours, so that there is something to compare."""
    return bool((paper.beside(gains)["whose"] == "here").any())


def gains_beside(
    gains: pd.DataFrame, theme: Theme = "light", note: str = paper.NOT_COMPARABLE
) -> go.Figure:
    """The paper's gains of IPT over PT beside ours, where some task `has_counterpart`.

    Args:
        gains: Of `find_gains`.
        theme: Light or dark.
        note: What the figure itself says of the comparison; "" where it is said beside it.
    """
    together = paper.beside(gains)
    titles = {task: paper.TASKS[task] for task in together["task"]}
    return plots.beside_paper(together, titles, note, theme)


def _similarity_here(
    found: Sequence[GainClaims], swaps: Mapping[str, Mapping[str, Verdict]]
) -> list[Answer]:
    if not found:
        return [Answer("Here: no runs of PT and IPT that can be compared.")]
    # Near inputs are often easy ones: where difficulty is known, it is held constant.
    near = "the nearer the training data, the more IPT gains"
    hard = {x.task: x.given_difficulty for x in found if x.given_difficulty is not None}
    told = [
        (f"among equally hard inputs, {near}", hard)
        if hard
        else (near, {x.task: x.rises for x in found}),
        (
            "for one and the same input an unrelated demonstration leaves IPT behind PT",
            {task: each["ipt and pt"] for task, each in swaps.items() if "ipt and pt" in each},
        ),
        ("over all inputs IPT beats PT", {x.task: x.beats for x in found}),
    ]
    return [_over_tasks(claim, verdicts) for claim, verdicts in told if verdicts]


def _over_tasks(claim: str, verdicts: Mapping[str, Verdict]) -> Answer:
    """What became of a claim on each task, and on most of them."""
    by: dict[str, list[str]] = {}
    for task, verdict in verdicts.items():
        by.setdefault(verdict.outcome, []).append(task_title(task))
    holds, fails = len(by.pop("holds", ())), len(by.get("does not hold", ()))
    rest = "".join(f"; {outcome} on {', '.join(tasks)}" for outcome, tasks in by.items())
    outcome = "undecided"
    if 2 * holds > len(verdicts) and not fails:
        outcome = "holds"
    elif 2 * fails > len(verdicts) and not holds:
        outcome = "does not hold"
    tasks = f"{len(verdicts)} task{'s' if len(verdicts) > 1 else ''}"
    return Answer(
        f"Here: {claim}: on {holds} of {tasks}{rest}.",
        outcome,
        "Holds where it holds on more than half of the tasks and fails on none; does not hold "
        "where it fails on more than half and holds on none. Each task is judged by its own 95 % "
        "interval.",
    )


def _stability_here(found: Stability | None) -> list[Answer]:
    if found is None:
        return [Answer("Here: no runs of PT and IPT with several seeds.")]
    return [answer(found.steadier, "Here")]


def _transfer_here(found: TransferFinding | None) -> list[Answer]:
    if found is None:
        return [Answer("Here: no runs with a prompt of another task.")]
    return [answer(found.helps, "Here"), answer(found.beats_controls, "Here")]
