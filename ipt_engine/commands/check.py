"""`ipt tasks check`: a task's sizes, similarity range and leakage, as a report."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ipt_engine.analysis.leakage import CLOSE, HIGH, LOW, NEAR, Match
from ipt_engine.checking import Leakage, TaskReport, check_task
from ipt_engine.config import DEFAULT_ENCODER
from ipt_engine.tasks import Task, get_task

_WIDTH = 100


def check(
    name: Annotated[str, typer.Argument(help="A task's name; see `ipt tasks`.")],
    encoder: Annotated[
        str, typer.Option(help="What similarity is measured by: a name, a folder, or a hub id.")
    ] = DEFAULT_ENCODER,
    examples: Annotated[int, typer.Option(min=0, help="Pairs shown of each kind found.")] = 3,
) -> None:
    """Report a task's sizes, how similar test is to train, and duplicates between them."""
    console, status = Console(), Console(stderr=True)
    task = get_task(name)
    with status.status("Reading") as line:

        def tell(what: str, done: int, total: int) -> None:
            line.update(f"{what}: {done} of {total}" if total else what)

        report = check_task(task, encoder, tell)
    _print_summary(console, task, report)
    for leakage in report.leakage:
        _print_pairs(console, task, leakage, examples)


def _print_summary(console: Console, task: Task, report: TaskReport) -> None:
    sizes = ", ".join(f"{split} {size}" for split, size in report.sizes.items())
    console.print(f"[bold]{escape(task.title)}[/bold] ({escape(task.name)}): {sizes} examples")
    found = report.similarity
    if found.n:
        console.print(
            f"Similarity of a test input to the nearest training input: {found.low:.2f} to "
            f"{found.high:.2f}, median {found.median:.2f}; above {HIGH:g}: {found.above:.1%}, "
            f"below {LOW:g}: {found.below:.1%} (cosine, {escape(report.encoder)})",
            soft_wrap=True,
        )
    # Two measures, neither of which is part of the other.
    near, close = f"near ≥ {NEAR:g}\nin letters", f"close ≥ {CLOSE:g}\nin meaning"
    table = Table("found in train", "of", "exact", near, close)
    for leakage in report.leakage:
        for part, overlap in (("inputs", leakage.inputs), ("answers", leakage.answers)):
            counts = [len(overlap.exact), len(overlap.near), len(overlap.close)]
            table.add_row(f"{leakage.split} {part}", str(leakage.n), *map(str, counts))
    console.print(table)
    for leakage in report.leakage:
        console.print(
            f"{leakage.split}: {len(leakage.same_answer)} of {leakage.n} examples have their "
            "input in train, exactly or nearly, with the same answer.",
            soft_wrap=True,
        )


def _print_pairs(console: Console, task: Task, leakage: Leakage, most: int) -> None:
    kinds = {
        "exact": leakage.inputs.exact,
        "near": leakage.inputs.near,
        "close": leakage.inputs.close,
    }
    for kind, matches in kinds.items():
        for match in _highest(matches, most):
            held, train = task.load(leakage.split)[match.held_out], task.load("train")[match.train]
            console.print(f"{leakage.split} input, {kind}, {match.value:.3f}", style="bold")
            for example in (held, train):
                text = " ".join(example.input.split())
                short = text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
                line = f"  {escape(example.id)}: {escape(short)}"
                console.print(line, highlight=False, soft_wrap=True)


def _highest(matches: Sequence[Match], most: int) -> list[Match]:
    return sorted(matches, key=lambda match: -match.value)[:most]
