"""One file in three parts: by seed, nothing lost, equal inputs on one side."""

from collections.abc import Sequence

import pytest

from ipt_engine.errors import DataError
from ipt_engine.records import Example
from ipt_engine.tasks.base import Split
from ipt_engine.tasks.splitting import normalised, part

ALL: tuple[Split, ...] = ("train", "dev", "test")


def examples(inputs: Sequence[str]) -> list[Example]:
    return [Example(str(n), text, ("a",)) for n, text in enumerate(inputs)]


def test_nothing_is_lost_and_the_order_stays() -> None:
    given = examples([f"input {n}" for n in range(200)])
    parts = part(given, ALL, seed=0)
    assert [len(parts[split]) for split in ALL] == [160, 20, 20]
    everything = [example for split in ALL for example in parts[split]]
    assert sorted(everything, key=lambda e: int(e.id)) == given
    for chosen in parts.values():
        assert chosen == sorted(chosen, key=lambda e: int(e.id))


def test_a_larger_share_of_test_takes_from_train_alone() -> None:
    given = examples([f"input {n}" for n in range(40)])
    parts = part(given, ALL, 0, {"test": 0.3, "dev": 0.1})
    assert [len(parts[split]) for split in ALL] == [24, 4, 12]
    # What is test by the smaller share is test by the larger one, too.
    assert {e.id for e in part(given, ALL, 0)["test"]} <= {e.id for e in parts["test"]}


def test_the_seed_decides() -> None:
    given = examples([f"input {n}" for n in range(200)])
    assert part(given, ALL, 1) == part(given, ALL, 1)
    assert part(given, ALL, 1) != part(given, ALL, 2)


def test_equal_inputs_stay_together_whatever_their_case_and_spacing() -> None:
    inputs = [f"Input  {n // 4}" if n % 2 else f" input {n // 4}" for n in range(200)]
    parts = part(examples(inputs), ALL, seed=3)
    seen = [{" ".join(e.input.lower().split()) for e in parts[split]} for split in ALL]
    assert not (seen[0] & seen[1] or seen[0] & seen[2] or seen[1] & seen[2])
    assert [len(parts[split]) for split in ALL] == [160, 20, 20]


def test_a_very_common_input_is_for_training() -> None:
    given = examples(["often"] * 90 + [f"input {n}" for n in range(30)])
    for seed in range(5):
        parts = part(given, ALL, seed)
        assert sum(example.input == "often" for example in parts["train"]) == 90


@pytest.mark.parametrize(
    "inputs",
    [
        ["a", "b", "c"],
        ["a", "b", *["c"] * 18],
        ["a"] * 5 + ["b"] * 5 + ["c"] * 5,
        ["a", *["b"] * 10, *["c"] * 10],
    ],
    ids=["three", "one is common", "all are common", "two are common"],
)
@pytest.mark.parametrize("seed", range(8))
def test_no_part_is_empty(inputs: list[str], seed: int) -> None:
    parts = part(examples(inputs), ALL, seed)
    assert all(parts[split] for split in ALL)
    assert sum(map(len, parts.values())) == len(inputs)


def test_two_parts_and_one() -> None:
    given = examples([f"input {n}" for n in range(50)])
    parts = part(given, ("train", "dev"), 0)
    assert {split: len(chosen) for split, chosen in parts.items()} == {"train": 45, "dev": 5}
    assert part(given, ("test",), 0) == {"test": given}


def test_too_few_different_inputs_are_refused() -> None:
    with pytest.raises(DataError, match="2 different inputs, too few"):
        part(examples(["a", "b", " A", "b"]), ALL, 0)


def test_what_counts_as_equal() -> None:
    assert normalised(" A\tstraße\n") == normalised("a STRASSE") == "a strasse"
