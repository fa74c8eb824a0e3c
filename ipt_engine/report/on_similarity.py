"""When a demonstration helps: from input to input, and for the same input."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pandas as pd

from ipt_engine import plots
from ipt_engine.analysis.comparisons import corrected
from ipt_engine.analysis.pairing import COMPARISONS
from ipt_engine.analysis.verdicts import after_correction
from ipt_engine.evidence import Evidence
from ipt_engine.findings import (
    GainQuestion,
    Similarity,
    find_similarity,
    find_swap,
)
from ipt_engine.methods import METHOD_TITLES, METHODS
from ipt_engine.metrics import get_metric
from ipt_engine.report.parts import Answer, Picture, Section, Table
from ipt_engine.report.wording import answer, interval, measure_of, number, probability
from ipt_engine.tasks import task_title


def across_inputs(evidence: Evidence) -> Iterator[Section]:
    """The gain of IPT over PT, and of ICL over zero-shot, against similarity."""
    for comparison, title in (
        ("ipt-pt", "When does a demonstration help prompt tuning?"),
        ("icl-zero", "When does a demonstration help the bare model?"),
    ):
        questions = [GainQuestion(task, comparison) for task in evidence.tasks]
        found = [each for q in questions if (each := find_similarity(evidence, q))]
        if found:
            yield _across(title, comparison, found)


def in_short(found: Similarity) -> Answer:
    """What the runs say should be done on the task: show demonstrations always, by choice, or not.

    Args:
        found: Of the task.
    """
    without, with_ = (METHODS[name].title for name in COMPARISONS[found.comparison])
    task, gain = task_title(found.task), found.gain.estimate
    metric = get_metric(found.metric).title
    shown = "the nearest demonstrations" if found.nearest else "demonstrations"
    chooses = found.routing_pays is not None and found.routing_pays.outcome == "holds"
    if gain.value is None or gain.low is None or gain.high is None:
        return Answer(f"{task}: whether demonstrations help cannot be said: {gain.reason}.")
    by = (
        f"{number(abs(gain.value))} points of {metric} {'better' if gain.value >= 0 else 'worse'} "
        f"than {without} (95 % interval {interval(gain.low, gain.high, 1, True)}"
    )
    if gain.reason:
        return Answer(
            f"On {task} it cannot be told yet whether demonstrations help: {with_} is {by}, "
            f"{gain.n} inputs; {gain.reason})."
        )
    by += f", {_speaks_for(found)})"
    if chooses and found.cut is not None and found.cut.value is not None:
        limit = number(found.cut.value, 2)
        return Answer(
            f"On {task}, show {shown} to the inputs whose nearest training input is more "
            f"similar than {limit}, and to no other: that does better than always doing the same. "
            f"Over all inputs {with_} is {by}."
        )
    if gain.low > 0:
        return Answer(
            f"On {task}, show {shown} to every input: {with_} is {by}, and choosing by "
            "similarity is not shown to do better."
        )
    if gain.high < 0:
        return Answer(f"On {task}, show no demonstrations: {with_} is {by}.")
    return Answer(
        f"On {task} it cannot be told yet whether demonstrations help: {with_} is {by}, and the "
        "interval allows both."
    )


def by_a_line(found: Similarity) -> str:
    """From which similarity demonstrations pay by a straight line, beside what `in_short` says.

    Args:
        found: Of the task.

    Returns:
        Nothing where it would say why the gain is not known to rise once more.
    """
    line, gain = found.threshold, found.gain.estimate
    if line.value is None:
        told = f"From which similarity demonstrations pay: {line.reason}."
        return "" if line.reason == found.rises.reason else told
    below = int((found.points["similarity"] < line.value).sum())
    told = (
        f"A straight line through the gains crosses zero at similarity {number(line.value, 2)} "
        f"(95 % interval {interval(line.low, line.high, 2)}): by it, demonstrations pay above and "
        "cost points below. "
    )
    if found.routing_pays is not None and found.routing_pays.outcome == "holds":
        # `in_short` may have named another similarity, above which to show demonstrations.
        return f"{told}{_lie(below, line.n)} below. The cut that scores best need not be there."
    if gain.reason is None and gain.low is not None and gain.low > 0:
        return (
            f"{told}{_lie(below, line.n)} below, and leaving demonstrations out there is not shown "
            "to do better than showing them always."
        )
    if gain.reason is None and gain.high is not None and gain.high < 0:
        return (
            f"{told}{_lie(line.n - below, line.n)} above, and showing demonstrations there alone "
            "is not shown to do better than showing none."
        )
    return f"{told}{_lie(below, line.n)} below."


def _lie(some: int, n: int) -> str:
    return f"{some or 'None'} of the {n} inputs lie{'s' if some == 1 else ''}"


def _speaks_for(found: Similarity) -> str:
    """What the interval of the gain is for, and what it rests on."""
    inputs, counts = f"{found.gain.estimate.n} inputs", found.gain.n_seeds
    lucky = any(METHODS[name].soft_prompt for name in COMPARISONS[found.comparison])
    if not lucky and max(counts) == 1:
        return f"for new inputs; {inputs}"
    seeds = " and ".join(str(count) for count in dict.fromkeys(counts))
    return f"for new seeds and inputs; {inputs}, {seeds} seeds"


def within_inputs(evidence: Evidence) -> Iterator[Section]:
    """The same input with other demonstrations."""
    answers, pictures, tables = [], [], []
    frames: dict[str, pd.DataFrame] = {}
    for task in evidence.tasks:
        for gold in (False, True):
            found = find_swap(evidence, task, gold)
            if found is None:
                continue
            where = task_title(task)
            answers += [answer(verdict, where) for verdict in found.verdicts.values()]
            rows = [
                [
                    METHODS[row["method"]].title,
                    row["arm"],
                    number(row["similarity"], 2),
                    number(row["score"], 2 if gold else 1),
                    interval(row["low"], row["high"], 2 if gold else 1),
                    str(row["n"]),
                ]
                for row in found.arms.to_dict("records")
            ]
            heads = ["method", "demonstration", "similarity", found.outcome.unit, "95 %", "n"]
            tables.append(Table(where, heads, rows))
            plot = partial(plots.arm_scores, found.arms, METHOD_TITLES, measure_of(found.outcome))
            pictures.append(Picture(f"{where}: {found.outcome.unit} by demonstration", plot))
            name = f"swap_{task}" + ("_gold" if gold else "")
            frames |= {name: found.arms, f"{name}_contrasts": found.contrasts}
            frames[f"{name}_slopes"] = found.slopes
    if tables:
        yield Section(
            "Does a more similar demonstration help when the input stays the same?",
            answers,
            pictures,
            tables,
            frames=frames,
        )


def _across(title: str, comparison: str, found: list[Similarity]) -> Section:
    b, a = comparison.split("-")
    a = "zero_shot" if a == "zero" else a
    holm = corrected([each.correlation.p for each in found])
    answers, pictures = [], []
    for each, p in zip(found, holm, strict=True):
        where = task_title(each.task)
        # It stands above a table of corrected p values, and must not say otherwise.
        answers.append(answer(after_correction(each.rises, p), where))
        answers += [answer(each.given_difficulty, where)] if each.given_difficulty else []
        answers.append(in_short(each))
        line = by_a_line(each)
        answers += [Answer(f"{where}: {line[0].lower()}{line[1:]}")] if line else []
        answers += [answer(each.routing_pays, where)] if each.routing_pays else []
        labels = plots.Labels(
            a, b, METHODS[a].title, METHODS[b].title, get_metric(each.metric).title
        )
        pictures.append(
            Picture(
                f"{where}: gain by similarity",
                partial(plots.gain_scatter, each.points, each.bins, labels),
            )
        )
    rows = [
        [
            task_title(each.task),
            number(each.rises.estimate.value, 2, True),
            interval(each.rises.estimate.low, each.rises.estimate.high, 2, True),
            probability(p),
            str(each.rises.estimate.n),
            each.pair.label,
        ]
        for each, p in zip(found, holm, strict=True)
    ]
    heads = ["task", "Spearman", "95 %", "p, corrected", "n", "runs compared"]
    frames: dict[str, pd.DataFrame] = {}
    for each in found:
        frames[f"{comparison}_{each.task}_points"] = each.points
        frames[f"{comparison}_{each.task}_bins"] = each.bins
        if each.routing is not None:
            frames[f"{comparison}_{each.task}_routing"] = each.routing.policies
    table = Table("Gain and similarity, p values corrected for all tasks (Holm)", heads, rows)
    return Section(title, answers, pictures, [table, *_policies(found, a, b)], frames=frames)


def _policies(found: list[Similarity], a: str, b: str) -> Iterator[Table]:
    names = {
        "always_a": f"always {METHODS[a].title}",
        "always_b": f"always {METHODS[b].title}",
        "router": "by similarity",
        "oracle": "the better one, in hindsight",
    }
    rows: list[list[str]] = []
    for each in (each for each in found if each.routing is not None):
        scores: dict[str, Any] = {
            row["policy"]: f"{number(row['score'])} ({interval(row['low'], row['high'])})"
            for row in each.routing.policies.to_dict("records")  # type: ignore[union-attr]
        }
        rows.append([task_title(each.task), *(scores[name] for name in names)])
    if rows:
        yield Table("Choosing for each input", ["task", *names.values()], rows)
