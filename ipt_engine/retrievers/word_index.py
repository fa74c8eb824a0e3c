"""BM25 scores of texts for a query, by shared words."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_WORD = re.compile(r"\w+")


class WordIndex:
    """Texts indexed by their words, made once and asked many times.

    Words are runs of letters, digits and underscores, in lower case. None is left out or
    stemmed: what is common weighs little by itself, and the inputs may be in any language.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        """Index the texts.

        Args:
            texts: At least one.
        """
        import bm25s  # noqa: PLC0415 a quarter of a second that only this retriever needs

        words = [_words(text) for text in texts]
        self._size = len(texts)
        # 64 bits, so that equal texts tie and others do not.
        self._index = bm25s.BM25(method="lucene", k1=1.5, b=0.75, dtype="float64")
        self._any = any(words)
        if self._any:
            self._index.index(words, show_progress=False)

    def scores(self, text: str) -> npt.NDArray[np.float64]:
        """(texts,) BM25 scores, from 0 up; higher is closer.

        The sum, over the query's words t (a repeated word counts again), of

            ln(1 + (N - df + 0.5) / (df + 0.5)) * tf / (tf + k1 * (1 - b + b * length / mean))

        with k1 = 1.5 and b = 0.75: the form of Lucene, in Kamphuis and others 2020, "Which BM25
        do you mean?".
        """
        known = self._index.get_tokens_ids(_words(text)) if self._any else []
        if not known:
            return np.zeros(self._size)
        return np.asarray(self._index.get_scores_from_ids(known), dtype=np.float64)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
