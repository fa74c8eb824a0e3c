"""Tasks defined in code by other packages, through the entry point group `ipt_lab.tasks`."""

from functools import cache
from importlib.metadata import entry_points

from ipt_engine.errors import ConfigError
from ipt_engine.tasks.base import Task
from ipt_engine.tasks.registry import check_name

GROUP = "ipt_lab.tasks"


@cache
def tasks() -> dict[str, Task | str]:
    """Each package's task by name; one line on what is wrong where it is none.

    An entry point names a `Task`, or a function without arguments that makes one. What is
    installed does not change while a process runs, so it is looked up once.
    """
    found: dict[str, Task | str] = {}
    for entry in entry_points(group=GROUP):
        where = f"The entry point {entry.name} = {entry.value} of {GROUP}"
        try:
            made = entry.load()
            task = made() if callable(made) else made
        except Exception as error:
            # Whatever another package's code raises must not take the other tasks away.
            found[entry.name] = f"{where} failed ({type(error).__name__}: {error})."
            continue
        if not isinstance(task, Task):
            found[entry.name] = f"{where} must give a Task, found {type(task).__name__}."
            continue
        try:
            check_name(task.name, ())
        except ConfigError as error:
            found[entry.name] = f"{where}: {error}"
            continue
        found[task.name] = task
    return found
