"""Compiled layers compute the same; where they cannot be compiled, the model works on."""

import shutil

import pytest
import torch

from ipt_engine.answer_loss import answer_loss
from ipt_engine.compiling import compile_layers
from ipt_engine.packing import answer_states
from tests.plain_forward import ANSWERS, PROMPTS, gradient
from tests.tiny import random_prompt, rows_of, tiny_base


# The compiler itself uses what torch is about to drop.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.skipif(shutil.which("g++") is None, reason="torch.compile needs a C++ compiler")
def test_compiled_layers_give_the_same_gradient() -> None:
    base = tiny_base(dtype=torch.float32)
    prompt = random_prompt(base)
    rows = rows_of(base, PROMPTS, ANSWERS, prompt)
    loss = lambda: answer_loss(base, answer_states(base, rows))  # noqa: E731
    plain = gradient(loss, prompt)
    before = base.model.base_model.layers[0].forward
    assert compile_layers(base) is None
    assert base.model.base_model.layers[0].forward != before
    torch.testing.assert_close(gradient(loss, prompt), plain, rtol=1e-3, atol=1e-4)


def test_without_a_compiler_the_model_works_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("No working C++ compiler\nsecond line")

    base = tiny_base(dtype=torch.float32)
    before = [layer.forward for layer in base.model.base_model.layers]
    monkeypatch.setattr(torch, "compile", fail)
    said = compile_layers(base)
    assert said is not None
    assert "RuntimeError: No working C++ compiler)" in said
    assert [layer.forward for layer in base.model.base_model.layers] == before


def test_a_model_that_is_not_packed_is_not_compiled() -> None:
    assert "is not compiled" in (compile_layers(tiny_base("bloom")) or "")
