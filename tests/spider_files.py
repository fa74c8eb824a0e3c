"""Spider's own files where a machine has them, and a small database of our own."""

import json
import re
import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

from tests.real_data import FOLDER

REAL = FOLDER / "spider"
TABLES = {
    "band": ["band_id", "name", "city", "founded"],
    "player": ["player_id", "name", "age", "home_band"],
    "gig": ["gig_id", "host_band", "lead_player", "year", "guests"],
}
FOREIGN_KEYS = [
    ("player.home_band", "band.band_id"),
    ("gig.host_band", "band.band_id"),
    ("gig.lead_player", "player.player_id"),
]


@cache
def dev() -> list[dict[str, Any]]:
    """The 1,034 dev examples."""
    return json.loads((REAL / "dev.json").read_text("utf-8"))


def real_context(db_id: str) -> dict[str, str]:
    return {
        "db_id": db_id,
        "tables": str(REAL / "tables.json"),
        "database": str(REAL / "database" / db_id / f"{db_id}.sqlite"),
    }


def write_tables(folder: Path) -> Path:
    """A tables.json of the small database."""
    names = list(TABLES)
    columns = [(-1, "*"), *((names.index(t), c) for t in names for c in TABLES[t])]
    place = {f"{names[t]}.{c}": i for i, (t, c) in enumerate(columns)}
    entry = {
        "db_id": "bands",
        "table_names_original": names,
        "column_names_original": columns,
        "foreign_keys": [[place[a], place[b]] for a, b in FOREIGN_KEYS],
    }
    path = folder / "tables.json"
    path.write_text(json.dumps([entry]), "utf-8")
    return path


def write_database(folder: Path) -> Path:
    """The small database with rows, one text of which is not UTF-8."""
    path = folder / "bands.sqlite"
    with sqlite3.connect(path) as connection:
        for table, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        connection.executemany(
            "INSERT INTO band VALUES (?, ?, ?, ?)",
            [(1, "Oak", "Bern", 1999), (2, "Fern", "Ulm", 2004), (3, "Moss", "Bern", 2004)],
        )
        connection.executemany(
            "INSERT INTO player VALUES (?, ?, ?, ?)",
            [(1, "Ada", 31, 1), (2, "Bo", 25, 1), (3, "Cy", 31, 2), (4, "Di", None, 3)],
        )
        connection.execute("INSERT INTO player VALUES (5, CAST(x'4dff' AS TEXT), 40, 3)")
        connection.executemany(
            "INSERT INTO gig VALUES (?, ?, ?, ?, ?)",
            [(1, 1, 1, 2020, 80), (2, 1, 2, 2021, 80), (3, 2, 3, 2021, 12), (4, 3, 4, 2021, 12)],
        )
    connection.close()
    return path


def plain_rows(database: str, sql: str) -> list[tuple[Any, ...]]:
    """What SQLite itself answers, with none of our guards."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        connection.text_factory = lambda raw: raw.decode("utf-8", errors="ignore")
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def renamed(sql: str) -> str:
    """The query with other aliases."""
    return re.sub(r"\bT(\d)\b", r"x\1y", sql, flags=re.IGNORECASE)
