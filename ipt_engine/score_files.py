"""Scoring answers that lie in text files, a line each: other systems' output."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ipt_engine.disk import unreadable
from ipt_engine.errors import ConfigError, DataError
from ipt_engine.metrics import Metric, get_metric
from ipt_engine.metrics.bleu import bleu_variant

_OPTIONS = {"bleu": {"tokenize": bleu_variant}}
"""What can be set for a metric: option to what makes the metric with it."""


@dataclass(frozen=True)
class Sources:
    """Files that a metric may need beside answers and references.

    Attributes:
        sources: Logic forms, a line each.
        tables: Spider's tables.json.
        databases: Folder of NAME/NAME.sqlite.
    """

    sources: Path | None = None
    tables: Path | None = None
    databases: Path | None = None


@dataclass(frozen=True)
class FileScore:
    """What the files score.

    Attributes:
        metric: The metric.
        corpus: Score of all lines together; None where there is nothing to judge.
        lines: Score of each line.
    """

    metric: Metric
    corpus: float | None
    lines: list[float]


def score_files(
    name: str,
    predictions: Path,
    references: Sequence[Path],
    sources: Sources,
    options: Mapping[str, str],
) -> FileScore:
    """Score a file of answers against one or more files of references.

    A blank line in a file of references is an empty reference, as the field's own scripts count
    it. For metrics of SQL, a line of the references is the query, a tab, and its database's name.

    Args:
        name: The metric's.
        predictions: One answer a line.
        references: Files with as many lines.
        sources: What else the metric needs.
        options: The metric's options, such as tokenize for BLEU.

    Raises:
        ConfigError: If the metric or an option is unknown, or a file it needs is not given.
        DataError: If a file cannot be read, or has another number of lines.
    """
    metric = _metric(name, options)
    answers = _lines(predictions)
    gold = [_lines(path) for path in references]
    contexts: list[dict[str, str]] = [{} for _ in answers]
    if "logic" in metric.needs:
        path = _given(sources.sources, metric, "--sources, a file of logic forms")
        forms = _lines(path)
        _same_length(path, forms, predictions, answers)
        contexts = [{"logic": form} for form in forms]
    for path, column in zip(references, gold, strict=True):
        _same_length(path, column, predictions, answers)
    if {"db_id", "database"} & set(metric.needs):
        contexts = _databases(metric, references[0], gold[0], sources)
        gold = [[line.rpartition("\t")[0] or line for line in column] for column in gold]
        answers = [line.partition("\t")[0] for line in answers]
    rows = [
        metric.judge(answer, list(accepted), context)
        for answer, accepted, context in zip(
            answers, zip(*gold, strict=True), contexts, strict=True
        )
    ]
    corpus = metric.corpus([[row[column] for column in metric.columns()] for row in rows])
    return FileScore(metric, corpus, [row[metric.name] for row in rows])


def _metric(name: str, options: Mapping[str, str]) -> Metric:
    try:
        metric = get_metric(name)
        for option, value in options.items():
            known = _OPTIONS.get(name, {})
            if option not in known:
                has = f"It has: {', '.join(known)}." if known else "It has none."
                raise ValueError(f"{metric.title} has no option {option!r}. {has}")
            metric = known[option](value)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    return metric


def _databases(
    metric: Metric, path: Path, gold: Sequence[str], sources: Sources
) -> list[dict[str, str]]:
    contexts = []
    for number, line in enumerate(gold, start=1):
        query, _, db_id = line.rpartition("\t")
        if not query:
            raise DataError(
                f"{path}, line {number}: expected a query, a tab and its database's name, "
                f"found {line[:80]!r}."
            )
        context = {"db_id": db_id.strip()}
        if "tables" in metric.needs:
            context["tables"] = str(_given(sources.tables, metric, "--tables, a tables.json"))
        if "database" in metric.needs:
            folder = _given(sources.databases, metric, "--databases, a folder of databases")
            context["database"] = str(folder / db_id.strip() / f"{db_id.strip()}.sqlite")
        contexts.append(context)
    return contexts


def _given(path: Path | None, metric: Metric, what: str) -> Path:
    if path is None:
        raise ConfigError(f"{metric.title} needs {what}.")
    return path


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(unreadable(path, error, "lines of UTF-8")) from error
    lines = text.split("\n")
    # A line break ends the last line; it does not begin another.
    if lines[-1] == "":
        lines.pop()
    if not lines:
        raise DataError(f"{path} is empty. Expected one answer a line.")
    return [line.removesuffix("\r") for line in lines]


def _same_length(path: Path, found: Sequence[str], other: Path, expected: Sequence[str]) -> None:
    if len(found) != len(expected):
        raise DataError(
            f"{path} has {len(found)} lines and {other} has {len(expected)}: they have to be as "
            "many."
        )
