"""Findings as sentences: the number, how sure it is, and the verdict."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dashboard.components import terms, text
from dashboard.components.answers import badge
from ipt_engine.numerals import signed

if TYPE_CHECKING:
    from ipt_engine.analysis.difficulty import LeakageCut
    from ipt_engine.analysis.statistics import Estimate
    from ipt_engine.analysis.verdicts import Verdict


def seed_words(prompt: Mapping[str, Any]) -> str:
    """A prompt's seed, with that of its data order where it has one of its own.

    Args:
        prompt: A row of `RunStore.prompts`.
    """
    own_order = not prompt["imported"] and prompt["order_seed"] != prompt["seed"]
    return f"seed {prompt['seed']}" + (f", order {prompt['order_seed']}" if own_order else "")


def correlation_sentence(rises: "Verdict", without: str, with_: str) -> str:
    """HTML: does the gain rise with similarity?

    It is said of the training data, not of the demonstration: from input to input difficulty
    changes too, and what was shown need not have been the nearest.

    Args:
        rises: `similarity_claims.gain_rises`.
        without: The method without demonstrations, for people.
        with_: The method with them.
    """
    claim = (
        f"The nearer an input is to the training data, the more {text.html(with_)} gains over "
        f"{text.html(without)}: {badge(rises.outcome)}"
    )
    found = rises.estimate
    if found.value is None:
        return f'<div class="ipt-answer">{claim}, {text.html(found.reason)}.</div>'
    interval = (
        f", {terms.term('wide interval', '95 % interval')} {signed(found.low, 2)} to "
        f"{signed(found.high, 2)}"
        if found.low is not None and found.high is not None
        else ", no interval"
    )
    told = (
        f"{claim} ({terms.term('spearman', 'Spearman')} <b>{signed(found.value, 2)}</b>{interval}, "
        f"n = {found.n})."
    )
    if rises.reason:
        told += f" {text.html(rises.reason[0].upper() + rises.reason[1:])}."
    return f'<div class="ipt-answer">{told}</div>'


def cut_sentence(told: str, leakage: "LeakageCut") -> str:
    """HTML: from which similarity on demonstrations pay, as told, and what was left out."""
    told = text.html(told)
    if leakage.dropped:
        one = leakage.dropped == 1
        told += (
            f" {leakage.dropped} input{'' if one else 's'} above the leakage limit "
            f"{'is' if one else 'are'} left out."
        )
    return f"<div>{told.strip()}</div>"


def difference_sentence(overall: "Estimate", metric: str, first: str, second: str) -> str:
    """HTML: by how much the second is better than the first on the same inputs."""
    if overall.value is None:
        return f"The difference cannot be computed: {text.html(overall.reason)}."
    better = "better" if overall.value >= 0 else "worse"
    interval = ", no interval"
    if overall.low is not None and overall.high is not None:
        interval = (
            f" ({terms.term('interval', '95 % interval')} {signed(overall.low, 1)} to "
            f"{signed(overall.high, 1)})"
        )
    return (
        f"On the same {overall.n} inputs {text.html(second)} is <b>{abs(overall.value):.1f}"
        f"</b> {text.html(metric)} points {better} than {text.html(first)}{interval}."
    )
