"""Products by oneDNN: the same numbers and gradients as torch's own, chosen by type and size."""

import copy

import pytest
import torch
from torch.nn import functional
from transformers.pytorch_utils import Conv1D

from ipt_engine import linear as module
from ipt_engine.linear import linear, speed_up

ROWS = [(1,), (2,), (7,), (3, 5)]


@pytest.mark.parametrize("shape", ROWS)
@pytest.mark.parametrize("biased", [False, True])
@pytest.mark.parametrize("transposed", [False, True])
def test_numbers_and_gradients_are_torchs(
    shape: tuple[int, ...], biased: bool, transposed: bool
) -> None:
    torch.manual_seed(0)
    weight = torch.randn(64, 48).T if transposed else torch.randn(48, 64)
    bias = torch.randn(48) if biased else None
    inputs = torch.randn(*shape, 64, dtype=torch.float64)
    upstream = torch.randn(*shape, 48)
    exact = inputs.clone().requires_grad_()
    expected = functional.linear(exact, weight.double(), None if bias is None else bias.double())
    expected.backward(upstream.double())
    given = inputs.float().requires_grad_()
    found = linear(given, weight, bias)
    found.backward(upstream)
    torch.testing.assert_close(found.double(), expected, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(given.grad.double(), exact.grad, rtol=1e-5, atol=1e-5)
    with torch.no_grad():
        assert torch.equal(linear(given, weight, bias), found)


def test_what_is_trained_or_of_another_type_is_left_to_torch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*_: object) -> torch.Tensor:
        raise AssertionError

    monkeypatch.setattr(module, "_multiply", never)
    inputs, weight = torch.randn(3, 4), torch.randn(5, 4)
    for other in (weight.double(), weight.clone().requires_grad_()):
        linear(inputs.to(other.dtype), other)
    linear(inputs[:1], weight)
    monkeypatch.setattr(module, "_AVAILABLE", False)
    linear(inputs, weight)


@pytest.mark.skipif(not module._AVAILABLE, reason="this torch has no such product")
def test_a_frozen_model_multiplies_by_onednn(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    multiply = module._multiply
    monkeypatch.setattr(module, "_multiply", lambda *given: calls.append(given) or multiply(*given))
    model = torch.nn.Sequential(torch.nn.Linear(4, 6), Conv1D(3, 6)).requires_grad_(False)
    inputs = torch.randn(5, 4)
    expected = model(inputs)
    names = list(model.state_dict())
    speed_up(model)
    torch.testing.assert_close(model(inputs), expected)
    assert len(calls) == 2
    assert list(model.state_dict()) == names
    torch.testing.assert_close(copy.deepcopy(model)(inputs), expected)


def test_the_compilers_product_is_the_same() -> None:
    inputs, weight = torch.randn(5, 4, requires_grad=True), torch.randn(6, 4)
    found = torch.ops.ipt_lab.linear(inputs, weight, None)
    found.sum().backward()
    torch.testing.assert_close(found, inputs @ weight.T)
    torch.testing.assert_close(inputs.grad, weight.sum(0).expand(5, 4))
