"""Methods of known truth, and a store's runs, to give advice on."""

import pandas as pd

from benchmarks.simulate_advice import Truth
from ipt_engine.analysis.advice_table import advisor_columns
from ipt_engine.analysis.factors import run_factors
from ipt_engine.runs import RunStore

CLEAR = Truth({"zero_shot": 10, "icl": 20, "pt": 30, "ipt": 50})
"""Each method is clearly better than the one before."""
CLOSE = Truth({"zero_shot": 10, "icl": 20, "pt": 30, "ipt": 32}, spread=2.0)
"""PT and IPT are too close to be told apart by so few seeds."""
PRECISE = Truth(
    {"zero_shot": 10, "icl": 20, "pt": 50, "ipt": 50},
    seeds={"pt": 5, "ipt": 5},
    spread=0.2,
    noise=3,
)
"""PT and IPT are equally good, and it can be shown."""


def fake_runs(store: RunStore, task: str = "mini-dart") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ledger and factors of the fake store's runs on a task."""
    runs = store.runs()
    records = runs[runs["task"] == task].to_dict("records")
    configs = {record["run_id"]: store.run(record["run_id"])["config"] for record in records}
    ids = {record["prompt_id"] for record in records if record["prompt_id"]}
    factors = run_factors(records, configs, {name: store.prompt(name) for name in ids})
    return store.ledger(list(configs), advisor_columns("bleu")), factors
