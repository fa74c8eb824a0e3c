"""All four methods from config to ledger on a tiny model; nothing is done twice."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from ipt_engine import evaluation, wiring
from ipt_engine import training as trainings
from ipt_engine.analysis.copying import copied_share
from ipt_engine.config import GenerationArguments, RunConfig
from ipt_engine.errors import Cancelled, ConfigError, PromptError
from ipt_engine.experiment import run, run_together
from ipt_engine.identity import prompt_id_of, run_id_of
from ipt_engine.methods import METHODS
from ipt_engine.presets import build_run_config
from ipt_engine.records import Example
from ipt_engine.retrievers import forget_pools
from ipt_engine.runs import RunStore
from ipt_engine.soft_prompt import PromptEmbedding
from ipt_engine.tasks import TASKS, Split
from ipt_engine.trainer import PromptTuningTrainer
from ipt_engine.training import train
from ipt_engine.wiring import Resources
from tests.test_retrievers import letters
from tests.test_shipped import recompute
from tests.tiny import tiny_model, tiny_tokenizer


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny-llama")
    tiny_model("llama", torch.float32).save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return folder


@pytest.fixture(autouse=True)
def own_encoder(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("ipt_engine.retrievers.pool.encode", letters)
    forget_pools()
    yield
    forget_pools()


def config_of(method: str, model: Path, **changes: Any) -> RunConfig:
    options: dict[str, dict[str, Any]] = {
        "generation": {"max_new_tokens": 8},
        "evaluation": {"limit": 4},
    }
    if METHODS[method].soft_prompt and "prompt" not in changes:
        options["prompt_tuning"] = {"num_virtual_tokens": 3}
        options["training"] = {"max_steps": 3, "batch_size": 2, "eval_steps": 2, "eval_examples": 2}
    for part, values in changes.items():
        if part != "prompt":
            options[part] = options.get(part, {}) | values
    return build_run_config("mini-dart", method, str(model), 0, changes.get("prompt"), options)


def test_every_method_ends_in_a_ledger_over_the_same_inputs(
    tmp_path: Path, model_folder: Path
) -> None:
    store = RunStore(tmp_path)
    ids = {method: run(config_of(method, model_folder), store) for method in METHODS}
    ledger = store.ledger(list(ids.values()))
    for method, run_id in ids.items():
        rows = ledger[ledger["run_id"] == run_id]
        assert rows["example_id"].tolist() == ledger["example_id"][:4].tolist()
        assert (rows["virtual_tokens"] == (3 if METHODS[method].soft_prompt else 0)).all()
        shown = rows["demonstration_ids"].map(len)
        assert (shown == (1 if METHODS[method].demonstrations else 0)).all()
        assert rows["similarity"].isna().all() == (not METHODS[method].demonstrations)
        scores = store.run(run_id)["scores"]
        assert set(scores) == {"bleu", "chrf", "gold_logprob_mean"}
        assert scores["bleu"] == pytest.approx(recompute(rows, "bleu"))
        assert scores["chrf"] == pytest.approx(recompute(rows, "chrf"))
        assert scores["gold_logprob_mean"] == pytest.approx(rows["gold_logprob"].mean())
    assert store.active() == []
    assert len(store.prompts()) == 2


def test_every_method_has_the_nearest_training_input(tmp_path: Path, model_folder: Path) -> None:
    """Also those that show nothing: it is what two methods are compared along."""
    store = RunStore(tmp_path)
    ids = [run(config_of(method, model_folder), store) for method in ("zero_shot", "icl")]
    train = TASKS["mini-dart"].load("train")
    vectors = letters([example.input for example in train])
    for run_id in ids:
        rows = store.ledger([run_id])
        similarities = letters(rows["input"].tolist()) @ vectors.T
        assert rows["nearest_id"].tolist() == [train[i].id for i in similarities.argmax(axis=1)]
        np.testing.assert_allclose(
            rows["nearest_similarity"], similarities.max(axis=1), rtol=0, atol=1e-6
        )
    # One demonstration, retrieved: it is the nearest.
    shown = store.ledger([ids[1]])
    assert shown["demonstration_ids"].tolist() == [[near] for near in shown["nearest_id"]]
    assert shown["similarity"].tolist() == shown["nearest_similarity"].tolist()


def test_a_finished_evaluation_is_found(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(tmp_path)
    config = config_of("icl", model_folder)
    first = run(config, store)
    written: list[int] = []
    generate = evaluation.generate_and_score
    monkeypatch.setattr(
        evaluation, "generate_and_score", lambda *a, **k: written.append(1) or generate(*a, **k)
    )
    # How the work would be done is no part of what is done.
    assert run(config, store, Resources(device="cpu", batch_size=1)) == first
    assert written == []
    assert run(config, store, force=True) == first
    assert written == [1]


def several(model: Path) -> list[RunConfig]:
    """Two seeds, a method without a prompt, demonstrations, and more inputs for one of them."""
    seeds = [{"seed": seed} for seed in (1, 2)]
    return [
        *(
            replace(config_of("pt", model, prompt_tuning=s, training=s), seed=s["seed"])
            for s in seeds
        ),
        config_of("zero_shot", model),
        config_of("ipt", model, evaluation={"limit": 6}),
    ]


@pytest.mark.parametrize("batch_size", [3, 64])
def test_runs_made_together_are_those_made_one_by_one(
    batch_size: int, tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configs, stores = several(model_folder), [RunStore(tmp_path / name) for name in ("1", "2")]
    ids = [run(config, stores[0]) for config in configs]
    calls: list[int] = []
    generate = evaluation.generate_and_score
    monkeypatch.setattr(
        evaluation, "generate_and_score",
        lambda base, rows, *more: calls.append(len(rows)) or generate(base, rows, *more),
    )  # fmt: skip
    resources = Resources(batch_size=batch_size)
    assert run_together([*configs, configs[0]], stores[1], resources) == [*ids, ids[0]]
    assert calls == [4 + 4 + 4 + 6]
    for run_id in ids:
        one, other = (store.ledger([run_id]).drop(columns="seconds") for store in stores)
        pd.testing.assert_frame_equal(one, other, rtol=1e-5)
        records = [store.run(run_id) for store in stores]
        assert records[0].keys() == records[1].keys()
        assert [record["machine"].pop("runs_together") for record in records] == [1, 4]
        for record in records:
            assert 0 < record.pop("seconds") < 60
            del record["created"]
        assert records[0].pop("scores") == pytest.approx(records[1].pop("scores"), rel=1e-5)
        assert records[0] == records[1]
    each = stores[1].ledger(ids)["seconds"]
    assert each.nunique() == 1
    # What is there is not made again.
    assert run_together(configs, stores[1]) == ids
    assert run_together([*configs, config_of("icl", model_folder)], stores[1])[:-1] == ids
    assert calls == [18, 4]
    assert stores[1].active() == []


def test_runs_that_cannot_be_made_together_are_refused(tmp_path: Path, model_folder: Path) -> None:
    store, one = RunStore(tmp_path), config_of("zero_shot", model_folder)
    longer = config_of("zero_shot", model_folder, generation={"max_new_tokens": 9})
    drawn = replace(one, generation=replace(one.generation, do_sample=True))
    with pytest.raises(ConfigError, match="found 2"):
        run_together([one, longer], store)
    with pytest.raises(ConfigError, match="do_sample"):
        run_together([drawn, drawn], store)
    assert store.runs().empty and store.active() == []
    assert run_together([], store) == []


def test_cancelled_evaluation_leaves_no_run(tmp_path: Path, model_folder: Path) -> None:
    store = RunStore(tmp_path)
    config = config_of("zero_shot", model_folder)

    def cancel(what: str, done: int, total: int) -> None:
        if "writing" in what:
            (work,) = store.active()
            store.cancel(work.id)

    with pytest.raises(Cancelled):
        run(config, store, Resources(on_progress=cancel))
    assert [work.state for work in store.active()] == ["cancelled"]
    assert store.runs().empty
    assert store.has_run(run(config, store))
    assert store.active() == []


def test_failed_work_says_why_and_can_be_done_again(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(tmp_path)
    config = config_of("zero_shot", model_folder)

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("out of\nmemory")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(evaluation, "generate_and_score", fail)
        run(config, store)
    (work,) = store.active()
    assert (work.state, work.error) == ("failed", "RuntimeError: out of memory")
    assert store.has_run(run(config, store))


def test_a_prompt_is_never_longer_than_the_model_takes(tmp_path: Path) -> None:
    model, store = tmp_path / "gpt2", RunStore(tmp_path / "store")
    tiny_model("gpt2", torch.float32).save_pretrained(model)
    tiny_tokenizer().save_pretrained(model)
    many = {"retrieval": {"num_fewshot": 9}, "template": {"max_length": 5000}}
    rows = store.ledger([run(config_of("icl", model, **many), store)])
    assert (rows["demonstrations_dropped"] > 0).all()
    shown = rows["demonstration_ids"].map(len)
    assert (shown + rows["demonstrations_dropped"] == 9).all()
    assert (rows["prompt_tokens"] + 8 <= 1024).all()


def test_a_prompt_may_come_from_another_task(tmp_path: Path, model_folder: Path) -> None:
    store = RunStore(tmp_path)
    options = {
        "prompt_tuning": {"num_virtual_tokens": 3},
        "training": {"max_steps": 1, "batch_size": 1, "eval_examples": 1},
        "template": {"instruction": False},
    }
    other = build_run_config("mini-mtop", "pt", str(model_folder), 0, None, options).training
    assert other is not None
    prompt = train(other, store)
    record = store.run(run(config_of("pt", model_folder, prompt=prompt), store))
    assert (record["task"], record["source_task"]) == ("mini-dart", "mini-mtop")
    assert record["prompt_id"] == prompt


def test_several_demonstrations_end_with_the_nearest(tmp_path: Path, model_folder: Path) -> None:
    store = RunStore(tmp_path)
    run_id = run(config_of("icl", model_folder, retrieval={"num_fewshot": 2}), store)
    for row in store.ledger([run_id]).to_dict("records"):
        similarities = row["demonstration_similarities"]
        assert len(similarities) == 2
        assert similarities == sorted(similarities)
        assert row["similarity"] == similarities[-1]
        assert row["demonstration_ids"][-1] == row["nearest_id"]


def test_ids_follow_the_data_used_and_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = TASKS["mini-dart"]
    config = config_of("pt", Path("some-model"), evaluation={"split": "dev"})
    assert config.training is not None
    ids = {"as it is": (prompt_id_of(config.training, "w"), run_id_of(config, "p", "w"))}
    ids["weights"] = (prompt_id_of(config.training, "v"), run_id_of(config, "p", "v"))
    for edited in ("train", "dev", "test"):

        def load(split: Split, edited: str = edited) -> list[Example]:
            return whole.load(split)[edited == split :]

        with monkeypatch.context() as patch:
            patch.setitem(TASKS, "mini-dart", replace(whole, loader=load))
            ids[edited] = (prompt_id_of(config.training, "w"), run_id_of(config, "p", "w"))
    # Test inputs are looked at neither in training nor in an evaluation on dev.
    assert ids.pop("test") == ids["as it is"]
    prompt_ids, run_ids = (set(column) for column in zip(*ids.values(), strict=True))
    assert len(prompt_ids) == len(run_ids) == len(ids)
    assert run_id_of(config, "q", "w") not in run_ids


def test_what_training_sees(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, list[str]] = {}
    tokenizer = tiny_tokenizer()

    def look(base: Any, soft_prompt: Any, args: Any, train: Any, dev: Any) -> None:
        for name, rows in (("train", train), ("dev", dev)):
            seen[name] = [tokenizer.decode([*row.prompt_ids, *row.answer_ids]) for row in rows]
        raise Cancelled("seen enough")

    monkeypatch.setattr(trainings, "PromptTuningTrainer", look)
    training = config_of("ipt", model_folder).training
    assert training is not None
    with pytest.raises(Cancelled):
        train(training, RunStore(tmp_path))
    task = TASKS["mini-dart"]
    assert len(seen["dev"]) == 2
    for split in ("train", "dev"):
        for text, example in zip(seen[split], task.load(split), strict=split == "train"):
            # The answer's end is learnt too; what is shown before is something else.
            asked = f"Facts: {example.input}\nSentence:"
            assert text.endswith(f"{asked} {example.answer}\n\n")
            assert text.count("\nSentence: ") == 2
            assert text.count(asked) == 1


def test_training_drops_what_evaluation_drops(tmp_path: Path, model_folder: Path) -> None:
    task = TASKS["mini-dart"]
    examples = task.load("dev")[:20]
    longest = max(len(f"Facts: {e.input}\nSentence: {e.answer}") for e in examples)
    # Room for the longest without, and so for the shorter ones with, a demonstration.
    template = {"max_length": longest + 3 + task.max_new_tokens, "instruction": False}
    config = config_of("ipt", model_folder, template=template, evaluation={"split": "dev"})
    assert config.training is not None
    base = wiring.base_model(config.base_model, Resources(device="cpu"))
    soft_prompt = PromptEmbedding.initialise(config.training.prompt_tuning, base)
    rows = trainings.training_rows(config.training, examples, base, soft_prompt)
    # The task's own limit, as training knows no other.
    limit = replace(config, generation=GenerationArguments())
    segments = evaluation._evaluation_segments(limit, task, examples, base, soft_prompt)
    assert [row.prompt_ids for row in rows] == [s.prompt_ids for s in segments]
    assert 0 < sum(s.dropped for s in segments) < 20


def test_nothing_is_done_twice(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(tmp_path)
    trained: list[int] = []
    training = PromptTuningTrainer.train
    monkeypatch.setattr(
        PromptTuningTrainer, "train", lambda *a, **k: trained.append(1) or training(*a, **k)
    )
    first = run(config_of("ipt", model_folder), store)
    assert run(config_of("ipt", model_folder), store) == first
    other = run(config_of("ipt", model_folder, evaluation={"limit": 2}), store)
    assert other != first
    assert len(trained) == 1
    prompt = store.run(first)["prompt_id"]
    assert run(config_of("ipt", model_folder, prompt=prompt), store) == first
    more = config_of("ipt", model_folder, prompt=prompt[:6], retrieval={"num_fewshot": 2})
    assert store.run(run(more, store))["prompt_id"] == prompt
    assert len(trained) == 1
    assert run(config_of("ipt", model_folder), store, force=True) == first
    assert len(trained) == 2


def test_the_same_config_gives_the_same_prompt_bit_for_bit(
    tmp_path: Path, model_folder: Path
) -> None:
    contents = []
    for name in ("one", "two"):
        store = RunStore(tmp_path / name)
        prompt = store.run(run(config_of("pt", model_folder), store))["prompt_id"]
        contents.append((store.prompt_folder(prompt) / "adapter_model.safetensors").read_bytes())
    assert contents[0] == contents[1]


def test_cancelled_training_goes_on_where_it_was(tmp_path: Path, model_folder: Path) -> None:
    store = RunStore(tmp_path)
    config = config_of("pt", model_folder)

    def cancel(what: str, done: int, total: int) -> None:
        if what.startswith("Training") and done == 2:
            (work,) = store.active()
            store.cancel(work.id)

    with pytest.raises(Cancelled):
        run(config, store, Resources(on_progress=cancel))
    assert [work.state for work in store.active()] == ["cancelled"]
    run_id = run(config, store)
    history = store.history(store.run(run_id)["prompt_id"])
    assert history["step"].tolist() == [0, 1, 2, 3]
    unbroken = RunStore(tmp_path / "unbroken")
    whole = unbroken.history(unbroken.run(run(config, unbroken))["prompt_id"])
    assert history["loss"].tolist()[1:] == whole["loss"].tolist()[1:]


def test_a_prompt_of_other_weights_is_refused(tmp_path: Path, model_folder: Path) -> None:
    store = RunStore(tmp_path / "store")
    prompt = store.run(run(config_of("pt", model_folder), store))["prompt_id"]
    other = tmp_path / "other"
    model = tiny_model("llama", torch.float32)
    with torch.no_grad():
        model.model.embed_tokens.weight[0, 0] += 1
    model.save_pretrained(other)
    tiny_tokenizer().save_pretrained(other)
    with pytest.raises(PromptError, match="has other weights"):
        run(config_of("pt", other, prompt=prompt), store)


def test_progress_is_told(tmp_path: Path, model_folder: Path) -> None:
    told: list[str] = []
    resources = Resources(on_progress=lambda what, done, total: told.append(what))
    run(config_of("ipt", model_folder), RunStore(tmp_path), resources)
    assert_in_order(told, ["Loading", "Training IPT", "writing"])


def assert_in_order(told: Sequence[str], parts: Sequence[str]) -> None:
    places = [next(i for i, line in enumerate(told) if part in line) for part in parts]
    assert places == sorted(places)


def test_no_demonstrations_at_all_are_the_prompt_of_zero_shot(
    tmp_path: Path, model_folder: Path
) -> None:
    store = RunStore(tmp_path)
    run_id = run(config_of("icl", model_folder, retrieval={"num_fewshot": 0}), store)
    none, zero = (
        store.ledger([run_id]),
        store.ledger([run(config_of("zero_shot", model_folder), store)]),
    )
    for column in ("prompt", "prediction", "gold_logprob", "nearest_id", "prompt_tokens"):
        assert none[column].tolist() == zero[column].tolist()
    assert none["demonstration_ids"].tolist() == [[]] * len(none)
    assert none[["similarity", "copied_share", "gold_copied_share"]].isna().all(axis=None)


def test_another_tasks_demonstrations_stand_between_this_tasks_labels(
    tmp_path: Path, model_folder: Path
) -> None:
    store = RunStore(tmp_path)
    shown = {"retriever": "other_task", "source_task": "mini-mtop", "num_fewshot": 2}
    run_id = run(config_of("icl", model_folder, retrieval=shown), store)
    source = {example.id: example for example in TASKS["mini-mtop"].load("train")}
    vectors = letters([e.input for e in source.values()])
    assert store.run(run_id)["config"]["retrieval"]["source_task"] == "mini-mtop"
    for row in store.ledger([run_id]).to_dict("records"):
        cosines = vectors @ letters([row["input"]])[0]
        nearest = [list(source)[i] for i in np.argsort(cosines)[-2:]]
        assert row["demonstration_ids"] == nearest
        assert row["demonstration_similarities"] == pytest.approx(np.sort(cosines)[-2:], abs=1e-6)
        blocks = [f"Facts: {source[i].input}\nSentence: {source[i].answer}\n\n" for i in nearest]
        assert row["prompt"].startswith(TASKS["mini-dart"].instruction)
        assert row["prompt"].endswith(f"{''.join(blocks)}Facts: {row['input']}\nSentence:")
        assert row["nearest_id"].startswith("mini-dart-train-")


def test_ids_follow_the_data_of_the_other_task(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {"retriever": "other_task", "source_task": "mini-mtop"}
    config = config_of("ipt", Path("some-model"), retrieval=shown)
    assert config.training is not None

    def ids() -> tuple[str, str]:
        assert config.training is not None
        return prompt_id_of(config.training, "w"), run_id_of(config, "p", "w")

    before, whole = ids(), TASKS["mini-mtop"]
    for edited, changes in (("test", False), ("train", True)):

        def load(split: Split, edited: str = edited) -> list[Example]:
            return whole.load(split)[edited == split :]

        with monkeypatch.context() as patch:
            patch.setitem(TASKS, "mini-mtop", replace(whole, loader=load))
            assert [now != then for now, then in zip(ids(), before, strict=True)] == [changes] * 2


def test_a_row_says_what_was_copied(tmp_path: Path, model_folder: Path) -> None:
    store = RunStore(tmp_path)
    rows = store.ledger([run(config_of("icl", model_folder), store)])
    answers = {example.id: example.answer for example in TASKS["mini-dart"].load("train")}
    for row in rows.to_dict("records"):
        shown = [answers[i] for i in row["demonstration_ids"]]
        assert row["gold_copied_share"] == copied_share(row["references"][0], shown)
        expected = copied_share(row["prediction"], shown)
        assert row["copied_share"] == (
            pytest.approx(np.nan, nan_ok=True) if expected is None else expected
        )
