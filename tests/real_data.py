"""Where the samples of the public data sets lie; tests that need them skip without."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("IPT_REAL_DATA") or ROOT.parent / "shared" / "real_data")
needs_real_data = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"no samples of the public data sets in {FOLDER} (IPT_REAL_DATA)"
)
