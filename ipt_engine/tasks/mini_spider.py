"""mini-spider: question and schema to SQL, in the manner of Spider (Yu et al. 2018), own data."""

from functools import partial

from ipt_engine.errors import DataError
from ipt_engine.records import Example
from ipt_engine.resources import bundled_root
from ipt_engine.tasks.base import Task
from ipt_engine.tasks.builtin import load_builtin
from ipt_engine.tasks.databases import built_databases


def locate_database(example: Example) -> dict[str, str]:
    """Where this machine has the example's database, and the schemas of all of them.

    Raises:
        DataError: If the example names no database, or one that there is not.
    """
    folder = built_databases("mini-spider")
    name = example.context.get("db_id")
    path = folder / str(name) / f"{name}.sqlite"
    if name is None or not path.is_file():
        known = ", ".join(sorted(found.name for found in folder.iterdir()))
        raise DataError(
            f"Example {example.id!r} has db_id {name!r} in its context. Expected one of: {known}."
        )
    tables = bundled_root() / "data" / "mini-spider" / "tables.json"
    return {"database": str(path), "tables": str(tables)}


MINI_SPIDER = Task(
    name="mini-spider",
    title="Mini-Spider",
    description="Write the SQL query that answers a question about a small database.",
    instruction="Write one SQL query that answers the question.",
    input_label="Question",
    output_label="SQL",
    metrics=("spider_exact_match", "spider_execution", "spider_execution_distinct", "chrf"),
    stop="newline",
    max_new_tokens=64,
    licence="Apache-2.0",
    source="Written for IPT Lab; made by data/mini-spider/generate.py",
    loader=partial(load_builtin, "mini-spider"),
    linearisation=(
        "The question, then the schema as `table : column, column | table : column, column`; "
        "where there is room for them, as with most databases of two tables, the foreign keys "
        "follow as `| table.column = table.column`."
    ),
    resources=locate_database,
)
