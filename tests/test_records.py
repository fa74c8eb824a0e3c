"""A malformed record is named by file, line and field; another content is another hash."""

import dataclasses
import json
from pathlib import Path

import pytest

from ipt_engine.errors import DataError
from ipt_engine.records import Example, content_hash, read_jsonl, write_jsonl

GOOD = '{"id": "a", "input": "x", "references": ["y"]}'
EXAMPLES = [
    Example("a", "zażółć\u2028gęślą", ("one", "two\nlines"), "towns", "p1"),
    Example("b", '"quoted" \\ input', ("y",)),
]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{not json", "not valid JSON"),
        ("[1, 2]", "expected a JSON object, found list"),
        ('{"input": "x", "references": ["y"]}', "field 'id'"),
        ('{"id": 7, "input": "x", "references": ["y"]}', "field 'id'"),
        ('{"id": "b", "references": ["y"]}', "field 'input'"),
        ('{"id": "b", "input": "  ", "references": ["y"]}', "field 'input'"),
        ('{"id": "b", "input": "x"}', "field 'references'"),
        ('{"id": "b", "input": "x", "references": "y"}', "field 'references'"),
        ('{"id": "b", "input": "x", "references": []}', "field 'references'"),
        ('{"id": "b", "input": "x", "references": ["y", ""]}', "field 'references'"),
        ('{"id": "b", "input": "x", "references": ["y", 3]}', "field 'references'"),
        ('{"id": "b", "input": "x", "references": ["y"], "domain": 3}', "field 'domain'"),
        ('{"id": "b", "input": "x", "references": ["y"], "pattern": [1]}', "field 'pattern'"),
        (GOOD, "the id 'a' is used twice"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "train.jsonl"
    # The blank line counts: editors count it too.
    path.write_text(f"{GOOD}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_jsonl(path)
    told = str(caught.value)
    assert told.startswith(f"{path}, line 3: ")
    assert message in told
    assert "\n" not in told


@pytest.mark.parametrize("content", [None, b"", b"\n \n", b"\xff\xfe"])
def test_a_file_without_records_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "dev.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"dev\.jsonl.*Expected"):
        read_jsonl(path)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "test.jsonl"
    write_jsonl(path, EXAMPLES)
    assert read_jsonl(path) == EXAMPLES
    lines = path.read_bytes().split(b"\n")
    assert lines[-1] == b""
    # Plain JSON for any other reader; what is unknown is left out.
    assert json.loads(lines[0])["references"] == ["one", "two\nlines"]
    assert set(json.loads(lines[1])) == {"id", "input", "references"}


def test_the_hash_follows_every_field_and_the_order() -> None:
    first, second = EXAMPLES
    changed = [
        dataclasses.replace(first, **{field: value})
        for field, value in {
            "id": "c",
            "input": "other",
            "references": ("one",),
            "domain": None,
            "pattern": "p2",
        }.items()
    ]
    lists = [EXAMPLES, [second, first], [first], *([other, second] for other in changed)]
    assert len({content_hash(examples) for examples in lists}) == len(lists)
    copies = [dataclasses.replace(example) for example in EXAMPLES]
    assert content_hash(copies) == content_hash(EXAMPLES)


def test_the_answer_is_the_first_reference() -> None:
    assert EXAMPLES[0].answer == "one"
