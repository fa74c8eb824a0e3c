"""The real encoder: unit vectors, equal to sentence-transformers' own, computed once."""

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ipt_engine import encoders
from ipt_engine.config import DEFAULT_ENCODER
from ipt_engine.encoders import encode, encoder_hash
from ipt_engine.errors import Cancelled, ModelError, StoreError

TEXTS = ["wake me at six", "a red bridge in Oslo", "wake me at six", "", "zażółć " * 3]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(encoders, "cache_root", lambda: tmp_path / "cache")
    yield tmp_path / "cache"


@pytest.fixture(scope="module")
def minilm() -> Any:
    try:
        folder = encoders._packaged_folder(DEFAULT_ENCODER)
    except ModelError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu")


class Counting:
    """Stands in for an encoder; vectors that tell the texts apart."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def encode(
        self, texts: Sequence[str], normalize_embeddings: bool = False, **_: Any
    ) -> np.ndarray:
        self.asked.append(list(texts))
        angles = np.array([len(text) for text in texts], dtype=np.float32)
        length = 1 if normalize_embeddings else 3
        return length * np.stack([np.cos(angles), np.sin(angles)], axis=1)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    encoder = Counting()
    monkeypatch.setattr(encoders, "_load", lambda *which: encoder)
    return encoder


def test_vectors_are_sentence_transformers_own(minilm: Any) -> None:
    vectors = encode(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    # One by one, so that the batch does not matter either; unit length by our own division.
    plain = np.stack([minilm.encode(text, show_progress_bar=False) for text in TEXTS])
    expected = plain / np.linalg.norm(plain, axis=1, keepdims=True)
    np.testing.assert_allclose(vectors, expected, atol=1e-5)


@pytest.mark.usefixtures("minilm")
def test_texts_seen_before_load_no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    first = encode(TEXTS)

    def refuse(name: str, identity: str) -> None:
        raise AssertionError(f"{name} was loaded")

    monkeypatch.setattr(encoders, "_load", refuse)
    assert np.array_equal(encode(TEXTS[::-1]), first[::-1])
    with pytest.raises(AssertionError, match="was loaded"):
        encode(["never seen"])


def test_only_new_texts_are_computed_and_each_once(counting: Counting) -> None:
    encode(["a", "bb", "a"])
    told: list[tuple[str, int, int]] = []
    vectors = encode(["bb", "ccc"], on_progress=lambda *words: told.append(words))
    assert counting.asked == [["a", "bb"], ["ccc"]]
    what = f"Encoding 1 texts with {DEFAULT_ENCODER}"
    assert told == [(what, 0, 1), (what, 1, 1)]
    np.testing.assert_array_equal(vectors, Counting().encode(["bb", "ccc"], True))


def test_who_stops_halfway_keeps_what_was_encoded(counting: Counting) -> None:
    texts = [str(number) for number in range(300)]

    def stop(what: str, done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encode(texts, on_progress=stop)
    encode(texts)
    asked = [text for chunk in counting.asked for text in chunk]
    assert sorted(asked) == sorted(texts)


def test_more_texts_than_one_query_takes(counting: Counting) -> None:
    texts = [str(number) for number in range(1203)]
    first = encode(texts)
    assert np.array_equal(encode(texts), first)
    assert sum(map(len, counting.asked)) == len(texts)


def test_a_download_is_asked_for_once_and_holds_up_nobody(
    counting: Counting, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []
    begun, allowed = threading.Event(), threading.Event()

    def download(name: str, **_: Any) -> str:
        asked.append(name)
        begun.set()
        assert allowed.wait(30)
        return str(tmp_path)

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    monkeypatch.setattr(encoders, "_FETCHED", {})
    told: list[tuple[str, int, int]] = []
    first = threading.Thread(
        target=lambda: encode(["a"], "some/encoder", lambda *words: told.append(words))
    )
    first.start()
    assert begun.wait(30)
    encode(["b"])
    assert counting.asked == [["b"]]
    allowed.set()
    first.join(30)
    encode(["c"], "some/encoder")
    assert counting.asked == [["b"], ["a"], ["c"]]
    assert asked == ["some/encoder"]
    assert told[0] == ("Fetching some/encoder", 0, 0)


def test_a_download_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[int] = []

    def download(name: str, tqdm_class: Any, **_: Any) -> str:
        with tqdm_class(total=9, desc="Fetching", unit="B") as bar:
            for part in range(9):
                bar.update(1)
                received.append(part)
        return "folder"

    def stop(what: str, done: int, total: int) -> None:
        if received:
            raise Cancelled("Stopped.")

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    monkeypatch.setattr(encoders, "_FETCHED", {})
    with pytest.raises(Cancelled):
        encode(["a"], "some/encoder", stop)
    assert received == [0]
    assert encoders._FETCHED == {}


def test_two_threads_do_not_encode_the_same_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, allowed = threading.Event(), threading.Event()

    class Waiting(Counting):
        def encode(self, texts: Sequence[str], *args: Any, **options: Any) -> np.ndarray:
            begun.set()
            assert allowed.wait(30)
            return super().encode(texts, *args, **options)

    encoder = Waiting()
    monkeypatch.setattr(encoders, "_load", lambda *which: encoder)
    threads = [threading.Thread(target=encode, args=(["a", "bb"],)) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert begun.wait(30)
    allowed.set()
    for thread in threads:
        thread.join(30)
    assert encoder.asked == [["a", "bb"]]


def test_what_is_encoded_is_known_without_an_encoder(counting: Counting, own_cache: Path) -> None:
    assert not encoders.all_encoded(["a"], "some/encoder")
    assert not own_cache.exists()
    encode(["a", "bb"])
    assert encoders.all_encoded(["bb", "a", "a"], DEFAULT_ENCODER)
    assert not encoders.all_encoded(["a", "ccc"], DEFAULT_ENCODER)


@pytest.mark.parametrize("name", ["~nobody-of-this-name/x", "x" * 400, "a\0b", "../a", "/", ""])
def test_odd_names_are_one_line(name: str) -> None:
    assert not encoders.all_encoded(["a"], name)
    with pytest.raises(ModelError, match="cannot be loaded"):
        encode(["a"], name)


def test_encoders_do_not_share_a_cache(counting: Counting, own_cache: Path, tmp_path: Path) -> None:
    folder = tmp_path / "own-encoder"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"one")
    encode(["a"])
    encode(["a"], str(folder))
    # Other weights in the same folder are another encoder, be they of the same size.
    _edit(folder / "model.safetensors", b"two")
    encode(["a"], str(folder))
    # So is another way to one vector from many.
    _edit(folder / "1_Pooling" / "config.json", b'{"pooling_mode_cls_token": true}')
    encode(["a"], str(folder))
    # What says nothing of the vectors does not count.
    _edit(folder / "README.md", b"Hello")
    _edit(folder / ".cache" / "huggingface" / "model.json", b"{}")
    encode(["a"], str(folder))
    assert counting.asked == [["a"]] * 4
    files = list((own_cache / "embeddings").glob("*.sqlite"))
    assert len(files) == 4
    for path in files:
        with sqlite3.connect(path) as cache:
            assert cache.execute("SELECT count(*) FROM embedding").fetchone() == (1,)
        cache.close()


def test_an_encoder_is_on_the_processor_even_where_there_is_cuda(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import sentence_transformers

    asked: list[Any] = []
    monkeypatch.setattr(
        sentence_transformers, "SentenceTransformer", lambda folder, **how: asked.append(how)
    )
    (tmp_path / "modules.json").touch()
    encoders._load.__wrapped__(str(tmp_path), "")
    assert asked == [{"device": "cpu", "trust_remote_code": False}]


def _edit(path: Path, content: bytes) -> None:
    """Write a file that is later than what was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    # A file system's clock may be coarser than the time between two lines of a test.
    later = path.stat().st_mtime + 10
    os.utime(path, (later, later))


def test_an_encoder_whose_files_changed_is_loaded_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import sentence_transformers

    loaded: list[Counting] = []

    def load(folder: str, **how: Any) -> Counting:
        loaded.append(Counting())
        return loaded[-1]

    monkeypatch.setattr(sentence_transformers, "SentenceTransformer", load)
    folder = tmp_path / "changing"
    for content in (b"one", b"two"):
        _edit(folder / "model.safetensors", content)
        encode(["a"], str(folder))
        encode(["b"], str(folder))
    assert [encoder.asked for encoder in loaded] == [[["a"], ["b"]]] * 2


def test_a_hubs_encoder_is_known_by_its_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import huggingface_hub

    asked: list[str] = []

    def snapshot(name: str, **how: Any) -> str:
        asked.append(name)
        return str(tmp_path / name)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    monkeypatch.setattr(encoders, "_FETCHED", {})
    for name, content in (("some/one", b"1"), ("some/same", b"1"), ("some/other", b"2")):
        _edit(tmp_path / name / "model.safetensors", content)
    hashes = [encoder_hash(n) for n in ("some/one", "some/one", "some/same", "some/other")]
    assert hashes[0] == hashes[1] == hashes[2] != hashes[3]
    assert asked == ["some/one", "some/same", "some/other"]
    assert encoder_hash(DEFAULT_ENCODER) is None


@pytest.mark.parametrize("damage", ["a file in its place", "no database"])
def test_a_cache_that_cannot_be_used_is_said(
    counting: Counting, own_cache: Path, damage: str
) -> None:
    encode(["a"])
    if damage == "no database":
        (kept,) = (own_cache / "embeddings").iterdir()
        kept.write_bytes(b"no database" * 100)
    else:
        shutil.rmtree(own_cache / "embeddings")
        (own_cache / "embeddings").write_text("no folder")
    with pytest.raises(StoreError, match=r"vectors in .*embeddings .*XDG_CACHE_HOME.*ipt clean"):
        encode(["a"])


def test_no_texts_need_no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "_load", None)
    assert encode([]).shape[0] == 0


def test_a_missing_package_is_said_with_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    packaged = {DEFAULT_ENCODER: ("no-such-package-here", "1.2", "inside")}
    monkeypatch.setattr(encoders, "_PACKAGED", packaged)
    with pytest.raises(ModelError, match=r"pip install no-such-package-here==1\.2"):
        encoders._packaged_folder(DEFAULT_ENCODER)


def test_an_encoder_that_cannot_be_had_is_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    with pytest.raises(ModelError) as caught:
        encode(["a"], str(folder))
    assert "\n" not in str(caught.value)
    assert DEFAULT_ENCODER in str(caught.value)
