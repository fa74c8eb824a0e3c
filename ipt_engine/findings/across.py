"""How the gain from demonstrations goes with similarity, from input to input."""

from dataclasses import dataclass

import pandas as pd

from ipt_engine.analysis import difficulty, router, similarity, similarity_claims
from ipt_engine.analysis.means import SeedEstimate, seed_columns, seed_difference
from ipt_engine.analysis.pairing import COMPARISONS, Pair
from ipt_engine.analysis.run_gains import RunGains, run_gains
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
        gain: Over all inputs, for new seeds and new inputs.
        correlation: Of gain and similarity, likewise.
        rises: The gain rises with similarity.
        given_difficulty: It does among inputs of equal difficulty; None without zero-shot runs.
        beats: Demonstrations help over all inputs.
    """

    task: str
    comparison: str
    metric: str
    pair: Pair
    nearest: bool
    leakage: difficulty.LeakageCut
    points: pd.DataFrame
    gain: SeedEstimate
    correlation: similarity.Correlation
    rises: Verdict
    given_difficulty: Verdict | None
    beats: Verdict


@dataclass(frozen=True)
class Similarity(GainClaims):
    """How the gain from demonstrations goes with similarity, across a task's inputs.

    Attributes:
        bins: `similarity.bin_gain`.
        threshold: Above which similarity they help, by a straight line.
        routing: What choosing by similarity is worth; None with too few inputs.
        routing_pays: Whether it is worth it.
        cut: The similarity to choose by from now on.
        curve: `router.cut_curve`: what each threshold scores.
    """

    bins: pd.DataFrame
    threshold: similarity.Threshold
    routing: router.Routing | None
    routing_pays: Verdict | None
    cut: similarity.Threshold | None
    curve: pd.DataFrame


def find_gain_claims(evidence: Evidence, question: GainQuestion) -> GainClaims | None:
    """Whether demonstrations help, and the more the nearer they are; None without such runs."""
    task, comparison = question.task, question.comparison
    given = [question.pair] if question.pair is not None else evidence.pairs(task, comparison)
    if not given:
        return None
    metric, pair = question.metric or evidence.metric(task), given[0]
    columns = [*similarity.paired_columns(metric), *seed_columns(metric)]
    without, with_ = (
        evidence.ledger(independent(evidence, ids), columns) for ids in (pair.without, pair.with_)
    )
    paired = _measured(similarity.paired_gain(without, with_, metric), task, question.measure)
    points, leakage = difficulty.drop_leaked(paired, question.limit, "similarity")
    names = _names(comparison)
    kept = set(points["example_id"])
    without, with_ = (rows[rows["example_id"].isin(kept)] for rows in (without, with_))
    runs, gain = run_gains(without, with_, metric), seed_difference(without, with_, metric)
    correlation = similarity_claims.rise_of(points, runs)
    controlled = _controlled(evidence, task, points, runs)
    return GainClaims(
        task,
        comparison,
        metric,
        pair,
        nearest=bool(with_["retriever"].eq("dense").all()),
        leakage=leakage,
        points=points,
        gain=gain,
        correlation=correlation,
        rises=similarity_claims.gain_rises(correlation, *names),
        given_difficulty=None
        if controlled is None
        else difficulty.rises_given_difficulty(
            controlled, "the gold answer's log-probability, zero-shot", *names
        ),
        beats=similarity_claims.beats(gain, metric, *names),
    )


def find_similarity(evidence: Evidence, question: GainQuestion) -> Similarity | None:
    """How the gain from demonstrations goes with similarity; None without such runs."""
    claims = find_gain_claims(evidence, question)
    return None if claims is None else similarity_of(claims)


def similarity_of(claims: GainClaims) -> Similarity:
    """What else `find_similarity` finds of the same points."""
    points, metric = claims.points, claims.metric
    enough = len(points.dropna(subset=["similarity"])) >= router.MIN_ROUTED
    routing = router.route(points, metric) if enough else None
    return Similarity(
        **{name: getattr(claims, name) for name in GainClaims.__dataclass_fields__},
        bins=similarity.bin_gain(points, metric, binning="quantile"),
        threshold=similarity.threshold(points),
        routing=routing,
        routing_pays=None if routing is None else router.routing_pays(routing, metric),
        cut=router.best_cut(points, metric) if enough else None,
        curve=router.cut_curve(points, metric),
    )


def _measured(paired: pd.DataFrame, task: str, measure: str | None) -> pd.DataFrame:
    """Pairs (`similarity.paired_gain`) with the similarity measured anew; as they are if None."""
    if measure is None:
        return paired
    by_id = nearest_similarity(task, measure)
    found = paired.assign(similarity=paired["example_id"].map(by_id))
    return found.sort_values(["similarity", "example_id"], ignore_index=True)


def _names(comparison: str) -> list[str]:
    return [METHODS[name].title for name in COMPARISONS[comparison]]


def _controlled(
    evidence: Evidence, task: str, points: pd.DataFrame, gains: RunGains
) -> similarity.Correlation | None:
    runs = evidence.task_runs(task)
    bare = list(runs.loc[runs["method"] == "zero_shot", "run_id"])
    if not bare:
        return None
    ledger = evidence.ledger(bare, ["example_id", "gold_logprob", "gold_tokens"])
    return difficulty.control_difficulty(points, difficulty.gold_logprob(ledger), gains)
