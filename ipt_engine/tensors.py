"""Tensors out of safetensors, without torch: NumPy lacks bfloat16, in which most models come."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import deserialize, safe_open

_KINDS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}
FLOATS = "float64, float32, float16 or bfloat16"


def read_tensor(path: Path, name: str) -> NDArray[np.float32]:
    """One tensor of a file, as float32; nothing else of the file is read.

    The file begins with the length of its header and the header, a JSON object that says where each
    tensor's bytes lie (https://huggingface.co/docs/safetensors, Format).

    Raises:
        OSError: If the file cannot be read.
        SafetensorError: If it is no safetensors file, or has no such tensor.
        TypeError: If its numbers are not among `FLOATS`.
    """
    # Opened by the library first, which checks what the header says.
    with safe_open(path, framework="numpy") as file:
        file.get_slice(name)
    with path.open("rb") as raw:
        length = int.from_bytes(raw.read(8), "little")
        about = json.loads(raw.read(length))[name]
        begin, end = about["data_offsets"]
        raw.seek(8 + length + begin)
        return _float32(about["dtype"], raw.read(end - begin), about["shape"])


def read_tensors(content: bytes) -> dict[str, NDArray[np.float32]]:
    """All tensors of a file's content by name, as float32.

    Raises:
        SafetensorError: If it is no safetensors file.
        TypeError: If the numbers of one of them are not among `FLOATS`.
    """
    return {
        name: _float32(about["dtype"], about["data"], about["shape"])
        for name, about in deserialize(content)  # type: ignore[no-untyped-call]
    }


def _float32(kind: str, data: bytes, shape: Sequence[int]) -> NDArray[np.float32]:
    if kind not in _KINDS:
        raise TypeError(f"its numbers are of type {kind}, expected {FLOATS}")
    numbers = np.frombuffer(data, dtype=_KINDS[kind])
    if kind == "BF16":
        # A bfloat16 is the upper half of the float32 that it stands for.
        numbers = (numbers.astype(np.uint32) << 16).view(np.float32)
    return np.asarray(numbers, dtype=np.float32).reshape(shape)
