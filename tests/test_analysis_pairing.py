"""Runs are compared only if they differ in demonstrations and seed alone."""

import shlex
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from dashboard.components.again import command, config_yaml
from ipt_engine.analysis.pairing import pairs, settings_of
from ipt_engine.cli import app
from ipt_engine.config import (
    PromptTuningConfig,
    RetrievalArguments,
    RunConfig,
    TrainingArguments,
    TrainingConfig,
)
from ipt_engine.errors import ConfigError
from ipt_engine.presets import build_run_config

RETRIEVAL = RetrievalArguments()


def training(seed: int, steps: int = 50, shown: RetrievalArguments | None = None) -> TrainingConfig:
    return TrainingConfig(
        task="mini-dart",
        prompt_tuning=PromptTuningConfig(seed=seed),
        training=TrainingArguments(max_steps=steps, seed=seed),
        retrieval=None if shown is None else replace(shown, seed=seed),
    )


class World:
    """Runs as the store lists them."""

    def __init__(self) -> None:
        self.runs: list[dict[str, Any]] = []
        self.configs: dict[str, dict[str, Any]] = {}
        self.trainings: dict[str, dict[str, Any]] = {}

    def add(self, config: RunConfig) -> str:
        run_id = f"{len(self.runs):012x}"
        prompt_id = None
        if config.training is not None:
            prompt_id = f"{len(self.runs) + 100:012x}"
            self.trainings[prompt_id] = config.training.to_dict()
        self.configs[run_id] = config.to_dict() | {"training": None, "prompt_id": prompt_id}
        self.runs.append(
            {
                "run_id": run_id,
                "prompt_id": prompt_id,
                "method": config.method,
                "num_fewshot": config.retrieval.num_fewshot if config.retrieval else 0,
                "retriever": config.retrieval.retriever if config.retrieval else None,
                "num_virtual_tokens": 25 if prompt_id else 0,
                "n": 10,
            }
        )
        return run_id

    def add_tuned(self, seed: int, steps: int = 50, shown: RetrievalArguments | None = None) -> str:
        method = "pt" if shown is None else "ipt"
        shown = None if shown is None else replace(shown, seed=seed)
        return self.add(
            RunConfig(
                task="mini-dart",
                method=method,
                training=training(seed, steps, shown),
                retrieval=shown,
                seed=seed,
            )
        )

    def pairs(self, comparison: str = "ipt-pt") -> list[tuple[set[str], set[str]]]:
        found = pairs(self.runs, self.configs, self.trainings, comparison)
        return [(set(pair.without), set(pair.with_)) for pair in found]


def test_seeds_of_the_same_settings_belong_together() -> None:
    world = World()
    pt = {world.add_tuned(seed) for seed in (0, 1)}
    ipt = {world.add_tuned(seed, shown=RETRIEVAL) for seed in (0, 1)}
    assert world.pairs() == [(pt, ipt)]


def test_other_training_is_another_pair() -> None:
    world = World()
    short = world.add_tuned(0, 50), world.add_tuned(0, 50, RETRIEVAL)
    long = world.add_tuned(0, 99), world.add_tuned(0, 99, RETRIEVAL)
    lonely = world.add_tuned(0, 7)
    found = world.pairs()
    assert sorted(map(str, found)) == sorted(str(({a}, {b})) for a, b in (short, long))
    assert all(lonely not in without for without, _ in found)


def test_no_two_pairs_have_the_same_label() -> None:
    world = World()
    other = replace(RETRIEVAL, encoder="some/encoder")
    for steps, shown in ((50, RETRIEVAL), (99, RETRIEVAL), (50, other)):
        world.add_tuned(0, steps)
        world.add_tuned(0, steps, shown)
    quick = replace(training(0), training=replace(training(0).training, learning_rate=0.1))
    for shown_to in (None, RETRIEVAL):
        world.add(
            RunConfig(
                task="mini-dart",
                method="pt" if shown_to is None else "ipt",
                training=replace(quick, retrieval=shown_to),
                retrieval=shown_to,
            )
        )
    labels = [pair.label for pair in pairs(world.runs, world.configs, world.trainings, "ipt-pt")]
    assert len(labels) == len(set(labels)) == 4
    assert sum("max steps 99" in label for label in labels) == 1
    assert sum("max steps 50" in label for label in labels) == 3
    assert sum("encoder some/encoder" in label for label in labels) == 1
    assert sum("learning rate 0.1" in label for label in labels) == 1
    assert not any("seed" in label or "trained with" in label for label in labels)


def test_base_models_and_templates_tell_labels_apart() -> None:
    world = World()
    bare = build_run_config("mini-dart", "zero_shot", "some/model", 0, None, {"template": {}})
    shown = replace(bare, method="icl", retrieval=RETRIEVAL)
    for changes in (
        {},
        {"base_model": "an/other"},
        {"template": replace(bare.template, instruction=False)},
    ):
        world.add(replace(bare, **changes))
        world.add(replace(shown, **changes))
    labels = [pair.label for pair in pairs(world.runs, world.configs, {}, "icl-zero")]
    common = "1 demonstration, dense, 10 inputs, base model"
    assert labels == [
        f"{common} some/model, instruction true",
        f"{common} an/other, instruction true",
        f"{common} some/model, instruction false",
    ]


def test_other_demonstrations_share_the_baseline() -> None:
    world = World()
    pt = world.add_tuned(0)
    one = world.add_tuned(0, shown=RETRIEVAL)
    three = world.add_tuned(0, shown=replace(RETRIEVAL, num_fewshot=3))
    assert sorted(map(str, world.pairs())) == sorted([str(({pt}, {one})), str(({pt}, {three}))])


def test_each_method_may_be_trained_with_what_suits_it() -> None:
    world = World()
    fast = replace(training(0), training=replace(training(0).training, learning_rate=0.1))
    quick = world.add(RunConfig(task="mini-dart", method="pt", training=fast))
    ipt = world.add_tuned(0, shown=RETRIEVAL)
    assert world.pairs() == [({quick}, {ipt})]
    (pair,) = pairs(world.runs, world.configs, world.trainings, "ipt-pt")
    assert "PT at 0.1 from SAMPLE_VOCAB, IPT at 0.03 from SAMPLE_VOCAB" in pair.label
    same = world.add_tuned(0)
    assert world.pairs() == [({same}, {ipt})]


def test_what_a_prompt_was_trained_with_and_starts_from_makes_another_pair() -> None:
    world = World()
    pt, ipt = world.add_tuned(0), world.add_tuned(0, shown=RETRIEVAL)
    other = training(1, shown=replace(RETRIEVAL, retriever="random"))
    mixed = world.add(
        RunConfig(
            task="mini-dart",
            method="ipt",
            training=other,
            retrieval=replace(RETRIEVAL, seed=1),
            seed=1,
        )
    )
    found = pairs(world.runs, world.configs, world.trainings, "ipt-pt")
    assert [(pair.without, pair.with_) for pair in found] == [((pt,), (ipt,)), ((pt,), (mixed,))]
    assert [pair.label.endswith(", trained with random") for pair in found] == [False, True]
    texts = World()
    for seed, text in enumerate(("Answer.", "Write.")):
        start = PromptTuningConfig(
            seed=seed, prompt_tuning_init="TEXT", prompt_tuning_init_text=text
        )
        config = replace(training(seed), prompt_tuning=start)
        texts.add(RunConfig(task="mini-dart", method="pt", training=config, seed=seed))
    texts.add_tuned(0, shown=RETRIEVAL)
    assert [len(without) for without, _ in texts.pairs()] == [1, 1]


def test_zero_shot_pairs_with_icl() -> None:
    world = World()
    zero = world.add(RunConfig(task="mini-dart", method="zero_shot"))
    icl = world.add(RunConfig(task="mini-dart", method="icl", retrieval=RETRIEVAL))
    cut = world.add(RunConfig(task="mini-dart", method="icl", retrieval=RETRIEVAL, limit=5))
    assert world.pairs("icl-zero") == [({zero}, {icl})]
    assert cut not in world.pairs("icl-zero")[0][1]
    assert world.pairs("ipt-pt") == []


def test_most_seeds_come_first() -> None:
    world = World()
    for steps, seeds in ((50, (0,)), (99, (0, 1, 2))):
        for seed in seeds:
            world.add_tuned(seed, steps)
            world.add_tuned(seed, steps, RETRIEVAL)
    assert [len(without) for without, _ in world.pairs()] == [3, 1]


def test_settings_are_blind_to_seeds_alone() -> None:
    assert settings_of(training(0).to_dict()) == settings_of(training(5).to_dict())
    assert settings_of(training(0).to_dict()) != settings_of(training(0, steps=51).to_dict())


def trained_run(shown: RetrievalArguments = RETRIEVAL, **training_changes: object) -> RunConfig:
    shown = replace(shown, seed=3, num_fewshot=2)
    args = TrainingArguments(max_steps=40, batch_size=4, seed=3, **training_changes)  # type: ignore[arg-type]
    return RunConfig(
        task="mini-dart",
        method="ipt",
        training=replace(training(3, shown=shown), training=args),
        retrieval=shown,
        seed=3,
        limit=9,
    )


def test_the_yaml_is_read_back_as_the_same_config() -> None:
    config = trained_run(lr_scheduler_type="cosine")
    assert RunConfig.from_dict(yaml.safe_load(config_yaml(config.to_dict()))) == config


@pytest.mark.parametrize(
    "shown",
    [
        RETRIEVAL,
        RetrievalArguments("mmr", diversity=0.25, order="random"),
        RetrievalArguments("other_task", source_task="mini-mtop", encoder="some/encoder"),
        RetrievalArguments("fixed", num_fewshot=2, fixed_ids=("a 1", "b")),
    ],
    ids=lambda shown: shown.retriever,
)
def test_the_command_line_itself_reads_the_same_config(
    monkeypatch: pytest.MonkeyPatch, shown: RetrievalArguments
) -> None:
    """The real command is parsed by the real command line, which is stopped before the work."""
    config, seen = trained_run(shown), []

    def stop(*arguments: object) -> None:
        seen.append(arguments[0])
        raise ConfigError("far enough")

    monkeypatch.setattr("ipt_engine.commands.run.get_task", lambda name: None)
    monkeypatch.setattr("ipt_engine.commands.run.RunStore", SimpleNamespace(open=stop))
    monkeypatch.setattr(
        "ipt_engine.commands.run.build_run_config",
        lambda *arguments: seen.append(build_run_config(*arguments)) or seen[-1],
    )
    line = command(config.to_dict())
    assert line is not None
    result = CliRunner().invoke(app, shlex.split(line)[1:])
    assert isinstance(result.exception, ConfigError)
    assert seen[0] == config


def test_no_command_is_shown_that_would_make_another_run() -> None:
    assert command(trained_run(lr_scheduler_type="cosine").to_dict()) is None
