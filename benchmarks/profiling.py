"""Where the time of a training step goes: torch's profiler, its operations put into groups."""

from typing import Any

from torch.profiler import ProfilerActivity, profile

from benchmarks.training import Shape, limit_seconds, random_rows, tokens_of
from ipt_engine.answer_loss import answer_loss
from ipt_engine.compiling import compile_layers
from ipt_engine.models import BaseModel, load_base_model
from ipt_engine.packing import answer_states

STEPS = 3
GROUPS = {
    "multiplications": ("linear_pointwise", "aten::mm", "aten::addmm", "aten::bmm"),
    "attention": ("scaled_dot_product",),
}
REST = "everything else"


def measure_profile(base: BaseModel, shape: Shape, compiled: bool) -> dict[str, Any]:
    """Seconds a step spends in each group, and how fast its multiplications are.

    Args:
        base: The frozen model.
        shape: The batch.
        compiled: Whether a copy of the model with compiled layers is profiled.

    Returns:
        `name`, `seconds` by group, and `multiplication_speed`: the rate of the step's own
        multiplications beside that of one matrix multiplied again and again, which
        `matmul_share` is measured by.
    """
    if compiled:
        base = load_base_model(base.name, str(base.device))
        reason = compile_layers(base)
        if reason is not None:
            raise RuntimeError(reason)
    prompt, rows = random_rows(base, shape)

    def step() -> None:
        prompt.zero_grad()
        answer_loss(base, answer_states(base, rows)).backward()  # type: ignore[no-untyped-call]

    for _ in range(STEPS):
        step()
    with profile(activities=[ProfilerActivity.CPU]) as recorded:
        for _ in range(STEPS):
            step()
    seconds = dict.fromkeys((*GROUPS, REST), 0.0)
    for event in recorded.key_averages():
        seconds[_group(event.key)] += event.self_cpu_time_total / 1e6 / STEPS
    answers = sum(len(row.answer_ids) for row in rows)
    limit = limit_seconds(base, tokens_of(rows), answers)
    return {
        "name": f"profile, {shape.name}" + (", compiled" if compiled else ""),
        "seconds": {group: round(value, 3) for group, value in seconds.items()},
        "multiplication_speed": round(limit / seconds["multiplications"], 2),
    }


def _group(operation: str) -> str:
    return next((g for g, parts in GROUPS.items() if any(p in operation for p in parts)), REST)


def profile_table(cases: list[dict[str, Any]]) -> list[str]:
    """The rows of a Markdown table, a column for each group."""
    head = ["step", *GROUPS, REST, "speed of its multiplications, beside one matrix alone"]
    rows = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    for case in cases:
        whole = sum(case["seconds"].values())
        parts = [f"{value:.2f} s ({value / whole:.0%})" for value in case["seconds"].values()]
        name = case["name"].removeprefix("profile, ")
        rows.append("| " + " | ".join([name, *parts, f"{case['multiplication_speed']:.0%}"]) + " |")
    return rows
