"""Which questions a report answers, from which findings, in which order."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import yaml

from ipt_engine.catalogue import model_title
from ipt_engine.errors import ConfigError
from ipt_engine.evidence import Evidence
from ipt_engine.plots.style import count
from ipt_engine.report.parts import Report, Section, Table
from ipt_engine.report.questions import QUESTIONS
from ipt_engine.report.wording import left_out
from ipt_engine.runs import RunStore
from ipt_engine.studies import StudyRecord, slice_statuses


def build_report(
    store: RunStore, study: StudyRecord | None = None, base_model: str | None = None
) -> Report:
    """Everything that can be said of a store's runs, or of a study's.

    Args:
        store: Where the runs lie.
        study: Of which study; all runs of the store if None.
        base_model: Of which base model; that with the most runs if None.

    Raises:
        ConfigError: If there are no runs to report on.
    """
    evidence = Evidence(store, None if study is None else study.run_ids(), base_model)
    if evidence.factors.empty:
        raise ConfigError(
            "There are no runs to report on. Make some: ipt study quick, or "
            "ipt run --task mini-dart --method icl"
        )
    sections = [section for ask in QUESTIONS for section in ask(evidence)]
    if study is not None:
        sections.insert(0, _progress(store, study))
    title = "IPT Lab: all runs of the store" if study is None else f"IPT Lab: study {study.name}"
    lead = [] if study is None else [str(study.config.get("about") or "")]
    lead.append(
        f"{len(evidence.factors)} runs of {model_title(str(evidence.base_model))} on "
        f"{count(len(evidence.tasks), 'task')}. Made on {datetime.now(UTC):%Y-%m-%d}. Every "
        "number here is computed from the stored answers."
    )
    lead += _left_out(store, evidence, study)
    sections.append(_made_how(evidence))
    return Report(title, lead, sections, dict(_configs(evidence, study)))


def _left_out(store: RunStore, evidence: Evidence, study: StudyRecord | None) -> list[str]:
    runs = store.runs()
    if study is not None:
        runs = runs[runs["run_id"].isin(study.run_ids())]
    told = left_out(evidence.left_out)
    rest = len(runs) - len(evidence.factors) - sum(each.runs for each in evidence.left_out)
    why = "of other base models, or on the dev split"
    return [*told, f"Left out: {count(rest, 'run')} {why}."] if rest else told


def _progress(store: RunStore, study: StudyRecord) -> Section:
    found = slice_statuses(study, store.runs()["run_id"].tolist())
    rows = [[part.name, f"{part.done} of {part.total}", part.about] for part in found]
    missing = [part.name for part in found if not part.complete]
    note = f"Not complete yet: {', '.join(missing)}." if missing else "All slices are complete."
    return Section(
        "What has been run?",
        tables=[Table("Slices of the study", ["slice", "runs", "question"], rows)],
        notes=[note],
    )


def _made_how(evidence: Evidence) -> Section:
    """Machines, versions and settings behind the numbers."""
    records = [evidence.store.run(i) for i in evidence.factors["run_id"]]
    machines: dict[tuple[str, ...], int] = {}
    keys = ("device", "threads", "platform", "python", "torch", "transformers", "layout")
    for record in records:
        place = tuple(str(record["machine"].get(key, "–")) for key in keys)
        machines[place] = machines.get(place, 0) + 1
    rows = [[str(count), *place] for place, count in machines.items()]
    notes = [
        "Scores are corpus scores of the metric named, computed from sums of each answer's "
        "statistics. Soft prompts are trained with AdamW on their embeddings alone; the step with "
        "the lowest loss on dev is kept; test inputs are never looked at in training.",
        "Intervals of means over seeds speak for new seeds and new test inputs; those along "
        "similarity for new test inputs only. Each claim says how its interval was made.",
    ]
    return Section(
        "How was it made?",
        tables=[Table("Machines and versions", ["runs", *keys], rows)],
        notes=notes,
        frames={"runs": evidence.factors},
    )


def _configs(evidence: Evidence, study: StudyRecord | None) -> Iterator[tuple[str, str]]:
    if study is not None:
        yield f"The study: ipt study {study.name}.yaml", _yaml(study.config)
    for row in evidence.main_runs.drop_duplicates("variant").to_dict("records"):
        record = evidence.store.run(row["run_id"])
        config = dict(record["config"])
        if row["prompt_id"] and evidence.store.has_prompt(row["prompt_id"]):
            config["training"] = evidence.store.prompt(row["prompt_id"])["config"]
            config["prompt_id"] = None
        yield f"{row['task']}, {row['method']}, run {row['run_id']}", _yaml(config)


def _yaml(values: dict[str, Any]) -> str:
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True)
