"""Which method to use, and what it would take to know."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from ipt_engine import plots
from ipt_engine.analysis.advice_case import Case
from ipt_engine.analysis.advice_runs import OpenPair, Plan
from ipt_engine.analysis.advisor import Advice
from ipt_engine.analysis.planning import MOST_SEEDS
from ipt_engine.analysis.verdicts import POWER
from ipt_engine.estimates import duration
from ipt_engine.evidence import Evidence
from ipt_engine.findings import find_advice
from ipt_engine.methods import METHOD_TITLES, METHODS
from ipt_engine.metrics import get_metric
from ipt_engine.report.parts import Answer, Picture, Section, Table
from ipt_engine.report.wording import interval, number, shown_detail
from ipt_engine.tasks import task_title
from ipt_engine.tasks.judging_own import FEW_TESTS, few_tests

UNKNOWN_TIME = "not known yet"
_SLOWER = 1.1
"""So many times the time of a query are worth a word."""


def what_to_use(evidence: Evidence) -> Iterator[Section]:
    """A recommendation for each task, or what it would take to give one."""
    answers, pictures, tables, frames, notes = [], [], [], {}, []
    for task in evidence.tasks:
        found = find_advice(evidence, task)
        if found.options.empty:
            continue
        where, metric = task_title(task), get_metric(found.metric).title
        told = "undecided" if found.recommended is None else named(found, found.recommended)
        answers.append(Answer(f"{where}: {told}. {' '.join([*reasons(found), *provisos(found)])}"))
        plot = partial(
            plots.cost_scatter,
            found.options,
            METHOD_TITLES,
            metric,
            recommended=found.recommended,
        )
        pictures.append(Picture(f"{where}: score against the time of a query", plot))
        if found.plan.runs:
            rows = [
                [
                    METHODS[run.method].title,
                    run.command or "a config of its own",
                    time_of(run.seconds),
                    run.why,
                ]
                for run in found.plan.runs
            ]
            heads = ["method", "run", "time", "what for"]
            tables.append(Table(f"{where}: {plan_title(found).lower()}", heads, rows))
        frames[f"costs_{task}"] = found.options
    if answers:
        notes.append(
            "A method is recommended if it beats every cheaper one, and no dearer one beats it by "
            "a point or more. Times are those of the machines below, evaluated in batches."
        )
        yield Section("What should I use?", answers, pictures, tables, notes, frames)


def reasons(found: Advice) -> list[str]:
    """Why a method is recommended, or none, in sentences."""
    if found.plan.too_few:
        return [_too_few(found.plan)]
    if found.few_answered:
        return [
            f"What was run answers {_of_tests(int(found.options['n'].max()))}, too few for any "
            f"interval. The task has {found.plan.most:,}."
        ]
    if found.case is None:
        return [
            "Zero-shot and ICL need no training. Training each soft prompt with several seeds "
            "shows how much luck decides."
        ]
    told = []
    if len(found.options) == 1:
        lone = found.options["n_variants"].iloc[0] == 1
        told.append(f"One {'way of answering' if lone else 'method'} alone has been run.")
    if found.nothing_scored:
        told.append(
            f"No answer scores any {get_metric(found.metric).title}, so there is nothing to choose "
            "by. More steps or demonstrations, or a larger base model, may change that."
        )
    else:
        told += _about_pairs(found, found.case)
    for row in found.options.to_dict("records"):
        if row["luck"] and row["n_seeds"] == 1:
            title = METHODS[row["method"]].title
            told.append(f"{title} was run with one seed: its spread is unknown.")
    return [*told, *_about_plan(found, found.case)]


def provisos(found: Advice) -> list[str]:
    """What else one has to know of the scores and costs, in sentences."""
    picked, sentences = [], []
    for row in found.options.to_dict("records"):
        title = METHODS[row["method"]].title
        if row["n_variants"] > 1:
            picked.append(f"{title} for its {row['n_variants']} variants{_which(row)}")
        if pd.notna(row["break_even"]):
            sentences.append(
                f"Training {title} is repaid, in time saved against ICL, after "
                f"{row['break_even']:,.0f} queries."
            )
    if picked:
        sentences.insert(
            0,
            f"The best stands for all: {'; '.join(picked)}. It was picked on these same test "
            "inputs, which flatters it; the correction counts them all.",
        )
    return sentences


def settings(found: Advice) -> dict[str, str]:
    """What tells each method's variant from its other ones, or from what other methods had.

    Returns:
        Method to a text such as "3 nearest, 100 virtual tokens"; "" where all are alike.
    """
    rows = found.options.to_dict("records")
    shown = {row["method"]: shown_detail(row) for row in rows}
    unlike = len(set(filter(None, shown.values()))) > 1
    texts = {}
    for row in rows:
        first = shown[row["method"]] if unlike or row["n_variants"] > 1 else ""
        texts[row["method"]] = ", ".join(part for part in (first, row["apart"]) if part)
    return texts


def named(found: Advice, method: str) -> str:
    """A method's title, with the settings that it stands for where those need a word."""
    told = settings(found)[method]
    return f"{METHODS[method].title} ({told})" if told else METHODS[method].title


def plan_title(found: Advice) -> str:
    """What the runs to come are for, as a heading."""
    if found.case is None or found.few_answered:
        return "What would give a first answer"
    return "What would decide a part of it" if found.plan.hopeless else "What would decide it"


def time_of(seconds: float | None) -> str:
    """A time to come, or that it is not known."""
    return UNKNOWN_TIME if seconds is None else duration(seconds)


def _too_few(plan: Plan) -> str:
    """That no runs would decide, and what would."""
    there = "What was run answers" if plan.available is None else "The task has"
    return (
        f"{there} {_of_tests(plan.most)}. A difference on so few has no interval, so no number of "
        "runs would decide which method is better. Add test inputs: with "
        f"{FEW_TESTS} or more, differences between methods begin to show."
    )


def _of_tests(count: int) -> str:
    return f"{count:,} test input{'' if count == 1 else 's'}"


def _about_pairs(found: Advice, case: Case) -> list[str]:
    """What is shown of the recommended method, or the leader, against each of the others."""
    first = found.recommended or case.ranked[0]
    options = {row["method"]: row for row in found.options.to_dict("records")}
    title, sentences = METHODS[first].title, []
    much = f"{case.margin:g} point{'' if case.margin == 1 else 's'}"
    for other in (name for name in case.ranked if name != first):
        gap, name = case.gaps[first, other], named(found, other)
        gained = gap.estimate(case.comparisons)
        if gained.low is None or gained.high is None:
            why = gap.reason or "there is no interval"
            sentences.append(
                f"{title} against {name} ({number(gap.value, 1, True)} points): {why}."
            )
            continue
        costs = _cost(options[other], options[first])
        cheaper = case.cheaper(other, first)
        value, low, high = gap.value, gained.low, gained.high
        if low > 0:
            said = f"{title} is better than {name}, which {costs}"
        elif cheaper:
            said = f"{title} is not shown to be better than {name}, which {costs}"
        else:
            as_good = low > -case.margin
            said = f"{name} {costs} and {'is not' if as_good else 'may be'} better than {title} by "
            said += f"as much as {much}" if as_good else f"{much} or more"
            # Above 0 means that the method which the sentence is about is the better one.
            value, low, high = -value, -high, -low
        ends = interval(low, high, 1, True)
        sentences.append(f"{said} ({number(value, 1, True)} points, corrected interval {ends}).")
    return sentences


def _cost(of: Mapping[Any, Any], other: Mapping[Any, Any]) -> str:
    """What one method costs that tells its cost from another's, where it costs more included."""
    trains, others = (METHODS[each["method"]].soft_prompt for each in (of, other))
    slower = ""
    if of["seconds"] >= _SLOWER * other["seconds"] > 0:
        slower = f", but {of['seconds'] / other['seconds']:.1f} times the time of a query"
    if trains != others:
        time = of["training_seconds"]
        if not trains:
            return f"needs no training{slower}"
        return f"costs {duration(time)} of training" if pd.notna(time) else "has to be trained"
    # Of methods that train alike, the one with fewer tokens a query is the cheaper one.
    dear = of["prompt_tokens"] > other["prompt_tokens"]
    seconds = [f"{each['seconds']:.2f}" for each in (of, other)]
    if (of["seconds"] > other["seconds"]) == dear and seconds[0] != seconds[1]:
        return f"costs {seconds[0]} s a query against {seconds[1]} s"
    tokens = [f"{each['prompt_tokens']:.0f}" for each in (of, other)]
    told = f"costs {tokens[0]} tokens a query against {tokens[1]}"
    return told if dear else told + slower


def _which(row: Mapping[Any, Any]) -> str:
    """Which variant it is, in a few words."""
    parts = [shown_detail(row), row["apart"]]
    if parts[0]:
        several = row["num_fewshot"] > 1
        the = "the " if several and row["retriever"] == "dense" else ""
        parts[0] = f"{the}{parts[0]} demonstration{'s' if several else ''}"
    told = ", ".join(part for part in parts if part)
    return f", the one with {told}" if told else ""


def _about_plan(found: Advice, case: Case) -> list[str]:
    """What the runs to come would decide, and what would remain open."""
    plan = found.plan
    new = dict.fromkeys(run.method for run in plan.runs if run.method not in case.ranked)
    sentences = [f"{METHODS[method].title} was not run." for method in new]
    if plan.unknown:
        sentences.append(
            f"How many runs decide can be said once the spread of {_titles(plan.unknown)} is known."
        )
    if plan.decided:
        pairs = _and([_told_apart(pair) for pair in plan.decided])
        each = ", each" if len(plan.decided) > 1 else ""
        sentences.append(
            f"The runs named would tell {pairs}{each} with a chance of {100 * POWER:.0f} % if "
            "difference and spreads are as they look now. They may not be: then more are asked for."
        )
    if plan.inputs > (before := int(found.options["n"].max())):
        sentences.append(
            f"The runs named answer {_inputs(plan.inputs, plan)} test inputs, not {before:,} as so "
            "far, so what was run before is run again; its prompts are not trained again."
        )
    verb = "would remain" if plan.runs else "remains"
    options = {row["method"]: row for row in found.options.to_dict("records")}
    few = few_tests(plan.most) if plan.hopeless else None
    for pair in plan.hopeless:
        cheap, dear = sorted(pair.methods, key=case.cheap.index)
        told = (
            f"{METHODS[dear].title} against {METHODS[cheap].title} {verb} undecided: not even "
            f"{_most(pair, plan, found.options)} are likely to tell them apart."
        )
        # What is not known on a handful of inputs is no reason to take the cheaper one.
        if few is None:
            told += f" {METHODS[cheap].title} {_cost(options[cheap], options[dear])}."
        sentences.append(told)
    return sentences if few is None else [*sentences, few]


def _most(pair: OpenPair, plan: Plan, options: pd.DataFrame) -> str:
    """The most runs that were thought of, in words."""
    inputs = f"{_inputs(plan.most, plan)} test inputs"
    lucky = options.loc[options["luck"] & options["method"].isin(pair.methods), "method"].tolist()
    if not lucky:
        return inputs
    whose = "each" if len(lucky) == len(pair.methods) else _titles(lucky)
    return f"{MOST_SEEDS} seeds of {whose} on {inputs}"


def _inputs(count: int, plan: Plan) -> str:
    return f"all {count:,}" if count == plan.available else f"{count:,}"


def _told_apart(pair: OpenPair) -> str:
    return " from ".join(METHODS[name].title for name in pair.methods)


def _titles(names: Sequence[str]) -> str:
    return _and([METHODS[name].title for name in names])


def _and(words: Sequence[str]) -> str:
    return " and ".join([*([", ".join(words[:-1])] if words[1:] else []), *words[-1:]])
