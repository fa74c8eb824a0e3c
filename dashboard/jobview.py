"""Jobs as they go: progress, loss curve, cancel, resume; and what to do when one is done."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data, jobs, theme
from dashboard.components import text
from dashboard.components.figure import figure
from dashboard.components.links import result_links
from dashboard.readonly import WHY, read_only, write_button
from ipt_engine import plots
from ipt_engine.estimates import duration
from ipt_engine.methods import METHODS
from ipt_engine.metrics import get_metric
from ipt_engine.runs import ActiveWork, RunStore
from ipt_engine.tasks import task_title

_SHOWN_ENDED = 4
_SEVERAL = 2


def draw_jobs(found: list[jobs.Job], others: list[ActiveWork], store: RunStore) -> None:
    """Draw the running job, the queue, and the last ones that ended.

    Args:
        found: The dashboard's jobs, newest first.
        others: Unfinished work begun elsewhere.
        store: Where they work.
    """
    if not found and not others:
        st.info(
            "Nothing is running. Choose settings and press *Train and evaluate*, or *Evaluate*; "
            "how far it is, and the loss, are drawn here while it runs, also after a reload.",
            icon=":material/model_training:",
        )
        return
    _all_at_once(found, store)
    running = [job for job in found if job.state == "running"]
    begun = [work for work in others if work.state == "running"]
    if running or begun:
        # Where the columns stand below each other, this one then comes first: see `theme`.
        with st.container(key="jobs-running"):
            for job in running:
                _running(job, store)
            for work in begun:
                _elsewhere(work, store)
    for place, job in enumerate(reversed([job for job in found if job.state == "queued"])):
        _line(job, "waiting for the one before it" if running or place else "about to start", store)
    for work in others:
        if work.state != "running":
            _elsewhere(work, store)
    _all_ended([job for job in found if job.state not in {"running", "queued"}], store)


def _all_ended(ended: list[jobs.Job], store: RunStore) -> None:
    """The last ones that ended; the others where someone asks."""
    for place, job in enumerate(ended[:_SHOWN_ENDED]):
        _ended(job, store, newest=place == 0)
    earlier = ended[_SHOWN_ENDED:]
    if earlier and st.toggle(f"Show {len(earlier)} more that ended earlier", key="jobs.earlier"):
        for job in earlier:
            _ended(job, store, newest=False)


def _all_at_once(found: list[jobs.Job], store: RunStore) -> None:
    """Buttons for several jobs, where there is more than one."""
    ahead = [job for job in found if job.state in {"queued", "running"}]
    # What was cancelled or interrupted, or left a checkpoint, can be resumed: one by one.
    over = [job for job in found if job.state in {"done", "failed"} and job.activity is None]
    if max(len(ahead), len(over)) < _SEVERAL:
        return
    with st.container(horizontal=True, horizontal_alignment="right"):
        if len(ahead) >= _SEVERAL and write_button(
            f"Cancel all ({len(ahead)})", key="jobs.cancel_all"
        ):
            # The queued ones first, else the next of them begins when the running one ends.
            for job in sorted(ahead, key=lambda job: job.state == "running"):
                jobs.cancel(store, job)
            st.rerun()
        if len(over) >= _SEVERAL and write_button(
            f"Clear finished ({len(over)})",
            key="jobs.clear_finished",
            help="Takes what is done or failed off this list. Prompts and runs stay in the store.",
        ):
            for job in over:
                jobs.forget(job)
            st.rerun()


def describe(config: Mapping[str, Any]) -> str:
    """A run's or a training's config in a few words."""
    training = config if "prompt_tuning" in config else config["training"]
    shows = config["retrieval"] is not None
    method = config.get("method", "ipt" if shows else "pt")
    words = f"{METHODS[method].title} on {task_title(config['task'])}"
    if training is not None:
        prompt = training["prompt_tuning"]
        words += f", {prompt['num_virtual_tokens']} virtual tokens, seed {prompt['seed']}"
    return words


def _running(job: jobs.Job, store: RunStore) -> None:
    with st.container(border=True):
        asked = (job.folder / "cancel").exists()
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(f"<b>{text.html(describe(job.config))}</b>")
            pressed = write_button(
                "Cancelling" if asked else "Cancel", key=f"cancel.{job.id}", disabled=asked
            )
        if pressed:
            jobs.cancel(store, job)
            st.rerun(scope="fragment")
        if job.activity is None:
            _between(job, store)
        else:
            _progress(job.activity, store)


def _between(job: jobs.Job, store: RunStore) -> None:
    """A running job before its work shows, between training and evaluation, or after both."""
    if _result(str(store.root), data.stamp(), job.id, job) is not None:
        st.progress(1.0, "Finishing")
    elif _is_trained(str(store.root), data.stamp(), job.id, job):
        st.progress(0.0, "The prompt is trained: starting the evaluation")
    else:
        st.progress(0.0, "Starting: loading torch and the model")


def _progress(work: ActiveWork, store: RunStore) -> None:
    """Bar with what is left, and the loss so far."""
    if not work.total:
        # Before the first step: data are read, demonstrations chosen.
        st.progress(0.0, text.markdown(work.note or "Starting"))
        return
    total = work.total
    share = min(1.0, work.step / total)
    # Writing and scoring differ in pace, so each is timed from its own beginning.
    elapsed = (datetime.now(UTC) - datetime.fromisoformat(work.note_since)).total_seconds()
    count = f"{work.step} of {total}"
    if work.kind == "training":
        history = store.history(work.id)
        left = _left(history["seconds"].median(), total - work.step)
        st.progress(share, text.markdown(f"{work.note}: step {count}{left}"))
        method = "pt" if work.config["retrieval"] is None else "ipt"
        _curve(history, method, f"loss-{work.id}", total)
    else:
        left = _left(elapsed / work.step if work.step else float("nan"), total - work.step)
        st.progress(share, text.markdown(f"{work.note}: {count} inputs{left}"))


def _curve(history: pd.DataFrame, method: str, key: str, steps: int | None = None) -> None:
    """The loss by step, once there is more than one."""
    if len(history) > 1:
        plot = plots.loss_curve(history, method, METHODS[method].title, steps, theme.mode())
        what = "Training and dev loss, by step"
        figure(plot, history, key, what if steps is None else f"{what}, so far", 340)


def _left(seconds_each: float, remaining: int) -> str:
    if seconds_each != seconds_each or remaining <= 0:  # noqa: PLR0124 nan is not itself
        return ""
    return f", about {duration(seconds_each * remaining)} left"


def _line(job: jobs.Job, what: str, store: RunStore) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f'{text.html(describe(job.config))}<span class="ipt-small"> {what}</span>')
        if write_button("Remove", key=f"remove.{job.id}", type="tertiary"):
            jobs.cancel(store, job)
            st.rerun(scope="fragment")


def _elsewhere(work: ActiveWork, store: RunStore) -> None:
    running = work.state == "running"
    with st.container(border=True):
        # Whoever began what is left: the job of a training may have been taken off the list.
        said = "begun outside the dashboard, running" if running else f"unfinished, {work.state}"
        st.html(
            f"<b>{text.html(describe(work.config))}</b> "
            f'<span class="ipt-small">{text.html(said)}</span>'
        )
        if work.error:
            st.text(work.error)
        if running:
            _progress(work, store)
            if write_button("Cancel", key=f"cancel.{work.id}"):
                jobs.cancel_activity(store, work)
            return
        with st.container(horizontal=True):
            if write_button("Resume", key=f"resume.{work.id}", icon=":material/resume:"):
                jobs.resume_activity(store, work)
                st.rerun()
            _discard(work, store)


def _discard(work: ActiveWork, store: RunStore, job: jobs.Job | None = None) -> None:
    """A button that removes unfinished work, after asking."""
    with st.popover(
        "Discard", type="tertiary", disabled=read_only(), help=WHY if read_only() else None
    ):
        what = "training" if work.kind == "training" else "evaluation"
        count = f", at {work.step} of {work.total}," if work.total else ""
        st.write(
            f"The unfinished {what}{count} is removed from the disk. It cannot be resumed then."
        )
        if write_button("Discard it", key=f"discard.{work.id}", type="primary"):
            jobs.discard(store, work, job)
            st.rerun()


@st.cache_data(max_entries=32, show_spinner=False)
def _result(root: str, at: data.Stamp, job_id: str, _job: jobs.Job) -> dict[str, Any] | None:
    # Drawn anew every two seconds while something trains.
    return jobs.result(data.store(), _job, data.runs())


@st.cache_data(max_entries=32, show_spinner=False)
def _is_trained(root: str, at: data.Stamp, job_id: str, _job: jobs.Job) -> bool:
    return jobs.is_trained(data.store(), _job, data.prompts())


def _score(run: Mapping[str, Any]) -> str:
    metric, score = get_metric(run["metric"]), run["scores"][run["metric"]]
    shown = "cannot be computed" if score is None else f"{score:.1f}"
    return f"{text.html(metric.title)} <b>{shown}</b>, {run['n']} inputs"


def _trained(run: Mapping[str, Any], job_id: str, newest: bool) -> None:
    """The loss curve of the prompt that a job trained; folded up where a newer job has ended."""
    prompt_id = run["prompt_id"]
    if prompt_id not in set(data.prompts()["prompt_id"]):
        return
    with st.expander("Loss curve", expanded=newest):
        _curve(data.history(prompt_id), run["method"], f"loss-{job_id}")


def _ended(job: jobs.Job, store: RunStore, newest: bool) -> None:
    titles = {"done": "done", "failed": "failed", "cancelled": "cancelled"}
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(
                f"<b>{text.html(describe(job.config))}</b> "
                f'<span class="ipt-small">{titles.get(job.state, "interrupted")}</span>'
            )
            if job.activity is not None:
                # Taken off the list alone, it would come back as work that nobody began.
                _discard(job.activity, store, job)
            elif write_button("Clear", key=f"clear.{job.id}", type="tertiary"):
                jobs.forget(job)
                st.rerun()
        if job.state == "failed":
            st.text(job.reason())
            with st.expander("What it printed"):
                st.code(job.log(), language=None, wrap_lines=True)
        run = _result(str(store.root), data.stamp(), job.id, job) if job.state == "done" else None
        if run is not None and job.config["training"] is not None:
            _trained(run, job.id, newest)
        with st.container(horizontal=True, vertical_alignment="center"):
            if job.state == "done":
                if run is not None:
                    st.html(_score(run))
                result_links(run)
            elif write_button("Resume", key=f"resume.{job.id}", icon=":material/resume:"):
                jobs.resume(store, job)
                st.rerun()
