"""Spider (Yu et al. 2018): a question and a database's schema to SQL."""

import re
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from ipt_engine.errors import DataError
from ipt_engine.records import Example
from ipt_engine.tasks.formats.base import (
    Format,
    Malformed,
    Read,
    convert,
    json_list,
    references_of,
    text_of,
)

_QUOTED_OR_SPACE = re.compile(r"('[^']*'|\"[^\"]*\")|\s+")


def read(path: Path) -> Read:
    """The records of a Spider file: `question`, `query` and `db_id`; `tables.json` beside it."""
    return convert(json_list(path), partial(_example, schemas=_schemas(path)))


def companions(path: Path) -> tuple[Path, ...]:
    """The schemas. The databases are no part of the input, so they are not hashed."""
    return (tables_file(path),)


def resources(path: Path, example: Example) -> Mapping[str, str]:
    """`tables`, and `database` where that database lies in the folder beside the file."""
    name = example.context.get("db_id", "")
    if name not in _schemas(path):
        return {}
    found = {"tables": str(tables_file(path))}
    for folder in ("database", "test_database"):
        database = path.parent / folder / name / f"{name}.sqlite"
        if database.is_file():
            return {**found, "database": str(database)}
    return found


def tables_file(path: Path) -> Path:
    """The file of schemas that belongs to a file of questions."""
    special = path.with_name("test_tables.json")
    if path.name.startswith("test") and special.is_file():
        return special
    return path.with_name("tables.json")


def linearised(schema: Mapping[str, Any]) -> str:
    """A schema as `table : column, column | table : column | table.key = table.id`.

    Names are those that SQL has to use.

    Args:
        schema: An element of `tables.json`.

    Raises:
        KeyError, IndexError, TypeError, ValueError: If it is none.
    """
    tables = schema["table_names_original"]
    columns: list[list[str]] = [[] for _ in tables]
    full = []
    for table, column in schema["column_names_original"]:
        # -1 is the table of `*`, which is in every schema.
        full.append(f"{tables[table]}.{column}")
        if table >= 0:
            columns[table].append(column)
    parts = [f"{t} : {', '.join(names)}" for t, names in zip(tables, columns, strict=True)]
    parts += [f"{full[child]} = {full[parent]}" for child, parent in schema["foreign_keys"]]
    return " | ".join(parts)


def _schemas(path: Path) -> Mapping[str, str]:
    tables = tables_file(path)
    try:
        changed = tables.stat().st_mtime_ns
    except OSError as error:
        raise DataError(
            f"{tables} is missing. Spider's tables.json has to lie beside {path.name}."
        ) from error
    return _read_schemas(tables, changed)


@lru_cache(maxsize=8)
def _read_schemas(tables: Path, changed: int) -> Mapping[str, str]:
    """Linearised schemas by database; read again only if the file changed."""
    found = {}
    for where, schema in json_list(tables):
        try:
            found[schema["db_id"]] = linearised(schema)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise DataError(
                f"{tables}, {where}: not a schema of Spider ({type(error).__name__}: {error}). "
                "Expected db_id, table_names_original, column_names_original, foreign_keys."
            ) from error
    return found


def _example(record: Any, schemas: Mapping[str, str]) -> Example:
    question, database = text_of(record, "question"), text_of(record, "db_id")
    text_of(record, "query")
    if database not in schemas:
        raise Malformed(f"field 'db_id': {database!r} is not in tables.json")
    query = _QUOTED_OR_SPACE.sub(lambda match: match[1] or " ", record["query"]).strip()
    return Example(
        id="",
        input=f"{question} | {schemas[database]}",
        references=references_of([("query", query)]),
        domain=database,
        context={"db_id": database},
    )


SPIDER = Format(
    name="spider",
    title="Spider",
    description="Write the SQL query that answers a question about a database.",
    instruction="Write the SQL query that answers the question.",
    input_label="Question and schema",
    output_label="SQL",
    metrics=("spider_exact_match", "spider_execution", "exact_match"),
    stop="newline",
    max_new_tokens=256,
    licence="CC BY-SA 4.0",
    source="Yu et al. 2018, Spider: A Large-Scale Human-Labeled Dataset for Text-to-SQL",
    linearisation=(
        "The question, then the schema, parted by ` | `: each table as `table : column, column`, "
        "then the foreign keys as `table.column = table.column`."
    ),
    read=read,
    official={
        "train": ("train_spider*.json", "train*.json"),
        "dev": ("dev.json",),
        "test": ("test.json",),
    },
    companions=companions,
    resources=resources,
)
