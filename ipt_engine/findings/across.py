"""How the gain from demonstrations goes with similarity, from input to input."""

from dataclasses import dataclass

import pandas as pd

from ipt_engine.analysis import difficulty, router, similarity, similarity_claims
from ipt_engine.analysis.means import SeedEstimate, seed_columns, seed_difference
from ipt_engine.analysis.pairing import COMPARISONS, Pair
from ipt_engine.analysis.verdicts import Verdict
from ipt_engine.evidence import Evidence
from ipt_engine.findings.common import independent
from ipt_engine.methods import METHODS
from ipt_engine.nearness import nearest_similarity


@dataclass(frozen=True)
class GainQuestion:
    """What is compared, by what, on which inputs.

    Attributes:
        task: Its name.
        comparison: A key of `pairing.COMPARISONS`.
        limit: Inputs nearer to the training data than this are left out.
        pair: The runs compared; the first that fit if None.
        metric: Its name; the task's primary one if None.
        measure: What similarity is measured by, as `nearness.nearest_similarity` takes it; that
            of the runs' own encoder if None.
    """

    task: str
    comparison: str = "ipt-pt"
    limit: float = 1.0
    pair: Pair | None = None
    metric: str | None = None
    measure: str | None = None


@dataclass(frozen=True)
class GainClaims:
    """Whether demonstrations help on a task, and the more the nearer they are.

    Attributes:
        task: Its name.
        comparison: A key of `pairing.COMPARISONS`.
        metric: The metric's name.
        pair: The runs compared.
        nearest: Whether those with demonstrations showed the most similar ones.
        leakage: What the limit left out.
        points: `similarity.paired_gain`.
        rises: The gain rises with similarity.
        beats: Demonstrations help over all inputs, these seeds taken as they are.
    """

    task: str
    comparison: str
    metric: str
    pair: Pair
    nearest: bool
    leakage: difficulty.LeakageCut
    points: pd.DataFrame
    rises: Verdict
    beats: Verdict


@dataclass(frozen=True)
class Similarity(GainClaims):
    """How the gain from demonstrations goes with similarity, across a task's inputs.

    Attributes:
        bins: `similarity.bin_gain`.
        given_difficulty: It does among inputs of equal difficulty; None without zero-shot runs.
        difficulty: The correlation before and after; None likewise.
        gain: The same for other seeds too.
        threshold: Above which similarity they help, by a straight line.
        routing: What choosing by similarity is worth; None with too few inputs.
        routing_pays: Whether it is worth it.
        cut: The similarity to choose by from now on.
        curve: `router.cut_curve`: what each threshold scores.
    """

    bins: pd.DataFrame
    given_difficulty: Verdict | None
    difficulty: difficulty.Controlled | None
    gain: SeedEstimate
    threshold: similarity.Threshold
    routing: router.Routing | None
    routing_pays: Verdict | None
    cut: similarity.Threshold | None
    curve: pd.DataFrame


def find_gain_claims(evidence: Evidence, question: GainQuestion) -> GainClaims | None:
    """Whether demonstrations help, and the more the nearer they are; None without such runs."""
    found = _compared(evidence, question)
    return None if found is None else found[0]


def find_similarity(evidence: Evidence, question: GainQuestion) -> Similarity | None:
    """How the gain from demonstrations goes with similarity; None without such runs."""
    found = _compared(evidence, question)
    if found is None:
        return None
    task, comparison = question.task, question.comparison
    claims, without, with_ = found
    points, metric = claims.points, claims.metric
    names = _names(comparison)
    controlled = _controlled(evidence, task, points)
    enough = len(points.dropna(subset=["similarity"])) >= router.MIN_ROUTED
    routing = router.route(points, metric) if enough else None
    kept = set(points["example_id"])
    return Similarity(
        **{name: getattr(claims, name) for name in GainClaims.__dataclass_fields__},
        bins=similarity.bin_gain(points, metric, binning="quantile"),
        given_difficulty=None
        if controlled is None
        else difficulty.rises_given_difficulty(
            controlled, "the gold answer's log-probability, zero-shot", *names
        ),
        difficulty=controlled,
        gain=seed_difference(
            without[without["example_id"].isin(kept)], with_[with_["example_id"].isin(kept)], metric
        ),
        threshold=similarity.threshold(points),
        routing=routing,
        routing_pays=None if routing is None else router.routing_pays(routing, metric),
        cut=router.best_cut(points, metric) if enough else None,
        curve=router.cut_curve(points, metric),
    )


def _compared(
    evidence: Evidence, question: GainQuestion
) -> tuple[GainClaims, pd.DataFrame, pd.DataFrame] | None:
    """The claims, and the ledgers without and with demonstrations behind them."""
    task, comparison = question.task, question.comparison
    given = [question.pair] if question.pair is not None else evidence.pairs(task, comparison)
    if not given:
        return None
    metric, pair = question.metric or evidence.metric(task), given[0]
    columns = [*similarity.paired_columns(metric), *seed_columns(metric)]
    without, with_ = (
        evidence.ledger(independent(evidence, ids), columns) for ids in (pair.without, pair.with_)
    )
    paired = measured(similarity.paired_gain(without, with_, metric), task, question.measure)
    points, leakage = difficulty.drop_leaked(paired, question.limit, "similarity")
    names = _names(comparison)
    rises = similarity_claims.gain_rises(points, *names)
    beats = similarity_claims.beats(points, metric, *names)
    nearest = bool(with_["retriever"].eq("dense").all())
    claims = GainClaims(task, comparison, metric, pair, nearest, leakage, points, rises, beats)
    return claims, without, with_


def measured(paired: pd.DataFrame, task: str, measure: str | None) -> pd.DataFrame:
    """Pairs (`similarity.paired_gain`) with the similarity measured anew; as they are if None."""
    if measure is None:
        return paired
    by_id = nearest_similarity(task, measure)
    found = paired.assign(similarity=paired["example_id"].map(by_id))
    return found.sort_values(["similarity", "example_id"], ignore_index=True)


def _names(comparison: str) -> list[str]:
    return [METHODS[name].title for name in COMPARISONS[comparison]]


def _controlled(
    evidence: Evidence, task: str, points: pd.DataFrame
) -> difficulty.Controlled | None:
    runs = evidence.task_runs(task)
    bare = list(runs.loc[runs["method"] == "zero_shot", "run_id"])
    if not bare:
        return None
    ledger = evidence.ledger(bare, ["example_id", "gold_logprob", "gold_tokens"])
    return difficulty.control_difficulty(points, difficulty.gold_logprob(ledger))
