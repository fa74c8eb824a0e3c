"""The shipped runs: every aggregate recomputed from their ledger's texts, whole and paired."""

import re
from collections.abc import Callable, Sequence

import pandas as pd
import pytest
import sacrebleu

from ipt_engine.catalogue import CATALOGUE
from ipt_engine.config import RunConfig, TrainingConfig
from ipt_engine.identity import prompt_id_of, run_id_of
from ipt_engine.methods import METHODS
from ipt_engine.resources import bundled_root
from ipt_engine.runs import RunStore
from ipt_engine.tasks import TASKS

STARTER = RunStore(bundled_root() / "data" / "starter")
RUNS = STARTER.runs()
PROMPTS = STARTER.prompts()


def ragged(references: Sequence[Sequence[str]]) -> list[list[str | None]]:
    """Reference streams as sacrebleu takes them; None where an input has fewer."""
    longest = max(len(r) for r in references)
    return [[r[i] if i < len(r) else None for r in references] for i in range(longest)]


def spaced(text: str) -> str:
    return " ".join(text.replace("[", " [ ").replace("]", " ] ").split())


def frame(tree: str) -> str:
    """The brackets with their labels, words left out."""
    return " ".join(re.findall(r"\[ (?:IN|SL):\S+|\]", spaced(tree)))


def equal(
    predictions: Sequence[str], references: Sequence[Sequence[str]], form: Callable[[str], str]
) -> float:
    hits = [
        form(p) in {form(r) for r in several}
        for p, several in zip(predictions, references, strict=True)
    ]
    return 100 * sum(hits) / len(hits)


def recompute(ledger: pd.DataFrame, metric: str) -> float:
    """A corpus score from texts alone."""
    predictions, references = ledger["prediction"].tolist(), ledger["references"].tolist()
    oracles: dict[str, Callable[[], float]] = {
        "bleu": lambda: sacrebleu.corpus_bleu(predictions, ragged(references)).score,
        "chrf": lambda: sacrebleu.corpus_chrf(predictions, ragged(references)).score,
        "exact_match": lambda: equal(predictions, references, lambda t: " ".join(t.split())),
        "mtop_exact_match": lambda: equal(predictions, references, spaced),
        "mtop_template": lambda: equal(predictions, references, frame),
    }
    return oracles[metric]()


@pytest.mark.parametrize("run_id", RUNS["run_id"])
def test_scores_are_those_of_the_texts(run_id: str) -> None:
    run = STARTER.run(run_id)
    ledger = STARTER.ledger([run_id])
    assert len(ledger) == run["n"]
    for metric in run["metrics"]:
        assert run["scores"][metric] == pytest.approx(recompute(ledger, metric), abs=1e-6)
    assert run["scores"]["gold_logprob_mean"] == pytest.approx(ledger["gold_logprob"].mean())


@pytest.mark.parametrize("task", RUNS["task"].unique())
def test_every_method_answered_the_whole_test_set(task: str) -> None:
    runs = RUNS[RUNS["task"] == task]
    assert set(runs["method"]) == set(METHODS)
    expected = [example.id for example in TASKS[task].load("test")]
    for run_id in runs["run_id"]:
        assert STARTER.ledger([run_id], ["example_id"])["example_id"].tolist() == expected


@pytest.mark.parametrize("run_id", RUNS["run_id"])
def test_ids_are_those_that_would_be_made_today(run_id: str) -> None:
    """So that `make starter` finds the work done, and edited data would be noticed."""
    run = STARTER.run(run_id)
    config = RunConfig.from_dict(run["config"] | {"prompt_id": run["prompt_id"]})
    weights = CATALOGUE[config.base_model].gguf_sha256
    assert run_id_of(config, run["prompt_id"], weights) == run_id
    if run["prompt_id"] is not None:
        training = TrainingConfig.from_dict(STARTER.prompt(run["prompt_id"])["config"])
        assert prompt_id_of(training, weights) == run["prompt_id"]


@pytest.mark.parametrize("prompt_id", PROMPTS["prompt_id"])
def test_training_lowered_the_dev_loss(prompt_id: str) -> None:
    history = STARTER.history(prompt_id)
    measured = history["dev_loss"].dropna()
    assert measured.min() < 0.95 * measured.iloc[0]
    best = history.loc[history["dev_loss"].idxmin()]
    record = STARTER.prompt(prompt_id)
    assert record["best_step"] == best["step"]
    assert record["best_dev_loss"] == pytest.approx(best["dev_loss"])


@pytest.mark.parametrize("task", RUNS["task"].unique())
def test_trained_prompts_beat_zero_shot(task: str) -> None:
    scores = RUNS[RUNS["task"] == task].groupby("method")["score"].mean()
    assert scores["pt"] > scores["zero_shot"] + 5


def test_there_are_some_and_nothing_is_damaged() -> None:
    assert len(RUNS) >= 4
    assert STARTER.damaged() == []
