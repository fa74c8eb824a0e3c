"""What a table of mini-totto is: titles, columns, which cells are highlighted, and how it is said.

A wording is a sentence with slots. `{title}` is the value of a column or of a name in a title
(`{an title}`: with "a" or "an"); a part in brackets is said only if its columns are highlighted.
It suits a pattern if it then says all highlighted cells and nothing else, so one wording serves
several patterns: "[In {year}, ]{actor} played {role} in {title}."

In a pattern, columns are parted by commas. "title 2" is the column's cell in another row, and
"result=won" a cell that always reads "won".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """One kind of table. See the module's description.

    Attributes:
        page: Alternatives of the page's title, with `{pool}` for the names in it.
        section: Alternatives of the section's title, likewise.
        columns: Headers with the pools of their cells.
        patterns: Columns that are highlighted together, in every split that has the domain.
        held_out: Columns that are highlighted together in dev and test alone.
        wordings: Sentences, of which the first that suits a pattern is its main one.
    """

    page: str
    section: str
    columns: Mapping[str, str]
    patterns: Sequence[str]
    wordings: Sequence[str]
    held_out: Sequence[str] = field(default=())


Tables = Mapping[str, Table]
"""The tables of one domain by name."""
