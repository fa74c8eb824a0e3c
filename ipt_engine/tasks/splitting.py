"""Parting one file's examples into train, dev and test, by seed, equal inputs on one side."""

import hashlib
from collections.abc import Mapping, Sequence

from ipt_engine.errors import DataError
from ipt_engine.records import Example
from ipt_engine.tasks.base import Split

SHARES: dict[Split, float] = {"test": 0.1, "dev": 0.1}
"""What is held out unless it is said; the rest is for training."""
TEST_SHARES = (0.01, 0.8)
"""The least and the largest share that may be said of test; a tenth for dev comes on top."""


def part(
    examples: Sequence[Example],
    gives: Sequence[Split],
    seed: int,
    shares: Mapping[Split, float] = SHARES,
) -> dict[Split, list[Example]]:
    """Examples by split, each in the file's order.

    An input's place follows from the seed and its text alone, as far as the shares allow, so
    that examples that are added move few of the others.

    Args:
        examples: Those of one file.
        gives: The splits wanted, "train" among them if there are several.
        seed: Another seed gives another division.
        shares: Of the examples that test and dev get.

    Raises:
        DataError: If there are fewer different inputs than splits.
    """
    if len(gives) == 1:
        return {gives[0]: list(examples)}
    groups: dict[str, list[int]] = {}
    for index, example in enumerate(examples):
        groups.setdefault(normalised(example.input), []).append(index)
    if len(groups) < len(gives):
        raise DataError(
            f"There are {len(groups)} different inputs, too few to be split into "
            f"{', '.join(gives)}. Add examples, or give each split a file of its own."
        )
    left = sorted(groups, key=lambda key: hashlib.sha256(f"{seed}:{key}".encode()).digest())
    chosen: dict[Split, list[int]] = {}
    held_out = [split for split in SHARES if split in gives]
    for place, split in enumerate(held_out):
        room = max(1, round(shares[split] * len(examples)))
        # Each split after this one needs an input of its own.
        inputs = len(left) - (len(held_out) - place)
        taken: list[str] = []
        for key in left:
            if len(groups[key]) <= room and len(taken) < inputs:
                taken.append(key)
                room -= len(groups[key])
        # Where each input comes many times, the share is overdrawn rather than a split empty.
        taken = taken or [min(left, key=lambda key: len(groups[key]))]
        left = [key for key in left if key not in set(taken)]
        chosen[split] = sorted(index for key in taken for index in groups[key])
    chosen["train"] = sorted(index for key in left for index in groups[key])
    return {split: [examples[index] for index in chosen[split]] for split in gives}


def normalised(text: str) -> str:
    """The text as it is compared with others: case and spacing aside."""
    return " ".join(text.casefold().split())
