"""Commands in processes of their own, to be interrupted once they have come so far."""

import sys
import time
from collections.abc import Callable

IPT = (
    sys.executable,
    "-c",
    # A shell in the background has Ctrl-C ignored, and what it starts inherits that.
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from ipt_engine.cli import main; main()",
)


def wait_until(ready: Callable[[], bool], seconds: float = 120) -> None:
    """Until it is ready; where it takes longer, the test fails."""
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, "it never came so far"
        time.sleep(0.05)
