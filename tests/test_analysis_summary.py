"""Scores of runs and of methods, against brute force and scipy."""

import numpy as np
import pandas as pd
import pytest
import sacrebleu
from scipy import stats

from ipt_engine.analysis.summary import run_scores, score_columns, score_table
from ipt_engine.methods import METHODS
from ipt_engine.metrics import get_metric
from ipt_engine.runs import RunStore


@pytest.fixture
def ledger(fake_store: RunStore) -> pd.DataFrame:
    runs = fake_store.runs()
    chosen = runs.loc[runs["task"] == "mini-dart", "run_id"].tolist()
    return fake_store.ledger(chosen, [*score_columns("bleu"), "prediction", "references"])


def test_a_runs_score_is_sacrebleus_on_its_text(ledger: pd.DataFrame) -> None:
    scores = run_scores(ledger, "bleu").set_index("run_id")
    assert len(scores) == 8
    for run_id, rows in ledger.groupby("run_id"):
        most = max(len(refs) for refs in rows["references"])
        references = [
            [refs[k] if k < len(refs) else None for refs in rows["references"]] for k in range(most)
        ]
        wanted = sacrebleu.corpus_bleu(rows["prediction"].tolist(), references).score
        assert scores.loc[run_id, "score"] == pytest.approx(wanted)
        assert scores.loc[run_id, "n"] == 60


def test_the_table_has_mean_spread_and_t_interval_over_seeds(ledger: pd.DataFrame) -> None:
    scores = run_scores(ledger, "bleu")
    table = score_table(ledger, "bleu").set_index("method")
    assert table.index.tolist() == list(METHODS)
    values = scores.loc[scores["method"] == "ipt", "score"].to_numpy()
    interval = stats.ttest_1samp(values, 0.0).confidence_interval(0.95)
    row = table.loc["ipt"]
    assert row["n_seeds"] == 3
    assert row["mean"] == pytest.approx(np.mean(values))
    assert row["sd"] == pytest.approx(np.std(values, ddof=1))
    assert (row["low"], row["high"]) == (pytest.approx(interval.low), pytest.approx(interval.high))
    assert row["reason"] is None


def test_an_interval_ends_where_the_metric_does() -> None:
    metric = get_metric("exact_match")
    written = ["yes"] * 5 + ["no", "no", "yes"]
    rows = pd.DataFrame(
        {"run_id": list("aaaabbbb"), "task": "t", "base_model": "m", "method": "ipt"}
    ).assign(seed=[0] * 4 + [1] * 4)
    rows = rows.join(pd.DataFrame([metric.judge(answer, ["yes"]) for answer in written]))
    row = score_table(rows, "exact_match").iloc[0]
    assert (row["mean"], row["low"], row["high"]) == (75.0, 0.0, 100.0)


def test_one_seed_has_no_spread_and_says_so(ledger: pd.DataFrame) -> None:
    row = score_table(ledger, "bleu").set_index("method").loc["icl"]
    assert row[["sd", "low", "high"]].isna().all()
    assert row["reason"] == "one seed: the spread is unknown"


def test_no_rows_give_no_scores(ledger: pd.DataFrame) -> None:
    for frame in (run_scores, score_table):
        empty = frame(ledger.head(0), "bleu")
        assert empty.empty
        assert list(empty.columns) == list(frame(ledger, "bleu").columns)


def test_rows_of_other_tasks_are_left_out(fake_store: RunStore) -> None:
    everything = fake_store.ledger(fake_store.runs()["run_id"].tolist(), score_columns("bleu"))
    assert set(score_table(everything, "bleu")["task"]) == {"mini-dart"}
