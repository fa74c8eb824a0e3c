"""Pictures of every page in both themes, for the documentation: `python -m benchmarks.screenshots`.

They show what a new user sees: the shipped study, and an empty store of one's own.
"""

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.ui import BROWSERS, served

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
PAGES = {
    "overview": "",
    "playground": "playground",
    "similarity": "similarity",
    "stability": "stability",
    "transfer": "transfer",
    "prompts": "prompts",
    "advisor": "advisor",
    "train": "train",
    "data": "data",
    "runs": "runs",
}
_STILL = (
    "() => document.querySelector('h1') && document.querySelector('[data-testid=stApp]')"
    ".getAttribute('data-test-script-state') === 'notRunning'"
)
_DRAWN_MS = 1200
"""Figures are drawn after the script has ended."""


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", choices=[[], *PAGES], help="all without any")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=900)
    arguments = parser.parse_args()
    IMAGES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder) / "store", shipped=True) as (address, _),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, BROWSERS)), None),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for scheme in ("light", "dark"):
            context = browser.new_context(
                viewport={"width": arguments.width, "height": arguments.height},
                color_scheme=scheme,
            )
            page = context.new_page()
            for name in arguments.pages or PAGES:
                take(page, f"{address}/{PAGES[name]}", IMAGES / f"{name}-{scheme}.png")
                print(f"{name}-{scheme}.png", flush=True)
            context.close()
        browser.close()


def take(page: Any, address: str, path: Path) -> None:
    """Open a page, wait until it stands still, and keep what is seen."""
    page.goto(address)
    page.wait_for_function(_STILL, timeout=120_000)
    page.wait_for_timeout(_DRAWN_MS)
    page.screenshot(path=path)


if __name__ == "__main__":
    main()
