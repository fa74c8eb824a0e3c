"""The paper's numbers: as they were found, and claims computed from them."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ipt_engine import paper
from ipt_engine.metrics import METRICS
from ipt_engine.tasks import TASKS, get_task

ROOT = Path(__file__).resolve().parent.parent
FOUND = ROOT.parent / "shared" / "paper"
OURS = pd.DataFrame(
    {
        "task": ["mini-dart", "mini-totto", "mini-mtop", "my-own"],
        "base_model": "SmolLM2",
        "gain": [1.0, -2.0, 0.5, 9.0],
        "low": [0.5, -3.0, np.nan, 8.0],
        "high": [1.5, -1.0, np.nan, 10.0],
        "n_seeds": [3, 3, 1, 3],
        "n": [200, 200, 200, 200],
        "reason": [None, None, "one seed", None],
    }
)


def found(name: str) -> pd.DataFrame:
    """A table of the folder that the numbers were taken from, which is no part of the project."""
    path = FOUND / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"{path} is not there: the numbers cannot be compared with where they are from")
    return pd.read_csv(path)


def test_the_table_is_as_it_was_found() -> None:
    theirs = found("main_table")
    ours = paper.main_table()
    shown = ours["retriever"].fillna("")
    count = ours["num_fewshot"].map(lambda k: f"{k:.0f}")
    ours["method"] = ours["method"].where(shown == "", ours["method"] + "_" + shown + "_" + count)
    keys = ["base_model", "method", "task", "metric"]
    both = ours.merge(theirs, on=keys, how="outer", suffixes=("", "_found"), validate="one_to_one")
    assert len(both) == len(ours) == len(theirs)
    assert both["score"].tolist() == both["mean"].tolist()
    pd.testing.assert_series_equal(both["spread"], both["spread_found"], check_names=False)


def test_the_figures_are_as_they_were_read_off() -> None:
    theirs = found("prompt_length_figure")
    keys = ["base_model", "task", "method", "num_virtual_tokens"]
    both = paper.length_figure().merge(theirs, on=keys, how="outer", validate="one_to_one")
    assert len(both) == len(theirs)
    assert both["score"].tolist() == both["score_read_off_figure"].tolist()
    theirs = found("similarity_figure").rename(columns={"bin_most_similar_first": "bin"})
    both = paper.similarity_figure().merge(theirs, on=["base_model", "task", "bin"], how="outer")
    assert len(both) == len(theirs)
    for name, read_off in (("pt", "pt"), ("ipt", "ipt"), ("n", "count")):
        assert both[name].tolist() == both[f"{read_off}_read_off_figure"].tolist()


def test_the_table_is_whole() -> None:
    table = paper.main_table()
    assert set(table["task"]) == set(paper.TASKS)
    assert set(table["base_model"]) == set(paper.BASE_MODELS)
    assert set(table["metric"]) <= set(METRICS)
    assert table["score"].between(0, 100).all()
    tuned = table[table["method"].isin(["pt", "ipt"])]
    cells = tuned.groupby(["task", "base_model"])["method"].agg(sorted)
    assert len(cells) == 15
    assert (cells.map(tuple) == ("ipt", "pt")).all()
    assert (tuned["num_virtual_tokens"] == 25).all()
    assert (tuned["spread"] >= 0).all()
    icl = table[table["method"] == "icl"]
    assert set(icl["base_model"]) == {"bloom-1b1"}
    assert icl["spread"].isna().all()
    assert not table.duplicated(["task", "base_model", "method", "retriever", "num_fewshot"]).any()


def test_only_figures_are_approximate() -> None:
    assert not paper.main_table()["approximate"].any()
    assert paper.length_figure()["approximate"].all()
    assert paper.similarity_figure()["approximate"].all()


def test_the_figures_agree_with_the_table_where_they_meet() -> None:
    table = paper.main_table().rename(columns={"score": "printed"})
    keys = ["task", "base_model", "method", "num_virtual_tokens"]
    both = paper.length_figure().merge(table[[*keys, "printed"]], on=keys)
    assert len(both) == 10
    # Read off by eye, to about half a point.
    assert (both["score"] - both["printed"]).abs().max() < 1


def test_bins_are_counted_from_the_most_similar() -> None:
    for _, bins in paper.similarity_figure().groupby("task"):
        assert bins["bin"].tolist() == [1, 2, 3, 4, 5, 6]
        assert bins["n"].is_monotonic_decreasing


def test_claims_are_computed_from_the_table() -> None:
    table = paper.main_table()
    cells = {
        (row.task, row.base_model, row.method): (row.score, row.spread)
        for row in table.itertuples()
    }
    pairs = [
        (task, cells[task, model, "pt"], cells[task, model, "ipt"])
        for task in paper.TASKS
        for model in paper.BASE_MODELS
    ]
    similarity, stability, transfer = paper.claims()
    wins = sum(ipt[0] > pt[0] for _, pt, ipt in pairs)
    assert similarity.numbers["ipt_better"] == wins
    assert similarity.numbers["pt_better"] == sum(ipt[0] < pt[0] for _, pt, ipt in pairs)
    assert f"in {wins} of 15 cells" in similarity.evidence
    totto = [round(ipt[0] - pt[0], 1) for task, pt, ipt in pairs if task == "totto"]
    assert similarity.numbers["mean_gain_totto"] == pytest.approx(np.mean(totto))
    ends = f"ToTTo {min(totto):+.1f} to {max(totto):+.1f}"
    assert ends.replace("-", "\N{MINUS SIGN}") in similarity.evidence
    lower, equal = (
        sum(relation(ipt[1], pt[1]) for _, pt, ipt in pairs)
        for relation in (lambda a, b: a < b, lambda a, b: a == b)
    )
    assert (stability.numbers["lower"], stability.numbers["equal"]) == (lower, equal)
    assert sum(stability.numbers[name] for name in ("lower", "equal", "higher")) == 15
    assert f"smaller for IPT than for PT in {lower}, the same in {equal}" in stability.evidence
    assert not transfer.numbers
    assert transfer.evidence


def test_claims_say_what_is_approximate_and_what_is_not_known() -> None:
    similarity, stability, _ = paper.claims()
    assert str(similarity.approximate).endswith(paper.APPROXIMATE)
    # Whole points: a number read off a figure has no decimals to show.
    assert not re.search(r"\d\.\d", str(similarity.approximate).replace("BLOOM-1.1B", ""))
    assert "not known" in stability.evidence
    assert not re.search(r" -\d", similarity.evidence + str(similarity.approximate))
    assert [claim.key for claim in paper.claims()] == ["similarity", "stability", "transfer"]


def test_what_the_shared_notes_say_of_the_claims() -> None:
    if not (FOUND / "README.md").is_file():
        pytest.skip(f"{FOUND} is not there")
    notes = " ".join((FOUND / "README.md").read_text("utf-8").split())
    _, stability, _ = paper.claims()
    numbers = stability.numbers
    assert f"spreads less in {numbers['lower']}, the same in {numbers['equal']}" in notes
    assert f"more in {numbers['higher']}" in notes


def test_ours_stand_beside_theirs() -> None:
    frame = paper.beside(OURS)
    assert tuple(frame.columns) == paper.BESIDE
    assert frame["task"].unique().tolist() == ["totto", "dart", "mtop"]
    assert frame["whose"].value_counts().to_dict() == {"paper": 9, "here": 3}
    here = frame[frame["whose"] == "here"].set_index("task")
    assert here["direction"].to_dict() == {"totto": "PT", "dart": "IPT", "mtop": "undecided"}
    assert here["ours"].to_dict() == {
        "totto": "mini-totto",
        "dart": "mini-dart",
        "mtop": "mini-mtop",
    }
    assert here.loc["dart", ["gain", "low", "high", "n"]].tolist() == [1.0, 0.5, 1.5, 200]
    assert here.loc["mtop", "reason"] == "one seed"
    assert here.loc["dart", "reason"] is None
    theirs = frame[frame["whose"] == "paper"]
    assert theirs[["low", "high", "n_seeds", "n"]].isna().all().all()
    assert theirs["reason"].str.contains("not known").all()
    wanted = paper.differences().set_index(["task", "base_model"])["gain"]
    for row in theirs.itertuples():
        key = next(name for name, title in paper.BASE_MODELS.items() if title == row.base_model)
        assert row.gain == wanted[row.task, key]
        assert row.direction == ("IPT" if row.gain > 0 else "PT")
    assert paper.beside(OURS.head(0)).empty


def test_an_interval_that_leaves_the_seeds_out_decides_no_direction() -> None:
    one = OURS.assign(reason="one seed of PT and IPT: the interval is over test inputs alone")
    here = paper.beside(one).query("whose == 'here'")
    assert set(here["direction"]) == {"undecided"}
    assert here["reason"].str.contains("one seed").all()
    assert here["low"].notna().sum() == 2
    # No task with an interval: a column of nothing but None.
    none = OURS.assign(low=None, high=None, reason="too few examples (3) for an interval")
    assert set(paper.beside(none).query("whose == 'here'")["direction"]) == {"undecided"}


def test_our_tasks_are_named_after_theirs() -> None:
    assert set(paper.COUNTERPARTS) <= set(TASKS)
    assert list(paper.COUNTERPARTS.values()) == list(paper.TASKS)
    for ours, theirs in paper.COUNTERPARTS.items():
        assert get_task(ours).title.lower() == f"mini-{paper.TASKS[theirs]}".lower()
    assert "cannot be compared" in paper.NOT_COMPARABLE


def test_frames_are_the_readers_own() -> None:
    changed = paper.main_table()
    changed["score"] = 0.0
    assert (paper.main_table()["score"] > 0).any()
    assert paper.main_table()["retriever"].map(lambda v: v is None or isinstance(v, str)).all()


def test_the_source_is_named() -> None:
    readme = (ROOT / "data" / "paper" / "README.md").read_text("utf-8")
    for text in (readme, paper.SOURCE):
        assert "2302.11521" in text
    for file in (ROOT / "data" / "paper").glob("*.csv"):
        assert file.name in readme
        for column in pd.read_csv(file, nrows=0).columns:
            assert f"`{column}`" in readme, (file.name, column)
