"""Findings as sentences: the number, how sure it is, and the verdict."""

from typing import TYPE_CHECKING

from dashboard.components import terms, text
from ipt_engine.analysis.similarity import Threshold
from ipt_engine.numerals import signed

if TYPE_CHECKING:
    from dashboard.data import Gains
    from ipt_engine.analysis.statistics import Estimate
    from ipt_engine.analysis.verdicts import Verdict


def correlation_sentence(verdict: "Verdict", without: str, with_: str) -> str:
    """HTML: does the gain rise with similarity (`similarity_claims.gain_rises`)?"""
    claim = (
        f"The nearer the training data, the more {text.html(with_)} gains over {text.html(without)}"
    )
    found, rho = verdict.outcome, verdict.estimate
    badge = (
        f'<span class="ipt-verdict ipt-{found.split()[0]}" title="{text.html(verdict.method)}">'
        f"{found}</span>"
    )
    if rho.value is None:
        return f'<div class="ipt-answer">{claim}: {badge}, {text.html(verdict.reason)}.</div>'
    interval = (
        f", {terms.term('wide interval', '95 % interval')} {signed(rho.low, 2)} to "
        f"{signed(rho.high, 2)}"
        if rho.low is not None and rho.high is not None
        else ""
    )
    why = f", {text.html(verdict.reason)}" if verdict.reason else ""
    return (
        f'<div class="ipt-answer">{claim}: {badge} '
        f"({terms.term('spearman', 'Spearman')} <b>{signed(rho.value, 2)}</b>{interval}, "
        f"n = {rho.n}){why}.</div>"
    )


def cut_sentence(gains: "Gains") -> str:
    """HTML: from which similarity on demonstrations pay, and what was left out."""
    left_out = f" {gains.left_out} inputs above the leakage limit are left out."
    return f"<div>{threshold_sentence(gains.threshold)}{left_out if gains.left_out else ''}</div>"


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


def threshold_sentence(threshold: Threshold) -> str:
    """HTML: the similarity above which demonstrations pay."""
    if threshold.value is not None:
        return (
            f"By a straight line, demonstrations pay above similarity <b>{threshold.value:.2f}"
            f"</b> (95 % interval {threshold.low:.2f} to {threshold.high:.2f})."
        )
    return f"From which similarity they pay: {text.html(threshold.reason)}."
