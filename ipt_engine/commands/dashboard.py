"""`ipt dashboard`: its server takes this process over."""

import os
import sys
from typing import Annotated

import typer
from rich.markup import escape

from ipt_engine.commands.terminal import StoreOption, console
from ipt_engine.errors import ConfigError
from ipt_engine.resources import bundled_root, shipped_root, tasks_root
from ipt_engine.runs import RunStore

_PORTS = range(1, 2**16)


def dashboard_command(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "localhost",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8501,
    browser: Annotated[bool, typer.Option(help="Open a browser window.")] = True,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Show the store; let nobody change it.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Open the dashboard in the browser. Ctrl-C ends it."""
    if port not in _PORTS:
        raise ConfigError(f"--port must lie between 1 and {_PORTS[-1]}, found {port}.")
    root = bundled_root()
    run_store = RunStore.open(store)
    environment = dict(os.environ)
    environment["IPT_STORE"] = str(run_store.root.resolve())
    # Said in full: the server's own folder is another.
    environment["IPT_SHIPPED"] = str(shipped_root().resolve())
    environment["IPT_TASKS"] = str(tasks_root().resolve())
    environment["IPT_READ_ONLY"] = "1" if read_only else "0"
    paths = [str(root), *filter(None, [environment.get("PYTHONPATH")])]
    environment["PYTHONPATH"] = os.pathsep.join(paths)
    command = [sys.executable, "-m", "dashboard"]
    command += ["--server.address", host, "--server.port", str(port)]
    # Without a screen there is no browser to open, and Streamlit would try.
    command += ["--server.headless", "false" if browser and _has_screen() else "true"]
    console.print(f"IPT Lab on http://{host}:{port}, store {escape(str(run_store.root))}")
    os.chdir(root / "dashboard")
    os.execve(sys.executable, command, environment)


def _has_screen() -> bool:
    return sys.platform in {"darwin", "win32"} or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
