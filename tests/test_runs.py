"""The store: what is listed, found, queried, deleted, and survives damage."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from ipt_engine import ledger as ledger_module
from ipt_engine.errors import StoreError
from ipt_engine.ledger import LEDGER_COLUMNS, read_ledgers, write_ledger
from ipt_engine.metrics import get_metric
from ipt_engine.runs import RunStore


def halve(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def test_runs_lists_every_run_oldest_first(fake_store: RunStore) -> None:
    runs = fake_store.runs()
    folders = {folder.name for folder in (fake_store.root / "runs").iterdir()}
    assert set(runs["run_id"]) == folders
    assert len(runs) == 16
    assert runs["created"].is_monotonic_increasing
    first = runs.iloc[0]
    record = json.loads((fake_store.root / "runs" / first["run_id"] / "run.json").read_text())
    scores = json.loads((fake_store.root / "runs" / first["run_id"] / "scores.json").read_text())
    for field in set(record) - {"config", "machine"}:
        assert first[field] == record[field] or first[field] is record[field]
    assert first["score"] == scores[record["metric"]]
    assert first["scores"] == scores
    assert not runs["shipped"].any()


def test_missing_is_none_in_the_list(fake_store: RunStore) -> None:
    runs = fake_store.runs().set_index("method")
    assert runs.loc["zero_shot", "prompt_id"].tolist() == [None, None]
    assert runs.loc["pt", "retriever"].tolist() == [None] * 6


def test_scores_are_those_of_the_ledger(fake_store: RunStore) -> None:
    for row in fake_store.runs().itertuples():
        metric = get_metric(row.metric)
        stats = fake_store.ledger([row.run_id], metric.columns())
        assert metric.corpus(stats.to_numpy()) == pytest.approx(row.score)


def test_an_empty_store_has_the_same_columns(fake_store: RunStore, tmp_path: Path) -> None:
    empty = RunStore(tmp_path / "nothing")
    assert list(empty.runs().columns) == list(fake_store.runs().columns)
    assert list(empty.prompts().columns) == list(fake_store.prompts().columns)
    assert empty.runs().empty
    assert empty.active() == []
    assert empty.damaged() == []
    assert list(empty.ledger([], ["run_id", "bleu"]).columns) == ["run_id", "bleu"]
    assert not (tmp_path / "nothing").exists()


def test_run_and_prompt_give_the_whole_record(fake_store: RunStore) -> None:
    prompt_id = fake_store.prompts()["prompt_id"][0]
    assert fake_store.prompt(prompt_id)["config"]["task"] == "mini-dart"
    run = fake_store.run(fake_store.runs()["run_id"][0])
    assert run["config"]["method"] == "zero_shot"
    assert set(run["scores"]) == {"bleu", "chrf", "gold_logprob_mean"}


@pytest.mark.parametrize("columns", [None, ["example_id", "chrf", "prompt_id", "references"]])
def test_ledger_gives_what_the_files_hold(fake_store: RunStore, columns: list[str] | None) -> None:
    run_ids = fake_store.runs()["run_id"].tolist()[::-3]
    found = fake_store.ledger(run_ids, columns)
    paths = [fake_store.root / "runs" / i / "predictions.parquet" for i in run_ids]
    wanted = [row for path in paths for row in pq.read_table(path).to_pylist()]
    names = columns or list(dict.fromkeys(name for row in wanted for name in row))
    assert set(found.columns) == set(names)
    for name in names:
        values = [row.get(name) for row in wanted]
        if isinstance(next((v for v in values if v is not None), None), int | float):
            expected = pd.Series(values, dtype="float64", name=name)
            pd.testing.assert_series_equal(found[name].astype("float64"), expected)
        else:
            assert found[name].tolist() == values


def test_ledger_follows_the_order_asked_for(fake_store: RunStore) -> None:
    run_ids = fake_store.runs()["run_id"].tolist()[::-1]
    assert fake_store.ledger(run_ids, ["run_id"])["run_id"].unique().tolist() == run_ids


def test_a_column_of_one_task_is_missing_in_the_other(fake_store: RunStore) -> None:
    runs = fake_store.runs()
    both = fake_store.ledger(runs["run_id"].tolist(), ["task", "bleu", "exact_match"])
    assert both.loc[both["task"] == "mini-dart", "exact_match"].isna().all()
    assert both.loc[both["task"] == "mini-dart", "bleu"].notna().all()


def test_an_unknown_column_is_named(fake_store: RunStore) -> None:
    run_id = fake_store.runs()["run_id"][0]
    with pytest.raises(StoreError, match=r"no column 'rouge\"; --'.*run_id, task"):
        fake_store.ledger([run_id], ["run_id", 'rouge"; --'])


def test_ledger_survives_a_run_deleted_in_the_middle(
    fake_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_ids = fake_store.runs()["run_id"].tolist()
    connect, deleted = duckdb.connect, []

    def connect_after_deletion(*args: Any) -> duckdb.DuckDBPyConnection:
        # The list of files has been made by now, and the query comes next.
        if not deleted:
            deleted.append(run_ids[3])
            fake_store.delete_run(run_ids[3])
        return connect(*args)

    monkeypatch.setattr(ledger_module.duckdb, "connect", connect_after_deletion)
    found = fake_store.ledger(run_ids, ["run_id"])
    assert deleted
    assert set(found["run_id"]) == set(run_ids) - set(deleted)


def test_a_deleted_run_is_left_out_of_the_ledger(fake_store: RunStore) -> None:
    kept, gone = fake_store.runs()["run_id"][:2]
    fake_store.delete_run(gone)
    assert set(fake_store.ledger([gone, kept], ["run_id"])["run_id"]) == {kept}
    assert fake_store.ledger([gone], ["run_id", "bleu"]).empty


@pytest.mark.parametrize("name", ["a[b]*c?", "task=x", "with space and 'quote'"])
def test_any_folder_name_will_do(fake_store: RunStore, tmp_path: Path, name: str) -> None:
    shutil.move(fake_store.root, tmp_path / name)
    moved = RunStore(tmp_path / name)
    run_id = moved.runs()["run_id"][0]
    rows = moved.ledger([run_id])
    assert len(rows) == 60
    assert set(LEDGER_COLUMNS) <= set(rows.columns)
    assert rows["task"].unique().tolist() == ["mini-dart"]


@pytest.mark.parametrize("bad", ["", "../runs", "ABCDEF012345", "abcdef01234", "abcdef0123456\n"])
def test_malformed_ids_are_refused_everywhere(fake_store: RunStore, bad: str) -> None:
    for method in (
        fake_store.run,
        fake_store.prompt,
        fake_store.history,
        fake_store.has_run,
        fake_store.has_prompt,
        fake_store.delete_run,
        fake_store.cancel,
        fake_store.discard,
    ):
        with pytest.raises(StoreError, match="12 hexadecimal digits"):
            method(bad)
    with pytest.raises(StoreError, match="12 hexadecimal digits"):
        fake_store.ledger([bad])
    with pytest.raises(StoreError, match="12 hexadecimal digits"):
        fake_store.begin("training", bad, {})


def test_prefixes_resolve_to_one_id_or_are_refused(fake_store: RunStore) -> None:
    run_ids = fake_store.runs()["run_id"].tolist()
    for run_id in run_ids:
        assert fake_store.resolve_run(run_id) == run_id
    shared = next(
        digit for digit in "0123456789abcdef" if sum(i.startswith(digit) for i in run_ids) > 1
    )
    with pytest.raises(StoreError, match="Give more digits"):
        fake_store.resolve_run(shared)
    with pytest.raises(StoreError, match="No run 'ffffffffffff'"):
        fake_store.resolve_run("ffffffffffff")
    with pytest.raises(StoreError, match="no prompt id"):
        fake_store.resolve_prompt("../x")


def test_a_prompt_in_use_is_deleted_only_by_force(fake_store: RunStore) -> None:
    runs = fake_store.runs().dropna(subset=["prompt_id"])
    prompt_id, run_id = runs.iloc[0]["prompt_id"], runs.iloc[0]["run_id"]
    with pytest.raises(StoreError, match=f"1 run.*{run_id}"):
        fake_store.delete_prompt(prompt_id)
    assert fake_store.has_prompt(prompt_id)
    fake_store.delete_prompt(prompt_id, force=True)
    assert not fake_store.has_prompt(prompt_id)
    assert fake_store.has_run(run_id)


def test_deleting_what_is_not_there_is_refused(fake_store: RunStore) -> None:
    with pytest.raises(StoreError, match="No run"):
        fake_store.delete_run("f" * 12)
    with pytest.raises(StoreError, match="No prompt"):
        fake_store.delete_prompt("f" * 12)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda run: (run / "run.json").write_text("{"), "run.json is missing or unreadable"),
        (lambda run: (run / "run.json").write_text("[1]"), "run.json is missing or unreadable"),
        (lambda run: (run / "run.json").write_text('{"task": 1}'), "run.json lacks"),
        (lambda run: (run / "scores.json").unlink(), "scores.json is missing"),
        (lambda run: (run / "predictions.parquet").unlink(), "predictions.parquet is missing"),
        (lambda run: (run / "predictions.parquet").write_bytes(b"PAR1"), "cut off"),
        (lambda run: (run / "predictions.parquet").write_bytes(b""), "cut off"),
        (lambda run: halve(run / "predictions.parquet"), "not a whole Parquet"),
        (lambda run: run.rename(run.with_name("0" * 12)), "run.json says it is"),
        (lambda run: run.rename(run.with_name("notes")), "run.json says it is"),
    ],
)
def test_a_damaged_run_is_listed_and_left_out(
    fake_store: RunStore, damage: Any, reason: str
) -> None:
    before = fake_store.runs()["run_id"].tolist()
    damage(fake_store.root / "runs" / before[4])
    assert fake_store.runs()["run_id"].tolist() == [i for i in before if i != before[4]]
    assert not fake_store.has_run(before[4])
    assert set(fake_store.ledger(before, ["run_id"])["run_id"]) <= set(before)
    ((folder, why),) = fake_store.damaged()
    assert folder.parent == fake_store.root / "runs"
    assert reason in why


def test_a_ledger_with_a_ruined_inside_is_left_out(fake_store: RunStore) -> None:
    first, second = fake_store.runs()["run_id"][:2]
    path = fake_store.root / "runs" / first / "predictions.parquet"
    content = path.read_bytes()
    path.write_bytes(content[:-500] + b"\xff" * 492 + content[-8:])
    assert fake_store.has_run(first)
    assert set(fake_store.ledger([first, second], ["run_id"])["run_id"]) == {second}


def test_a_damaged_prompt_is_listed_and_left_out(fake_store: RunStore) -> None:
    prompt_id = fake_store.prompts()["prompt_id"][0]
    (fake_store.root / "prompts" / prompt_id / "adapter_model.safetensors").unlink()
    assert prompt_id not in set(fake_store.prompts()["prompt_id"])
    assert not fake_store.has_prompt(prompt_id)
    with pytest.raises(StoreError, match=f"{prompt_id} is damaged.*safetensors is missing"):
        fake_store.prompt(prompt_id)


def test_shipped_runs_are_shown_but_never_changed(fake_store: RunStore, tmp_path: Path) -> None:
    own = RunStore(tmp_path / "own", shipped=fake_store.root)
    assert len(own.runs()) == 16
    assert own.runs()["shipped"].all()
    run_id, prompt_id = own.runs()["run_id"][0], own.prompts()["prompt_id"][0]
    assert len(own.ledger([run_id])) == 60
    assert not own.history(prompt_id).empty
    assert own.active() == []
    with pytest.raises(StoreError, match="came with IPT Lab"):
        own.delete_run(run_id)
    with pytest.raises(StoreError, match="came with IPT Lab"):
        own.delete_prompt(prompt_id, force=True)
    shutil.copytree(fake_store.root / "runs" / run_id, tmp_path / "own" / "runs" / run_id)
    assert len(own.runs()) == 16
    assert own.runs().set_index("run_id")["shipped"].sum() == 15
    own.delete_run(run_id)
    assert fake_store.has_run(run_id)


def test_open_uses_path_then_environment_then_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPT_STORE", str(tmp_path / "env"))
    assert RunStore.open(tmp_path / "given").root == tmp_path / "given"
    assert RunStore.open().root == tmp_path / "env"
    monkeypatch.delenv("IPT_STORE")
    assert RunStore.open().root == Path("store")


def test_an_export_to_where_nothing_can_be_written_is_said(
    fake_store: RunStore, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    prompt_id = fake_store.prompts()["prompt_id"].iloc[0]
    with pytest.raises(StoreError, match=r"files cannot be written to .*out .*Give a folder"):
        fake_store.export_prompt(prompt_id, tmp_path / "file" / "out")


def test_an_exported_prompt_holds_the_adapter(fake_store: RunStore, tmp_path: Path) -> None:
    prompt_id = fake_store.prompts()["prompt_id"][0]
    fake_store.export_prompt(prompt_id, tmp_path / "out")
    source = fake_store.prompt_folder(prompt_id) / "adapter_model.safetensors"
    assert (tmp_path / "out" / source.name).read_bytes() == source.read_bytes()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").touch()
    with pytest.raises(StoreError, match=r"not empty \(thesis.tex"):
        fake_store.export_prompt(prompt_id, tmp_path / "full")


def test_history_is_the_trainings(fake_store: RunStore) -> None:
    prompt = fake_store.prompts().iloc[0]
    history = fake_store.history(prompt["prompt_id"])
    assert history["step"].tolist() == list(range(1, prompt["steps"] + 1))
    assert history["dev_loss"].min() == prompt["best_dev_loss"]
    with pytest.raises(StoreError, match="No prompt or training"):
        fake_store.history("f" * 12)


def test_a_ledger_is_checked_when_written(fake_store: RunStore, tmp_path: Path) -> None:
    rows = fake_store.ledger([fake_store.runs()["run_id"][0]])
    write_ledger(tmp_path / "good.parquet", rows)
    assert pq.read_table(tmp_path / "good.parquet").num_rows == 60
    with pytest.raises(StoreError, match="lacks the column 'input'"):
        write_ledger(tmp_path / "bad.parquet", rows.drop(columns="input"))
    with pytest.raises(StoreError, match="does not fit"):
        write_ledger(tmp_path / "bad.parquet", rows.assign(gold_tokens="many"))
    with pytest.raises(StoreError, match="at least one row"):
        write_ledger(tmp_path / "bad.parquet", rows.head(0))


def test_reading_runs_loads_no_torch() -> None:
    code = (
        "import sys, ipt_engine.runs, ipt_engine.plots, ipt_engine.analysis.similarity, "
        "ipt_engine.analysis.summary; sys.exit('torch' in sys.modules or "
        "'streamlit' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_columns_that_came_later_are_missing_in_older_ledgers(
    fake_store: RunStore, tmp_path: Path
) -> None:
    later = ["copied_share", "gold_copied_share"]
    icl = next(r for r in fake_store.runs().to_dict("records") if r["method"] == "icl")["run_id"]
    newer, older = (
        fake_store.root / "runs" / icl / "predictions.parquet",
        tmp_path / "older.parquet",
    )
    whole = pq.read_table(newer)
    pq.write_table(whole.drop_columns(later), older)
    for columns in (None, later, ["example_id", *later], [later[1]]):
        found = read_ledgers([older], columns)
        assert len(found) == 60
        asked = later if columns is None else columns
        assert set(asked) <= set(found.columns)
        assert found[[name for name in asked if name in later]].isna().all(axis=None)
    with pytest.raises(StoreError, match="no column 'nonsense'"):
        read_ledgers([older], [*later, "nonsense"])
    both = read_ledgers([older, newer], later)
    assert both["copied_share"][:60].isna().all()
    expected = whole["copied_share"].to_pandas()
    assert expected.notna().sum() > 0
    np.testing.assert_array_equal(both["copied_share"][60:], expected)
    # A ledger without them may be written, too.
    write_ledger(tmp_path / "again.parquet", read_ledgers([older]).drop(columns=later))
    assert set(pq.read_schema(tmp_path / "again.parquet").names) == set(whole.column_names) - {
        *later
    }
