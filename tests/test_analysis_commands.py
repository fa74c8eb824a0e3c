"""Commands that advice gives, by running them: the same variant, with another seed."""

import json
from typing import Any

import pytest

from ipt_engine.analysis.commands import FLAGS, full_config, run_command, tuned_left_open
from ipt_engine.cli import app
from ipt_engine.config import DEFAULT_BASE_MODEL, RunConfig
from ipt_engine.presets import build_run_config
from ipt_engine.runs import RunStore
from tests.advice_cases import fake_runs
from tests.command_config import config_of


def test_commands_make_the_same_variant_with_another_seed(fake_store: RunStore) -> None:
    _, factors = fake_runs(fake_store)
    for row in factors.to_dict("records"):
        config = full_config(row["variant"], 7, None)
        wanted = RunConfig.from_dict(config)
        assert wanted.seed == 7
        if wanted.training is not None:
            assert wanted.training.prompt_tuning.seed == wanted.training.training.seed == 7
            # The fake store's trainings look at dev more often than any option of the command.
            assert run_command(config) is None
            config["training"]["training"]["eval_steps"] = 20
            wanted = RunConfig.from_dict(config)
        command = run_command(config)
        assert command is not None
        assert config_of(command) == wanted


@pytest.mark.parametrize("sampled, seed", [(True, 7), (False, 0)])
def test_another_seed_draws_other_answers_where_they_are_sampled(sampled: bool, seed: int) -> None:
    options = {"generation": {"do_sample": sampled}}
    config = build_run_config("mini-dart", "zero_shot", "tiny", 3, None, options).to_dict()
    again = full_config(json.dumps([config, {}]), 7, None)
    assert again["generation"] == config["generation"] | {"seed": seed}


def test_what_no_option_says_has_no_command() -> None:
    config = build_run_config("mini-dart", "ipt", DEFAULT_BASE_MODEL, 3, None, {}).to_dict()
    assert run_command(config) is not None
    config["training"]["retrieval"]["num_fewshot"] = 3
    # Trained with three demonstrations, used with one.
    assert run_command(config) is None


def test_short_commands_for_usual_runs() -> None:
    config = build_run_config("mini-dart", "icl", DEFAULT_BASE_MODEL, 3, None, {}).to_dict()
    assert run_command(config) == "ipt run --task mini-dart --method icl --seed 3"
    config = build_run_config("mini-dart", "pt", DEFAULT_BASE_MODEL, 3, None, {}).to_dict()
    assert run_command(tuned_left_open(config)) == "ipt run --task mini-dart --method pt --seed 3"
    assert "--learning-rate" in str(run_command(config))


@pytest.mark.parametrize(
    "options",
    [
        {"retrieval": {"retriever": "mmr", "diversity": 0.3}, "template": {"instruction": False}},
        {"retrieval": {"retriever": "fixed", "num_fewshot": 2, "fixed_ids": ["a b", "c"]}},
        {"prompt_tuning": {"prompt_tuning_init": "TEXT", "prompt_tuning_init_text": "Say it's so"}},
        {"training": {"learning_rate": 3e-05, "max_steps": 7, "batch_size": 2}},
        {"training": {"dtype": "bfloat16"}},
        {"evaluation": {"limit": 12, "split": "dev"}, "generation": {"max_new_tokens": 9}},
        {"template": {"chat_template": True}, "retrieval": {"order": "random", "num_fewshot": 3}},
    ],
)
def test_every_option_is_in_the_command(options: dict[str, dict[str, Any]]) -> None:
    method = "icl" if set(options) == {"retrieval"} else "ipt"
    config = build_run_config("mini-dart", method, "tiny", 3, None, options)
    command = run_command(config.to_dict())
    assert command is not None
    if "fixed_ids" in options.get("retrieval", {}):
        assert "--fixed-id 'a b' --fixed-id c" in command
    else:
        assert config_of(command) == config


def test_options_of_commands_exist() -> None:
    from typer.main import get_command

    known = {
        name
        for parameter in get_command(app).commands["run"].params
        for name in parameter.opts  # type: ignore[attr-defined]
    }
    assert {flag for *_, flag in FLAGS} <= known
