"""What the paper reports, to be shown beside our own numbers: facts, read from data/paper.

Sun et al. 2023 used other base models and the full data sets, so levels cannot be compared, only
which way things go. data/paper/README.md says where each number comes from and how exact it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ipt_engine.numerals import signed
from ipt_engine.resources import bundled_root

SOURCE = (
    "Sun, Liu, Iter, Zhu and Iyyer (2023), How Does In-Context Learning Help Prompt Tuning?, "
    "arXiv:2302.11521"
)
TASKS = {
    "totto": "ToTTo",
    "dart": "DART",
    "spider": "Spider",
    "mtop": "MTOP",
    "logic2text": "Logic2Text",
}
"""The paper's tasks, in its order, with their names for people."""
BASE_MODELS = {"bloom-1b1": "BLOOM-1.1B", "opt-1.3b": "OPT-1.3B", "gpt2-xl": "GPT-2-XL"}
COUNTERPARTS = {f"mini-{task}": task for task in TASKS}
"""Our built-in tasks, and the paper's that each is named after."""
NOT_COMPARABLE = (
    "The paper's models and data are other ones than ours (our tasks are small ones of our own, "
    "named after its data sets), so the levels cannot be compared. Only the direction can: "
    "whether a method does better than another, and on which tasks."
)
APPROXIMATE = "Read off a figure by eye: approximate."
Key = Literal["similarity", "stability", "transfer"]
BESIDE = (
    "task",
    "ours",
    "whose",
    "base_model",
    "gain",
    "low",
    "high",
    "n_seeds",
    "n",
    "direction",
    "reason",
)


@dataclass(frozen=True)
class Claim:
    """One of the paper's claims.

    Attributes:
        key: Which one.
        sentence: What the paper says, in our words.
        numbers: What its own numbers say of it, by name, computed from the table.
        evidence: The same in a sentence; where there are no numbers, why.
        approximate: What its figure adds, in a sentence, read off by eye; None if nothing.
    """

    key: Key
    sentence: str
    numbers: Mapping[str, float]
    evidence: str
    approximate: str | None = None


def main_table() -> pd.DataFrame:
    """The paper's scores, exact.

    Returns:
        task, base_model, method, retriever and num_fewshot (where known), num_virtual_tokens,
        metric, score, spread (as printed, of unknown definition) and approximate (False).
    """
    return _read("scores")


def length_figure() -> pd.DataFrame:
    """Scores by prompt length, read off a figure.

    Returns:
        task, base_model, method, num_virtual_tokens, score and approximate (True).
    """
    return _read("lengths")


def similarity_figure() -> pd.DataFrame:
    """PT's and IPT's scores by the similarity of the demonstration, read off a figure.

    Returns:
        task, base_model, bin (1 the most similar), pt, ipt, n and approximate (True).
    """
    return _read("similarity")


def differences() -> pd.DataFrame:
    """IPT beside PT in each cell of the table.

    Returns:
        task, base_model, metric, pt, ipt, gain (IPT − PT in points), pt_spread, ipt_spread.
    """
    keys = ["task", "base_model", "metric"]
    table = main_table()
    pt, ipt = (
        table.loc[table["method"] == method, [*keys, "score", "spread"]].rename(
            columns={"score": method, "spread": f"{method}_spread"}
        )
        for method in ("pt", "ipt")
    )
    both = pt.merge(ipt, on=keys, validate="one_to_one")
    # Decimal numbers as printed: 47.1 less 36.3 is 10.8, not 10.800000000000004.
    both["gain"] = (both["ipt"] - both["pt"]).round(1)
    return both[[*keys, "pt", "ipt", "gain", "pt_spread", "ipt_spread"]]


def claims() -> tuple[Claim, ...]:
    """The paper's three claims, with what its own numbers say of each."""
    return _similarity_claim(), _stability_claim(), _transfer_claim()


def beside(ours: pd.DataFrame) -> pd.DataFrame:
    """Our gains of IPT over PT with the paper's, for the tasks that both have.

    Args:
        ours: task (a built-in one), base_model, gain, low, high, n_seeds, n, reason (why there
            is no interval, or what it leaves out); one row for each task and base model. Other
            tasks are left out.

    Returns:
        One row for each of the paper's cells and each of ours on the same tasks: task (the
        paper's), ours (our task's name), whose ("paper" or "here"), base_model (title), gain
        (IPT − PT), low, high, n_seeds, n (missing where unknown), direction ("IPT", "PT",
        "equal" or "undecided": which is better; the paper's by its means alone) and reason (why
        there is no interval, or what it leaves out, and so nothing is decided; or None).
        `NOT_COMPARABLE` has to be shown with it.
    """
    mine = {task: name for name, task in COUNTERPARTS.items()}
    present = [task for task in TASKS if mine[task] in set(ours["task"])]
    theirs, records = differences(), []
    for task in present:
        for row in theirs[theirs["task"] == task].to_dict("records"):
            gain = float(row["gain"])
            records.append(
                {
                    "task": task,
                    "ours": mine[task],
                    "whose": "paper",
                    "base_model": BASE_MODELS[row["base_model"]],
                    "gain": gain,
                    "direction": "IPT" if gain > 0 else "PT" if gain < 0 else "equal",
                    "reason": "what its spread is, and of how many seeds, is not known",
                }
            )
        for row in ours[ours["task"] == mine[task]].to_dict("records"):
            known = {name: row[name] for name in ("base_model", *_NUMBERS)}
            reason, direction = row["reason"], "undecided"
            if pd.isna(reason) and pd.notna(row["low"]) and pd.notna(row["high"]):
                reason = None
                direction = "IPT" if row["low"] > 0 else "PT" if row["high"] < 0 else "undecided"
            names = {"task": task, "ours": mine[task], "whose": "here"}
            records.append(names | known | {"direction": direction, "reason": reason})
    frame = pd.DataFrame(records, columns=list(BESIDE))
    for name in _NUMBERS:
        frame[name] = frame[name].astype("float64")
    frame["reason"] = pd.Series([r["reason"] for r in records], dtype=object, index=frame.index)
    return frame


_NUMBERS = ("gain", "low", "high", "n_seeds", "n")


def _similarity_claim() -> Claim:
    table = differences()
    by_task = table.groupby("task", sort=False)["gain"].agg(["mean", "min", "max"])
    wins = int((table["gain"] > 0).sum())
    figure = similarity_figure()
    figure["gain"] = figure["ipt"] - figure["pt"]
    ends = [
        f"{TASKS[str(task)]} {signed(bins['gain'].iloc[0], 0)} and "
        f"{signed(bins['gain'].iloc[-1], 0)}"
        for task, bins in figure.sort_values("bin").groupby("task", sort=False)
    ]
    ranges = [
        f"{TASKS[str(t)]} {signed(low, 1)} to {signed(high, 1)}"
        for t, _, low, high in by_task.itertuples()
    ]
    return Claim(
        key="similarity",
        sentence=(
            "IPT does not always do better than PT: it needs a demonstration that is similar to "
            "the test input."
        ),
        numbers={
            "cells": len(table),
            "ipt_better": wins,
            "pt_better": int((table["gain"] < 0).sum()),
            **{f"mean_gain_{task}": float(mean) for task, mean in by_task["mean"].items()},
        },
        evidence=(
            f"By its means IPT scores more than PT in {wins} of {len(table)} cells. The gain in "
            f"points, least to most over the base models: {', '.join(ranges)}."
        ),
        approximate=(
            f"Gain on the most and on the least similar inputs, {BASE_MODELS['bloom-1b1']}: "
            f"{'; '.join(ends)}. {APPROXIMATE}"
        ),
    )


def _stability_claim() -> Claim:
    table = differences()
    gap = (table["ipt_spread"] - table["pt_spread"]).round(1)
    more = table[gap > 0]
    exceptions = [
        f"{BASE_MODELS[row['base_model']]} on {TASKS[row['task']]}, {row['ipt_spread']:g} against "
        f"{row['pt_spread']:g}"
        for row in more.to_dict("records")
    ]
    lower, equal = int((gap < 0).sum()), int((gap == 0).sum())
    return Claim(
        key="stability",
        sentence="PT is unstable from seed to seed, and IPT varies less.",
        numbers={"cells": len(table), "lower": lower, "equal": equal, "higher": len(more)},
        evidence=(
            f"Of {len(table)} cells, the spread as printed is smaller for IPT than for PT in "
            f"{lower}, the same in {equal} and larger in {len(more)} ({'; '.join(exceptions)}). "
            "What the spread is, and over how many seeds, is not known."
        ),
    )


def _transfer_claim() -> Claim:
    return Claim(
        key="transfer",
        sentence=(
            "Prompts learned on one task carry over to another when they are shown together with "
            "demonstrations of that one."
        ),
        numbers={},
        evidence="No numbers of this could be had, so none are shown.",
    )


def _read(name: str) -> pd.DataFrame:
    frame = pd.read_csv(bundled_root() / "data" / "paper" / f"{name}.csv")
    if "retriever" in frame:
        texts = frame["retriever"].astype(object)
        frame["retriever"] = texts.where(texts.notna(), None)
    return frame
