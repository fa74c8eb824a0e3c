"""Six variants beside each other, all equally good: is any said to be better, or the best?"""

import numpy as np
import pandas as pd

from benchmarks.simulate_seeds import METRIC, World, simulated_ledgers
from ipt_engine.analysis.factors import FACTORS
from ipt_engine.analysis.statistics import CONFIDENCE
from ipt_engine.analysis.variants import difference_table, mark_best, mean_table

SIX = World(seeds=(1, 3, 1, 1, 3, 3), seed_sd=(0.0, 0.1, 0.0, 0.0, 0.2, 0.1))
"""As in a study's core: three variants without luck, and one whose seeds differ by 5 points, which
is more than the 200 test inputs add. Nothing is harder for the degrees of freedom."""


def simulate_variants(
    repetitions: int, rng: np.random.Generator, world: World = SIX, best: float = 0.0
) -> tuple[int, int]:
    """Studies that show any difference (`variants.difference_table`), and that mark a best one.

    Args:
        repetitions: Studies.
        rng: Randomness.
        world: Sizes and spreads.
        best: What is added to the last variant's sum of effects; with 0 all findings are false.

    Returns:
        Studies in which any difference is shown, corrected for all pairs; those in which a variant
        is marked as better than all others.
    """
    means = (0.0,) * (len(world.seeds) - 1) + (best,)
    any_shown = any_best = 0
    for _ in range(repetitions):
        ledger, factors = _study(simulated_ledgers(rng, world, means))
        differences = difference_table(ledger, factors, METRIC)
        any_shown += bool((differences["p_holm"] < 1 - CONFIDENCE).any())
        marked = mark_best(mean_table(ledger, factors, METRIC), differences)
        any_best += bool(marked["best"].any())
    return any_shown, any_best


def _study(sides: tuple[pd.DataFrame, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    ledgers, runs = [], []
    for place, side in enumerate(sides):
        run_ids = f"{place}-" + side["run_id"].astype(str)
        ledgers.append(side.assign(run_id=run_ids))
        method = side["method"].iloc[0]
        for seed, run_id in enumerate(run_ids.unique()):
            seeds = dict.fromkeys(("init_seed", "order_seed", "draw_seed", "seed"), float(seed))
            runs.append(
                dict.fromkeys(FACTORS)
                | {"run_id": run_id, "task": "t", "variant": str(place), "method": method}
                | {"retriever": "dense", "num_fewshot": float(place)}
                | {"prompt_kind": "trained" if method == "ipt" else None}
                | seeds
            )
    return pd.concat(ledgers, ignore_index=True), pd.DataFrame(runs)
