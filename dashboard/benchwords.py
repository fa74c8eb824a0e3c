"""The swap bench's rows in sentences, as HTML."""

import pandas as pd

from dashboard import swapping
from dashboard.components import terms, text
from dashboard.components.panels import logprob, minus
from ipt_engine.analysis.pairing import COMPARISONS
from ipt_engine.methods import METHOD_TITLES

NONE = "none"
"""The kind of methods that show no demonstration."""
HARDLY = 0.5
"""Nats under which a log-probability counts as hardly changed: less than 1.7 times as likely."""
_PROMPTS = {"icl-zero": "without a soft prompt", "ipt-pt": "with one"}
"""What the two methods of a comparison have in common."""
_WITH = {
    NONE: "without a demonstration",
    "wrong answer": "with the nearest input and a wrong answer",
    "other task": "with another task's demonstration",
    swapping.CHOSEN: "with your choice of demonstrations",
}
_ODD = {
    "wrong answer": "That a wrong answer does best is an oddity of this one input.",
    "other task": "That another task's demonstration does best is an oddity of this one input.",
}


def best(rows: pd.DataFrame) -> str:
    """Which way of answering makes the reference the most probable."""
    found = rows.loc[rows["gold_logprob"].idxmax()]
    kind = str(found["kind"])
    said = (
        f"Here <b>{_title(found['method'])}</b> "
        f"{text.html(_WITH.get(kind, f'with the {kind} demonstration'))} gives the reference "
        f"answer the highest probability ({logprob(found['gold_logprob'])})."
    )
    return f"{said} {_ODD[kind]}" if kind in _ODD else said


def against_none(rows: pd.DataFrame) -> str:
    """Whether the nearest demonstration helps against none, without and with a soft prompt."""
    values = rows.set_index(["method", "kind"])["gold_logprob"].to_dict()
    told = []
    for comparison, prompt in _PROMPTS.items():
        without, shown = COMPARISONS[comparison]
        none, nearest = values.get((without, NONE)), values.get((shown, "nearest"))
        if none is None or nearest is None:
            continue
        told.append(
            f"{_moves(nearest - none)} {prompt} ({_title(shown)} {minus(nearest)} against "
            f"{_title(without)} {minus(none)})"
        )
    if not told:
        return ""
    return (
        f"Against none, the nearest demonstration {', and '.join(told)}. One input is an example "
        "and no evidence; for that, see Similarity."
    )


def nearest_to_farthest(rows: pd.DataFrame) -> str:
    """How the reference's log-probability moves from the nearest to the farthest."""
    told = []
    for method, own in rows.groupby("method", sort=False):
        by_kind = own.set_index("kind")["gold_logprob"]
        if not {"nearest", "farthest"} <= set(by_kind.index):
            continue
        change = by_kind["nearest"] - by_kind["farthest"]
        more = "more" if change >= 0 else "less"
        told.append(
            f"{_title(str(method))}: with the nearest demonstration the reference is "
            f"<b>{abs(change):.1f}</b> {terms.term('nats')} {more} likely than with the farthest."
        )
    return " ".join(told)


def _moves(change: float) -> str:
    if abs(change) < HARDLY:
        return "hardly changes how likely the reference is"
    return f"makes the reference <b>{'likelier' if change > 0 else 'less likely'}</b>"


def _title(method: str) -> str:
    return text.html(METHOD_TITLES[method])
