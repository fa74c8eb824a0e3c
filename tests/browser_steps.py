"""What a person does on a page of the dashboard in a browser, and waiting for what comes of it."""

import re
from typing import Any


def wait_until_still(page: Any) -> None:
    """Until Streamlit has drawn the page and is not running."""
    page.wait_for_selector("h1")
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]')"
        ".getAttribute('data-test-script-state') === 'notRunning'"
    )


def ask(page: Any, name: str) -> None:
    """Click a button that opens a dialog, and once more where nothing came of it.

    Seen once, in a whole run under load: a click on a page that was still coming opened nothing.
    """
    from playwright.sync_api import TimeoutError  # noqa: A004, PLC0415 not needed by other tests

    for patience in (15_000, 60_000):
        page.get_by_role("button", name=name).click()
        try:
            page.get_by_role("dialog").wait_for(timeout=patience)
            return
        except TimeoutError:
            continue
    raise AssertionError(f"{name} opens no dialog")


def wait_for_address(page: Any, pattern: str) -> None:
    """Until the address says it, which the page does last; then until it is drawn."""
    page.wait_for_function("(p) => new RegExp(p).test(window.location.search)", arg=pattern)
    wait_until_still(page)


def select(page: Any, label: str, option: str) -> None:
    """Choose an option of a box by the box's label."""
    page.get_by_role("combobox", name=re.compile(label)).click()
    page.get_by_role("option", name=option).first.click()


def tick(page: Any, row: int) -> None:
    """Click a row's box in the first table, which is drawn on a canvas: header, then rows."""
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    page.mouse.click(box["x"] + 16, box["y"] + 35 + 33 * row + 16)
