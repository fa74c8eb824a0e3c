"""The four methods of adapting a frozen language model: two booleans each.

The order of `METHODS` is the order in which they are shown everywhere.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Method:
    """What is put before the query.

    Attributes:
        name: Key in `METHODS`, as used on the command line and in the ledger.
        title: Short name for people.
        soft_prompt: Whether trained prompt embeddings come first.
        demonstrations: Whether worked examples come before the query.
        explanation: One sentence for a newcomer.
    """

    name: str
    title: str
    soft_prompt: bool
    demonstrations: bool
    explanation: str


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(
            "zero_shot",
            "Zero-shot",
            soft_prompt=False,
            demonstrations=False,
            explanation="The frozen model sees only the instruction and the input.",
        ),
        Method(
            "icl",
            "ICL",
            soft_prompt=False,
            demonstrations=True,
            explanation="In-context learning: worked examples are shown before the input.",
        ),
        Method(
            "pt",
            "PT",
            soft_prompt=True,
            demonstrations=False,
            explanation="Prompt tuning: a few trained embeddings come before the input.",
        ),
        Method(
            "ipt",
            "IPT",
            soft_prompt=True,
            demonstrations=True,
            explanation=(
                "Instruction prompt tuning: trained embeddings first, "
                "then worked examples, then the input."
            ),
        ),
    )
}
METHOD_TITLES = {name: method.title for name, method in METHODS.items()}
"""Short name for people of each method."""
