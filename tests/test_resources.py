"""Where things lie: a cache that cannot be made is said in a line."""

from pathlib import Path

import pytest

from ipt_engine.errors import StoreError
from ipt_engine.resources import cache_root


def test_a_cache_that_cannot_be_made_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert cache_root().is_dir()
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(StoreError, match=r"cache folder .*file.* cannot be made .*XDG_CACHE_HOME"):
        cache_root()
