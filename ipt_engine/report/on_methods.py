"""Which method wins."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ipt_engine.analysis.statistics import MIN_EXAMPLES
from ipt_engine.evidence import Evidence
from ipt_engine.findings import Methods, find_methods, not_run
from ipt_engine.metrics import get_metric
from ipt_engine.report.parts import Answer, Section, Table
from ipt_engine.report.wording import in_a_row, interval, number, variant_name
from ipt_engine.tasks import task_title


def which_wins(evidence: Evidence) -> Iterator[Section]:
    """A row for each task, a column for each way of answering."""
    found = [each for task in evidence.tasks if (each := find_methods(evidence, task))]
    if not found:
        return
    names: dict[str, None] = {}
    cells: list[dict[str, str]] = []
    for each in found:
        row = {}
        for mean in each.means.to_dict("records"):
            name = variant_name(mean)
            names[name] = None
            spread = f" ± {number(mean['sd'])}" if pd.notna(mean["sd"]) else ""
            seeds = f", {mean['n_seeds']} seeds" if mean["n_seeds"] > 1 else ""
            best = " ★" if mean["best"] else ""
            row[name] = f"{number(mean['mean'])}{spread}{seeds}{best}"
        cells.append(row)
    rows = [
        [task_title(each.task), get_metric(each.metric).title, *(row.get(n, "–") for n in names)]
        for each, row in zip(found, cells, strict=True)
    ]
    yield Section(
        "Which method wins where?",
        answers=[winner(each) for each in found],
        tables=[
            Table("Mean score ± standard deviation over seeds", ["task", "metric", *names], rows)
        ],
        notes=[
            "A star marks a way of answering that beats every other on its task, after Holm's "
            "correction for all pairs, where all four methods were run; where none stands, no "
            "difference to all others holds up."
        ],
        frames={
            "methods": pd.concat([e.means.assign(task=e.task, metric=e.metric) for e in found]),
            "differences": pd.concat([e.differences.assign(task=e.task) for e in found]),
        },
    )


def winner(each: Methods) -> Answer:
    """Which way of answering scores highest on a task, by how much, and whether that is sure."""
    ranked = each.means.dropna(subset=["mean"])
    spec = get_metric(each.metric)
    ranked = ranked.sort_values("mean", ascending=not spec.higher_is_better)
    where = task_title(each.task)
    level = no_winner(each)
    if level is not None:
        return Answer(f"{where}: {level}.")
    first, second = ranked.iloc[0], ranked.iloc[1]
    pair = {first["variant"], second["variant"]}
    rows = each.differences.to_dict("records")
    row = next(r for r in rows if {r["variant_a"], r["variant_b"]} == pair)
    sign = 1 if row["variant_b"] == first["variant"] else -1
    low, high = sorted((sign * row["low"], sign * row["high"]))
    gap = number(sign * row["difference"], 1, True)
    ends = interval(low, high, 1, True)
    told = f"{gap} {spec.title} over {variant_name(second.to_dict())}"
    told += f" (95 % interval {ends}, n {row['n']})" if ends else f" (no interval: {row['reason']})"
    sure = bool(first["best"])
    text = f"{where}: {variant_name(first.to_dict())} scores highest, {told}."
    missing = not_run(each.means)
    if missing:
        verb = "was" if len(missing) == 1 else "were"
        return Answer(f"{text} {in_a_row(missing)} {verb} not run.")
    return Answer(text if sure else f"{text} That does not hold up against every other way.")


def no_winner(each: Methods) -> str | None:
    """Why no way of answering may be said to score highest on a task; None if one does."""
    scores = each.means["mean"].dropna()
    if len(scores) < 2:  # noqa: PLR2004 one way is no comparison
        return "one way of answering alone has been run"
    n = int(each.means["n"].max())
    if n < MIN_EXAMPLES:
        return f"{n} test input{'' if n == 1 else 's'} cannot rank the ways of answering"
    if np.ptp(scores) < _SAME:
        return f"all ways of answering that were run score the same ({number(scores.iloc[0])})"
    return None


_SAME = 1e-9
