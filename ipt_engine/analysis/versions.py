"""Runs on one version of everything: a task's data, the base model's weights, what prompts learned.

Two runs with the same settings on other data are no two seeds of one thing, and their difference
is not that of their methods. So of several versions one is kept for each task, and what is left out
is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class LeftOut:
    """Runs of a task that do not fit the others.

    Attributes:
        task: Its name.
        why: What is other about them, as in "3 runs on ... are left out".
        runs: How many.
    """

    task: str
    why: str
    runs: int


def one_version(factors: pd.DataFrame) -> tuple[pd.DataFrame, list[LeftOut]]:
    """The runs of one version of the weights, of each task's data and of its prompts' data.

    Of several versions, that counts with which most methods were run on most tasks; of several
    such, the newest. A run's data are told from those of runs with demonstrations of the same
    task alone, since those are part of them. Prompts that learned from no data that are known
    (imported, untrained) fit all.

    Args:
        factors: Of `run_factors`, oldest first, of one base model and split.

    Returns:
        The rows kept, and what was left out.
    """
    shown = factors["demonstration_task"].fillna(factors["task"])
    source = factors["prompt_demonstration_task"].fillna(factors["prompt_task"])
    learned = factors["prompt_task"].str.cat(source, sep=" ")
    everything = pd.Series("", index=factors.index)
    versions = {
        "with other weights of the base model": ("weights_hash", everything),
        "on other data of the task": ("data_hash", factors["task"].str.cat(shown, sep=" ")),
        "with prompts that were trained on other data": ("prompt_data_hash", learned),
    }
    kept, left_out = factors, []
    for why, (name, group) in versions.items():
        other = _others(kept, name, group.loc[kept.index])
        left_out += [
            LeftOut(str(task), why, len(rows)) for task, rows in kept[other].groupby("task")
        ]
        kept = kept[~other]
    return kept, left_out


def _others(factors: pd.DataFrame, name: str, group: "pd.Series[str]") -> "pd.Series[bool]":
    """Which rows have another value than the one kept in their group."""
    other = pd.Series(False, index=factors.index)
    for _, rows in factors[factors[name].notna()].groupby(group):
        best = max(_ranked(rows, name))[-1]
        other.loc[rows.index[rows[name] != best]] = True
    return other


def _ranked(rows: pd.DataFrame, name: str) -> Iterator[tuple[int, int, str]]:
    """Each version with what speaks for it: methods on tasks, and the place of its last run."""
    places = pd.Series(range(len(rows)), index=rows.index)
    for value, same in rows.groupby(name):
        methods = len(same[["task", "method"]].drop_duplicates())
        yield methods, int(places[same.index].max()), str(value)
