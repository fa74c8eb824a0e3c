"""Few options make a whole config; an option that would do nothing is refused by name."""

from typing import Any

import pytest

from ipt_engine.config import RetrievalArguments, RunConfig, TrainingConfig
from ipt_engine.errors import ConfigError
from ipt_engine.methods import METHODS
from ipt_engine.presets import build_run_config

OPTIONS: dict[str, dict[str, Any]] = {
    "prompt_tuning": {"num_virtual_tokens": 7},
    "training": {"max_steps": 9},
    "retrieval": {"num_fewshot": 2},
}


def build(
    method: str, prompt: str | None = None, seed: int = 3, **options: dict[str, Any]
) -> RunConfig:
    return build_run_config("mini-dart", method, "some/model", seed, prompt, options)


@pytest.mark.parametrize("method", METHODS)
def test_a_method_gets_what_it_uses_and_nothing_else(method: str) -> None:
    config = build(method)
    assert (config.training is not None) is METHODS[method].soft_prompt
    assert (config.retrieval is not None) is METHODS[method].demonstrations
    assert (config.task, config.method, config.base_model) == ("mini-dart", method, "some/model")
    assert RunConfig.from_dict(config.to_dict()) == config


def test_options_reach_training_and_evaluation_alike() -> None:
    config = build("ipt", **OPTIONS, template={"chat_template": True}, evaluation={"limit": 5})
    training = config.training
    assert training is not None
    assert (training.task, training.base_model) == (config.task, config.base_model)
    assert training.prompt_tuning.num_virtual_tokens == 7
    assert training.training.max_steps == 9
    assert training.retrieval == config.retrieval == RetrievalArguments(num_fewshot=2, seed=3)
    assert training.template == config.template
    assert config.template.chat_template
    assert config.limit == 5


def test_the_seed_sets_every_seed_but_one_given_by_itself() -> None:
    training = build("ipt").training
    assert training is not None
    assert training.retrieval is not None
    seeds = (training.prompt_tuning.seed, training.training.seed, training.retrieval.seed)
    assert (*seeds, build("ipt").seed) == (3, 3, 3, 3)
    own = build("ipt", training={"seed": 8}).training
    assert own is not None
    assert (own.training.seed, own.prompt_tuning.seed) == (8, 3)


def test_greedy_answers_draw_nothing_so_their_seed_stays() -> None:
    assert build("zero_shot").generation.seed == 0
    assert build("zero_shot", generation={"do_sample": True}).generation.seed == 3


def test_evaluation_options_leave_the_training_alone() -> None:
    plain = build("pt").training
    assert isinstance(plain, TrainingConfig)
    evaluated = build("pt", evaluation={"limit": 5, "split": "dev"}, generation={"seed": 1})
    assert evaluated.training == plain


def test_a_stored_prompt_takes_the_place_of_training() -> None:
    config = build("ipt", prompt="abc123", retrieval={"num_fewshot": 2})
    assert config.training is None
    assert config.prompt_id == "abc123"
    assert config.retrieval == RetrievalArguments(num_fewshot=2, seed=3)


@pytest.mark.parametrize(
    ("method", "prompt", "part", "message"),
    [
        ("zero_shot", None, "prompt_tuning", "num_virtual_tokens has no effect: zero_shot trains"),
        ("icl", None, "training", "max_steps has no effect: icl trains nothing"),
        ("pt", "abc", "training", "max_steps has no effect: with --prompt nothing is trained"),
        ("zero_shot", None, "retrieval", "num_fewshot has no effect: zero_shot shows no demo"),
        ("pt", None, "retrieval", "num_fewshot has no effect: pt shows no demonstrations"),
    ],
)
def test_a_useless_option_is_refused(
    method: str, prompt: str | None, part: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        build(method, prompt, **{part: OPTIONS[part]})


@pytest.mark.parametrize(
    ("method", "prompt", "options", "message"),
    [
        ("lora", None, {}, "Unknown method 'lora'. Choose one of: zero_shot, icl, pt, ipt"),
        ("icl", "abc", {}, "icl uses no soft prompt"),
        ("pt", None, {"training": {"steps": 9}}, "Unknown setting 'steps'"),
        ("icl", None, {"retrieval": {"num_fewshot": -1}}, "num_fewshot must lie between 0"),
        ("icl", None, {"evaluation": {"split": "train"}}, "expected one of: dev, test"),
        ("icl", None, {"evaluation": {"limitt": 40}}, "'limitt' in evaluation. Known .*limit, s"),
        ("icl", None, {"evaluation": {"seed": 3}}, "Unknown setting 'seed' in evaluation"),
        ("icl", None, {"evaluation": {"limit": 2.5}}, "limit must be int, found 2.5"),
    ],
)
def test_what_cannot_be_is_refused(
    method: str, prompt: str | None, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        build(method, prompt, **options)
