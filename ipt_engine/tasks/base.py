"""`Task`: what a data set is, where its examples lie, and how answers are judged."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from ipt_engine.records import Example, content_hash

Split = Literal["train", "dev", "test"]
Stop = Literal["newline", "eos"]


@dataclass(frozen=True)
class Task:
    """A task, declared as data.

    Attributes:
        name: Key in `TASKS`.
        title: Short name for people.
        description: What is asked, in a sentence.
        instruction: What the model is told, the same for all four methods.
        input_label: Word before an input in the plain (non-chat) layout.
        output_label: Word before an answer in the plain layout.
        metrics: Names of all metrics computed, the primary one first.
        stop: "newline" where an answer is one line, else "eos". The end token always stops.
        max_new_tokens: Longest answer written, in tokens.
        licence: The data's licence.
        source: Where the data come from.
        loader: Gives the examples of a split.
        linearisation: How a record becomes the input text, in a sentence or two for people.
        resources: Where this machine has what the metrics look at (such as a database file),
            by name; no part of the data, so that a hash is the same on every machine.
    """

    name: str
    title: str
    description: str
    instruction: str
    input_label: str
    output_label: str
    metrics: tuple[str, ...]
    stop: Stop
    max_new_tokens: int
    licence: str
    source: str
    loader: Callable[[Split], list[Example]]
    linearisation: str = "The input is the record's text as it stands."
    resources: Callable[[Example], Mapping[str, str]] | None = None

    @property
    def metric(self) -> str:
        """The primary metric's name."""
        return self.metrics[0]

    def load(self, split: Split) -> list[Example]:
        """The examples of a split, in the data set's order.

        Raises:
            DataError: If the files are missing or malformed.
        """
        return self.loader(split)

    def context_of(self, example: Example) -> dict[str, str]:
        """What the metrics have to know about an example besides its references, by name."""
        found = {} if self.resources is None else self.resources(example)
        return {**example.context, **found}

    def data_hash(self, *splits: Split) -> str:
        """SHA-256 (hex) of the splits' content and of what is said around it.

        The instruction, the labels and the stop rule decide results as much as the examples
        do, so another wording makes another prompt and another run.
        """
        wording = (self.instruction, self.input_label, self.output_label, self.stop)
        digest = hashlib.sha256(json.dumps([*wording, self.max_new_tokens]).encode())
        for split in splits:
            digest.update(content_hash(self.load(split)).encode())
        return digest.hexdigest()
