"""How mini-spider speaks of a database: the parts that `databases_*.py` are made of.

What is in a database stands in `databases/NAME.sql` alone; here is how its tables and columns are
said in English.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Number:
    """A column of numbers, no two of a table the same.

    Attributes:
        noun: What it is called after "the".
        more: What those above `{}` do, after "Which songs ...".
        less: What those below it do.
        most: The adjective of the one with the highest number; empty if there is none.
        least: The adjective of the one with the lowest number.
        high: Before the noun, of the highest number.
        low: Before the noun, of the lowest number.
        total: Whether a sum says something.
    """

    noun: str
    more: str
    less: str
    most: str = ""
    least: str = ""
    high: str = "highest"
    low: str = "lowest"
    total: bool = False


@dataclass(frozen=True)
class Category:
    """A column with few values, by which rows are chosen and grouped.

    Attributes:
        noun: What it is called after "each".
        nouns: Its plural.
        phrase: How rows are named by a value: `*` is the plural of the table, `{}` the value.
    """

    noun: str
    nouns: str
    phrase: str


@dataclass(frozen=True)
class Table:
    """A table, named by the singular of what its rows are.

    Attributes:
        plural: Of the table's name.
        columns: The columns that are asked about, by name.
        label: The column that names a row.
        who: The relative pronoun.
        named: How a row is named in a sentence, `{}` being its label.
    """

    plural: str
    columns: Mapping[str, Number | Category]
    label: str = "name"
    who: str = "that"
    named: str = "{}"


@dataclass(frozen=True)
class Link:
    """A foreign key `CHILD.PARENT_id`.

    Attributes:
        child: Table with the key.
        parent: Table that it refers to.
        of: What follows the children's plural, `{}` being the parent: "by {}".
        has: The verb of parents that have children, in its plural form, such as "write".
        had: The verb in its singular form.
        its: How the child refers to its own parent: "its" or "their".
    """

    child: str
    parent: str
    of: str
    has: str = "have"
    had: str = "has"
    its: str = "its"


@dataclass(frozen=True)
class Bridge:
    """A table of pairs, with the keys `LEFT_id` and `RIGHT_id`.

    Attributes:
        left: One of the tables.
        table: The table of pairs.
        right: The other table.
        there: What follows the left table's plural, `{}` being a row of the right: "sold in {}".
        back: What follows the right table's plural, `{}` being a row of the left.
    """

    left: str
    table: str
    right: str
    there: str
    back: str


@dataclass(frozen=True)
class Database:
    """What is asked about one database.

    Attributes:
        domain: Its subject.
        tables: Its tables by name, without those of pairs.
        links: Its foreign keys, without those of tables of pairs.
        bridges: Its tables of pairs.
    """

    domain: str
    tables: Mapping[str, Table]
    links: Sequence[Link] = field(default=())
    bridges: Sequence[Bridge] = field(default=())


AGE = Number("age", "are older than {}", "are younger than {}", "oldest", "youngest")
PRICE = Number(
    "price", "cost more than {}", "cost less than {}", "most expensive", "cheapest", total=True
)
SALARY = Number(
    "salary", "earn more than {}", "earn less than {}", "best paid", "worst paid", total=True
)
FROM_COUNTRY = Category("country", "countries", "* from {}")
IN_CITY = Category("city", "cities", "* in {}")
PEOPLE = "who"
