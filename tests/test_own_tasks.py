"""Tasks of one's own: added, found everywhere, checked against their files, removed."""

import dataclasses
import importlib.metadata
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ipt_engine import tasks
from ipt_engine.errors import ConfigError, DataError
from ipt_engine.metrics import METRICS
from ipt_engine.records import Example
from ipt_engine.resources import tasks_root
from ipt_engine.tasks import TASKS, Task, all_tasks, get_task, plugins, registry, task_errors
from ipt_engine.tasks.adding import Added, NewTask, add
from ipt_engine.tasks.formats.columns import Columns
from ipt_engine.tasks.judging_own import few_tests
from tests.original_records import SCHEMA, dart, question, write_json
from tests.real_data import FOLDER, needs_real_data

COLUMNS = Columns("q", ("a",))


def csv(folder: Path, name: str = "mine.csv", count: int = 20, answer: str = "a{}") -> Path:
    path = folder / name
    rows = (f'"{path.stem} q{n}","{answer.format(n)}"\n' for n in range(count))
    path.write_text("q,a\n" + "".join(rows), "utf-8")
    return path


def own(path: Path, **changes: Any) -> Added:
    new = NewTask("my-task", str(path), columns=COLUMNS)
    return add(dataclasses.replace(new, **changes), TASKS)


def test_a_task_is_added_found_and_removed(tmp_path: Path) -> None:
    added = own(csv(tmp_path))
    assert added.sizes == {"train": 16, "dev": 2, "test": 2}
    assert list(all_tasks()) == [*TASKS, "my-task"]
    task = get_task("my-task")
    assert task.title == "My task"
    assert task.instruction == "Given the q, write the a."
    assert (task.metrics, task.stop, task.max_new_tokens) == (
        ("exact_match", "chrf"),
        "newline",
        16,
    )
    loaded = {split: task.load(split) for split in ("train", "dev", "test")}
    ids = [example.id for examples in loaded.values() for example in examples]
    assert len(set(ids)) == 20
    assert all(i.startswith("my-task-") for i in ids)
    registry.remove("my-task")
    assert list(all_tasks()) == list(TASKS)
    with pytest.raises(ConfigError, match="Unknown task 'my-task'"):
        get_task("my-task")
    assert (tmp_path / "mine.csv").is_file()


def test_the_share_for_test_can_be_said(tmp_path: Path) -> None:
    usual = own(csv(tmp_path, count=40))
    assert usual.sizes == {"train": 32, "dev": 4, "test": 4}
    assert "--test-share" in usual.notes[-1] and "--split test" in usual.notes[-1]
    before = get_task("my-task").load("test")
    # As it was written before a share could be said.
    file = tasks_root() / "my-task.json"
    content = json.loads(file.read_text())
    del content["test_share"]
    file.write_text(json.dumps(content))
    assert get_task("my-task").load("test") == before
    registry.remove("my-task")
    added = own(csv(tmp_path, count=40), test_share=0.35)
    assert added.sizes == {"train": 22, "dev": 4, "test": 14}
    assert added.notes[0].startswith("mine.csv is split 55/10/35 into train, dev, test by seed 0")
    assert registry.read("my-task").test_share == 0.35
    assert len(get_task("my-task").load("test")) == 14


def test_a_registration_reads_back_as_it_was_written(tmp_path: Path) -> None:
    columns = Columns("q", ("a", "a"), (("logic", "a"),))
    own(csv(tmp_path), columns=columns, seed=5, stop="eos")
    found = registry.read("my-task")
    registry.save(dataclasses.replace(found, name="other"))
    assert dataclasses.replace(registry.read("other"), name="my-task") == found
    assert (found.columns, found.seed, found.stop) == (columns, 5, "eos")
    assert found.sources[0].path == str(tmp_path / "mine.csv")


def test_the_data_hash_is_the_datas_and_not_the_places(tmp_path: Path) -> None:
    own(csv(tmp_path))
    before = get_task("my-task").data_hash("train", "test")
    registry.remove("my-task")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "mine.csv").rename(tmp_path / "elsewhere" / "mine.csv")
    own(tmp_path / "elsewhere" / "mine.csv")
    assert get_task("my-task").data_hash("train", "test") == before


def test_a_changed_file_is_one_clear_line(tmp_path: Path) -> None:
    path = csv(tmp_path)
    own(path)
    task = get_task("my-task")
    assert len(task.load("train")) == 16
    path.write_text(path.read_text().replace("a3", "b3"))
    with pytest.raises(DataError, match=r"mine\.csv has changed.*ipt tasks remove my-task") as one:
        task.load("train")
    assert "\n" not in str(one.value)
    path.unlink()
    with pytest.raises(DataError, match=r"mine\.csv, which is missing.*ipt tasks remove my-task"):
        get_task("my-task").load("train")
    csv(tmp_path)
    assert len(task.load("train")) == 16


def test_a_changed_schema_of_spider_is_noticed(tmp_path: Path) -> None:
    tables = write_json(tmp_path / "tables.json", [SCHEMA])
    path = write_json(tmp_path / "dev.json", [question(question=f"q{n}") for n in range(5)])
    add(NewTask("spider", str(path)), TASKS)
    assert get_task("spider").context_of(get_task("spider").load("test")[0]) == {
        "db_id": "harbour",
        "tables": str(tables),
    }
    write_json(tables, [SCHEMA | {"foreign_keys": []}])
    with pytest.raises(DataError, match=r"tables\.json has changed"):
        get_task("spider").load("train")


def test_splits_are_added_one_by_one(tmp_path: Path) -> None:
    first = own(csv(tmp_path, "one.csv"), split="train")
    assert first.sizes == {"train": 18, "dev": 2}
    assert any("no test examples yet" in note for note in first.notes)
    with pytest.raises(DataError, match="no test examples yet.*ipt tasks add my-task FILE --split"):
        get_task("my-task").load("test")
    second = own(csv(tmp_path, "two.csv"), split="dev")
    assert second.sizes == {"train": 18, "dev": 2, "test": 20}
    assert any("serves as test" in note for note in second.notes)
    third = own(csv(tmp_path, "three.csv", 7), split="test")
    assert third.sizes == {"train": 20, "dev": 20, "test": 7}
    inputs = {s: {e.input.split()[0] for e in get_task("my-task").load(s)} for s in third.sizes}
    assert inputs == {"train": {"one"}, "dev": {"two"}, "test": {"three"}}
    with pytest.raises(ConfigError, match="has test examples already"):
        own(csv(tmp_path, "three.csv"), split="test")


def test_what_was_added_as_dev_or_test_is_never_trained_on(tmp_path: Path) -> None:
    own(csv(tmp_path), split="dev")
    with pytest.raises(DataError, match="no train examples yet"):
        get_task("my-task").load("train")
    assert len(get_task("my-task").load("test")) == 20


def test_a_folder_gives_its_official_files(tmp_path: Path) -> None:
    for split, count in (("train", 30), ("dev", 4)):
        records = [dart(tripleset=[[f"{split} {n}", "is", "x"]]) for n in range(count)]
        write_json(tmp_path / f"dart-v1.1.1-full-{split}.json", records)
    added = add(NewTask("dart", str(tmp_path), name="facts"), TASKS)
    assert added.sizes == {"train": 27, "dev": 3, "test": 4}
    assert any("no test file, so" in note for note in added.notes)
    assert added.task.metrics[:2] == ("bleu", "chrf")
    assert added.task.title == "DART: facts"
    write_json(tmp_path / "dart-v1.1.1-full-test.json", [dart()])
    again = add(NewTask("dart", str(tmp_path)), TASKS)
    assert again.sizes == {"train": 30, "dev": 4, "test": 1}
    assert again.notes == (few_tests(1),)


def test_several_files_of_a_split_keep_their_ids_apart(tmp_path: Path) -> None:
    for name in ("train_a", "train_b", "eval"):
        records = ({"question": f"{name} {n}", "logical_form": "[IN:X ]"} for n in range(9))
        lines = "".join(f"{json.dumps(record)}\n" for record in records)
        (tmp_path / f"{name}.jsonl").write_text(lines)
    assert add(NewTask("mtop", str(tmp_path)), TASKS).sizes == {"train": 16, "dev": 2, "test": 9}
    found = [e for split in ("train", "dev", "test") for e in get_task("mtop").load(split)]
    assert len({example.id for example in found}) == 27


def test_bad_records_are_named_or_left_out_and_counted(tmp_path: Path) -> None:
    records = [dart(tripleset=[[f"s{n}", "is", "x"]]) for n in range(10)]
    records[3] = dart(tripleset=[["s", "is"]])
    records[7] = dart(annotations=[])
    path = write_json(tmp_path / "x.json", records)
    with pytest.raises(DataError) as refused:
        add(NewTask("dart", str(path)), TASKS)
    for part in (str(path), "record 4: field 'tripleset'", "record 8: field 'annotations'"):
        assert part in str(refused.value)
    assert not registry.names()
    added = add(NewTask("dart", str(path), skip_bad=True), TASKS)
    assert sum(added.sizes.values()) == 8
    assert f"2 bad records are left out of {path}." in added.notes
    assert registry.read("dart").sources[0].skipped == 2


def test_many_line_answers_keep_their_lines(tmp_path: Path) -> None:
    path = csv(tmp_path, answer="first {}\n  second")
    with pytest.raises(ConfigError, match="would cut answers of several lines.*--stop eos"):
        own(path, stop="newline")
    added = own(path)
    assert added.task.stop == "eos"
    assert any("several lines" in note for note in added.notes)
    assert all("\n  second" in example.answer for example in added.task.load("train"))


@pytest.mark.parametrize(("length", "tokens"), [(3, 16), (33, 24), (100, 56), (5000, 512)])
def test_room_for_an_answer_follows_from_the_longest(
    tmp_path: Path, length: int, tokens: int
) -> None:
    assert own(csv(tmp_path, answer="x" * length)).task.max_new_tokens == tokens
    registry.remove("my-task")
    path = csv(tmp_path, answer="x" * length)
    assert own(path, max_new_tokens=9).task.max_new_tokens == 9


@pytest.mark.parametrize("name", ["", "My-Task", "a b", "-a", "a--b", "../a", "a" * 61, "tâche"])
def test_odd_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be a task's name"):
        own(csv(tmp_path), what=name)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"what": "mini-dart"}, "'mini-dart' is taken by a task of IPT Lab"),
        ({"what": "dart"}, "leave --input, --answer and --hub away"),
        ({"columns": None}, "--input COLUMN --answer COLUMN"),
        ({"name": "other"}, "leave --name away"),
        ({"metrics": ("bleau",)}, "Unknown metric 'bleau'. Choose one of: .*bleu"),
        ({"columns": Columns("q", ("b",))}, "has no column 'b'"),
        ({"place": "nowhere.csv"}, "There is no file"),
        ({"test_share": 0.9}, "--test-share must lie between 0.01 and 0.8, found 0.9"),
        ({"test_share": 0.0}, "--test-share must lie between"),
        ({"test_share": 0.2, "split": "train"}, "--test-share has no effect"),
        ({"place": "."}, "is a folder"),
    ],
)
def test_what_cannot_be_added_is_refused(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises((ConfigError, DataError), match=message):
        own(csv(tmp_path), **changes)
    assert not registry.names()


def test_a_task_is_not_changed_by_accident(tmp_path: Path) -> None:
    path = csv(tmp_path)
    own(path)
    with pytest.raises(ConfigError, match="a task my-task already.*ipt tasks remove my-task"):
        own(path)
    with pytest.raises(ConfigError, match="one file, split by seed"):
        own(path, split="test")
    registry.remove("my-task")
    own(path, split="train")
    with pytest.raises(ConfigError, match="is read otherwise"):
        own(csv(tmp_path, "two.csv"), split="test", columns=Columns("a", ("q",)))


def test_a_metric_without_what_it_needs_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics = dict(METRICS)
    metrics["needy"] = dataclasses.replace(metrics["bleu"], name="needy", needs=("logic",))
    monkeypatch.setattr("ipt_engine.tasks.adding.METRICS", metrics)
    with pytest.raises(ConfigError, match="needs each example's 'logic'.*--context logic=COLUMN"):
        own(csv(tmp_path), metrics=("needy",))
    columns = Columns("q", ("a",), (("logic", "a"),))
    assert own(csv(tmp_path), metrics=("needy",), columns=columns).task.metrics == ("needy",)


@pytest.mark.parametrize(
    "content",
    [
        "{", "[]", "{}", '{"version": 2}', '{"version": 1, "name": "bad"}',
        '{"version": 1, "name": "bad", "bogus": 1}',
    ],
)  # fmt: skip
def test_a_damaged_registration_does_not_break_the_others(tmp_path: Path, content: str) -> None:
    own(csv(tmp_path))
    (tasks_root() / "bad.json").write_text(content)
    assert list(all_tasks()) == [*TASKS, "my-task"]
    assert list(task_errors()) == ["bad"]
    assert "ipt tasks remove bad" in task_errors()["bad"]
    with pytest.raises(ConfigError, match="'bad' cannot be read"):
        get_task("bad")
    registry.remove("bad")
    assert not task_errors()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "nope"), ("metrics", ["nope"]), ("metrics", []), ("stop", "full"),
        ("max_new_tokens", 0), ("max_new_tokens", "9"), ("sources", []), ("columns", None),
        ("title", None), ("name", "other"), ("seed", True),
    ],
)  # fmt: skip
def test_a_registration_that_makes_no_sense_is_named(
    tmp_path: Path, field: str, value: object
) -> None:
    own(csv(tmp_path))
    path = tasks_root() / "my-task.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {field: value}))
    assert list(task_errors()) == ["my-task"]


def test_a_folder_that_cannot_be_written_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = csv(tmp_path)
    monkeypatch.setenv("IPT_TASKS", str(path / "tasks"))
    with pytest.raises(DataError, match=r"Cannot write .*my-task\.json.*IPT_TASKS"):
        own(path)


def test_removing_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No task named 'x' has been added. None has"):
        registry.remove("x")
    own(csv(tmp_path))
    with pytest.raises(ConfigError, match="Choose one of: my-task"):
        registry.remove("x")


@pytest.fixture
def entry_point(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Install an entry point that names an attribute of this module."""

    def install(attribute: str) -> None:
        value = f"{__name__}:{attribute}"
        entry = importlib.metadata.EntryPoint("their-task", value, plugins.GROUP)
        monkeypatch.setattr(plugins, "entry_points", lambda group: [entry])
        plugins.tasks.cache_clear()

    yield install
    plugins.tasks.cache_clear()


THEIRS = dataclasses.replace(
    TASKS["mini-dart"], name="theirs", loader=lambda split: [Example(split, "q", ("a",))]
)
NAMESAKE = dataclasses.replace(THEIRS, name="mini-dart")
NO_TASK = "mini-dart"


def make_theirs() -> Task:
    return THEIRS


@pytest.mark.parametrize("attribute", ["THEIRS", "make_theirs"])
def test_tasks_from_code_are_found(entry_point: Any, attribute: str) -> None:
    entry_point(attribute)
    assert get_task("theirs") is THEIRS
    assert not task_errors()


@pytest.mark.parametrize(
    ("attribute", "message"),
    [
        ("NO_TASK", "must give a Task, found str"),
        ("nowhere", "AttributeError"),
        ("NAMESAKE", "taken name 'mini-dart'"),
    ],
)
def test_a_bad_task_from_code_does_no_harm(entry_point: Any, attribute: str, message: str) -> None:
    entry_point(attribute)
    assert list(all_tasks()) == list(TASKS)
    assert [message in error for error in task_errors().values()] == [True]
    assert get_task("mini-dart") is TASKS["mini-dart"]


def test_a_data_set_of_the_hubs_library_from_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    rows = {"q": [f"q{n}" for n in range(30)], "a": [[f"a{n}", None] for n in range(30)]}
    whole = datasets.Dataset.from_dict(rows)
    parts = {"train": whole.select(range(20)), "validation": whole.select(range(20, 30))}
    datasets.DatasetDict(parts).save_to_disk(str(tmp_path / "both"))
    added = own(tmp_path / "both", hub=True)
    assert added.sizes == {"train": 18, "dev": 2, "test": 10}
    assert [e.input for e in added.task.load("test")] == [f"q{n}" for n in range(20, 30)]
    assert all(len(example.references) == 1 for example in added.task.load("train"))
    whole.save_to_disk(str(tmp_path / "one"))
    assert own(tmp_path / "one", hub=True, what="other").sizes == {"train": 24, "dev": 3, "test": 3}
    with pytest.raises(DataError, match="has no column 'z'. It has: q, a"):
        own(tmp_path / "one", hub=True, what="third", columns=Columns("z", ("a",)))
    files = tmp_path / "files"
    files.mkdir()
    with pytest.raises(DataError, match="Cannot load the data set"):
        own(files, hub=True, what="third")
    for split in ("train", "validation", "test"):
        csv(files, f"{split}.csv")
    added = own(files, hub=True, what="third")
    assert added.sizes == {"train": 20, "dev": 20, "test": 20}
    assert added.task.load("dev")[0].input == "validation q0"


def test_a_changed_data_set_of_the_hubs_library_is_noticed(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    rows = {"q": [f"q{n}" for n in range(30)], "a": ["a"] * 30}
    datasets.Dataset.from_dict(rows).save_to_disk(str(tmp_path / "set"))
    own(tmp_path / "set", hub=True)
    tasks.registered._load.cache_clear()
    shutil.rmtree(tmp_path / "set")
    datasets.Dataset.from_dict(rows | {"a": ["b"] * 30}).save_to_disk(str(tmp_path / "set"))
    with pytest.raises(DataError, match="set has changed"):
        get_task("my-task").load("train")


@needs_real_data
@pytest.mark.parametrize(
    ("name", "total"),
    [("totto", 8), ("dart", 2768), ("logic2text", 9661), ("spider", 8034), ("mtop", 18202)],
)
def test_the_samples_folders_are_added_whole(name: str, total: int) -> None:
    added = add(NewTask(name, str(FOLDER / name)), TASKS)
    assert sum(added.sizes.values()) == total
    assert not any("bad record" in note for note in added.notes)
