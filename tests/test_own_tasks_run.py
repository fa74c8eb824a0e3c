"""A task of one's own goes from its file to a ledger by every method, on a tiny model."""

from pathlib import Path

import pytest
import torch

from ipt_engine.errors import DataError
from ipt_engine.experiment import run
from ipt_engine.methods import METHODS
from ipt_engine.presets import build_run_config
from ipt_engine.retrievers import demonstration_pool
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
