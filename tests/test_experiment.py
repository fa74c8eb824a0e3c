"""All four methods from config to ledger on a tiny model."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from ipt_engine.analysis.copying import copied_share
from ipt_engine.errors import PromptError
from ipt_engine.experiment import run
from ipt_engine.methods import METHODS
from ipt_engine.presets import build_run_config
from ipt_engine.runs import RunStore
from ipt_engine.tasks import TASKS
from ipt_engine.training import train
from ipt_engine.wiring import Resources
from tests.ledger_oracles import recompute
from tests.tiny import tiny_model, tiny_tokenizer
from tests.tiny_encoder import letters
from tests.tiny_runs import config_of

pytestmark = pytest.mark.usefixtures("own_encoder")


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


def test_several_demonstrations_end_with_the_nearest(tmp_path: Path, model_folder: Path) -> None:
    store = RunStore(tmp_path)
    run_id = run(config_of("icl", model_folder, retrieval={"num_fewshot": 2}), store)
    for row in store.ledger([run_id]).to_dict("records"):
        similarities = row["demonstration_similarities"]
        assert len(similarities) == 2
        assert similarities == sorted(similarities)
        assert row["similarity"] == similarities[-1]
        assert row["demonstration_ids"][-1] == row["nearest_id"]


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
