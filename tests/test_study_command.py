"""`ipt study` says what it would do, how far it is, and in one line what is wrong."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ipt_engine.cli import app
from ipt_engine.errors import ConfigError, StoreError
from ipt_engine.runs import RunStore
from ipt_engine.studies import read_studies, read_study
from ipt_engine.study import begin_study, run_study
from tests.tiny_studies import CORE, InProcess, part, study_of

pytestmark = pytest.mark.usefixtures("own_encoder")


def test_a_dry_run_does_nothing(tmp_path: Path) -> None:
    found = CliRunner().invoke(app, ["study", "quick", "--dry-run", "--store", str(tmp_path)])
    assert found.exit_code == 0
    assert "Train IPT on mini-mtop, seed 1, 10 tokens, 30 steps, dense 1" in found.output
    assert "12 of unknown length" in found.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("crossed", "Train PT on mini-dart, seed 1, order 2, 25 tokens, 100 steps"),
        ("draws", "Run IPT on mini-mtop, seed 1, draw 2, random 1"),
    ],
)
def test_seeds_that_are_crossed_are_told_apart(part: str, said: str, tmp_path: Path) -> None:
    asked = ["study", "shipped", "--no-shipped", "--slice", part, "--dry-run"]
    found = CliRunner().invoke(app, [*asked, "--store", str(tmp_path)])
    lines = [line.split("  ")[-1] for line in found.output.splitlines()]
    assert lines.count(said) == 1


def test_what_is_no_study_is_refused_in_a_line(tmp_path: Path) -> None:
    found = CliRunner().invoke(app, ["study", "nothing.yaml", "--store", str(tmp_path)])
    assert isinstance(found.exception, ConfigError)
    assert "There is no file 'nothing.yaml'" in str(found.exception)
    assert "quick" in str(found.exception)


def test_status_says_how_far_each_slice_is(tmp_path: Path, model_folder: Path) -> None:
    store, study = RunStore(tmp_path), study_of(CORE, part("icl", name="b"), model=model_folder)
    plan, record = begin_study(study, store, ["b"])
    run_study(plan, record, store, InProcess(store))
    said = CliRunner().invoke(app, ["study", "status", "--store", str(tmp_path)]).output
    assert "0 of 4" in said and "1 of 1" in said and "complete" in said
    refused = CliRunner().invoke(app, ["study", "status", "other", "--store", str(tmp_path)])
    assert "Its studies: s." in str(refused.exception)


def test_a_damaged_record_is_one_line_and_leaves_the_others(tmp_path: Path) -> None:
    begin_study(study_of(part("zero_shot"), model="smollm2-135m-instruct"), RunStore(tmp_path))
    (tmp_path / "studies" / "broken.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="its runs stay"):
        read_study(tmp_path, "broken")
    assert [record.name for record in read_studies([tmp_path])] == ["s"]
