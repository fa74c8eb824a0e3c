"""A soft prompt's files as people hand them over: loose ones, or the zip that the dashboard gives.

Whatever comes in is a stranger's. Of a zip three files are read, known by their name alone and only
so far as a soft prompt can be large; nothing is unpacked to where the zip says, and nothing is
unpickled.
"""

import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ipt_engine.errors import PromptError
from ipt_engine.methods import METHODS

WEIGHTS, CONFIG, PROMPT = "adapter_model.safetensors", "adapter_config.json", "prompt.json"
_LARGEST = {WEIGHTS: 256 * 2**20, CONFIG: 2**20, PROMPT: 2**20}
"""Bytes that each file may have: 256 MiB are a thousand vectors of a model 65,000 wide."""
_MOST_MEMBERS = 1000
_LONGEST = 300
_MOST = 2**32
"""Beyond what any seed, number of steps or time can be."""


@dataclass(frozen=True)
class Provenance:
    """What a prompt's prompt.json says of it. A stranger's word, to be shown and chosen from.

    Attributes:
        task: The task's name; it need not be known here. None where nothing is said.
        method: "pt" or "ipt", or None.
        base_model: What the base model was called, or None.
        seed: Of its training, or None.
        steps: Trained, or None.
        best_dev_loss: Nats a token at the step that was kept, or None.
        training_seconds: What the training took, or None.
    """

    task: str | None = None
    method: str | None = None
    base_model: str | None = None
    seed: int | None = None
    steps: int | None = None
    best_dev_loss: float | None = None
    training_seconds: float | None = None

    @property
    def training(self) -> dict[str, int | float]:
        """What is said of the training, by name."""
        names = ("seed", "steps", "best_dev_loss", "training_seconds")
        said = {name: getattr(self, name) for name in names}
        return {name: value for name, value in said.items() if value is not None}


def gather(files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """A prompt's files by the names that PEFT and IPT Lab give them.

    Args:
        files: (name, content) of each. A zip's members count as files, whatever folders they are
            in; of loose files a JSON file that is not called prompt.json is PEFT's config, and a
            safetensors file of any name the weights.

    Returns:
        Content by name, `WEIGHTS` always among them.

    Raises:
        PromptError: If there are no weights, two files of a kind, or a zip cannot be read.
    """
    found: dict[str, bytes] = {}
    for given, content in files:
        ending = given.lower().rpartition(".")[2]
        if ending == "zip":
            parts = _members(given, content)
        elif ending == "json":
            last = given.replace("\\", "/").rpartition("/")[2]
            parts = {PROMPT if last == PROMPT else CONFIG: content}
        else:
            parts = {WEIGHTS: content}
        for name, part in parts.items():
            if name in found:
                raise PromptError(f"There are two files {name}. Import one prompt at a time.")
            found[name] = part
    if WEIGHTS not in found:
        raise PromptError(f"There is no {WEIGHTS}, the file with the soft prompt's vectors.")
    return found


def read(source: Path) -> dict[str, bytes]:
    """A prompt's files from the disk, as `gather` gives them.

    Args:
        source: A folder in PEFT's prompt-tuning format, a zip of one, or a safetensors file.

    Raises:
        PromptError: If there is nothing there, or no prompt.
    """
    try:
        if not source.is_dir():
            return gather([(source.name, source.read_bytes())])
        paths = [source / name for name in _LARGEST if (source / name).is_file()]
        return gather([(path.name, path.read_bytes()) for path in paths])
    except OSError as error:
        raise PromptError(f"{source} cannot be read: {error.strerror or error}.") from error
    except PromptError as error:
        raise PromptError(
            f"{source}: {error} Give a folder in PEFT's prompt-tuning format, with {WEIGHTS} and "
            f"{CONFIG}, a zip of one, or a safetensors file."
        ) from error


def provenance(files: Mapping[str, bytes]) -> Provenance:
    """What prompt.json says; what is missing or makes no sense is None."""
    try:
        said: Any = json.loads(files.get(PROMPT, b"{}"))
    except (ValueError, RecursionError):
        return Provenance()
    if not isinstance(said, dict):
        return Provenance()
    method = _words(said.get("method"))
    soft = method in METHODS and METHODS[method].soft_prompt
    # One that was imported itself has nothing of its own to say of its training.
    training = said.get("claimed") if said.get("imported") else said
    training = training if isinstance(training, dict) else {}
    return Provenance(
        task=_words(said.get("task")),
        method=method if soft else None,
        base_model=_words(said.get("base_model")),
        seed=_count(training.get("seed")),
        steps=_count(training.get("steps")),
        best_dev_loss=_amount(training.get("best_dev_loss")),
        training_seconds=_amount(training.get("training_seconds")),
    )


def _words(value: Any) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST else None


def _count(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value <= _MOST else None


def _amount(value: Any) -> float | None:
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if known and 0 <= value <= _MOST else None


def _members(given: str, content: bytes) -> dict[str, bytes]:
    """The three files, as far as a zip has them."""
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > _MOST_MEMBERS:
                raise PromptError(f"{given} holds {len(members)} files, more than a prompt has.")
            for member in members:
                name = member.filename.rpartition("/")[2]
                if name not in _LARGEST:
                    continue
                if name in found:
                    raise PromptError(f"{given} holds several prompts. Import one at a time.")
                with archive.open(member) as file:
                    # One byte more than allowed: what the zip says of its sizes need not be true.
                    found[name] = file.read(_LARGEST[name] + 1)
                if len(found[name]) > _LARGEST[name]:
                    raise PromptError(
                        f"{name} in {given} has more than {_LARGEST[name] // 2**20} MiB: that is "
                        "no soft prompt."
                    )
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        # RuntimeError: encrypted; NotImplementedError, its subclass: an unknown compression.
        raise PromptError(
            f"{given} cannot be read as a zip file ({error}). Expected one with {WEIGHTS} and "
            f"{CONFIG}, as the page Train exports it."
        ) from error
    return found
