"""Patterns that aggregate and group, that nest one query in another, and set operations."""

from pattern import Pattern

GROUPS = {
    "aggregate": Pattern(
        "single",
        6,
        "SELECT {agg}({n}) FROM {t}",
        (
            "What is the {statistic} {number} of all {many}?",
            "Find the {statistic} {number} of the {many}.",
            "Show the {statistic} {number} over all {many}.",
        ),
    ),
    "aggregate where": Pattern(
        "single",
        8,
        "SELECT {agg}({n}) FROM {t} WHERE {c} = {v}",
        (
            "What is the {statistic} {number} of {such}?",
            "Find the {statistic} {number} of all {such}.",
            "Tell me the {statistic} {number} of the {such}.",
        ),
    ),
    "least and most": Pattern(
        "single",
        1,
        "SELECT MIN({n}), MAX({n}) FROM {t}",
        (
            "What are the {low} and the {high} {number} of the {many}?",
            "Find the {low} and {high} {number} of all {many}.",
        ),
    ),
    "distinct": Pattern(
        "single",
        1.5,
        "SELECT DISTINCT {c} FROM {t}",
        (
            "What are the different {cats} of the {many}?",
            "List the {cats} of all {many} without repeats.",
            "Show the distinct {cats} of {many}.",
        ),
    ),
    "count distinct": Pattern(
        "single",
        1,
        "SELECT COUNT(DISTINCT {c}) FROM {t}",
        (
            "How many different {cats} do the {many} have?",
            "Count the different {cats} of {many}.",
            "Find the number of distinct {cats} of the {many}.",
        ),
    ),
    "group count": Pattern(
        "single",
        2.5,
        "SELECT {c}, COUNT(*) FROM {t} GROUP BY {c}",
        (
            "How many {many} are there for each {cat}?",
            "Count the {many} for each {cat}.",
            "For each {cat}, show the number of {many}.",
        ),
    ),
    "group aggregate": Pattern(
        "single",
        3,
        "SELECT {c}, {agg}({n}) FROM {t} GROUP BY {c}",
        (
            "What is the {statistic} {number} of the {many} for each {cat}?",
            "For each {cat}, find the {statistic} {number} of the {many}.",
            "Show each {cat} with the {statistic} {number} of its {many}.",
        ),
    ),
    "having": Pattern(
        "single",
        2.5,
        "SELECT {c} FROM {t} GROUP BY {c} HAVING COUNT(*) >= {k}",
        (
            "Which {cats} have at least {k} {many}?",
            "Find the {cats} with {k} or more {many}.",
            "List each {cat} with at least {k} {many}.",
        ),
    ),
    "group top": Pattern(
        "single",
        2,
        "SELECT {c} FROM {t} GROUP BY {c} ORDER BY COUNT(*){count_desc} LIMIT 1",
        (
            "Which {cat} has the {count_most} {many}?",
            "Find the {cat} with the {count_most} {many}.",
            "What is the {common} {cat} of the {many}?",
        ),
    ),
    "beside the average": Pattern(
        "single",
        2,
        "SELECT {label} FROM {t} WHERE {n} {op} (SELECT AVG({n}) FROM {t})",
        (
            "Which {many} have {a_number} {above} the average?",
            "List the {labels} of {many} whose {number} is {above} the average.",
            "Find all {many} with {a_number} {above} the average of all {many}.",
        ),
    ),
    "beside another": Pattern(
        "single",
        3,
        "SELECT {label} FROM {t} WHERE {n} {op} (SELECT {n} FROM {t} WHERE {label} = {name})",
        (
            "Which {many} have {a_number} {above} that of {row}?",
            "List the {labels} of {many} whose {number} is {above} that of {row}.",
        ),
    ),
    "either end": Pattern(
        "single",
        2,
        "SELECT {label} FROM {t} WHERE {n} < {lo} UNION SELECT {label} FROM {t} WHERE {n} > {hi}",
        (
            "Which {many} {under} or {over}?",
            "List the {labels} of {many} {who} {under} or {over}.",
        ),
        "SELECT {label} FROM {t} WHERE {n} < {lo} OR {n} > {hi}",
    ),
    "both": Pattern(
        "single",
        2.5,
        "SELECT {c} FROM {t} WHERE {n} < {lo} INTERSECT SELECT {c} FROM {t} WHERE {n} > {hi}",
        (
            "Which {cats} have both {many} {who} {under} and {many} {who} {over}?",
            "Find the {cats} of {many} {who} {under} and also of {many} {who} {over}.",
        ),
    ),
    "none": Pattern(
        "single",
        2.5,
        "SELECT {c} FROM {t} EXCEPT SELECT {c} FROM {t} WHERE {n} {op} {x}",
        (
            "Which {cats} have no {many} {who} {clause}?",
            "Find the {cats} without {many} {who} {clause}.",
        ),
    ),
}
