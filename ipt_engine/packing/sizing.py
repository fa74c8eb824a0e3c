"""How many rows go to the model at once: as many as fit a number of tokens."""

from collections.abc import Sequence

from ipt_engine.packing.rows import Row
from ipt_engine.packing.tree import common_start

TOKENS_AT_ONCE = 4096
"""Tokens in one pass of the model, which bounds its memory; see docs/performance.md."""


def groups(rows: Sequence[Row], tokens: int = TOKENS_AT_ONCE) -> list[list[int]]:
    """Indices of rows that go to the model together, rows with a common start side by side.

    A row that is longer than allowed goes alone.

    Args:
        rows: In any order.
        tokens: Most tokens of a group, those that its rows share counted once.
    """
    prompts: dict[int, int] = {}
    for row in rows:
        prompts.setdefault(id(row.soft_prompt), len(prompts))
    order = sorted(
        range(len(rows)),
        key=lambda i: (prompts[id(rows[i].soft_prompt)], rows[i].prompt_ids, rows[i].answer_ids),
    )
    found: list[list[int]] = []
    used, before = 0, None
    for i in order:
        row = rows[i]
        new = row.length
        if found and before is not None and before.soft_prompt is row.soft_prompt:
            texts = [(*r.prompt_ids, *r.answer_ids) for r in (before, row)]
            new -= row.virtual_tokens + common_start(*texts)
        if not found or used + new > tokens:
            found.append([])
            used, new = 0, row.length
        found[-1].append(i)
        used, before = used + new, row
    return found
