"""What rankings work with: the candidates, the query, and the demonstration that comes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ipt_engine.config import RetrievalArguments
from ipt_engine.encoders import FloatArray
from ipt_engine.records import Example
from ipt_engine.retrievers.word_index import WordIndex

IndexArray = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Demonstration:
    """A worked example, with how close its input is to the query's.

    Attributes:
        example: The training example shown.
        similarity: Cosine of the two inputs' embeddings, -1 to 1, whatever the example was
            chosen by.
    """

    example: Example
    similarity: float


@dataclass(frozen=True, eq=False)
class Candidates:
    """The training examples, with what rankings look up.

    Attributes:
        examples: In the data set's order.
        embeddings: (pool, dimension) of their inputs, of unit length.
    """

    examples: Sequence[Example]
    embeddings: FloatArray

    @cached_property
    def words(self) -> WordIndex:
        """The inputs' words, for BM25; made on first use, once."""
        return WordIndex([example.input for example in self.examples])


@dataclass(frozen=True)
class Query:
    """What a ranking may look at.

    Attributes:
        example: The query itself.
        candidates: The training examples.
        similarity: (pool,) cosine of the query's input with each.
        allowed: (pool,) False for the query itself and, where they are excluded, duplicates of
            it. A ranking need not leave these out, only not be led by them.
        args: The retrieval's settings.
    """

    example: Example
    candidates: Candidates
    similarity: FloatArray
    allowed: npt.NDArray[np.bool_]
    args: RetrievalArguments
