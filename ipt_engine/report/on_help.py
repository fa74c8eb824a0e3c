"""Does a demonstration help, to a bare model and to a trained soft prompt?"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from ipt_engine.analysis.verdicts import Verdict
from ipt_engine.evidence import Evidence
from ipt_engine.findings import find_gains, find_swap_claims
from ipt_engine.report.parts import Answer, Section
from ipt_engine.report.wording import in_a_row, interval, number
from ipt_engine.tasks import task_title

_LEADS = {
    "icl-zero": ("Without training, {}", "ICL", "zero-shot"),
    "ipt-pt": ("Beside a trained soft prompt, {}", "IPT", "PT"),
}
"""Of each comparison: how its sentence begins, and the methods with and without."""

_ELSE = {"does not hold": "does not help on", "undecided": "may or may not help on"}


def does_it_help(evidence: Evidence) -> Iterator[Section]:
    """With and without training, and whether it has to be similar."""
    gains = {name: find_gains(evidence, name) for name in _LEADS}
    swaps = {task: find_swap_claims(evidence, task) for task in evidence.tasks}
    answers = help_answers(gains, swaps)
    if answers:
        yield Section(
            "Does a demonstration help?",
            answers,
            frames={f"help_{name}": frame for name, frame in gains.items() if len(frame)},
        )


def help_answers(
    gains: Mapping[str, pd.DataFrame], swaps: Mapping[str, Mapping[str, Verdict]]
) -> list[Answer]:
    """A sentence for each comparison, and one on demonstrations that are unlike the input.

    Args:
        gains: Of each comparison `find_gains`.
        swaps: Of each task `find_swap_claims`.
    """
    told = [Answer(_helps(name, gains[name])) for name in _LEADS if len(gains[name])]
    unlike = {task: found["ipt and pt"] for task, found in swaps.items() if "ipt and pt" in found}
    hurt = [task for task, verdict in unlike.items() if verdict.outcome == "holds"]
    if hurt:
        where = f"all {len(hurt)} tasks" if len(hurt) == len(unlike) > 1 else _on(hurt)
        text = "Beside a soft prompt it has to be like the input: with an unrelated one, IPT scores"
        told.append(Answer(f"{text} less than PT on {where}."))
    return told


def _helps(comparison: str, gains: pd.DataFrame) -> str:
    lead, with_, without = _LEADS[comparison]
    known = gains[gains["low"].notna()]
    helped = known[known["outcome"] == "holds"]
    parts = []
    if len(helped):
        least, most = helped["gain"].min(), helped["gain"].max()
        more = number(least) if len(helped) == 1 else f"{number(least)} to {number(most)}"
        where = f"all {len(gains)} tasks" if len(helped) == len(gains) > 1 else _on(helped["task"])
        parts.append(f"helps on {where} ({with_} scores {more} points more than {without})")
    for outcome, words in _ELSE.items():
        rows = known[known["outcome"] == outcome].to_dict("records")
        parts += [f"{words} {in_a_row([_with_gain(row) for row in rows])}"] if rows else []
    for row in gains[gains["low"].isna()].to_dict("records"):
        parts.append(f"is not known to help on {task_title(row['task'])}: {row['reason']}")
    what = "the most similar demonstration" if gains["nearest"].all() else "a demonstration"
    return f"{lead.format(what)} {'; '.join(parts)}."


def _with_gain(row: Mapping[Any, Any]) -> str:
    ends = interval(row["low"], row["high"], 1, True)
    return f"{task_title(row['task'])} ({number(row['gain'], 1, True)}, 95 % interval {ends})"


def _on(tasks: Iterable[str]) -> str:
    return in_a_row([task_title(task) for task in tasks])
