"""Does a more similar demonstration help? The same prompt and input, other demonstrations.

Across inputs, similarity comes with whatever else makes an input easy or hard. Here nothing of the
input changes: each is answered with its nearest training example shown, with one of middling
similarity, a random one and the farthest. What differs between these answers is the work of the
demonstration. (It is the effect of showing a nearer training example, with all that nearness
brings along, such as the same kind of answer. And an IPT prompt was trained with demonstrations of
one kind, mostly the nearest: with others it is also away from what it knows.)

The functions take a ledger with the runs of all arms, and perhaps those of methods without
demonstrations beside them. Intervals and p values hold for other test inputs and, where there are
several prompts, for other prompts too.
"""

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.regression.linear_model import OLS

from ipt_engine.analysis.arms import ARMS, NO_DEMONSTRATION, Arms, Outcome, arrange
from ipt_engine.analysis.comparisons import corrected
from ipt_engine.analysis.frames import tidy_frame
from ipt_engine.analysis.means import seed_difference
from ipt_engine.analysis.similarity_claims import NEGLIGIBLE_POINTS, judged
from ipt_engine.analysis.statistics import CONFIDENCE, MIN_EXAMPLES, Estimate
from ipt_engine.analysis.verdicts import Verdict, detectable_difference
from ipt_engine.methods import METHODS
from ipt_engine.metrics import FloatArray, get_metric

CONTRASTS = (("nearest", "median"), ("nearest", "random"), ("nearest", "farthest"))
STEP = 0.1
"""Slopes are given for so much similarity."""


def arm_table(ledger: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """What each method scores with each kind of demonstration, on the same inputs.

    Args:
        ledger: Rows with `arms.outcome_columns(outcome)`; one task, one number of demonstrations.
        outcome: What is compared.

    Returns:
        method, arm (nearest to farthest; "none" of methods without demonstrations), similarity
        (mean; nan without), score (mean corpus figure of the runs), low, high, n (inputs),
        n_runs, and reason (why an interval is missing or what it leaves out, or None).
    """
    records = []
    for method in _present(ledger):
        shown = arrange(ledger, outcome, method)
        for arm in (a for a in (*ARMS.values(), NO_DEMONSTRATION) if a in shown.arms):
            mine = shown.arms == arm
            found = shown.weighted(mine / mine.sum()).estimate.within(outcome.range)
            records.append(
                {
                    "method": method,
                    "arm": arm,
                    "similarity": shown.mean_similarity(arm),
                    "score": found.value,
                    "low": found.low,
                    "high": found.high,
                    "n": found.n,
                    "n_runs": int(mine.sum()),
                    "reason": found.reason,
                }
            )
    names = ["method", "arm", "similarity", "score", "low", "high", "n", "n_runs", "reason"]
    return tidy_frame(records, names, ("method", "arm", "reason"), ("n", "n_runs"))


def contrast_table(ledger: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """How much better the nearest demonstration is than others, in two ways.

    The way "corpus" compares corpus figures, "mean" the means of single answers' figures. p values
    are corrected by Holm's method over all rows of one way.

    Args:
        ledger: As `arm_table` takes it.
        outcome: What is compared.

    Returns:
        method, first, second (arms), way, similarity_gap (how much more similar the first are),
        gain (above 0 where the first is better), low, high, p, p_holm (nan where unknown),
        n and reason (as in `arm_table`).
    """
    records = []
    for method in _with_demonstrations(ledger):
        shown = arrange(ledger, outcome, method)
        for first, second in (c for c in CONTRASTS if set(c) <= set(shown.arms)):
            a, b = shown.arms == first, shown.arms == second
            weights = outcome.sign * (a / a.sum() - b / b.sum())
            gap = shown.mean_similarity(first) - shown.mean_similarity(second)
            for way in ("corpus", "mean"):
                found = shown.weighted(weights, single=way == "mean")
                records.append(
                    {
                        "method": method,
                        "first": first,
                        "second": second,
                        "way": way,
                        "similarity_gap": gap,
                        "gain": found.value,
                        "low": found.estimate.low,
                        "high": found.estimate.high,
                        "p": found.p(),
                        "n": found.n,
                        "reason": found.reason,
                    }
                )
    texts = ["method", "first", "second", "way"]
    numbers = ["similarity_gap", "gain", "low", "high", "p", "p_holm"]
    frame = tidy_frame(records, [*texts, *numbers, "n", "reason"], [*texts, "reason"], ["n"])
    for _, rows in frame.groupby("way"):
        frame.loc[rows.index, "p_holm"] = corrected(rows["p"])
    return frame


def slope_table(ledger: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """What 0.1 more similarity of the demonstration adds, with the input held fixed.

    The within (fixed-effects) estimator: a least-squares line through single answers' figures
    against the similarity shown, each as its distance from the mean of the same prompt and input,
    so that whatever prompt and input do by themselves is gone. A random intercept for each input
    would use differences between inputs as well, and be wrong where easy inputs have similar
    demonstrations (Mundlak 1978, On the pooling of time series and cross section data).

    The variance for other inputs is clustered by input. That for other prompts, which the
    prompts' own slopes show, comes on top, less what is in both (Cameron, Gelbach and Miller 2011,
    Robust inference with multiway clustering), with Satterthwaite's degrees of freedom.

    Args:
        ledger: As `arm_table` takes it.
        outcome: What is compared.

    Returns:
        For each method with demonstrations a row for all prompts together (prompt_id None) and,
        of several, one for each: method, prompt_id, slope (above 0 where similarity helps), low,
        high, standard_error, df, p (nan where the prompts' share is unknown), n (inputs),
        n_prompts and reason (as in `arm_table`).
    """
    records = []
    for method in _with_demonstrations(ledger):
        shown = arrange(ledger, outcome, method)
        prompts = [prompt for prompt in pd.unique(shown.prompts) if prompt]
        parts: list[tuple[str | None, Arms]] = [(None, shown)]
        if len(prompts) > 1:
            parts += [(prompt, shown.of_prompt(prompt)) for prompt in prompts]
        for prompt, part in parts:
            count = len(prompts) if prompt is None else 1
            record = {"method": method, "prompt_id": prompt, "n_prompts": count}
            records.append(record | _slope(part))
    numbers = ["slope", "low", "high", "standard_error", "df", "p"]
    texts, counts = ("method", "prompt_id", "reason"), ("n", "n_prompts")
    names = ["method", "prompt_id", *numbers, *counts, "reason"]
    return tidy_frame(records, names, texts, counts)


def similar_helps(ledger: pd.DataFrame, outcome: Outcome, method: str = "ipt") -> Verdict:
    """Whether, with the input held fixed, a more similar demonstration helps a method.

    Args:
        ledger: As `arm_table` takes it.
        outcome: What is compared.
        method: One with demonstrations.
    """
    records = slope_table(ledger[ledger["method"] == method], outcome).to_dict("records")
    found = Estimate(None, None, None, 0, "there are no runs")
    detectable = None
    if records:
        row: dict[Any, Any] = {k: None if pd.isna(v) else v for k, v in records[0].items()}
        found = Estimate(row["slope"], row["low"], row["high"], row["n"], row["reason"])
        if row["p"] is not None:
            detectable = detectable_difference(row["standard_error"], row["df"])
    return judged(
        f"With the input held fixed, a more similar demonstration helps {METHODS[method].title}",
        found,
        STEP * outcome.negligible,
        f"{outcome.unit} for each {STEP:g} of similarity",
        detectable,
        "Slope over demonstrations of different similarity within prompt and input (fixed "
        "effects); t interval, clustered by input and, of several prompts, by prompt.",
    )


def unrelated_hurts(ledger: pd.DataFrame, metric: str, arm: str = "farthest") -> Verdict:
    """Whether IPT with an unrelated demonstration falls behind PT, which shows none.

    Each has its own prompts. IPT's were trained with demonstrations.

    Args:
        ledger: Rows with `means.seed_columns(metric)` of PT's runs and of IPT's in that arm;
            others are left out.
        metric: Its name.
        arm: "farthest" or "random".
    """
    alone = ledger[ledger["method"] == "pt"]
    shown = ledger[(ledger["method"] == "ipt") & (ledger["retriever"].map(ARMS) == arm)]
    found = seed_difference(shown, alone, metric)
    return judged(
        f"An unrelated demonstration ({arm}) hurts a tuned prompt",
        found.estimate,
        NEGLIGIBLE_POINTS,
        f"{get_metric(metric).title} points that PT is ahead",
        found.detectable,
        f"PT's mean corpus score less that of IPT with the {arm} demonstration; t interval for "
        "other seeds and other test inputs.",
    )


def _slope(shown: Arms) -> dict[str, Any]:
    n = len(shown.values)
    if len(shown.arms) == 0:
        return {"n": 0, "reason": "no prompt was used with several kinds of demonstration"}
    codes, prompts = pd.factorize(shown.prompts)
    inputs = np.repeat(np.arange(n)[:, None], len(codes), axis=1)
    units = inputs * len(prompts) + codes
    x = _from_mean(shown.similarity, codes) / STEP
    y = shown.outcome.sign * _from_mean(shown.values, codes)
    if n < MIN_EXAMPLES:
        return {"n": n, "reason": f"too few examples ({n}) for a slope"}
    if not np.any(x) or not np.any(y):
        same = "are equally similar" if not np.any(x) else "make no difference at all"
        return {"n": n, "reason": f"the demonstrations shown with an input {same}"}
    line, by_input = _clustered(x, y, inputs)
    parts = [(by_input, n - 1)]
    reason = None
    if len(prompts) > 1:
        by_unit = _clustered(x, y, units)[1]
        # A true variance near 0 may be estimated as less.
        parts = [(max(by_input - by_unit, 0.0), n - 1), _of_prompts(x, y, codes, line)]
    elif prompts[0]:
        reason = "one prompt: the interval is over test inputs alone, not over seeds"
    variance = sum(part for part, _ in parts)
    df = variance**2 / sum(part**2 / free for part, free in parts)
    error = float(np.sqrt(variance))
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, df)) * error
    return {
        "slope": line,
        "low": line - half,
        "high": line + half,
        "standard_error": error,
        "df": df,
        "p": None if reason else float(2 * stats.t.sf(abs(line) / error, df)),
        "n": n,
        "reason": reason,
    }


def _from_mean(values: FloatArray, codes: Any) -> FloatArray:
    """(inputs, runs) distances from the mean over the runs of the same input and prompt."""
    same = np.equal.outer(codes, codes)
    distances: FloatArray = values - values @ (same / same.sum(axis=0))
    # What is equal but for rounding is equal.
    return np.where(np.abs(distances) < 1e-12 * np.abs(values).max(initial=1.0), 0.0, distances)


def _clustered(x: FloatArray, y: FloatArray, groups: Any) -> tuple[float, float]:
    """A line through the origin, and the cluster-robust variance of its slope."""
    fit = OLS(y.ravel(), x.ravel()).fit(
        cov_type="cluster", cov_kwds={"groups": groups.ravel()}, use_t=True
    )
    return float(fit.params[0]), float(fit.bse[0]) ** 2


def _of_prompts(x: FloatArray, y: FloatArray, codes: Any, line: float) -> tuple[float, int]:
    """Variance of the slope that the spread of the prompts' own slopes means, and its df."""
    members = np.equal.outer(codes, np.arange(codes.max() + 1))
    spread = (x**2).sum(axis=0) @ members
    slopes = (x * y).sum(axis=0) @ members / spread
    shares = spread / spread.sum()
    k = len(shares)
    return float((shares**2 * (slopes - line) ** 2).sum()) * k / (k - 1), k - 1


def _present(ledger: pd.DataFrame) -> list[str]:
    return [method for method in METHODS if (ledger["method"] == method).any()]


def _with_demonstrations(ledger: pd.DataFrame) -> list[str]:
    return [method for method in _present(ledger) if METHODS[method].demonstrations]
