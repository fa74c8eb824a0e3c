"""What a report is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
import plotly.graph_objects as go


@dataclass(frozen=True)
class Table:
    """A table as people read it.

    Attributes:
        title: What it shows.
        columns: Heads.
        rows: Cells, as texts.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Picture:
    """A figure with what it shows in words.

    Attributes:
        title: What it shows; also its text for who cannot see it.
        draw: Draws it, given `theme="light"` or `theme="dark"`.
    """

    title: str
    draw: Callable[..., go.Figure]


@dataclass(frozen=True)
class Answer:
    """A claim, what became of it, and the number.

    Attributes:
        text: In a sentence, plain text.
        outcome: "holds", "does not hold", "undecided", or "" where nothing is claimed.
        about: How the number was computed.
    """

    text: str
    outcome: str = ""
    about: str = ""


@dataclass(frozen=True)
class Section:
    """One question of the report.

    Attributes:
        title: The question.
        answers: In words, first.
        pictures: Then.
        tables: The rows behind.
        notes: What else one has to know.
        frames: The frames that all this comes from, by name.
    """

    title: str
    answers: Sequence[Answer] = ()
    pictures: Sequence[Picture] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """A whole report.

    Attributes:
        title: Its title.
        lead: What it is about, in some sentences.
        sections: Its questions, in order.
        configs: Configs as YAML, by title.
    """

    title: str
    lead: Sequence[str]
    sections: Sequence[Section]
    configs: Mapping[str, str]
