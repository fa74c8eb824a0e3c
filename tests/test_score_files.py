"""`ipt score`: the figures of files, and what is said of files that do not fit."""

import json
import sqlite3
from pathlib import Path

import pytest
import sacrebleu
from typer.testing import CliRunner

from ipt_engine.cli import app
from ipt_engine.errors import ConfigError, DataError
from ipt_engine.score_files import Sources, score_files

PREDICTED = ["the cat sat on the mat", "a dog ran", "it is red ."]
FIRST = ["the cat sat on a mat", "the dog ran home", "it is red ."]
SECOND = ["a cat sat on the mat", "", "it was red ."]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, lines in (("pred", PREDICTED), ("ref0", FIRST), ("ref1", SECOND)):
        (tmp_path / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def bleu(folder: Path, **options: str) -> float | None:
    references = [folder / "ref0.txt", folder / "ref1.txt"]
    return score_files("bleu", folder / "pred.txt", references, Sources(), options).corpus


@pytest.mark.parametrize("tokenize", ["13a", "none"])
def test_bleu_of_files_is_sacrebleus_with_a_blank_line_as_an_empty_reference(
    folder: Path, tokenize: str
) -> None:
    wanted = sacrebleu.corpus_bleu(PREDICTED, [FIRST, SECOND], tokenize=tokenize).score
    assert bleu(folder, tokenize=tokenize) == pytest.approx(wanted, abs=1e-9)


def test_the_command_prints_figure_and_count_and_each_line(folder: Path) -> None:
    paths = ["--predictions", str(folder / "pred.txt"), "--references", str(folder / "ref0.txt")]
    result = CliRunner().invoke(app, ["score", "--metric", "exact_match", *paths, "--each"])
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "1\t0.00",
        "2\t0.00",
        "3\t100.00",
        "Exact match 33.33, n = 3",
    ]
    result = CliRunner().invoke(app, ["score", "--metric", "exact_match", *paths, "--json"])
    found = json.loads(result.stdout)
    assert found["metric"] == "exact_match"
    assert found["score"] == pytest.approx(100 / 3)
    assert found["n"] == 3


def test_a_line_that_cannot_be_scored_is_null_in_json_and_a_dash_in_text(folder: Path) -> None:
    paths = ["--predictions", str(folder / "pred.txt"), "--references", str(folder / "ref1.txt")]
    command = ["score", "--metric", "chrf", *paths, "--each"]
    said = CliRunner().invoke(app, [*command, "--json"]).stdout
    found = json.loads(said, parse_constant=pytest.fail)
    assert [line is None for line in found["lines"]] == [False, True, False]
    assert CliRunner().invoke(app, command).stdout.splitlines()[1] == "2\t–"


def test_sql_is_scored_on_its_databases(tmp_path: Path) -> None:
    (tmp_path / "pets").mkdir()
    with sqlite3.connect(tmp_path / "pets" / "pets.sqlite") as database:
        database.execute("CREATE TABLE pet (name TEXT, age INTEGER)")
        database.executemany("INSERT INTO pet VALUES (?, ?)", [("Bo", 3), ("Mo", 5)])
    database.close()
    (tmp_path / "gold.sql").write_text(
        "SELECT name FROM pet WHERE age > 4\tpets\nSELECT count(*) FROM pet\tpets\n"
    )
    (tmp_path / "pred.sql").write_text("SELECT name FROM pet WHERE age = 5\nSELECT 3\n")
    found = score_files(
        "spider_execution",
        tmp_path / "pred.sql",
        [tmp_path / "gold.sql"],
        Sources(databases=tmp_path),
        {},
    )
    assert found.lines == [100.0, 0.0]
    assert found.corpus == 50.0


def test_logic_forms_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("The average is 3.\nIt is 4.\n")
    (tmp_path / "r").write_text("On average 3.\nThe average is 4.\n")
    (tmp_path / "s").write_text(
        "eq { avg { all_rows ; a } ; 3 }\neq { avg { all_rows ; a } ; 4 }\n"
    )
    found = score_files("blec", tmp_path / "p", [tmp_path / "r"], Sources(tmp_path / "s"), {})
    assert found.lines == [100.0, 0.0]


@pytest.mark.parametrize(
    ("metric", "references", "options", "message"),
    [
        ("rouge", ["ref0.txt"], {}, "Unknown metric 'rouge'"),
        ("bleu", ["ref0.txt"], {"tokenize": "words"}, "no tokenizer 'words'"),
        ("bleu", ["ref0.txt"], {"order": "3"}, "BLEU has no option 'order'. It has: tokenize"),
        ("chrf", ["ref0.txt"], {"order": "3"}, "no option 'order'. It has none"),
        ("blec", ["ref0.txt"], {}, "needs --sources"),
        ("spider_execution", ["ref0.txt"], {}, "ref0.txt, line 1: expected a query, a tab"),
        ("bleu", ["gone.txt"], {}, "Cannot read .*gone.txt"),
        ("bleu", ["short.txt"], {}, "short.txt has 1 lines and .*pred.txt has 3"),
        ("bleu", ["empty.txt"], {}, "empty.txt is empty"),
    ],
)
def test_what_does_not_fit_is_one_line(
    folder: Path, metric: str, references: list[str], options: dict[str, str], message: str
) -> None:
    (folder / "short.txt").write_text("one\n")
    (folder / "empty.txt").write_text("")
    paths = [folder / name for name in references]
    with pytest.raises((ConfigError, DataError), match=message) as caught:
        score_files(metric, folder / "pred.txt", paths, Sources(), options)
    assert "\n" not in str(caught.value)
