"""Trees are read as MTOP writes them; what is no tree is wrong, never an error."""

import csv
import json
import random

import pytest

from ipt_engine.metrics.intent_tree import Node, parse_tree, write_tree
from ipt_engine.metrics.mtop import MTOP_EXACT_MATCH, MTOP_TEMPLATE
from tests.real_data import FOLDER, needs_real_data

TREE = "[IN:CREATE_ALARM [SL:DATE_TIME for six [IN:GET_TODO [SL:TODO gym ] ] ] ]"


def exact(prediction: str, gold: str = TREE) -> float:
    return MTOP_EXACT_MATCH.judge(prediction, [gold])["mtop_exact_match"]


def template(prediction: str, gold: str = TREE) -> float:
    return MTOP_TEMPLATE.judge(prediction, [gold])["mtop_template"]


def test_a_tree_by_hand() -> None:
    todo = Node("IN:GET_TODO", (Node("SL:TODO", ("gym",)),))
    whole = Node("IN:CREATE_ALARM", (Node("SL:DATE_TIME", ("for", "six", todo)),))
    assert parse_tree(TREE) == whole
    assert write_tree(whole) == TREE
    assert write_tree(whole, words=False) == (
        "[IN:CREATE_ALARM [SL:DATE_TIME [IN:GET_TODO [SL:TODO ] ] ] ]"
    )


@pytest.mark.parametrize(
    "same",
    [TREE.replace(" ]", "]"), TREE.replace(" [", "["), f"  {TREE}\n", TREE.replace(" ", "   ")],
)
def test_spacing_does_not_count(same: str) -> None:
    assert exact(same) == 100.0


@pytest.mark.parametrize(
    ("other", "frame"),
    [
        (TREE.replace("six", "seven"), 100.0),
        (TREE.replace("for six", "six for"), 100.0),
        (TREE.replace("SL:TODO", "SL:PERSON"), 0.0),
        (TREE.replace("CREATE", "DELETE"), 0.0),
        (TREE.replace("[SL:TODO gym ]", ""), 0.0),
    ],
)
def test_another_tree_is_wrong_and_its_frame_may_be_right(other: str, frame: float) -> None:
    assert exact(other) == 0.0
    assert template(other) == frame


@pytest.mark.parametrize(
    "broken",
    ["", "gym", "]", "[", "[IN:A", "[IN:A ] ]", "[IN:A ] gym", "gym [IN:A ]", "[IN:A ] [IN:B ]",
     "[ IN:A ]", "[gym ]", "[IN: ]"],
)  # fmt: skip
def test_what_is_no_tree_is_wrong(broken: str) -> None:
    assert parse_tree(broken) is None
    assert exact(broken) == template(broken) == 0.0
    # Two broken trees are not equal either.
    assert exact(broken, broken) == 0.0


def test_noise_never_raises() -> None:
    draw = random.Random(0)
    for _ in range(2000):
        text = "".join(draw.choice("[]IN:SL AB x") for _ in range(draw.randint(0, 30)))
        tree = parse_tree(text)
        assert tree is None or parse_tree(write_tree(tree)) == tree


@needs_real_data
def test_every_real_tree_is_read_and_written_again() -> None:
    folder = FOLDER / "mtop"
    trees = []
    for name in ("train", "eval"):
        path = folder / f"{name}.question_logical_form.jsonl"
        trees += [json.loads(line)["logical_form"] for line in path.read_text().splitlines()]
    with (folder / "test_first300.txt").open(newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    trees += [row[6] for row in rows]
    assert len(trees) > 18_000
    for text in trees:
        tree = parse_tree(text)
        assert tree is not None, text
        assert write_tree(tree).replace(" ", "") == text.replace(" ", "")
