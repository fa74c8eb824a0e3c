"""A study's plan: what needs which prompt, and what is made together in how many pieces."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from ipt_engine.config import TrainingConfig
from ipt_engine.resources import bundled_root
from ipt_engine.study_config import StudyConfig
from ipt_engine.study_plan import make_plan, pieces
from tests.tiny_studies import SMALL, evaluations, part, study_of


def _runs_of(runs: Sequence[Any], name: str) -> set[str]:
    return {run.run_id for run in runs if run.slice == name}


def test_another_tokenizer_makes_other_prompts_and_runs(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"1")
    study, ids = study_of(part("zero_shot", "pt"), model=tmp_path), []
    for content in ("{}", '{"normalizer": null}'):
        (tmp_path / "tokenizer.json").write_text(content)
        ids += [work.id for work in make_plan(study).work]
    assert len(set(ids)) == len(ids) == 6


def test_prompts_of_other_tasks_are_those_tasks_own() -> None:
    study = study_of(
        part("ipt"), part({"method": "ipt", "prompt_from": "others"}, name="b"),
        tasks=["mini-dart", "mini-mtop"],
    )  # fmt: skip
    plan = make_plan(study, hash_of=lambda name: "w")
    own = {
        work.config.task: work.id for work in plan.work if isinstance(work.config, TrainingConfig)
    }
    assert len(own) == sum(isinstance(w.config, TrainingConfig) for w in plan.work) == 2
    foreign = {w.config.task: w.needs for w in plan.work if w.id in _runs_of(plan.runs, "b")}
    assert foreign == {"mini-dart": (own["mini-mtop"],), "mini-mtop": (own["mini-dart"],)}


def test_controls_take_no_steps_and_noise_has_the_trained_prompts_norms() -> None:
    study = study_of(part("pt", {"method": "pt", "control": ["untrained", "noise"]}))
    plan = make_plan(study, hash_of=lambda name: "w")
    trainings = {w.id: w for w in plan.work if isinstance(w.config, TrainingConfig)}
    steps = [
        (w.config.training.max_steps, w.config.prompt_tuning.norms_of) for w in trainings.values()
    ]  # type: ignore[union-attr]
    (own,) = [i for i, w in trainings.items() if w.config.training.max_steps]  # type: ignore[union-attr]
    assert sorted(steps, key=str) == sorted([(4, None), (0, None), (0, own)], key=str)
    (noise,) = [w for w in trainings.values() if w.needs]
    assert noise.needs == (own,)


@pytest.mark.parametrize("name", ["quick", "shipped", "paper"])
def test_the_presets_are_whole(name: str) -> None:
    values = yaml.safe_load((bundled_root() / "configs" / f"{name}.yaml").read_text("utf-8"))
    study = StudyConfig.from_dict(values)
    assert study.name == name
    assert StudyConfig.from_dict(json.loads(json.dumps(study.to_dict()))) == study
    if name == "paper":
        # Its data sets are for the user to add: planned on tasks that are there.
        study = StudyConfig.from_dict(
            json.loads(
                json.dumps(values)
                .replace('"totto"', '"mini-totto"')
                .replace('"dart"', '"mini-dart"')
                .replace('"spider"', '"mini-spider"')
                .replace('"mtop"', '"mini-mtop"')
                .replace('"logic2text"', '"mini-logic2text"')
            )
        )
    plan = make_plan(study, hash_of=lambda name: "w")
    assert len({work.id for work in plan.work}) == len(plan.work)
    assert {run.slice for run in plan.runs} == {part.name for part in study.slices}
    place = {work.id: at for at, work in enumerate(plan.work)}
    assert all(place[need] < place[work.id] for work in plan.work for need in work.needs)


def test_evaluations_that_differ_in_seed_and_prompt_alone_go_together(model_folder: Path) -> None:
    by_chance = {"method": "icl", "retriever": "random"}
    plan = make_plan(study_of(part("zero_shot", by_chance, "pt", seeds=[1, 2]), model=model_folder))
    found = pieces(plan.work, 1)
    titles = [[(w.config.method if not w.trains else "training") for w in p] for p in found]  # type: ignore[union-attr]
    assert titles == [["zero_shot"], ["icl", "icl"], ["training"], ["pt", "pt"], ["training"]]
    assert [w.config.seed for w in found[1]] == [1, 2]  # type: ignore[union-attr]
    # Prompts of other tasks, on the task's own inputs: a row of a transfer matrix.
    own, other = (
        evaluations(model_folder, {"method": "pt", "prompt_from": source})
        for source in ("mini-dart", "mini-mtop")
    )
    assert pieces([*own, *other], 1) == [(*own, *other)]


def test_a_piece_is_no_longer_than_it_should_be_and_leaves_no_slot_empty(
    model_folder: Path,
) -> None:
    works = evaluations(
        model_folder, {"method": "icl", "retriever": "random"}, seeds=list(range(20))
    )
    sizes = {slots: [len(piece) for piece in pieces(works, slots)] for slots in (1, 6, 100)}
    assert sizes == {1: [5] * 4, 6: [3, 2, 3, 2, 5, 5], 100: [1] * 20}
    assert [work for piece in pieces(works, 6) for work in piece] == works
    assert pieces([], 4) == []
    drawn = SMALL | {"generation": {"max_new_tokens": 6, "do_sample": True}}
    sampled = make_plan(
        study_of(part("zero_shot", seeds=[1, 2]), model=model_folder, settings=drawn)
    )
    assert [len(piece) for piece in pieces(sampled.work, 1)] == [1, 1]
