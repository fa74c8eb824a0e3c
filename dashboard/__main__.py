"""The dashboard's server: `python -m dashboard`, with the options of `streamlit run`.

What the pages need first is imported while the browser is still opening: the statistics alone
take a second, which would otherwise be the first visitor's.
"""

import importlib
import sys
import threading
from contextlib import suppress
from pathlib import Path

from streamlit.web.cli import main

NEEDED = ("plotly.graph_objects", "ipt_engine.plots", "ipt_engine.findings", "ipt_engine.report")


def preload() -> None:
    """Import what the pages need; what cannot be imported, the page says."""
    for name in NEEDED:
        with suppress(ImportError):
            importlib.import_module(name)


if __name__ == "__main__":
    threading.Thread(target=preload, name="preload", daemon=True).start()
    app = Path(__file__).with_name("app.py")
    main(["run", str(app), *sys.argv[1:]], prog_name="streamlit")
