"""A base model's token embeddings and the tokens' texts, read from its files. No torch."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer

from ipt_engine.errors import ModelError
from ipt_engine.provisioning import provision
from ipt_engine.tensors import FLOATS, read_tensor

_NAMES = ("embed_tokens.weight", "wte.weight", "word_embeddings.weight", "embed_in.weight")
"""How the matrix of Llama and OPT, of GPT-2, of BLOOM, and of GPT-NeoX ends."""


@dataclass(frozen=True)
class Vocabulary:
    """What there is to compare a soft prompt's vectors with.

    Attributes:
        table: (tokens, hidden) embeddings, float32.
        texts: Each token's text, as it stands in running text.
    """

    table: NDArray[np.float32]
    texts: tuple[str, ...]


def load_vocabulary(
    base_model: str, on_progress: Callable[[str], None] = lambda _: None
) -> Vocabulary:
    """Read a base model's vocabulary.

    Args:
        base_model: Its name.
        on_progress: Told what takes time (the weights are expanded once on a machine).

    Raises:
        ModelError: If it cannot be had, or holds no such matrix of floats.
    """
    folder = provision(base_model, on_progress).folder
    table = _table(folder, base_model)
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise ModelError(
            f"{base_model} has no tokenizer.json, so the texts of its tokens cannot be shown."
        )
    tokenizer = Tokenizer.from_file(str(path))
    count = min(len(table), tokenizer.get_vocab_size())
    texts = tokenizer.decode_batch([[i] for i in range(count)], skip_special_tokens=False)
    return Vocabulary(table[:count], tuple(texts))


def _table(folder: Path, base_model: str) -> NDArray[np.float32]:
    for path in sorted(folder.glob("*.safetensors")):
        try:
            with safe_open(path, framework="numpy") as file:
                name = next((key for key in file.keys() if key.endswith(_NAMES)), None)  # noqa: SIM118 a file, no mapping
            if name is not None:
                return read_tensor(path, name)
        except (OSError, SafetensorError, TypeError) as error:
            raise ModelError(
                f"The token embeddings of {base_model} cannot be read ({error}): expected {FLOATS} "
                "in safetensors."
            ) from error
    raise ModelError(
        f"{base_model} has no token embeddings under a name that is known ({', '.join(_NAMES)})."
    )
