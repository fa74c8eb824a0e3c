"""What the Playground's panels show: answers being generated, or those stored by runs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from dashboard import data, engine
from dashboard.benchwords import HARDLY
from dashboard.components import terms
from dashboard.components.panels import Panel, logprob
from ipt_engine.analysis.pairing import COMPARISONS
from ipt_engine.methods import METHODS
from ipt_engine.records import Example
from ipt_engine.retrievers import Demonstration

NONE = "No stored answer. Press Generate."
OTHER = "Answered with another demonstration."
_VIRTUAL = terms.term("virtual tokens", "virtual")
_WITHOUT = {with_: without for without, with_ in reversed(COMPARISONS.values())}
"""Of each method with demonstrations the one that differs from it by them alone."""


def generated_panels(generation: engine.Generation) -> dict[str, Panel]:
    """What is written so far."""
    question = generation.question
    shown = [part for d in question.demonstrations for part in (d.example.input, d.example.answer)]
    drawn = {}
    for name, method in METHODS.items():
        answer = generation.answers.get(name)
        if answer is None:
            drawn[name] = Panel(None, _missing(name, generation))
            continue
        if generation.stopping.is_set() and not answer.text:
            drawn[name] = Panel(None, "Stopped before the first word.")
            continue
        facts = [
            f"{answer.generated_tokens} tokens written, {answer.prompt_tokens} read"
            + (f" + {answer.virtual_tokens} {_VIRTUAL}" if answer.virtual_tokens else "")
        ]
        if answer.seconds is not None:
            facts.append(f"done after {answer.seconds:.1f} s")
        if answer.gold_logprob is not None:
            facts.append(logprob(answer.gold_logprob))
        drawn[name] = Panel(
            answer.text,
            "cut at the length limit" if answer.finish == "length" else "",
            answer.scores,
            facts,
            shown if method.demonstrations else (),
            answer.shown,
            answer.gold_logprob,
            writing=generation.running and answer.finish is None,
        )
    return drawn


def beside(drawn: Mapping[str, Panel], demonstrations: Iterable[Demonstration]) -> dict[str, Panel]:
    """The panels; those answered with others than these demonstrations say so."""
    chosen = {demonstration.example.id for demonstration in demonstrations}
    return {
        name: replace(panel, outdated=OTHER)
        if panel.shown and set(panel.shown) != chosen
        else panel
        for name, panel in drawn.items()
    }


def helps(drawn: Mapping[str, Panel], metric: str | None) -> str:
    """HTML of a sentence: did the demonstrations help on this input, by one metric's scores?

    Empty unless a method with demonstrations and the one without have scores, and what was shown
    is what is chosen at present.
    """
    shown = {tuple(sorted(drawn[name].shown)) for name in _WITHOUT if name in drawn} - {()}
    outdated = any(panel.outdated or panel.writing for panel in drawn.values())
    if outdated or len(shown) != 1:
        return ""
    pairs = ((with_, drawn.get(with_), drawn.get(without)) for with_, without in _WITHOUT.items())
    told = [said for pair in pairs if (said := _compared(*pair, metric))]
    if not told:
        return ""
    these = "this demonstration" if len(next(iter(shown))) == 1 else "these demonstrations"
    return f"With {these}, by {terms.metric(str(metric))}: {', '.join(told)}, on this one input."


def _compared(name: str, with_: Panel | None, without: Panel | None, metric: str | None) -> str:
    """HTML: how much more the method scores than the one without demonstrations; "" if unknown.

    Where both score the same, as where both are wrong, the reference's log-probability may still
    tell which is nearer to it.
    """
    if with_ is None or without is None or metric not in with_.scores.keys() & without.scores:
        return ""
    # As they stand in the panels, so that what is said is the difference of what is seen.
    gain = round(round(with_.scores[metric], 1) - round(without.scores[metric], 1), 1)
    more = f"<b>{abs(gain):.1f}</b> {'more than' if gain > 0 else 'less than'}"
    told = f"{METHODS[name].title} scores {more if gain else '<b>the same</b> as'} "
    told += METHODS[_WITHOUT[name]].title
    if gain or with_.gold_logprob is None or without.gold_logprob is None:
        return told
    likelier = with_.gold_logprob - without.gold_logprob
    if abs(likelier) < HARDLY:
        return told
    return f"{told} but finds the reference {'likelier' if likelier > 0 else 'less likely'}"


def _missing(name: str, generation: engine.Generation) -> str:
    method, question = METHODS[name], generation.question
    if method.soft_prompt and name not in dict(question.prompts):
        return f"No {method.title} prompt for this task yet. Train one."
    if method.demonstrations and not question.demonstrations:
        return "No demonstration picked. Tick one above."
    return "…" if generation.running else "No answer."


def stored_panels(
    task: str, base_model: str, example: Example, prompts: Mapping[str, str]
) -> dict[str, Panel]:
    """Answers that runs in the store gave to this input.

    Args:
        task: Its task.
        base_model: Only runs of this one.
        example: One of the task's test examples.
        prompts: Prompt chosen for each method that has one.
    """
    runs = data.runs()
    runs = runs[(runs["task"] == task) & (runs["base_model"] == base_model)]
    drawn = {}
    for name, method in METHODS.items():
        fitting = _fitting_runs(runs, name, prompts.get(name))
        row = _ledger_row(list(fitting), example.id)
        if row is None:
            lacking = method.soft_prompt and name not in prompts
            said = f"No {method.title} prompt for this task yet. Train one." if lacking else NONE
            drawn[name] = Panel(None, said)
            continue
        train = data.examples(task, "train")
        shown = [train[i] for i in row["demonstration_ids"] if i in train]
        facts = [f"{row['generated_tokens']} tokens", logprob(row["gold_logprob"])]
        drawn[name] = Panel(
            row["prediction"],
            f"run {row['run_id']}, seed {row['seed']}",
            engine.example_scores(task, row["prediction"], example),
            facts,
            [part for e in shown for part in (e.input, e.answer)],
            list(row["demonstration_ids"]) if method.demonstrations else (),
            row["gold_logprob"],
        )
    return drawn


def _fitting_runs(runs: pd.DataFrame, method: str, prompt_id: str | None) -> Sequence[str]:
    """Run ids of a method, the usual ones first; with that prompt, where one is chosen."""
    keep = (runs["method"] == method) & (runs["split"] == "test")
    if prompt_id is not None:
        keep &= runs["prompt_id"] == prompt_id
    return data.usual_first(runs[keep])


def _ledger_row(run_ids: list[str], example_id: str) -> pd.Series | None:
    columns = ["run_id", "seed", "example_id", "prediction", "demonstration_ids"]
    for run_id in run_ids:
        ledger = data.ledger([run_id], [*columns, "generated_tokens", "gold_logprob"])
        found = ledger[ledger["example_id"] == example_id]
        if not found.empty:
            return found.iloc[0]
    return None
