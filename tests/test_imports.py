"""Prompts made elsewhere: PEFT's own files go in and are used as they are; bad ones do not."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from safetensors.torch import save_file as save_torch
from typer.testing import CliRunner

from ipt_engine.cli import app
from ipt_engine.errors import ConfigError, IPTError, PromptError
from ipt_engine.evidence import Evidence
from ipt_engine.experiment import run
from ipt_engine.imports import Imported, import_prompt
from ipt_engine.prompt_files import PROMPT, read
from ipt_engine.runs import RunStore
from ipt_engine.training import train
from ipt_engine.wiring import Resources, base_model, load_prompt
from tests.tiny_runs import config_of

pytestmark = pytest.mark.usefixtures("own_encoder")


@pytest.fixture
def peft_folder(tmp_path: Path, model_folder: Path) -> Path:
    """As PEFT itself writes it."""
    from peft import PromptTuningConfig, TaskType, get_peft_model
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(model_folder)
    config = PromptTuningConfig(task_type=TaskType.CAUSAL_LM, num_virtual_tokens=4)
    folder = tmp_path / "peft"
    get_peft_model(model, config).save_pretrained(folder)
    return folder


def test_pefts_own_prompt_is_taken_as_it_is(
    peft_folder: Path, tmp_path: Path, model_folder: Path
) -> None:
    store, name = RunStore(tmp_path / "store"), str(model_folder)
    prompt_id = import_prompt(store, read(peft_folder), "mini-dart", "pt", name).prompt_id
    theirs = load_file(peft_folder / "adapter_model.safetensors")["prompt_embeddings"]
    ours = load_prompt(store, prompt_id, base_model(name, Resources())).weight
    torch.testing.assert_close(ours.detach(), torch.tensor(theirs), rtol=0, atol=0)
    # The same again is the same; for another task it is another.
    same = Imported(prompt_id, already=True)
    assert import_prompt(store, read(peft_folder), "mini-dart", "pt", name) == same
    other = import_prompt(store, read(peft_folder), "mini-mtop", "pt", name)
    assert other.prompt_id != prompt_id and not other.already
    file = peft_folder / "adapter_model.safetensors"
    assert import_prompt(store, read(file), "mini-dart", "pt", name) == same
    run_id = run(config_of("pt", model_folder, prompt=prompt_id), store)
    factors = Evidence(store).factors.set_index("run_id")
    assert factors.loc[run_id, "prompt_kind"] == "trained"
    exported = tmp_path / "out"
    store.export_prompt(prompt_id, exported)
    again = load_file(exported / "adapter_model.safetensors")["prompt_embeddings"]
    np.testing.assert_array_equal(again, theirs)
    assert json.loads((exported / "adapter_config.json").read_text())["num_virtual_tokens"] == 4


def test_the_command_says_how_to_go_on(
    peft_folder: Path, tmp_path: Path, model_folder: Path
) -> None:
    args = ["import", str(peft_folder), "--task", "mini-dart", "--base-model", str(model_folder)]
    said = CliRunner().invoke(app, [*args, "--store", str(tmp_path / "s")])
    (prompt_id,) = RunStore(tmp_path / "s").prompts()["prompt_id"]
    assert said.exit_code == 0 and prompt_id in said.stdout and "ipt run" in said.stdout


def test_what_ipt_lab_exported_says_itself_what_it_is_for(
    peft_folder: Path, tmp_path: Path, model_folder: Path
) -> None:
    said = {"task": "mini-mtop", "method": "ipt", "base_model": str(model_folder)}
    (peft_folder / PROMPT).write_text(json.dumps(said))
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", peft_folder)
    store = RunStore(tmp_path / "store")
    _use(store, model_folder)
    for source in (packed, str(peft_folder)):
        done = CliRunner().invoke(app, ["import", source, "--store", str(store.root)])
        assert done.exit_code == 0, done.output
    (prompt,) = store.prompts().to_dict("records")
    assert {name: prompt[name] for name in said} == said
    args = ["import", packed, "--task", "mini-dart", "--method", "pt", "--store", str(store.root)]
    CliRunner().invoke(app, args)
    assert set(store.prompts()["task"]) == {"mini-mtop", "mini-dart"}


def test_a_strangers_file_does_not_choose_what_is_loaded(
    peft_folder: Path, tmp_path: Path, model_folder: Path
) -> None:
    said = {"task": "mini-dart", "base_model": str(model_folder)}
    (peft_folder / PROMPT).write_text(json.dumps(said))
    args = ["import", str(peft_folder), "--store", str(tmp_path / "store")]
    with pytest.raises(ConfigError, match="nothing in the store .* name it: --base-model"):
        CliRunner().invoke(app, args, catch_exceptions=False)
    named = CliRunner().invoke(app, [*args, "--base-model", str(model_folder)])
    assert named.exit_code == 0, named.output


def _use(store: RunStore, model_folder: Path) -> None:
    """A store in which the model has been used."""
    run(config_of("zero_shot", model_folder), store)


def test_ones_own_export_is_recognised_until_it_is_deleted(
    tmp_path: Path, model_folder: Path
) -> None:
    store, name = RunStore(tmp_path / "store"), str(model_folder)
    training = config_of("ipt", model_folder).training
    assert training is not None
    training = replace(training, prompt_tuning=replace(training.prompt_tuning, seed=7))
    trained = train(training, store)
    record = store.prompt(trained)
    packed = shutil.make_archive(str(tmp_path / "x"), "zip", store.prompt_folder(trained))
    arguments = ["import", packed, "--store", str(store.root)]
    said = CliRunner().invoke(app, arguments).stdout
    assert f"This is prompt {trained}, which is already here" in said
    assert f"--method ipt --prompt {trained}\n" in said
    assert store.prompts()["prompt_id"].tolist() == [trained]
    store.delete_prompt(trained)
    made = import_prompt(store, read(Path(packed)), "mini-dart", "ipt", name)
    assert made.prompt_id != trained and not made.already
    # Its file's word of the training is kept as that, not as a training of this store.
    claimed = {k: record[k] for k in ("seed", "steps", "best_dev_loss", "training_seconds")}
    (prompt,) = store.prompts().to_dict("records")
    assert prompt["imported"] and prompt["claimed"] == claimed and claimed["seed"] == 7
    assert (prompt["seed"], prompt["steps"]) == (7, 0) and np.isnan(prompt["best_dev_loss"])
    # Handed on once more, the word goes along.
    again = shutil.make_archive(str(tmp_path / "y"), "zip", store.prompt_folder(made.prompt_id))
    elsewhere = RunStore(tmp_path / "elsewhere")
    import_prompt(elsewhere, read(Path(again)), "mini-dart", "ipt", name)
    assert elsewhere.prompts()["claimed"].tolist() == [claimed]
    # Trained anew, it is the trained one that is found.
    train(training, store)
    assert import_prompt(store, read(Path(packed)), "mini-dart", "ipt", name) == Imported(
        trained, already=True
    )


def test_a_file_that_does_not_say_what_it_is_for_needs_a_task(peft_folder: Path) -> None:
    with pytest.raises(ConfigError, match="give --task NAME"):
        CliRunner().invoke(app, ["import", str(peft_folder)], catch_exceptions=False)


@pytest.mark.parametrize("name", ["nowhere", "empty", "some.zip"])
def test_what_is_not_there_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "some.zip").write_bytes(b"no")
    with pytest.raises(PromptError, match=name) as refused:
        read(tmp_path / name)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("tensors", "said"),
    [
        ({"prompt_embeddings": np.ones((3, 5), np.float32)}, "is 5 wide"),
        ({"prompt_embeddings": np.full((3, 32), np.nan, np.float32)}, "not finite"),
        ({"a": np.ones((3, 32), np.float32), "b": np.ones((3, 32), np.float32)}, "expected one"),
        ({"prompt_embeddings": np.ones(32, np.float32)}, "expected one matrix"),
        (None, "cannot be read as safetensors"),
    ],
)
def test_what_is_no_fitting_prompt_is_refused_in_a_line(
    tensors: dict[str, np.ndarray] | None,  # type: ignore[type-arg]
    said: str, tmp_path: Path, model_folder: Path,
) -> None:  # fmt: skip
    path = tmp_path / "adapter_model.safetensors"
    if tensors is None:
        path.write_bytes(b"no")
    else:
        save_file(tensors, path)
    store = RunStore(tmp_path / "store")
    with pytest.raises(PromptError, match=said):
        import_prompt(store, read(path), "mini-dart", "pt", str(model_folder))
    assert store.prompts().empty and store.active() == []


def test_a_prompt_in_bfloat16_is_taken_as_the_same_numbers(
    tmp_path: Path, model_folder: Path
) -> None:
    vectors = torch.randn(3, 32).to(torch.bfloat16)
    path = tmp_path / "adapter_model.safetensors"
    save_torch({"prompt_embeddings": vectors}, path)
    store = RunStore(tmp_path / "store")
    prompt_id = import_prompt(store, read(path), "mini-dart", "pt", str(model_folder)).prompt_id
    kept = load_file(store.prompt_folder(prompt_id) / path.name)["prompt_embeddings"]
    np.testing.assert_array_equal(kept, vectors.float().numpy())


def test_other_adapters_and_methods_are_refused(
    peft_folder: Path, tmp_path: Path, model_folder: Path
) -> None:
    store, name = RunStore(tmp_path / "store"), str(model_folder)
    with pytest.raises(ConfigError, match="uses no soft prompt"):
        import_prompt(store, read(peft_folder), "mini-dart", "icl", name)
    with pytest.raises(IPTError, match="nowhere"):
        import_prompt(store, read(peft_folder), "nowhere", "pt", name)
    config = peft_folder / "adapter_config.json"
    config.write_text(json.dumps({"peft_type": "LORA"}))
    with pytest.raises(PromptError, match="not LoRA"):
        import_prompt(store, read(peft_folder), "mini-dart", "pt", name)
