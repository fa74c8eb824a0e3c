"""From an answer to its ledger row, and from a run's rows to its corpus scores."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ipt_engine.analysis.copying import copied_share
from ipt_engine.metrics import METRICS
from ipt_engine.records import Example
from ipt_engine.tasks import Task

if TYPE_CHECKING:
    from ipt_engine.answer_loss import AnswerScore
    from ipt_engine.generation import Generation
    from ipt_engine.retrievers import Demonstration
    from ipt_engine.templates import Segments


def ledger_row(  # noqa: PLR0913, PLR0917 one argument for each part that a row brings together
    task: Task,
    example: Example,
    segments: "Segments",
    nearest: "Demonstration | None",
    answer: "Generation",
    score: "AnswerScore",
) -> dict[str, Any]:
    """What the ledger keeps about one answer; the run adds what all its rows share.

    Args:
        task: Its metrics judge the answer.
        example: The input answered.
        segments: The prompt as it was shown.
        nearest: The training example most similar to the input, shown or not; None where
            there is none besides the input itself.
        answer: What was written.
        score: The log-probability of the gold answer.
    """
    similarities = [d.similarity for d in segments.shown]
    shown_answers = [d.example.answer for d in segments.shown]
    prediction = answer.text.strip()
    row: dict[str, Any] = {
        "example_id": example.id,
        "domain": example.domain,
        "input": example.input,
        "references": list(example.references),
        "prompt": segments.text,
        "demonstration_ids": [d.example.id for d in segments.shown],
        "demonstration_similarities": similarities,
        "similarity": max(similarities, default=None),
        "nearest_id": nearest.example.id if nearest is not None else None,
        "nearest_similarity": nearest.similarity if nearest is not None else None,
        "demonstrations_dropped": segments.dropped,
        "prediction": prediction,
        "finish": answer.finish,
        "gold_logprob": score.logprob,
        "gold_tokens": score.tokens,
        "prompt_tokens": len(segments.prompt_ids),
        "generated_tokens": len(answer.token_ids),
        "copied_share": copied_share(prediction, shown_answers),
        "gold_copied_share": copied_share(example.answer, shown_answers),
    }
    for name in task.metrics:
        row |= METRICS[name].judge(prediction, example.references, task.context_of(example))
    return row


def corpus_scores(ledger: pd.DataFrame, metrics: Sequence[str]) -> dict[str, float | None]:
    """The ledger's corpus scores: each metric of the sums of its statistics."""
    scores: dict[str, float | None] = {}
    for name in metrics:
        metric = METRICS[name]
        scores[name] = metric.corpus(ledger[metric.columns()].to_numpy())
    scores["gold_logprob_mean"] = float(ledger["gold_logprob"].mean())
    return scores
