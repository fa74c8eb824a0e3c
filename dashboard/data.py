"""Everything the pages read, cached. Each cache is bounded and keyed by the store's stamp.

The stamp changes when a run or prompt arrives or goes, so nothing stale is shown and nothing
is read twice. No torch here, and the analysis (with scipy) is loaded by the pages that show
some, so that the first page opens at once.
"""

import io
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from ipt_engine.records import Example
from ipt_engine.runs import RunStore
from ipt_engine.tasks import Split, get_task

if TYPE_CHECKING:
    from ipt_engine.analysis.statistics import Estimate

_KINDS = ("runs", "prompts", "studies")
Stamp = tuple[tuple[str, int, int], ...]


def store() -> RunStore:
    """The store that the environment variable IPT_STORE names, or ./store."""
    return _store(os.environ.get("IPT_STORE"))


def stamp() -> Stamp:
    """Changes whenever a run, prompt or study is added, changed or deleted."""
    opened = store()
    roots = [opened.root, *([opened.shipped] if opened.shipped else [])]
    return tuple(_folder_stamp(root / kind) for root in roots for kind in _KINDS)


def runs() -> pd.DataFrame:
    """`RunStore.runs`: a row for each run, oldest first."""
    return _runs(str(store().root), stamp())


def prompts() -> pd.DataFrame:
    """`RunStore.prompts`: a row for each soft prompt, oldest first."""
    return _prompts(str(store().root), stamp())


def damaged() -> list[tuple[Path, str]]:
    """`RunStore.damaged`: folders that cannot be used, each with the reason."""
    opened = store()
    # The stamp says nothing of unfinished work, of which there is little to read.
    unfinished = opened.root / "active"
    names = sorted(os.listdir(unfinished)) if unfinished.is_dir() else []
    return _damaged(str(opened.root), stamp(), (*names, *(work.id for work in opened.active())))


def ledger(run_ids: list[str], columns: list[str] | None = None) -> pd.DataFrame:
    """`RunStore.ledger` of these runs; ask only for the columns that are shown."""
    wanted = None if columns is None else tuple(columns)
    return _ledger(str(store().root), stamp(), tuple(run_ids), wanted)


def history(prompt_id: str) -> pd.DataFrame:
    """A finished prompt's training history. That of one in training is never cached."""
    return _history(str(store().root), stamp(), prompt_id)


def examples(task: str, split: Split) -> dict[str, Example]:
    """A split's examples by id, in the data set's order."""
    return {example.id: example for example in get_task(task).load(split)}


def prompt_zip(prompt_id: str) -> bytes:
    """A prompt's folder, PEFT's two files among it, as a zip file."""
    return _prompt_zip(str(store().root), stamp(), prompt_id)


def run_details(run_id: str) -> dict[str, Any]:
    """`RunStore.run`: what exactly was run, with its scores."""
    return _run_details(str(store().root), stamp(), run_id)


def usual_first(runs: pd.DataFrame) -> list[str]:
    """Run ids, newest first; those that show the nearest demonstration, or none, before others.

    So that methods stand beside each other with the same demonstration where that was run.
    """
    usual = (runs["num_fewshot"] <= 1) & runs["retriever"].isin([None, "dense"])
    newest = [*runs.loc[usual, "run_id"][::-1], *runs.loc[~usual, "run_id"][::-1]]
    return list(map(str, newest))


def unjudged(run_ids: Iterable[str], metric: str) -> list[str]:
    """Those of the runs whose ledger lacks the metric."""
    return [run_id for run_id in run_ids if metric not in run_details(run_id)["metrics"]]


def difference(first: str, second: str, metric: str) -> "Estimate":
    """How much more the second run scores than the first, on the inputs both answered."""
    return _difference(str(store().root), stamp(), first, second, metric)


def whole_config(run_id: str) -> dict[str, Any]:
    """A run's config with its prompt's training in place of the id, so that it stands alone."""
    run = run_details(run_id)
    config: dict[str, Any] = dict(run["config"])
    prompt_id = run["prompt_id"]
    if prompt_id and store().has_prompt(prompt_id):
        config |= {"training": store().prompt(prompt_id)["config"], "prompt_id": None}
    return config


@st.cache_resource(max_entries=4, show_spinner=False)
def _store(path: str | None) -> RunStore:
    return RunStore.open(None if path is None else Path(path))


@st.cache_data(max_entries=4, show_spinner=False)
def _runs(root: str, at: Stamp) -> pd.DataFrame:
    return store().runs()


@st.cache_data(max_entries=4, show_spinner=False)
def _prompts(root: str, at: Stamp) -> pd.DataFrame:
    return store().prompts()


@st.cache_data(max_entries=4, show_spinner=False)
def _damaged(root: str, at: Stamp, unfinished: tuple[str, ...]) -> list[tuple[Path, str]]:
    return store().damaged()


@st.cache_data(max_entries=32, show_spinner=False)
def _ledger(
    root: str, at: Stamp, run_ids: tuple[str, ...], columns: tuple[str, ...] | None
) -> pd.DataFrame:
    return store().ledger(list(run_ids), None if columns is None else list(columns))


@st.cache_data(max_entries=64, show_spinner=False)
def _difference(root: str, at: Stamp, first: str, second: str, metric: str) -> "Estimate":
    from ipt_engine.analysis import similarity  # noqa: PLC0415 loads scipy

    columns = similarity.paired_columns(metric)
    paired = similarity.paired_gain(ledger([first], columns), ledger([second], columns), metric)
    return similarity.overall_gain(paired, metric)


@st.cache_data(max_entries=32, show_spinner=False)
def _history(root: str, at: Stamp, prompt_id: str) -> pd.DataFrame:
    return store().history(prompt_id)


@st.cache_data(max_entries=8, show_spinner=False)
def _prompt_zip(root: str, at: Stamp, prompt_id: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(store().prompt_folder(prompt_id).iterdir()):
            archive.write(path, f"{prompt_id}/{path.name}")
    return buffer.getvalue()


@st.cache_data(max_entries=64, show_spinner=False)
def _run_details(root: str, at: Stamp, run_id: str) -> dict[str, Any]:
    return store().run(run_id)


def _folder_stamp(folder: Path) -> tuple[str, int, int]:
    try:
        return str(folder), folder.stat().st_mtime_ns, len(os.listdir(folder))
    except OSError:
        return str(folder), 0, 0
