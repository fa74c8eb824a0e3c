"""Patterns that choose, count and order rows of one table."""

from pattern import Pattern

ROWS = {
    "list": Pattern(
        "single",
        1,
        "SELECT {label} FROM {t}",
        (
            "List the {labels} of all {many}.",
            "What are the {labels} of the {many}?",
            "Show the {label} of every {one}.",
            "Give me all {one} {labels}.",
        ),
    ),
    "list two columns": Pattern(
        "single",
        2,
        "SELECT {label}, {col} FROM {t}",
        (
            "List the {label} and the {column} of every {one}.",
            "Show each {one}'s {label} and {column}.",
            "What are the {label} and {column} of each {one}?",
        ),
    ),
    "count": Pattern(
        "single",
        1,
        "SELECT COUNT(*) FROM {t}",
        (
            "How many {many} are there?",
            "Count the {many}.",
            "What is the number of {many}?",
            "Find the number of all {many}.",
        ),
    ),
    "count equal": Pattern(
        "single",
        9,
        "SELECT COUNT(*) FROM {t} WHERE {c} = {v}",
        (
            "How many {such} are there?",
            "Count the {such}.",
            "What is the number of {such}?",
            "Find how many {such} there are.",
        ),
    ),
    "count compared": Pattern(
        "single",
        9,
        "SELECT COUNT(*) FROM {t} WHERE {n} {op} {x}",
        (
            "How many {many} {clause}?",
            "Count the {many} {who} {clause}.",
            "What is the number of {many} {who} {clause}?",
        ),
    ),
    "equal": Pattern(
        "single",
        9,
        "SELECT {label} FROM {t} WHERE {c} = {v}",
        (
            "List the {labels} of {such}.",
            "What are the {labels} of the {such}?",
            "Find the {labels} of all {such}.",
            "Name all {such}.",
        ),
    ),
    "compared": Pattern(
        "single",
        12,
        "SELECT {label} FROM {t} WHERE {n} {op} {x}",
        (
            "Which {many} {clause}?",
            "List the {labels} of {many} {who} {clause}.",
            "Find all {many} {who} {clause}.",
            "What are the {labels} of the {many} {who} {clause}?",
        ),
    ),
    "and": Pattern(
        "single",
        8,
        "SELECT {label} FROM {t} WHERE {c} = {v} AND {n} {op} {x}",
        (
            "Which {such} {clause}?",
            "List the {labels} of {such} {who} {clause}.",
            "Find all {such} {who} {clause}.",
        ),
    ),
    "or": Pattern(
        "single",
        2,
        "SELECT {label} FROM {t} WHERE {c} = {v} OR {c} = {v2}",
        (
            "List the {labels} of {such_or}.",
            "Find all {such_or}.",
            "What are the {labels} of the {such_or}?",
        ),
        "SELECT {label} FROM {t} WHERE {c} IN ({v}, {v2})",
    ),
    "not equal": Pattern(
        "single",
        2,
        "SELECT {label} FROM {t} WHERE {c} != {v}",
        (
            "List the {labels} of {many} whose {cat} is not {value}.",
            "Show all {many} whose {cat} differs from {value}.",
            "Find all {many} except those with the {cat} {value}.",
        ),
    ),
    "between": Pattern(
        "single",
        3,
        "SELECT {label} FROM {t} WHERE {n} BETWEEN {lo} AND {hi}",
        (
            "Which {many} have {a_number} between {lo} and {hi}?",
            "List the {labels} of {many} whose {number} is between {lo} and {hi}.",
            "Find the {many} with {a_number} from {lo} to {hi}.",
        ),
        "SELECT {label} FROM {t} WHERE {n} >= {lo} AND {n} <= {hi}",
    ),
    "look up": Pattern(
        "single",
        13,
        "SELECT {col} FROM {t} WHERE {label} = {name}",
        (
            "What is the {column} of {row}?",
            "Find the {column} of {row}.",
            "Tell me the {column} of the {one} with the {label} {name}.",
            "Give the {column} of the {one} {bare}.",
        ),
    ),
    "ordered": Pattern(
        "single",
        5,
        "SELECT {label} FROM {t} ORDER BY {n}{desc}",
        (
            "List the {labels} of all {many} in {order} order of {number}.",
            "List all {many} from {most} to {least}.",
            "Show the {labels} of the {many} sorted by {number}, {extreme} first.",
        ),
    ),
    "ordered where": Pattern(
        "single",
        5,
        "SELECT {label} FROM {t} WHERE {c} = {v} ORDER BY {n}{desc}",
        (
            "List the {labels} of {such} in {order} order of {number}.",
            "List the {such} from {most} to {least}.",
            "Show all {such} sorted by {number}, {extreme} first.",
        ),
    ),
    "top": Pattern(
        "single",
        5,
        "SELECT {label} FROM {t} ORDER BY {n}{desc} LIMIT 1",
        (
            "Which {one} has the {extreme} {number}?",
            "What is the {label} of the {most} {one}?",
            "Name the {most} {one}.",
            "Find the {label} of the {one} with the {extreme} {number}.",
        ),
        "SELECT {label} FROM {t} WHERE {n} = (SELECT {max}({n}) FROM {t})",
    ),
    "top few": Pattern(
        "single",
        5,
        "SELECT {label} FROM {t} ORDER BY {n}{desc} LIMIT {k}",
        (
            "List the {k} {most} {many}.",
            "Which {k} {many} have the {extreme} {number}?",
            "Show the {labels} of the {k} {many} with the {extreme} {number}.",
        ),
    ),
    "top where": Pattern(
        "single",
        5,
        "SELECT {label} FROM {t} WHERE {c} = {v} ORDER BY {n}{desc} LIMIT 1",
        (
            "Which of the {such} has the {extreme} {number}?",
            "Name the {most} {such_one}.",
            "What is the {label} of the {most} {such_one}?",
        ),
    ),
}
