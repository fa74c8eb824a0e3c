"""Patterns over two tables or three."""

from pattern import Pattern

JOIN = "{t} AS T1 JOIN {p_t} AS T2 ON T1.{key} = T2.id"

JOINS = {
    "of a parent": Pattern(
        "linked",
        4,
        f"SELECT T1.{{label}} FROM {JOIN} WHERE T2.{{p_label}} = {{p_name}}",
        (
            "List the {labels} of the {many} {by}.",
            "What are the {labels} of all {many} {by}?",
            "Which {many} does {p_row} {has}?",
        ),
        "SELECT {label} FROM {t} WHERE {key} = (SELECT id FROM {p_t} WHERE {p_label} = {p_name})",
    ),
    "count of a parent": Pattern(
        "linked",
        2.5,
        f"SELECT COUNT(*) FROM {JOIN} WHERE T2.{{p_label}} = {{p_name}}",
        (
            "How many {many} does {p_row} {has}?",
            "Count the {many} {by}.",
            "Find the number of {many} {by}.",
        ),
    ),
    "aggregate of a parent": Pattern(
        "linked",
        2,
        f"SELECT {{agg}}(T1.{{n}}) FROM {JOIN} WHERE T2.{{p_label}} = {{p_name}}",
        (
            "What is the {statistic} {number} of the {many} {by}?",
            "Find the {statistic} {number} of all {many} {by}.",
        ),
    ),
    "parent": Pattern(
        "linked",
        2.5,
        f"SELECT T2.{{p_label}} FROM {JOIN} WHERE T1.{{label}} = {{name}}",
        (
            "Which {p_one} {had} the {one} {bare}?",
            "What is the {p_label} of the {p_one} of {row}?",
            "Find the {p_one} of {row}.",
        ),
    ),
    "parent's column": Pattern(
        "linked",
        2,
        f"SELECT T2.{{p_col}} FROM {JOIN} WHERE T1.{{label}} = {{name}}",
        (
            "What is the {p_column} of the {p_one} of {row}?",
            "Find the {p_column} of the {p_one} of the {one} {bare}.",
        ),
    ),
    "with parents": Pattern(
        "linked",
        1,
        f"SELECT T1.{{label}}, T2.{{p_label}} FROM {JOIN}",
        (
            "Show the {label} of every {one} and the {p_label} of {its} {p_one}.",
            "List each {one} together with {its} {p_one}.",
        ),
    ),
    "of such parents": Pattern(
        "linked",
        3,
        f"SELECT T1.{{label}} FROM {JOIN} WHERE T2.{{p_c}} = {{p_v}}",
        (
            "List the {labels} of {many} {by_such}.",
            "Find all {many} {by_such}.",
        ),
    ),
    "parents of such": Pattern(
        "linked",
        3,
        f"SELECT DISTINCT T2.{{p_label}} FROM {JOIN} WHERE T1.{{c}} = {{v}}",
        (
            "Which {p_many} {has} {such}?",
            "Find the {p_labels} of the {p_many} {p_who} {has} {such}.",
        ),
        "SELECT {p_label} FROM {p_t} WHERE id IN (SELECT {key} FROM {t} WHERE {c} = {v})",
    ),
    "parents of some": Pattern(
        "linked",
        2.5,
        "SELECT {p_label} FROM {p_t} WHERE id IN (SELECT {key} FROM {t} WHERE {n} {op} {x})",
        (
            "Which {p_many} {has} {many} {who} {clause}?",
            "List the {p_labels} of {p_many} {p_who} {has} {many} {who} {clause}.",
        ),
    ),
    "parents without": Pattern(
        "linked",
        1,
        "SELECT {p_label} FROM {p_t} WHERE id NOT IN (SELECT {key} FROM {t})",
        (
            "Which {p_many} do not {has} any {many}?",
            "Find the {p_labels} of {p_many} without {many}.",
            "List the {p_many} {p_who} {has} no {many}.",
        ),
    ),
    "count for parents": Pattern(
        "linked",
        1,
        f"SELECT T2.{{p_label}}, COUNT(*) FROM {JOIN} GROUP BY T2.id",
        (
            "How many {many} does each {p_one} {has}?",
            "For each {p_one} with {many}, count the {many}.",
            "Show the {p_labels} of the {p_many} and how many {many} each {had}.",
        ),
    ),
    "top parent": Pattern(
        "linked",
        1,
        f"SELECT T2.{{p_label}} FROM {JOIN} GROUP BY T2.id ORDER BY COUNT(*) DESC LIMIT 1",
        (
            "Which {p_one} {had} the most {many}?",
            "Find the {p_one} with the most {many}.",
        ),
    ),
    "parents with many": Pattern(
        "linked",
        2,
        f"SELECT T2.{{p_label}} FROM {JOIN} GROUP BY T2.id HAVING COUNT(*) >= {{k}}",
        (
            "Which {p_many} {has} at least {k} {many}?",
            "Find the {p_labels} of {p_many} with {k} or more {many}.",
        ),
    ),
    "together": Pattern(
        "linked",
        1,
        "SELECT {label} FROM {t} UNION SELECT {p_label} FROM {p_t}",
        (
            "List the {labels} of all {many} and the {p_labels} of all {p_many} together.",
            "Show the {labels} of the {many} and the {p_labels} of the {p_many} in one list.",
        ),
    ),
    "paired": Pattern(
        "bridged",
        1.5,
        "SELECT T1.{label} FROM {t} AS T1 JOIN {pairs} AS T2 ON T1.id = T2.{t}_id "
        "JOIN {p_t} AS T3 ON T2.{p_t}_id = T3.id WHERE T3.{p_label} = {p_name}",
        (
            "List the {labels} of the {many} {tail}.",
            "Which {many} are {tail}?",
        ),
    ),
    "count paired": Pattern(
        "bridged",
        1.5,
        "SELECT COUNT(*) FROM {pairs} AS T1 JOIN {p_t} AS T2 ON T1.{p_t}_id = T2.id "
        "WHERE T2.{p_label} = {p_name}",
        (
            "How many {many} are {tail}?",
            "Count the {many} {tail}.",
        ),
    ),
    "top paired": Pattern(
        "bridged",
        0.5,
        "SELECT T2.{label} FROM {pairs} AS T1 JOIN {t} AS T2 ON T1.{t}_id = T2.id "
        "GROUP BY T2.id ORDER BY COUNT(*) DESC LIMIT 1",
        (
            "Which {one} is {most_of}?",
            "Find the {label} of the {one} {most_of}.",
        ),
    ),
}
