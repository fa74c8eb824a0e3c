"""Similarity by an encoder that an address names: asked for, in a thread, never read-only."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import measuring
from dashboard.background import Works
from dashboard.readonly import VARIABLE
from ipt_engine import encoders
from ipt_engine.errors import StoreError
from ipt_engine.nearness import nearest_similarity
from ipt_engine.runs import RunStore
from tests.dashboard_app import open_page, shown
from tests.tiny_encoder import letters

pytestmark = pytest.mark.usefixtures("fresh_caches", "fake_store")


@pytest.fixture(autouse=True)
def nothing_encoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "cache_root", lambda: tmp_path / "cache")
    monkeypatch.setattr(measuring, "_ENCODINGS", Works(most=16))


class Letters:
    """An encoder that waits before it begins, until it may."""

    def __init__(self) -> None:
        self.allowed = threading.Event()
        self.asked = 0

    def encode(self, texts: Sequence[str], **_: Any) -> np.ndarray:
        assert self.allowed.wait(30)
        self.asked += len(texts)
        return letters(texts)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Letters]:
    """A folder with an encoder, and the encoder."""
    folder, encoder = tmp_path / "own-encoder", Letters()
    folder.mkdir()
    (folder / "modules.json").write_text("[]", encoding="utf-8")
    monkeypatch.setattr(encoders, "_load", lambda *which: encoder)
    return str(folder), encoder


def wait(task: str, encoder: str) -> None:
    """Until the thread has ended."""
    until = time.monotonic() + 30
    while (found := measuring.find(task, encoder)) and found.running:
        assert time.monotonic() < until
        time.sleep(0.01)


def asked(app: AppTest) -> AppTest:
    return app.button(key="similarity.measure.start").click().run()


def test_an_address_encodes_nothing_before_someone_asks(own: tuple[str, Letters]) -> None:
    folder, encoder = own
    app = open_page("similarity", task="mini-dart", measure=folder)
    assert "is not measured yet" in shown(app)
    assert len(app.dataframe) == 0
    assert measuring.find("mini-dart", folder) is None
    asked(app)
    assert [button.key for button in app.button] == ["similarity.stop"]
    encoder.allowed.set()
    wait("mini-dart", folder)
    app.run()
    assert not app.exception
    assert not app.error
    points = app.dataframe[0].value.set_index("example_id")["similarity"]
    by_id = nearest_similarity("mini-dart", folder)
    assert points.to_dict() == pytest.approx(by_id[points.index].to_dict())
    assert encoder.asked == len(set(measuring.texts("mini-dart")))


def test_the_encoding_can_be_stopped(own: tuple[str, Letters]) -> None:
    folder, encoder = own
    app = asked(open_page("similarity", task="mini-dart", measure=folder))
    app.button(key="similarity.stop").click().run()
    encoder.allowed.set()
    wait("mini-dart", folder)
    app.run()
    assert "Stopped" in app.warning[0].value
    assert 0 < encoder.asked < len(set(measuring.texts("mini-dart")))


def test_an_encoder_that_cannot_be_had_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, **_: Any) -> str:
        raise OSError("no network")

    monkeypatch.setattr("huggingface_hub.snapshot_download", refuse)
    app = asked(open_page("similarity", measure="no/such-encoder"))
    wait("mini-dart", "no/such-encoder")
    app.run()
    assert not app.exception
    (said,) = [warning.value.replace("\\", "") for warning in app.warning]
    assert said.startswith("Encoder 'no/such-encoder' cannot be loaded (OSError).")
    assert app.button(key="similarity.measure.start").label == "Measure"


def test_read_only_takes_no_encoder(
    own: tuple[str, Letters], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = own
    monkeypatch.setenv(VARIABLE, "1")
    app = open_page("similarity", task="mini-dart", measure=folder)
    assert "The link asks for measure" in app.warning[0].value
    assert app.selectbox(key="similarity.measure").value == ""
    assert len(app.selectbox(key="similarity.measure").options) == 2
    assert len(app.dataframe) > 0
    with pytest.raises(StoreError, match="--read-only"):
        measuring.start("mini-dart", folder)


def test_other_measures_take_no_asking(fake_store: RunStore) -> None:
    assert len(open_page("similarity", task="mini-dart", measure="words").dataframe) > 0
