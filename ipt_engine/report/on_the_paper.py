"""The paper's claims with its own numbers, and what became of them here."""

from collections.abc import Iterator

from ipt_engine import paper, plots
from ipt_engine.evidence import Evidence
from ipt_engine.findings import (
    find_gains,
    find_similarity,
    find_stability,
    find_transfer,
)
from ipt_engine.report.parts import Answer, Picture, Section
from ipt_engine.report.wording import answer, title_of


def beside_the_paper(evidence: Evidence) -> Iterator[Section]:
    """The paper's claims with its own numbers, and ours."""
    gains = find_gains(evidence)
    together = paper.beside(gains)
    here = {
        "similarity": _similarity_here(evidence),
        "stability": _stability_here(evidence),
        "transfer": _transfer_here(evidence),
    }
    answers = []
    for claim in paper.claims():
        said = " ".join(filter(None, (claim.sentence, claim.evidence, claim.approximate)))
        answers += [Answer(f"The paper: {said}"), *here[claim.key]]
    pictures = []
    if (together["whose"] == "here").any():
        titles = {row["task"]: row["task"] for row in together.to_dict("records")}
        plot = plots.beside_paper(together, titles, paper.NOT_COMPARABLE)
        pictures.append(Picture("Gain of IPT over PT, the paper's and here", plot))
    yield Section(
        "What does the paper say, and how is it here?",
        answers,
        pictures,
        notes=[paper.NOT_COMPARABLE],
        frames={"beside_paper": together},
    )


def _similarity_here(evidence: Evidence) -> list[Answer]:
    found = [each for task in evidence.tasks if (each := find_similarity(evidence, task))]
    if not found:
        return [Answer("Here: no runs of PT and IPT that can be compared.")]
    told = []
    for what, verdicts in (
        ("IPT beats PT", {each.task: each.beats for each in found}),
        ("Its gain rises with similarity", {each.task: each.rises for each in found}),
    ):
        by: dict[str, list[str]] = {}
        for task, verdict in verdicts.items():
            by.setdefault(verdict.outcome, []).append(title_of(task))
        said = "; ".join(f"{outcome} on {', '.join(tasks)}" for outcome, tasks in by.items())
        outcome = next(iter(by)) if len(by) == 1 else ""
        told.append(Answer(f"Here: {what}: {said}.", outcome))
    return told


def _stability_here(evidence: Evidence) -> list[Answer]:
    found = find_stability(evidence)
    if found is None:
        return [Answer("Here: no runs of PT and IPT with several seeds.")]
    return [answer(found.steadier, "Here")]


def _transfer_here(evidence: Evidence) -> list[Answer]:
    found = find_transfer(evidence)
    if found is None:
        return [Answer("Here: no runs with a prompt of another task.")]
    return [answer(found.helps, "Here"), answer(found.beats_controls, "Here")]
