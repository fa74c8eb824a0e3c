"""Tokens taken out: the losses are those of prompts without them, kept, and found again."""

from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from ipt_engine.cli import app
from ipt_engine.errors import Cancelled, StoreError
from ipt_engine.knockout import knock_out
from ipt_engine.knockouts import known_knockout
from ipt_engine.runs import RunStore
from ipt_engine.scoring import score_answers
from ipt_engine.soft_prompt import PromptEmbedding
from ipt_engine.tasks import get_task
from ipt_engine.training import train, training_rows
from ipt_engine.wiring import Resources, base_model, load_prompt
from tests.tiny_runs import config_of

pytestmark = pytest.mark.usefixtures("own_encoder")


@pytest.mark.parametrize("method", ["pt", "ipt"])
def test_losses_are_those_of_shorter_prompts(
    method: str, tmp_path: Path, model_folder: Path
) -> None:
    store, config = RunStore(tmp_path), config_of(method, model_folder).training
    assert config is not None
    prompt_id = train(config, store)
    found = knock_out(store, prompt_id, inputs=config.training.eval_examples)
    assert found["position"].tolist() == [0, 1, 2, 3]
    # The whole prompt's loss is the one that training chose it by.
    assert found["dev_loss"][0] == pytest.approx(store.prompt(prompt_id)["best_dev_loss"], rel=1e-5)
    base = base_model(str(model_folder), Resources())
    whole = load_prompt(store, prompt_id, base).weight.detach()
    dev = get_task("mini-dart").load("dev")[: config.training.eval_examples]
    for position in (1, 2, 3):
        kept = torch.cat([whole[: position - 1], whole[position:]])
        scores = score_answers(base, training_rows(config, dev, base, PromptEmbedding(kept)))
        loss = -sum(s.logprob for s in scores) / sum(s.tokens for s in scores)
        assert found["dev_loss"][position] == pytest.approx(loss, rel=1e-5)
        assert found["change"][position] == pytest.approx(loss - found["dev_loss"][0], abs=1e-5)


def test_it_is_measured_once_and_can_be_stopped(tmp_path: Path, model_folder: Path) -> None:
    store, config = RunStore(tmp_path), config_of("pt", model_folder).training
    assert config is not None
    prompt_id = train(config, store)

    def stop() -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        knock_out(store, prompt_id, check=stop)
    assert known_knockout(store, prompt_id) is None
    first = knock_out(store, prompt_id, inputs=2)
    assert first["inputs"].tolist() == [2] * 4
    assert knock_out(store, prompt_id, check=stop).equals(first)
    said = CliRunner().invoke(app, ["knockout", prompt_id[:6], "--store", str(tmp_path)])
    assert said.exit_code == 0 and f"{first['dev_loss'][2]:.4f}" in said.stdout
    (tmp_path / "knockouts" / f"{prompt_id}.json").write_text("{")
    assert known_knockout(store, prompt_id) is None


def test_a_prompt_of_one_token_can_be_taken_out(tmp_path: Path, model_folder: Path) -> None:
    store = RunStore(tmp_path)
    config = config_of("pt", model_folder, prompt_tuning={"num_virtual_tokens": 1}).training
    assert config is not None
    assert len(knock_out(store, train(config, store), inputs=2)) == 2


def test_an_unknown_prompt_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        knock_out(RunStore(tmp_path), "a" * 12)
