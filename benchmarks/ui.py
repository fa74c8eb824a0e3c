"""How fast the dashboard is in a real browser: `python -m benchmarks.ui [STORE]`.

A store of 525 runs of 1,000 test inputs each (`big_store`), a server of its own, headless
Chromium. For each page: from asking for its address to its first answer (title and first words or
table), and to the end of its script, on the first visit and, as medians, on later ones; then the
time from a click on a filter until the page stands still again. Results are kept in
benchmarks/results/ui.json, and the table of docs/performance.md is made from that file.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.big_store import INPUTS, build_big_store
from ipt_engine.machine import describe_machine

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).parent / "results" / "ui.json"
DOCS = ROOT / "docs" / "performance.md"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FILTERS: dict[str, tuple[str, tuple[str, ...]] | None] = {
    "overview": None,
    "playground": ("radio", ("My own", "Test set")),
    "similarity": ("radio", ("Equal counts", "Equal width")),
    "stability": ("radio", ("Spread", "Score")),
    "transfer": None,
    "prompts": None,
    "advisor": ("radio", ("Tokens of a query", "Time of a query")),
    "train": ("radio", ("IPT", "PT")),
    "data": ("radio", ("Train", "Test")),
    "runs": ("button", ("ICL",)),
}
"""A filter of each page: the role and the names of what is clicked, in turn."""
_STATE = "document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state')"
_FIRST = (
    "() => document.querySelector('h1') && document.querySelector('[data-testid=stMain]')"
    ".querySelector('.ipt-answer, table, [data-testid=stAlert], [data-testid=stDataFrame], "
    "[data-testid=stSelectbox]')"
)


def main() -> None:
    """Measure every page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", nargs="?", type=Path, default=ROOT / "store-of-the-benchmark")
    parser.add_argument("--times", type=int, default=5, help="later visits of each page")
    arguments = parser.parse_args()
    store = build_big_store(arguments.store)
    runs = store.runs()
    print(f"{len(runs)} runs, {int(runs['n'].sum()):,} rows")
    with served(arguments.store) as (address, process), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, BROWSERS)), None),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        found = []
        for name, clicked in FILTERS.items():
            visits = []
            for _ in range(arguments.times + 1):
                page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
                visits.append(visit(page, f"{address}/{'' if name == 'overview' else name}"))
                page.context.close()
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            visit(page, f"{address}/{'' if name == 'overview' else name}")
            changes = [] if clicked is None else [change(page, *clicked, k) for k in range(5)]
            page.context.close()
            later = visits[1:]
            row = {
                "page": name,
                "cold_first_seconds": visits[0][0],
                "cold_whole_seconds": visits[0][1],
                "first_seconds": statistics.median(first for first, _ in later),
                "whole_seconds": statistics.median(whole for _, whole in later),
                "filter_seconds": statistics.median(changes) if changes else None,
            }
            print(row, flush=True)
            found.append({k: round(v, 2) if isinstance(v, float) else v for k, v in row.items()})
        browser.close()
        memory = resident_mib(process.pid)
    result = {
        "runs": len(runs),
        "rows": int(runs["n"].sum()),
        "inputs": INPUTS,
        "server_mib": memory,
        "pages": found,
        "machine": describe_machine("cpu", os.cpu_count() or 1),
    }
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    write_table(result)


@contextmanager
def served(store: Path, shipped: bool = False) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The dashboard on a store, as people start it; without what is shipped unless asked for."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "ipt_engine.cli", "dashboard", "--no-browser", "--port", str(port)]
        + ["--store", str(store)],
        cwd=ROOT,
        env=dict(os.environ) | ({} if shipped else {"IPT_SHIPPED": "/nowhere"}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1)
                break
            except OSError:
                time.sleep(0.2)
        yield address, process
    finally:
        process.terminate()
        process.wait()


def visit(page: Page, address: str) -> tuple[float, float]:
    """Seconds to the first answer, and to the end of the script."""
    started = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(_FIRST, timeout=120_000)
    first = time.perf_counter() - started
    page.wait_for_function(f"() => {_STATE} === 'notRunning'", timeout=120_000)
    return first, time.perf_counter() - started


def change(page: Page, role: Any, names: tuple[str, ...], turn: int) -> float:
    """Seconds from a click on a filter until the page stands still; the next click undoes it."""
    main = page.get_by_test_id("stMain")
    target = main.get_by_role(role, name=names[turn % len(names)], exact=True).first
    target.scroll_into_view_if_needed()
    page.evaluate(
        "() => { window.iptRan = false; const app = document.querySelector('[data-testid=stApp]');"
        " new MutationObserver(() => { if (app.getAttribute('data-test-script-state') !== "
        "'notRunning') window.iptRan = true; }).observe(app, {attributes: true}); }"
    )
    started = time.perf_counter()
    target.click(force=True)
    page.wait_for_function(f"() => window.iptRan && {_STATE} === 'notRunning'", timeout=60_000)
    return time.perf_counter() - started


def resident_mib(pid: int) -> int | None:
    """The server's memory; None where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    size = next((line.split()[1] for line in lines if line.startswith("VmRSS")), None)
    return None if size is None else int(size) // 1024


def write_table(result: dict[str, Any]) -> None:
    """Put the figures into docs/performance.md, between their marks."""
    heads = ("page", "first visit", "whole", "later visits", "whole", "a filter")
    rows = [f"| {' | '.join(heads)} |", f"| {' | '.join(['---'] * len(heads))} |"]
    for row in result["pages"]:
        cells = [
            "–" if row[name] is None else f"{row[name]:.2f} s"
            for name in (
                "cold_first_seconds",
                "cold_whole_seconds",
                "first_seconds",
                "whole_seconds",
                "filter_seconds",
            )
        ]
        rows.append(f"| {row['page']} | {' | '.join(cells)} |")
    about = (
        f"{result['runs']} runs, {result['rows']:,} rows; the server then holds "
        f"{result['server_mib']} MiB."
    )
    from benchmarks.__main__ import between  # noqa: PLC0415 loads torch

    page = DOCS.read_text(encoding="utf-8")
    DOCS.write_text(between("made by make bench-ui", [*rows, "", about], page), encoding="utf-8")


if __name__ == "__main__":
    main()
