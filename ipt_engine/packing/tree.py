"""`TokenTree`: sequences in one line, what they have in common standing there once."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Branch:
    """A stretch of the line that one sequence added.

    Attributes:
        start: Its first place.
        stop: The place after its last.
        path: All places from the sequence's beginning to the branch's end, itself included.
    """

    start: int
    stop: int
    path: list[int]


@dataclass(frozen=True)
class TokenTree:
    """A tree of tokens, written down branch after branch.

    Whatever sequences begin with in common is one path from a root: a soft prompt, an
    instruction, demonstrations, a query with several references. A token sees its path alone.

    Attributes:
        tokens: The token at each place of the line.
        depths: Each token's position in its own sequence.
        paths: The places of each sequence, in the caller's order.
        branches: In the order of the line, which they fill without gaps.
    """

    tokens: list[int]
    depths: list[int]
    paths: list[list[int]]
    branches: list[Branch]

    @classmethod
    def of(cls, sequences: Sequence[Sequence[int]]) -> "TokenTree":
        """Lay sequences out; what is equal from the start on is shared.

        Args:
            sequences: Of any numbers that stand for tokens.
        """
        tokens: list[int] = []
        depths: list[int] = []
        branches: list[Branch] = []
        paths: list[list[int]] = [[] for _ in sequences]
        before: Sequence[int] = ()
        path: list[int] = []
        # In the order of their tokens, each sequence shares most with the one before it.
        for i in sorted(range(len(sequences)), key=lambda i: tuple(sequences[i])):
            sequence = sequences[i]
            shared = common_start(before, sequence)
            start = len(tokens)
            tokens += sequence[shared:]
            depths += range(shared, len(sequence))
            path = [*path[:shared], *range(start, len(tokens))]
            if len(tokens) > start:
                branches.append(Branch(start, len(tokens), path))
            paths[i] = path
            before = sequence
        return cls(tokens, depths, paths, branches)


def common_start(first: Sequence[int], second: Sequence[int]) -> int:
    """How many tokens two sequences begin with in common."""
    for place, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return place
    return min(len(first), len(second))
