"""Reading the tasks that ship with IPT Lab."""

from functools import cache

from ipt_engine.records import Example, read_jsonl
from ipt_engine.resources import bundled_root
from ipt_engine.tasks.base import Split


@cache
def load_builtin(name: str, split: Split) -> list[Example]:
    """Examples of a built-in task; read once in a process. Do not change the list."""
    return read_jsonl(bundled_root() / "data" / name / f"{split}.jsonl")
