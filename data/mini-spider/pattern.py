"""What a pattern is: a query with slots, and the questions that it answers.

`slots.py` says what fills the slots. A wording whose slots a table does not have is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Pattern:
    """A kind of query.

    Attributes:
        slots: What it is filled from: "single", "linked" or "bridged", as `Filler` names them.
        weight: How often it is drawn.
        query: The query.
        questions: Its wordings.
        equivalent: Another query with the same answer; empty if none is natural.
    """

    slots: str
    weight: float
    query: str
    questions: Sequence[str]
    equivalent: str = ""
