"""Unfinished work: who does it, how it ends, and that nobody sees half a result."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ipt_engine import active
from ipt_engine.active import read_active
from ipt_engine.errors import BusyError, Cancelled, StoreError, TrainingError
from ipt_engine.housekeeping import clean_unfinished
from ipt_engine.runs import RunStore

ID = "0123456789ab"
HOLD = """
import sys, time
from pathlib import Path
from ipt_engine.runs import RunStore
with RunStore(Path(sys.argv[1])).begin("training", sys.argv[2], {"task": "x"}) as activity:
    activity.append_history({"step": 1, "loss": 2.0})
    print("ready", flush=True)
    time.sleep(60)
"""

REPLACE = """
import os, signal, sys
from pathlib import Path
from ipt_engine.runs import RunStore
rename = os.rename

def rename_and_be_killed(old, new):
    rename(old, new)
    if Path(new).name == "replaced":
        print("killed", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

os.rename = rename_and_be_killed
store = RunStore(Path(sys.argv[1]))
record = store.prompt(sys.argv[2])
with store.begin("training", sys.argv[2], {}) as activity:
    activity.finish_prompt(
        record | {"steps": 20},
        lambda folder: [
            (folder / name).write_text("{}")
            for name in ("adapter_config.json", "adapter_model.safetensors")
        ],
    )
"""


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "store")


@pytest.fixture
def other_process(store: RunStore) -> Iterator["subprocess.Popen[str]"]:
    """Another process that has begun the training ID and goes on with it."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store.root), ID], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()
        process.wait()


def prompt_record(**changes: Any) -> dict[str, Any]:
    fields = "task base_model base_model_title method seed num_virtual_tokens data_hash"
    fields += " weights_hash best_step best_dev_loss steps training_seconds seconds_per_step"
    fields += " config machine"
    return dict.fromkeys(fields.split()) | {"prompt_id": ID, "created": "2026", **changes}


def save_adapter(folder: Path) -> None:
    (folder / "adapter_config.json").write_text("{}")
    (folder / "adapter_model.safetensors").write_bytes(b"")


def test_work_shows_while_it_runs_and_its_result_when_done(store: RunStore) -> None:
    with store.begin("training", ID, {"task": "mini-dart"}) as activity:
        activity.append_history({"step": 1, "loss": 2.0})
        (work,) = store.active()
        assert (work.id, work.kind, work.state, work.pid) == (
            ID,
            "training",
            "running",
            os.getpid(),
        )
        assert work.config == {"task": "mini-dart"}
        assert store.history(ID)["loss"].tolist() == [2.0]
        assert not store.has_prompt(ID)
        activity.finish_prompt(prompt_record(), save_adapter)
    assert store.active() == []
    assert store.has_prompt(ID)
    assert store.history(ID)["loss"].tolist() == [2.0]
    assert list((store.root / "active").iterdir()) == []


@pytest.mark.parametrize("writer", ["append_history", "finish_prompt", "update"])
def test_a_full_disk_is_said_in_a_line_and_leaves_the_work_to_be_continued(
    store: RunStore, monkeypatch: pytest.MonkeyPatch, writer: str
) -> None:
    def full(*args: Any, **options: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    said = r"Results cannot be written to .*store \(No space left"
    with pytest.raises(StoreError, match=said), store.begin("training", ID, {}) as activity:
        activity.append_history({"step": 1})
        with monkeypatch.context() as patch:
            patch.setattr(active, "write_json", full)
            patch.setattr(active.json, "dumps", full)
            patch.setattr(activity, "_written", 0.0)
            if writer == "append_history":
                activity.append_history({"step": 2})
            elif writer == "finish_prompt":
                activity.finish_prompt(prompt_record(), save_adapter)
            else:
                activity.update(step=2)
    (work,) = store.active()
    assert work.state == "failed" and "No space left" in str(work.error)
    assert store.prompts().empty
    with store.begin("training", ID, {}) as activity:
        activity.finish_prompt(prompt_record(), save_adapter)
    assert store.has_prompt(ID)


def test_what_went_wrong_is_said_though_the_disk_takes_no_note_of_it(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any, **options: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(TrainingError, match="not a number"), store.begin("training", ID, {}):
        monkeypatch.setattr(active, "write_json", full)
        raise TrainingError("The loss is not a number.")


def test_a_store_that_is_a_file_takes_no_work(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("no folder")
    store = RunStore(tmp_path / "store")
    for begin in (store.begin("training", ID, {}).__enter__, store.refuse_unwritable):
        with pytest.raises(StoreError, match=r"written to .*store .*--store") as refused:
            begin()
        assert "\n" not in str(refused.value)


def test_readers_never_see_half_a_result(store: RunStore) -> None:
    def save(folder: Path) -> None:
        save_adapter(folder)
        assert store.prompts().empty
        assert store.damaged() == []
        assert not (store.root / "prompts").exists()

    with store.begin("training", ID, {}) as activity:
        activity.finish_prompt(prompt_record(), save)
    assert len(store.prompts()) == 1


def test_a_result_made_again_replaces_the_old_one(store: RunStore) -> None:
    for steps in (10, 20):
        with store.begin("training", ID, {}) as activity:
            activity.finish_prompt(prompt_record(steps=steps), save_adapter)
    assert store.prompt(ID)["steps"] == 20
    assert list((store.root / "active").iterdir()) == []


@pytest.mark.parametrize(
    ("error", "state", "message"),
    [
        (Cancelled("Training cancelled."), "cancelled", None),
        (TrainingError("The loss is nan.\nTry less."), "failed", "The loss is nan. Try less."),
        (ZeroDivisionError("by zero"), "failed", "ZeroDivisionError: by zero"),
        (KeyboardInterrupt(), "interrupted", None),
    ],
)
def test_how_work_ends_is_written_down(
    store: RunStore, error: BaseException, state: str, message: str | None
) -> None:
    with pytest.raises(type(error)), store.begin("training", ID, {}) as activity:
        activity.update(step=3, total=10, note="Training")
        (activity.folder / "checkpoint").write_text("kept")
        raise error
    (work,) = store.active()
    assert (work.state, work.error, work.step, work.total) == (state, message, 3, 10)
    with store.begin("training", ID, {}) as activity:
        assert (activity.folder / "checkpoint").read_text() == "kept"
        assert store.active()[0].error is None


def test_a_killed_process_shows_as_interrupted_and_can_be_continued(
    store: RunStore, other_process: "subprocess.Popen[str]"
) -> None:
    assert store.active()[0].state == "running"
    other_process.send_signal(signal.SIGKILL)
    other_process.wait()
    assert store.active()[0].state == "interrupted"
    with store.begin("training", ID, {}) as activity:
        activity.append_history({"step": 2, "loss": 1.0})
        assert store.history(ID)["loss"].tolist() == [2.0, 1.0]


def test_the_same_work_is_never_done_twice_at_once(
    store: RunStore, other_process: "subprocess.Popen[str]"
) -> None:
    with (
        pytest.raises(StoreError, match=f"already being done by process {other_process.pid}"),
        store.begin("training", ID, {}),
    ):
        pytest.fail("began what another process does")
    assert store.active()[0].state == "running"
    with store.begin("training", "f" * 12, {}):
        assert len(store.active()) == 2
    with pytest.raises(StoreError, match="is running"):
        store.discard(ID)


def test_two_attempts_in_one_process_exclude_each_other(store: RunStore) -> None:
    with (
        store.begin("evaluation", ID, {}),
        pytest.raises(StoreError, match="Evaluation .* is already being done"),
        store.begin("evaluation", ID, {}),
    ):
        pytest.fail("began twice")


def test_cancelling_reaches_the_work_and_is_forgotten_afterwards(store: RunStore) -> None:
    with pytest.raises(Cancelled), store.begin("training", ID, {}) as activity:
        activity.check_cancelled()
        store.cancel(ID)
        activity.check_cancelled()
    with store.begin("training", ID, {}) as activity:
        activity.check_cancelled()
    store.discard(ID)
    assert list((store.root / "active").iterdir()) == []
    for method in (store.cancel, store.discard):
        with pytest.raises(StoreError, match="No unfinished work"):
            method(ID)


def test_work_whose_folder_was_deleted_is_given_up(store: RunStore) -> None:
    with pytest.raises(Cancelled, match="deleted"), store.begin("training", ID, {}) as activity:
        shutil.rmtree(activity.folder)
        activity.update(step=1)
        with pytest.raises(Cancelled, match="deleted"):
            activity.append_history({"step": 1})
        activity.check_cancelled()
    assert store.active() == []


def test_a_result_is_kept_though_its_folder_was_deleted(store: RunStore) -> None:
    with store.begin("training", ID, {}) as activity:
        shutil.rmtree(activity.folder)
        activity.finish_prompt(prompt_record(), save_adapter)
    assert store.has_prompt(ID)


@pytest.mark.parametrize(
    ("age", "host", "state"),
    [(0, "elsewhere", "running"), (3600, "elsewhere", "interrupted"), (3600, None, "interrupted")],
)
def test_a_heartbeat_gone_stale_means_interrupted(
    store: RunStore, age: int, host: str | None, state: str
) -> None:
    with store.begin("training", ID, {}) as activity:
        status = json.loads((activity.folder / "status.json").read_text())
        status["heartbeat"] = (datetime.now(UTC) - timedelta(seconds=age)).isoformat()
        status["host"] = host or status["host"]
        (activity.folder / "status.json").write_text(json.dumps(status))
        work = read_active(activity.folder)
        assert work is not None
        assert work.state == state


def test_the_heart_beats_during_a_long_step(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(active, "_BEAT_SECONDS", 0.01)
    with store.begin("training", ID, {}):
        first = store.active()[0].heartbeat
        deadline = time.monotonic() + 10
        while store.active()[0].heartbeat == first and time.monotonic() < deadline:
            time.sleep(0.01)
        assert store.active()[0].heartbeat > first


def test_status_is_written_at_most_once_a_second(store: RunStore) -> None:
    with store.begin("training", ID, {}) as activity:
        for step in range(1000):
            activity.update(step=step, total=1000)
        assert store.active()[0].step < 999
    assert store.active()[0].step == 999


def test_history_survives_a_torn_line_and_repeated_steps(store: RunStore) -> None:
    with store.begin("training", ID, {}) as activity:
        for step in (1, 2, 3):
            activity.append_history({"step": step, "loss": float(step)})
        with (activity.folder / "history.jsonl").open("a") as file:
            file.write('{"step": 4, "lo')
        assert store.history(ID)["step"].tolist() == [1, 2, 3]
    with store.begin("training", ID, {}) as activity:
        activity.append_history({"step": 3, "loss": 30.0, "dev_loss": float("nan")})
        activity.append_history({"step": 4, "loss": 40.0})
        assert store.history(ID)["loss"].tolist() == [1.0, 2.0, 30.0, 40.0]
        activity.append_history({"step": 2, "loss": 20.0})
        assert store.history(ID)["loss"].tolist() == [1.0, 20.0]
        activity.finish_prompt(prompt_record(), save_adapter)
    lines = (store.prompt_folder(ID) / "history.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == [1, 2]
    assert store.history(ID)["dev_loss"].isna().all()


def test_a_result_that_cannot_be_written_leaves_the_work(store: RunStore) -> None:
    def fail(folder: Path) -> None:
        save_adapter(folder)
        raise OSError("No space left on device")

    with pytest.raises(StoreError, match="No space"), store.begin("training", ID, {}) as activity:
        activity.finish_prompt(prompt_record(), fail)
    assert str(store.active()[0].error).startswith("Results cannot be written to ")
    assert store.prompts().empty
    with store.begin("training", ID, {}) as activity:
        activity.finish_prompt(prompt_record(), save_adapter)
    assert store.has_prompt(ID)


def test_an_unreadable_status_is_listed_as_damaged(store: RunStore) -> None:
    folder = store.root / "active" / ID
    folder.mkdir(parents=True)
    for content in ("", "[]", '{"state": "running"}'):
        (folder / "status.json").write_text(content)
        assert store.active() == []
        assert store.damaged() == [(folder, "its status.json is missing or unreadable")]
    store.discard(ID)
    assert store.damaged() == []


def test_each_part_of_the_work_is_timed_from_its_own_beginning(store: RunStore) -> None:
    with store.begin("evaluation", ID, {}) as activity:
        activity._written = float("-inf")
        activity.update(step=1, total=2, note="writing")
        (first,) = store.active()
        time.sleep(0.01)
        activity._written = float("-inf")
        activity.update(step=2, note="writing")
        assert store.active()[0].note_since == first.note_since
        activity._written = float("-inf")
        activity.update(step=1, note="scoring")
        assert store.active()[0].note_since > first.note_since
        assert store.active()[0].started <= first.note_since


def test_another_note_is_told_at_once(store: RunStore) -> None:
    with store.begin("training", ID, {}) as activity:
        activity.update(note="Choosing demonstrations")
        assert store.active()[0].note == "Choosing demonstrations"
        activity.update(step=0, total=9, note="Training")
        activity.update(step=1, total=9, note="Training")
        (told,) = store.active()
        assert (told.note, told.step, told.total) == ("Training", 0, 9), "once a second"


def make_stale(folder: Path) -> None:
    """As if the process had given no sign of life for an hour."""
    status = json.loads((folder / "status.json").read_text())
    status["heartbeat"] = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    (folder / "status.json").write_text(json.dumps(status))


def test_what_a_stopped_process_holds_is_not_removed(
    store: RunStore, other_process: "subprocess.Popen[str]"
) -> None:
    folder = store.root / "active" / ID
    other_process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, other_process.pid, os.WSTOPPED | os.WNOWAIT)
    make_stale(folder)
    assert store.active()[0].state == "interrupted"
    with pytest.raises(BusyError, match=f"held by process {other_process.pid}.*Ctrl-Z"):
        store.discard(ID)
    assert clean_unfinished(store) == 0
    assert folder.is_dir()
    with pytest.raises(BusyError), store.begin("training", ID, {}):
        pytest.fail("began what a stopped process has not given up")
    other_process.kill()
    other_process.wait()
    assert clean_unfinished(store) > 0
    assert list((store.root / "active").iterdir()) == []


def test_nothing_can_be_begun_while_it_is_removed(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.begin("training", ID, {}):
        pass
    remove, refused = RunStore._remove, []

    def begin_meanwhile(own: RunStore, folder: Path) -> None:
        with pytest.raises(BusyError), own.begin("training", ID, {}):
            pytest.fail("began what is being removed")
        refused.append(folder.name)
        remove(own, folder)

    monkeypatch.setattr(RunStore, "_remove", begin_meanwhile)
    store.discard(ID)
    assert refused == [ID]
    assert list((store.root / "active").iterdir()) == []


@pytest.fixture
def killed_between(store: RunStore) -> RunStore:
    """A store in which a process was killed while it put a prompt of 20 steps for one of 10."""
    with store.begin("training", ID, {}) as activity:
        activity.finish_prompt(prompt_record(steps=10), save_adapter)
    done = subprocess.run(
        [sys.executable, "-c", REPLACE, str(store.root), ID],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("killed\n", -signal.SIGKILL)
    assert not (store.root / "prompts" / ID).exists()
    return store


def test_a_prompt_whose_replacing_was_killed_is_found(killed_between: RunStore) -> None:
    assert killed_between.resolve_prompt(ID[:4]) == ID
    assert killed_between.prompt(ID)["steps"] == 20


def test_a_prompt_whose_replacing_was_killed_outlasts_the_next_attempt(
    killed_between: RunStore,
) -> None:
    with pytest.raises(KeyboardInterrupt), killed_between.begin("training", ID, {}):
        assert killed_between.prompt(ID)["steps"] == 20
        raise KeyboardInterrupt
    assert killed_between.prompt(ID)["steps"] == 20


def test_a_prompt_whose_replacing_was_killed_is_not_cleaned_away(killed_between: RunStore) -> None:
    clean_unfinished(killed_between)
    assert killed_between.active() == []
    assert killed_between.prompt(ID)["steps"] == 20


def test_a_deleted_prompt_does_not_come_back(killed_between: RunStore) -> None:
    killed_between.prompt(ID)
    killed_between.delete_prompt(ID)
    assert not killed_between.has_prompt(ID)
    with pytest.raises(StoreError, match="No prompt"):
        killed_between.prompt(ID)


def test_a_result_is_on_the_disk_before_it_is_in_its_place(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No power can be cut in a test; what is asked of the system, and when, can be seen."""
    asked: list[int] = []
    sync, rename = os.fsync, os.rename

    def remember(descriptor: int) -> None:
        asked.append(os.fstat(descriptor).st_ino)
        sync(descriptor)

    def check(old: Path, new: Path) -> None:
        if Path(new).parent.name == "prompts":
            files = [old, *Path(old).iterdir()]
            assert len(files) == 5
            assert {path.stat().st_ino for path in files} <= set(asked)
            asked.clear()
        rename(old, new)

    monkeypatch.setattr(os, "fsync", remember)
    monkeypatch.setattr(os, "rename", check)
    with store.begin("training", ID, {}) as activity:
        assert asked == [], "a heartbeat need not outlast a crash"
        activity.finish_prompt(prompt_record(), save_adapter)
    assert asked == [(store.root / "prompts").stat().st_ino]
