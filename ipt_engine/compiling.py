"""`torch.compile` for a base model, layer by layer: worth it for long trainings, never needed."""

import warnings

import torch

from ipt_engine.models import BaseModel, quiet
from ipt_engine.packing import layout_of

_MOST_SHAPES = 64


def compile_layers(base: BaseModel) -> str | None:
    """Compile the layers of a model, tried on a few tokens; the model works on without it.

    A layer is compiled once for all lengths, and what it computes stays the same up to
    rounding. Attention along a tree stays as it is: its branches are others in every batch.

    Args:
        base: Changed in place.

    Returns:
        None if it worked; else why not, for people.
    """
    layers = next(
        (m for m in base.model.base_model.modules() if isinstance(m, torch.nn.ModuleList)), None
    )
    if layers is None or layout_of(base) != "packed":
        return f"{base.name} is not compiled: its layers are not of a kind that can be."
    before = [layer.forward for layer in layers]
    torch._dynamo.config.cache_size_limit = max(torch._dynamo.config.cache_size_limit, _MOST_SHAPES)
    # Torch's tracer looks at the gradient of every tensor it meets, and warns itself of it.
    warnings.filterwarnings(
        "ignore", message="The .grad attribute of a Tensor", category=UserWarning
    )
    try:
        for layer in layers:
            layer.forward = torch.compile(layer.forward, dynamic=True)
        with quiet():
            ids = torch.arange(4, device=base.device)[None]
            embeds = base.embed(ids).detach().requires_grad_()
            hidden = base.model.base_model(inputs_embeds=embeds, use_cache=False)
            hidden.last_hidden_state.sum().backward()
    except Exception as error:
        for layer, forward in zip(layers, before, strict=True):
            layer.forward = forward
        first = str(error).strip().split("\n")[0][:160]
        return (
            f"{base.name} runs without torch.compile ({type(error).__name__}: {first}). A C++ "
            "compiler is what it needs most often."
        )
    return None
