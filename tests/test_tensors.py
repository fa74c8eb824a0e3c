"""Tensors read without torch are torch's own, whatever floats they are."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from ipt_engine.tensors import read_tensor, read_tensors

EXTREMES = [0.0, -0.0, 1.0, -2.5, 3.0e-39, 1e38, float("inf"), float("-inf"), float("nan"), 1 / 3]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_numbers_are_those_of_torch(dtype: torch.dtype, tmp_path: Path) -> None:
    values = torch.tensor(EXTREMES).to(dtype).reshape(2, 5)
    path = tmp_path / "some.safetensors"
    save_file({"before": torch.ones(3), "it": values, "last": torch.ones(1)}, path)
    expected = values.float().numpy()
    for found in (read_tensor(path, "it"), read_tensors(path.read_bytes())["it"]):
        assert (found.dtype, found.shape) == (np.float32, (2, 5))
        np.testing.assert_array_equal(found, expected)
        np.testing.assert_array_equal(np.signbit(found), np.signbit(expected))


def test_what_is_no_float_or_no_such_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "some.safetensors"
    save_file({"it": torch.ones(2).to(torch.float8_e4m3fn)}, path)
    for read in (lambda: read_tensor(path, "it"), lambda: read_tensors(path.read_bytes())):
        with pytest.raises(TypeError, match="type F8_E4M3, expected float64, float32, float16 or"):
            read()
    with pytest.raises(SafetensorError):
        read_tensor(path, "other")
    path.write_bytes(b"no")
    with pytest.raises(SafetensorError):
        read_tensor(path, "it")
