"""A task of one's own goes from its file to a ledger by every method, on a tiny model."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from ipt_engine.cli import app
from ipt_engine.config import RetrievalArguments, RunConfig
from ipt_engine.errors import ConfigError, DataError
from ipt_engine.experiment import run
from ipt_engine.methods import METHODS
from ipt_engine.presets import build_run_config
from ipt_engine.retrievers import demonstration_pool, refuse_too_many
from ipt_engine.runs import RunStore
from ipt_engine.tasks import TASKS, get_task, registry
from ipt_engine.tasks.adding import NewTask, add
from ipt_engine.tasks.formats.columns import Columns
from tests.tiny import tiny_model, tiny_tokenizer

pytestmark = pytest.mark.usefixtures("own_encoder")


def test_every_method_runs_on_an_own_task(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    tiny_model("llama", torch.float32).save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    path = tmp_path / "lines.csv"
    path.write_text("q,a\n" + "".join(f'question {n},"one {n}\ntwo"\n' for n in range(30)))
    new = NewTask("lines", str(path), columns=Columns("q", ("a",)), max_new_tokens=8)
    assert add(new, TASKS).task.stop == "eos"
    store = RunStore(tmp_path / "store")
    options = {
        "prompt_tuning": {"num_virtual_tokens": 3},
        "training": {"max_steps": 2, "batch_size": 2, "eval_steps": 2, "eval_examples": 2},
    }
    for name, method in METHODS.items():
        chosen = options if method.soft_prompt else {}
        run_id = run(build_run_config("lines", name, str(folder), 0, None, chosen), store)
        rows = store.ledger([run_id])
        expected = get_task("lines").load("test")
        assert rows["example_id"].tolist() == [example.id for example in expected]
        assert set(store.run(run_id)["scores"]) == {"exact_match", "chrf", "gold_logprob_mean"}
    registry.remove("lines")
    path.write_text("q,a\nalone,x\n")
    add(NewTask("lines", str(path), columns=Columns("q", ("a",)), split="test"), TASKS)
    with pytest.raises(DataError, match="no train examples yet"):
        run(build_run_config("lines", "zero_shot", str(folder), 0, None, {}), store)


def test_more_demonstrations_than_training_examples_are_refused(
    tmp_path: Path, model_folder: Path
) -> None:
    path = tmp_path / "few.csv"
    path.write_text("q,a\n" + "".join(f"question {n},answer {n}\n" for n in range(10)))
    add(NewTask("few", str(path), columns=Columns("q", ("a",)), max_new_tokens=8), TASKS)
    store = RunStore(tmp_path / "store")
    steps = {"max_steps": 1, "batch_size": 1, "eval_examples": 1}
    training = {"prompt_tuning": {"num_virtual_tokens": 3}, "training": steps}

    def config(method: str, shown: int, **options: dict[str, int]) -> RunConfig:
        options |= {"retrieval": {"num_fewshot": shown}}
        return build_run_config("few", method, str(model_folder), 0, None, options)

    told = "num_fewshot asks for 9 demonstrations, but Few has 8 training examples: .* at most 8"
    for refused in (config("icl", 9), config("ipt", 9, **training)):
        with pytest.raises(ConfigError, match=told):
            run(refused, store)
    assert store.active() == [] and store.prompts().empty
    all_of_them = run(config("icl", 8), store)
    assert store.ledger([all_of_them])["demonstration_ids"].map(len).tolist() == [8]
    # Refused before anything is trained, though the training itself shows no more than there are.
    fine = config("ipt", 1, **training)
    with pytest.raises(ConfigError, match=told):
        run(replace(fine, retrieval=replace(fine.retrieval, num_fewshot=9)), store)
    assert store.prompts().empty
    # Another task's are counted there.
    shown = {"retriever": "other_task", "source_task": "mini-mtop", "num_fewshot": 9}
    refuse_too_many("few", RetrievalArguments.from_dict(shown))
    with pytest.raises(ConfigError, match=told):
        refuse_too_many("mini-mtop", RetrievalArguments.from_dict(shown | {"source_task": "few"}))


def test_the_command_names_its_option(tmp_path: Path, model_folder: Path) -> None:
    arguments = ["run", "--task", "mini-dart", "--method", "icl", "--num-fewshot", "1000"]
    arguments += ["--base-model", str(model_folder), "--store", str(tmp_path)]
    with pytest.raises(ConfigError, match=r"^--num-fewshot asks for 1000 demonstrations, but Mini"):
        CliRunner().invoke(app, arguments, catch_exceptions=False)


def test_demonstrations_follow_a_task_that_was_added_again(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    shown = []
    for word in ("first", "other"):
        path.write_text("q,a\n" + "".join(f"{word} {n},answer\n" for n in range(20)))
        add(NewTask("shop", str(path), columns=Columns("q", ("a",))), TASKS)
        pool = demonstration_pool(get_task("shop"))
        assert demonstration_pool(get_task("shop")) is pool
        shown.append({example.input.split()[0] for example in pool.pool})
        registry.remove("shop")
    assert shown == [{"first"}, {"other"}]
