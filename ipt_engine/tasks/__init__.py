"""The tasks: `TASKS` by name, and `get_task` with a helpful refusal."""

from ipt_engine.errors import ConfigError
from ipt_engine.tasks.base import Split, Stop, Task
from ipt_engine.tasks.mini_dart import MINI_DART
from ipt_engine.tasks.mini_mtop import MINI_MTOP
from ipt_engine.tasks.mini_totto import MINI_TOTTO

__all__ = ["TASKS", "Split", "Stop", "Task", "get_task"]

TASKS: dict[str, Task] = {task.name: task for task in (MINI_DART, MINI_TOTTO, MINI_MTOP)}


def get_task(name: str) -> Task:
    """The task of that name.

    Raises:
        ConfigError: If there is none; lists those there are.
    """
    if name not in TASKS:
        raise ConfigError(f"Unknown task {name!r}. Choose one of: {', '.join(TASKS)}.")
    return TASKS[name]
