"""Which runs tell what another demonstration does: alike in everything else."""

import json

import pandas as pd

from ipt_engine.analysis.arms import ARMS, balanced
from ipt_engine.analysis.pairing import likeness
from ipt_engine.analysis.run_settings import with_settings
from ipt_engine.analysis.variants import seed_runs


def swap_runs(factors: pd.DataFrame) -> pd.DataFrame:
    """The runs of one setting that differ in the demonstration alone, and like ones without any.

    A method's runs show one demonstration, from each of several of `arms.ARMS`; a soft prompt, if
    any, is of the task's own and was trained with the nearest. All methods' runs have the template,
    the generation, the encoder and the number of test inputs in common, and those of one method
    the making of their prompts too. Of several such settings that counts in which most kinds of
    demonstration were shown by most methods; of several, that with the most inputs, then runs, then
    the newest. Of a method's prompts those count that are independent seeds (`variants.seed_runs`)
    and were used with each of the kinds (`arms.balanced`).

    Beside them stand zero-shot, and PT trained as IPT was, or, without such, no PT.

    Args:
        factors: Of `run_factors`, oldest first; one task, base model and version of the data.

    Returns:
        The rows chosen, in their order; none where no method showed several kinds.
    """
    rows = with_settings(factors)
    shown = rows[_shows_one(rows)]
    if shown.empty:
        return factors.iloc[:0]
    shown = max((same for _, same in shown.groupby(["n", "asked", "shown"])), key=_worth)
    parts = {str(m): kept for m, own in shown.groupby("method") if len(kept := _one_making(own))}
    if not parts:
        return factors.iloc[:0]
    like = rows["n"].eq(shown["n"].iloc[0]) & rows["asked"].eq(shown["asked"].iloc[0])
    bare = rows[rows["retriever"].isna() & like]
    beside = [bare[bare["method"] == "zero_shot"], _pt_like(bare, parts.get("ipt"))]
    chosen = pd.concat([*parts.values(), *(seed_runs(part) for part in beside)])
    return factors[factors["run_id"].isin(chosen["run_id"])]


def _shows_one(rows: pd.DataFrame) -> "pd.Series[bool]":
    """One demonstration of the task's own; a prompt that was trained with the nearest, or none."""
    one = rows["num_fewshot"].eq(1) & rows["retriever"].isin(list(ARMS))
    own = _own(rows) & rows["prompt_retriever"].eq("dense")
    return one & rows["demonstration_task"].eq(rows["task"]) & (rows["prompt_id"].isna() | own)


def _own(rows: pd.DataFrame) -> "pd.Series[bool]":
    return rows["prompt_task"].eq(rows["task"]) & rows["prompt_kind"].eq("trained")


def _worth(rows: pd.DataFrame) -> tuple[int, float, int, int]:
    """What speaks for a setting: kinds shown by methods, inputs, runs, the place of the last."""
    kinds = rows[["method", "retriever"]].drop_duplicates()
    return len(kinds), rows["n"].iloc[0], len(rows), int(rows["place"].max())


def _one_making(own: pd.DataFrame) -> pd.DataFrame:
    """A method's runs whose prompts were made alike: those with most kinds times prompts."""
    makings = []
    for _, same in own.groupby("made"):
        kept = same[balanced(same["retriever"], same["prompt_id"].fillna(""))]
        if kept["retriever"].nunique() > 1:
            makings.append(kept)
    if not makings:
        return own.iloc[:0]
    kept = max(makings, key=_cells)
    if kept["prompt_id"].notna().any():
        # Each prompt was used with each kind: the runs of one kind tell which are independent.
        one = kept[kept["retriever"] == kept["retriever"].iloc[0]].drop_duplicates("prompt_id")
        kept = kept[kept["prompt_id"].isin(seed_runs(one)["prompt_id"])]
    return seed_runs(kept)


def _cells(kept: pd.DataFrame) -> tuple[int, int]:
    return len(kept[["retriever", "prompt_id"]].drop_duplicates()), int(kept["place"].max())


def _pt_like(bare: pd.DataFrame, ipt: pd.DataFrame | None) -> pd.DataFrame:
    """PT's runs of one making: like IPT's, where there is IPT."""
    pt = bare[bare["method"].eq("pt") & _own(bare) & bare["prompt_retriever"].isna()]
    pt = pt.assign(_like=pt["made"].map(lambda made: likeness(json.loads(made))))
    shared, tuned = (None, None) if ipt is None else likeness(json.loads(ipt["made"].iloc[0]))

    def worth(same: pd.DataFrame) -> tuple[bool, int, int]:
        return same["_like"].iloc[0][1] == tuned, len(same), int(same["place"].max())

    makings = [same for _, same in pt.groupby("made") if shared in (None, same["_like"].iloc[0][0])]
    return max(makings, key=worth) if makings else pt.iloc[:0]
