"""The shipped study: every aggregate recomputed from the ledger, whole slices, ids made again."""

import pytest

from ipt_engine.catalogue import CATALOGUE
from ipt_engine.commands.terminal import read_config
from ipt_engine.config import RunConfig, TrainingConfig
from ipt_engine.evidence import Evidence
from ipt_engine.findings import find_advice, find_swap
from ipt_engine.identity import prompt_id_of, run_id_of
from ipt_engine.methods import METHODS
from ipt_engine.metrics import METRICS
from ipt_engine.resources import bundled_root
from ipt_engine.runs import RunStore
from ipt_engine.sketch import sketch
from ipt_engine.studies import read_study, slice_statuses
from ipt_engine.study_config import StudyConfig
from ipt_engine.tasks import TASKS
from tests.ledger_oracles import recompute

SHIPPED = RunStore(bundled_root() / "data" / "study")
RUNS = SHIPPED.runs()
PROMPTS = SHIPPED.prompts()
TRAINED = PROMPTS[PROMPTS["steps"] > 0]
STUDY = read_study(SHIPPED.root, "shipped")
FIRST = RUNS.drop_duplicates(["task", "method", "retriever"])


@pytest.mark.parametrize("run_id", RUNS["run_id"])
def test_aggregates_are_those_of_the_ledger(run_id: str) -> None:
    run = SHIPPED.run(run_id)
    columns = [column for name in run["metrics"] for column in METRICS[name].columns()]
    ledger = SHIPPED.ledger([run_id], [*dict.fromkeys(columns), "gold_logprob"])
    assert len(ledger) == run["n"]
    for name in run["metrics"]:
        score = METRICS[name].corpus(ledger[METRICS[name].columns()].to_numpy())
        assert run["scores"][name] == pytest.approx(score)
    assert run["scores"]["gold_logprob_mean"] == pytest.approx(ledger["gold_logprob"].mean())


@pytest.mark.parametrize("run_id", FIRST["run_id"])
def test_scores_are_those_of_the_texts(run_id: str) -> None:
    run, ledger = SHIPPED.run(run_id), SHIPPED.ledger([run_id])
    for metric in run["metrics"]:
        assert run["scores"][metric] == pytest.approx(recompute(ledger, metric), abs=1e-6)


@pytest.mark.parametrize("task", RUNS["task"].unique())
def test_every_method_answered_the_same_test_inputs(task: str) -> None:
    runs = RUNS[RUNS["task"] == task]
    assert set(runs["method"]) == set(METHODS)
    expected = [example.id for example in TASKS[task].load("test")][: int(runs["n"].iloc[0])]
    ledger = SHIPPED.ledger(runs["run_id"].tolist(), ["run_id", "example_id"])
    for _, rows in ledger.groupby("run_id"):
        assert rows["example_id"].tolist() == expected


def test_the_study_is_whole_and_nothing_failed() -> None:
    assert STUDY is not None
    slices = slice_statuses(STUDY, RUNS["run_id"].tolist())
    assert all(part.complete for part in slices)
    config = StudyConfig.from_dict(read_config(bundled_root() / "configs" / "shipped.yaml"))
    assert [part.name for part in slices] == [part.name for part in config.slices]
    assert STUDY.failures == {}
    assert set(RUNS["task"]) == set(TASKS)
    assert set(RUNS["run_id"]) <= set(STUDY.run_ids())
    assert SHIPPED.damaged() == [] and SHIPPED.active() == []


@pytest.mark.parametrize("run_id", RUNS["run_id"])
def test_ids_are_those_that_would_be_made_today(run_id: str) -> None:
    """So that `make study` finds the work done, and edited data would be noticed."""
    run = SHIPPED.run(run_id)
    config = RunConfig.from_dict(run["config"] | {"prompt_id": run["prompt_id"]})
    weights = CATALOGUE[config.base_model].gguf_sha256
    assert run_id_of(config, run["prompt_id"], weights) == run_id
    if run["prompt_id"] is not None:
        training = TrainingConfig.from_dict(SHIPPED.prompt(run["prompt_id"])["config"])
        assert prompt_id_of(training, weights) == run["prompt_id"]


@pytest.mark.parametrize("prompt_id", TRAINED["prompt_id"])
def test_training_lowered_the_dev_loss(prompt_id: str) -> None:
    history = SHIPPED.history(prompt_id)
    measured = history["dev_loss"].dropna()
    assert measured.min() < 0.95 * measured.iloc[0]
    best = history.loc[history["dev_loss"].idxmin()]
    record = SHIPPED.prompt(prompt_id)
    assert record["best_step"] == best["step"]
    assert record["best_dev_loss"] == pytest.approx(best["dev_loss"])
    assert best["sketch"] == sketch(SHIPPED.prompt_vectors(prompt_id))


@pytest.mark.parametrize("task", RUNS["task"].unique())
def test_a_prompt_with_demonstrations_beats_the_bare_model(task: str) -> None:
    scores = RUNS[RUNS["task"] == task].groupby("method")["score"].mean()
    assert scores["ipt"] > scores["zero_shot"] + 5


@pytest.mark.parametrize("task", TASKS)
def test_there_is_advice_whatever_else_was_run(task: str) -> None:
    """Controls and prompts of other tasks stand beside the runs that it rests on."""
    found = find_advice(Evidence(SHIPPED), task)
    variants = found.options.set_index("method")["n_variants"]
    own = RUNS[(RUNS["task"] == task) & (RUNS["source_task"] == task)]
    # A variant of PT and IPT for each length of the prompt; crossed seeds make none.
    lengths = own.groupby("method")["num_virtual_tokens"].nunique()
    assert variants.to_dict() == {"zero_shot": 1, "icl": 3, **lengths[["pt", "ipt"]].to_dict()}


@pytest.mark.parametrize("task", TASKS)
def test_swapped_demonstrations_score_within_the_metrics_range(task: str) -> None:
    found = find_swap(Evidence(SHIPPED), task)
    assert found is not None
    known = found.arms.dropna(subset=["low"])
    assert set(known["method"]) >= {"icl", "pt", "ipt"}
    assert known["low"].min() >= 0 and known["high"].max() <= 100
