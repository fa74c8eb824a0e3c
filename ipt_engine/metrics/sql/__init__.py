"""SQL as Spider's scorers see it: a query read into its parts, and a query run safely.

    text       -> what is done to a query's text before anything reads it
    schema     -> tables, columns and foreign keys of a tables.json entry
    query      -> the parts of a query as values that compare
    names      -> which column a name means
    reading    -> sqlglot's tree to those parts
    matching   -> exact set match of two queries' parts
    execution  -> a query's rows from a SQLite file that nothing can harm
    results    -> whether two results are the same up to the order of columns and rows

The definitions are those of https://github.com/taoyds/spider (`evaluation.py`,
`process_sql.py`; Yu et al. 2018, https://aclanthology.org/D18-1425) and of
https://github.com/taoyds/test-suite-sql-eval (`exec_eval.py`; Zhong et al. 2020,
https://aclanthology.org/2020.emnlp-main.29), which replaced it as Spider's scorer.
"""
