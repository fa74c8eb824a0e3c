"""`ipt runs` and `ipt rescore`: the runs there are, and further scores of theirs."""

from collections.abc import Collection, Iterable
from typing import Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ipt_engine.commands.terminal import StoreOption, console, score_text
from ipt_engine.runs import RunStore
from ipt_engine.tasks import get_task

_COLUMNS = ("run", "task", "method", "seed", "shown", "tokens", "score", "metric", "prompt")
_LEFT_OUT_FIRST = ("tokens", "metric", "seed", "task", "shown", "method", "score")
"""Columns that a narrow terminal has no room for go whole; an id that is cut is of no use."""
_LONGEST_TASK = 20
_WIDEST = 1000


def runs_command(
    task: Annotated[str | None, typer.Option(help="List only this task's runs.")] = None,
    store: StoreOption = None,
) -> None:
    """List the runs of the store, with the prompts they used."""
    run_store = RunStore.open(store)
    runs = run_store.runs()
    if task is not None:
        # A task that was removed may have runs still.
        if task not in set(runs["task"]):
            get_task(task)
        runs = runs[runs["task"] == task]
    if runs.empty:
        whose = "" if task is None else f" of {escape(task)}"
        console.print(
            f"No runs{whose} in {escape(str(run_store.root))} yet. Make one: "
            f"ipt run --task {escape(task or 'mini-dart')} --method icl",
            soft_wrap=True,
        )
        return
    rows = [_row(run) for run in runs.to_dict("records")]
    # A file or a pipe has room for all.
    room = console.width if console.is_terminal else _WIDEST
    table, gone = _table(_COLUMNS, rows), 0
    while _width(table) > room and gone < len(_LEFT_OUT_FIRST):
        gone += 1
        table = _table(set(_COLUMNS).difference(_LEFT_OUT_FIRST[:gone]), rows)
    Console(width=_width(table)).print(table)
    if gone:
        names = ", ".join(_LEFT_OUT_FIRST[:gone])
        console.print(f"A wider terminal shows more: {names}.", style="dim")


def _row(run: dict[Any, Any]) -> dict[str, str]:
    count, retriever = run["num_fewshot"], run["retriever"]
    return {
        "run": run["run_id"],
        "task": escape(run["task"]),
        "method": run["method"],
        "seed": str(run["seed"]),
        "shown": f"{count} {retriever}" if count else "–",
        "tokens": str(run["num_virtual_tokens"] or "–"),
        "score": "–" if pd.isna(run["score"]) else f"{run['score']:.1f}",
        "metric": run["metric"],
        "prompt": run["prompt_id"] or "–",
    }


def _width(table: Table) -> int:
    """Characters that its rows take where nothing is cut."""
    return Console(width=_WIDEST).measure(table).maximum


def _table(shown: Collection[str], rows: Iterable[dict[str, str]]) -> Table:
    columns = [name for name in _COLUMNS if name in shown]
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for name in columns:
        if name == "task":
            table.add_column(name, max_width=_LONGEST_TASK, overflow="fold")
        else:
            table.add_column(name, no_wrap=True, justify="right" if name == "score" else "left")
    for row in rows:
        table.add_row(*(row[name] for name in columns))
    return table


def rescore_command(
    runs: Annotated[
        list[str] | None, typer.Argument(help="Runs' ids, or the starts of them (default: all).")
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(help="A metric to add (repeatable; default: those that the task has now)."),
    ] = None,
    store: StoreOption = None,
) -> None:
    """Judge stored answers by further metrics. No model is needed."""
    from ipt_engine.rescoring import rescore  # noqa: PLC0415 cli starts sooner

    run_store = RunStore.open(store)
    chosen = [run_store.resolve_run(run_id) for run_id in runs or []]
    for run_id in chosen or run_store.runs()["run_id"]:
        added = rescore(run_store, run_id, tuple(metric or ()))
        scores = run_store.run(run_id)["scores"]
        told = ", ".join(f"{name} {score_text(scores[name])}" for name in added)
        console.print(f"{run_id}  {told or 'nothing to add'}", highlight=False)
