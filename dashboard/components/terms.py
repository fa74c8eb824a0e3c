"""Words a newcomer would not know, explained once; shown on hover."""

from dashboard.components import text
from ipt_engine.catalogue import CATALOGUE, model_title
from ipt_engine.methods import METHODS

TERMS: dict[str, str] = {
    "soft prompt": (
        "A few trained vectors put before the text. The model itself stays frozen; only these "
        "are learned."
    ),
    "virtual tokens": "How many vectors the soft prompt has; each takes the place of one token.",
    "demonstration": "A training example, input and answer, shown to the model before the input.",
    "similarity": (
        "Cosine of the two inputs' sentence embeddings: 1 means the same meaning, about 0 "
        "unrelated."
    ),
    "nearest similarity": (
        "Cosine of the input's embedding and that of the training input nearest to it: 1 means "
        "the same meaning, about 0 unrelated."
    ),
    "gold log-probability": (
        "Natural logarithm of the probability that the method gives to the reference answer; "
        "nearer to 0 is better."
    ),
    "nats": (
        "Steps of the natural logarithm: 1 nat more is 2.7 times as likely, 2.3 nats are 10 times."
    ),
    "spearman": (
        "Rank correlation, from -1 to 1: does the gain rise with the similarity? 0 means no "
        "monotone relation."
    ),
    "interval": "95 % bootstrap interval over the test inputs.",
    "wide interval": "95 % interval for new seeds and new test inputs.",
    "spread": "Standard deviation of the runs' scores; the number before it is their mean.",
    "leakage": (
        "A training input almost the same as the test input gives its answer away. Pairs more "
        "similar than the limit are left out."
    ),
    "seed": "Number that fixes the random choices of a training, so that it can be repeated.",
    "dev loss": "Cross-entropy on held-out examples, nats for each answer token; lower is better.",
    "shipped": "Comes with IPT Lab, so that there is something real to look at from the start.",
}


def term(word: str, shown: str | None = None) -> str:
    """HTML of a word with its explanation on hover."""
    return (
        f'<span class="ipt-term" title="{text.html(TERMS[word])}">{text.html(shown or word)}</span>'
    )


def model(name: str) -> str:
    """HTML that names a base model exactly, its licence and origin on hover."""
    card = CATALOGUE.get(name)
    if card is None:
        hover = "Not in IPT Lab's catalogue; see its own model card for the licence."
    else:
        hover = f"Licence {card.licence}. {card.note}"
    return (
        f'<span class="ipt-term" title="{text.html(hover)}">{text.html(model_title(name))}</span>'
    )


def method(name: str, colour: str) -> str:
    """HTML of a method's title with its colour and, on hover, what it does."""
    spec = METHODS[name]
    return (
        f'<span class="ipt-method" title="{text.html(spec.explanation)}">'
        f'<span class="ipt-swatch" style="background:{text.html(colour)}"></span>'
        f"{text.html(spec.title)}</span>"
    )
