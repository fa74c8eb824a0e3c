"""Playground: what does each method write for this input?"""

import time
from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import data, engine
from dashboard.answers import beside, generated_panels, helps, stored_panels
from dashboard.benchview import draw_bench
from dashboard.components import terms, text
from dashboard.components.again import generate_command
from dashboard.components.panels import Panel, empty_panels, fill
from dashboard.fields import task_field
from dashboard.ownfields import OWN, own_demonstration, own_input
from dashboard.pickers import pick_demonstrations, pick_prompt, read_in_full
from dashboard.state import PLAYGROUND_JOB, View
from ipt_engine.catalogue import model_title
from ipt_engine.config import DEFAULT_BASE_MODEL
from ipt_engine.methods import METHODS
from ipt_engine.records import Example
from ipt_engine.tasks import Task, all_tasks

# Seconds between two looks at what is written.
REFRESH = 0.12
_VERDICT = '<div class="ipt-line">{}</div>'


def main() -> None:
    """Draw the page."""
    view = View("playground")
    st.title("What does each method write for this input?")
    task, example = choose_input(view)
    own = example.id == engine.YOURS
    choices, side = st.columns([2.2, 1], gap="medium")
    # Both keep their place while the ranking is made, so that the answers below do not jump.
    choices = choices.container(key="playground-table")
    actions = st.container(
        horizontal=True, vertical_alignment="center", gap="medium", key="playground-actions"
    )
    answers, commands, bench = st.container(), st.container(), st.container()
    with side:
        base_model, prompts = choose_model(view, task)
    earlier: engine.Generation | None = st.session_state.get(PLAYGROUND_JOB)
    if earlier is not None and (earlier.question.task, earlier.question.text) != (
        task,
        example.input,
    ):
        earlier.stop()
        earlier = st.session_state[PLAYGROUND_JOB] = None
    stored, places = {}, {}
    if earlier is None:
        with answers:
            stored = {} if own else stored_panels(task, base_model, example, prompts)
            verdict, places = verdict_line(), empty_panels("stored")
            fill(places, stored, example.input)
    with choices:
        # Drawn last: on a machine where this task was never encoded it takes a few seconds.
        demonstrations = pick_demonstrations(view, task, example)
    with actions:
        buttons = st.container(horizontal=True, vertical_alignment="center", width="content")
        demonstrations += own_demonstration(view, example)
        read_in_full(demonstrations)
    if earlier is None:
        # Again, now that it is known which demonstrations are chosen.
        drawn = beside(stored, demonstrations)
        fill(places, drawn, example.input)
        say_whether_it_helps(verdict, drawn, task, example)
    question = engine.Question(
        task=task,
        base_model=base_model,
        example=example,
        judged=bool(example.answer.strip()),
        demonstrations=tuple(demonstrations),
        prompts=tuple(prompts.items()),
    )
    with buttons:
        pressed = generate_or_stop(earlier, question)
    with actions:
        say_whose(earlier, question, pressed)
    with commands:
        how_again(question)
    with bench:
        draw_bench(question)
    view.publish()
    if earlier is not None:
        with answers:
            follow(earlier, question)


def choose_input(view: View) -> tuple[str, Example]:
    """Task and input, from the test set or typed."""
    left, middle, right = st.columns([1, 1, 3.2])
    tasks = all_tasks()
    about = _about(tasks[st.session_state[view.choice("task", list(tasks))]])
    task = task_field(view, left, forget=("demonstrations", "pt", "ipt"), help=about)
    kinds = {"test": "Test set", "own": "My own"}
    kind = middle.segmented_control(
        "Input from",
        list(kinds),
        key=view.choice("from", list(kinds)),
        format_func=kinds.__getitem__,
        required=True,
        on_change=view.forget,
        args=("demonstrations",),
    )
    if kind == "own":
        return task, own_input(view, right, task)
    test = data.examples(task, "test")
    example_id = right.selectbox(
        f"Test input ({len(test)}, type to search)",
        list(test),
        key=view.choice("example", list(test)),
        format_func=lambda i: f"{text.shorten(test[i].input, 160)}  ({i})",
        on_change=view.forget,
        args=("demonstrations",),
    )
    example = test[example_id]
    st.html(
        f'<div class="ipt-text">{text.html(example.input)}</div><div class="ipt-small">'
        f"Reference: {' &nbsp;or&nbsp; '.join(map(text.html, example.references))}</div>"
    )
    return task, example


def _about(task: Task) -> str:
    """What the task asks, and how its records become the inputs."""
    return text.markdown(f"{task.description} The input: {task.linearisation}")


def choose_model(view: View, task: str) -> tuple[str, dict[str, str]]:
    """The base model, and its soft prompts for PT and IPT; a method without any is left out."""
    found = data.prompts()
    models = list(dict.fromkeys([DEFAULT_BASE_MODEL, *found["base_model"]]))
    model = models[0]
    if len(models) > 1:
        model = st.selectbox(
            "Base model",
            models,
            key=view.choice("model", models),
            format_func=model_title,
            on_change=view.forget,
            args=("pt", "ipt"),
        )
    found = found[(found["task"] == task) & (found["base_model"] == model)]
    chosen = {
        name: pick_prompt(view, name, found[found["method"] == name])
        for name, method in METHODS.items()
        if method.soft_prompt
    }
    if not all(chosen.values()):
        st.page_link(
            "app_pages/train.py",
            label="Train one",
            icon=":material/model_training:",
            query_params={"task": task},
        )
    st.html(
        f'<div class="ipt-small">Base model: {terms.model(model)}. Frozen; '
        f"{terms.term('greedy decoding')}.</div>"
    )
    return model, {name: prompt_id for name, prompt_id in chosen.items() if prompt_id}


def generate_or_stop(earlier: engine.Generation | None, question: engine.Question) -> bool:
    """The two buttons, and what happens meanwhile; whether Generate was pressed in vain."""
    running = earlier is not None and earlier.running
    # Never off for want of an input: a click that also ends the typing would be lost on it.
    pressed = st.button(
        "Generate",
        type="primary",
        disabled=running,
        icon=":material/play_arrow:",
        key="playground.generate",
    )
    if pressed and question.text.strip():
        st.session_state[PLAYGROUND_JOB] = engine.ask(question, data.store())
        st.rerun()
    st.button(
        "Stop",
        disabled=not running,
        icon=":material/stop:",
        key="playground.stop",
        on_click=earlier.stop if earlier is not None else None,
    )
    return pressed


def say_whose(earlier: engine.Generation | None, question: engine.Question, in_vain: bool) -> None:
    """How many demonstrations are chosen, and where the answers below come from."""
    line = ""
    if in_vain:
        line = "There is no input yet: type one first."
    elif earlier is None:
        line = "Below: stored answers, until you generate."
        if question.own:
            line = _what_to_do(question)
    elif not earlier.running and earlier.question != question:
        line = "Below: an earlier choice. Generate again."
    count = len(question.demonstrations)
    if question.text.strip():
        chosen = "1 demonstration" if count == 1 else f"{count or 'No'} demonstrations"
        line = f"<b>{chosen} chosen.</b> {line}"
    st.html(f'<div class="ipt-small">{line}&nbsp;</div>')


def _what_to_do(question: engine.Question) -> str:
    """What an input of one's own lacks before there are answers to it."""
    if not question.text.strip():
        return "Type an input, then generate."
    if not question.judged:
        return "Press Generate. No expected answer, no scores."
    return "Press Generate."


def how_again(question: engine.Question) -> None:
    """The command line that answers the present input."""
    if not question.text.strip():
        return
    trained = [shown for shown in question.demonstrations if shown.example.id != OWN]
    asked: int | str = question.text
    if not question.own:
        asked = list(data.examples(question.task, "test")).index(question.example.id)
    with st.expander("How to make these answers again"):
        line = generate_command(question.task, asked, trained, dict(question.prompts))
        st.code(line, language=None, wrap_lines=True)
        if len(trained) < len(question.demonstrations):
            st.caption("Your own demonstration cannot be given on the command line.")
        st.caption(
            "Writes them anew for what is chosen above. The commands of the stored answers' runs "
            "stand on the page Runs."
        )


def verdict_line() -> DeltaGenerator:
    """A line above the panels, kept free so that they do not move when it is said."""
    place = st.empty()
    place.html(_VERDICT.format("&nbsp;"))
    return place


def say_whether_it_helps(
    place: DeltaGenerator, drawn: Mapping[str, Panel], task: str, example: Example
) -> None:
    """Did the demonstrations help on this input, by the scores in the panels?"""
    metric = next(iter(engine.judges(task, example)), None)
    place.html(_VERDICT.format(helps(drawn, metric) or "&nbsp;"))


def follow(generation: engine.Generation, present: engine.Question) -> None:
    """The answers as they grow, beside what is chosen at present.

    Comes last in the script: it goes on until they are complete.

    Any click interrupts it, Stop among them; the thread that writes is not disturbed by others.
    """
    verdict, places, line = verdict_line(), empty_panels("generated"), st.empty()
    question = generation.question
    live = generation.running
    while True:
        running = generation.running
        drawn = generated_panels(generation)
        if question.demonstrations != present.demonstrations:
            drawn = beside(drawn, present.demonstrations)
        fill(places, drawn, question.text)
        said = generation.working if running else " ".join(generation.notes)
        if generation.stopping.is_set():
            said = "Stopped."
        line.html(f'<div class="ipt-small">{text.html(said)}&nbsp;</div>')
        if not running:
            say_whether_it_helps(verdict, drawn, question.task, question.example)
            break
        time.sleep(REFRESH)
    if live:
        # The buttons above were drawn for work in progress.
        st.rerun()
    if generation.error:
        st.error(text.markdown(generation.error), icon=":material/error:")


main()
