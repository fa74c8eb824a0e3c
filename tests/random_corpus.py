"""Random texts to judge, some empty and some right, and references in sacreBLEU's form."""

import random

WORDS = [
    "the",
    "a",
    "cat",
    "dog",
    "sat",
    "on",
    "mat",
    "in",
    "red",
    "blue",
    ".",
    ",",
    "run",
    "fast",
    "don't",
    "3.5",
    "(so)",
]


def random_corpus(seed: int, size: int = 12) -> tuple[list[str], list[list[str]]]:
    """Predictions, some empty and some right, and one to three references for each."""
    draw = random.Random(seed)

    def sentence(low: int, high: int) -> str:
        return " ".join(draw.choice(WORDS) for _ in range(draw.randint(low, high)))

    references = [[sentence(1, 12) for _ in range(draw.randint(1, 3))] for _ in range(size)]
    predictions = [draw.choice([sentence(0, 9), refs[0], refs[-1][:-4]]) for refs in references]
    return predictions, references


def columns(references: list[list[str]]) -> list[list[str | None]]:
    """SacreBLEU's form: a list for each place, None where an example has fewer references."""
    most = max(len(refs) for refs in references)
    return [[refs[k] if k < len(refs) else None for refs in references] for k in range(most)]
