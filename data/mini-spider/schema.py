"""A database's schema: as the text that follows a question, and as Spider's tables.json has it."""

import sqlite3

ROOM_FOR_KEYS = 130
"""Characters that a schema with its foreign keys may have; else the keys are left out."""
TYPES = {"INTEGER": "number", "TEXT": "text"}


def linearise(connection: sqlite3.Connection) -> str:
    """The schema as `table : column, column | table : column, ... | table.key = table.id`."""
    tables = _tables(connection)
    parts = [f"{table} : {', '.join(columns)}" for table, columns in tables.items()]
    keys = [
        f"{table}.{column} = {parent}.{target}"
        for table in tables
        for column, parent, target in _foreign_keys(connection, table)
    ]
    whole = " | ".join([*parts, *keys])
    return whole if len(whole) <= ROOM_FOR_KEYS else " | ".join(parts)


def spider_tables(name: str, connection: sqlite3.Connection) -> dict[str, object]:
    """The schema as an entry of tables.json, in which columns are numbered from "*" on."""
    tables = _tables(connection)
    names = list(tables)
    columns = [(-1, "*"), *((names.index(t), c) for t in names for c in tables[t])]
    place = {(names[table], column): number for number, (table, column) in enumerate(columns)}
    types = {(t, c): tables[t][c] for t in names for c in tables[t]}
    primary = [
        place[table, row[1]]
        for table in names
        for row in connection.execute(f"PRAGMA table_info({table})")
        if row[5] == 1
    ]
    foreign = [
        [place[table, column], place[parent, target]]
        for table in names
        for column, parent, target in _foreign_keys(connection, table)
    ]
    return {
        "db_id": name,
        "table_names": names,
        "table_names_original": names,
        "column_names": [[table, column.replace("_", " ")] for table, column in columns],
        "column_names_original": [[table, column] for table, column in columns],
        "column_types": ["text", *(TYPES[types[names[t], c]] for t, c in columns[1:])],
        "primary_keys": primary,
        "foreign_keys": foreign,
    }


def _tables(connection: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """Types by column, by table, in the order in which they were created."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
    return {
        table: {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({table})")}
        for (table,) in found
    }


def _foreign_keys(connection: sqlite3.Connection, table: str) -> list[tuple[str, str, str]]:
    """(column, table referred to, its column), in the order of the columns."""
    rows = connection.execute(f"PRAGMA foreign_key_list({table})").fetchall()
    return [(row[3], row[2], row[4]) for row in sorted(rows, reverse=True)]
