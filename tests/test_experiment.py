"""All four methods from config to ledger on a tiny model; nothing is done twice."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import sacrebleu
import torch

from ipt_engine import experiment
from ipt_engine.config import RunConfig
from ipt_engine.errors import Cancelled, PromptError
from ipt_engine.experiment import Resources, run
from ipt_engine.methods import METHODS
from ipt_engine.presets import build_run_config
from ipt_engine.runs import RunStore
from ipt_engine.trainer import PromptTuningTrainer
from tests.test_retrievers import letters
from tests.test_starter import ragged
from tests.tiny import tiny_model, tiny_tokenizer


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny-llama")
    tiny_model("llama", torch.float32).save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return folder


@pytest.fixture(autouse=True)
def own_encoder(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("ipt_engine.retrievers.encode", letters)
    experiment.demonstration_pool.cache_clear()
    yield
    experiment.demonstration_pool.cache_clear()


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
        expected = sacrebleu.corpus_bleu(
            rows["prediction"].tolist(), ragged(rows["references"].tolist())
        ).score
        assert scores["bleu"] == pytest.approx(expected)
    assert store.active() == []
    assert len(store.prompts()) == 2


def test_nothing_is_done_twice(
    tmp_path: Path, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(tmp_path)
    trained: list[int] = []
    train = PromptTuningTrainer.train
    monkeypatch.setattr(
        PromptTuningTrainer, "train", lambda *a, **k: trained.append(1) or train(*a, **k)
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
    assert history["step"].tolist() == [1, 2, 3]
    unbroken = RunStore(tmp_path / "unbroken")
    whole = unbroken.history(unbroken.run(run(config, unbroken))["prompt_id"])
    assert history["loss"].tolist() == whole["loss"].tolist()


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
    assert_in_order(told, ["Loading", "Training IPT", "writing", "scoring"])


def assert_in_order(told: Sequence[str], parts: Sequence[str]) -> None:
    places = [next(i for i, line in enumerate(told) if part in line) for part in parts]
    assert places == sorted(places)
