"""How mini-dart words things: what a domain is, and relations that several domains share.

A relation is worded as phrases, `{s}` being its subject and `{o}` its object (`{an}`: the object
with "a" or "an"); alternatives are parted by " / ":

- verb: what follows the subject, also in "..., which ..." and after "and";
- modifier: what stands before the subject or between commas after it;
- inverse: what follows the object and ends with the subject.

The generator's plans make sentences of them. In a pattern, relations are parted by commas, and
"director > birthplace" is a fact about the director of the fact before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Relation:
    """How one relation is filled and worded. See the module's description.

    Attributes:
        values: The pool of its objects, or the one object there is.
        verb: Alternatives of the verb phrase.
        modifier: Alternatives of the modifier; empty if it has none.
        inverse: Alternatives of the inverse; empty if it has none.
    """

    values: str
    verb: str
    modifier: str = ""
    inverse: str = ""


@dataclass(frozen=True)
class Domain:
    """What is said about one kind of thing.

    Attributes:
        subject: The pool of its subjects.
        relations: Relations by name. What follows "=" in a name is no part of the input.
        patterns: Relations that come together, in every split that has the domain.
        held_out: Relations that come together in dev and test alone.
    """

    subject: str
    relations: Mapping[str, Relation]
    patterns: Sequence[str]
    held_out: Sequence[str] = field(default=())


BIRTHPLACE = Relation("town", "was born in {o} / is a native of {o}", "born in {o}")
NATIONALITY = Relation("nationality", "holds {o} citizenship", "{an} citizen")
