"""Linear layers of a frozen model on the processor, multiplied by oneDNN.

Torch multiplies single-precision matrices with Intel's MKL, which leaves the widest instructions of
other makers' processors unused: on an AMD EPYC oneDNN, which torch carries as well, takes half the
time. Both compute in single precision and differ in rounding alone. The weights are frozen, so a
gradient is needed with respect to the input only.
"""

import platform
from typing import Any

import torch
from torch.nn import functional
from transformers.pytorch_utils import Conv1D

_SMALL = 2**22
"""Elements of a weight below which MKL multiplies a single row faster."""


def linear(
    inputs: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None
) -> torch.Tensor:
    """The same as `torch.nn.functional.linear`, for a weight that is not trained.

    Args:
        inputs: (..., in).
        weight: (out, in), contiguous or the transpose of what is.
        bias: (out,).

    Returns:
        (..., out).
    """
    if not _by_onednn(inputs, weight):
        return functional.linear(inputs, weight, bias)
    if torch.compiler.is_compiling():
        compiled: torch.Tensor = _opaque(inputs, weight, bias)
        return compiled
    if inputs.requires_grad and torch.is_grad_enabled():
        found: torch.Tensor = _Linear.apply(inputs, weight, bias)  # type: ignore[no-untyped-call]
        return found
    return _multiply(inputs, weight, bias)


def speed_up(model: torch.nn.Module) -> None:
    """Let the linear layers of a model multiply by `linear`; for frozen models alone.

    Args:
        model: Changed in place; its parameters, modules and results stay what they are.
    """
    for module in model.modules():
        # A subclass may do more than multiply.
        if type(module) in _FROZEN:
            module.__class__ = _FROZEN[type(module)]


class _FrozenLinear(torch.nn.Linear):
    """A linear layer that is not trained.

    It is a class, not a `forward` put into each layer: torch's compiler takes what all objects of a
    class do for the same, and compiles anew for each object that has something of its own.
    """

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return linear(input, self.weight, self.bias)


class _FrozenConv1D(Conv1D):
    """The same for GPT-2's layers, whose weights are (in, out)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return linear(x, self.weight.T, self.bias)


_FROZEN: dict[type[torch.nn.Module], type[torch.nn.Module]] = {
    torch.nn.Linear: _FrozenLinear,
    Conv1D: _FrozenConv1D,
}


class _Linear(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, inputs: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None
    ) -> torch.Tensor:
        ctx.save_for_backward(weight)
        return _multiply(inputs, weight, bias)

    @staticmethod
    def backward(ctx: Any, *upstream: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        (weight,) = ctx.saved_tensors
        return linear(upstream[0].contiguous(), weight.T), None, None


def _multiply(
    inputs: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None
) -> torch.Tensor:
    product: torch.Tensor = torch.ops.mkldnn._linear_pointwise(inputs, weight, bias, "none", [], "")
    return product


@torch.library.custom_op("ipt_lab::linear", mutates_args=())
def _opaque(inputs: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    """The same product for torch's compiler, which takes it as it is."""
    return _multiply(inputs, weight, bias)


@_opaque.register_fake
def _(inputs: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    return inputs.new_empty((*inputs.shape[:-1], weight.shape[0]))


def _remember(ctx: Any, inputs: tuple[Any, ...], output: torch.Tensor) -> None:
    ctx.save_for_backward(inputs[1])


def _backward(ctx: Any, upstream: torch.Tensor) -> tuple[torch.Tensor, None, None]:
    (weight,) = ctx.saved_tensors
    return _opaque(upstream.contiguous(), weight.T, None), None, None


_opaque.register_autograd(_backward, setup_context=_remember)


def _by_onednn(inputs: torch.Tensor, weight: torch.Tensor) -> bool:
    # By sizes and types alone, never by a measurement: the same call takes the same way again.
    rows = inputs.numel() // max(1, inputs.shape[-1])
    return (
        _AVAILABLE
        and inputs.device.type == weight.device.type == "cpu"
        and inputs.dtype == weight.dtype == torch.float32
        and not weight.requires_grad
        and (rows > 1 or weight.numel() >= _SMALL)
        and not torch.is_autocast_enabled("cpu")
    )


def _available() -> bool:
    """Whether this build of torch has oneDNN's product, and it is right."""
    if platform.machine() not in {"x86_64", "AMD64"}:
        return False
    inputs, weight = torch.eye(2, 3), torch.arange(12.0).reshape(4, 3)
    try:
        return torch.equal(_multiply(inputs, weight, None), inputs @ weight.T)
    except (AttributeError, RuntimeError):
        return False


_AVAILABLE = _available()
