"""Score and spread against the soft prompt's length: which runs tell of it, and what they say."""

import json

import pandas as pd

from ipt_engine.analysis.frames import tidy_frame
from ipt_engine.analysis.pairing import likeness
from ipt_engine.analysis.run_settings import with_settings
from ipt_engine.analysis.spread import ONE_SEED, sd_ends
from ipt_engine.analysis.variants import seed_runs

_POINT = ["method", "num_virtual_tokens"]


def length_runs(factors: pd.DataFrame) -> pd.DataFrame:
    """Runs that differ in the length of their soft prompt, and in nothing else but seeds.

    The prompts are of the task's own and meet the demonstrations of their training, at most one.
    Of several settings that counts in which most lengths were run with most methods; of several,
    that with the most inputs, then runs, then the newest. Learning rate and start may differ from
    length to length, since each is best trained with what suits it; of several at one length,
    those with the most seeds count.

    Args:
        factors: Of `run_factors`, oldest first; one task, base model and version of the data.

    Returns:
        The rows chosen, in their order: for each method and length those of one variant that may
        stand for independent seeds (`variants.seed_runs`). None if there is one length alone.
    """
    own = factors["prompt_task"].eq(factors["task"]) & factors["prompt_kind"].eq("trained")
    met = factors["prompt_retriever"].isna() & factors["retriever"].isna()
    met |= factors["prompt_retriever"].eq(factors["retriever"])
    rows = with_settings(factors)[own & met & factors["num_fewshot"].le(1)]
    rows = rows.assign(trained=rows["made"].map(_but_for_length))
    if rows.empty:
        return factors.iloc[:0]
    alike = max((same for _, same in rows.groupby(["n", "asked", "trained"])), key=_worth)
    chosen = []
    for _, of_method in alike.groupby("method"):
        shown = of_method.groupby(["retriever", "shown"], dropna=False)
        one = max((same for _, same in shown), key=_worth)
        for _, of_length in one.groupby("num_virtual_tokens"):
            variants = (seed_runs(same) for _, same in of_length.groupby("variant"))
            chosen.append(max(variants, key=_worth))
    runs = pd.concat(chosen)
    if runs["num_virtual_tokens"].nunique() < 2:  # noqa: PLR2004 one length is no comparison
        return factors.iloc[:0]
    return factors[factors["run_id"].isin(runs["run_id"])]


def length_table(means: pd.DataFrame) -> pd.DataFrame:
    """Score and spread against the length of the soft prompt.

    Args:
        means: `variants.mean_table` of `length_runs`, with task.

    Returns:
        task, num_virtual_tokens, method, mean, low and high (95 % interval for new seeds and test
        inputs, see `means`), sd (over seeds), sd_low and sd_high (95 % chi-square interval),
        n_seeds, n (test inputs) and reason (why something is nan, or None). One seed has no
        interval.
    """
    keys = ["task", "num_virtual_tokens", "method"]
    records = []
    for row in means.to_dict("records"):
        low, high, reason = sd_ends(row["sd"], row["n_seeds"])
        record = {name: row[name] for name in [*keys, "mean", "sd", "n_seeds", "n"]}
        record |= {"sd_low": low, "sd_high": high, "reason": row["reason"] or reason}
        if row["n_seeds"] > 1:
            record |= {"low": row["low"], "high": row["high"]}
        else:
            # An interval over inputs alone would pass for one over seeds beside the others.
            record["reason"] = ONE_SEED
        records.append(record)
    columns = [*keys, "mean", "low", "high", "sd", "sd_low", "sd_high", "n_seeds", "n", "reason"]
    counts = ["num_virtual_tokens", "n_seeds", "n"]
    frame = tidy_frame(records, columns, ["task", "method", "reason"], counts)
    return frame.sort_values(keys, ignore_index=True)


def _worth(rows: pd.DataFrame) -> tuple[int, float, int, int]:
    """What speaks for a setting: points of the curves, inputs, runs, the place of the last."""
    points = len(rows[_POINT].drop_duplicates())
    return points, rows["n"].iloc[0], len(rows), int(rows["place"].max())


def _but_for_length(made: str) -> str:
    training = json.loads(made)
    if isinstance(training, dict):
        tuning = training["prompt_tuning"] | {"num_virtual_tokens": None}
        training = training | {"prompt_tuning": tuning}
    return likeness(training)[0]
