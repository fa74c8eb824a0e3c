"""All four methods on one input, as one batched stream: the Playground and `ipt generate`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pandas as pd

from ipt_engine.answer_loss import AnswerScore
from ipt_engine.config import (
    DEFAULT_BASE_MODEL,
    GenerationArguments,
    RetrievalArguments,
    TemplateArguments,
)
from ipt_engine.generation import Generation, stream
from ipt_engine.methods import METHODS
from ipt_engine.models import BaseModel
from ipt_engine.packing import Row
from ipt_engine.records import Example
from ipt_engine.retrievers import Demonstration
from ipt_engine.runs import RunStore
from ipt_engine.scoring import score_answers
from ipt_engine.soft_prompt import PromptEmbedding
from ipt_engine.tasks import Task
from ipt_engine.templates import Segments
from ipt_engine.wiring import (
    Resources,
    base_model,
    load_prompt,
    prompt_template,
    retrieve,
    stop_rule,
)


@dataclass
class Comparison:
    """One input laid out for each method that can answer it.

    Attributes:
        task: The input's task.
        base: The frozen model.
        demonstrations: Shown by the methods that show any.
        segments: Each method's prompt, in the order of `METHODS`.
        rows: The same as rows for the model.
        notes: Lines for the user: methods left out and why, demonstrations dropped.
        answers: Filled while `compare` runs.
    """

    task: Task
    base: BaseModel
    demonstrations: Sequence[Demonstration]
    segments: dict[str, Segments]
    rows: dict[str, Row]
    notes: list[str] = field(default_factory=list)
    answers: dict[str, Generation] = field(default_factory=dict)

    @classmethod
    def lay_out(
        cls,
        task: Task,
        text: str,
        demonstrations: Sequence[Demonstration],
        base: BaseModel,
        prompts: dict[str, PromptEmbedding],
        max_new_tokens: int | None = None,
    ) -> "Comparison":
        """Lay out one input for all methods.

        Args:
            task: Its task.
            text: The input.
            demonstrations: In the order shown; may be empty, which leaves out ICL and IPT.
            base: The frozen model.
            prompts: Soft prompts by method name ("pt", "ipt"); a method without is left out.
            max_new_tokens: Longest answer; None takes the task's.

        Raises:
            DataError: If the input does not fit.
        """
        template = prompt_template(task, TemplateArguments(), base)
        limit = max_new_tokens or task.max_new_tokens
        comparison = cls(task, base, demonstrations, {}, {})
        for method in METHODS.values():
            if method.soft_prompt and method.name not in prompts:
                comparison.notes.append(f"{method.title} is left out: no prompt was given.")
                continue
            if method.demonstrations and not demonstrations:
                comparison.notes.append(f"{method.title} is left out: no demonstration was given.")
                continue
            soft_prompt = prompts[method.name] if method.soft_prompt else None
            shown = demonstrations if method.demonstrations else ()
            reserve = limit + (len(soft_prompt) if soft_prompt is not None else 0)
            segments = template.render(text, shown, reserve=reserve)
            if segments.dropped:
                comparison.notes.append(
                    f"{method.title}: {segments.dropped} demonstrations did not fit and were "
                    "dropped."
                )
            comparison.segments[method.name] = segments
            comparison.rows[method.name] = Row(segments.prompt_ids, (), soft_prompt)
        return comparison

    @classmethod
    def prepare(  # noqa: PLR0913, PLR0917 the choices a person makes on one screen
        cls,
        task: Task,
        text: str,
        store: RunStore,
        retrieval: RetrievalArguments,
        resources: Resources,
        pt: str | None = None,
        ipt: str | None = None,
    ) -> "Comparison":
        """Lay out one input with retrieved demonstrations and stored prompts.

        Args:
            task: Its task.
            text: The input.
            store: Where the prompts are.
            retrieval: Which demonstrations to take.
            resources: How the work is done.
            pt: Id of PT's prompt; None takes the task's newest.
            ipt: Id of IPT's prompt; None takes the task's newest.
        """
        given = {"pt": pt, "ipt": ipt}
        ids = {method: store.resolve_prompt(i) for method, i in given.items() if i is not None}
        prompts = store.prompts()
        fitting = prompts[prompts["task"] == task.name]
        if ids:
            base_name = store.prompt(next(iter(ids.values())))["base_model"]
        else:
            base_name = fitting["base_model"].iloc[-1] if len(fitting) else DEFAULT_BASE_MODEL
        for method in given.keys() - ids.keys():
            found = newest_prompt(fitting[fitting["base_model"] == base_name], method)
            if found is not None:
                ids[method] = found
        base = base_model(base_name, resources)
        loaded = {method: load_prompt(store, i, base) for method, i in ids.items()}
        query = Example(id="typed-input", input=text, references=("",))
        demonstrations = retrieve(task.name, [query], retrieval)[0]
        return cls.lay_out(task, text, demonstrations, base, loaded)


def newest_prompt(prompts: pd.DataFrame, method: str) -> str | None:
    """Id of the newest of the prompts trained for a method; None if there is none."""
    fitting = prompts[prompts["method"] == method]
    return None if fitting.empty else str(fitting.sort_values("created")["prompt_id"].iloc[-1])


def compare(
    comparison: Comparison, args: GenerationArguments | None = None
) -> Iterator[tuple[str, str]]:
    """Write all methods' answers side by side in one batch.

    Closing the iterator stops the work. `comparison.answers` holds what was written so far.

    Yields:
        (method name, new piece of its text).
    """
    args = args or GenerationArguments()
    names = list(comparison.rows)
    comparison.answers = {name: Generation() for name in names}
    rule = stop_rule(comparison.task, args.max_new_tokens)
    rows = list(comparison.rows.values())
    for place, piece, generation in stream(comparison.base, rows, rule, args):
        comparison.answers[names[place]] = generation
        yield names[place], piece


def score_gold(comparison: Comparison, answer: str) -> dict[str, AnswerScore]:
    """Log-probability of a gold answer under each method."""
    template = prompt_template(comparison.task, TemplateArguments(), comparison.base)
    tokens = template.render("", answer=answer).answer
    rows = [Row(r.prompt_ids, tokens, r.soft_prompt) for r in comparison.rows.values()]
    return dict(zip(comparison.rows, score_answers(comparison.base, rows), strict=True))
