"""Variants are named by what tells them from each other, and by nothing else."""

import json
from typing import Any

from ipt_engine.analysis.variant_names import apart


def variant(training: Any = None, **config: Any) -> str:
    shown = {"retriever": "dense", "num_fewshot": 1}
    return json.dumps([{"task": "t", "retrieval": shown, "limit": 200} | config, training or {}])


def trained(**settings: Any) -> dict[str, Any]:
    return {"training": {"max_steps": 100} | settings, "retrieval": {"num_fewshot": 1}}


def test_what_differs_is_told_and_nothing_else() -> None:
    a, b = variant(trained()), variant(trained(max_steps=60))
    assert apart([a, b]) == {a: "max steps 100", b: "max steps 60"}
    assert apart([a]) == {a: None}
    short, long = (variant(trained(num_virtual_tokens=number)) for number in (5, 100))
    assert apart([short, long]) == {short: "5 virtual tokens", long: "100 virtual tokens"}
    c = variant(template={"instruction": False})
    d = variant(template={"instruction": True})
    assert apart([c, d]) == {c: "no instruction", d: "instruction"}
    assert apart([c, variant(template={"instruction": False}, limit=None)], ["limit"])[c] is None


def test_other_demonstrations_in_the_training_are_told() -> None:
    plain = variant(trained())
    other = variant(trained() | {"retrieval": {"num_fewshot": 3}})
    assert apart([plain, other]) == {plain: None, other: "trained with fewshot 3"}


def test_prompts_from_elsewhere_are_told_by_their_content() -> None:
    a, b = variant("aaaaaaaa"), variant("bbbbbbbb")
    assert apart([a, b]) == {a: "prompt from elsewhere aaaaaa", b: "prompt from elsewhere bbbbbb"}
