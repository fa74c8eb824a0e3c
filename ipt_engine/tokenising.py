"""`SegmentTokenizer`: pieces of a text to tokens, each as it stands in that text.

Tokenizers in the manner of SentencePiece (Llama 2, TinyLlama, Mistral 0.1) put a blank before
whatever they are given. That is right where a text begins, and a blank too many inside it.
"""

from typing import Any

from ipt_engine.errors import ConfigError

Tokens = tuple[int, ...]
_MARKS = ("\n", ":", "|", "x")
"""Texts to put before a piece, so that the tokenizer takes it for the middle of a text. Several,
since a piece may begin with what a tokenizer joins to one of them."""


class SegmentTokenizer:
    """One tokenizer, without the tokens that it puts around a whole text."""

    def __init__(self, tokenizer: Any) -> None:
        """Find out what the tokenizer puts before a text."""
        self._tokenizer = tokenizer
        self._marks = self._marks_needed()
        # Behind one of these, a tokenizer may begin anew.
        self._special: list[str] = list(tokenizer.get_added_vocab()) if self._marks else []

    def encode(self, text: str, before: str = "") -> Tokens:
        """A piece's tokens.

        Args:
            text: The piece.
            before: What stands before it, or how that ends; empty where the text begins.

        Raises:
            ConfigError: If the tokenizer joins the piece to whatever comes before it.
        """
        if not text or not before or not self._marks:
            return self._plain(text)
        special = [(name, self._plain(name)) for name in self._special if before.endswith(name)]
        for mark, tokens in special or self._marks:
            found = self._plain(mark + text)
            if found[: len(tokens)] == tokens:
                return found[len(tokens) :]
        raise ConfigError(
            f"This model's tokenizer joins {text[:20]!r} to whatever stands before it, so "
            "instruction, demonstrations and query cannot be told apart. Choose another base_model."
        )

    def bos(self) -> Tokens:
        """The beginning-of-text token, where this tokenizer puts one before a text."""
        bos = self._tokenizer.bos_token_id
        ids = self._tokenizer("a").input_ids
        return (bos,) if bos is not None and ids and ids[0] == bos else ()

    def _plain(self, text: str) -> Tokens:
        return tuple(self._tokenizer(text, add_special_tokens=False).input_ids) if text else ()

    def _marks_needed(self) -> list[tuple[str, Tokens]]:
        """Marks that stay tokens of their own, with these; none where a piece needs no mark."""
        alone = self._plain("a")
        marks = [(mark, self._plain(mark)) for mark in _MARKS]
        behind = {mark: self._plain(mark + "a") for mark in _MARKS}
        usable = [
            (m, tokens) for m, tokens in marks if tokens and behind[m][: len(tokens)] == tokens
        ]
        same = any(behind[mark][len(tokens) :] == alone for mark, tokens in usable)
        return [] if same else usable
