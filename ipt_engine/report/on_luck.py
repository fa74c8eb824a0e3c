"""How much luck decides, and whether prompts carry over."""

from collections.abc import Iterator
from functools import partial

import pandas as pd

from ipt_engine import plots
from ipt_engine.evidence import Evidence
from ipt_engine.findings import (
    TransferFinding,
    find_draw_luck,
    find_lengths,
    find_sources_of_luck,
    find_stability,
    find_transfer,
)
from ipt_engine.methods import METHOD_TITLES, METHODS
from ipt_engine.metrics import get_metric
from ipt_engine.report.parts import Answer, Picture, Section, Table
from ipt_engine.report.wording import answer, interval, number, shares
from ipt_engine.tasks import task_title


def how_much_luck(evidence: Evidence) -> Iterator[Section]:
    """Spread over seeds, its ratio, and what it is made of."""
    found = find_stability(evidence)
    if found is None:
        return
    rows = [
        [
            task_title(row["task"]),
            METHODS[row["method"]].title,
            number(row["mean"]),
            number(row["sd"], 2),
            interval(row["low"], row["high"], 2),
            str(row["n_seeds"]),
        ]
        for row in found.spread.to_dict("records")
    ]
    titles = {task: task_title(task) for task in found.spread["task"].unique()}
    ratio = found.pooled.estimate
    pooled = {
        "ratio": ratio.value,
        "low": ratio.low,
        "high": ratio.high,
        "n_tasks": found.pooled.n_tasks,
    }
    frames = {"spread": found.spread, "spread_ratios": found.ratios, "seeds_needed": found.seeds}
    yield Section(
        "How much does luck decide?",
        [answer(found.steadier)],
        [
            Picture(
                "PT's spread over seeds by IPT's",
                partial(plots.spread_ratios, found.ratios, pooled, titles),
            )
        ],
        [
            Table(
                "Spread over seeds",
                ["task", "method", "mean", "sd", "95 % of the sd", "seeds"],
                rows,
            )
        ],
        ["A spread over a few seeds is a description: its interval is wide."],
        frames,
    )
    for task in evidence.tasks:
        yield from _lengths(evidence, task)
        yield from _sources(task, "start", find_sources_of_luck(evidence, task))
        yield from _sources(task, "draw", find_draw_luck(evidence, task))


def does_it_carry_over(evidence: Evidence) -> Iterator[Section]:
    """Prompts of one task on another."""
    found = find_transfer(evidence)
    if found is None:
        return
    answers = transfer_answers(found)
    rows = [
        [
            task_title(row["target"]),
            task_title(row["source"]) if row["kind"] in {"own", "other"} else row["kind"],
            number(row["baseline"]),
            number(row["score"]),
            number(row["gain"], 1, True),
            interval(row["low"], row["high"], 1, True),
            str(row["outcome"]),
        ]
        for row in found.matrix.to_dict("records")
    ]
    heads = ["target", "prompt of", "without it", "with it", "gain", "95 %", "it helps"]
    titles = {task: task_title(task) for task in evidence.tasks}
    plot = partial(plots.transfer_heatmap, found.matrix, titles)
    yield Section(
        "Can a prompt learned elsewhere help here?",
        answers,
        [Picture("Gain of each task's prompt on each task", plot)],
        tables=[Table("Gain over the same demonstrations without a prompt", heads, rows)],
        frames={"transfer": found.matrix, "prompt_similarity": found.prompts},
    )


def transfer_answers(found: TransferFinding) -> list[Answer]:
    """Whether a foreign prompt helps, beats the controls, and what its likeness tells."""
    answers = [answer(found.helps), answer(found.beats_controls)]
    if found.predicts is not None:
        rho = found.predicts
        ends = interval(rho.low, rho.high, 2, True)
        rest = f"95 % interval {ends}, {rho.n} pairs" if ends else f"{rho.n} pairs"
        told = f"Spearman's rho {number(rho.rho, 2, True)} ({rest})."
        if rho.rho is None:
            told = f"That cannot be told from {rho.n} pairs:"
        reason = f" {rho.reason.rstrip('.')}." if rho.reason else ""
        answers.append(Answer(f"Do prompts that are alike carry over better? {told}{reason}"))
    return answers


def _lengths(evidence: Evidence, task: str) -> Iterator[Section]:
    found = find_lengths(evidence, task)
    if found is None:
        return
    metric = get_metric(evidence.metric(task)).title
    yield Section(
        f"{task_title(task)}: how long should the soft prompt be?",
        pictures=[
            Picture(
                "Score by length of the soft prompt",
                partial(plots.by_length, found, METHOD_TITLES, metric),
            )
        ],
        frames={f"lengths_{task}": found},
    )


_LUCK = {
    "start": "is it the start, or the order of the data?",
    "draw": "is it the training, or the demonstration drawn?",
}


def _sources(task: str, luck: str, found: dict[str, pd.DataFrame]) -> Iterator[Section]:
    if not found:
        return
    yield Section(
        f"{task_title(task)}: {_LUCK[luck]}",
        [Answer(f"{METHODS[method].title}: {shares(parts)}") for method, parts in found.items()],
        [
            Picture(
                f"{METHODS[method].title}: shares of the variance",
                partial(plots.variance_shares, parts, method),
            )
            for method, parts in found.items()
        ],
        frames={f"{luck}_luck_{task}_{method}": parts for method, parts in found.items()},
    )
