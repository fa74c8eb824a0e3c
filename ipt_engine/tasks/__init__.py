"""The tasks: `TASKS` that ship with IPT Lab, `all_tasks` with the user's own, and `get_task`."""

from ipt_engine.errors import ConfigError, DataError
from ipt_engine.tasks import plugins, registry
from ipt_engine.tasks.base import Split, Stop, Task
from ipt_engine.tasks.mini_dart import MINI_DART
from ipt_engine.tasks.mini_logic2text import MINI_LOGIC2TEXT
from ipt_engine.tasks.mini_mtop import MINI_MTOP
from ipt_engine.tasks.mini_spider import MINI_SPIDER
from ipt_engine.tasks.mini_totto import MINI_TOTTO
from ipt_engine.tasks.registered import task_of

__all__ = [
    "TASKS",
    "Split",
    "Stop",
    "Task",
    "all_tasks",
    "get_task",
    "task_errors",
    "task_title",
]

TASKS: dict[str, Task] = {
    task.name: task for task in (MINI_DART, MINI_TOTTO, MINI_LOGIC2TEXT, MINI_SPIDER, MINI_MTOP)
}


def all_tasks() -> dict[str, Task]:
    """Every task that can be used: the built-in ones, then those from code, then those added.

    Reads the registrations anew each time, so that a task added meanwhile is there.
    """
    return _collect()[0]


def task_errors() -> dict[str, str]:
    """Why tasks from code or of the user's cannot be used, by name, one line each."""
    return _collect()[1]


def get_task(name: str) -> Task:
    """The task of that name.

    Raises:
        ConfigError: If there is none, or it cannot be read; says which there are, or why.
    """
    if name in TASKS:
        return TASKS[name]
    found, errors = _collect()
    if name in found:
        return found[name]
    if name in errors:
        raise ConfigError(errors[name])
    raise ConfigError(f"Unknown task {name!r}. Choose one of: {', '.join(found)}.")


def task_title(name: str) -> str:
    """A task's title; the name itself where the task is not there any more."""
    found = all_tasks()
    return found[name].title if name in found else name


def _collect() -> tuple[dict[str, Task], dict[str, str]]:
    """Tasks and errors by name. One that cannot be read does no harm to the others."""
    found, errors = dict(TASKS), {}
    for name, task in plugins.tasks().items():
        if isinstance(task, str):
            errors[name] = task
        elif name in found:
            errors[f"{name} (from code)"] = f"A task from code has the taken name {name!r}."
        else:
            found[name] = task
    for name in registry.names():
        try:
            task = task_of(registry.read(name))
        except DataError as error:
            errors[name] = str(error)
            continue
        if name in found:
            errors[f"{name} (added)"] = (
                f"Another task is named {name!r} too. Remove yours (ipt tasks remove {name}) and "
                "add it under another name."
            )
        else:
            found[name] = task
    return found, errors
