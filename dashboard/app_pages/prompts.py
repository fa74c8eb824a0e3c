"""Prompts: what did the soft prompt learn?"""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data, maps, probing, promptdata, theme
from dashboard.components import terms, text
from dashboard.components.figure import csv_button, figure
from dashboard.components.links import import_link, prompt_link
from dashboard.components.progress import awaited, progress
from dashboard.components.promptlist import export_button
from dashboard.fields import task_field
from dashboard.readonly import read_only
from dashboard.removal import delete_prompt_button
from dashboard.scope import no_runs
from dashboard.sentences import seed_words
from dashboard.state import View
from ipt_engine import plots
from ipt_engine.knockouts import INPUTS, known_knockout
from ipt_engine.methods import METHODS
from ipt_engine.tasks import all_tasks, task_title

NEAR = 0.9
"""A cosine from which a vector still is, for people, the token that it is nearest to."""
MOST_PATHS = 12


def main() -> None:
    """Draw the page."""
    view = View("prompts")
    st.title("What did the soft prompt learn?")
    prompts = data.prompts()
    if prompts.empty:
        no_runs("This store holds no soft prompt yet.", "ipt run --task mini-dart --method pt")
        view.publish()
        return
    answer = st.container(gap="xxsmall")
    prompt = choose_prompt(view, prompts)
    tokens = promptdata.nearest_tokens(prompt["prompt_id"])
    with answer:
        say(prompt, tokens)
    draw_tokens(prompt, tokens)
    offer(view, prompt)
    probe = probing.find(data.store(), str(prompt["prompt_id"]))
    live = probe is not None and probe.running
    st.fragment(draw_knockout, run_every=1.0 if live else None)(prompt, live)
    draw_paths(view, prompts, prompt)
    draw_map(view, prompts)
    view.publish()


def choose_prompt(view: View, prompts: pd.DataFrame) -> dict[str, Any]:
    """Task, and one of its prompts."""
    tasks = list(dict.fromkeys(prompts["task"]))
    left, right = st.columns([1.3, 2.4])
    task = task_field(view, left, tasks, ("prompt",))
    own = prompts[prompts["task"] == task].sort_values(["method", "seed", "created"])
    labels = {row.prompt_id: _label(row) for row in own.itertuples()}
    picked = right.selectbox(
        "Soft prompt",
        list(labels),
        key=view.choice("prompt", list(labels)),
        format_func=labels.__getitem__,
        help=terms.TERMS["soft prompt"],
    )
    chosen: dict[str, Any] = own[own["prompt_id"] == picked].iloc[0].to_dict()
    return chosen


def say(prompt: dict[str, Any], tokens: pd.DataFrame) -> None:
    """How far the vectors are from every word, in a sentence."""
    first = tokens[tokens["rank"] == 1]
    near = int((first["cosine"] >= NEAR).sum())
    times = first["length"].mean() / first["token_length"].mean()
    name = terms.method(prompt["method"], plots.METHOD_COLOURS[prompt["method"]])
    trained = f"after {prompt['best_step']} steps" if prompt["steps"] else "without training"
    if prompt["imported"]:
        trained = "imported"
    st.html(
        f'<div class="ipt-answer">{name} on {text.html(task_title(prompt["task"]))}, {trained}: '
        f"<b>{near}</b> of {len(first)} vectors still point where a word of the vocabulary points "
        f"({terms.term('cosine')} {NEAR:g} or more; mean of all "
        f"<b>{first['cosine'].mean():.2f}</b>), and they are <b>{times:.1f}</b> times as long as "
        "those words' embeddings.</div>"
    )


def draw_tokens(prompt: dict[str, Any], tokens: pd.DataFrame) -> None:
    """The nearest words of each vector, and the vectors' lengths."""
    st.header("Nearest words")
    wide = tokens.assign(
        told=[f"{row.token!r} {row.cosine:.2f}" for row in tokens.itertuples()]
    ).pivot(index="position", columns="rank", values="told")
    wide.columns = [f"{place}." for place in wide.columns]
    first = tokens[tokens["rank"] == 1].set_index("position")
    table = wide.assign(length=first["length"]).reset_index()
    with st.container(key="wide-tokens"):
        left, right = st.columns([1.5, 1], gap="medium")
    with left:
        st.dataframe(
            table,
            hide_index=True,
            height=330,
            key="prompts.tokens",
            alt="The vocabulary's tokens that each vector is nearest to, with cosines",
            column_config={
                "position": st.column_config.NumberColumn("token", width=60),
                "length": st.column_config.NumberColumn(format="%.2f", width=70),
            },
        )
        st.caption(
            "A trained vector need not mean what its nearest word means. With small cosines it "
            "is near none."
        )
        csv_button(tokens, f"tokens-{prompt['prompt_id']}")
    with right:
        plot = plots.vector_lengths(tokens, prompt["method"], theme.mode())
        frame = tokens[tokens["rank"] == 1]
        figure(plot, frame, "lengths", "Length of each vector of the soft prompt", 340)


def offer(view: View, prompt: dict[str, Any]) -> None:
    """What can be done with the prompt as a whole."""
    prompt_id = str(prompt["prompt_id"])
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        prompt_link(prompt["task"], prompt["method"], prompt_id)
        export_button(view, prompt_id, data.prompt_zip)
        import_link(prompt["task"])
        delete_prompt_button(prompt_id)


def draw_knockout(prompt: dict[str, Any], live: bool) -> None:
    """What each token does: the dev loss without it; measured where someone asks.

    Args:
        prompt: Of the table of prompts.
        live: Whether this is drawn anew each second, as the page does while it is measured.
    """
    probe = probing.find(data.store(), str(prompt["prompt_id"]))
    if live and (probe is None or not probe.running):
        # Done: without the clock, and with what came of it.
        st.rerun()
    st.header(
        "What does each token do?",
        help="Each virtual token is taken out in turn, and the loss on dev inputs is measured "
        f"without it. Dev: {terms.TERMS['dev'][0].lower()}{terms.TERMS['dev'][1:]}",
    )
    prompt_id = str(prompt["prompt_id"])
    found = known_knockout(data.store(), prompt_id)
    if found is not None:
        changes = found[found["position"] > 0].reset_index(drop=True)
        worst = changes.loc[changes["change"].idxmax()]
        useless = int((changes["change"] <= 0).sum())
        st.html(
            f'<div class="ipt-line">Token <b>{worst["position"]:.0f}</b> matters most: without it '
            f"the dev loss rises by <b>{worst['change']:.3f}</b> from {found['dev_loss'][0]:.3f} "
            f"nats a token. {useless} of {len(changes)} tokens could go at no loss.</div>"
        )
        plot = plots.knockout_bars(changes, prompt["method"], theme.mode())
        figure(plot, changes, f"knockout-{prompt_id}", "Change of dev loss without each token", 320)
        return
    if probe is not None and probe.running:
        progress(probe, "prompts.stop")
        return
    if probe is not None and probe.error:
        st.warning(text.markdown(probe.error))
    measure = st.button(
        "Measure", key="prompts.measure", icon=":material/science:", disabled=read_only()
    )
    if measure:
        probing.start(data.store(), prompt_id)
        st.rerun()
    task = all_tasks().get(prompt["task"])
    inputs = INPUTS if task is None else min(INPUTS, len(task.load("dev")))
    st.caption(
        f"Takes one evaluation on {inputs} dev inputs for each token: about a minute or two on two "
        f"cores. From the command line: `ipt knockout {prompt_id}`"
    )


def draw_paths(view: View, prompts: pd.DataFrame, prompt: dict[str, Any]) -> None:
    """The ways that prompts of this task and size took through their training."""
    same = prompts["task"].eq(prompt["task"]) & prompts["base_model"].eq(prompt["base_model"])
    same &= prompts["num_virtual_tokens"].eq(prompt["num_virtual_tokens"]) & (prompts["steps"] > 0)
    chosen = str(prompt["prompt_id"])
    shown = promptdata.beside_in_training(prompts[same], chosen, MOST_PATHS)
    paths, share = promptdata.training_paths(tuple(shown["prompt_id"]))
    if paths.empty:
        return
    st.header("The way through training")
    names = {
        row.prompt_id: (f"{METHODS[row.method].title}, seed {row.seed}", row.method)
        for row in shown.itertuples()
    }
    plot = plots.training_path(paths, names, share, chosen, theme.mode())
    figure(
        plot,
        paths,
        "paths",
        "Where each prompt was at each evaluation of its training",
        440,
        on_select=lambda: _clicked(view, "paths", prompts),
        selection_mode="points",
    )
    drawn, there = paths["prompt_id"].nunique(), int(same.sum())
    st.caption(
        f"{drawn} of {there} prompts of this task and length; each line is one, from its start "
        "(small, hollow) to its end (large). Click a point to choose its prompt."
        + (
            " The thick one is the prompt chosen above."
            if chosen in set(paths["prompt_id"])
            else ""
        )
    )


def draw_map(view: View, prompts: pd.DataFrame) -> None:
    """All prompts of the base model, those that are alike near each other."""
    st.header("All prompts on a map")
    st.toggle(
        "Compare all prompts with each other",
        key=view.flag("compare"),
        help="Vectors are matched whatever their order. Some seconds for a hundred prompts.",
    )
    if not view.get("compare"):
        return
    made = awaited(maps.find_prompts, maps.start_prompts, "prompts.map")
    if made is None:
        return
    rows = made.points.merge(prompts, on="prompt_id")
    titles = {task: task_title(task) for task in dict.fromkeys(rows["task"])}
    plot = plots.prompt_map(rows, titles, made.share, theme.mode())
    figure(
        plot,
        rows[["prompt_id", "x", "y", "task", "method", "seed"]],
        "map",
        "All prompts on a plane, those that are alike near each other",
        480,
        on_select=lambda: _clicked(view, "map", prompts),
        selection_mode="points",
    )
    st.caption("Click a point to choose its prompt, which then stands in the fields above.")


def _clicked(view: View, name: str, prompts: pd.DataFrame) -> None:
    """Choose the prompt whose point was clicked."""
    points = st.session_state[f"{name}.plot"]["selection"]["points"]
    prompt_id = next((p["customdata"][0] for p in points if p.get("customdata")), None)
    if prompt_id is not None:
        task = prompts.loc[prompts["prompt_id"] == prompt_id, "task"].iloc[0]
        view.open(task=task, prompt=prompt_id)


def _label(row: Any) -> str:
    trained = f"dev loss {row.best_dev_loss:.2f}" if row.steps else "untrained"
    if row.imported:
        trained = "imported"
    parts = [
        METHODS[row.method].title,
        seed_words(row._asdict()),
        f"{row.num_virtual_tokens} tokens",
    ]
    return " · ".join([*parts, trained, row.prompt_id[:6]])


main()
