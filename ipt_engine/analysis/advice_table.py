"""What is known of each method on a task: its best variant's score, and what it costs."""

from math import ceil
from typing import Any

import numpy as np
import pandas as pd

from ipt_engine.analysis.contrasts import scored_runs
from ipt_engine.analysis.frames import tidy_frame
from ipt_engine.analysis.means import seed_columns
from ipt_engine.analysis.variant_names import differing, told
from ipt_engine.analysis.variants import mean_table, seed_runs
from ipt_engine.methods import METHODS
from ipt_engine.metrics import get_metric

CONTROL_RETRIEVERS = ("farthest", "median", "other_task")
"""Ways to choose demonstrations that are there to learn from, not to be used."""
OPTIONS = (
    "method",
    "variant",
    "n_variants",
    "retriever",
    "num_fewshot",
    "apart",
    "score",
    "low",
    "high",
    "sd",
    "sd_mixed",
    "n_seeds",
    "n",
    "luck",
    "training_seconds",
    "prompt_tokens",
    "seconds",
    "break_even",
    "break_even_reason",
    "reason",
)
_NAMED = ("retriever", "num_fewshot", "limit")
"""Settings that stand in columns of their own, or that all runs have in common."""
_EFFORT = ("num_virtual_tokens", "max_steps", "batch_size")
"""What a comparison of two methods' soft prompts is fair by; other settings suit the method."""
_ONE = ("task", "base_model")


def advisor_columns(metric: str) -> list[str]:
    """The ledger's columns that advice needs."""
    return [*seed_columns(metric), "prompt_tokens", "virtual_tokens"]


def usable_runs(factors: pd.DataFrame) -> pd.DataFrame:
    """The runs that advice may rest on: real uses of a method, judged on the same test inputs.

    Left out are dev runs, controls (retrievers that show the wrong examples on purpose, prompts
    that were never trained) and prompts of another task or method, or that meet other
    demonstrations than in their training. Where the task's data or the base model's weights were
    changed, or runs were limited to some inputs, those count with which most methods were run; of
    several such, those on the most inputs. A run whose own metric is another one counts as far as
    its answers were judged by the metric that is asked for.

    Args:
        factors: Of `run_factors`, one task and base model.

    Raises:
        ValueError: If they are of several tasks or base models.
    """
    test = factors[factors["split"] == "test"]
    for name in _ONE:
        values = sorted(map(str, test[name].unique()))
        if len(values) > 1:
            raise ValueError(f"Expected runs with one {name}, found {', '.join(values)}.")
    own_prompt = (
        (test["prompt_kind"] == "trained")
        & (test["prompt_task"] == test["task"])
        & (test["prompt_method"] == test["method"])
        # Of an imported prompt's training it is not known what was shown.
        & (test["prompt_retriever"].isna() | test["prompt_retriever"].eq(test["retriever"]))
    )
    kept = test[
        (test["prompt_kind"].isna() | own_prompt)
        & ~test["retriever"].isin(list(CONTROL_RETRIEVERS))
        & (test["demonstration_task"].isna() | (test["demonstration_task"] == test["task"]))
    ]
    if kept.empty:
        return kept
    same = kept.groupby(["weights_hash", "data_hash", "n"], sort=False)
    methods, inputs = same["method"].nunique(), kept["n"].groupby(same.ngroup()).first()
    best = max(range(same.ngroups), key=lambda place: (methods.iloc[place], inputs[place]))
    return kept[same.ngroup() == best]


def option_table(ledger: pd.DataFrame, factors: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Each method's best variant.

    Args:
        ledger: Rows of the runs with `advisor_columns(metric)`.
        factors: From `usable_runs`.
        metric: Its name.

    Returns:
        One row for each method in their order, with `OPTIONS`: n_variants (of the method, of
        which this one is best), retriever and num_fewshot, apart (other settings in which it
        differs from the method's other variants, or its training's length from the other
        methods', as a text, or None), score with its 95 %
        interval, sd over seeds, sd_mixed (the part of it that is how seeds meet these inputs;
        variances add up), luck (whether other seeds would give other answers), training_seconds
        (median of a prompt's; 0 without one), prompt_tokens (mean of a query, soft prompt
        included) and seconds of a query (as it was evaluated, in a batch), break_even (queries
        after which a training is repaid by the time saved against ICL, nan if never) and
        break_even_reason (why it is nan, or None), reason (as `mean_table` has it).
    """
    means = mean_table(ledger, factors, metric)
    sign = 1 if get_metric(metric).higher_is_better else -1
    tokens = (ledger["prompt_tokens"] + ledger["virtual_tokens"]).groupby(ledger["run_id"]).mean()
    runs = seed_runs(factors)
    scored = means[means["mean"].notna()]
    best_of = {
        str(name): own.iloc[int((sign * own["mean"]).argmax())]
        for name, own in scored.groupby("method")
    }
    prompted = [best_of[name]["variant"] for name in best_of if METHODS[name].soft_prompt]
    unlike = differing(prompted) & set(_EFFORT)
    records: list[dict[str, Any]] = []
    for name, method in METHODS.items():
        if name not in best_of:
            continue
        own, best = scored[scored["method"] == name], best_of[name]
        mine = runs[runs["variant"] == best["variant"]]
        trained = mine["training_seconds"]
        drawn = "random" in (mine["retriever"].iloc[0], mine["order"].iloc[0])
        records.append(
            {
                "method": name,
                "variant": best["variant"],
                "n_variants": len(own),
                **{key: best[key] for key in ("retriever", "num_fewshot")},
                "apart": told(best["variant"], unlike | differing(own["variant"].tolist(), _NAMED)),
                "score": best["mean"],
                **{key: best[key] for key in ("low", "high", "sd", "n_seeds", "n", "reason")},
                "sd_mixed": _mixed(ledger, mine["run_id"].tolist(), metric),
                "luck": method.soft_prompt or drawn,
                "training_seconds": trained.median() if method.soft_prompt else 0.0,
                "prompt_tokens": tokens.reindex(mine["run_id"]).mean(),
                "seconds": mine["seconds"].median(),
            }
        )
    shown = next((record for record in records if record["method"] == "icl"), None)
    for record in records:
        record["break_even"], record["break_even_reason"] = _break_even(record, shown)
    texts = ["method", "variant", "apart", "retriever", "break_even_reason", "reason"]
    frame = tidy_frame(records, OPTIONS, texts, ["n_variants", "n_seeds", "n"])
    return frame.astype({"luck": bool})


def _mixed(ledger: pd.DataFrame, run_ids: list[str], metric: str) -> float:
    """How far runs move apart from one bootstrap draw of the inputs to the next."""
    _, draws, _ = scored_runs(ledger, run_ids, metric)
    if len(run_ids) == 1 or len(draws) == 0:
        return np.nan
    apart = draws - draws.mean(axis=1, keepdims=True)
    return float(np.sqrt(apart.var(axis=0, ddof=1).sum() / (len(run_ids) - 1)))


def _break_even(option: dict[str, Any], icl: dict[str, Any] | None) -> tuple[float, str | None]:
    if not METHODS[option["method"]].soft_prompt:
        return np.nan, "nothing is trained"
    if icl is None:
        return np.nan, "ICL was not run"
    saved = icl["seconds"] - option["seconds"]
    if np.isnan(saved) or np.isnan(option["training_seconds"]):
        return np.nan, "times are not known"
    if saved <= 0:
        return np.nan, "it takes no less time for each query than ICL"
    return float(ceil(option["training_seconds"] / saved)), None
