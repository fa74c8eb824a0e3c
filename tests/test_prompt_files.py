"""A soft prompt's files as strangers send them: what a prompt has is taken, all else is not."""

import io
import json
import zipfile
from collections.abc import Mapping

import pytest

from ipt_engine import prompt_files
from ipt_engine.errors import PromptError
from ipt_engine.prompt_files import CONFIG, PROMPT, WEIGHTS, Provenance, gather, provenance


def zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_an_exported_zip_gives_its_three_files() -> None:
    members = {f"abc/{name}": name.encode() for name in (WEIGHTS, CONFIG, PROMPT, "history.jsonl")}
    found = gather([("abc.zip", zipped(members))])
    assert found == {name: name.encode() for name in (WEIGHTS, CONFIG, PROMPT)}


def test_loose_files_are_known_by_their_endings() -> None:
    files = [("../../x.safetensors", b"w"), ("C:\\a\\prompt.json", b"p"), ("c (1).json", b"c")]
    assert gather(files) == {WEIGHTS: b"w", PROMPT: b"p", CONFIG: b"c"}


def test_only_names_count_and_pickles_are_left_alone() -> None:
    members = {
        f"../../../etc/{WEIGHTS}": b"w", "adapter_model.bin": b"pickle", "a.pkl": b"pickle",
        f"{CONFIG}/": b"", f"/root/.ssh/{CONFIG}": b"c",
    }  # fmt: skip
    assert gather([("x.zip", zipped(members))]) == {WEIGHTS: b"w", CONFIG: b"c"}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("x.zip", b"no zip")], "x.zip cannot be read as a zip file"),
        ([("x.zip", zipped({CONFIG: b"{}"}))], f"There is no {WEIGHTS}"),
        ([("x.zip", zipped({f"a/{WEIGHTS}": b"1", f"b/{WEIGHTS}": b"2"}))], "several prompts"),
        ([("a.safetensors", b"1"), ("b.safetensors", b"2")], "two files adapter_model"),
        ([("x.zip", zipped({WEIGHTS: b"1"})), ("b.safetensors", b"2")], "two files adapter_model"),
        ([("x.zip", zipped({WEIGHTS: b"1", PROMPT: b" " * (2**20 + 1)}))], "more than 1 MiB"),
        ([("x.zip", zipped({str(n): b"" for n in range(1001)}))], "holds 1001 files"),
        ([("c.json", b"{}")], f"There is no {WEIGHTS}"),
    ],
)
def test_what_is_no_prompt_is_refused_in_a_line(files: list[tuple[str, bytes]], said: str) -> None:
    with pytest.raises(PromptError, match=said) as refused:
        gather(files)
    assert "\n" not in str(refused.value)


def test_a_zip_that_lies_about_its_sizes_or_is_cut_off_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = zipped({WEIGHTS: b"\0" * 2**20})
    with pytest.raises(PromptError, match="cannot be read"):
        gather([("x.zip", honest[:200])])
    monkeypatch.setitem(prompt_files._LARGEST, WEIGHTS, 1000)
    with pytest.raises(PromptError, match="no soft prompt"):
        gather([("x.zip", honest)])
    broken = bytearray(zipped({WEIGHTS: bytes(range(256)) * 9}))
    broken[60:70] = b"x" * 10
    with pytest.raises(PromptError, match="cannot be read"):
        gather([("x.zip", bytes(broken))])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"task": "a", "method": "ipt", "base_model": "b"}, Provenance("a", "ipt", "b")),
        ({"task": ["a"], "method": "icl", "base_model": "b" * 301}, Provenance()),
        ({"method": "__class__", "task": ""}, Provenance()),
        (
            {"seed": 3, "steps": 20, "best_dev_loss": 0.5, "training_seconds": 9},
            Provenance(seed=3, steps=20, best_dev_loss=0.5, training_seconds=9.0),
        ),
        ({"seed": -1, "steps": 1.5, "best_dev_loss": "0", "training_seconds": True}, Provenance()),
        ({"seed": 2**60, "best_dev_loss": float("nan"), "training_seconds": 1e400}, Provenance()),
        (
            {"imported": "a", "seed": 0, "steps": 0, "claimed": {"seed": 4}},
            Provenance(seed=4),
        ),
        ({"imported": "a", "seed": 0, "steps": 0, "claimed": [4]}, Provenance()),
        (["task"], Provenance()),
        (None, Provenance()),
    ],
)
def test_what_a_prompt_says_of_itself_is_looked_at(content: object, said: Provenance) -> None:
    assert provenance({PROMPT: json.dumps(content).encode()}) == said


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[" * 100_000, b"{"])
def test_nonsense_says_nothing(content: bytes) -> None:
    assert provenance({PROMPT: content}) == Provenance()
    assert provenance({}) == Provenance()
