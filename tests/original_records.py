"""Records as the original files of known data sets have them, each about ferries."""

import json
from pathlib import Path
from typing import Any


def cell(value: str, header: bool = False, rows: int = 1, columns: int = 1) -> dict[str, Any]:
    """A cell of a ToTTo table."""
    return {"value": value, "is_header": header, "row_span": rows, "column_span": columns}


def totto(**changes: Any) -> dict[str, Any]:
    """Ferries: a title over two columns, a name that spans two rows."""
    table = [
        [cell("Ferry", True, rows=2), cell("Crossing", True, columns=2)],
        [cell("From", True), cell("To", True)],
        [cell("Heron", True, rows=2), cell("Oban"), cell("Mull")],
        [cell("Kyle"), cell("Skye")],
        [cell("Gull", True), cell("Ayr"), cell("Arran")],
    ]
    record = {
        "table": table,
        "table_page_title": "Ferries",
        "table_section_title": "Routes",
        "table_section_text": "",
        "highlighted_cells": [[3, 1], [4, 0]],
        "example_id": 7,
        "sentence_annotations": [{"final_sentence": "Heron sails to Skye."}],
    }
    return record | changes


def dart(**changes: Any) -> dict[str, Any]:
    """Two triples about a ferry, and two sentences."""
    record = {
        "tripleset": [["Heron", "sails to", "Skye"], ["Heron", "built", "1990"]],
        "annotations": [
            {"source": "own", "text": "Heron, built in 1990, sails to Skye."},
            {"source": "own", "text": "The Heron of 1990\nsails to Skye."},
        ],
    }
    return record | changes


LOGIC = "eq { count { filter_eq { all_rows ; to ; skye } } ; 1 } = true"


def logic2text(**changes: Any) -> dict[str, Any]:
    """A count of ferries, as a form and as a sentence."""
    record = {"topic": "ferries", "sent": "one ferry sails to skye .", "logic_str": LOGIC}
    return record | {"action": "count"} | changes


def question(**changes: Any) -> dict[str, Any]:
    """A question about ferries, as Spider has it."""
    query = "SELECT name ,  count(*)\nFROM ferry WHERE name = 'Old  Heron'"
    return {"question": "Which ferries?", "query": query, "db_id": "harbour"} | changes


SCHEMA = {
    "db_id": "harbour",
    "table_names_original": ["ferry", "trip"],
    "table_names": ["ferry", "trip"],
    "column_names_original": [
        [-1, "*"], [0, "id"], [0, "Home port"], [1, "id"], [1, "ferry_id"]
    ],
    "foreign_keys": [[4, 1]],
}  # fmt: skip
MTOP_ROW = [
    "1", "IN:GET_FERRY", "", 'the "Heron to Skye', "travel", "en_XX", "[IN:GET_FERRY x ]", "{}"
]  # fmt: skip


def write_json(path: Path, content: Any) -> Path:
    """A file with one value in JSON."""
    path.write_text(json.dumps(content), "utf-8")
    return path


def write_lines(path: Path, *lines: str) -> Path:
    """A file with these lines."""
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path
