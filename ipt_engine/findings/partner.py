"""The run that would make a pair with one that is there: alike in all but the demonstrations."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ipt_engine.analysis.advice_table import usable_runs
from ipt_engine.analysis.commands import full_config, known_making, run_command, tuned_left_open
from ipt_engine.analysis.pairing import COMPARISONS
from ipt_engine.evidence import Evidence


@dataclass(frozen=True)
class Partner:
    """A run to be made, and the one that it would be compared with.

    Attributes:
        method: Its method.
        like: The method of the run that is there.
        command: As one types it, without the settings that are left to what was found to be good
            (`commands.TUNED`); demonstrations are the usual ones.
    """

    method: str
    like: str
    command: str


def find_partner(evidence: Evidence, task: str, comparison: str) -> Partner | None:
    """What to run so that there is a pair to compare, with the settings of what is there.

    Args:
        evidence: The runs.
        task: Its name.
        comparison: A key of `pairing.COMPARISONS`.

    Returns:
        Of the method without demonstrations, if there are runs with them, else the other way
        round; of the settings that most of these have. None where there are neither, or where the
        options of `ipt run` cannot say the settings.
    """
    without, with_ = COMPARISONS[comparison]
    runs = usable_runs(evidence.factors[evidence.factors["task"] == task])
    runs = runs[runs["variant"].map(known_making).astype(bool)]
    for method, like in ((without, with_), (with_, without)):
        own = runs[runs["method"] == like]
        if own.empty:
            continue
        variant = own["variant"].mode().iloc[0]
        row = own[own["variant"] == variant].sort_values("seed").iloc[0]
        limit = None if pd.isna(row["limit"]) else int(row["limit"])
        config = full_config(variant, int(row["seed"]), limit)
        command = run_command(_with_method(config, method))
        return None if command is None else Partner(method, like, command)
    return None


def _with_method(config: dict[str, Any], method: str) -> dict[str, Any]:
    """A run's config as another method's, which is shown the usual demonstrations, or none."""
    shown: dict[str, Any] | None = {} if config["retrieval"] is None else None
    training = config["training"] and config["training"] | {"retrieval": shown}
    return tuned_left_open(config | {"method": method, "retrieval": shown, "training": training})
