"""A study's grid: what its arms and seeds spell out, in which order, and what is refused."""

from typing import Any

import pytest

from ipt_engine.errors import ConfigError
from tests.tiny_studies import configs, part, study_of


def test_lists_in_an_arm_are_all_combinations() -> None:
    arm = {"method": "icl", "retriever": ["dense", "farthest"], "num_fewshot": [1, 2, 3]}
    found = [(c.retrieval.retriever, c.retrieval.num_fewshot) for c in configs(study_of(part(arm)))]  # type: ignore[union-attr]
    assert found == [(r, k) for r in ("dense", "farthest") for k in (1, 2, 3)]


def test_an_arm_in_which_nothing_is_drawn_runs_once() -> None:
    arms = ["zero_shot", "icl", {"method": "icl", "retriever": "random"}, "pt"]
    counts: dict[tuple[str, str | None], list[int]] = {}
    for config in configs(study_of(part(*arms, seeds=[3, 4]))):
        shown = config.retrieval.retriever if config.retrieval else None
        counts.setdefault((config.method, shown), []).append(config.seed)
    assert counts == {
        ("zero_shot", None): [0],
        ("icl", "dense"): [0],
        ("icl", "random"): [3, 4],
        ("pt", None): [3, 4],
    }


def test_sampled_answers_are_drawn_with_the_seed_of_their_run() -> None:
    generation = {"do_sample": True, "temperature": 0.8}
    sampled = study_of(part("zero_shot", seeds=[0, 1, 2]), settings={"generation": generation})
    assert [config.generation.seed for config in configs(sampled)] == [0, 1, 2]
    fixed = study_of(
        part("zero_shot", seeds=[1, 2]), settings={"generation": generation | {"seed": 7}}
    )
    assert [config.generation.seed for config in configs(fixed)] == [7, 7]


def test_a_slice_goes_seed_by_seed() -> None:
    seeds = [c.seed for c in configs(study_of(part("pt", "ipt", seeds=[5, 6])))]
    assert seeds == [5, 5, 6, 6]


def test_crossed_seeds_of_start_and_order() -> None:
    found = configs(study_of(part("pt", seeds=[1, 2], order_seeds=[7, 8])))
    assert [(c.training.prompt_tuning.seed, c.training.training.seed) for c in found] == [  # type: ignore[union-attr]
        (1, 7), (1, 8), (2, 7), (2, 8),
    ]  # fmt: skip


def test_crossed_seeds_of_training_and_demonstrations() -> None:
    arm = {"method": "ipt", "trained_with": "dense", "retriever": "random"}
    found = configs(study_of(part(arm, seeds=[1, 2], draw_seeds=[7, 8])))
    assert [(c.training.training.seed, c.retrieval.seed) for c in found] == [  # type: ignore[union-attr]
        (1, 7), (1, 8), (2, 7), (2, 8),
    ]  # fmt: skip
    plain = configs(study_of(part({"method": "ipt"}, seeds=[1])))[0]
    assert found[0].training == plain.training


def test_draws_are_crossed_with_nothing_where_nothing_is_drawn() -> None:
    found = study_of(part("zero_shot", "ipt", seeds=[1], draw_seeds=[7, 8]))
    assert configs(found) == configs(study_of(part("zero_shot", "ipt", seeds=[1])))


def test_another_demonstration_at_the_end_leaves_the_training_as_it_is() -> None:
    plain = configs(study_of(part("ipt")))[0]
    swapped = configs(
        study_of(part({"method": "ipt", "trained_with": "dense", "retriever": "farthest"}))
    )[0]
    assert swapped.training == plain.training
    assert swapped.retrieval.retriever == "farthest"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "change, said",
    [
        ({"slices": []}, "no slices"),
        ({"slices": [part("pt"), part("icl")]}, "Two slices are called 'a'"),
        ({"slices": [part()]}, "at least one arm"),
        ({"slices": [part("pt", seeds=[])]}, "at least one arm and one seed"),
        ({"slices": [part("magic")]}, "Unknown method 'magic'"),
        ({"slices": [part({"method": "pt", "retriever": "dense"})]}, "retriever has no effect"),
        ({"slices": [part({"method": "icl", "control": "noise"})]}, "control has no effect"),
        ({"slices": [part({"method": "pt", "control": "magic"})]}, "expected untrained or noise"),
        ({"slices": [part({"method": "pt", "colour": "red"})]}, "Unknown setting 'colour'"),
        ({"slices": [part(7)]}, "An arm is"),
        ({"slices": "core"}, "a list of slices"),
        ({"slices": ["core"]}, "A slice needs"),
        ({"tasks": []}, "no tasks"),
        ({"tasks": "mini-dart"}, "tasks must be a list"),
        ({"name": "Up/.."}, "small letters"),
        ({"settings": {"learning": {}}}, "Unknown settings 'learning'"),
        ({"settings": {"training": 3}}, "must be a mapping"),
        ({"slices": [part("pt", seeds=["one"])]}, "seeds must be int"),
    ],
)
def test_a_study_that_cannot_be_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        study_of(part("pt"), **change)


def test_an_unknown_slice_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="no slice 'b'. It has: a"):
        study_of(part("pt")).cells(["b"])
