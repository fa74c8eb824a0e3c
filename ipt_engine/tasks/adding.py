"""`add`: a file, folder or hub's data set becomes a registered task, once it is checked."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ipt_engine.errors import ConfigError, DataError
from ipt_engine.metrics import METRICS
from ipt_engine.records import Example, content_hash
from ipt_engine.tasks.base import Split, Stop, Task
from ipt_engine.tasks.finding import find_sources
from ipt_engine.tasks.formats import FORMATS
from ipt_engine.tasks.formats.columns import Columns
from ipt_engine.tasks.judging_own import default_metrics, few_tests
from ipt_engine.tasks.registered import SPLITS, gives, read_source, refuse_bad, task_of
from ipt_engine.tasks.registry import Registration, Source, check_name, names, read, save
from ipt_engine.tasks.splitting import SHARES, TEST_SHARES

_SHORTEST, _LONGEST = 16, 512


@dataclass(frozen=True)
class NewTask:
    """What the user said.

    Attributes:
        what: The name of a format, or of the task where the file is a table of one's own.
        place: Path of a file or folder, or a hub's id.
        name: The task's name, where `what` is a format; its name by default.
        split: What the file is; None for a folder's own files, or to split a file by seed.
        columns: Which columns hold what, in a table of one's own.
        hub: Whether `place` is for the library `datasets`.
        subset: Of a hub's data set.
        metrics: The primary one first; none means the format's.
        stop: None is decided by the answers.
        max_new_tokens: None is decided by the answers, or the format's.
        wording: Fields of `Registration` that are said: description, instruction, input_label,
            output_label, licence.
        seed: Of the split.
        skip_bad: Leave bad records out.
        test_share: Of a file that is split; None is the usual share.
    """

    what: str
    place: str
    name: str | None = None
    split: Split | None = None
    columns: Columns | None = None
    hub: bool = False
    subset: str | None = None
    metrics: tuple[str, ...] = ()
    stop: Stop | None = None
    max_new_tokens: int | None = None
    wording: tuple[tuple[str, str], ...] = ()
    seed: int = 0
    skip_bad: bool = False
    test_share: float | None = None


@dataclass(frozen=True)
class Added:
    """A task as it was added.

    Attributes:
        task: The task.
        sizes: Examples by split; a split that is not there yet is left out.
        notes: What was decided that was not said, in sentences.
    """

    task: Task
    sizes: dict[Split, int]
    notes: tuple[str, ...]


def add(new: NewTask, taken: Collection[str]) -> Added:
    """Check the files, work out what was not said, and register the task.

    Args:
        new: What the user said.
        taken: Names of tasks that come with IPT Lab or from code.

    Raises:
        ConfigError: If what was said cannot be done.
        DataError: If a file cannot be used; names file, place and field.
    """
    kind = _kind(new)
    name = (new.name or new.what) if kind in FORMATS else new.what
    check_name(name, taken)
    before = read(name) if name in names() else None
    if before is not None:
        _check_addition(new, kind, before)
    draft = before or _draft(new, kind, name)
    wording: dict[str, Any] = dict(new.wording)
    draft = replace(draft, skip_bad=new.skip_bad or draft.skip_bad, **wording)
    sources, examples = _read(draft, find_sources(kind, new.place, new.subset, new.split))
    if before is not None and {s.split for s in sources} & {s.split for s in before.sources}:
        raise ConfigError(f"The task {name} has {new.split} examples already. {_anew(name)}")
    draft = replace(draft, sources=(*draft.sources, *sources))
    if new.test_share is not None:
        _check_share(new.test_share, draft)
        draft = replace(draft, test_share=new.test_share)
    notes = _said(draft, sources)
    draft = _with_limits(draft, new, examples, notes)
    if before is None and kind not in FORMATS:
        draft = replace(draft, metrics=default_metrics([e.answer for e in examples]))
    draft = _with_metrics(draft, new, notes)
    task = task_of(draft)
    sizes = {split: len(task.load(split)) for split in _there(draft)}
    notes += [f"It has no {split} examples yet: add a file of them." for split in SPLITS
              if split not in sizes]  # fmt: skip
    notes += filter(None, [few_tests(sizes["test"])] if "test" in sizes else [])
    save(draft)
    return Added(task, sizes, tuple(notes))


def _kind(new: NewTask) -> str:
    """The registration's kind.

    Raises:
        ConfigError: If options contradict each other.
    """
    if new.what in FORMATS:
        if new.columns is not None or new.hub:
            raise ConfigError(
                f"{new.what} is a format whose columns are known: leave --input, --answer and "
                "--hub away. For a table of your own, give the task another name."
            )
        return new.what
    if new.name is not None:
        raise ConfigError(
            f"{new.what!r} is no format, so it is the task's name already: leave --name away. "
            f"Formats: {', '.join(FORMATS)}."
        )
    if new.columns is None:
        raise ConfigError(
            f"{new.what!r} is none of the formats ({', '.join(FORMATS)}), so it is a task of your "
            "own: say which columns to read, with --input COLUMN --answer COLUMN."
        )
    return "hub" if new.hub else "columns"


def _check_addition(new: NewTask, kind: str, before: Registration) -> None:
    """Refuse what cannot be added to a task that is there."""
    name = before.name
    if new.split is None:
        raise ConfigError(f"There is a task {name} already. {_anew(name)}")
    if any(source.split is None for source in before.sources):
        raise ConfigError(
            f"The task {name} is one file, split by seed; a {new.split} file cannot be added to "
            f"it. {_anew(name)}"
        )
    if (before.kind, before.columns, before.subset) != (kind, new.columns, new.subset):
        raise ConfigError(
            f"The task {name} is read otherwise ({before.kind}, or other columns). {_anew(name)}"
        )


def _check_share(share: float, draft: Registration) -> None:
    """Refuse a share for test that cannot be, or that nothing comes of."""
    low, high = TEST_SHARES
    if not low <= share <= high:
        raise ConfigError(f"--test-share must lie between {low:g} and {high:g}, found {share:g}.")
    if not any(wanted == SPLITS for _, wanted in gives(draft)):
        raise ConfigError(
            "--test-share has no effect: what is given says itself what is for test. Leave it out."
        )


def _anew(name: str) -> str:
    return f"To make it anew, first: ipt tasks remove {name}"


def _draft(new: NewTask, kind: str, name: str) -> Registration:
    """A registration without files."""
    draft: dict[str, Any] = {"name": name, "kind": kind, "seed": new.seed, "sources": ()}
    if kind in FORMATS:
        format_ = FORMATS[kind]
        copied = (
            "title", "description", "instruction", "input_label", "output_label", "metrics",
            "stop", "max_new_tokens", "licence", "source", "linearisation",
        )  # fmt: skip
        draft |= {field: getattr(format_, field) for field in copied}
        draft["title"] = format_.title if name == kind else f"{format_.title}: {name}"
        return Registration(**draft)
    assert new.columns is not None
    given, asked = (_words(column) for column in (new.columns.input, new.columns.answers[0]))
    return Registration(
        **draft,
        title=_words(name).capitalize(),
        description=f"Given the {given}, write the {asked}.",
        instruction=f"Given the {given}, write the {asked}.",
        input_label=given.capitalize(),
        output_label=asked.capitalize(),
        metrics=default_metrics(()),
        stop="newline",
        max_new_tokens=_SHORTEST,
        licence="not said",
        source=new.place,
        linearisation=f"The column `{new.columns.input}` as it stands.",
        columns=new.columns,
        subset=new.subset,
    )


def _words(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").strip() or name


def _read(draft: Registration, sources: Sequence[Source]) -> tuple[list[Source], list[Example]]:
    """The sources as they are to be registered, and all their examples."""
    done, everything = [], []
    for source in sources:
        examples, bad = read_source(draft, source)
        if not draft.skip_bad:
            refuse_bad(source.path, bad)
        if not examples:
            raise DataError(f"{source.path} holds no record that can be used.")
        sha256 = source.sha256 or content_hash(examples)
        done.append(replace(source, sha256=sha256, skipped=len(bad)))
        everything += examples
    return done, everything


def _said(draft: Registration, sources: Sequence[Source]) -> list[str]:
    """What became of the files, where it is not what they say themselves."""
    notes = []
    declared = {source.split for source in draft.sources}
    for source, wanted in gives(draft):
        file = source.part or Path(source.path).name
        if len(wanted) > 1:
            shares = _shares(draft.test_share if "test" in wanted else None)
            notes.append(
                f"{file} is split {shares} into {', '.join(wanted)} by seed "
                f"{draft.seed}; equal inputs stay together."
            )
        if source.split == "dev" and wanted == ("test",):
            notes.append(f"There is no test file, so {file} serves as test.")
    if declared == {"train", "test"}:
        notes.append("There is no dev file, so a part of train serves as dev.")
    for source in sources:
        what = "bad record is" if source.skipped == 1 else "bad records are"
        notes += [f"{source.skipped} {what} left out of {source.path}."] if source.skipped else []
    return notes


def _shares(test: float | None) -> str:
    """How train, dev and, if there is one, test share a file, in per cent: "80/10/10"."""
    held_out = [SHARES["dev"], *([] if test is None else [test])]
    return "/".join(f"{100 * share:.3g}" for share in (1 - sum(held_out), *held_out))


def _with_limits(
    draft: Registration, new: NewTask, examples: Sequence[Example], notes: list[str]
) -> Registration:
    """With a stop rule and a longest answer that let every answer through."""
    answers = [answer for example in examples for answer in example.references]
    several = next((answer for answer in answers if "\n" in answer), None)
    stop = new.stop or draft.stop
    if several is not None and stop == "newline":
        if new.stop == "newline":
            first = several.partition("\n")[0]
            raise ConfigError(
                f"--stop newline would cut answers of several lines, such as the one that begins "
                f"{first[:40]!r}. Use --stop eos."
            )
        stop = "eos"
        notes.append("Answers have several lines, so only the end token stops one (--stop eos).")
    needed = 0 if draft.kind in FORMATS else _room(answers)
    limit = new.max_new_tokens or max(draft.max_new_tokens, needed)
    if new.max_new_tokens is None and limit != draft.max_new_tokens:
        notes.append(
            f"Answers may take {limit} tokens, by the longest one's {max(map(len, answers))} "
            "characters (--max-new-tokens)."
        )
    return replace(draft, stop=stop, max_new_tokens=limit)


def _room(answers: Sequence[str]) -> int:
    """Tokens for the longest answer: one for two characters, in steps of 8."""
    tokens = math.ceil(max(map(len, answers)) / 2 / 8) * 8
    return min(max(tokens, _SHORTEST), _LONGEST)


def _with_metrics(draft: Registration, new: NewTask, notes: list[str]) -> Registration:
    """With those metrics that can be computed."""
    for name in new.metrics:
        if name not in METRICS:
            raise ConfigError(f"Unknown metric {name!r}. Choose one of: {', '.join(METRICS)}.")
    task = task_of(draft)
    judged = [e for split in _there(draft) if split != "train" for e in task.load(split)]
    if new.metrics:
        for name in new.metrics:
            lacking = _lacking(task, name, judged)
            if lacking is not None:
                raise ConfigError(
                    f"The metric {name} needs each example's {lacking!r}, and not all have it. "
                    f"Choose another metric{_how(draft, lacking)}."
                )
        return replace(draft, metrics=tuple(dict.fromkeys(new.metrics)))
    if draft.kind not in FORMATS or not set(draft.metrics) <= set(FORMATS[draft.kind].metrics):
        return draft
    kept = []
    for name in (name for name in FORMATS[draft.kind].metrics if name in METRICS):
        lacking = _lacking(task, name, judged)
        if lacking is None:
            kept.append(name)
        else:
            notes.append(f"{METRICS[name].title} is left out: not all examples have a {lacking}.")
    return replace(draft, metrics=tuple(kept))


def _lacking(task: Task, metric: str, judged: Sequence[Example]) -> str | None:
    """What the metric needs and an example does not have."""
    needs = METRICS[metric].needs
    if not needs:
        return None
    contexts = (task.context_of(example) for example in judged)
    return next((need for context in contexts for need in needs if need not in context), None)


def _how(draft: Registration, need: str) -> str:
    if draft.columns is None:
        return ", or put the missing files in place"
    return f", or name the column that holds it: --context {need}=COLUMN"


def _there(draft: Registration) -> list[Split]:
    found = {split for _, wanted in gives(draft) for split in wanted}
    return [split for split in SPLITS if split in found]
