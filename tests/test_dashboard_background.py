"""Work in a thread: begun once, told of, stopped, and never without an end."""

import threading

import pytest

from dashboard.background import Work, Works
from ipt_engine.errors import DataError


def wait_for(work: Work | None) -> Work:
    assert work is not None
    for _ in range(1000):
        if not work.running:
            return work
        threading.Event().wait(0.01)
    raise AssertionError("it goes on")


def test_what_goes_on_is_not_begun_again_and_what_ended_is() -> None:
    works, begun, go = Works[str, Work](most=4), [], threading.Event()

    def do(work: Work) -> None:
        begun.append(work)
        assert go.wait(10)

    works.begin("a", Work, do)
    works.begin("a", Work, do)
    go.set()
    first = wait_for(works.find("a"))
    assert begun == [first] and works.find("b") is None
    works.begin("a", Work, do, wait=10)
    assert len(begun) == 2 and works.find("a") is begun[1] is not first


def test_stopping_reaches_the_work_where_it_tells_how_far_it_is() -> None:
    works = Works[str, Work](most=4)

    def do(work: Work) -> None:
        for done in range(10_000):
            work.tell("Counting", done, 10_000)
            work.stopping.wait(0.01)

    works.begin("a", Work, do)
    going = works.find("a")
    assert going is not None
    going.stopping.set()
    # Someone who asks again meanwhile gets a work of their own, not the one that is about to end.
    works.begin("a", Work, lambda work: None, wait=10)
    assert wait_for(going).error == "Stopped."
    assert works.find("a") is not going and wait_for(works.find("a")).error is None


def test_the_time_left_is_judged_by_the_present_count_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [100.0]
    monkeypatch.setattr("dashboard.background.time.monotonic", lambda: now[0])
    work = Work()
    work.tell("Loading", 0, 0)
    assert work.line == "Loading."
    now[0] += 500
    work.tell("Encoding", 8, 64)
    # Some of it may have been there already.
    assert work.line == "Encoding: 8 of 64."
    now[0] += 4
    work.tell("Encoding", 16, 64)
    assert work.line == "Encoding: 16 of 64, about 24 s left."
    work.tell("Encoding", 0, 64)
    assert work.line == "Encoding: 0 of 64."


@pytest.mark.parametrize(
    ("error", "said"),
    [(DataError("No such file."), "No such file."), (ZeroDivisionError("x"), "ZeroDivisionError")],
)
def test_a_fault_is_a_line_and_the_end(error: Exception, said: str) -> None:
    works = Works[str, Work](most=4)

    def fail(work: Work) -> None:
        raise error

    works.begin("a", Work, fail, wait=10)
    failed = works.find("a")
    assert failed is not None and not failed.running and said in str(failed.error)


def test_the_oldest_is_stopped_and_forgotten() -> None:
    works = Works[int, Work](most=2)
    for key in range(3):
        works.begin(key, Work, lambda work: work.stopping.wait(30) and None)
        if key == 0:
            oldest = works.find(0)
    assert oldest is not None and oldest.stopping.is_set()
    assert works.find(0) is None
    for key in (1, 2):
        left = works.find(key)
        assert left is not None and not left.stopping.is_set()
        left.stopping.set()


def test_how_far_it_is_in_words() -> None:
    work = Work()
    work.tell("Fetching", 0, 0)
    assert work.line == "Fetching."
    work.tell("Encoding", 3, 9)
    assert work.line == "Encoding: 3 of 9."
