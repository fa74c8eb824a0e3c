"""`ipt runs` and `ipt rescore`: the runs there are, and further scores of theirs."""

from typing import Annotated

import pandas as pd
import typer
from rich.markup import escape
from rich.table import Table

from ipt_engine.commands.terminal import StoreOption, console, score_text
from ipt_engine.runs import RunStore


def runs_command(store: StoreOption = None) -> None:
    """List the runs of the store, with the prompts they used."""
    run_store = RunStore.open(store)
    runs = run_store.runs()
    if runs.empty:
        console.print(
            f"No runs in {escape(str(run_store.root))} yet. Make one: "
            "ipt run --task mini-dart --method icl"
        )
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for title in ("run", "task", "method", "seed", "demos", "tokens", "score", "prompt"):
        table.add_column(title, no_wrap=True)
    columns = ["run_id", "task", "method", "seed", "num_fewshot", "num_virtual_tokens"]
    for run in runs.to_dict("records"):
        score = "–" if pd.isna(run["score"]) else f"{run['score']:.1f} {run['metric']}"
        table.add_row(*(str(run[column]) for column in columns), score, run["prompt_id"] or "–")
    console.print(table)


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
