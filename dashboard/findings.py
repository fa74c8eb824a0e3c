"""What the runs say to each question: `ipt_engine.findings`, cached by the store's stamp."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard import data
from ipt_engine.studies import read_studies

if TYPE_CHECKING:
    from ipt_engine.analysis.advisor import Advice
    from ipt_engine.analysis.pairing import Pair
    from ipt_engine.analysis.similarity import Binning
    from ipt_engine.analysis.verdicts import Verdict
    from ipt_engine.evidence import Evidence
    from ipt_engine.findings import (
        GainClaims,
        GainQuestion,
        Methods,
        Partner,
        Similarity,
        Stability,
        Swap,
        TransferFinding,
    )


@dataclass(frozen=True)
class Scope:
    """Which runs a question is asked of.

    Attributes:
        study: The study's name; None for all runs of the store.
        base_model: Whose runs; that with the most if None.
    """

    study: str | None = None
    base_model: str | None = None


def evidence(scope: Scope) -> "Evidence":
    """The runs of the scope, arranged; not to be changed."""
    return _evidence(str(data.store().root), data.stamp(), scope)


def methods(scope: Scope, task: str) -> "Methods | None":
    """Which method wins on a task."""
    found: Methods | None = _find(scope, "find_methods", task)
    return found


def gains(scope: Scope, comparison: str = "ipt-pt") -> pd.DataFrame:
    """What demonstrations gain on each task."""
    found: pd.DataFrame = _find(scope, "find_gains", comparison)
    return found


def pairs(scope: Scope, task: str, comparison: str) -> "list[Pair]":
    """What can be compared on a task, as `Evidence.pairs` has it."""
    return _pairs(str(data.store().root), data.stamp(), scope, task, comparison)


def partner(scope: Scope, task: str, comparison: str) -> "Partner | None":
    """The run that would make the first pair on a task."""
    found: Partner | None = _find(scope, "find_partner", task, comparison)
    return found


def similarity(scope: Scope, question: "GainQuestion") -> "Similarity | None":
    """How the gain from demonstrations goes with similarity."""
    return _similarity(str(data.store().root), data.stamp(), scope, question)


def gain_claims(scope: Scope, question: "GainQuestion") -> "GainClaims | None":
    """Whether IPT beats PT, and the more the nearer the training data."""
    found: GainClaims | None = _find(scope, "find_gain_claims", question)
    return found


def bins(scope: Scope, question: "GainQuestion", count: int, binning: "Binning") -> pd.DataFrame:
    """`similarity.bin_gain` of the points of `gain_claims`; no rows where there are no such runs.

    Args:
        scope: Of which runs.
        question: What is compared.
        count: At most so many bins.
        binning: Of equal width, or of equally many inputs.
    """
    return _bins(str(data.store().root), data.stamp(), scope, question, count, binning)


def swap(scope: Scope, task: str, gold: bool = False) -> "Swap | None":
    """What another demonstration does to the same inputs."""
    found: Swap | None = _find(scope, "find_swap", task, gold)
    return found


def swap_claims(scope: Scope, task: str) -> "dict[str, Verdict]":
    """Whether another demonstration changes what is answered to the same input."""
    found: dict[str, Verdict] = _find(scope, "find_swap_claims", task)
    return found


def stability(scope: Scope) -> "Stability | None":
    """How much luck decides."""
    found: Stability | None = _find(scope, "find_stability")
    return found


def lengths(scope: Scope, task: str) -> pd.DataFrame | None:
    """Score and spread against the soft prompt's length."""
    found: pd.DataFrame | None = _find(scope, "find_lengths", task)
    return found


def sources_of_luck(scope: Scope, task: str) -> dict[str, pd.DataFrame]:
    """What the spread is made of, by method."""
    found: dict[str, pd.DataFrame] = _find(scope, "find_sources_of_luck", task)
    return found


def draw_luck(scope: Scope, task: str) -> dict[str, pd.DataFrame]:
    """Whether the training or the demonstrations drawn decide, by method."""
    found: dict[str, pd.DataFrame] = _find(scope, "find_draw_luck", task)
    return found


def transfer(scope: Scope) -> "TransferFinding | None":
    """Whether prompts carry over."""
    found: TransferFinding | None = _find(scope, "find_transfer")
    return found


def advice(scope: Scope, task: str, margin: float = 1.0) -> "Advice":
    """Which method to take, or what to run first."""
    found: Advice = _find(scope, "find_advice", task, margin)
    return found


def report(scope: Scope) -> str:
    """All findings as one HTML page that needs no network; kept until the store changes."""
    return _report(str(data.store().root), data.stamp(), scope)


@st.cache_data(max_entries=2, show_spinner=False)
def _report(root: str, at: data.Stamp, scope: Scope) -> str:
    from ipt_engine.report import build_report, to_html  # noqa: PLC0415 loads scipy

    study = next((s for s in read_studies(data.store().roots) if s.name == scope.study), None)
    return to_html(build_report(data.store(), study, scope.base_model))


def _find(scope: Scope, name: str, *args: Any) -> Any:
    return _found(str(data.store().root), data.stamp(), scope, name, args)


@st.cache_resource(max_entries=4, show_spinner=False)
def _evidence(root: str, at: data.Stamp, scope: Scope) -> "Evidence":
    from ipt_engine.evidence import Evidence  # noqa: PLC0415 loads scipy

    study = next((s for s in read_studies(data.store().roots) if s.name == scope.study), None)
    return Evidence(data.store(), None if study is None else study.run_ids(), scope.base_model)


@st.cache_data(max_entries=128, show_spinner="Computing")
def _found(root: str, at: data.Stamp, scope: Scope, name: str, args: tuple[Any, ...]) -> Any:
    from ipt_engine import findings  # noqa: PLC0415 loads scipy

    return getattr(findings, name)(evidence(scope), *args)


@st.cache_data(max_entries=32, show_spinner=False)
def _pairs(root: str, at: data.Stamp, scope: Scope, task: str, comparison: str) -> "list[Pair]":
    return evidence(scope).pairs(task, comparison)


@st.cache_data(max_entries=64, show_spinner="Computing")
def _similarity(
    root: str, at: data.Stamp, scope: Scope, question: "GainQuestion"
) -> "Similarity | None":
    from ipt_engine.findings import similarity_of  # noqa: PLC0415 loads scipy

    # The page has asked for these before, and waits for the rest alone.
    claims = gain_claims(scope, question)
    return None if claims is None else similarity_of(claims)


@st.cache_data(max_entries=64, show_spinner=False)
def _bins(
    root: str, at: data.Stamp, scope: Scope, question: "GainQuestion", count: int, binning: Any
) -> pd.DataFrame:
    from ipt_engine.analysis.similarity import bin_gain  # noqa: PLC0415 loads scipy

    claims = gain_claims(scope, question)
    assert claims is not None
    return bin_gain(claims.points, claims.metric, count, binning)
